/* SPDX-License-Identifier: Apache-2.0
 *
 * A world of mirrors for one test: records go into a model by hand, and come
 * out as a cache that the reader has checked.  Knows the model and the way
 * from it to bytes, not what a test wants to see in them.
 *
 * First hosts, categories, URLs and directories; then who is up to date.
 */
#ifndef WORLD_H
#define WORLD_H

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "compile.h"
#include "ml_cache_open.h"
#include "ml_order.h"
#include "unit.h"
#include "write.h"

#define WORLD_CREATED_S 1790000000

typedef struct {
    model_t *model;
    report_t *report;
    int prepared; /* carriers are known: no more of them */
} world_t;

static inline world_t *world_create(void)
{
    world_t *world = apr_pcalloc(pool, sizeof(*world));

    world->model = model_create(pool);
    world->report = report_create(REPORT_QUIET, pool);
    return world;
}

static inline apr_uint32_t world_country(world_t *world, const char *code)
{
    return model_country(world->model, code, strlen(code));
}

static inline model_host_t *world_host_at(world_t *world, apr_uint32_t idx)
{
    return &BUFFER_AT(&world->model->hosts)[idx];
}

/* An active public host; ids count from 1. */
static inline apr_uint32_t world_host(world_t *world, const char *country)
{
    apr_uint32_t n = BUFFER_N(&world->model->hosts);
    model_host_t *host = BUFFER_PUSH(&world->model->hosts);

    host->id = (apr_int64_t)n + 1;
    host->name = apr_psprintf(pool, "host%u", n + 1);
    host->country_idx = world_country(world, country);
    host->bandwidth = 100;
    host->active = 1;
    return n;
}

static inline void world_allow(world_t *world, apr_uint32_t host,
                               const char *country)
{
    ck_assert_ptr_null(
        model_restrict(world->model, host, country, strlen(country)));
}

static inline apr_uint32_t world_category(world_t *world)
{
    apr_uint32_t n = BUFFER_N(&world->model->categories);
    model_category_t *category = BUFFER_PUSH(&world->model->categories);

    category->topdir_idx = ML_NONE;
    category->carriers = apr_array_make(pool, 8, sizeof(apr_uint32_t));
    return n;
}

/* The host's part in a category, without URLs. */
static inline apr_uint32_t world_part(world_t *world, apr_uint32_t host,
                                      apr_uint32_t category)
{
    apr_uint32_t n = BUFFER_N(&world->model->host_categories);
    model_host_category_t *part = BUFFER_PUSH(&world->model->host_categories);

    part->host_idx = host;
    part->category_idx = category;
    return n;
}

static inline void world_url(world_t *world, apr_uint32_t part, apr_int64_t id,
                             const char *url)
{
    ck_assert_ptr_null(model_url(&url, url, strlen(url), pool));
    model_add_url(world->model, part, id, url);
}

/* A host that always carries the category at https://mID.example/pub. */
static inline apr_uint32_t world_mirror(world_t *world, apr_uint32_t category,
                                        const char *country)
{
    apr_uint32_t host = world_host(world, country);
    apr_uint32_t part = world_part(world, host, category);

    BUFFER_AT(&world->model->host_categories)[part].always_up2date = 1;
    world_url(world, part, 100 * (apr_int64_t)host,
              apr_psprintf(pool, "https://m%u.example/pub", host + 1));
    return host;
}

/* Not known until it has a place in a category. */
static inline apr_uint32_t world_directory(world_t *world, const char *name)
{
    apr_uint32_t n = BUFFER_N(&world->model->directories);
    model_directory_t *directory = BUFFER_PUSH(&world->model->directories);

    directory->name = name;
    return n;
}

/* The category counts for the directory, below its first `off` bytes. */
static inline void world_place(world_t *world, apr_uint32_t directory,
                               apr_uint32_t category, apr_uint32_t off)
{
    model_add_placement(world->model, directory, category, off);
}

static inline void world_exclusive(world_t *world, apr_uint32_t directory,
                                   apr_uint32_t host)
{
    model_push_idx(world->model,
                   &BUFFER_AT(&world->model->directories)[directory].exclusive,
                   host);
}

/* A version of a file, of which only an md5 is known: its id in decimal. */
static inline model_file_detail_t *world_file(world_t *world,
                                              apr_uint32_t directory,
                                              apr_int64_t id, const char *name)
{
    model_file_detail_t detail = {.id = id, .filename = name};
    apr_array_header_t *details;

    ck_assert_ptr_null(
        model_detail_hash(&detail.rec, ML_HASH_MD5,
                          apr_psprintf(pool, "%032" APR_INT64_T_FMT, id), 32));
    ck_assert_ptr_null(model_add_file_detail(world->model, directory, &detail));
    details = BUFFER_AT(&world->model->directories)[directory].file_details;
    return &APR_ARRAY_IDX(details, details->nelts - 1, model_file_detail_t);
}

/* Ids count from 1. */
static inline model_repository_t *world_repository(world_t *world,
                                                   const char *prefix,
                                                   const char *arch,
                                                   apr_uint32_t directory)
{
    model_repository_t *repository = BUFFER_PUSH(&world->model->repositories);

    repository->id = BUFFER_N(&world->model->repositories);
    repository->prefix = prefix;
    repository->arch = arch;
    repository->directory_idx = directory;
    return repository;
}

static inline void world_redirect(world_t *world, const char *from,
                                  const char *to)
{
    model_redirect_t *redirect = BUFFER_PUSH(&world->model->redirects);

    redirect->id = BUFFER_N(&world->model->redirects);
    redirect->from = from;
    redirect->to = to;
}

static inline apr_uint32_t world_location(world_t *world, const char *name)
{
    apr_uint32_t n = BUFFER_N(&world->model->locations);

    BUFFER_PUSH(&world->model->locations)->name = name;
    return n;
}

static inline void world_locate(world_t *world, apr_uint32_t location,
                                apr_uint32_t host)
{
    model_push_idx(world->model,
                   &BUFFER_AT(&world->model->locations)[location].hosts, host);
}

static inline void world_network(world_t *world, const char *text,
                                 model_layer_e layer, apr_uint32_t value)
{
    network_t network;

    ck_assert_ptr_null(network_parse(&network, text, strlen(text), 0));
    model_add_network(world->model, &network, layer, value);
}

/* What the country database says; in the order of the networks, which do not
 * overlap. */
static inline void world_geo_at(world_t *world, const char *text,
                                const char *country, const char *continent,
                                const geo_place_t *place)
{
    network_t network;
    model_geo_t geo = {*country ? world_country(world, country) : ML_NONE,
                       continent, place, 0};

    ck_assert_ptr_null(network_parse(&network, text, strlen(text), 0));
    geo.fact_idx = model_geo_fact(world->model, &geo);
    model_add_geo(world->model, &network, &geo);
}

static inline void world_geo(world_t *world, const char *text,
                             const char *country)
{
    world_geo_at(world, text, country, "", NULL);
}

static inline void world_asn(world_t *world, apr_int64_t asn, apr_uint32_t host)
{
    ck_assert(model_is_asn(asn));
    model_add_asn(world->model, asn, host);
}

static inline void world_prepare(world_t *world)
{
    if (!world->prepared) {
        model_prepare_carriers(world->model);
        world->prepared = 1;
    }
}

static inline void world_up2date(world_t *world, apr_uint32_t part,
                                 apr_uint32_t directory)
{
    world_prepare(world);
    model_set_up2date(world->model, part, directory);
}

/* The bytes of the cache file, in memory of the pool that may be broken. */
static inline char *world_bytes(world_t *world, apr_uint64_t *size)
{
    int fd = memfd_create("cache", MFD_CLOEXEC);
    image_t *image;
    char *bytes;

    ck_assert_int_ge(fd, 0);
    world_prepare(world);
    image = compile(world->model, world->report, pool);
    ck_assert_ptr_null(write_image(fd, "cache", image, WORLD_CREATED_S));
    *size = (apr_uint64_t)lseek(fd, 0, SEEK_END);
    bytes = apr_palloc(pool, *size);
    ck_assert_int_eq(pread(fd, bytes, *size, 0), (ssize_t)*size);
    close(fd);
    if (!ML_ORDER_IS_NATIVE) {
        ml_order_turn_file(bytes, *size);
    }
    return bytes;
}

static inline ml_cache_t *world_cache(world_t *world)
{
    apr_uint64_t size;
    const char *bytes = world_bytes(world, &size);
    const char *refused;
    ml_cache_t *cache;

    refused = ml_cache_open(&cache, bytes, size, pool);
    ck_assert_msg(!refused, "%s", refused);
    return cache;
}

static inline const ml_directory_rec *
world_found_directory(const ml_cache_t *cache, const char *name)
{
    apr_uint32_t idx = ml_cache_find_directory(cache, name, strlen(name));

    ck_assert_msg(idx != ML_NONE, "%s is not found", name);
    return &cache->directories[idx];
}

static inline const char *world_text(const ml_cache_t *cache, ml_text_rec text)
{
    return unit_string(ml_text(cache, text), text.len);
}

#endif
