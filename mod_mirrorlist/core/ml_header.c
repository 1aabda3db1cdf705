/* SPDX-License-Identifier: Apache-2.0
 *
 * Words for a selection.  Countries are told where they have hosts for this
 * directory, whether or not a rule or an earlier pool took those away.
 */
#include "ml_header.h"

#include <stdlib.h>
#include <string.h>

#include "apr_strings.h"

typedef struct {
    ml_line_t *line;
    const ml_cache_t *cache;
    const ml_select_t *select;
    apr_pool_t *pool;
} header_t;

static void add_country(header_t *h, apr_uint32_t idx)
{
    ml_text_rec code = h->cache->countries[idx].code;

    ml_line_addv(h->line, "country = ", NULL);
    ml_line_add(h->line, ml_text(h->cache, code), code.len);
    ml_line_addv(h->line, " ", NULL);
}

static int spelling_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Requested countries, spelled and sorted as they are printed. */
static void add_requested(header_t *h, const char *const *spelling)
{
    const ml_select_t *select = h->select;
    const char **here =
        apr_palloc(h->pool, (select->country_n + 1) * sizeof(*here));
    apr_uint32_t n = 0, i;

    for (i = 0; i < select->country_n; i++) {
        if (ml_select_group(h->cache, select->set, select->countries[i])) {
            here[n++] = spelling[i];
        }
    }
    qsort(here, n, sizeof(*here), spelling_order);
    for (i = 0; i < n; i++) {
        ml_line_addv(h->line, "country = ", here[i], " ", NULL);
    }
}

/* Of two runs of groups, the one whose first country has the lower code. */
static int is_before(const ml_cache_t *cache, const ml_group_rec *a,
                     const ml_group_rec *b)
{
    ml_text_rec x = cache->countries[a->country_idx].code;
    ml_text_rec y = cache->countries[b->country_idx].code;
    int order = memcmp(ml_text(cache, x), ml_text(cache, y),
                       x.len < y.len ? x.len : y.len);

    return order < 0 || (order == 0 && x.len < y.len);
}

/* The countries of the requested ones' continents: each continent's run is
 * sorted by code, so the runs are merged. */
static void add_fallback(header_t *h)
{
    const ml_cache_t *cache = h->cache;
    apr_uint32_t continent_n = cache->continents_n, i;
    const ml_group_rec **runs =
        apr_pcalloc(h->pool, (continent_n + 1) * sizeof(*runs));
    apr_uint32_t *left =
        apr_pcalloc(h->pool, (continent_n + 1) * sizeof(*left));

    for (i = 0; i < h->select->country_n; i++) {
        apr_uint32_t c =
            cache->countries[h->select->countries[i]].continent_idx;

        if (c != ML_NONE) {
            runs[c] = ml_select_continent(cache, h->select->set, c, &left[c]);
        }
    }
    for (;;) {
        apr_uint32_t next = ML_NONE;

        for (i = 0; i < continent_n; i++) {
            if (left[i] > 0
                && (next == ML_NONE || is_before(cache, runs[i], runs[next]))) {
                next = i;
            }
        }
        if (next == ML_NONE) {
            return;
        }
        add_country(h, runs[next]->country_idx);
        runs[next]++;
        left[next]--;
    }
}

/* The client's country, then the others of its continent. */
static void add_client(header_t *h)
{
    apr_uint32_t country = h->select->country_idx, continent, n, i;
    const ml_group_rec *groups;

    if (country == ML_NONE) {
        return;
    }
    if (ml_select_group(h->cache, h->select->set, country)) {
        add_country(h, country);
    }
    continent = h->cache->countries[country].continent_idx;
    if (continent == ML_NONE) {
        return;
    }
    groups = ml_select_continent(h->cache, h->select->set, continent, &n);
    for (i = 0; i < n; i++) {
        if (groups[i].country_idx != country) {
            add_country(h, groups[i].country_idx);
        }
    }
}

void ml_header_add_selection(ml_line_t *line, const ml_cache_t *cache,
                             const ml_select_t *select,
                             const ml_selection_t *selection,
                             const char *const *spelling, apr_pool_t *pool)
{
    header_t h = {line, cache, select, pool};

    if (selection->netblock_hit) {
        ml_line_addv(line, "Using preferred netblock ", NULL);
    }
    if (!select->skip_networks && select->route
        && select->route->asn_idx != ML_NONE) {
        ml_line_addv(line, "Using ASN ",
                     apr_psprintf(pool, "%u",
                                  cache->asns[select->route->asn_idx].number),
                     " ", NULL);
    }
    if (select->global) {
        ml_line_addv(line, "country = global ", NULL);
    }
    add_requested(&h, spelling);
    if (selection->fallback) {
        add_fallback(&h);
    }
    if (selection->looked_at_client) {
        add_client(&h);
    }
    if (selection->looked_at_global) {
        ml_line_addv(line, "country = global ", NULL);
    }
}
