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
#include "ml_request.h"

APLOG_USE_MODULE(mirrorlist);

extern module AP_MODULE_DECLARE_DATA mirrorlist_module;

/* What a child answers from, and how it came.  Lives in pconf: children that
 * a graceful restart leaves behind keep theirs, and the memory it points
 * into. */
typedef struct generation_t {
    const struct generation_t *next; /* of this configuration */
    const char *path;                /* MirrorlistCache, absolute */
    const ml_cache_t *cache;         /* NULL: nothing could be loaded */
    const unsigned char *continents; /* counter_e, by index in the cache */
    apr_uint32_t number;             /* of the generation, from 1, by path */
    apr_int64_t max_age_s;           /* the least that a server allows it */
    server_rec *server;              /* the first that names the path */
    apr_time_t loaded_at;
    apr_time_t load_time;
    int from_good;          /* read from FILE.good */
    int failing;            /* the last load failed; this is what was kept */
    apr_time_t failed_at;   /* when the last one did; 0: never */
    const char *failure;    /* and why */
    apr_uint32_t *reported; /* the parent's: number last reported as old */
} generation_t;

/* Seconds since the cache was made; negative if it says that it will be. */
apr_int64_t generation_age_s(const generation_t *generation, apr_time_t now);

/* Whether it was made in the future, by more than clocks differ. */
int generation_is_ahead(const generation_t *generation, apr_time_t now);

/* Whether it was, or is older than its MirrorlistMaxAge. */
int generation_is_old(const generation_t *generation, apr_time_t now);

/* Loads `path`, or keeps the last generation of it that was good, and logs
 * which and why.  Never fails: without any generation `cache` is NULL.  A path
 * that was asked for in this configuration before is not loaded again. */
const generation_t *generation_load(const char *path, apr_uint64_t max_size,
                                    apr_int64_t max_age_s, server_rec *s,
                                    apr_pool_t *pconf);

/* Gives up what no generation_load() of this configuration asked for. */
void generation_sweep(server_rec *s, apr_pool_t *pconf);

/* All that generation_sweep() left, linked by `next`; NULL: none. */
const generation_t *generation_first(void);

/* For the parent: logs each generation once when it has become old, and once
 * when it is not any more. */
void generation_report_ages(apr_time_t now);

/* For a config test: warns if the file could not be loaded. */
void generation_test(const char *path, apr_uint64_t max_size, server_rec *s,
                     apr_pool_t *pool);

/* What the request is answered from; NULL: its server has no MirrorlistCache.
 */
const generation_t *conf_generation(const request_rec *r);

/* What the directives of its section say. */
ml_settings_t conf_settings(const request_rec *r);

#endif
