/* SPDX-License-Identifier: Apache-2.0
 *
 * What the country database says of addresses: facts, each stored once, and
 * ranges of addresses that lead to them.  A database of six million networks
 * has few facts, and its networks come in order and never overlap.
 */
#ifndef GEO_H
#define GEO_H

#include "buffer.h"
#include "network.h"

/* As two numbers of degrees; north and east are positive. */
typedef struct {
    double latitude;
    double longitude;
} geo_place_t;

/* A sum of points on a sphere of radius 1, each with a weight. */
typedef struct {
    double x;
    double y;
    double z;
    apr_uint64_t n; /* points */
} geo_sum_t;

void geo_sum_add(geo_sum_t *sum, const geo_place_t *place, double weight);

/* The place where the sum points to; 0: there is none. */
int geo_sum_place(geo_place_t *place, const geo_sum_t *sum);

/* Whole degrees, rounded half away from zero; of zeros, no place. */
typedef struct {
    int known;
    apr_int16_t latitude;
    apr_int16_t longitude;
} geo_degrees_t;

geo_degrees_t geo_degrees(const geo_place_t *place);

/* What is known of some networks.  `continent` in upper case, "": unknown. */
typedef struct {
    apr_uint32_t country_idx; /* of the model, ML_NONE: unknown */
    geo_degrees_t place;
    const char *continent;
    apr_uint64_t network_n; /* networks that say so */
} geo_fact_t;

/* From `first` on, up to the next range, fact number `fact_idx` holds. */
typedef struct {
    apr_uint32_t first;
    apr_uint32_t fact_idx;
} geo_v4_t;

typedef struct {
    apr_uint64_t hi;
    apr_uint64_t lo;
    apr_uint32_t fact_idx;
} geo_v6_t;

typedef struct geo_t geo_t;

/* Of no facts: everything is unknown. */
geo_t *geo_create(apr_pool_t *pool);

/* The number of a fact, whose network_n is of no matter.  Number 0 says
 * nothing. */
apr_uint32_t geo_fact(geo_t *geo, const geo_fact_t *fact);

/* The network follows all that were added of its family, without an overlap. */
void geo_add(geo_t *geo, const network_t *network, apr_uint32_t fact_idx);

const geo_fact_t *geo_facts(const geo_t *geo, apr_uint32_t *n);

/* Disjoint ranges that cover everything, ascending. */
const geo_v4_t *geo_v4(geo_t *geo, apr_uint32_t *n);
const geo_v6_t *geo_v6(geo_t *geo, apr_uint32_t *n);

/* Forgets all ranges and gives up their memory; the facts stay. */
void geo_free_ranges(geo_t *geo);

#endif
