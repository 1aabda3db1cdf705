/* SPDX-License-Identifier: Apache-2.0
 *
 * A growing run of bytes on the heap (apr's arrays keep every outgrown copy
 * until their pool ends), and a set of byte strings that stores each once.
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

/* Number of records of `type` so far, and the records. */
#define BUFFER_N(buffer, type) ((apr_uint32_t)((buffer)->len / sizeof(type)))
#define BUFFER_AT(buffer, type) ((type *)(void *)(buffer)->data)
#define BUFFER_PUSH(buffer, type) \
    ((type *)buffer_add(buffer, NULL, sizeof(type)))

typedef struct intern_t intern_t;

/* Stores its strings in `bytes`, one after the other. */
intern_t *intern_create(buffer_t *bytes, apr_pool_t *pool);

/* The number of the string: 0 for the first that was added, and so on. */
apr_uint32_t intern_add(intern_t *intern, const void *bytes, apr_size_t len);

/* Strings so far, and where one begins in the buffer. */
apr_uint32_t intern_n(const intern_t *intern);
apr_size_t intern_off(const intern_t *intern, apr_uint32_t number);

#endif
