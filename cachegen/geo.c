/* SPDX-License-Identifier: Apache-2.0
 *
 * Neighbours with the same fact become one range as they arrive.
 */
#include "geo.h"

#include <math.h>
#include <string.h>

#include "apr_hash.h"
#include "apr_strings.h"

#define NO_COUNTRY 0xffffffffu

typedef struct {
    ml_address_t end; /* the first address behind the last network */
    int is_full;      /* there is none */
} family_t;

struct geo_t {
    apr_pool_t *pool;
    BUFFER_OF(geo_fact_t) facts;
    BUFFER_OF(geo_v4_t) v4_ranges;
    BUFFER_OF(geo_v6_t) v6_ranges;
    apr_hash_t *numbers; /* a fact as text -> its number */
    family_t v4;
    family_t v6;
};

/* --- places --------------------------------------------------------------- */

void geo_sum_add(geo_sum_t *sum, const geo_place_t *place, double weight)
{
    double up = place->latitude * (M_PI / 180);
    double along = place->longitude * (M_PI / 180);

    sum->x += weight * cos(up) * cos(along);
    sum->y += weight * cos(up) * sin(along);
    sum->z += weight * sin(up);
    sum->n++;
}

int geo_sum_place(geo_place_t *place, const geo_sum_t *sum)
{
    double flat = hypot(sum->x, sum->y);

    if (sum->n == 0 || (flat == 0 && sum->z == 0)) {
        return 0;
    }
    place->latitude = atan2(sum->z, flat) * (180 / M_PI);
    place->longitude = atan2(sum->y, sum->x) * (180 / M_PI);
    return 1;
}

geo_degrees_t geo_degrees(const geo_place_t *place)
{
    return (geo_degrees_t){1, (apr_int16_t)lround(place->latitude),
                           (apr_int16_t)lround(place->longitude)};
}

/* --- facts ---------------------------------------------------------------- */

static void begin_family(family_t *family, ml_family_e which)
{
    const network_t world = {{which, 0, 0}, 0};

    family->end = world.first;
}

geo_t *geo_create(apr_pool_t *pool)
{
    static const geo_fact_t nothing = {NO_COUNTRY, {0, 0, 0}, "", 0};
    geo_t *geo = apr_pcalloc(pool, sizeof(*geo));

    geo->pool = pool;
    geo->numbers = apr_hash_make(pool);
    buffer_init(&geo->facts.buffer, pool);
    buffer_init(&geo->v4_ranges.buffer, pool);
    buffer_init(&geo->v6_ranges.buffer, pool);
    begin_family(&geo->v4, ML_ADDRESS_V4);
    begin_family(&geo->v6, ML_ADDRESS_V6);
    geo_fact(geo, &nothing);
    return geo;
}

apr_uint32_t geo_fact(geo_t *geo, const geo_fact_t *fact)
{
    const char *key = apr_psprintf(
        geo->pool, "%u %d %d %d %s", fact->country_idx, fact->place.known,
        fact->place.latitude, fact->place.longitude, fact->continent);
    apr_uint32_t *number = apr_hash_get(geo->numbers, key, APR_HASH_KEY_STRING);

    if (!number) {
        geo_fact_t *added = BUFFER_PUSH(&geo->facts);

        *added = *fact;
        added->continent = apr_pstrdup(geo->pool, fact->continent);
        added->network_n = 0;
        number = apr_palloc(geo->pool, sizeof(*number));
        *number = BUFFER_N(&geo->facts) - 1;
        apr_hash_set(geo->numbers, key, APR_HASH_KEY_STRING, number);
    }
    return *number;
}

const geo_fact_t *geo_facts(const geo_t *geo, apr_uint32_t *n)
{
    *n = BUFFER_N(&geo->facts);
    return BUFFER_AT(&geo->facts);
}

/* --- ranges --------------------------------------------------------------- */

static void begin_v4(geo_t *geo, apr_uint64_t first, apr_uint32_t fact_idx)
{
    apr_uint32_t n = BUFFER_N(&geo->v4_ranges);

    if (n == 0 || BUFFER_AT(&geo->v4_ranges)[n - 1].fact_idx != fact_idx) {
        *BUFFER_PUSH(&geo->v4_ranges) =
            (geo_v4_t){(apr_uint32_t)first, fact_idx};
    }
}

static void begin_v6(geo_t *geo, const ml_address_t *first,
                     apr_uint32_t fact_idx)
{
    apr_uint32_t n = BUFFER_N(&geo->v6_ranges);

    if (n == 0 || BUFFER_AT(&geo->v6_ranges)[n - 1].fact_idx != fact_idx) {
        *BUFFER_PUSH(&geo->v6_ranges) =
            (geo_v6_t){first->hi, first->lo, fact_idx};
    }
}

static void begin(geo_t *geo, const ml_address_t *first, apr_uint32_t fact_idx)
{
    if (first->family == ML_ADDRESS_V4) {
        begin_v4(geo, first->lo, fact_idx);
    }
    else {
        begin_v6(geo, first, fact_idx);
    }
}

static int is_same(const ml_address_t *a, const ml_address_t *b)
{
    return a->hi == b->hi && a->lo == b->lo;
}

void geo_add(geo_t *geo, const network_t *network, apr_uint32_t fact_idx)
{
    family_t *family =
        network->first.family == ML_ADDRESS_V4 ? &geo->v4 : &geo->v6;
    ml_address_t last = network_last(network);

    if (!is_same(&family->end, &network->first)) {
        begin(geo, &family->end, 0);
    }
    begin(geo, &network->first, fact_idx);
    BUFFER_AT(&geo->facts)[fact_idx].network_n++;
    family->end = last;
    family->end.lo++;
    family->end.hi += family->end.lo == 0;
    family->is_full = last.family == ML_ADDRESS_V4
                          ? last.lo == 0xffffffff
                          : family->end.hi == 0 && family->end.lo == 0;
}

/* What nobody spoke of is unknown. */
static void end_family(geo_t *geo, family_t *family)
{
    if (!family->is_full) {
        begin(geo, &family->end, 0);
        family->is_full = 1;
    }
}

const geo_v4_t *geo_v4(geo_t *geo, apr_uint32_t *n)
{
    end_family(geo, &geo->v4);
    *n = BUFFER_N(&geo->v4_ranges);
    return BUFFER_AT(&geo->v4_ranges);
}

const geo_v6_t *geo_v6(geo_t *geo, apr_uint32_t *n)
{
    end_family(geo, &geo->v6);
    *n = BUFFER_N(&geo->v6_ranges);
    return BUFFER_AT(&geo->v6_ranges);
}

void geo_free_ranges(geo_t *geo)
{
    buffer_free(&geo->v4_ranges.buffer);
    buffer_free(&geo->v6_ranges.buffer);
    geo->v4.is_full = geo->v6.is_full = 0;
    geo->v4.end.lo = geo->v6.end.hi = geo->v6.end.lo = 0;
}
