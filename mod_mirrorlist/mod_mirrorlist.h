/* SPDX-License-Identifier: Apache-2.0
 *
 * Shared by the module's sources, and only by them.
 */
#ifndef MOD_MIRRORLIST_H
#define MOD_MIRRORLIST_H

#include "httpd.h"
#include "http_config.h"
#include "http_log.h"

#include "ml_cache.h"

APLOG_USE_MODULE(mirrorlist);

extern module AP_MODULE_DECLARE_DATA mirrorlist_module;

/* What a child answers from.  Lives in pconf: children that a graceful
 * restart leaves behind keep theirs, and the memory it points into. */
typedef struct {
    const char *path;        /* MirrorlistCache, absolute */
    const ml_cache_t *cache; /* NULL: nothing could be loaded */
    apr_uint32_t number;     /* of the generation, from 1, by path */
} generation_t;

/* Seconds since the cache was made. */
apr_int64_t generation_age_s(const generation_t *generation);

/* Loads `path`, or keeps the last generation of it that was good, and logs
 * which and why.  Never fails: without any generation `cache` is NULL.  A path
 * that was asked for in this configuration before is not loaded again. */
const generation_t *generation_load(const char *path, apr_uint64_t max_size,
                                    server_rec *s, apr_pool_t *pconf);

/* Gives up what no generation_load() of this configuration asked for. */
void generation_sweep(server_rec *s, apr_pool_t *pconf);

/* For a config test: warns if the file could not be loaded. */
void generation_test(const char *path, apr_uint64_t max_size, server_rec *s,
                     apr_pool_t *pool);

#endif
