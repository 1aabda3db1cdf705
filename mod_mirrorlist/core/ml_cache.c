/* SPDX-License-Identifier: Apache-2.0
 *
 * The reader of the cache file: header and table of contents, and the look-ups
 * by name and by address.  What the records say of each other is checked in
 * ml_cache_check.c.
 */
#include "ml_cache.h"

#include <stddef.h>
#include <string.h>

#include <zlib.h>

#include "apr_strings.h"

/* Where the views of a section stand in ml_cache_t. */
typedef struct {
    const char *name;
    apr_uint32_t id;
    apr_uint32_t rec_len;
    apr_size_t view_off;
    apr_size_t n_off;
} section_t;

static const section_t sections[] = {
#define X(id, name, rec)                                 \
    {#name, id, sizeof(rec), offsetof(ml_cache_t, name), \
     offsetof(ml_cache_t, name##_n)},
    ML_SECTIONS(X)
#undef X
};
#define SECTION_N (sizeof(sections) / sizeof(sections[0]))

static const section_t *known_section(apr_uint32_t id)
{
    apr_size_t i;

    for (i = 0; i < SECTION_N; i++) {
        if (sections[i].id == id) {
            return &sections[i];
        }
    }
    return NULL;
}

static const ml_section_rec *contents(const void *base)
{
    return (const ml_section_rec *)((const ml_header_rec *)base + 1);
}

apr_uint32_t ml_cache_crc32(const void *base, apr_uint64_t size)
{
    ml_header_rec header;
    uLong crc;

    memcpy(&header, base, sizeof(header));
    header.crc32 = 0;
    crc = crc32_z(0, (const Bytef *)&header, sizeof(header));
    return (apr_uint32_t)crc32_z(crc, (const Bytef *)base + sizeof(header),
                                 (z_size_t)(size - sizeof(header)));
}

/* The ladder of refusals before a single section is believed. */
static const char *check_header(const ml_header_rec *header, apr_uint64_t size,
                                apr_pool_t *pool)
{
    if (size < sizeof(*header)) {
        return size == 0 ? "the file is empty"
                         : "the file is shorter than a header";
    }
    if (memcmp(header->magic, ML_MAGIC, sizeof(header->magic))) {
        return "this is no mirrorlist cache (wrong magic)";
    }
    if (header->endian != ML_ENDIAN) {
        return "the cache was made for machines of the other byte order";
    }
    if (header->version_major != ML_VERSION_MAJOR) {
        return apr_psprintf(pool,
                            "the cache has format version %u, this program "
                            "reads version %u",
                            header->version_major, ML_VERSION_MAJOR);
    }
    if (header->file_size != size) {
        return apr_psprintf(pool,
                            "the file has %" APR_UINT64_T_FMT " bytes, its "
                            "header says %" APR_UINT64_T_FMT,
                            size, header->file_size);
    }
    if (header->created_s < 0 || header->created_s > ML_TIME_MAX) {
        return "the creation time is none";
    }
    if (header->section_n > (size - sizeof(*header)) / sizeof(ml_section_rec)) {
        return "the table of contents is longer than the file";
    }
    if (header->crc32 != ml_cache_crc32(header, size)) {
        return "the checksum is wrong";
    }
    return NULL;
}

static int all_zero(const char *bytes, apr_uint64_t len)
{
    while (len > 0) {
        if (bytes[--len]) {
            return 0;
        }
    }
    return 1;
}

/* Sections follow each other with less than eight zeros between them, so
 * that every byte of the file belongs to something. */
static const char *check_contents(const ml_header_rec *header, apr_pool_t *pool)
{
    const char *base = (const char *)header;
    const ml_section_rec *entry = contents(header);
    apr_uint64_t end = sizeof(*header) + header->section_n * sizeof(*entry);
    apr_uint32_t i;

    for (i = 0; i < header->section_n; i++, entry++) {
        apr_uint64_t aligned = (end + 7) & ~(apr_uint64_t)7;

        if (entry->off != aligned || aligned > header->file_size
            || !all_zero(base + end, aligned - end)) {
            return apr_psprintf(pool, "section %u is not where it should be",
                                entry->id);
        }
        if (entry->rec_len == 0
            || entry->rec_n
                   > (header->file_size - entry->off) / entry->rec_len) {
            return apr_psprintf(pool, "section %u is longer than the file",
                                entry->id);
        }
        end = entry->off + entry->rec_n * entry->rec_len;
    }
    return end == header->file_size ? NULL
                                    : "there are bytes after the last section";
}

/* Each known section once, with the records this build knows. */
const char *ml_cache_check_known(const void *base, apr_pool_t *pool)
{
    const ml_header_rec *header = base;
    const ml_section_rec *entry = contents(header);
    int seen[SECTION_N] = {0};
    apr_size_t i;

    for (i = 0; i < header->section_n; i++, entry++) {
        const section_t *section = known_section(entry->id);

        if (!section) {
            continue;
        }
        if (seen[section - sections]++) {
            return apr_psprintf(pool, "section %s stands twice", section->name);
        }
        if (entry->rec_len != section->rec_len || entry->rec_n >= ML_NONE) {
            return apr_psprintf(pool, "section %s has other records",
                                section->name);
        }
    }
    for (i = 0; i < SECTION_N; i++) {
        if (!seen[i]) {
            return apr_psprintf(pool, "section %s is missing",
                                sections[i].name);
        }
    }
    return NULL;
}

ml_cache_t *ml_cache_view(const void *base, apr_pool_t *pool)
{
    ml_cache_t *cache = apr_pcalloc(pool, sizeof(*cache));
    const ml_section_rec *entry = contents(base);
    apr_uint32_t i;

    cache->header = base;
    for (i = 0; i < cache->header->section_n; i++, entry++) {
        const section_t *section = known_section(entry->id);

        if (section) {
            *(const void **)((char *)cache + section->view_off) =
                (const char *)base + entry->off;
            *(apr_uint32_t *)((char *)cache + section->n_off) =
                (apr_uint32_t)entry->rec_n;
        }
    }
    return cache;
}

const char *ml_cache_open(ml_cache_t **cache, const void *base,
                          apr_uint64_t size, apr_pool_t *pool)
{
    const char *refused = check_header(base, size, pool);

    if (!refused) {
        refused = check_contents(base, pool);
    }
    if (!refused) {
        refused = ml_cache_check_known(base, pool);
    }
    if (!refused) {
        *cache = ml_cache_view(base, pool);
        refused = ml_cache_check(*cache, pool);
    }
    return refused;
}

apr_uint32_t ml_cache_hash(const char *first, apr_size_t first_len,
                           const char *second, apr_size_t second_len)
{
    apr_uint32_t hash = 2166136261u; /* FNV-1a */

    while (first_len--) {
        hash = (hash ^ (unsigned char)*first++) * 16777619u;
    }
    if (second) {
        hash = (hash ^ '\n') * 16777619u; /* in no name: control byte */
        while (second_len--) {
            hash = (hash ^ (unsigned char)*second++) * 16777619u;
        }
    }
    return hash ^ hash >> 15;
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

apr_uint32_t ml_cache_find_location(const ml_cache_t *cache, const char *name)
{
    return find(cache, TABLE(cache, locations, location_slots), name,
                strlen(name), NULL, 0);
}

apr_uint32_t ml_cache_find_prefix(const ml_cache_t *cache, const char *name)
{
    return find(cache, TABLE(cache, prefixes, prefix_slots), name, strlen(name),
                NULL, 0);
}

apr_uint32_t ml_cache_find_repo(const ml_cache_t *cache,
                                const ml_prefix_rec *prefix, const char *arch)
{
    return find(cache, TABLE(cache, repos, repo_slots),
                ml_text(cache, prefix->name), prefix->name.len, arch,
                strlen(arch));
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
        int order = memcmp(name, ml_text(cache, *text),
                           len < text->len ? len : text->len);

        if (order == 0 && len == text->len) {
            return middle;
        }
        if (order < 0 || (order == 0 && len < text->len)) {
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
                                      const char *name)
{
    const ml_file_rec *files = cache->files + directory->file_first;
    apr_uint32_t idx = find_sorted(cache, files, sizeof(*files),
                                   directory->file_n, name, strlen(name));

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
