/* SPDX-License-Identifier: Apache-2.0
 *
 * Words for what became of a host, and for what stands beside it.
 */
#include "ml_explain.h"

#include <stdlib.h>

#include "apr_strings.h"

#include "ml_comment.h"
#include "ml_text.h"

const char *ml_explain_copy(const ml_cache_t *cache, ml_text_rec text,
                            apr_pool_t *pool)
{
    return ml_text_copy(ml_text(cache, text), text.len, pool);
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
        return e->name;
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

const char *ml_explain_country(const ml_explanation_t *e, apr_uint32_t idx,
                               apr_pool_t *pool)
{
    const ml_cache_t *cache = e->d.lookup.cache;

    return idx == ML_NONE
               ? NULL
               : ml_explain_copy(cache, cache->countries[idx].code, pool);
}

const char *ml_explain_continent(const ml_explanation_t *e, apr_pool_t *pool)
{
    const ml_cache_t *cache = e->d.lookup.cache;
    apr_uint32_t idx = e->d.lookup.client.continent_idx;

    return idx == ML_NONE
               ? NULL
               : ml_explain_copy(cache, cache->continents[idx].code, pool);
}

const char *ml_explain_place(const ml_explanation_t *e, apr_pool_t *pool)
{
    apr_uint32_t idx = e->d.lookup.client.place_idx;
    const ml_place_rec *place;

    if (idx == ML_NONE) {
        return NULL;
    }
    place = &e->d.lookup.cache->places[idx];
    return apr_psprintf(pool, "%d %c, %d %c", abs(place->latitude),
                        place->latitude < 0 ? 'S' : 'N', abs(place->longitude),
                        place->longitude < 0 ? 'W' : 'E');
}

const char *ml_explain_place_source(const ml_client_t *client)
{
    if (client->place_idx == ML_NONE) {
        return NULL;
    }
    return client->country_route->place_idx == ML_NONE ? "country"
                                                       : "country_database";
}

int ml_explain_km(const ml_explanation_t *e, const ml_verdict_t *v)
{
    return v->host ? ml_draw_whole_km(e->d.lookup.cache,
                                      e->d.lookup.client.place_idx,
                                      v->host->place_idx)
                   : -1;
}

double ml_explain_weight(const ml_explanation_t *e, const ml_verdict_t *v)
{
    return ml_draw_weight(&e->d.choice.select.draw, e->d.lookup.cache,
                          v->row->host_idx);
}

apr_uint32_t ml_explain_host_n(const ml_explanation_t *e)
{
    return e->d.lookup.redirects ? e->d.choice.host_n > 0 : e->d.choice.host_n;
}

int ml_explain_is_from_ip(const ml_explanation_t *e)
{
    return e->d.lookup.query.ip && e->d.lookup.request->settings->ip_parameter;
}

const char *ml_explain_refusal(const ml_explanation_t *e, apr_pool_t *pool)
{
    const char *line;

    if (!e->d.lookup.refusal) {
        return NULL;
    }
    line = ml_comment_refusal(&e->d.lookup, pool);
    return ml_text_copy(line, strlen(line) - 1, pool);
}

apr_int64_t ml_explain_stable_until(const ml_explanation_t *e)
{
    const ml_request_t *request = e->d.lookup.request;
    apr_int64_t stable_s = request->settings->stable_s;

    return e->d.lookup.refusal || e->d.choice.select.draw.random
               ? 0
               : (request->now_s / stable_s + 1) * stable_s;
}

const char *ml_explain_stable_network(const ml_explanation_t *e,
                                      apr_pool_t *pool)
{
    ml_address_t network = e->d.lookup.client.address;
    int is_v4 = network.family == ML_ADDRESS_V4;
    char text[ML_ADDRESS_TEXT_LEN];

    network.hi &= ~(apr_uint64_t)0xffff;
    network.lo &= is_v4 ? ~(apr_uint64_t)0xff : 0;
    ml_address_format(text, &network);
    return apr_pstrcat(pool, text, is_v4 ? "/24" : "/48", NULL);
}

const char *ml_explain_schemes(const ml_explanation_t *e, apr_pool_t *pool)
{
    const ml_settings_t *settings = e->d.lookup.request->settings;
    const char *list = "";
    apr_uint32_t i;

    for (i = 0; i < settings->scheme_n; i++) {
        list =
            apr_pstrcat(pool, list, i ? ", " : "", settings->schemes[i], NULL);
    }
    return list;
}

apr_uint32_t ml_explain_bad_netblocks(const ml_bad_netblock_rec **first,
                                      const ml_explanation_t *e,
                                      const ml_verdict_t *v)
{
    const ml_cache_t *cache = e->d.lookup.cache;
    apr_uint32_t row_idx =
        v->row ? (apr_uint32_t)(v->row - cache->host_rows) : ML_NONE;
    apr_uint32_t n = 0, i;

    *first = cache->bad_netblocks;
    for (i = 0; i < cache->bad_netblocks_n; i++) {
        if (cache->bad_netblocks[i].host_row_idx == row_idx && n++ == 0) {
            *first = &cache->bad_netblocks[i];
        }
    }
    return n;
}

/* --- what became of a host ------------------------------------------------ */

typedef const char *say_fn(const ml_explanation_t *e, const ml_verdict_t *v,
                           apr_pool_t *pool);

/* Appends to a list with commas, which NULL begins. */
static const char *and_also(const char *list, const char *more,
                            apr_pool_t *pool)
{
    return list ? apr_pstrcat(pool, list, ", ", more, NULL) : more;
}

static const char *say_listed(const ml_explanation_t *e, const ml_verdict_t *v,
                              apr_pool_t *pool)
{
    return apr_psprintf(pool, "number %u of %u", v->place,
                        ml_explain_host_n(e));
}

static const char *say_schemes(const ml_explanation_t *e, const ml_verdict_t *v,
                               apr_pool_t *pool)
{
    return apr_pstrcat(pool, "MirrorlistSchemes: none of its URLs is ",
                       ml_explain_schemes(e, pool), NULL);
}

static const char *say_family(const ml_explanation_t *e, const ml_verdict_t *v,
                              apr_pool_t *pool)
{
    return apr_psprintf(pool, "ipv: its URLs have no IPv%d address",
                        e->d.lookup.ipv);
}

static const char *say_protocol(const ml_explanation_t *e,
                                const ml_verdict_t *v, apr_pool_t *pool)
{
    return apr_pstrcat(pool, "protocol: none of its URLs is ",
                       e->d.lookup.query.protocol, NULL);
}

static const char *say_endpoint(const ml_explanation_t *e,
                                const ml_verdict_t *v, apr_pool_t *pool)
{
    return e->d.lookup.redirects
               ? "protocol: a redirect goes to https or http only"
               : "protocol: without protocol= a list shows https, http and "
                 "ftp only";
}

static const char *say_limit(const ml_explanation_t *e, const ml_verdict_t *v,
                             apr_pool_t *pool)
{
    return apr_psprintf(pool, "limit: the answer ends after %u",
                        e->d.choice.host_max);
}

static const char *say_maximum(const ml_explanation_t *e, const ml_verdict_t *v,
                               apr_pool_t *pool)
{
    return apr_psprintf(pool, "MirrorlistMaximum: the answer ends after %u",
                        e->d.choice.host_max);
}

static const char *say_excluded(const ml_explanation_t *e,
                                const ml_verdict_t *v, apr_pool_t *pool)
{
    return apr_pstrcat(pool, "exclude_country: it is in ",
                       ml_explain_country(e, v->host->country_idx, pool), NULL);
}

static const char *say_private(const ml_explanation_t *e, const ml_verdict_t *v,
                               apr_pool_t *pool)
{
    return apr_pstrcat(
        pool, "private: no location, netblock or ASN leads this client to it",
        e->d.choice.select.skip_networks
            ? " (netblocks and ASNs were not looked at)"
            : "",
        NULL);
}

static const char *say_country_rule(const ml_explanation_t *e,
                                    const ml_verdict_t *v, apr_pool_t *pool)
{
    const apr_uint32_t *allowed =
        e->d.lookup.cache->allowed + v->host->allowed_first;
    apr_uint32_t client = e->d.lookup.client.country_idx, i;
    const char *list = NULL;

    for (i = 0; i < v->host->allowed_n; i++) {
        list = and_also(list, ml_explain_country(e, allowed[i], pool), pool);
    }
    return apr_pstrcat(
        pool, "country rule: it is for clients in ",
        list ? list : "no country that can be used",
        client == ML_NONE ? ", and this one's is unknown"
                          : ", and this one is in ",
        client == ML_NONE ? "" : ml_explain_country(e, client, pool), NULL);
}

static const char *say_other_countries(const ml_explanation_t *e,
                                       const ml_verdict_t *v, apr_pool_t *pool)
{
    return e->d.choice.selection.fallback
               ? "not reached: other countries were requested, and their "
                 "continents have hosts"
               : "not reached: other countries were requested";
}

static const char *say_enough(const ml_explanation_t *e, const ml_verdict_t *v,
                              apr_pool_t *pool)
{
    return apr_psprintf(pool,
                        "not reached: enough hosts were found nearer by "
                        "(MirrorlistMinimum %u)",
                        e->d.choice.select.minimum);
}

static const char *say_inactive(const ml_explanation_t *e,
                                const ml_verdict_t *v, apr_pool_t *pool)
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
        if (v->row->flags & switches[i].flag) {
            list = and_also(list, switches[i].words, pool);
        }
    }
    return apr_pstrcat(pool, "inactive: ", list, NULL);
}

static const char *say_no_category(const ml_explanation_t *e,
                                   const ml_verdict_t *v, apr_pool_t *pool)
{
    const ml_cache_t *cache = e->d.lookup.cache;
    const ml_directory_rec *directory = e->d.lookup.directory;
    const char *list = NULL;
    apr_uint32_t i;

    for (i = 0; i < directory->subpath_n; i++) {
        apr_uint32_t idx =
            cache->subpaths[directory->subpath_first + i].category_idx;

        list = and_also(
            list, ml_explain_copy(cache, cache->categories[idx].name, pool),
            pool);
    }
    return list && *list ? apr_pstrcat(pool, "does not have this category (",
                                       list, ")", NULL)
                         : "does not have this category";
}

static const struct {
    const char *name;
    const char *sentence;
    say_fn *say;
} whys[] = {
#define X(id, name, sentence, say) [ML_WHY_##id] = {name, sentence, say},
    ML_WHYS(X)
#undef X
};

const char *ml_explain_reason(ml_why_e why)
{
    return whys[why].name;
}

const char *ml_explain_verdict(const ml_explanation_t *e, const ml_verdict_t *v,
                               apr_pool_t *pool)
{
    return whys[v->why].sentence ? whys[v->why].sentence
                                 : whys[v->why].say(e, v, pool);
}
