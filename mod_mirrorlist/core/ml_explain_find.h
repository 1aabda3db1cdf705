/* SPDX-License-Identifier: Apache-2.0
 *
 * Which hosts a person means.
 */
#ifndef ML_EXPLAIN_FIND_H
#define ML_EXPLAIN_FIND_H

#include "apr_pools.h"

#include "ml_cache.h"

/* By host row: 1 if `name` is its name or the host part of one of its public
 * URLs, in any case of letters, or its id. */
const unsigned char *ml_explain_find(const ml_cache_t *cache, const char *name,
                                     apr_pool_t *pool);

#endif
