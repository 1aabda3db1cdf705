/* SPDX-License-Identifier: Apache-2.0
 *
 * Words for the numbers of an explanation.
 */
#include "ml_explain.h"

#include <string.h>

#include "apr_strings.h"

const char *ml_explain_reason(ml_why_e why)
{
    static const char *const reasons[ML_WHY_N] = {
        NULL,
        "protocol",
        "endpoint",
        "redirect",
        "maximum",
        "private",
        "country_rule",
        "other_countries",
        "enough_hosts",
        "inactive",
        "no_public_url",
        "exclusive",
        "not_up_to_date",
        "no_category",
        "unknown_host",
    };

    return reasons[why];
}

const char *ml_explain_copy(const ml_cache_t *cache, ml_text_rec text,
                            apr_pool_t *pool)
{
    return apr_pstrmemdup(pool, ml_text(cache, text), text.len);
}

const char *ml_explain_url(const ml_explanation_t *e, const ml_url_rec *url,
                           apr_pool_t *pool)
{
    return ml_render_url(e->d.lookup.cache, url, e->tails, pool);
}

const char *ml_explain_redirect(const ml_lookup_t *lookup, apr_pool_t *pool)
{
    const char *target =
        lookup->prefix
            ? ml_explain_copy(lookup->cache, lookup->prefix->name, pool)
            : NULL;

    return target && strcmp(target, lookup->repo) ? target : NULL;
}

const char *ml_explain_host(const ml_explanation_t *e,
                            const ml_verdict_t *verdict, apr_pool_t *pool)
{
    if (!verdict->row) {
        return e->host;
    }
    return verdict->row->name.len > 0
               ? ml_explain_copy(e->d.lookup.cache, verdict->row->name, pool)
               : apr_psprintf(pool, "host %" APR_INT64_T_FMT, verdict->row->id);
}

const char *ml_explain_country_source(const ml_client_t *client)
{
    if (client->country_idx == ML_NONE) {
        return NULL;
    }
    return client->country_route->flags & ML_ROUTE_NETBLOCK_COUNTRY
               ? "netblock_country"
               : "country_database";
}

static const char *country(const ml_explanation_t *e, apr_uint32_t idx,
                           apr_pool_t *pool)
{
    return ml_explain_copy(e->d.lookup.cache,
                           e->d.lookup.cache->countries[idx].code, pool);
}

/* Appends to a list with commas, which NULL begins. */
static const char *and_also(const char *list, const char *more,
                            apr_pool_t *pool)
{
    return list ? apr_pstrcat(pool, list, ", ", more, NULL) : more;
}

/* --- why a host is not listed --------------------------------------------- */

static const char *inactive(const ml_verdict_t *verdict, apr_pool_t *pool)
{
    static const struct {
        apr_uint32_t flag;
        const char *words;
    } switches[] = {
        {ML_ROW_NO_SITE, "it has no site"},
        {ML_ROW_SITE_ADMIN_OFF, "site.admin_active is off"},
        {ML_ROW_SITE_USER_OFF, "site.user_active is off"},
        {ML_ROW_HOST_ADMIN_OFF, "host.admin_active is off"},
        {ML_ROW_HOST_USER_OFF, "host.user_active is off"},
        {ML_ROW_UNUSABLE, "its row cannot be used"},
    };
    const char *list = NULL;
    apr_size_t i;

    for (i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
        if (verdict->row->flags & switches[i].flag) {
            list = and_also(list, switches[i].words, pool);
        }
    }
    return apr_pstrcat(pool, "inactive: ", list, NULL);
}

static const char *country_rule(const ml_explanation_t *e,
                                const ml_verdict_t *verdict, apr_pool_t *pool)
{
    const ml_cache_t *cache = e->d.lookup.cache;
    const ml_host_rec *host = &cache->hosts[verdict->row->host_idx];
    apr_uint32_t client = e->d.lookup.client.country_idx, i;
    const char *list = NULL;

    for (i = 0; i < host->allowed_n; i++) {
        list = and_also(
            list, country(e, cache->allowed[host->allowed_first + i], pool),
            pool);
    }
    return apr_pstrcat(pool, "country rule: it is for clients in ",
                       list ? list : "no country that can be used",
                       client == ML_NONE ? ", and this one's is unknown"
                                         : ", and this one is in ",
                       client == ML_NONE ? "" : country(e, client, pool), NULL);
}

static const char *categories(const ml_explanation_t *e, apr_pool_t *pool)
{
    const ml_cache_t *cache = e->d.lookup.cache;
    const ml_directory_rec *directory = e->d.lookup.directory;
    const char *list = NULL;
    apr_uint32_t i;

    for (i = 0; i < directory->subpath_n; i++) {
        list = and_also(
            list,
            ml_explain_copy(
                cache,
                cache
                    ->categories[cache->subpaths[directory->subpath_first + i]
                                     .category_idx]
                    .name,
                pool),
            pool);
    }
    return list && *list ? apr_pstrcat(pool, " (", list, ")", NULL) : "";
}

static const char *private_host(const ml_explanation_t *e, apr_pool_t *pool)
{
    return apr_pstrcat(
        pool, "private: no location, netblock or ASN leads this client to it",
        e->d.choice.select.skip_networks
            ? " (netblocks and ASNs were not looked at)"
            : "",
        NULL);
}

const char *ml_explain_verdict(const ml_explanation_t *e,
                               const ml_verdict_t *verdict, apr_pool_t *pool)
{
    switch (verdict->why) {
    case ML_WHY_LISTED:
        return apr_psprintf(pool, "number %u of %u", verdict->place,
                            e->d.choice.host_n);
    case ML_WHY_PROTOCOL:
        return apr_pstrcat(pool, "protocol: none of its URLs is ",
                           e->d.lookup.query.protocol, NULL);
    case ML_WHY_ENDPOINT:
        return e->d.lookup.query.redirect
                   ? "protocol: a redirect goes to https or http only"
                   : "protocol: without protocol= a list shows https, http "
                     "and ftp only";
    case ML_WHY_REDIRECT:
        return "a redirect goes to the first host only";
    case ML_WHY_MAXIMUM:
        return apr_psprintf(pool, "MirrorlistMaximum: the answer ends after %u",
                            e->d.choice.host_max);
    case ML_WHY_PRIVATE:
        return private_host(e, pool);
    case ML_WHY_COUNTRY_RULE:
        return country_rule(e, verdict, pool);
    case ML_WHY_OTHER_COUNTRIES:
        return e->d.choice.selection.fallback
                   ? "not reached: other countries were requested, and their "
                     "continents have hosts"
                   : "not reached: other countries were requested";
    case ML_WHY_ENOUGH:
        return apr_psprintf(pool,
                            "not reached: enough hosts were found nearer by "
                            "(MirrorlistMinimum %u)",
                            e->d.choice.select.minimum);
    case ML_WHY_INACTIVE:
        return inactive(verdict, pool);
    case ML_WHY_NO_PUBLIC_URL:
        return "no public URL for this category";
    case ML_WHY_EXCLUSIVE:
        return "exclusive: the directory is for other hosts only";
    case ML_WHY_NOT_UP_TO_DATE:
        return "not up to date in this directory";
    case ML_WHY_NO_CATEGORY:
        return apr_pstrcat(pool, "does not have this category",
                           categories(e, pool), NULL);
    default:
        return "there is no such host";
    }
}

/* --- why a pool was looked at --------------------------------------------- */

static int location(const char **sentence, const ml_explanation_t *e,
                    apr_pool_t *pool)
{
    const char *name = e->d.lookup.query.location;

    *sentence = !name ? "no location is requested"
                      : apr_pstrcat(pool,
                                    e->d.choice.select.location_idx == ML_NONE
                                        ? "there is no location "
                                        : "hosts of the location ",
                                    name, NULL);
    return e->d.choice.select.location_idx != ML_NONE;
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

static int netblocks(const char **sentence, const ml_explanation_t *e)
{
    *sentence = networks_skipped(e);
    if (*sentence) {
        return 0;
    }
    *sentence = e->d.lookup.client.route
                        && e->d.lookup.client.route->netblock_idx != ML_NONE
                    ? "hosts with a netblock around the client"
                    : "no host has a netblock around the client";
    return 1;
}

static int asn(const char **sentence, const ml_explanation_t *e,
               apr_pool_t *pool)
{
    const ml_route_rec *route = e->d.lookup.client.route;

    *sentence = networks_skipped(e);
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
    const char *list = e->d.lookup.query.country;

    if (!list) {
        *sentence = "no country is requested";
    }
    else if (!e->d.choice.selection.looked_at_client) {
        *sentence = apr_pstrcat(pool,
                                e->d.choice.selection.fallback
                                    ? "no hosts in the requested countries; "
                                      "hosts of their continents: "
                                    : "hosts in the requested countries: ",
                                list, NULL);
    }
    else {
        *sentence = apr_pstrcat(pool,
                                "no hosts in the requested countries, nor on "
                                "their continents: ",
                                list, NULL);
    }
    return list != NULL;
}

static int nearby(const char **sentence, const ml_explanation_t *e,
                  ml_pool_e which, apr_pool_t *pool)
{
    const ml_cache_t *cache = e->d.lookup.cache;
    apr_uint32_t idx = e->d.lookup.client.country_idx;

    if (!e->d.choice.selection.looked_at_client) {
        *sentence = "requested countries have hosts";
        return 0;
    }
    if (idx == ML_NONE) {
        *sentence = "the client's country is unknown";
        return 0;
    }
    if (which == ML_POOL_CLIENT_COUNTRY) {
        *sentence = apr_pstrcat(pool, "hosts in the client's country: ",
                                country(e, idx, pool), NULL);
        return 1;
    }
    *sentence =
        apr_pstrcat(pool,
                    cache->countries[idx].continent_idx == ML_NONE
                        ? "no continent is known for "
                        : "hosts in the other countries on the continent of ",
                    country(e, idx, pool), NULL);
    return cache->countries[idx].continent_idx != ML_NONE;
}

static int global(const char **sentence, const ml_explanation_t *e,
                  apr_pool_t *pool)
{
    const ml_selection_t *selection = &e->d.choice.selection;

    if (!selection->looked_at_client) {
        *sentence = "requested countries have hosts";
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
                    ml_pool_e pool, apr_pool_t *scratch)
{
    switch (pool) {
    case ML_POOL_LOCATION:
        return location(sentence, e, scratch);
    case ML_POOL_NETBLOCK:
        return netblocks(sentence, e);
    case ML_POOL_ASN:
        return asn(sentence, e, scratch);
    case ML_POOL_COUNTRY:
        return requested(sentence, e, scratch);
    case ML_POOL_CLIENT_COUNTRY:
    case ML_POOL_CONTINENT:
        return nearby(sentence, e, pool, scratch);
    default:
        return global(sentence, e, scratch);
    }
}
