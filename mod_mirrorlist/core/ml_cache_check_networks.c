/* SPDX-License-Identifier: Apache-2.0
 *
 * The walk over the table of addresses: routes, ranges, indexes.
 */
#include <math.h>

#include "ml_cache_check.h"

/* Whether `x` is what `right` is, but for its precision; NaN is not. */
static int is_near(float x, double right)
{
    return fabs((double)x - right) < 1e-6;
}

const char *ml_check_places(const ml_cache_t *cache, apr_pool_t *scratch)
{
    apr_uint32_t i;

    for (i = 0; i < cache->places_n; i++) {
        const ml_place_rec *place = &cache->places[i];
        double latitude = place->latitude * (M_PI / 180);
        double longitude = place->longitude * (M_PI / 180);

        if (place->latitude < -90 || place->latitude > 90
            || place->longitude < -180 || place->longitude > 180) {
            return "places: one is not on the earth";
        }
        if (!is_near(place->x, cos(latitude) * cos(longitude))
            || !is_near(place->y, cos(latitude) * sin(longitude))
            || !is_near(place->z, sin(latitude))) {
            return "places: a point contradicts its degrees";
        }
    }
    return NULL;
}

const char *ml_check_routes(const ml_cache_t *cache, apr_pool_t *scratch)
{
    apr_uint32_t i;

    for (i = 0; i < cache->netblocks_n; i++) {
        /* Always before it: the way up ends. */
        if (!idx_or_none(cache->netblocks[i].parent_idx, i)) {
            return "netblocks: a parent does not exist";
        }
        if (!text_is_in(cache, cache->netblocks[i].network)) {
            return "netblocks: a text does not exist";
        }
    }
    for (i = 0; i < cache->routes_n; i++) {
        const ml_route_rec *route = &cache->routes[i];

        if (!idx_or_none(route->country_idx, cache->countries_n)
            || !idx_or_none(route->continent_idx, cache->continents_n)
            || !idx_or_none(route->place_idx, cache->places_n)
            || !idx_or_none(route->asn_idx, cache->asns_n)
            || !idx_or_none(route->netblock_idx, cache->netblocks_n)
            || (route->flags & ~ML_ROUTE_FLAGS)) {
            return "routes: one points to something that does not exist";
        }
    }
    return NULL;
}

static int routes_are_in(const ml_cache_t *cache, const apr_uint32_t *routes,
                         apr_uint32_t n)
{
    apr_uint32_t i;

    for (i = 0; i < n; i++) {
        if (routes[i] >= cache->routes_n) {
            return 0;
        }
    }
    return 1;
}

const char *ml_check_v4(const ml_cache_t *cache, apr_pool_t *scratch)
{
    apr_uint32_t n = cache->v4_starts_n, last = 0, slot, i;

    if (n == 0 || cache->v4_starts[0] != 0 || cache->v4_routes_n != n
        || !routes_are_in(cache, cache->v4_routes, n)) {
        return "v4_starts: some addresses have no route";
    }
    for (i = 1; i < n; i++) {
        if (cache->v4_starts[i - 1] >= cache->v4_starts[i]) {
            return "v4_starts: not in ascending order";
        }
    }
    if (cache->v4_index_n != (1u << ML_V4_INDEX_BITS) + 1) {
        return "v4_index: the number of entries is wrong";
    }
    for (slot = 0; slot < cache->v4_index_n - 1; slot++) {
        apr_uint32_t address = slot << (32 - ML_V4_INDEX_BITS);

        while (last + 1 < n && cache->v4_starts[last + 1] <= address) {
            last++;
        }
        if (cache->v4_index[slot] != last) {
            return "v4_index: an entry does not name the last range before it";
        }
    }
    return cache->v4_index[slot] == n - 1 ? NULL
                                          : "v4_index: the last entry is wrong";
}

static int v6_is_before(const ml_v6_rec *a, const ml_v6_rec *b)
{
    return a->hi < b->hi || (a->hi == b->hi && a->lo < b->lo);
}

const char *ml_check_v6(const ml_cache_t *cache, apr_pool_t *scratch)
{
    apr_uint32_t n = cache->v6_starts_n, last = 0, slot, i;

    if (n == 0 || cache->v6_starts[0].hi || cache->v6_starts[0].lo
        || cache->v6_routes_n != n
        || !routes_are_in(cache, cache->v6_routes, n)) {
        return "v6_starts: some addresses have no route";
    }
    for (i = 1; i < n; i++) {
        if (!v6_is_before(&cache->v6_starts[i - 1], &cache->v6_starts[i])) {
            return "v6_starts: not in ascending order";
        }
    }
    if (cache->v6_index_n != (1u << ML_V6_INDEX_BITS) + 1) {
        return "v6_index: the number of entries is wrong";
    }
    for (slot = 0; slot < cache->v6_index_n - 1; slot++) {
        ml_v6_rec address = {(apr_uint64_t)slot << (64 - ML_V6_INDEX_BITS), 0};

        while (last + 1 < n
               && !v6_is_before(&address, &cache->v6_starts[last + 1])) {
            last++;
        }
        if (cache->v6_index[slot] != last) {
            return "v6_index: an entry does not name the last range before it";
        }
    }
    return cache->v6_index[slot] == n - 1 ? NULL
                                          : "v6_index: the last entry is wrong";
}
