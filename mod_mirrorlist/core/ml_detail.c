/* SPDX-License-Identifier: Apache-2.0
 *
 * The only place that goes from a hash's name to its bytes in a record.
 */
#include "ml_detail.h"

#include <stddef.h>

#include "ml_bytes.h"

/* A hash is read in runs of bytes, the last of which may end behind it. */
#define READ_LEN(digits) (((digits) / 2 + 15) / 16 * 16)

#define X(name, NAME, digits)                                                \
    _Static_assert(sizeof(((ml_detail_rec *)0)->name) * 2 == digits, #name); \
    _Static_assert(digits <= ML_HASH_DIGITS_MAX, #name);                     \
    _Static_assert(offsetof(ml_detail_rec, name) + READ_LEN(digits)          \
                       <= sizeof(ml_detail_rec),                             \
                   #name);
ML_HASHES(X)
#undef X

const ml_hash_t ml_hashes[ML_HASH_N] = {
#define X(name, NAME, digits) \
    [ML_HASH_##NAME] = {#name, offsetof(ml_detail_rec, name), (digits) / 2},
    ML_HASHES(X)
#undef X
};

/* The digits of numbers below 16. */
static ml_bytes_t digits_of(ml_bytes_t n)
{
    return n + '0' + ((ml_bytes_t)(n > 9) & ('a' - '0' - 10));
}

char *ml_detail_digits(char *out, const ml_detail_rec *detail, ml_hash_e hash)
{
    const apr_byte_t *bytes = ml_detail_hash(detail, hash);
    apr_size_t len = ml_hashes[hash].len, i;

    for (i = 0; i < len; i += sizeof(ml_bytes_t)) {
        ml_bytes_t b = ml_bytes_at(bytes + i);
        ml_bytes_t high = digits_of(b >> 4), low = digits_of(b & 15);
        ml_bytes_t first = __builtin_shufflevector(
            high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        ml_bytes_t second =
            __builtin_shufflevector(high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12,
                                    28, 13, 29, 14, 30, 15, 31);

        memcpy(out + 2 * i, &first, sizeof(first));
        memcpy(out + 2 * i + sizeof(first), &second, sizeof(second));
    }
    return out + 2 * len;
}
