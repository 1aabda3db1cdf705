/* SPDX-License-Identifier: Apache-2.0
 *
 * From bytes to a cache: header and table of contents.  What the records say of
 * each other is checked in ml_cache_check.c.
 */
#include "ml_cache_open.h"

#include <stddef.h>
#include <string.h>

#include <zlib.h>

#include "apr_strings.h"

#include "ml_cache_check.h"

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
        return "this is not a mirrorlist cache (wrong magic)";
    }
    if (header->endian != ML_ENDIAN) {
        return "the cache was made for machines with the other byte order";
    }
    if (header->version_major != ML_VERSION_MAJOR) {
        return apr_psprintf(pool,
                            "the cache has format version %u, but this program "
                            "reads version %u",
                            header->version_major, ML_VERSION_MAJOR);
    }
    if (header->file_size != size) {
        return apr_psprintf(pool,
                            "the file has %" APR_UINT64_T_FMT " bytes, but its "
                            "header says %" APR_UINT64_T_FMT,
                            size, header->file_size);
    }
    if (header->created_s < 0 || header->created_s > ML_TIME_MAX) {
        return "the creation time is out of range";
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
            return apr_psprintf(pool, "section %s appears twice",
                                section->name);
        }
        if (entry->rec_len != section->rec_len || entry->rec_n >= ML_NONE) {
            return apr_psprintf(pool, "section %s has records of another size",
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
