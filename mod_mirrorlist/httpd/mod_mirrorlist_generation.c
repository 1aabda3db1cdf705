/* SPDX-License-Identifier: Apache-2.0
 *
 * Generations: caches in shared memory that outlive a configuration.
 *
 *     s->process->pool                   lives as long as the parent
 *       retained_t ("mod_mirrorlist:..") found again by its key
 *         pool
 *           slot_t per path              its number goes on counting
 *             pool                       one generation: apr_shm, read-only
 *     pconf                              cleared by a graceful restart
 *       generation_t -> ml_cache_t       views into the segment
 *
 * A graceful restart unloads this module: nothing in the long-lived pools may
 * point to its code or constants, and after an upgrade other code may find
 * what this code left.
 */
#include "mod_mirrorlist.h"

#include <sys/mman.h>
#include <unistd.h>

#include "apr_shm.h"
#include "apr_strings.h"

#include "ml_cache_open.h"
#include "ml_load.h"
#include "mod_mirrorlist_counters.h"

#define RETAINED_KEY "mod_mirrorlist"
#define RETAINED_LAYOUT 1 /* of the two structs below */

typedef struct slot_t {
    struct slot_t *next;
    char *path;
    apr_uint32_t number;   /* of the last generation that was loaded */
    apr_pool_t *pool;      /* of the generation; NULL: there is none */
    void *base;            /* its bytes */
    apr_size_t size;       /* and how many */
    ml_load_stamp_t stamp; /* of its file when it was read */
    apr_time_t loaded_at;
    apr_time_t load_time;
    int from_good;         /* not from its file, but from FILE.good */
    int failing;           /* the last load failed */
    apr_time_t failed_at;  /* of the last failed load; 0: never */
    char failure[256];     /* its reason */
    apr_uint32_t old;      /* the generation last reported as old; 0: none */
    int used;              /* by the configuration that is being read */
    generation_t *current; /* in pconf, valid only while `used` */
} slot_t;

typedef struct {
    /* These three stay what and where they are in every release. */
    apr_uint32_t layout;
    apr_uint32_t size;
    apr_pool_t *pool; /* of everything here but this struct */
    char release[16]; /* that has checked the generations */
    slot_t *slots;
} retained_t;

/* Those of this configuration, in pconf. */
static generation_t *generations;

static void drop_generation(slot_t *slot)
{
    if (slot->pool) {
        apr_pool_destroy(slot->pool);
        slot->pool = NULL;
    }
}

/* Another release has checked these bytes, or another build of this one that
 * may have had other records.  Whether ours takes them too. */
static void check_again(slot_t *slot, int same_release, apr_pool_t *pconf)
{
    const char *refused = NULL;
    ml_cache_t *cache;

    if (slot->pool) {
        refused = same_release
                      ? ml_cache_check_known(slot->base, pconf)
                      : ml_cache_open(&cache, slot->base, slot->size, pconf);
    }
    if (refused) {
        drop_generation(slot);
    }
}

static void set_release(retained_t *retained)
{
    apr_cpystrn(retained->release, MIRRORLIST_VERSION,
                sizeof(retained->release));
}

/* What earlier configurations of this httpd left: before an upgrade of the
 * package by other code than this. */
static retained_t *retained_get(server_rec *s, apr_pool_t *pconf)
{
    retained_t *retained = ap_retained_data_get(RETAINED_KEY);
    slot_t *slot;

    if (retained
        && (retained->layout != RETAINED_LAYOUT
            || retained->size != sizeof(*retained))) {
        apr_pool_destroy(retained->pool);
        retained = NULL;
    }
    if (!retained) {
        retained = ap_retained_data_create(RETAINED_KEY, sizeof(*retained));
        retained->layout = RETAINED_LAYOUT;
        retained->size = sizeof(*retained);
        apr_pool_create(&retained->pool, s->process->pool);
        set_release(retained);
    }
    for (slot = retained->slots; slot; slot = slot->next) {
        check_again(slot, !strcmp(retained->release, MIRRORLIST_VERSION),
                    pconf);
    }
    set_release(retained);
    return retained;
}

static slot_t *slot_get(retained_t *retained, const char *path)
{
    slot_t *slot = retained->slots;

    while (slot && strcmp(slot->path, path)) {
        slot = slot->next;
    }
    if (!slot) {
        slot = apr_pcalloc(retained->pool, sizeof(*slot));
        slot->path = apr_pstrdup(retained->pool, path);
        slot->next = retained->slots;
        retained->slots = slot;
    }
    return slot;
}

static void *alloc_shared(void *pool, apr_size_t size)
{
    apr_shm_t *shm;

    /* NULL: anonymous, so no name and no permissions to get wrong. */
    return apr_shm_create(&shm, size, NULL, pool) == APR_SUCCESS
               ? apr_shm_baseaddr_get(shm)
               : NULL;
}

/* Nobody writes to a generation again; a stray write ends one child. */
static void make_read_only(void *base, apr_size_t size)
{
    apr_uintptr_t page = (apr_uintptr_t)sysconf(_SC_PAGESIZE);
    apr_uintptr_t start = (apr_uintptr_t)base & ~(page - 1);

    mprotect((void *)start, (apr_uintptr_t)base + size - start, PROT_READ);
}

static apr_int64_t age_s(const void *base)
{
    return apr_time_sec(apr_time_now())
           - ((const ml_header_rec *)base)->created_s;
}

static void log_loaded(const slot_t *slot, const ml_cache_t *cache,
                       server_rec *s)
{
    const ml_counts_rec *counts = cache->counts;
    apr_time_exp_t made;

    apr_time_exp_gmt(&made, apr_time_from_sec(cache->header->created_s));
    ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s,
                 "generation %u of %s: %" APR_UINT64_T_FMT
                 " directories, %" APR_UINT64_T_FMT " hosts, %" APR_UINT64_T_FMT
                 " repositories, %" APR_UINT64_T_FMT
                 " bytes, made %04d-%02d-%02dT%02d:%02d:%02dZ, loaded in "
                 "%" APR_TIME_T_FMT " ms",
                 slot->number, slot->path, counts->directories, counts->hosts,
                 counts->repositories, cache->header->file_size,
                 made.tm_year + 1900, made.tm_mon + 1, made.tm_mday,
                 made.tm_hour, made.tm_min, made.tm_sec,
                 apr_time_as_msec(slot->load_time));
}

/* Whether the slot's generation has the very bytes of `cache`. */
static int is_same(const slot_t *slot, const ml_cache_t *cache)
{
    return slot->pool && slot->size == cache->header->file_size
           && !memcmp(slot->base, cache->header, slot->size);
}

/* Takes the file as the slot's next generation.  NULL, or why not: then the
 * one before stays. */
static const char *take_file(slot_t *slot, const char *path,
                             apr_uint64_t max_size, retained_t *retained,
                             server_rec *s, apr_pool_t *pconf)
{
    apr_time_t started = apr_time_now();
    ml_load_stamp_t stamp;
    ml_cache_t *cache;
    const char *refused;
    apr_pool_t *pool;

    if (slot->pool && ml_load_stamp(&stamp, path)
        && ml_load_same_stamp(&stamp, &slot->stamp)) {
        return NULL;
    }
    apr_pool_create(&pool, retained->pool);
    refused =
        ml_load(&cache, &stamp, path, max_size, alloc_shared, pool, pconf);
    if (refused) {
        apr_pool_destroy(pool);
        return refused;
    }
    slot->stamp = stamp;
    if (is_same(slot, cache)) {
        apr_pool_destroy(pool);
        return NULL;
    }
    drop_generation(slot);
    slot->loaded_at = apr_time_now();
    slot->load_time = slot->loaded_at - started;
    slot->pool = pool;
    slot->base = (void *)cache->header;
    slot->size = (apr_size_t)cache->header->file_size;
    slot->number++;
    make_read_only(slot->base, slot->size);
    log_loaded(slot, cache, s);
    return NULL;
}

static void note_failure(slot_t *slot, const char *refused)
{
    slot->failing = 1;
    slot->failed_at = apr_time_now();
    apr_cpystrn(slot->failure, refused, sizeof(slot->failure));
}

/* Decides what the slot serves, and says so where it is not its file. */
static void refresh(slot_t *slot, apr_uint64_t max_size, retained_t *retained,
                    server_rec *s, apr_pool_t *pconf)
{
    const char *refused =
        take_file(slot, slot->path, max_size, retained, s, pconf);
    const char *good = apr_pstrcat(pconf, slot->path, ".good", NULL);

    if (!refused) {
        slot->failing = slot->from_good = 0;
        return;
    }
    note_failure(slot, refused);
    if (slot->pool) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, s,
                     "%s not loaded: %s; still serving generation %u, "
                     "%" APR_INT64_T_FMT " s old",
                     slot->path, refused, slot->number, age_s(slot->base));
    }
    else if (!take_file(slot, good, max_size, retained, s, pconf)) {
        slot->from_good = 1;
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, s,
                     "%s not loaded: %s; still serving generation %u, "
                     "%" APR_INT64_T_FMT " s old, from %s",
                     slot->path, refused, slot->number, age_s(slot->base),
                     good);
    }
    else {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, s,
                     "%s not loaded: %s; no generation, answering 503",
                     slot->path, refused);
    }
}

/* The slot's state for this configuration. */
static generation_t *generation_of(slot_t *slot, server_rec *s,
                                   apr_pool_t *pconf)
{
    generation_t *generation = apr_pcalloc(pconf, sizeof(*generation));

    generation->path = slot->path;
    generation->number = slot->number;
    generation->server = s;
    generation->loaded_at = slot->loaded_at;
    generation->load_time = slot->load_time;
    generation->from_good = slot->from_good;
    generation->failing = slot->failing;
    generation->failed_at = slot->failed_at;
    generation->failure = apr_pstrdup(pconf, slot->failure);
    generation->reported = &slot->old;
    if (slot->pool) {
        generation->cache = ml_cache_view(slot->base, pconf);
        generation->continents =
            counters_of_continents(generation->cache, pconf);
    }
    return generation;
}

const generation_t *generation_load(const char *path, apr_uint64_t max_size,
                                    apr_int64_t max_age_s, server_rec *s,
                                    apr_pool_t *pconf)
{
    retained_t *retained = retained_get(s, pconf);
    slot_t *slot = slot_get(retained, path);

    if (!slot->used) {
        slot->used = 1;
        refresh(slot, max_size, retained, s, pconf);
        slot->current = generation_of(slot, s, pconf);
        slot->current->max_age_s = max_age_s;
    }
    if (max_age_s < slot->current->max_age_s) {
        slot->current->max_age_s = max_age_s;
    }
    return slot->current;
}

apr_int64_t generation_age_s(const generation_t *generation, apr_time_t now)
{
    return apr_time_sec(now) - generation->cache->header->created_s;
}

int generation_is_ahead(const generation_t *generation, apr_time_t now)
{
    return generation->cache
           && ml_cache_is_ahead(generation->cache, apr_time_sec(now));
}

int generation_is_old(const generation_t *generation, apr_time_t now)
{
    return generation_is_ahead(generation, now)
           || (generation->cache
               && generation_age_s(generation, now) > generation->max_age_s);
}

void generation_sweep(server_rec *s, apr_pool_t *pconf)
{
    slot_t *slot;

    generations = NULL;
    for (slot = retained_get(s, pconf)->slots; slot; slot = slot->next) {
        if (slot->used) {
            slot->current->next = generations;
            generations = slot->current;
        }
        else {
            drop_generation(slot);
            slot->old = 0;
        }
        slot->used = 0;
        slot->current = NULL;
    }
}

const generation_t *generation_first(void)
{
    return generations;
}

static void log_old(const generation_t *generation, apr_time_t now)
{
    apr_int64_t age = generation_age_s(generation, now);

    if (generation_is_ahead(generation, now)) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, generation->server,
                     "generation %u of %s was made %" APR_INT64_T_FMT
                     " s in the future: the clock was wrong where it was made, "
                     "or is wrong here; it is served",
                     generation->number, generation->path, -age);
    }
    else {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, generation->server,
                     "generation %u of %s is %" APR_INT64_T_FMT
                     " s old, more than MirrorlistMaxAge; it is served",
                     generation->number, generation->path, age);
    }
}

/* What was reported is kept where the next configuration finds it. */
static void report_age(const generation_t *generation, apr_time_t now)
{
    int old = generation_is_old(generation, now);

    if (old && *generation->reported != generation->number) {
        *generation->reported = generation->number;
        log_old(generation, now);
    }
    else if (!old && *generation->reported) {
        *generation->reported = 0;
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, generation->server,
                     "generation %u of %s is %" APR_INT64_T_FMT
                     " s old, not more than MirrorlistMaxAge again",
                     generation->number, generation->path,
                     generation_age_s(generation, now));
    }
}

void generation_report_ages(apr_time_t now)
{
    const generation_t *generation;

    for (generation = generations; generation; generation = generation->next) {
        if (generation->cache) {
            report_age(generation, now);
        }
    }
}

void generation_test(const char *path, apr_uint64_t max_size, server_rec *s,
                     apr_pool_t *pool)
{
    ml_load_stamp_t stamp;
    ml_cache_t *cache;
    apr_pool_t *scratch;
    const char *refused;

    apr_pool_create(&scratch, pool);
    refused =
        ml_load(&cache, &stamp, path, max_size, alloc_shared, scratch, scratch);
    if (refused) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s,
                     "MirrorlistCache %s could not be loaded now: %s", path,
                     refused);
    }
    apr_pool_destroy(scratch);
}
