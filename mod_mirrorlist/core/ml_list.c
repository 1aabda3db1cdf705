/* SPDX-License-Identifier: Apache-2.0
 *
 * From what was asked to what is shown: the wishes, the selection, and which
 * URLs of the selected hosts this endpoint shows.
 */
#include "ml_list.h"

#include <string.h>

/* Which of a host's URLs are shown, and how many. */
typedef struct {
    unsigned char *schemes; /* by scheme: 1 if it may be shown */
    apr_uint32_t limit;     /* URLs a host */
    apr_uint32_t host_max;
} show_t;

/* The selection is done with the schemes that `protocol` accepts; from here on
 * they are those that this endpoint shows. */
static show_t what_to_show(const ml_asked_t *asked, ml_protocols_t *protocols)
{
    apr_uint32_t maximum = asked->request->settings->maximum;
    show_t show = {protocols->accepted, ML_NONE, maximum ? maximum : ML_NONE};
    int redirect = asked->query.redirect && !asked->metalink;

    if (asked->query.protocol) {
        show.limit = protocols->n;
    }
    if (redirect || (!asked->metalink && !asked->query.protocol)) {
        apr_uint32_t end = redirect ? ML_SCHEME_FTP : ML_SCHEME_RSYNC;

        memset(show.schemes + end, 0, asked->cache->schemes_n - end);
        show.limit = 1;
    }
    if (redirect) {
        show.host_max = 1;
    }
    return show;
}

static const ml_url_list_rec *list_of(const ml_cache_t *cache,
                                      apr_uint32_t member)
{
    return &cache->url_lists[cache->members[member].url_list_idx];
}

/* The URLs of one host into `shown`; how many. */
static apr_uint32_t show_host(const ml_cache_t *cache, const show_t *show,
                              apr_uint32_t member, apr_uint32_t host_n,
                              ml_shown_t *shown)
{
    const ml_url_list_rec *list = list_of(cache, member);
    const ml_url_rec *url = cache->urls + list->url_first;
    const ml_url_rec *end = url + list->url_n;
    apr_uint32_t n = 0;

    for (; url < end && n < show->limit; url++) {
        if (show->schemes[url->scheme_idx]) {
            shown[n++] = (ml_shown_t){url, host_n, member};
        }
    }
    return n;
}

/* Room for every URL that could be shown. */
static apr_size_t shown_max(const ml_list_t *list, const show_t *show)
{
    apr_size_t host_n = list->selection.end[ML_POOL_GLOBAL];
    apr_size_t url_n = list->select.set->url_n;

    return host_n * show->limit < url_n ? host_n * show->limit : url_n;
}

static void show_hosts(ml_list_t *list, const ml_asked_t *asked,
                       apr_pool_t *pool)
{
    const ml_cache_t *cache = asked->cache;
    const ml_selection_t *selection = &list->selection;
    show_t show = what_to_show(asked, &list->protocols);
    ml_urls_t *urls = &list->urls;
    ml_shown_t *shown =
        apr_palloc(pool, shown_max(list, &show) * sizeof(*shown));
    apr_uint32_t end = selection->end[ML_POOL_GLOBAL], host_pool = 0, i;

    urls->shown = shown;
    list->host_max = show.host_max;
    for (i = 0; i < end && urls->host_n < show.host_max; i++) {
        apr_uint32_t n = show_host(cache, &show, selection->members[i],
                                   urls->host_n, shown + urls->n);

        while (selection->end[host_pool] <= i) {
            host_pool++;
        }
        if (n > 0) {
            urls->n += n;
            if (urls->host_n++ == 0) {
                list->pool = (ml_pool_e)host_pool;
            }
        }
    }
}

void ml_list(ml_list_t *list, const ml_asked_t *asked, apr_pool_t *pool)
{
    const ml_cache_t *cache = asked->cache;
    const ml_query_t *query = &asked->query;
    ml_select_t *select = &list->select;
    ml_urls_t *urls = &list->urls;

    memset(list, 0, sizeof(*list));
    list->pool = ML_POOL_N;
    ml_wish_countries(&list->countries, cache, query->country, pool);
    ml_wish_protocols(&list->protocols, cache, query->protocol, pool);

    select->set = &cache->host_sets[asked->directory->host_set_idx];
    select->location_idx = query->location
                               ? ml_cache_find_location(cache, query->location)
                               : ML_NONE;
    select->route = asked->client.route;
    select->country_idx = asked->client.country_idx;
    select->skip_networks =
        query->country || (query->netblock && strcmp(query->netblock, "1"));
    select->countries = list->countries.idx;
    select->country_n = list->countries.n;
    select->global = list->countries.global;
    select->accepted = list->protocols.accepted;
    select->minimum = asked->request->settings->minimum;
    ml_select(&list->selection, cache, select, asked->request->random, pool);

    urls->subpaths = cache->subpaths + asked->directory->subpath_first;
    urls->subpath_n = asked->directory->subpath_n;
    urls->file =
        ml_text_escape(asked->file, strlen(asked->file), ML_ESCAPE_PATH, pool);
    show_hosts(list, asked, pool);
}
