/* SPDX-License-Identifier: Apache-2.0
 *
 * A weighted random order of hosts.
 */
#ifndef ML_DRAW_H
#define ML_DRAW_H

#include "ml_cache.h"
#include "ml_random.h"

/* Puts the `n` members (places in cache->members) into the order in which
 * they would be drawn one by one without replacement, each with probability
 * proportional to its host's bandwidth.  `keys`: room for 2 * n numbers.
 * Linear in `n` for weights that differ by a few powers of ten. */
void ml_draw(apr_uint32_t *members, apr_uint32_t n, const ml_cache_t *cache,
             ml_random_t *random, apr_uint64_t *keys);

#endif
