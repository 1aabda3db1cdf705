/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory in which an answer is made and waits until it is sent.  A few pools go
 * round among all threads of a process, without a lock, the first idle one
 * first: an answer is written where the one before it stood, in the processor's
 * cache, and no thread keeps the size of the longest answer it ever made.
 */
#ifndef MOD_MIRRORLIST_MEMORY_H
#define MOD_MIRRORLIST_MEMORY_H

#include "apr_buckets.h"
#include "apr_pools.h"

/* An empty pool that is the caller's until it hands it to a bucket.  Where
 * memory is out it does what `like` does; then, or without memory for the pool
 * itself, NULL. */
apr_pool_t *memory_take(apr_pool_t *like);

/* A bucket of `len` bytes that were allocated from the pool, which goes back to
 * the others when the bucket and its copies are gone, in whatever thread. */
apr_bucket *memory_bucket(apr_pool_t *scratch, const char *bytes,
                          apr_size_t len, apr_bucket_alloc_t *alloc);

#endif
