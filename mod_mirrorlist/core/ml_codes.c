/* SPDX-License-Identifier: Apache-2.0
 *
 * Folds the case of list items and drops duplicates by sorting, so that a
 * query full of repetitions costs no more than a query of its length.
 */
#include "ml_codes.h"

#include <stdlib.h>
#include <string.h>

#include "apr_cstr.h"
#include "apr_strings.h"

#include "ml_query.h"
#include "ml_text.h"

typedef struct {
    const char *folded;
    const char *spelling;
    apr_size_t len;
} item_t;

static int item_order(const void *a_, const void *b_)
{
    const item_t *a = a_, *b = b_;
    int order = ml_text_order(a->folded, a->len, b->folded, b->len);

    return order ? order : memcmp(a->spelling, b->spelling, a->len);
}

/* The different items, folded, each in its bytewise first spelling. */
static apr_uint32_t different_items(item_t **items, const char *list,
                                    char fold(char), apr_pool_t *pool)
{
    const char *folded = ml_text_fold(list, strlen(list), fold, pool);
    const char *rest = list, *text;
    apr_uint32_t n = 0, kept = 0, i;
    apr_size_t len;

    *items = apr_palloc(pool, (strlen(list) / 2 + 1) * sizeof(**items));
    while ((text = ml_query_item(&rest, &len))) {
        (*items)[n++] = (item_t){folded + (text - list), text, len};
    }
    qsort(*items, n, sizeof(**items), item_order);
    for (i = 0; i < n; i++) {
        if (kept == 0
            || ml_text_order((*items)[kept - 1].folded, (*items)[kept - 1].len,
                             (*items)[i].folded, (*items)[i].len)
                   != 0) {
            (*items)[kept++] = (*items)[i];
        }
    }
    return kept;
}

typedef apr_uint32_t find_fn(const ml_cache_t *cache, const char *name,
                             apr_size_t len);

static void find_items(ml_codes_t *codes, const ml_cache_t *cache,
                       const char *list, char fold(char), find_fn *find,
                       apr_pool_t *pool)
{
    apr_uint32_t i;
    item_t *items;

    memset(codes, 0, sizeof(*codes));
    if (!list) {
        return;
    }
    codes->n = different_items(&items, list, fold, pool);
    codes->idx = apr_palloc(pool, codes->n * sizeof(*codes->idx));
    codes->spelling = apr_palloc(pool, codes->n * sizeof(*codes->spelling));
    for (i = 0; i < codes->n; i++) {
        codes->idx[i] = find(cache, items[i].folded, items[i].len);
        codes->spelling[i] =
            ml_text_copy(items[i].spelling, items[i].len, pool);
    }
}

void ml_codes_countries(ml_codes_t *codes, const ml_cache_t *cache,
                        const char *list, apr_pool_t *pool)
{
    apr_uint32_t i;

    find_items(codes, cache, list, ml_text_upper, ml_cache_find_country, pool);
    for (i = 0; i < codes->n; i++) {
        if (!apr_cstr_casecmp(codes->spelling[i], "global")) {
            codes->global = 1;
            codes->idx[i] = ML_NONE;
        }
    }
}

void ml_codes_schemes(ml_codes_t *codes, const ml_cache_t *cache,
                      const char *list, apr_pool_t *pool)
{
    find_items(codes, cache, list, ml_text_lower, ml_cache_find_scheme, pool);
}
