/* SPDX-License-Identifier: Apache-2.0
 *
 * A growing run of bytes, or of records, on the heap (apr's arrays keep every
 * outgrown copy until their pool ends).
 * Running out of memory ends the program: nothing has been published yet.
 */
#ifndef BUFFER_H
#define BUFFER_H

#include "apr_pools.h"

typedef struct {
    char *data; /* aligned for any record */
    apr_size_t len;
    apr_size_t room;
} buffer_t;

/* The data goes with the pool, or earlier by buffer_free(). */
void buffer_init(buffer_t *buffer, apr_pool_t *pool);
void buffer_free(buffer_t *buffer);

/* Adds `len` bytes, copied from `bytes` or zero if that is NULL; where they
 * are, until the next addition. */
void *buffer_add(buffer_t *buffer, const void *bytes, apr_size_t len);

/* A buffer of records of one type, which the compiler holds every use to.
 * `record` is never read: it only lends its type. */
#define BUFFER_OF(type)  \
    union {              \
        buffer_t buffer; \
        type *record;    \
    }
#define BUFFER_TYPE(records) __typeof__((records)->record)

/* How many records there are so far; the records; and one more, all zero. Both
 * pointers are good until the next addition. */
#define BUFFER_N(records) \
    ((apr_uint32_t)((records)->buffer.len / sizeof(*(records)->record)))
#define BUFFER_AT(records) \
    ((BUFFER_TYPE(records))(void *)(records)->buffer.data)
#define BUFFER_PUSH(records)                                    \
    ((BUFFER_TYPE(records))buffer_add(&(records)->buffer, NULL, \
                                      sizeof(*(records)->record)))

#endif
