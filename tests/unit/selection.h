/* SPDX-License-Identifier: Apache-2.0
 *
 * A world for selections, what a client asks of it, and which hosts stand in
 * which pool, whatever chance does.
 */
#ifndef SELECTION_H
#define SELECTION_H

#include "ml_select.h"
#include "world.h"

/* Hosts, by id, of the directory "all":
 *
 *     1 DE   2 DE   3 FR   4 US   5 CA   6 JP   7 DE private   8 nowhere
 *     9 DE, for clients in FR only   11 FR private
 *
 * 10 carries only "other", 9 is alone in "restricted" and 11 in "private". */
static ml_cache_t *cache;
static ml_client_t client;
static ml_select_t in;
static ml_selection_t out;
static apr_uint32_t requested[8];

static inline void add_hosts(world_t *world)
{
    static const char *const countries[] = {"DE", "DE", "FR", "US", "CA", "JP",
                                            "DE", "",   "DE", "DE", "FR"};
    static const char *const names[] = {"all", "other", "restricted", "private",
                                        "empty"};
    apr_uint32_t category = world_category(world), i;

    for (i = 0; i < (apr_uint32_t)N(countries); i++) {
        apr_uint32_t part =
            world_part(world, world_host(world, countries[i]), category);

        world_url(world, part, i, i == 4 ? "ftp://m" : "https://m");
    }
    world_host_at(world, 6)->is_private = 1;
    world_host_at(world, 10)->is_private = 1;
    world_allow(world, 8, "FR");
    for (i = 0; i < (apr_uint32_t)N(names); i++) {
        world_place(world, world_directory(world, names[i]), category, 0);
    }
    for (i = 0; i < (apr_uint32_t)N(countries); i++) {
        world_up2date(world, i, i == 9 ? 1 : 0);
    }
    world_up2date(world, 8, 2);
    world_up2date(world, 10, 3);
}

static inline void add_networks(world_t *world)
{
    world_network(world, "192.0.2.0/24", MODEL_NETBLOCK, 3);
    world_network(world, "192.0.2.0/25", MODEL_NETBLOCK, 4);
    world_network(world, "192.0.2.0/25", MODEL_NETBLOCK, 6);
    world_network(world, "192.0.2.0/26", MODEL_NETBLOCK, 9);
    world_network(world, "192.0.2.0/24", MODEL_ASN, 64500);
    world_network(world, "198.51.100.0/24", MODEL_NETBLOCK, 9);
    world_asn(world, 64500, 5);
    world_asn(world, 64500, 6);
    world_asn(world, 64500, 7);
    world_asn(world, 64500, 8);
    world_asn(world, 64500, 9);
}

static inline void add_locations(world_t *world)
{
    apr_uint32_t office = world_location(world, "office");
    apr_uint32_t tokyo = world_location(world, "tokyo");

    world_locate(world, office, 10);
    world_locate(world, office, 2);
    world_locate(world, office, 9);
    world_locate(world, office, 8);
    world_locate(world, tokyo, 5);
}

static inline void set_directory(const char *name)
{
    in.set =
        &cache->host_sets[world_found_directory(cache, name)->host_set_idx];
}

static inline void set_up(void)
{
    static const char *const continents[][2] = {
        {"DE", "EU"}, {"FR", "EU"}, {"GR", "EU"}, {"US", "NA"}, {"CA", "NA"},
        {"JP", "AS"}, {"IN", "AS"}, {"XX", "--"}, {"BR", "SA"}};
    static unsigned char accepted[ML_SCHEME_OTHER];
    world_t *world = world_create();
    int i;

    for (i = 0; i < N(continents); i++) {
        model_set_continent(world->model, continents[i][0], continents[i][1]);
    }
    add_hosts(world);
    add_networks(world);
    add_locations(world);
    cache = world_cache(world);

    memset(&in, 0, sizeof(in));
    memset(&client, 0, sizeof(client));
    memset(accepted, 1, sizeof(accepted));
    in.client = &client;
    client.country_idx = client.continent_idx = ML_NONE;
    in.location_idx = ML_NONE;
    in.countries = requested;
    in.accepted.schemes = in.accepted.private_schemes = accepted;
    set_directory("all");
}

/* --- what a client asks for --------------------------------------------------
 */

static inline apr_uint32_t country(const char *code)
{
    apr_uint32_t idx = ml_cache_find_country(cache, code, strlen(code));

    ck_assert_uint_ne(idx, ML_NONE);
    return idx;
}

static inline void set_client(const char *code)
{
    client.country_idx = country(code);
    client.continent_idx = cache->countries[client.country_idx].continent_idx;
}

static inline void request(const char *code)
{
    requested[in.country_n++] = country(code);
    in.asks_country = in.skip_networks = 1;
}

static inline void exclude(const char *code)
{
    static unsigned char excluded[64];

    if (!in.excluded) {
        memset(excluded, 0, sizeof(excluded));
    }
    excluded[country(code)] = 1;
    in.excluded = excluded;
}

static inline void set_address(const char *text)
{
    ml_address_t address = ml_address_parse(text);

    client.route = ml_cache_find_route(cache, &address);
}

static inline void set_location(const char *name)
{
    in.location_idx = ml_cache_find_location(cache, name, strlen(name));
    ck_assert_uint_ne(in.location_idx, ML_NONE);
}

/* --- what comes out ---------------------------------------------------------
 */

static inline apr_int64_t id_at(apr_uint32_t i)
{
    return cache->hosts[cache->members[out.members[i]].host_idx].id;
}

/* "POOL:ID,ID POOL:ID", ids of a pool ascending. */
static inline const char *selected(apr_uint64_t seed)
{
    static const char *const names[ML_POOL_N] = {
        "location", "netblock",  "asn",   "country",
        "client",   "continent", "global"};
    const char *text = "", *gap = "";
    ml_random_t random;
    apr_uint32_t i = 0;
    int p, id;

    ml_random_seed(&random, seed);
    in.draw.random = &random;
    ml_select(&out, cache, &in, pool);
    for (p = 0; p < ML_POOL_N; p++) {
        int is_here[12] = {0}, n = 0;

        for (; i < out.end[p]; i++) {
            ck_assert_int_eq(is_here[id_at(i)]++, 0);
        }
        for (id = 1; id < N(is_here); id++) {
            if (is_here[id]) {
                text = n++ ? apr_psprintf(pool, "%s,%d", text, id)
                           : apr_psprintf(pool, "%s%s%s:%d", text, gap,
                                          names[p], id);
                gap = " ";
            }
        }
    }
    return text;
}

/* Chance moves no host from its pool. */
static inline void expect(const char *text)
{
    apr_uint64_t seed;

    for (seed = 0; seed < 20; seed++) {
        ck_assert_str_eq(selected(seed), text);
    }
}

#endif
