/* SPDX-License-Identifier: Apache-2.0
 *
 * The semantic walk: after it, whatever a record points to is there, lists are
 * in their order, and every key finds its own record.  The checksum has stopped
 * accidents; this must stop everything else.
 */
#ifndef ML_CACHE_CHECK_H
#define ML_CACHE_CHECK_H

#include <string.h>

#include "apr_pools.h"

#include "ml_cache.h"
#include "ml_text.h"

/* The whole walk: NULL, or what is wrong, a constant sentence. */
const char *ml_cache_check(const ml_cache_t *cache, apr_pool_t *pool);

/* --- the rest is shared by the files of the walk alone ---------------------
 */

/* Each check is a function of this form: NULL, or what is wrong. */
typedef const char *ml_check_fn(const ml_cache_t *cache, apr_pool_t *scratch);

static inline int run_is_in(apr_uint32_t first, apr_uint32_t n,
                            apr_uint32_t end)
{
    return first <= end && n <= end - first;
}

/* Whether a character of the section begins there, or the section ends. */
static inline int is_boundary(const char *section, apr_uint32_t n,
                              apr_uint32_t off)
{
    return off == n || (section[off] & 0xc0) != 0x80;
}

static inline int is_in(const char *section, apr_uint32_t n, ml_text_rec text)
{
    return run_is_in(text.off, text.len, n) && is_boundary(section, n, text.off)
           && is_boundary(section, n, text.off + text.len);
}

static inline int text_is_in(const ml_cache_t *cache, ml_text_rec text)
{
    return text.len <= ML_TEXT_MAX && is_in(cache->text, cache->text_n, text);
}

static inline int escaped_is_in(const ml_cache_t *cache, ml_text_rec text)
{
    return text.len <= ML_ESCAPED_MAX
           && is_in(cache->text, cache->text_n, text);
}

static inline int idx_or_none(apr_uint32_t idx, apr_uint32_t end)
{
    return idx < end || idx == ML_NONE;
}

static inline int text_order(const ml_cache_t *cache, ml_text_rec a,
                             ml_text_rec b)
{
    return ml_text_order(ml_text(cache, a), a.len, ml_text(cache, b), b.len);
}

/* In ml_cache_check_slots.c: slots of a power of two with an empty one, so that
 * a search ends. */
const char *ml_check_slots(const apr_uint32_t *slots, apr_uint32_t slot_n,
                           apr_uint32_t rec_n);

/* In ml_cache_check_tables.c: what requests are looked up in. */
ml_check_fn ml_check_directories;
ml_check_fn ml_check_prefixes;
ml_check_fn ml_check_repos;
ml_check_fn ml_check_locations;
ml_check_fn ml_check_host_lists;

/* In ml_cache_check_networks.c: the table of addresses. */
ml_check_fn ml_check_places;
ml_check_fn ml_check_routes;
ml_check_fn ml_check_v4;
ml_check_fn ml_check_v6;

/* In ml_cache_check_explain.c: what only explanations read. */
ml_check_fn ml_check_explain;

#endif
