/* SPDX-License-Identifier: Apache-2.0
 *
 * A cache in memory, which ml_cache_open() has checked: read without any
 * further check.  Knows no request.
 */
#ifndef ML_CACHE_H
#define ML_CACHE_H

#include "apr.h"

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

/* Look-ups by name: the record's index, or ML_NONE.  Names are compared byte
 * by byte; countries have upper-case codes. */
apr_uint32_t ml_cache_find_country(const ml_cache_t *cache, const char *code,
                                   apr_size_t len);
apr_uint32_t ml_cache_find_directory(const ml_cache_t *cache, const char *name,
                                     apr_size_t len);
apr_uint32_t ml_cache_find_scheme(const ml_cache_t *cache, const char *name,
                                  apr_size_t len);
apr_uint32_t ml_cache_find_location(const ml_cache_t *cache, const char *name,
                                    apr_size_t len);
apr_uint32_t ml_cache_find_prefix(const ml_cache_t *cache, const char *name,
                                  apr_size_t len);
apr_uint32_t ml_cache_find_repo(const ml_cache_t *cache,
                                const ml_prefix_rec *prefix, const char *arch,
                                apr_size_t len);

/* The file's record in `directory`, or NULL. */
const ml_file_rec *ml_cache_find_file(const ml_cache_t *cache,
                                      const ml_directory_rec *directory,
                                      const char *name, apr_size_t len);

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

#endif
