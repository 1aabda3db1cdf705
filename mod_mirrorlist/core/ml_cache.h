/* SPDX-License-Identifier: Apache-2.0
 *
 * A cache in memory: opened from bytes, checked once, then read without any
 * further check.  Knows no file (ml_load.h) and no request.
 */
#ifndef ML_CACHE_H
#define ML_CACHE_H

#include "apr_pools.h"

#include "ml_address.h"
#include "ml_cache_format.h"

/* Read-only views of the sections, typed, with their record counts. */
typedef struct {
    const ml_header_rec *header;
#define X(id, name, rec) \
    const rec *name;     \
    apr_uint32_t name##_n;
    ML_SECTIONS(X)
#undef X
} ml_cache_t;

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

/* The semantic part of ml_cache_open(), in ml_cache_check.c. */
const char *ml_cache_check(const ml_cache_t *cache, apr_pool_t *pool);

/* The checksum of a whole file, as its header must state it. */
apr_uint32_t ml_cache_crc32(const void *base, apr_uint64_t size);

/* Look-ups by name: the record's index, or ML_NONE.  Names are compared byte
 * by byte; countries have upper-case codes. */
apr_uint32_t ml_cache_find_country(const ml_cache_t *cache, const char *code,
                                   apr_size_t len);
apr_uint32_t ml_cache_find_directory(const ml_cache_t *cache, const char *name,
                                     apr_size_t len);
apr_uint32_t ml_cache_find_scheme(const ml_cache_t *cache, const char *name,
                                  apr_size_t len);
apr_uint32_t ml_cache_find_location(const ml_cache_t *cache, const char *name);
apr_uint32_t ml_cache_find_prefix(const ml_cache_t *cache, const char *name);
apr_uint32_t ml_cache_find_repo(const ml_cache_t *cache,
                                const ml_prefix_rec *prefix, const char *arch);

/* The file's record in `directory`, or NULL. */
const ml_file_rec *ml_cache_find_file(const ml_cache_t *cache,
                                      const ml_directory_rec *directory,
                                      const char *name);

/* What is known of the address: never NULL. */
const ml_route_rec *ml_cache_find_route(const ml_cache_t *cache,
                                        const ml_address_t *address);

/* The hash behind the slots: of a name, or of a repository's prefix and arch
 * (`second` NULL: one name). */
apr_uint32_t ml_cache_hash(const char *first, apr_size_t first_len,
                           const char *second, apr_size_t second_len);

/* Clocks of two hosts differ by less; a cache that was made later than so many
 * seconds from now is as wrong as an old one. */
#define ML_AHEAD_S 60

static inline int ml_cache_is_ahead(const ml_cache_t *cache, apr_int64_t now_s)
{
    return cache->header->created_s > now_s + ML_AHEAD_S;
}

static inline const char *ml_text(const ml_cache_t *cache, ml_text_rec text)
{
    return cache->text + text.off;
}

static inline const char *ml_block(const ml_cache_t *cache, ml_block_rec block)
{
    return cache->blocks + block.off;
}

#endif
