/* SPDX-License-Identifier: Apache-2.0
 *
 * The pools, one after the other.  Work is linear in the hosts of the pools
 * that are looked at, never in the hosts of the world.
 */
#include "ml_select.h"

#include <string.h>

const ml_pool_t ml_pools[ML_POOL_N + 1] = {
#define X(id, name, title, weighted) {name, title, weighted},
    ML_POOLS(X)
#undef X
};

typedef struct {
    const ml_cache_t *cache;
    const ml_select_t *in;
    ml_selection_t *out;
    apr_uint32_t n;             /* members chosen so far */
    unsigned char *group_taken; /* by position in the set: 1 if it is */
    apr_uint64_t *keys;         /* room for one key a host, twice */
} state_t;

int ml_select_excludes(const ml_select_t *select, apr_uint32_t country_idx)
{
    return select->excluded && country_idx != ML_NONE
           && select->excluded[country_idx];
}

/* First group whose country is not below `country_idx`. */
static const ml_group_rec *lower_group(const ml_cache_t *cache,
                                       const ml_host_set_rec *set,
                                       apr_uint32_t country_idx)
{
    const ml_group_rec *low = cache->groups + set->group_first;
    apr_uint32_t n = set->group_n;

    while (n > 0) {
        apr_uint32_t half = n / 2;

        if (low[half].country_idx < country_idx) {
            low += half + 1;
            n -= half + 1;
        }
        else {
            n = half;
        }
    }
    return low;
}

static const ml_group_rec *find_group(const ml_cache_t *cache,
                                      const ml_host_set_rec *set,
                                      apr_uint32_t country_idx)
{
    const ml_group_rec *group = lower_group(cache, set, country_idx);

    return group < cache->groups + set->group_first + set->group_n
                   && group->country_idx == country_idx
               ? group
               : NULL;
}

const ml_group_rec *ml_select_group(const ml_cache_t *cache,
                                    const ml_select_t *select,
                                    apr_uint32_t country_idx)
{
    return ml_select_excludes(select, country_idx)
               ? NULL
               : find_group(cache, select->set, country_idx);
}

const ml_group_rec *ml_select_continent(const ml_cache_t *cache,
                                        const ml_host_set_rec *set,
                                        apr_uint32_t continent_idx,
                                        apr_uint32_t *n)
{
    const ml_continent_rec *continent = &cache->continents[continent_idx];
    const ml_group_rec *first =
        lower_group(cache, set, continent->country_first);

    *n = (apr_uint32_t)(lower_group(cache, set,
                                    continent->country_first
                                        + continent->country_n)
                        - first);
    return first;
}

/* The host's member among `n` ascending ones, or ML_NONE. */
static apr_uint32_t find_member(const ml_cache_t *cache, apr_uint32_t first,
                                apr_uint32_t n, apr_uint32_t host_idx)
{
    while (n > 0) {
        apr_uint32_t half = n / 2;
        apr_uint32_t found = cache->members[first + half].host_idx;

        if (found == host_idx) {
            return first + half;
        }
        if (found < host_idx) {
            first += half + 1;
            n -= half + 1;
        }
        else {
            n = half;
        }
    }
    return ML_NONE;
}

/* The member of the set that is this host; ML_NONE if it is none, or its
 * country is excluded. */
static apr_uint32_t member_of_host(const state_t *state, apr_uint32_t host_idx)
{
    const ml_host_set_rec *set = state->in->set;
    const ml_host_rec *host = &state->cache->hosts[host_idx];
    const ml_group_rec *group;

    if (ml_select_excludes(state->in, host->country_idx)) {
        return ML_NONE;
    }
    if (host->flags & ML_HOST_PRIVATE) {
        return find_member(state->cache, set->member_first + set->public_n,
                           set->private_n, host_idx);
    }
    group = find_group(state->cache, set, host->country_idx);
    return group ? find_member(state->cache, group->member_first,
                               group->member_n, host_idx)
                 : ML_NONE;
}

static unsigned char *fate_of(const state_t *state, apr_uint32_t member)
{
    return &state->out->fates[member - state->in->set->member_first];
}

static void take(state_t *state, apr_uint32_t member)
{
    unsigned char *fate = fate_of(state, member);

    if (*fate != ML_FATE_TAKEN) {
        *fate = ML_FATE_TAKEN;
        state->out->members[state->n++] = member;
    }
}

/* Orders what was taken since `start` as the pool does. */
static void draw(state_t *state, ml_pool_e pool, apr_uint32_t start)
{
    ml_draw(state->out->members + start, state->n - start, state->cache,
            &state->in->draw, ml_pools[pool].weighted, state->keys);
}

/* Takes the hosts of a list that carry the directory; the flags of those, and
 * HIT if there are any. */
#define HIT (1u << 31)
static apr_uint32_t take_hosts(state_t *state, ml_pool_e pool,
                               apr_uint32_t first, apr_uint32_t n)
{
    apr_uint32_t start = state->n, flags = 0, i;

    for (i = first; i < first + n; i++) {
        apr_uint32_t host_idx = state->cache->host_lists[i];
        apr_uint32_t member = member_of_host(state, host_idx);

        if (member != ML_NONE) {
            take(state, member);
            flags |= HIT | state->cache->hosts[host_idx].flags;
        }
    }
    draw(state, pool, start);
    return flags;
}

static void take_location(state_t *state)
{
    if (state->in->location_idx != ML_NONE) {
        const ml_location_rec *location =
            &state->cache->locations[state->in->location_idx];

        take_hosts(state, ML_POOL_LOCATION, location->host_first,
                   location->host_n);
    }
}

/* What is known of the client's network, if that counts; else NULL. */
static const ml_route_rec *route_of(const state_t *state)
{
    return state->in->skip_networks ? NULL : state->in->client->route;
}

/* From the most specific netblock outwards. */
static void take_netblocks(state_t *state)
{
    const ml_cache_t *cache = state->cache;
    const ml_route_rec *route = route_of(state);
    apr_uint32_t idx = route ? route->netblock_idx : ML_NONE, flags = 0;

    while (idx != ML_NONE) {
        const ml_netblock_rec *netblock = &cache->netblocks[idx];

        flags |= take_hosts(state, ML_POOL_NETBLOCK, netblock->host_first,
                            netblock->host_n);
        idx = netblock->parent_idx;
    }
    state->out->netblock_hit = !!(flags & HIT);
    state->out->captive = !!(flags & ML_HOST_CAPTIVE);
}

static void take_asn(state_t *state)
{
    const ml_route_rec *route = route_of(state);

    if (route && route->asn_idx != ML_NONE && !state->out->captive) {
        const ml_asn_rec *asn = &state->cache->asns[route->asn_idx];

        take_hosts(state, ML_POOL_ASN, asn->host_first, asn->host_n);
    }
}

/* Whether the host may be shown to a client of that country, for geography's
 * sake alone. */
static int is_allowed(const state_t *state, const ml_host_rec *host)
{
    const apr_uint32_t *allowed = state->cache->allowed + host->allowed_first;
    apr_uint32_t low = 0, high = host->allowed_n;

    if (!(host->flags & ML_HOST_RESTRICTED)) {
        return 1;
    }
    while (low < high) {
        apr_uint32_t middle = low + (high - low) / 2;

        if (allowed[middle] < state->in->client->country_idx) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    /* An unknown country is ML_NONE, which is in no list. */
    return low < host->allowed_n
           && allowed[low] == state->in->client->country_idx;
}

/* Takes the hosts of a group one by one; how many may be shown, whether or not
 * an earlier pool has them. */
static apr_uint32_t take_members(state_t *state, const ml_group_rec *group)
{
    apr_uint32_t end = group->member_first + group->member_n, allowed = 0, i;

    for (i = group->member_first; i < end; i++) {
        const ml_host_rec *host =
            &state->cache->hosts[state->cache->members[i].host_idx];

        if (is_allowed(state, host)) {
            take(state, i);
            allowed++;
        }
        else if (*fate_of(state, i) == ML_FATE_NOT_REACHED) {
            *fate_of(state, i) = ML_FATE_COUNTRY_RULE;
        }
    }
    return allowed;
}

/* All of them at once, where nobody could be missing. */
static apr_uint32_t take_group(state_t *state, const ml_group_rec *group)
{
    apr_uint32_t *out = state->out->members + state->n, i;

    for (i = 0; i < group->member_n; i++) {
        out[i] = group->member_first + i;
    }
    state->n += group->member_n;
    return group->member_n;
}

/* Takes the groups that are not excluded and that no pool has taken; how many
 * of their hosts may be shown. */
static apr_uint32_t take_groups(state_t *state, const ml_group_rec *groups,
                                apr_uint32_t n)
{
    int anybody_taken = state->out->end[ML_POOL_ASN] > 0;
    apr_uint32_t allowed = 0, i;

    for (i = 0; i < n; i++) {
        unsigned char *taken =
            &state->group_taken[&groups[i] - state->cache->groups
                                - state->in->set->group_first];

        if (*taken || ml_select_excludes(state->in, groups[i].country_idx)) {
            continue;
        }
        *taken = 1;
        allowed += anybody_taken || groups[i].flags & ML_GROUP_RESTRICTED
                       ? take_members(state, &groups[i])
                       : take_group(state, &groups[i]);
    }
    return allowed;
}

static apr_uint32_t take_world(state_t *state)
{
    const ml_host_set_rec *set = state->in->set;

    return take_groups(state, state->cache->groups + set->group_first,
                       set->group_n);
}

static apr_uint32_t take_country(state_t *state, apr_uint32_t country_idx)
{
    const ml_group_rec *group =
        country_idx == ML_NONE
            ? NULL
            : find_group(state->cache, state->in->set, country_idx);

    return group ? take_groups(state, group, 1) : 0;
}

static apr_uint32_t take_continent(state_t *state, apr_uint32_t continent_idx)
{
    const ml_group_rec *groups;
    apr_uint32_t n;

    if (continent_idx == ML_NONE) {
        return 0;
    }
    groups =
        ml_select_continent(state->cache, state->in->set, continent_idx, &n);
    return take_groups(state, groups, n);
}

/* Each once, however many of their countries were asked for. */
static apr_uint32_t take_requested_continents(state_t *state, apr_pool_t *pool)
{
    const ml_select_t *in = state->in;
    unsigned char *seen = apr_pcalloc(pool, state->cache->continents_n + 1);
    apr_uint32_t allowed = 0, i;

    for (i = 0; i < in->country_n; i++) {
        apr_uint32_t continent =
            state->cache->countries[in->countries[i]].continent_idx;

        if (continent != ML_NONE && !seen[continent]) {
            seen[continent] = 1;
            allowed += take_continent(state, continent);
        }
    }
    return allowed;
}

/* Requested countries, or else their continents.  Whether there are any hosts:
 * then geography has been answered. */
static int take_requested(state_t *state, apr_pool_t *pool)
{
    const ml_select_t *in = state->in;
    apr_uint32_t allowed = 0, i;

    if (in->global) {
        allowed += take_world(state);
    }
    for (i = 0; i < in->country_n; i++) {
        allowed += take_country(state, in->countries[i]);
    }
    if (allowed == 0 && !in->no_fallback) {
        state->out->fallback = take_requested_continents(state, pool) > 0;
    }
    return allowed > 0 || state->out->fallback;
}

int ml_select_accepts(const ml_cache_t *cache, const ml_filter_t *filter,
                      const ml_host_set_rec *set, apr_uint32_t member)
{
    const unsigned char *schemes = ml_select_schemes(filter, set, member);
    const ml_url_rec *url = cache->urls + cache->members[member].url_first;

    for (;; url++) {
        if (schemes[url->scheme_idx] && !(url->flags & filter->hidden)) {
            return 1;
        }
        if (url->flags & ML_URL_LAST) {
            return 0;
        }
    }
}

static int found_too_few(const state_t *state)
{
    const ml_select_t *in = state->in;
    apr_uint32_t found = 0, i;

    for (i = 0; i < state->n && found < in->minimum; i++) {
        found += ml_select_accepts(state->cache, &in->accepted, in->set,
                                   state->out->members[i]);
    }
    state->out->found = found;
    return found < in->minimum;
}

/* Ends a pool of which nothing has been ordered yet. */
static void end_pool(state_t *state, ml_pool_e pool)
{
    draw(state, pool, state->out->end[pool - 1]);
    state->out->end[pool] = state->n;
}

/* Pools by geography. */
static void take_geography(state_t *state, apr_pool_t *pool)
{
    const ml_select_t *in = state->in;
    ml_selection_t *out = state->out;

    out->requested_hit = !out->captive && take_requested(state, pool);
    end_pool(state, ML_POOL_COUNTRY);
    out->looked_at_client = !out->captive && !out->requested_hit
                            && !(in->asks_country && in->no_fallback);
    if (out->looked_at_client) {
        take_country(state, in->client->country_idx);
    }
    end_pool(state, ML_POOL_CLIENT_COUNTRY);
    if (out->looked_at_client) {
        take_continent(state, in->client->continent_idx);
    }
    end_pool(state, ML_POOL_CONTINENT);
    out->looked_at_global =
        out->looked_at_client && !in->no_fallback && found_too_few(state);
    if (out->looked_at_global) {
        take_world(state);
    }
    end_pool(state, ML_POOL_GLOBAL);
}

void ml_select(ml_selection_t *selection, const ml_cache_t *cache,
               const ml_select_t *select, apr_pool_t *pool)
{
    apr_uint32_t host_n = select->set->public_n + select->set->private_n;
    state_t state = {cache, select, selection, 0, NULL, NULL};

    memset(selection, 0, sizeof(*selection));
    selection->members = apr_palloc(pool, host_n * sizeof(*selection->members));
    selection->fates = apr_pcalloc(pool, host_n);
    state.group_taken = apr_pcalloc(pool, select->set->group_n + 1);
    state.keys = apr_palloc(pool, 2 * (apr_size_t)host_n * sizeof(*state.keys));

    take_location(&state);
    selection->end[ML_POOL_LOCATION] = state.n;
    take_netblocks(&state);
    selection->end[ML_POOL_NETBLOCK] = state.n;
    take_asn(&state);
    selection->end[ML_POOL_ASN] = state.n;
    take_geography(&state, pool);
}
