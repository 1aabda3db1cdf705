/* SPDX-License-Identifier: Apache-2.0
 *
 * A cache with right sums is refused, or every request to it is answered.
 * The input is a list of edits of the sound cache, so that it stays small and
 * that what it says does not depend on where a section stands.
 */
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "target.h"

#define EDITS_MAX 64
#define RECORDS_MAX 8 /* that one edit adds or removes */
#define GROWTH_MAX (EDITS_MAX * RECORDS_MAX)
#define SECTIONS_MAX 64

typedef enum {
    SET,       /* the word becomes the value */
    FLIP,      /* the value's bits of the word change */
    ADD,       /* the value, which may be negative */
    SET_COUNT, /* the number of records of a section, or one near it */
    COPY,      /* another record over this one */
    SWAP,      /* with another record */
    REMOVE,    /* some records */
    INSERT,    /* copies of the record */
    CONTENTS,  /* a word of the section's entry becomes the value */
    HEADER,    /* a word of the header becomes the value */
    EDIT_N
} edit_e;

typedef struct {
    unsigned char edit; /* edit_e in the low half, the record's word above */
    unsigned char section;
    unsigned char record[2]; /* little-endian */
    apr_uint32_t value;
} edit_t;

/* A section in memory of its own, with room to grow. */
typedef struct {
    ml_section_rec entry;
    char *bytes;
} part_t;

typedef struct {
    ml_header_rec header;
    part_t parts[SECTIONS_MAX];
    apr_uint32_t part_n;
} image_t;

static void take_apart(image_t *image, apr_pool_t *pool)
{
    apr_size_t size;
    const char *base = target_cache_bytes(&size);
    const ml_section_rec *entries;
    apr_uint32_t i;

    memcpy(&image->header, base, sizeof(image->header));
    entries = (const ml_section_rec *)(base + sizeof(image->header));
    image->part_n = image->header.section_n;
    for (i = 0; i < image->part_n; i++) {
        part_t *part = &image->parts[i];
        apr_size_t len = entries[i].rec_len * entries[i].rec_n;

        part->entry = entries[i];
        part->bytes =
            apr_palloc(pool, len + GROWTH_MAX * (apr_size_t)entries[i].rec_len);
        memcpy(part->bytes, base + entries[i].off, len);
    }
}

static char *record_at(const part_t *part, apr_uint64_t number)
{
    return part->bytes + number % part->entry.rec_n * part->entry.rec_len;
}

/* A number near the end of what an index may count. */
static apr_uint32_t near_count(const image_t *image, apr_uint32_t value)
{
    const part_t *part = &image->parts[value % image->part_n];

    return (apr_uint32_t)part->entry.rec_n + (value >> 8 & 7) - 4;
}

static void edit_word(const image_t *image, char *at, apr_size_t len,
                      edit_e edit, apr_uint32_t value)
{
    apr_uint32_t word = 0;

    memcpy(&word, at, len);
    word = edit == SET         ? value
           : edit == FLIP      ? word ^ value
           : edit == ADD       ? word + value
           : edit == SET_COUNT ? near_count(image, value)
                               : word;
    memcpy(at, &word, len);
}

static void edit_number(part_t *part, char *at, int insert, apr_uint32_t value)
{
    apr_uint32_t len = part->entry.rec_len, n = value % RECORDS_MAX + 1;
    char *end = part->bytes + part->entry.rec_n * len;

    while (n-- > 0) {
        if (insert) {
            memmove(at + len, at, (apr_size_t)(end - at));
            end += len;
            part->entry.rec_n++;
        }
        else if (at < end) {
            memmove(at, at + len, (apr_size_t)(end - at) - len);
            end -= len;
            part->entry.rec_n--;
        }
    }
}

static void edit_record(const image_t *image, part_t *part, edit_e edit,
                        const edit_t *e)
{
    apr_uint32_t len = part->entry.rec_len;
    apr_size_t word = len < 4 ? 0 : (e->edit >> 4) % (len / 4) * 4;
    char *at, *other, kept[256];

    if (part->entry.rec_n == 0) {
        return;
    }
    at = record_at(part, (apr_uint64_t)e->record[1] << 8 | e->record[0]);
    other = record_at(part, e->value);
    switch (edit) {
    case COPY:
        memmove(at, other, len);
        break;
    case SWAP:
        memcpy(kept, at, len);
        memmove(at, other, len);
        memcpy(other, kept, len);
        break;
    case REMOVE:
    case INSERT:
        edit_number(part, at, edit == INSERT, e->value);
        break;
    default:
        edit_word(image, at + word, len < 4 ? len : 4, edit, e->value);
    }
}

static char *put_together(image_t *image, apr_size_t *size, apr_pool_t *pool)
{
    apr_size_t end =
        sizeof(image->header) + image->part_n * sizeof(ml_section_rec);
    char *bytes;
    apr_uint32_t i;

    for (i = 0; i < image->part_n; i++) {
        ml_section_rec *entry = &image->parts[i].entry;

        entry->off = (end + 7) & ~(apr_size_t)7;
        end = entry->off + entry->rec_n * entry->rec_len;
    }
    bytes = apr_pcalloc(pool, end);
    memcpy(bytes, &image->header, sizeof(image->header));
    for (i = 0; i < image->part_n; i++) {
        const part_t *part = &image->parts[i];

        memcpy(bytes + sizeof(image->header) + i * sizeof(part->entry),
               &part->entry, sizeof(part->entry));
        memcpy(bytes + part->entry.off, part->bytes,
               part->entry.rec_n * part->entry.rec_len);
    }
    *size = end;
    return bytes;
}

/* What can only be wrong once all the rest stands. */
static void edit_head(char *bytes, const image_t *image, edit_e edit,
                      const edit_t *e)
{
    apr_uint32_t word = e->edit >> 4;

    if (edit == CONTENTS) {
        bytes += sizeof(ml_header_rec)
                 + e->section % image->part_n * sizeof(ml_section_rec)
                 + word % (sizeof(ml_section_rec) / 4) * 4;
    }
    else {
        bytes += word % (sizeof(ml_header_rec) / 4) * 4;
    }
    memcpy(bytes, &e->value, 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *pool = target_pool();
    size_t n =
        size / sizeof(edit_t) < EDITS_MAX ? size / sizeof(edit_t) : EDITS_MAX;
    image_t image;
    edit_t edits[EDITS_MAX];
    apr_size_t len;
    char *bytes;
    size_t i;

    memcpy(edits, data, n * sizeof(edit_t));
    take_apart(&image, pool);
    for (i = 0; i < n; i++) {
        edit_e edit = (edits[i].edit & 15) % EDIT_N;

        if (edit < CONTENTS) {
            edit_record(&image, &image.parts[edits[i].section % image.part_n],
                        edit, &edits[i]);
        }
    }
    bytes = put_together(&image, &len, pool);
    for (i = 0; i < n; i++) {
        edit_e edit = (edits[i].edit & 15) % EDIT_N;

        if (edit >= CONTENTS) {
            edit_head(bytes, &image, edit, &edits[i]);
        }
    }
    ask_seal(bytes, len);
    ask_bytes(bytes, len, n > 0 ? edits[0].record[0] : 0);
    apr_pool_destroy(pool);
    return 0;
}
