/* SPDX-License-Identifier: Apache-2.0
 *
 * One sweep over all networks of all sources.  Networks are nested or apart,
 * never half over each other, so that sorted by first address and size they
 * open and close like brackets: a stack holds those around the sweep's
 * address, and a network says what it knows on top of the one below it.  The
 * longest match is thus found over all routes before ranges are joined.  What
 * the country database says is laid over the result: its ranges are disjoint.
 */
#include "ranges.h"

#include "compile.h"

#include <stdlib.h>
#include <string.h>

#include "apr_strings.h"

typedef unsigned __int128 address_t;

#define DEPTH_MAX 130 /* lengths 1 to 128, the world, and one to spare */

typedef struct {
    address_t first;
    address_t last;
    ml_route_rec route;
} level_t;

typedef struct {
    image_t *image;
    intern_t *said;                 /* of sweep->says */
    BUFFER_OF(ml_route_rec) says;   /* what networks say, alone */
    BUFFER_OF(address_t) starts;    /* of the ranges */
    BUFFER_OF(apr_uint32_t) routes; /* what is said of each */
    apr_hash_t *asn_by_number;      /* -> apr_uint32_t place in asns */
    const apr_uint32_t *country_map;
    const apr_uint32_t *host_map;
    ml_family_e family;
    level_t stack[DEPTH_MAX];
    int depth;
    address_t start; /* of the range that is not stored yet */
    apr_uint32_t route;
} sweep_t;

static address_t address_of(const ml_address_t *address)
{
    return (address_t)address->hi << 64 | address->lo;
}

static int network_order(const void *a_, const void *b_)
{
    const model_network_t *a = a_, *b = b_;
    const ml_address_t *x = &a->network.first, *y = &b->network.first;

    if (x->family != y->family) {
        return x->family < y->family ? -1 : 1;
    }
    if (x->hi != y->hi) {
        return x->hi < y->hi ? -1 : 1;
    }
    if (x->lo != y->lo) {
        return x->lo < y->lo ? -1 : 1;
    }
    if (a->network.length != b->network.length) {
        return a->network.length - b->network.length;
    }
    if (a->layer != b->layer) {
        return a->layer < b->layer ? -1 : 1;
    }
    return (a->order > b->order) - (a->order < b->order);
}

static int asn_order(const void *a_, const void *b_)
{
    const model_asn_host_t *a = a_, *b = b_;

    return (a->asn > b->asn) - (a->asn < b->asn);
}

/* One record for each ASN with a host row, whether or not it is listed. */
static void compile_asns(sweep_t *sweep, model_t *model)
{
    apr_uint32_t n = BUFFER_N(&model->asn_hosts), i, j;
    model_asn_host_t *all = BUFFER_AT(&model->asn_hosts);
    apr_uint32_t *hosts =
        apr_palloc(sweep->image->pool, (n + 1) * sizeof(*hosts));

    if (n > 0) {
        qsort(all, n, sizeof(*all), asn_order);
    }
    for (i = 0; i < n; i = j) {
        ml_asn_rec *asn = BUFFER_PUSH(&sweep->image->asns);
        apr_uint32_t *key = apr_palloc(sweep->image->pool, 2 * sizeof(*key));

        for (j = i; j < n && all[j].asn == all[i].asn; j++) {
            hosts[j - i] = sweep->host_map[all[j].host_idx];
        }
        asn->number = (apr_uint32_t)all[i].asn;
        image_list(&sweep->image->host_lists.buffer, hosts, j - i,
                   &asn->host_first, &asn->host_n);
        key[0] = asn->number;
        key[1] = BUFFER_N(&sweep->image->asns) - 1;
        apr_hash_set(sweep->asn_by_number, &key[0], sizeof(*key), &key[1]);
    }
}

/* Stores the range that has begun, unless it only goes on with the route of
 * the one before it. */
static void flush(sweep_t *sweep)
{
    apr_uint32_t n = BUFFER_N(&sweep->routes);

    if (n == 0 || BUFFER_AT(&sweep->routes)[n - 1] != sweep->route) {
        *BUFFER_PUSH(&sweep->routes) = sweep->route;
        *BUFFER_PUSH(&sweep->starts) = sweep->start;
    }
}

/* From `start` on the top of the stack holds.  A range that begins where the
 * one before did replaces it. */
static void begin_range(sweep_t *sweep, address_t start)
{
    const level_t *top = &sweep->stack[sweep->depth - 1];

    if (start != sweep->start) {
        flush(sweep);
    }
    sweep->start = start;
    sweep->route = intern_add(sweep->said, &top->route, sizeof(top->route));
}

/* Closes the networks that end before `address`. */
static void close_before(sweep_t *sweep, address_t address)
{
    while (sweep->stack[sweep->depth - 1].last < address) {
        address_t next = sweep->stack[--sweep->depth].last + 1;

        begin_range(sweep, next);
    }
}

/* Makes the network the top of the stack, knowing what the one around it
 * does.  An equal one is there already. */
static void open_network(sweep_t *sweep, address_t first, address_t last)
{
    level_t *top;

    close_before(sweep, first);
    top = &sweep->stack[sweep->depth - 1];
    if (top->first != first || top->last != last) {
        top[1] = top[0];
        top[1].first = first;
        top[1].last = last;
        sweep->depth++;
    }
}

/* "192.0.2.0/24" */
static ml_text_rec network_text(image_t *image, const network_t *network)
{
    char text[ML_ADDRESS_TEXT_LEN];

    ml_address_format(text, &network->first);
    return image_text(
        image, apr_psprintf(image->pool, "%s/%d", text, network->length));
}

/* Whether the level has addresses of 64:ff9b::/96, which are read as IPv4
 * unless a netblock covers them.  Elsewhere nobody asks. */
static int is_translators(const sweep_t *sweep, const level_t *level)
{
    const address_t first = (address_t)APR_UINT64_C(0x0064ff9b00000000) << 64;

    return sweep->family == ML_ADDRESS_V6 && level->last >= first
           && level->first <= first + 0xffffffff;
}

/* The hosts of equal netblocks from `i` on become one record; the first one
 * behind them. */
static apr_uint32_t open_netblock(sweep_t *sweep, const model_network_t *all,
                                  apr_uint32_t i, apr_uint32_t n)
{
    level_t *top = &sweep->stack[sweep->depth - 1];
    ml_netblock_rec netblock = {.parent_idx = top->route.netblock_idx};
    apr_uint32_t *hosts, end = i, k;

    while (end < n && all[end].layer == MODEL_NETBLOCK
           && address_of(&all[end].network.first) == top->first
           && all[end].network.length == all[i].network.length) {
        end++;
    }
    hosts = apr_palloc(sweep->image->pool, (end - i) * sizeof(*hosts));
    for (k = i; k < end; k++) {
        hosts[k - i] = sweep->host_map[all[k].value];
    }
    image_list(&sweep->image->host_lists.buffer, hosts, end - i,
               &netblock.host_first, &netblock.host_n);
    if (is_translators(sweep, top)) {
        top->route.flags |= ML_ROUTE_NETBLOCK;
    }
    if (netblock.host_n > 0) {
        top->route.netblock_idx = BUFFER_N(&sweep->image->netblocks);
        netblock.network = network_text(sweep->image, &all[i].network);
        *BUFFER_PUSH(&sweep->image->netblocks) = netblock;
    }
    return end;
}

/* Puts what a network says on top of the stack. */
static void say(sweep_t *sweep, const model_network_t *network)
{
    ml_route_rec *route = &sweep->stack[sweep->depth - 1].route;
    const apr_uint32_t *asn_idx;

    switch (network->layer) {
    case MODEL_NETBLOCK_COUNTRY:
        route->country_idx = sweep->country_map[network->value];
        route->flags |= ML_ROUTE_NETBLOCK_COUNTRY;
        break;
    case MODEL_ASN:
        asn_idx = apr_hash_get(sweep->asn_by_number, &network->value,
                               sizeof(network->value));
        route->asn_idx = asn_idx ? *asn_idx : ML_NONE;
        break;
    case MODEL_NETBLOCK:
        break;
    }
}

/* Sweeps the `n` networks of one family. */
static void sweep_family(sweep_t *sweep, ml_family_e family,
                         const model_network_t *all, apr_uint32_t n)
{
    static const ml_route_rec nothing = {ML_NONE, ML_NONE, ML_NONE,
                                         ML_NONE, ML_NONE, 0};
    level_t *world = &sweep->stack[0];
    apr_uint32_t i = 0;

    sweep->family = family;
    sweep->starts.buffer.len = sweep->routes.buffer.len = 0;
    sweep->depth = 1;
    sweep->start = 0;
    world->route = nothing;
    world->last = family == ML_ADDRESS_V4 ? 0xffffffff : ~(address_t)0;
    begin_range(sweep, 0);
    while (i < n) {
        address_t first = address_of(&all[i].network.first);
        ml_address_t last = network_last(&all[i].network);

        open_network(sweep, first, address_of(&last));
        if (all[i].layer == MODEL_NETBLOCK) {
            i = open_netblock(sweep, all, i, n);
        }
        else {
            say(sweep, &all[i++]);
        }
        begin_range(sweep, first);
    }
    while (sweep->depth > 1
           && sweep->stack[sweep->depth - 1].last < world->last) {
        close_before(sweep, sweep->stack[sweep->depth - 1].last + 1);
    }
    flush(sweep);
}

/* --- the country database ------------------------------------------------- */

/* What the networks say, together with what the database says. */
static ml_route_rec joined(const sweep_t *sweep, const ml_route_rec *said,
                           const geo_fact_t *fact)
{
    ml_route_rec route = *said;

    route.place_idx = image_place(sweep->image, &fact->place);
    if (!(said->flags & ML_ROUTE_NETBLOCK_COUNTRY)) {
        if (fact->country_idx != ML_NONE) {
            route.country_idx = sweep->country_map[fact->country_idx];
        }
        else {
            route.continent_idx =
                compile_find_continent(sweep->image, fact->continent);
        }
    }
    return route;
}

typedef struct {
    sweep_t *sweep;
    intern_t *routes; /* of the image */
    const geo_fact_t *facts;
    apr_hash_t *known;      /* (said, fact) -> the image's route */
    apr_uint64_t last_pair; /* looked up last, and its route */
    apr_uint32_t last_route;
} join_t;

/* The image's route of what is said and a fact; few pairs, millions of
 * ranges. */
static apr_uint32_t route_of(join_t *join, apr_uint32_t said,
                             apr_uint32_t fact_idx)
{
    apr_uint64_t pair = (apr_uint64_t)said << 32 | fact_idx, *key;
    apr_pool_t *pool = join->sweep->image->pool;
    apr_uint32_t *route;

    if (pair == join->last_pair) {
        return join->last_route;
    }
    route = apr_hash_get(join->known, &pair, sizeof(pair));
    if (!route) {
        ml_route_rec rec =
            joined(join->sweep, &BUFFER_AT(&join->sweep->says)[said],
                   &join->facts[fact_idx]);

        key = apr_pmemdup(pool, &pair, sizeof(pair));
        route = apr_palloc(pool, sizeof(*route));
        *route = intern_add(join->routes, &rec, sizeof(rec));
        apr_hash_set(join->known, key, sizeof(*key), route);
    }
    join->last_pair = pair;
    join->last_route = *route;
    return *route;
}

static void add_v4(image_t *image, address_t start, apr_uint32_t route)
{
    apr_uint32_t n = BUFFER_N(&image->v4_routes);

    if (n == 0 || BUFFER_AT(&image->v4_routes)[n - 1] != route) {
        *BUFFER_PUSH(&image->v4_routes) = route;
        *BUFFER_PUSH(&image->v4_starts) = (apr_uint32_t)start;
    }
}

static void add_v6(image_t *image, address_t start, apr_uint32_t route)
{
    apr_uint32_t n = BUFFER_N(&image->v6_routes);

    if (n == 0 || BUFFER_AT(&image->v6_routes)[n - 1] != route) {
        *BUFFER_PUSH(&image->v6_routes) = route;
        *BUFFER_PUSH(&image->v6_starts) =
            (ml_v6_rec){(apr_uint64_t)(start >> 64), (apr_uint64_t)start};
    }
}

static void add_range(image_t *image, ml_family_e family, address_t start,
                      apr_uint32_t route)
{
    if (family == ML_ADDRESS_V4) {
        add_v4(image, start, route);
    }
    else {
        add_v6(image, start, route);
    }
}

/* Range `i` of the database, as both families have them. */
typedef struct {
    address_t start;
    apr_uint32_t fact_idx;
} geo_range_t;

typedef struct {
    const geo_v4_t *v4; /* or v6 */
    const geo_v6_t *v6;
    apr_uint32_t n;
} geo_ranges_t;

static geo_range_t range_at(const geo_ranges_t *ranges, apr_uint32_t i)
{
    return ranges->v4
               ? (geo_range_t){ranges->v4[i].first, ranges->v4[i].fact_idx}
               : (geo_range_t){(address_t)ranges->v6[i].hi << 64
                                   | ranges->v6[i].lo,
                               ranges->v6[i].fact_idx};
}

/* Both lists cover everything: a range begins wherever one does in either. */
static void join_family(join_t *join, ml_family_e family, geo_t *geo)
{
    sweep_t *sweep = join->sweep;
    const address_t *starts = BUFFER_AT(&sweep->starts);
    const apr_uint32_t *said = BUFFER_AT(&sweep->routes);
    apr_uint32_t said_n = BUFFER_N(&sweep->routes);
    apr_uint32_t i = 0, j = 0;
    geo_ranges_t ranges = {NULL, NULL, 0};
    geo_range_t range;

    if (family == ML_ADDRESS_V4) {
        ranges.v4 = geo_v4(geo, &ranges.n);
    }
    else {
        ranges.v6 = geo_v6(geo, &ranges.n);
    }
    range = range_at(&ranges, 0);
    add_range(sweep->image, family, 0, route_of(join, said[0], range.fact_idx));
    while (i + 1 < said_n || j + 1 < ranges.n) {
        address_t start;
        int by_said = i + 1 < said_n, by_geo = j + 1 < ranges.n;
        geo_range_t next = by_geo ? range_at(&ranges, j + 1) : range;

        if (by_said && by_geo) {
            by_said = starts[i + 1] <= next.start;
            by_geo = next.start <= starts[i + 1];
        }
        start = by_said ? starts[i + 1] : next.start;
        i += (apr_uint32_t)by_said;
        if (by_geo) {
            j++;
            range = next;
        }
        add_range(sweep->image, family, start,
                  route_of(join, said[i], range.fact_idx));
    }
}

/* --- indexes -------------------------------------------------------------- */

/* For each leading bits the last range that starts at or before them. */
static void index_v4(image_t *image)
{
    const apr_uint32_t *starts = BUFFER_AT(&image->v4_starts);
    apr_uint32_t n = BUFFER_N(&image->v4_starts), last = 0, slot;

    for (slot = 0; slot < 1u << ML_V4_INDEX_BITS; slot++) {
        while (last + 1 < n
               && starts[last + 1] <= slot << (32 - ML_V4_INDEX_BITS)) {
            last++;
        }
        *BUFFER_PUSH(&image->v4_index) = last;
    }
    *BUFFER_PUSH(&image->v4_index) = n - 1;
}

static void index_v6(image_t *image)
{
    const ml_v6_rec *starts = BUFFER_AT(&image->v6_starts);
    apr_uint32_t n = BUFFER_N(&image->v6_starts), last = 0, slot;

    for (slot = 0; slot < 1u << ML_V6_INDEX_BITS; slot++) {
        apr_uint64_t hi = (apr_uint64_t)slot << (64 - ML_V6_INDEX_BITS);

        while (
            last + 1 < n
            && (starts[last + 1].hi < hi
                || (starts[last + 1].hi == hi && starts[last + 1].lo == 0))) {
            last++;
        }
        *BUFFER_PUSH(&image->v6_index) = last;
    }
    *BUFFER_PUSH(&image->v6_index) = n - 1;
}

void ranges_compile(image_t *image, model_t *model,
                    const apr_uint32_t *country_map,
                    const apr_uint32_t *host_map)
{
    model_network_t *all = BUFFER_AT(&model->networks);
    apr_uint32_t n = BUFFER_N(&model->networks), v4_n = 0;
    apr_uint32_t fact_n;
    sweep_t sweep; /* not in a pool, which aligns for eight bytes only */
    join_t join = {.sweep = &sweep, .last_pair = ~(apr_uint64_t)0};

    memset(&sweep, 0, sizeof(sweep));
    sweep.image = image;
    sweep.said = intern_create(&sweep.says.buffer, image->pool);
    sweep.asn_by_number = apr_hash_make(image->pool);
    sweep.country_map = country_map;
    sweep.host_map = host_map;
    join.routes = intern_create(&image->routes.buffer, image->pool);
    join.facts = geo_facts(model->geo, &fact_n);
    join.known = apr_hash_make(image->pool);
    compile_asns(&sweep, model);
    if (n > 0) {
        qsort(all, n, sizeof(*all), network_order);
    }
    while (v4_n < n && all[v4_n].network.first.family == ML_ADDRESS_V4) {
        v4_n++;
    }
    sweep_family(&sweep, ML_ADDRESS_V4, all, v4_n);
    join_family(&join, ML_ADDRESS_V4, model->geo);
    sweep_family(&sweep, ML_ADDRESS_V6, all + v4_n, n - v4_n);
    join_family(&join, ML_ADDRESS_V6, model->geo);
    index_v4(image);
    index_v6(image);
    geo_free_ranges(model->geo);
    buffer_free(&model->networks.buffer);
    buffer_free(&sweep.says.buffer);
    buffer_free(&sweep.starts.buffer);
    buffer_free(&sweep.routes.buffer);
}
