/* SPDX-License-Identifier: Apache-2.0
 *
 * xoshiro256** 1.0 of Blackman and Vigna (https://prng.di.unimi.it/): fast,
 * on the stack of a request, no lock.  Nothing here needs secrecy.
 */
#ifndef ML_RANDOM_H
#define ML_RANDOM_H

#include "apr.h"

typedef struct {
    apr_uint64_t s[4]; /* never all zero */
} ml_random_t;

static inline apr_uint64_t ml_random_rotl(apr_uint64_t x, int k)
{
    return x << k | x >> (64 - k);
}

/* 64 random bits. */
static inline apr_uint64_t ml_random_next(ml_random_t *random)
{
    apr_uint64_t *s = random->s;
    apr_uint64_t result = ml_random_rotl(s[1] * 5, 7) * 9;
    apr_uint64_t t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = ml_random_rotl(s[3], 45);
    return result;
}

/* 0..n-1, for n up to 2^32: Lemire's multiplication, whose bias of at most
 * n / 2^64 no observer can measure. */
static inline apr_uint32_t ml_random_below(ml_random_t *random, apr_uint32_t n)
{
    return (apr_uint32_t)((unsigned __int128)ml_random_next(random) * n >> 64);
}

/* A number whose bits all depend on all bits of `z` (splitmix64's). */
static inline apr_uint64_t ml_random_mix(apr_uint64_t z)
{
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* The state for a repeatable sequence, as the authors advise. */
static inline void ml_random_seed(ml_random_t *random, apr_uint64_t seed)
{
    int i;

    for (i = 0; i < 4; i++) {
        seed += 0x9e3779b97f4a7c15u;
        random->s[i] = ml_random_mix(seed);
    }
}

#endif
