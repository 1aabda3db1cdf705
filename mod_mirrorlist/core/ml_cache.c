/* SPDX-License-Identifier: Apache-2.0
 *
 * Look-ups in a cache, by name and by address.
 */
#include "ml_cache.h"

#include <string.h>

#include "ml_order.h"
#include "ml_text.h"

/* Eight bytes a step, in the file's order. */
static apr_uint64_t mix(apr_uint64_t hash, const char *text, apr_size_t len)
{
    const apr_uint64_t odd = APR_UINT64_C(0x9e3779b97f4a7c15);
    apr_uint64_t word;

    for (; len >= sizeof(word); text += sizeof(word), len -= sizeof(word)) {
        memcpy(&word, text, sizeof(word));
        word = ML_ORDER_IS_NATIVE ? word : __builtin_bswap64(word);
        hash = (hash ^ word) * odd;
        hash ^= hash >> 32;
    }
    word = (apr_uint64_t)len << 56;
    while (len--) {
        word ^= (apr_uint64_t)(unsigned char)text[len] << 8 * len;
    }
    hash = (hash ^ word) * odd;
    return hash ^ hash >> 32;
}

apr_uint32_t ml_cache_hash(const char *first, apr_size_t first_len,
                           const char *second, apr_size_t second_len)
{
    apr_uint64_t hash = mix(0, first, first_len);

    return (apr_uint32_t)(second ? mix(hash, second, second_len) : hash);
}

/* A table whose records begin with their name, and its slots. */
typedef struct {
    const char *recs;
    apr_size_t rec_len;
    const apr_uint32_t *slots;
    apr_uint32_t slot_n; /* a power of two, at least one slot empty */
} table_t;

#define TABLE(cache, recs_, slots_)                                            \
    (&(const table_t){(const char *)(cache)->recs_, sizeof((cache)->recs_[0]), \
                      (cache)->slots_, (cache)->slots_##_n})

static int is_text(const ml_cache_t *cache, ml_text_rec text, const char *name,
                   apr_size_t len)
{
    return text.len == len && !memcmp(cache->text + text.off, name, len);
}

/* `second` NULL: records with one name; else their first two texts count. */
static apr_uint32_t find(const ml_cache_t *cache, const table_t *table,
                         const char *name, apr_size_t len, const char *second,
                         apr_size_t second_len)
{
    apr_uint32_t mask = table->slot_n - 1;
    apr_uint32_t slot = ml_cache_hash(name, len, second, second_len) & mask;

    for (; table->slots[slot]; slot = (slot + 1) & mask) {
        apr_uint32_t idx = table->slots[slot] - 1;
        const ml_text_rec *names =
            (const ml_text_rec *)(table->recs + idx * table->rec_len);

        if (is_text(cache, names[0], name, len)
            && (!second || is_text(cache, names[1], second, second_len))) {
            return idx;
        }
    }
    return ML_NONE;
}

apr_uint32_t ml_cache_find_country(const ml_cache_t *cache, const char *code,
                                   apr_size_t len)
{
    return find(cache, TABLE(cache, countries, country_slots), code, len, NULL,
                0);
}

apr_uint32_t ml_cache_find_directory(const ml_cache_t *cache, const char *name,
                                     apr_size_t len)
{
    return find(cache, TABLE(cache, directories, directory_slots), name, len,
                NULL, 0);
}

apr_uint32_t ml_cache_find_location(const ml_cache_t *cache, const char *name,
                                    apr_size_t len)
{
    return find(cache, TABLE(cache, locations, location_slots), name, len, NULL,
                0);
}

apr_uint32_t ml_cache_find_prefix(const ml_cache_t *cache, const char *name,
                                  apr_size_t len)
{
    return find(cache, TABLE(cache, prefixes, prefix_slots), name, len, NULL,
                0);
}

apr_uint32_t ml_cache_find_repo(const ml_cache_t *cache,
                                const ml_prefix_rec *prefix, const char *arch,
                                apr_size_t len)
{
    return find(cache, TABLE(cache, repos, repo_slots),
                ml_text(cache, prefix->name), prefix->name.len, arch, len);
}

/* The same for `n` records that ascend by their name. */
static apr_uint32_t find_sorted(const ml_cache_t *cache, const void *recs,
                                apr_size_t rec_len, apr_uint32_t n,
                                const char *name, apr_size_t len)
{
    apr_uint32_t low = 0, high = n;

    while (low < high) {
        apr_uint32_t middle = low + (high - low) / 2;
        const ml_text_rec *text =
            (const ml_text_rec *)((const char *)recs + middle * rec_len);
        int order = ml_text_order(name, len, ml_text(cache, *text), text->len);

        if (order == 0) {
            return middle;
        }
        if (order < 0) {
            high = middle;
        }
        else {
            low = middle + 1;
        }
    }
    return ML_NONE;
}

const ml_file_rec *ml_cache_find_file(const ml_cache_t *cache,
                                      const ml_directory_rec *directory,
                                      const char *name, apr_size_t len)
{
    const ml_file_rec *files = cache->files + directory->file_first;
    apr_uint32_t idx =
        find_sorted(cache, files, sizeof(*files), directory->file_n, name, len);

    return idx == ML_NONE ? NULL : &files[idx];
}

apr_uint32_t ml_cache_find_scheme(const ml_cache_t *cache, const char *name,
                                  apr_size_t len)
{
    apr_uint32_t i;

    for (i = 0; i < ML_SCHEME_OTHER; i++) {
        if (is_text(cache, cache->schemes[i].name, name, len)) {
            return i;
        }
    }
    i = find_sorted(cache, cache->schemes + ML_SCHEME_OTHER,
                    sizeof(*cache->schemes), cache->schemes_n - ML_SCHEME_OTHER,
                    name, len);
    return i == ML_NONE ? ML_NONE : ML_SCHEME_OTHER + i;
}

/* Both searches: the last range that starts at or before the address stands
 * between the index's entry for its leading bits and the next entry. */
static apr_uint32_t find_v4(const ml_cache_t *cache, apr_uint32_t address)
{
    apr_uint32_t slot = address >> (32 - ML_V4_INDEX_BITS);
    apr_uint32_t low = cache->v4_index[slot];
    apr_uint32_t high = cache->v4_index[slot + 1];

    while (low < high) {
        apr_uint32_t middle = high - (high - low) / 2;

        if (cache->v4_starts[middle] <= address) {
            low = middle;
        }
        else {
            high = middle - 1;
        }
    }
    return cache->v4_routes[low];
}

static apr_uint32_t find_v6(const ml_cache_t *cache,
                            const ml_address_t *address)
{
    apr_uint32_t slot = (apr_uint32_t)(address->hi >> (64 - ML_V6_INDEX_BITS));
    apr_uint32_t low = cache->v6_index[slot];
    apr_uint32_t high = cache->v6_index[slot + 1];

    while (low < high) {
        apr_uint32_t middle = high - (high - low) / 2;
        const ml_v6_rec *start = &cache->v6_starts[middle];

        if (start->hi < address->hi
            || (start->hi == address->hi && start->lo <= address->lo)) {
            low = middle;
        }
        else {
            high = middle - 1;
        }
    }
    return cache->v6_routes[low];
}

const ml_route_rec *ml_cache_find_route(const ml_cache_t *cache,
                                        const ml_address_t *address)
{
    return cache->routes
           + (address->family == ML_ADDRESS_V4
                  ? find_v4(cache, (apr_uint32_t)address->lo)
                  : find_v6(cache, address));
}
