/* SPDX-License-Identifier: Apache-2.0
 *
 * What the client wishes for: the comma lists `country` and `protocol`, held
 * against the cache.
 */
#ifndef ML_WISH_H
#define ML_WISH_H

#include "apr_pools.h"

#include "ml_cache.h"

typedef struct {
    apr_uint32_t n;        /* countries that the cache knows, each once */
    apr_uint32_t *idx;     /* in the order of their codes */
    const char **spelling; /* bytewise first of those that were sent */
    int global;            /* `global` was among them */
} ml_countries_t;

/* `list` NULL: nothing was asked for. */
void ml_wish_countries(ml_countries_t *countries, const ml_cache_t *cache,
                       const char *list, apr_pool_t *pool);

typedef struct {
    unsigned char *accepted; /* by scheme: 1 if it is wished for */
    apr_uint32_t n;          /* different items, unknown ones included */
} ml_protocols_t;

/* `list` NULL: every scheme is accepted, `n` is without meaning. */
void ml_wish_protocols(ml_protocols_t *protocols, const ml_cache_t *cache,
                       const char *list, apr_pool_t *pool);

#endif
