/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests that touch every part of a cache, made from what stands in it.
 */
#ifndef ASK_H
#define ASK_H

#include "ml_cache_open.h"

#define ASK_N 50

/* Asks the requests of `seed`; the responses are judged for their fields, and
 * if `bodies` also for their bodies. */
void ask_cache(const ml_cache_t *cache, apr_uint32_t seed, int bodies);

/* Opens exactly `size` bytes, of which nothing lies beyond, and asks if they
 * are accepted.  Whether they are. */
int ask_bytes(const void *bytes, apr_size_t size, apr_uint32_t seed);

/* Makes size and checksum right again. */
void ask_seal(void *bytes, apr_size_t size);

#endif
