/* SPDX-License-Identifier: Apache-2.0
 *
 * The outermost fields of a protobuf message in a file, one after the other:
 * the memory it takes is that of the largest one that is asked for, however
 * large the file is.
 *
 * Functions return NULL or a sentence in the pool of protobuf_stream_open().
 */
#ifndef PROTOBUF_STREAM_H
#define PROTOBUF_STREAM_H

#include "apr_pools.h"

typedef struct protobuf_stream_t protobuf_stream_t;

typedef enum {
    WIRE_NUMBER, /* a varint */
    WIRE_BYTES,  /* a text, a message, or packed numbers */
    WIRE_OTHER
} wire_kind_e;

typedef struct {
    apr_uint32_t number; /* of the field */
    wire_kind_e kind;
    apr_uint64_t value; /* NUMBER: the number; BYTES: how many */
} protobuf_field_t;

/* Only a regular file is read. */
const char *protobuf_stream_open(protobuf_stream_t **stream, const char *path,
                                 apr_pool_t *pool);

/* The next field; *more is 0 if there is none. */
const char *protobuf_stream_next(protobuf_stream_t *stream,
                                 protobuf_field_t *field, int *more);

/* The bytes of the field at hand, until the next call; once a field. */
const char *protobuf_stream_bytes(protobuf_stream_t *stream,
                                  const apr_byte_t **bytes);

/* The sentence for a field at hand that is not what it should be. */
const char *protobuf_stream_damage(const protobuf_stream_t *stream,
                                   const char *reason);

/* The next field will be the first one again. */
const char *protobuf_stream_rewind(protobuf_stream_t *stream);

/* Closes the file; a sentence if it has changed since it was opened. */
const char *protobuf_stream_close(protobuf_stream_t *stream);

#endif
