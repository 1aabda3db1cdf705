/* SPDX-License-Identifier: Apache-2.0
 *
 * A second file of the same bytes, which whoever writes into the first one
 * cannot harm: for a server that finds that one damaged.
 */
#ifndef COPY_H
#define COPY_H

#include "apr_pools.h"

#include "ml_cache.h"

/* Makes the file `path` anew: the bytes of `fd` without taking space for them
 * again where the file system can, else those of `cache`, which are the same;
 * `fd` may be -1.  Synced and read back.  NULL, or a sentence in `pool`, and
 * then there is no such file. */
const char *copy_make(const char *path, const ml_cache_t *cache, int fd,
                      apr_pool_t *pool);

/* Whether `path` is such a copy of `cache`, which was read from `original`. */
int copy_is_made(const char *path, const char *original,
                 const ml_cache_t *cache);

#endif
