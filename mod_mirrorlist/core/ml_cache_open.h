/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens a cache from bytes and checks it once.  Knows no file (ml_load.h).
 */
#ifndef ML_CACHE_OPEN_H
#define ML_CACHE_OPEN_H

#include "apr_pools.h"

#include "ml_cache.h"

/* Opens the `size` bytes at `base`, 8-aligned, as a cache: checks every
 * offset, index, order and string end, so that nothing read through `*cache`
 * later can leave the bytes.  NULL, or why the bytes are refused: a sentence
 * in `pool` that names the section.  `*cache` lives in `pool` and points into
 * the bytes, which must outlive it unchanged. */
const char *ml_cache_open(ml_cache_t **cache, const void *base,
                          apr_uint64_t size, apr_pool_t *pool);

/* Whether this build has the records of bytes that ml_cache_open() of any
 * build has accepted: NULL, or which it has not, a sentence in `pool`. */
const char *ml_cache_check_known(const void *base, apr_pool_t *pool);

/* The same views without the checks, for bytes that ml_cache_open() of this
 * very build has accepted before. */
ml_cache_t *ml_cache_view(const void *base, apr_pool_t *pool);

/* The checksum of a whole file, as its header must state it. */
apr_uint32_t ml_cache_crc32(const void *base, apr_uint64_t size);

#endif
