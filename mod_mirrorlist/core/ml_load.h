/* SPDX-License-Identifier: Apache-2.0
 *
 * From a file to a checked cache in memory.  The caller says where the memory
 * comes from: shared for the server, plain for the tools.
 */
#ifndef ML_LOAD_H
#define ML_LOAD_H

#include "apr_pools.h"

#include "ml_cache_open.h"

/* `size` bytes, 8-aligned, that live as long as the caller wants them, or
 * NULL. */
typedef void *ml_load_alloc_fn(void *baton, apr_size_t size);

/* What tells one state of a file from another without reading it. */
typedef struct {
    apr_uint64_t device;
    apr_uint64_t inode;
    apr_uint64_t size;
    apr_int64_t modified_ns;
    apr_int64_t changed_ns;
} ml_load_stamp_t;

/* Reads the regular file `path`, at most `max_size` bytes, into memory of
 * `alloc` and opens it as a cache.  A file that changes while it is read is
 * refused.  NULL, or the reason as a sentence in `pool`; the memory of a
 * refused file stays the caller's.  `*stamp` is the file's that was read. */
const char *ml_load(ml_cache_t **cache, ml_load_stamp_t *stamp,
                    const char *path, apr_uint64_t max_size,
                    ml_load_alloc_fn *alloc, void *baton, apr_pool_t *pool);

/* The stamp of the file as it is now; 0 if there is none. */
int ml_load_stamp(ml_load_stamp_t *stamp, const char *path);

int ml_load_same_stamp(const ml_load_stamp_t *a, const ml_load_stamp_t *b);

/* The same into memory of `pool`, for the tools: no size limit but the
 * machine's. */
const char *ml_load_plain(ml_cache_t **cache, const char *path,
                          apr_pool_t *pool);

#endif
