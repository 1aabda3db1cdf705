/* SPDX-License-Identifier: Apache-2.0
 *
 * Sixteen bytes at a time: gcc's and clang's vectors, of which the compiler
 * makes what the machine has.
 */
#ifndef ML_BYTES_H
#define ML_BYTES_H

#include <string.h>

#include "apr.h"

typedef unsigned char ml_bytes_t __attribute__((vector_size(16)));

static inline ml_bytes_t ml_bytes_at(const void *place)
{
    ml_bytes_t bytes;

    memcpy(&bytes, place, sizeof(bytes));
    return bytes;
}

/* Whether any byte is not zero. */
static inline int ml_bytes_any(ml_bytes_t bytes)
{
    apr_uint64_t halves[2];

    memcpy(halves, &bytes, sizeof(halves));
    return (halves[0] | halves[1]) != 0;
}

#endif
