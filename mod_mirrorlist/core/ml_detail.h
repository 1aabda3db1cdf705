/* SPDX-License-Identifier: Apache-2.0
 *
 * What a record of a file's details holds: which hashes, where in it, and how
 * they are written.
 */
#ifndef ML_DETAIL_H
#define ML_DETAIL_H

#include "apr.h"

#include "ml_cache_format.h"

typedef struct {
    const char *name; /* "sha256" */
    apr_size_t off;   /* in ml_detail_rec */
    apr_size_t len;   /* bytes, half as many as digits */
} ml_hash_t;

/* By ml_hash_e. */
extern const ml_hash_t ml_hashes[ML_HASH_N];

/* Digits of the longest hash. */
#define ML_HASH_DIGITS_MAX 128

/* Writes the hash in lower-case hexadecimal digits, without a NUL; their end.
 * Needs room for ML_HASH_DIGITS_MAX digits, whichever hash it is. */
char *ml_detail_digits(char *out, const ml_detail_rec *detail, ml_hash_e hash);

static inline int ml_detail_has(const ml_detail_rec *detail, ml_hash_e hash)
{
    return (detail->flags & ML_DETAIL_HASH(hash)) != 0;
}

static inline const apr_byte_t *ml_detail_hash(const ml_detail_rec *detail,
                                               ml_hash_e hash)
{
    return (const apr_byte_t *)detail + ml_hashes[hash].off;
}

/* Whether it has both a timestamp and a size. */
static inline int ml_detail_is_complete(const ml_detail_rec *detail)
{
    return (detail->flags & ML_DETAIL_COMPLETE) == ML_DETAIL_COMPLETE;
}

#endif
