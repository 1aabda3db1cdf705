/* SPDX-License-Identifier: Apache-2.0
 *
 * The pools, one after the other.  Work is linear in the hosts of the pools
 * that are looked at, never in the hosts of the world.
 */
#include "ml_select.h"

#include <string.h>

#include "ml_draw.h"

typedef struct {
    const ml_cache_t *cache;
    const ml_select_t *in;
    ml_selection_t *out;
    ml_random_t *random;
    apr_uint32_t n;     /* members chosen so far */
    apr_uint64_t *keys; /* room for one key a host, twice */
    apr_pool_t *pool;
} state_t;

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

const ml_group_rec *ml_select_group(const ml_cache_t *cache,
                                    const ml_host_set_rec *set,
                                    apr_uint32_t country_idx)
{
    const ml_group_rec *group = lower_group(cache, set, country_idx);

    return group < cache->groups + set->group_first + set->group_n
                   && group->country_idx == country_idx
               ? group
               : NULL;
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

/* The member of the set that is this host, or ML_NONE. */
static apr_uint32_t member_of_host(const state_t *state, apr_uint32_t host_idx)
{
    const ml_host_set_rec *set = state->in->set;
    const ml_host_rec *host = &state->cache->hosts[host_idx];
    const ml_group_rec *group;

    if (host->flags & ML_HOST_PRIVATE) {
        return find_member(state->cache, set->member_first + set->public_n,
                           set->private_n, host_idx);
    }
    group = ml_select_group(state->cache, set, host->country_idx);
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

/* A uniformly random order of what was taken since `start`. */
static void shuffle(state_t *state, apr_uint32_t start)
{
    apr_uint32_t *members = state->out->members;
    apr_uint32_t i;

    for (i = state->n; i > start + 1; i--) {
        apr_uint32_t *a = &members[i - 1];
        apr_uint32_t *b =
            &members[start + ml_random_below(state->random, i - start)];
        apr_uint32_t t = *a;

        *a = *b;
        *b = t;
    }
}

/* Takes the hosts of a list that carry the directory; whether any does. */
static int take_hosts(state_t *state, apr_uint32_t first, apr_uint32_t n)
{
    apr_uint32_t start = state->n, i;
    int hit = 0;

    for (i = first; i < first + n; i++) {
        apr_uint32_t member =
            member_of_host(state, state->cache->host_lists[i]);

        if (member != ML_NONE) {
            take(state, member);
            hit = 1;
        }
    }
    shuffle(state, start);
    return hit;
}

static void take_location(state_t *state)
{
    if (state->in->location_idx != ML_NONE) {
        const ml_location_rec *location =
            &state->cache->locations[state->in->location_idx];

        take_hosts(state, location->host_first, location->host_n);
    }
}

/* From the most specific netblock outwards. */
static void take_netblocks(state_t *state)
{
    const ml_cache_t *cache = state->cache;
    apr_uint32_t idx = state->in->route && !state->in->skip_networks
                           ? state->in->route->netblock_idx
                           : ML_NONE;

    while (idx != ML_NONE) {
        const ml_netblock_rec *netblock = &cache->netblocks[idx];

        if (take_hosts(state, netblock->host_first, netblock->host_n)) {
            state->out->netblock_hit = 1;
        }
        idx = netblock->parent_idx;
    }
}

static void take_asn(state_t *state)
{
    if (state->in->route && !state->in->skip_networks
        && state->in->route->asn_idx != ML_NONE) {
        const ml_asn_rec *asn = &state->cache->asns[state->in->route->asn_idx];

        take_hosts(state, asn->host_first, asn->host_n);
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

        if (allowed[middle] < state->in->country_idx) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    /* An unknown country is ML_NONE, which is in no list. */
    return low < host->allowed_n && allowed[low] == state->in->country_idx;
}

static void take_members(state_t *state, apr_uint32_t first, apr_uint32_t n)
{
    apr_uint32_t i;

    for (i = first; i < first + n; i++) {
        const ml_host_rec *host =
            &state->cache->hosts[state->cache->members[i].host_idx];

        if (is_allowed(state, host)) {
            take(state, i);
        }
        else if (*fate_of(state, i) == ML_FATE_NOT_REACHED) {
            *fate_of(state, i) = ML_FATE_COUNTRY_RULE;
        }
    }
}

static void take_groups(state_t *state, const ml_group_rec *groups,
                        apr_uint32_t n)
{
    apr_uint32_t i;

    for (i = 0; i < n; i++) {
        take_members(state, groups[i].member_first, groups[i].member_n);
    }
}

static void take_country(state_t *state, apr_uint32_t country_idx)
{
    const ml_group_rec *group =
        ml_select_group(state->cache, state->in->set, country_idx);

    if (group) {
        take_groups(state, group, 1);
    }
}

static void take_continent(state_t *state, apr_uint32_t continent)
{
    apr_uint32_t n;
    const ml_group_rec *groups =
        ml_select_continent(state->cache, state->in->set, continent, &n);

    take_groups(state, groups, n);
}

static void take_continent_of(state_t *state, apr_uint32_t country_idx)
{
    apr_uint32_t continent = state->cache->countries[country_idx].continent_idx;

    if (continent != ML_NONE) {
        take_continent(state, continent);
    }
}

/* Each once, however many of their countries were asked for. */
static void take_requested_continents(state_t *state)
{
    unsigned char *seen = apr_pcalloc(state->pool, state->cache->continents_n);
    apr_uint32_t i;

    for (i = 0; i < state->in->country_n; i++) {
        apr_uint32_t continent =
            state->cache->countries[state->in->countries[i]].continent_idx;

        if (continent != ML_NONE && !seen[continent]) {
            seen[continent] = 1;
            take_continent(state, continent);
        }
    }
}

/* Whether any requested country has hosts here, restricted ones included. */
static int requested_has_hosts(const state_t *state)
{
    apr_uint32_t i;

    if (state->in->global && state->in->set->public_n > 0) {
        return 1;
    }
    for (i = 0; i < state->in->country_n; i++) {
        if (ml_select_group(state->cache, state->in->set,
                            state->in->countries[i])) {
            return 1;
        }
    }
    return 0;
}

static int continents_have_hosts(const state_t *state)
{
    apr_uint32_t i, n = 0;

    for (i = 0; i < state->in->country_n && n == 0; i++) {
        apr_uint32_t continent =
            state->cache->countries[state->in->countries[i]].continent_idx;

        if (continent != ML_NONE) {
            ml_select_continent(state->cache, state->in->set, continent, &n);
        }
    }
    return n > 0;
}

/* Requested countries, or else their continents.  Whether there were any
 * hosts: then geography has been answered. */
static int take_requested(state_t *state)
{
    const ml_select_t *in = state->in;
    apr_uint32_t i;

    if (requested_has_hosts(state)) {
        if (in->global) {
            take_members(state, in->set->member_first, in->set->public_n);
        }
        for (i = 0; i < in->country_n; i++) {
            take_country(state, in->countries[i]);
        }
        return 1;
    }
    state->out->fallback = continents_have_hosts(state);
    if (state->out->fallback) {
        take_requested_continents(state);
    }
    return state->out->fallback;
}

int ml_select_accepts(const ml_cache_t *cache, const unsigned char *accepted,
                      apr_uint32_t member)
{
    const ml_url_list_rec *list =
        &cache->url_lists[cache->members[member].url_list_idx];
    apr_uint32_t i;

    for (i = list->url_first; i < list->url_first + list->url_n; i++) {
        if (accepted[cache->urls[i].scheme_idx]) {
            return 1;
        }
    }
    return 0;
}

static int found_too_few(const state_t *state)
{
    apr_uint32_t found = 0, i;

    for (i = 0; i < state->n && found < state->in->minimum; i++) {
        found += ml_select_accepts(state->cache, state->in->accepted,
                                   state->out->members[i]);
    }
    state->out->found = found;
    return found < state->in->minimum;
}

/* Ends the pool that began at `start`, in weighted order. */
static void end_weighted(state_t *state, ml_pool_e pool, apr_uint32_t start)
{
    ml_draw(state->out->members + start, state->n - start, state->cache,
            state->random, state->keys);
    state->out->end[pool] = state->n;
}

void ml_select(ml_selection_t *selection, const ml_cache_t *cache,
               const ml_select_t *select, ml_random_t *random, apr_pool_t *pool)
{
    const ml_host_set_rec *set = select->set;
    apr_uint32_t host_n = set->public_n + set->private_n;
    state_t state = {cache, select, selection, random, 0, NULL, pool};
    int answered;

    memset(selection, 0, sizeof(*selection));
    selection->members = apr_palloc(pool, host_n * sizeof(*selection->members));
    selection->fates = apr_pcalloc(pool, host_n);
    state.keys = apr_palloc(pool, 2 * (apr_size_t)host_n * sizeof(*state.keys));

    take_location(&state);
    selection->end[ML_POOL_LOCATION] = state.n;
    take_netblocks(&state);
    selection->end[ML_POOL_NETBLOCK] = state.n;
    take_asn(&state);
    selection->end[ML_POOL_ASN] = state.n;

    answered = take_requested(&state);
    end_weighted(&state, ML_POOL_COUNTRY, selection->end[ML_POOL_ASN]);

    selection->looked_at_client = !answered;
    if (!answered && select->country_idx != ML_NONE) {
        take_country(&state, select->country_idx);
    }
    end_weighted(&state, ML_POOL_CLIENT_COUNTRY,
                 selection->end[ML_POOL_COUNTRY]);
    if (!answered && select->country_idx != ML_NONE) {
        take_continent_of(&state, select->country_idx);
    }
    end_weighted(&state, ML_POOL_CONTINENT,
                 selection->end[ML_POOL_CLIENT_COUNTRY]);

    selection->looked_at_global = !answered && found_too_few(&state);
    if (selection->looked_at_global) {
        take_members(&state, set->member_first, set->public_n);
    }
    end_weighted(&state, ML_POOL_GLOBAL, selection->end[ML_POOL_CONTINENT]);
}
