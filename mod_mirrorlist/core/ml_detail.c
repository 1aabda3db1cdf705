/* SPDX-License-Identifier: Apache-2.0
 *
 * The only place that goes from a hash's name to its bytes in a record.
 */
#include "ml_detail.h"

#include <stddef.h>

#define X(name, NAME, digits)                                                \
    _Static_assert(sizeof(((ml_detail_rec *)0)->name) * 2 == digits, #name); \
    _Static_assert(digits <= ML_HASH_DIGITS_MAX, #name);
ML_HASHES(X)
#undef X

const ml_hash_t ml_hashes[ML_HASH_N] = {
#define X(name, NAME, digits) \
    [ML_HASH_##NAME] = {#name, offsetof(ml_detail_rec, name), (digits) / 2},
    ML_HASHES(X)
#undef X
};

char *ml_detail_digits(char *out, const ml_detail_rec *detail, ml_hash_e hash)
{
    static const char digits[] = "0123456789abcdef";
    const apr_byte_t *byte = ml_detail_hash(detail, hash);
    const apr_byte_t *end = byte + ml_hashes[hash].len;

    for (; byte < end; byte++) {
        *out++ = digits[*byte >> 4];
        *out++ = digits[*byte & 15];
    }
    return out;
}
