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

/* Bits as a number from 0 to 1, which is the end of all time. */
static float chance(apr_uint64_t bits)
{
    float u = (float)(bits >> 11) * 0x1p-53f;

    return u < 1 ? u : 0x1.fffffep-1f;
}

/* Of one host in one period for one network, wherever and whenever. */
static apr_uint64_t stable_bits(const ml_draw_t *draw, const ml_host_rec *host)
{
    return ml_random_mix(draw->seed + ml_random_mix((apr_uint64_t)host->id));
}

/* The keys of up to BATCH members. */
static void draw_keys(apr_uint64_t *keys, const apr_uint32_t *members,
                      apr_uint32_t n, const ml_cache_t *cache,
                      const ml_draw_t *draw, int weighted)
{
    float chances[BATCH], rates[BATCH], times[BATCH];
    apr_uint32_t i, bits;

    if (draw->random) {
        for (i = 0; i < n; i++) {
            chances[i] = chance(ml_random_next(draw->random));
        }
    }
    else {
        for (i = 0; i < n; i++) {
            chances[i] = chance(stable_bits(
                draw, &cache->hosts[cache->members[members[i]].host_idx]));
        }
    }
    for (i = 0; i < n; i++) {
        apr_uint32_t host_idx = cache->members[members[i]].host_idx;

        rates[i] = !weighted            ? 1
                   : draw->nearness > 0 ? ml_draw_weight(draw, cache, host_idx)
                                        : cache->weights[host_idx];
    }
    first_times(times, chances, rates, n);
    for (i = 0; i < n; i++) {
        memcpy(&bits, &times[i], sizeof(bits));
        keys[i] = (apr_uint64_t)bits << 32 | members[i];
    }
}

void ml_draw(apr_uint32_t *members, apr_uint32_t n, const ml_cache_t *cache,
             const ml_draw_t *draw, int weighted, apr_uint64_t *keys)
{
    apr_uint32_t i;

    if (n < 2) {
        return;
    }
    for (i = 0; i < n; i += BATCH) {
        draw_keys(keys + i, members + i, n - i < BATCH ? n - i : BATCH, cache,
                  draw, weighted);
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

void ml_draw_set_chance(ml_draw_t *draw, ml_random_t *random,
                        const ml_address_t *client, apr_int64_t now_s,
                        apr_uint32_t stable_s)
{
    apr_uint64_t network;

    draw->random = random;
    if (stable_s == 0 || client->family == ML_ADDRESS_NONE) {
        return;
    }
    draw->random = NULL;
    network = client->family == ML_ADDRESS_V4 ? client->lo >> 8
                                              : client->hi >> 16 | 1ull << 48;
    draw->seed = ml_random_mix(ml_random_mix(network)
                               + (apr_uint64_t)(now_s / stable_s));
}

/* --- distance ------------------------------------------------------------- */

#define EARTH_KM 6371

void ml_draw_set_nearness(ml_draw_t *draw, apr_uint32_t nearest_km,
                          const ml_place_rec *place)
{
    float radii = nearest_km ? (float)EARTH_KM / (float)nearest_km : 0;

    draw->nearness = radii * radii;
    draw->place = place;
}

/* Of the straight line, in radii of the earth.  Differences are exact where
 * places are near each other, as a dot product of floats is not. */
static float distance_squared(const ml_place_rec *a, const ml_place_rec *b)
{
    float x = a->x - b->x, y = a->y - b->y, z = a->z - b->z;

    return x * x + y * y + z * z;
}

float ml_draw_weight(const ml_draw_t *draw, const ml_cache_t *cache,
                     apr_uint32_t host_idx)
{
    apr_uint32_t place_idx = cache->hosts[host_idx].place_idx;
    float weight = cache->weights[host_idx];

    if (draw->nearness == 0) {
        return weight;
    }
    /* Who has no place is as far away as a mirror that counts half. */
    if (!draw->place || place_idx == ML_NONE) {
        return weight / 2;
    }
    return weight
           / (1
              + draw->nearness
                    * distance_squared(draw->place, &cache->places[place_idx]));
}

static double radians(int degrees)
{
    return degrees * (M_PI / 180);
}

double ml_draw_km(const ml_place_rec *a, const ml_place_rec *b)
{
    double up = sin(radians(b->latitude - a->latitude) / 2);
    double along = sin(radians(b->longitude - a->longitude) / 2);
    double h =
        up * up
        + cos(radians(a->latitude)) * cos(radians(b->latitude)) * along * along;

    return 2 * EARTH_KM * asin(sqrt(h < 1 ? h : 1));
}

int ml_draw_whole_km(const ml_cache_t *cache, apr_uint32_t a_idx,
                     apr_uint32_t b_idx)
{
    return a_idx == ML_NONE || b_idx == ML_NONE
               ? -1
               : (int)lround(
                     ml_draw_km(&cache->places[a_idx], &cache->places[b_idx]));
}
