/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory in which answers are made.  A few pools go round among all threads of
 * a process, without a lock, the first idle one first: an answer is written
 * where the one before it stood, in the processor's cache, and a thread that
 * once made a long answer does not keep its size for ever.
 */
#ifndef MOD_MIRRORLIST_SCRATCH_H
#define MOD_MIRRORLIST_SCRATCH_H

#include "apr_pools.h"

/* An empty pool that is the caller's until it is given back.  Where memory is
 * out it does what `like` does; then, or without memory for the pool itself,
 * NULL. */
apr_pool_t *scratch_take(apr_pool_t *like);

/* Ends all that was allocated from it. */
void scratch_give_back(apr_pool_t *scratch);

#endif
