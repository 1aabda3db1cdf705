/* SPDX-License-Identifier: Apache-2.0
 *
 * A cache of a world, changed by hand: what comes from inputs that a world
 * does not have.  Knows the records, not what a test wants of them.
 */
#ifndef EDIT_H
#define EDIT_H

#include <math.h>

#include "world.h"

/* A record that may be changed, of a cache whose bytes world_cache() has put
 * into the pool. */
#define EDIT(cache, section, rec, idx) ((rec *)&(cache)->section[idx])

static inline ml_host_rec *edit_host(ml_cache_t *cache, apr_int64_t id)
{
    apr_uint32_t i = 0;

    while (i < cache->hosts_n && cache->hosts[i].id != id) {
        i++;
    }
    ck_assert_uint_lt(i, cache->hosts_n);
    return EDIT(cache, hosts, ml_host_rec, i);
}

static inline void edit_bandwidth(ml_cache_t *cache, apr_int64_t id,
                                  apr_uint32_t mbits)
{
    ml_host_rec *host = edit_host(cache, id);

    host->bandwidth = mbits;
    *EDIT(cache, weights, float, host - cache->hosts) = (float)mbits;
}

/* The facts of the address, and of all others that share them. */
static inline ml_route_rec *edit_route(ml_cache_t *cache, const char *text)
{
    ml_address_t address = ml_address_parse(text);

    return (ml_route_rec *)ml_cache_find_route(cache, &address);
}

/* One more place; its index. */
static inline apr_uint32_t edit_add_place(ml_cache_t *cache, int latitude,
                                          int longitude)
{
    double up = latitude * (M_PI / 180), along = longitude * (M_PI / 180);
    ml_place_rec *places =
        apr_palloc(pool, (cache->places_n + 1) * sizeof(*places));

    if (cache->places_n > 0) {
        memcpy(places, cache->places, cache->places_n * sizeof(*places));
    }
    places[cache->places_n] = (ml_place_rec){
        .latitude = (apr_int16_t)latitude,
        .longitude = (apr_int16_t)longitude,
        .x = (float)(cos(up) * cos(along)),
        .y = (float)(cos(up) * sin(along)),
        .z = (float)sin(up),
    };
    cache->places = places;
    return cache->places_n++;
}

/* The `n` versions of a file. */
static inline void edit_details(ml_cache_t *cache, apr_uint32_t file_idx,
                                const ml_detail_rec *details, apr_uint32_t n)
{
    cache->details = details;
    cache->details_n = n;
    EDIT(cache, files, ml_file_rec, file_idx)->detail_first = 0;
    EDIT(cache, files, ml_file_rec, file_idx)->detail_n = n;
}

/* Bytes FIRST, FIRST + 1 ... of a hash, and that it is there. */
static inline void edit_hash(ml_detail_rec *detail, ml_hash_e hash,
                             apr_byte_t *bytes, apr_size_t len, int first)
{
    apr_size_t i;

    for (i = 0; i < len; i++) {
        bytes[i] = (apr_byte_t)(first + (int)i);
    }
    detail->flags |= ML_DETAIL_HASH(hash);
}

#endif
