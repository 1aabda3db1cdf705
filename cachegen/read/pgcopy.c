/* SPDX-License-Identifier: Apache-2.0
 *
 * A signature, then rows of fields, each with its length before it, then -1 in
 * place of a row: all numbers have their highest byte first.
 */
#include "pgcopy.h"

#include <string.h>

#include "buffer.h"

struct pgcopy_t {
    const db_select_t *select;
    db_row_fn *row;
    void *baton;
    db_value_t *values;
    buffer_t rest; /* the beginning of a row */
    int begun;     /* the header has been read */
    int ended;     /* the trailer has been read */
};

static apr_int64_t big_endian(const unsigned char *bytes, apr_size_t len)
{
    apr_uint64_t n = len > 0 && bytes[0] & 0x80 ? ~(apr_uint64_t)0 : 0;

    while (len--) {
        n = n << 8 | *bytes++;
    }
    return (apr_int64_t)n;
}

/* Each of the following returns the bytes it has read, 0 if they are not all
 * there yet, -1 if they are none of this format's. */

static apr_ssize_t read_header(const unsigned char *bytes, apr_size_t len)
{
    static const char signature[] = "PGCOPY\n\377\r\n"; /* and its NUL */
    apr_int64_t more;

    if (len < sizeof(signature) + 8) {
        return 0;
    }
    if (memcmp(bytes, signature, sizeof(signature))) {
        return -1;
    }
    more = big_endian(bytes + sizeof(signature) + 4, 4);
    if (more < 0) {
        return -1;
    }
    return len - sizeof(signature) - 8 < (apr_uint64_t)more
               ? 0
               : (apr_ssize_t)sizeof(signature) + 8 + (apr_ssize_t)more;
}

static apr_ssize_t read_field(db_value_t *value, db_type_e type,
                              const unsigned char *bytes, apr_size_t left)
{
    apr_int64_t len;

    if (left < 4) {
        return 0;
    }
    len = big_endian(bytes, 4);
    memset(value, 0, sizeof(*value));
    if (len < 0) {
        value->state = DB_NULL;
        return len == -1 ? 4 : -1;
    }
    if ((apr_uint64_t)len > left - 4) {
        return 0;
    }
    if (type == DB_TEXT) {
        value->text = (const char *)bytes + 4;
        value->len = (apr_size_t)len;
    }
    else if (len > 8) {
        return -1;
    }
    else {
        value->number = big_endian(bytes + 4, (apr_size_t)len);
    }
    return 4 + (apr_ssize_t)len;
}

static apr_ssize_t read_row(pgcopy_t *copy, const unsigned char *bytes,
                            apr_size_t len)
{
    const db_select_t *select = copy->select;
    apr_size_t at = 2;
    apr_int64_t n;
    int i;

    if (len < 2) {
        return 0;
    }
    n = big_endian(bytes, 2);
    if (n == -1) {
        copy->ended = 1;
        return 2;
    }
    if (n != select->column_n || copy->ended) {
        return -1;
    }
    for (i = 0; i < select->column_n; i++) {
        apr_ssize_t used = read_field(&copy->values[i], select->columns[i].type,
                                      bytes + at, len - at);

        if (used <= 0) {
            return used;
        }
        at += (apr_size_t)used;
    }
    copy->row(copy->baton, copy->values);
    return (apr_ssize_t)at;
}

/* Reads what is whole. */
static apr_ssize_t read_rows(pgcopy_t *copy, const char *bytes, apr_size_t len)
{
    apr_size_t at = 0;

    while (at < len) {
        const unsigned char *next = (const unsigned char *)bytes + at;
        apr_ssize_t used = copy->begun ? read_row(copy, next, len - at)
                                       : read_header(next, len - at);

        if (used < 0) {
            return -1;
        }
        if (used == 0) {
            break;
        }
        copy->begun = 1;
        at += (apr_size_t)used;
    }
    return (apr_ssize_t)at;
}

pgcopy_t *pgcopy_create(const db_select_t *select, db_row_fn *row, void *baton,
                        apr_pool_t *pool)
{
    pgcopy_t *copy = apr_pcalloc(pool, sizeof(*copy));

    copy->select = select;
    copy->row = row;
    copy->baton = baton;
    copy->values =
        apr_palloc(pool, (apr_size_t)select->column_n * sizeof(*copy->values));
    buffer_init(&copy->rest, pool);
    return copy;
}

/* Messages mostly hold whole rows; the protocol does not promise it. */
int pgcopy_take(pgcopy_t *copy, const char *bytes, apr_size_t len)
{
    buffer_t *rest = &copy->rest;
    apr_ssize_t used;

    if (rest->len > 0) {
        buffer_add(rest, bytes, len);
        bytes = rest->data;
        len = rest->len;
    }
    used = read_rows(copy, bytes, len);
    if (used < 0) {
        return 0;
    }
    len -= (apr_size_t)used;
    if (rest->len > 0) {
        memmove(rest->data, rest->data + used, len);
        rest->len = len;
    }
    else if (len > 0) {
        buffer_add(rest, bytes + used, len);
    }
    return 1;
}

int pgcopy_is_whole(const pgcopy_t *copy)
{
    return copy->ended && copy->rest.len == 0;
}
