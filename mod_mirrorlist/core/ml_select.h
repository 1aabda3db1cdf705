/* SPDX-License-Identifier: Apache-2.0
 *
 * Which hosts, in which order, and why: numbers in, numbers out.  No texts,
 * no clock; chance is handed in.
 */
#ifndef ML_SELECT_H
#define ML_SELECT_H

#include "apr_pools.h"

#include "ml_cache.h"
#include "ml_random.h"

/* In the order of an answer.  A host stands in the first that holds it. */
typedef enum {
    ML_POOL_LOCATION,
    ML_POOL_NETBLOCK,
    ML_POOL_ASN,
    ML_POOL_COUNTRY, /* requested, or the continents of those */
    ML_POOL_CLIENT_COUNTRY,
    ML_POOL_CONTINENT,
    ML_POOL_GLOBAL,
    ML_POOL_N
} ml_pool_e;

/* What the selection depends on.  All arrays are the caller's. */
typedef struct {
    const ml_host_set_rec *set;
    apr_uint32_t location_idx;     /* ML_NONE: none asked for, or unknown */
    const ml_route_rec *route;     /* of the client; NULL: no address */
    apr_uint32_t country_idx;      /* the client's; ML_NONE: unknown */
    int skip_networks;             /* neither netblocks nor ASN */
    const apr_uint32_t *countries; /* requested, distinct */
    apr_uint32_t country_n;
    int global;                    /* `global` is among the requested */
    const unsigned char *accepted; /* by scheme: `protocol` leaves it */
    apr_uint32_t minimum;          /* hosts that make the last pool needless */
} ml_select_t;

/* What became of a member of the set. */
typedef enum {
    ML_FATE_NOT_REACHED, /* no pool that was looked at holds it */
    ML_FATE_TAKEN,
    ML_FATE_COUNTRY_RULE /* one did, but not for the client's country */
} ml_fate_e;

typedef struct {
    /* Members of the cache, in order; pool P's end at `end[P]`. */
    apr_uint32_t *members;
    apr_uint32_t end[ML_POOL_N];
    int netblock_hit;     /* a host here has a netblock around the client */
    int fallback;         /* the requested countries' continents were used */
    int looked_at_client; /* pools CLIENT_COUNTRY and CONTINENT */
    int looked_at_global;
    /* For explanations. */
    unsigned char *fates; /* ml_fate_e, by position in the set */
    apr_uint32_t found;   /* hosts that `protocol` leaves a URL, counted up to
                             the minimum before the last pool was looked at */
} ml_selection_t;

/* Everything in `*selection` lives in `pool`: at most 21 bytes a host of the
 * set.  Weighted pools are drawn without replacement, each host with
 * probability proportional to its bandwidth. */
void ml_select(ml_selection_t *selection, const ml_cache_t *cache,
               const ml_select_t *select, ml_random_t *random,
               apr_pool_t *pool);

/* Whether any URL of the member has a scheme that is accepted. */
int ml_select_accepts(const ml_cache_t *cache, const unsigned char *accepted,
                      apr_uint32_t member);

/* The group of the set that holds the country's hosts, or NULL. */
const ml_group_rec *ml_select_group(const ml_cache_t *cache,
                                    const ml_host_set_rec *set,
                                    apr_uint32_t country_idx);

/* The groups of the continent, ascending by code; their number in `*n`. */
const ml_group_rec *ml_select_continent(const ml_cache_t *cache,
                                        const ml_host_set_rec *set,
                                        apr_uint32_t continent_idx,
                                        apr_uint32_t *n);

#endif
