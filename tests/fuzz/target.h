/* SPDX-License-Identifier: Apache-2.0
 *
 * What every target shares: the sound cache that MIRRORLIST_FUZZ_CACHE names,
 * and pools whose blocks the sanitizer guards one by one.
 */
#ifndef TARGET_H
#define TARGET_H

#include <stddef.h>
#include <stdint.h>

#include "apr_pools.h"

#include "ml_cache.h"

/* libFuzzer's entry, called by it or by replay.c. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Initialises APR at the first call; a pool to be destroyed. */
apr_pool_t *target_pool(void);

/* The bytes of the sound cache, read at the first call; their number in
 * `*size`. */
const char *target_cache_bytes(apr_size_t *size);

/* The same, opened. */
const ml_cache_t *target_cache(void);

#endif
