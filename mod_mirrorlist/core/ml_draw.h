/* SPDX-License-Identifier: Apache-2.0
 *
 * A weighted random order of hosts, and how far away they are.
 */
#ifndef ML_DRAW_H
#define ML_DRAW_H

#include "ml_cache.h"
#include "ml_random.h"

/* What an order depends on, besides the hosts. */
typedef struct {
    ml_random_t *random; /* advanced; NULL: `seed` decides, host by host */
    apr_uint64_t seed;   /* of the client's network and the period */
    float nearness;      /* (radius of the earth / MirrorlistNearest) squared;
                            0: distance does not count */
    const ml_place_rec *place; /* the client's; NULL: none */
} ml_draw_t;

/* Chance that `random` provides, or that stays the same for all clients of the
 * address's network (IPv4 /24, IPv6 /48) in the period of `stable_s` seconds;
 * 0: never. */
void ml_draw_set_chance(ml_draw_t *draw, ml_random_t *random,
                        const ml_address_t *client, apr_int64_t now_s,
                        apr_uint32_t stable_s);

/* Mirrors at `nearest_km` count half; 0: distance does not count. */
void ml_draw_set_nearness(ml_draw_t *draw, apr_uint32_t nearest_km,
                          const ml_place_rec *place);

/* The weight of a host: its bandwidth, less what its distance takes away. */
float ml_draw_weight(const ml_draw_t *draw, const ml_cache_t *cache,
                     apr_uint32_t host_idx);

/* Puts the `n` members (places in cache->members) into the order in which
 * they would be drawn one by one without replacement, each with probability
 * proportional to its host's weight; or, not `weighted`, all alike.  `keys`:
 * room for 2 * n numbers.  Linear in `n` for weights that differ by a few
 * powers of ten. */
void ml_draw(apr_uint32_t *members, apr_uint32_t n, const ml_cache_t *cache,
             const ml_draw_t *draw, int weighted, apr_uint64_t *keys);

/* Kilometres between two places, along the surface of the earth. */
double ml_draw_km(const ml_place_rec *a, const ml_place_rec *b);

/* The same of places of the cache, rounded; below 0: one of them is ML_NONE. */
int ml_draw_whole_km(const ml_cache_t *cache, apr_uint32_t a_idx,
                     apr_uint32_t b_idx);

#endif
