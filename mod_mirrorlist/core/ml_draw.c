/* SPDX-License-Identifier: Apache-2.0
 *
 * Ascending exponentials -ln(u)/w are exactly drawing without replacement
 * (Efraimidis and Spirakis 2006).  A key holds one in its upper 32 bits, as the
 * bits of a float, which sort like the float, and the member below.
 */
#include "ml_draw.h"

#include <math.h>
#include <string.h>

#define SMALL 24        /* up to here an insertion sort alone is faster */
#define BUCKET_MAX 4096 /* on the stack */
#define BATCH 128u      /* likewise */

static void insertion_sort(apr_uint64_t *keys, apr_uint32_t n)
{
    apr_uint32_t i, j;

    for (i = 1; i < n; i++) {
        apr_uint64_t key = keys[i];

        for (j = i; j > 0 && keys[j - 1] > key; j--) {
            keys[j] = keys[j - 1];
        }
        keys[j] = key;
    }
}

/* How keys are spread over buckets: evenly over their range, which is one of
 * floats' bits and so about logarithmic, where exponentials of all weights are
 * spread well. */
typedef struct {
    apr_uint64_t low;   /* the least key */
    apr_uint64_t scale; /* buckets per key, times 2^32 */
} spread_t;

static apr_uint32_t bucket_of(const spread_t *spread, apr_uint64_t key)
{
    return (apr_uint32_t)(((key - spread->low) >> 32) * spread->scale >> 32);
}

static spread_t spread_over(apr_uint32_t bucket_n, const apr_uint64_t *keys,
                            apr_uint32_t n)
{
    apr_uint64_t low = keys[0], high = keys[0];
    apr_uint32_t i;

    for (i = 1; i < n; i++) {
        low = keys[i] < low ? keys[i] : low;
        high = keys[i] > high ? keys[i] : high;
    }
    return (spread_t){low, ((apr_uint64_t)bucket_n << 32)
                               / (((high - low) >> 32) + 1)};
}

/* Into `sorted`: once over the buckets, then what is out of place in them.
 * qsort() was a third of the cost of an answer. */
static void bucket_sort(apr_uint64_t *sorted, const apr_uint64_t *keys,
                        apr_uint32_t n)
{
    apr_uint32_t at[BUCKET_MAX], bucket_n = 2 * SMALL, sum = 0, i;
    spread_t spread;

    while (bucket_n < n && bucket_n < BUCKET_MAX / 2) {
        bucket_n *= 2;
    }
    memset(at, 0, bucket_n * sizeof(*at));
    spread = spread_over(bucket_n, keys, n);
    for (i = 0; i < n; i++) {
        at[bucket_of(&spread, keys[i])]++;
    }
    for (i = 0; i < bucket_n; i++) {
        apr_uint32_t count = at[i];

        at[i] = sum;
        sum += count;
    }
    for (i = 0; i < n; i++) {
        sorted[at[bucket_of(&spread, keys[i])]++] = keys[i];
    }
    insertion_sort(sorted, n);
}

/* The time at which each event of a rate happens first.  The compiler makes
 * four logarithms at once of this loop, if it is allowed to (see Makefile).
 * log1p keeps short times exact: they decide who comes first. */
static void first_times(float *restrict times, const float *restrict chances,
                        const float *restrict rates, apr_uint32_t n)
{
    apr_uint32_t i;

    for (i = 0; i < n; i++) {
        times[i] = -log1pf(-chances[i]) / rates[i];
    }
}

/* Between 0 and 1, which is the end of all time. */
static float chance(ml_random_t *random)
{
    float u = (float)(ml_random_next(random) >> 11) * 0x1p-53f;

    return u < 1 ? u : 0x1.fffffep-1f;
}

/* The keys of up to BATCH members. */
static void draw_keys(apr_uint64_t *keys, const apr_uint32_t *members,
                      apr_uint32_t n, const ml_cache_t *cache,
                      ml_random_t *random)
{
    float chances[BATCH], rates[BATCH], times[BATCH];
    apr_uint32_t i, bits;

    for (i = 0; i < n; i++) {
        apr_uint32_t host_idx = cache->members[members[i]].host_idx;

        chances[i] = chance(random);
        rates[i] = (float)cache->hosts[host_idx].bandwidth;
    }
    first_times(times, chances, rates, n);
    for (i = 0; i < n; i++) {
        memcpy(&bits, &times[i], sizeof(bits));
        keys[i] = (apr_uint64_t)bits << 32 | members[i];
    }
}

void ml_draw(apr_uint32_t *members, apr_uint32_t n, const ml_cache_t *cache,
             ml_random_t *random, apr_uint64_t *keys)
{
    apr_uint32_t i;

    for (i = 0; i < n; i += BATCH) {
        draw_keys(keys + i, members + i, n - i < BATCH ? n - i : BATCH, cache,
                  random);
    }
    if (n <= SMALL) {
        insertion_sort(keys, n);
    }
    else {
        bucket_sort(keys + n, keys, n);
        keys += n;
    }
    for (i = 0; i < n; i++) {
        members[i] = (apr_uint32_t)keys[i];
    }
}
