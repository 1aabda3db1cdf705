/* SPDX-License-Identifier: Apache-2.0
 *
 * Words for the pools: which were looked at, and why.
 */
#include "ml_explain.h"

#include "apr_strings.h"

static const char captive[] = "a captive host has a netblock around the client";

static int location(const char **sentence, const ml_explanation_t *e,
                    apr_pool_t *pool)
{
    int is_known = e->d.choice.select.location_idx != ML_NONE;
    const char *name = e->d.lookup.query.location;

    *sentence = !name ? "no location is requested"
                      : apr_pstrcat(pool,
                                    is_known ? "hosts of the location "
                                             : "there is no location ",
                                    name, NULL);
    return is_known;
}

/* What keeps netblocks and ASNs from being looked at, or NULL. */
static const char *networks_skipped(const ml_explanation_t *e)
{
    if (!e->d.choice.select.skip_networks) {
        return NULL;
    }
    return e->d.lookup.query.country ? "a country is requested"
                                     : "netblock= turns it off";
}

static int netblocks(const char **sentence, const ml_explanation_t *e,
                     apr_pool_t *pool)
{
    const ml_route_rec *route = e->d.lookup.client.route;

    *sentence = networks_skipped(e);
    if (*sentence) {
        return 0;
    }
    *sentence = e->d.choice.selection.captive
                    ? "hosts with a netblock around the client, a captive one "
                      "among them"
                : route && route->netblock_idx != ML_NONE
                    ? "hosts with a netblock around the client"
                    : "no host has a netblock around the client";
    return 1;
}

static int asn(const char **sentence, const ml_explanation_t *e,
               apr_pool_t *pool)
{
    const ml_route_rec *route = e->d.lookup.client.route;

    *sentence = e->d.choice.selection.captive ? captive : networks_skipped(e);
    if (*sentence) {
        return 0;
    }
    *sentence =
        route && route->asn_idx != ML_NONE
            ? apr_psprintf(pool, "hosts with clients in ASN %u",
                           e->d.lookup.cache->asns[route->asn_idx].number)
            : "no host has clients in the client's network";
    return 1;
}

static int requested(const char **sentence, const ml_explanation_t *e,
                     apr_pool_t *pool)
{
    const ml_selection_t *selection = &e->d.choice.selection;
    const char *list = e->d.lookup.query.country;

    if (!list) {
        *sentence = "no country is requested";
        return 0;
    }
    *sentence = apr_pstrcat(
        pool,
        selection->fallback        ? "no hosts in the requested countries; "
                                     "hosts of their continents: "
        : selection->requested_hit ? "hosts in the requested countries: "
        : e->d.choice.select.no_fallback
            ? "no hosts in the requested countries, and fallback=0 leaves "
              "their continents out: "
            : "no hosts in the requested countries, nor on their continents: ",
        list, NULL);
    return 1;
}

/* Whether something ends the answer before the client's own countries. */
static int is_answered(const char **sentence, const ml_explanation_t *e)
{
    const ml_selection_t *selection = &e->d.choice.selection;

    *sentence = selection->captive         ? captive
                : selection->requested_hit ? "requested countries have hosts"
                                           : "fallback=0: other countries were "
                                             "requested";
    return !selection->looked_at_client;
}

static int client_country(const char **sentence, const ml_explanation_t *e,
                          apr_pool_t *pool)
{
    apr_uint32_t idx = e->d.lookup.client.country_idx;
    int is_excluded = ml_select_excludes(&e->d.choice.select, idx);

    if (is_answered(sentence, e)) {
        return 0;
    }
    *sentence =
        idx == ML_NONE
            ? "the client's country is unknown"
            : apr_pstrcat(pool,
                          is_excluded ? "the client's country is excluded: "
                                      : "hosts in the client's country: ",
                          ml_explain_country(e, idx, pool), NULL);
    return idx != ML_NONE && !is_excluded;
}

static int continent(const char **sentence, const ml_explanation_t *e,
                     apr_pool_t *pool)
{
    const ml_client_t *client = &e->d.lookup.client;
    int is_known = client->continent_idx != ML_NONE;

    if (is_answered(sentence, e)) {
        return 0;
    }
    if (client->country_idx != ML_NONE) {
        *sentence = apr_pstrcat(
            pool,
            is_known ? "hosts in the other countries on the continent of "
                     : "no continent is known for ",
            ml_explain_country(e, client->country_idx, pool), NULL);
    }
    else {
        *sentence = is_known
                        ? apr_pstrcat(pool, "hosts on the client's continent: ",
                                      ml_explain_continent(e, pool), NULL)
                        : "the client's continent is unknown";
    }
    return is_known;
}

static int global(const char **sentence, const ml_explanation_t *e,
                  apr_pool_t *pool)
{
    const ml_selection_t *selection = &e->d.choice.selection;

    if (is_answered(sentence, e)) {
        return 0;
    }
    if (e->d.choice.select.no_fallback) {
        *sentence = "fallback=0: the rest of the world was not asked for";
        return 0;
    }
    *sentence =
        selection->looked_at_global
            ? apr_psprintf(pool,
                           "all public hosts, as %u found before %s fewer "
                           "than %u (MirrorlistMinimum)",
                           selection->found,
                           selection->found == 1 ? "is" : "are",
                           e->d.choice.select.minimum)
            : apr_psprintf(pool,
                           "enough hosts were found before "
                           "(MirrorlistMinimum %u)",
                           e->d.choice.select.minimum);
    return selection->looked_at_global;
}

int ml_explain_pool(const char **sentence, const ml_explanation_t *e,
                    ml_pool_e which, apr_pool_t *pool)
{
    switch (which) {
    case ML_POOL_LOCATION:
        return location(sentence, e, pool);
    case ML_POOL_NETBLOCK:
        return netblocks(sentence, e, pool);
    case ML_POOL_ASN:
        return asn(sentence, e, pool);
    case ML_POOL_COUNTRY:
        return requested(sentence, e, pool);
    case ML_POOL_CLIENT_COUNTRY:
        return client_country(sentence, e, pool);
    case ML_POOL_CONTINENT:
        return continent(sentence, e, pool);
    case ML_POOL_GLOBAL:
        return global(sentence, e, pool);
    case ML_POOL_NONE:
        break;
    }
    return 0;
}
