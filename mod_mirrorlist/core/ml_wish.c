/* SPDX-License-Identifier: Apache-2.0
 *
 * Folds the case of list items and drops duplicates by sorting, so that a
 * query full of repetitions costs no more than a query of its length.
 */
#include "ml_wish.h"

#include <stdlib.h>
#include <string.h>

#include "apr_lib.h"
#include "apr_strings.h"

#include "ml_query.h"

typedef struct {
    const char *folded;
    const char *spelling;
    apr_size_t len;
} item_t;

static int bytes_order(const char *a, apr_size_t a_len, const char *b,
                       apr_size_t b_len)
{
    int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

    return order ? order : (a_len > b_len) - (a_len < b_len);
}

static int item_order(const void *a_, const void *b_)
{
    const item_t *a = a_, *b = b_;
    int order = bytes_order(a->folded, a->len, b->folded, b->len);

    return order ? order : memcmp(a->spelling, b->spelling, a->len);
}

static char ascii_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The different items, folded, each in its bytewise first spelling. */
static apr_uint32_t different_items(item_t **items, const char *list,
                                    char fold(char), apr_pool_t *pool)
{
    char *folded = apr_pstrdup(pool, list), *c;
    const char *rest = list, *text;
    apr_size_t len;
    apr_uint32_t n = 0, kept = 0, i;

    for (c = folded; *c; c++) {
        *c = fold(*c);
    }
    *items = apr_palloc(pool, (strlen(list) / 2 + 1) * sizeof(**items));
    while ((text = ml_query_item(&rest, &len))) {
        item_t item = {folded + (text - list), text, len};

        (*items)[n++] = item;
    }
    qsort(*items, n, sizeof(**items), item_order);
    for (i = 0; i < n; i++) {
        if (kept == 0
            || bytes_order((*items)[kept - 1].folded, (*items)[kept - 1].len,
                           (*items)[i].folded, (*items)[i].len)
                   != 0) {
            (*items)[kept++] = (*items)[i];
        }
    }
    return kept;
}

void ml_wish_countries(ml_countries_t *countries, const ml_cache_t *cache,
                       const char *list, apr_pool_t *pool)
{
    apr_uint32_t n, i;
    item_t *items;

    memset(countries, 0, sizeof(*countries));
    if (!list) {
        return;
    }
    n = different_items(&items, list, ascii_upper, pool);
    countries->idx = apr_palloc(pool, n * sizeof(*countries->idx));
    countries->spelling = apr_palloc(pool, n * sizeof(*countries->spelling));
    for (i = 0; i < n; i++) {
        apr_uint32_t idx =
            ml_cache_find_country(cache, items[i].folded, items[i].len);

        if (!bytes_order(items[i].folded, items[i].len, "GLOBAL", 6)) {
            countries->global = 1;
        }
        else if (idx != ML_NONE) {
            countries->idx[countries->n] = idx;
            countries->spelling[countries->n++] =
                apr_pstrmemdup(pool, items[i].spelling, items[i].len);
        }
    }
}

void ml_wish_protocols(ml_protocols_t *protocols, const ml_cache_t *cache,
                       const char *list, apr_pool_t *pool)
{
    item_t *items;
    apr_uint32_t i;

    protocols->accepted = apr_palloc(pool, cache->schemes_n);
    memset(protocols->accepted, list == NULL, cache->schemes_n);
    protocols->n = 0;
    if (!list) {
        return;
    }
    protocols->n = different_items(&items, list, ascii_lower, pool);
    for (i = 0; i < protocols->n; i++) {
        apr_uint32_t idx =
            ml_cache_find_scheme(cache, items[i].folded, items[i].len);

        if (idx != ML_NONE) {
            protocols->accepted[idx] = 1;
        }
    }
}
