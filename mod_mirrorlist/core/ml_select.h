/* SPDX-License-Identifier: Apache-2.0
 *
 * Which hosts, in which order, and why: numbers in, numbers out.  No texts,
 * no clock; chance is handed in.
 */
#ifndef ML_SELECT_H
#define ML_SELECT_H

#include "apr_pools.h"

#include "ml_cache.h"
#include "ml_client.h"
#include "ml_draw.h"

/* X(id, name, title, weighted): the pools, in the order of an answer; a host
 * stands in the first that holds it.  `name` is the one in logs and for
 * machines, `title` for people. */
#define ML_POOLS(X)                                    \
    X(LOCATION, "location", "location", 0)             \
    X(NETBLOCK, "netblocks", "netblock", 0)            \
    X(ASN, "asn", "network (ASN)", 0)                  \
    X(COUNTRY, "country", "requested country", 1)      \
    X(CLIENT_COUNTRY, "geoip", "client's country", 1)  \
    X(CONTINENT, "continent", "client's continent", 1) \
    X(GLOBAL, "global", "the world", 1)                \
    X(NONE, "none", "no mirror", 0)

typedef enum {
#define X(id, name, title, weighted) ML_POOL_##id,
    ML_POOLS(X)
#undef X
} ml_pool_e;
#define ML_POOL_N ML_POOL_NONE

typedef struct {
    const char *name;
    const char *title;
    int weighted;
} ml_pool_t;

extern const ml_pool_t ml_pools[ML_POOL_N + 1];

/* Which URLs count.  The arrays are by scheme: 1 if it does. */
typedef struct {
    const unsigned char *schemes;
    const unsigned char *private_schemes; /* of private hosts */
    apr_uint32_t hidden;                  /* flags of URLs that do not count */
} ml_filter_t;

/* What the selection depends on.  All arrays are the caller's. */
typedef struct {
    const ml_host_set_rec *set;
    const ml_client_t *client;
    apr_uint32_t location_idx;     /* ML_NONE: none asked for, or unknown */
    int skip_networks;             /* neither netblocks nor ASN */
    int asks_country;              /* even if only for unknown ones */
    const apr_uint32_t *countries; /* requested, distinct */
    apr_uint32_t country_n;
    int global;                    /* `global` is among the requested */
    const unsigned char *excluded; /* by country: 1 if it is; NULL: none is */
    int no_fallback;               /* only what was asked for */
    ml_filter_t accepted;          /* what `protocol` and others leave */
    apr_uint32_t minimum;          /* hosts that make the last pool needless */
    ml_draw_t draw;
} ml_select_t;

/* What became of a member of the set that no group brought into the answer. */
typedef enum {
    ML_FATE_NOT_REACHED, /* no pool that was looked at holds it */
    ML_FATE_TAKEN,       /* by a pool that takes hosts one by one */
    ML_FATE_COUNTRY_RULE /* one did, but not for the client's country */
} ml_fate_e;

typedef struct {
    /* Members of the cache, in order; pool P's end at `end[P]`. */
    apr_uint32_t *members;
    apr_uint32_t end[ML_POOL_N];
    int netblock_hit;     /* a host here has a netblock around the client */
    int captive;          /* and one of those is captive */
    int requested_hit;    /* requested countries, or their continents, have
                             hosts: geography is answered */
    int fallback;         /* it was the continents */
    int looked_at_client; /* pools CLIENT_COUNTRY and CONTINENT */
    int looked_at_global;
    /* For explanations. */
    unsigned char *fates; /* ml_fate_e, by position in the set */
    apr_uint32_t found;   /* hosts with a URL that counts, counted up to the
                             minimum before the last pool was looked at */
} ml_selection_t;

/* Everything in `*selection` lives in `pool`: at most 21 bytes a host of the
 * set.  Weighted pools are drawn without replacement, each host with
 * probability proportional to its weight. */
void ml_select(ml_selection_t *selection, const ml_cache_t *cache,
               const ml_select_t *select, apr_pool_t *pool);

/* Which schemes count for this member of the set. */
static inline const unsigned char *ml_select_schemes(const ml_filter_t *filter,
                                                     const ml_host_set_rec *set,
                                                     apr_uint32_t member)
{
    return member < set->member_first + set->public_n ? filter->schemes
                                                      : filter->private_schemes;
}

/* Whether any URL of the member of the set counts. */
int ml_select_accepts(const ml_cache_t *cache, const ml_filter_t *filter,
                      const ml_host_set_rec *set, apr_uint32_t member);

/* The group of the set that holds the country's hosts; NULL if there is none,
 * or the country is excluded. */
const ml_group_rec *ml_select_group(const ml_cache_t *cache,
                                    const ml_select_t *select,
                                    apr_uint32_t country_idx);

/* Whether hosts of that country (ML_NONE: of none) are excluded. */
int ml_select_excludes(const ml_select_t *select, apr_uint32_t country_idx);

/* The groups of the continent, ascending by code, excluded ones among them;
 * their number in `*n`. */
const ml_group_rec *ml_select_continent(const ml_cache_t *cache,
                                        const ml_host_set_rec *set,
                                        apr_uint32_t continent_idx,
                                        apr_uint32_t *n);

#endif
