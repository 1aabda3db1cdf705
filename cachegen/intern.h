/* SPDX-License-Identifier: Apache-2.0
 *
 * Byte strings, each stored once, and numbered in the order they came.
 */
#ifndef INTERN_H
#define INTERN_H

#include "buffer.h"

typedef struct intern_t intern_t;

/* Stores its strings in `bytes`, one after the other. */
intern_t *intern_create(buffer_t *bytes, apr_pool_t *pool);

/* The number of the string: 0 for the first that was added, and so on. */
apr_uint32_t intern_add(intern_t *intern, const void *bytes, apr_size_t len);

/* Strings so far, and where one begins in the buffer. */
apr_uint32_t intern_n(const intern_t *intern);
apr_size_t intern_off(const intern_t *intern, apr_uint32_t number);

#endif
