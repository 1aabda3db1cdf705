/* SPDX-License-Identifier: Apache-2.0
 *
 * From what was asked to what is shown: what the client wants, the selection,
 * and which URLs of the selected hosts this endpoint shows.
 */
#include "ml_choose.h"

#include <string.h>

#include "apr_strings.h"

#include "ml_text.h"

/* --- what counts ---------------------------------------------------------- */

/* Schemes that the administrator lets out, by scheme; NULL: all. */
static const unsigned char *allowed_schemes(const ml_lookup_t *l,
                                            apr_pool_t *pool)
{
    const ml_settings_t *settings = l->request->settings;
    unsigned char *allowed;
    apr_uint32_t i, idx;

    if (!settings->schemes) {
        return NULL;
    }
    allowed = apr_pcalloc(pool, l->cache->schemes_n);
    for (i = 0; i < settings->scheme_n; i++) {
        idx = ml_cache_find_scheme(l->cache, settings->schemes[i],
                                   strlen(settings->schemes[i]));
        if (idx != ML_NONE) {
            allowed[idx] = 1;
        }
    }
    return allowed;
}

/* Schemes that `protocol` leaves. */
static unsigned char *wanted_schemes(const ml_choice_t *choice,
                                     const ml_lookup_t *l, apr_pool_t *pool)
{
    unsigned char *wanted = apr_palloc(pool, l->cache->schemes_n);
    apr_uint32_t i;

    memset(wanted, !l->query.protocol, l->cache->schemes_n);
    for (i = 0; i < choice->protocols.n; i++) {
        if (choice->protocols.idx[i] != ML_NONE) {
            wanted[choice->protocols.idx[i]] = 1;
        }
    }
    return wanted;
}

static unsigned char *both(const unsigned char *a, const unsigned char *b,
                           apr_uint32_t n, apr_pool_t *pool)
{
    unsigned char *ab = apr_palloc(pool, n);
    apr_uint32_t i;

    for (i = 0; i < n; i++) {
        ab[i] = a[i] & b[i];
    }
    return ab;
}

static ml_filter_t accepted(const ml_choice_t *choice, const ml_lookup_t *l,
                            apr_pool_t *pool)
{
    unsigned char *wanted = wanted_schemes(choice, l, pool);
    ml_filter_t filter = {wanted, wanted, 0};

    if (choice->allowed) {
        filter.schemes =
            both(wanted, choice->allowed, l->cache->schemes_n, pool);
    }
    filter.hidden = l->ipv == 4 ? ML_URL_NO_V4 : l->ipv == 6 ? ML_URL_NO_V6 : 0;
    return filter;
}

/* The first schemes alone, below `end`. */
static const unsigned char *only_below(const unsigned char *schemes,
                                       apr_uint32_t end, apr_uint32_t n,
                                       apr_pool_t *pool)
{
    unsigned char *only = apr_pmemdup(pool, schemes, n);

    memset(only + end, 0, n - end);
    return only;
}

/* A redirect leads to https or http; a list shows one URL a host, of https,
 * http or ftp, unless `protocol` says which. */
static void set_shown(ml_choice_t *choice, const ml_lookup_t *l,
                      apr_pool_t *pool)
{
    int list = l->endpoint == ML_ENDPOINT_MIRRORLIST && !l->query.protocol;
    apr_uint32_t maximum = l->request->settings->maximum;
    ml_filter_t *filter = &choice->shown_filter;

    *filter = choice->select.accepted;
    if (l->redirects || list) {
        apr_uint32_t end = l->redirects ? ML_SCHEME_FTP : ML_SCHEME_RSYNC;
        apr_uint32_t n = l->cache->schemes_n;

        filter->schemes = only_below(filter->schemes, end, n, pool);
        filter->private_schemes =
            only_below(filter->private_schemes, end, n, pool);
    }
    choice->url_max = l->redirects || list ? 1
                      : l->query.protocol  ? choice->protocols.n
                                           : ML_NONE;
    if (l->limit && (!maximum || l->limit < maximum)) {
        maximum = l->limit;
    }
    choice->host_max = l->redirects ? ML_REDIRECT_HOSTS
                       : maximum    ? maximum
                                    : ML_NONE;
}

/* --- who is selected ------------------------------------------------------ */

/* `global` is no country, even where a host is in one of that name. */
static void request_countries(ml_select_t *select, ml_codes_t *codes,
                              apr_pool_t *pool)
{
    apr_uint32_t *idx = apr_palloc(pool, codes->n * sizeof(*idx)), i;

    select->countries = idx;
    select->global = codes->global;
    for (i = 0; i < codes->n; i++) {
        if (codes->idx[i] != ML_NONE) {
            idx[select->country_n++] = codes->idx[i];
        }
    }
}

static void exclude_countries(ml_select_t *select, const ml_codes_t *codes,
                              const ml_cache_t *cache, apr_pool_t *pool)
{
    unsigned char *excluded = apr_pcalloc(pool, cache->countries_n + 1);
    apr_uint32_t i;

    select->excluded = excluded;
    for (i = 0; i < codes->n; i++) {
        if (codes->idx[i] != ML_NONE) {
            excluded[codes->idx[i]] = 1;
        }
    }
}

static void set_select(ml_choice_t *choice, const ml_lookup_t *l,
                       apr_pool_t *pool)
{
    const ml_settings_t *settings = l->request->settings;
    const ml_query_t *query = &l->query;
    const ml_cache_t *cache = l->cache;
    ml_select_t *select = &choice->select;
    apr_uint32_t place_idx = l->client.place_idx;

    select->set = &cache->host_sets[l->directory->host_set_idx];
    select->client = &l->client;
    select->location_idx = query->location
                               ? ml_cache_find_location(cache, query->location,
                                                        strlen(query->location))
                               : ML_NONE;
    select->asks_country = query->country != NULL;
    select->skip_networks =
        query->country || (query->netblock && strcmp(query->netblock, "1"));
    select->no_fallback = ml_query_no_fallback(query);
    select->minimum = settings->minimum;
    select->accepted = accepted(choice, l, pool);
    request_countries(select, &choice->countries, pool);
    if (query->exclude_country) {
        exclude_countries(select, &choice->excluded, cache, pool);
    }
    ml_draw_set_chance(&select->draw, l->request->random, &l->client.address,
                       l->request->now_s, settings->stable_s);
    ml_draw_set_nearness(&select->draw, settings->nearest_km,
                         place_idx == ML_NONE ? NULL
                                              : &cache->places[place_idx]);
}

/* --- what is shown -------------------------------------------------------- */

/* The URLs of one host into `shown`; how many. */
static apr_uint32_t show_host(const ml_choice_t *choice,
                              const ml_cache_t *cache, apr_uint32_t order,
                              ml_shown_t *shown)
{
    const ml_filter_t *filter = &choice->shown_filter;
    apr_uint32_t member = choice->selection.members[order], n = 0;
    const unsigned char *schemes =
        ml_select_schemes(filter, choice->select.set, member);
    const ml_url_rec *url = cache->urls + cache->members[member].url_first;

    for (;; url++) {
        if (schemes[url->scheme_idx] && !(url->flags & filter->hidden)) {
            shown[n++] = (ml_shown_t){url, choice->host_n, order};
        }
        if (url->flags & ML_URL_LAST || n == choice->url_max) {
            return n;
        }
    }
}

/* Room for every URL that could be shown. */
static apr_size_t shown_max(const ml_choice_t *choice)
{
    apr_size_t host_n = choice->selection.end[ML_POOL_GLOBAL];
    apr_size_t url_n = choice->select.set->url_n;

    return host_n * choice->url_max < url_n ? host_n * choice->url_max : url_n;
}

static void show_hosts(ml_choice_t *choice, const ml_cache_t *cache,
                       apr_pool_t *pool)
{
    ml_shown_t *shown = apr_palloc(pool, shown_max(choice) * sizeof(*shown));
    apr_uint32_t end = choice->selection.end[ML_POOL_GLOBAL], order;

    choice->shown = shown;
    for (order = 0; order < end && choice->host_n < choice->host_max; order++) {
        apr_uint32_t n =
            show_host(choice, cache, order, shown + choice->shown_n);

        choice->shown_n += n;
        choice->host_n += n > 0;
    }
    choice->pool =
        choice->shown_n ? ml_choice_pool(choice, shown) : ML_POOL_NONE;
}

ml_pool_e ml_choice_pool(const ml_choice_t *choice, const ml_shown_t *shown)
{
    int pool = 0;

    while (choice->selection.end[pool] <= shown->order) {
        pool++;
    }
    return (ml_pool_e)pool;
}

double ml_choice_weight(const ml_choice_t *choice, const ml_cache_t *cache,
                        apr_uint32_t order)
{
    apr_uint32_t member = choice->selection.members[order];

    return ml_draw_weight(&choice->select.draw, cache,
                          cache->members[member].host_idx);
}

const ml_host_rec *ml_choice_host(const ml_choice_t *choice,
                                  const ml_cache_t *cache,
                                  const ml_shown_t *shown)
{
    apr_uint32_t member = choice->selection.members[shown->order];

    return &cache->hosts[cache->members[member].host_idx];
}

void ml_choose(ml_choice_t *choice, const ml_lookup_t *l, apr_pool_t *pool)
{
    memset(choice, 0, sizeof(*choice));
    ml_codes_countries(&choice->countries, l->cache, l->query.country, pool);
    ml_codes_countries(&choice->excluded, l->cache, l->query.exclude_country,
                       pool);
    ml_codes_schemes(&choice->protocols, l->cache, l->query.protocol, pool);
    choice->allowed = allowed_schemes(l, pool);
    set_select(choice, l, pool);
    set_shown(choice, l, pool);
    ml_select(&choice->selection, l->cache, &choice->select, pool);
    show_hosts(choice, l->cache, pool);
}
