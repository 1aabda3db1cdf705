/* SPDX-License-Identifier: Apache-2.0
 *
 * Compiled everywhere, so that it is tested everywhere; called where the
 * machine is big-endian.
 */
#include "ml_order.h"

#include <stddef.h>
#include <string.h>

#include "ml_cache_open.h"

/* The bytes of each number of a record, in their order; the last one stands for
 * all that follow.  0: the rest are bytes. */
#define WIDTHS(rec)            \
    _Generic(*(rec *)0,        \
        char: "0",             \
        ml_counts_rec: "8",    \
        ml_detail_rec: "8840", \
        ml_host_rec: "84",     \
        ml_host_row_rec: "84", \
        ml_place_rec: "224",   \
        ml_skipped_rec: "448", \
        ml_v6_rec: "8",        \
        default: "4")

typedef struct {
    apr_uint32_t id;
    apr_uint32_t rec_len;
    const char *widths;
} section_t;

static const section_t sections[] = {
#define X(id, name, rec) {id, sizeof(rec), WIDTHS(rec)},
    ML_SECTIONS(X)
#undef X
};

#define SECTION_N (sizeof(sections) / sizeof(*sections))

static void turn_number(char *bytes, int width)
{
    apr_uint16_t two;
    apr_uint32_t four;
    apr_uint64_t eight;

    switch (width) {
    case 2:
        memcpy(&two, bytes, 2);
        two = __builtin_bswap16(two);
        memcpy(bytes, &two, 2);
        break;
    case 4:
        memcpy(&four, bytes, 4);
        four = __builtin_bswap32(four);
        memcpy(bytes, &four, 4);
        break;
    default:
        memcpy(&eight, bytes, 8);
        eight = __builtin_bswap64(eight);
        memcpy(bytes, &eight, 8);
    }
}

static void turn_record(char *rec, apr_size_t len, const char *widths)
{
    char *end = rec + len;

    while (rec < end && *widths != '0') {
        int width = *widths - '0';

        turn_number(rec, width);
        rec += width;
        widths += widths[1] != '\0';
    }
}

static void turn_records(void *records, apr_uint64_t n, apr_size_t rec_len,
                         const char *widths)
{
    char *rec = records;

    for (; n > 0 && *widths != '0'; n--, rec += rec_len) {
        turn_record(rec, rec_len, widths);
    }
}

void ml_order_turn_header(ml_header_rec *header)
{
    turn_record((char *)&header->endian,
                sizeof(*header) - offsetof(ml_header_rec, endian), "422884");
}

void ml_order_turn_contents(ml_section_rec *entries, apr_uint64_t n)
{
    turn_records(entries, n, sizeof(*entries), "448");
}

static const section_t *section_of(apr_uint32_t id)
{
    apr_size_t i = 0;

    while (i < SECTION_N && sections[i].id != id) {
        i++;
    }
    return i < SECTION_N ? &sections[i] : NULL;
}

void ml_order_turn_section(apr_uint32_t id, void *records, apr_uint64_t n)
{
    const section_t *section = section_of(id);

    turn_records(records, n, section->rec_len, section->widths);
}

void ml_order_turn_file(void *base, apr_uint64_t size)
{
    ml_header_rec *header = base;
    ml_section_rec *entry = (ml_section_rec *)(header + 1);
    apr_uint32_t crc, stated;
    apr_uint64_t n;

    if (size < sizeof(*header)) {
        return;
    }
    crc = ml_cache_crc32(base, size);
    ml_order_turn_header(header);
    stated = header->crc32;
    n = (size - sizeof(*header)) / sizeof(*entry);
    n = header->section_n < n ? header->section_n : n;
    ml_order_turn_contents(entry, n);
    for (; n > 0; n--, entry++) {
        const section_t *section = section_of(entry->id);

        if (section && entry->rec_len == section->rec_len && entry->off <= size
            && entry->rec_n <= (size - entry->off) / entry->rec_len) {
            ml_order_turn_section(entry->id, (char *)base + entry->off,
                                  entry->rec_n);
        }
    }
    if (crc == stated) {
        header->crc32 = ml_cache_crc32(base, size);
    }
}
