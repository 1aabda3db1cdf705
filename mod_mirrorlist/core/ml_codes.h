/* SPDX-License-Identifier: Apache-2.0
 *
 * The comma lists of a query and of the configuration, countries and schemes,
 * held against the cache.
 */
#ifndef ML_CODES_H
#define ML_CODES_H

#include "apr_pools.h"

#include "ml_cache.h"

/* The different items, whatever the case of their letters, in the order of
 * their codes. */
typedef struct {
    apr_uint32_t n;
    const char **spelling; /* bytewise first of those that were sent */
    apr_uint32_t *idx;     /* in the cache; ML_NONE: not there */
    int global; /* of countries: `global` is an item, which is never one */
} ml_codes_t;

/* `list` NULL: there are none. */
void ml_codes_countries(ml_codes_t *codes, const ml_cache_t *cache,
                        const char *list, apr_pool_t *pool);
void ml_codes_schemes(ml_codes_t *codes, const ml_cache_t *cache,
                      const char *list, apr_pool_t *pool);

#endif
