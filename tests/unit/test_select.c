/* SPDX-License-Identifier: Apache-2.0
 *
 * Which hosts stand in which pool, whatever chance does.  How chance orders
 * them inside a pool is test_select_chance.c's.
 */
#include "ml_select.h"
#include "world.h"

/* Hosts, by id, of the directory "all":
 *
 *     1 DE   2 DE   3 FR   4 US   5 CA   6 JP   7 DE private   8 nowhere
 *     9 DE, for clients in FR only   11 FR private
 *
 * 10 carries only "other", 9 is alone in "restricted" and 11 in "private". */
static ml_cache_t *cache;
static ml_select_t in;
static ml_selection_t out;
static apr_uint32_t requested[8];

static void add_hosts(world_t *world)
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

static void add_networks(world_t *world)
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

static void add_locations(world_t *world)
{
    apr_uint32_t office = world_location(world, "office");
    apr_uint32_t tokyo = world_location(world, "tokyo");

    world_locate(world, office, 10);
    world_locate(world, office, 2);
    world_locate(world, office, 9);
    world_locate(world, office, 8);
    world_locate(world, tokyo, 5);
}

static void set_directory(const char *name)
{
    in.set =
        &cache->host_sets[world_found_directory(cache, name)->host_set_idx];
}

static void set_up(void)
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
    memset(accepted, 1, sizeof(accepted));
    in.location_idx = in.country_idx = ML_NONE;
    in.countries = requested;
    in.accepted = accepted;
    set_directory("all");
}

/* --- what a client asks for --------------------------------------------------
 */

static apr_uint32_t country(const char *code)
{
    apr_uint32_t idx = ml_cache_find_country(cache, code, strlen(code));

    ck_assert_uint_ne(idx, ML_NONE);
    return idx;
}

static void set_client(const char *code)
{
    in.country_idx = country(code);
}

static void request(const char *code)
{
    requested[in.country_n++] = country(code);
    in.skip_networks = 1;
}

static void set_address(const char *text)
{
    ml_address_t address = ml_address_parse(text);

    in.route = ml_cache_find_route(cache, &address);
}

static void set_location(const char *name)
{
    in.location_idx = ml_cache_find_location(cache, name);
    ck_assert_uint_ne(in.location_idx, ML_NONE);
}

/* --- what comes out ---------------------------------------------------------
 */

static apr_int64_t id_at(apr_uint32_t i)
{
    return cache->hosts[cache->members[out.members[i]].host_idx].id;
}

/* "POOL:ID,ID POOL:ID", ids of a pool ascending. */
static const char *selected(apr_uint64_t seed)
{
    static const char *const names[ML_POOL_N] = {
        "location", "netblock",  "asn",   "country",
        "client",   "continent", "global"};
    const char *text = "", *gap = "";
    ml_random_t random;
    apr_uint32_t i = 0;
    int p, id;

    ml_random_seed(&random, seed);
    ml_select(&out, cache, &in, &random, pool);
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
static void expect(const char *text)
{
    apr_uint64_t seed;

    for (seed = 0; seed < 20; seed++) {
        ck_assert_str_eq(selected(seed), text);
    }
}

/* --- pools 5, 6 and 7 -------------------------------------------------------
 */

START_TEST(the_client_s_country_comes_before_its_continent)
{
    set_client("DE");
    expect("client:1,2 continent:3");
    ck_assert_int_eq(out.looked_at_client, 1);
    ck_assert_int_eq(out.looked_at_global, 0);
}
END_TEST

START_TEST(a_country_without_hosts_has_its_continent)
{
    set_client("GR");
    expect("continent:1,2,3");
}
END_TEST

START_TEST(a_country_alone_or_on_no_continent_has_no_neighbours)
{
    set_client("XX");
    expect("");
    set_client("BR");
    expect("");
}
END_TEST

START_TEST(a_client_of_unknown_country_has_the_world)
{
    in.minimum = 1;
    expect("global:1,2,3,4,5,6,8");
    ck_assert_int_eq(out.looked_at_client, 1);
    ck_assert_int_eq(out.looked_at_global, 1);
}
END_TEST

START_TEST(the_world_is_looked_at_only_below_the_minimum)
{
    set_client("DE");
    in.minimum = 3;
    expect("client:1,2 continent:3");
    in.minimum = 4;
    expect("client:1,2 continent:3 global:4,5,6,8");
    ck_assert_int_eq(out.looked_at_global, 1);
}
END_TEST

START_TEST(hosts_of_earlier_pools_count_for_the_minimum_once)
{
    set_client("DE");
    set_location("office");
    in.minimum = 5;
    expect("location:3,9,11 client:1,2");
    in.minimum = 6;
    expect("location:3,9,11 client:1,2 global:4,5,6,8");
}
END_TEST

START_TEST(hosts_without_a_url_for_protocol_do_not_count)
{
    static const unsigned char ftp_only[ML_SCHEME_OTHER] = {0, 0, 1, 0};

    in.accepted = ftp_only;
    set_client("CA");
    in.minimum = 1;
    expect("client:5 continent:4");
    in.minimum = 2;
    expect("client:5 continent:4 global:1,2,3,6,8");
    set_client("DE");
    in.minimum = 1;
    expect("client:1,2 continent:3 global:4,5,6,8");
    in.minimum = 0;
    expect("client:1,2 continent:3");
}
END_TEST

/* --- pool 4 -----------------------------------------------------------------
 */

START_TEST(requested_countries_are_the_answer_and_one_pool)
{
    set_client("DE");
    in.minimum = 5;
    request("JP");
    expect("country:6");
    request("GR");
    request("CA");
    expect("country:5,6");
    ck_assert_int_eq(out.looked_at_client, 0);
    ck_assert_int_eq(out.looked_at_global, 0);
    ck_assert_int_eq(out.fallback, 0);
}
END_TEST

START_TEST(global_adds_every_host_that_is_not_private)
{
    in.global = 1;
    expect("country:1,2,3,4,5,6,8");
    request("JP");
    expect("country:1,2,3,4,5,6,8");
}
END_TEST

START_TEST(a_country_without_hosts_falls_back_to_its_continent)
{
    set_client("US");
    in.minimum = 5;
    request("GR");
    expect("country:1,2,3");
    ck_assert_int_eq(out.fallback, 1);
    ck_assert_int_eq(out.looked_at_client, 0);
    ck_assert_int_eq(out.looked_at_global, 0);
}
END_TEST

START_TEST(the_continents_of_several_countries_are_one_set)
{
    request("IN");
    request("XX");
    request("GR");
    expect("country:1,2,3,6");
}
END_TEST

START_TEST(where_nobody_is_found_no_country_was_asked_for)
{
    set_client("DE");
    in.minimum = 4;
    request("BR");
    request("XX");
    expect("client:1,2 continent:3 global:4,5,6,8");
    ck_assert_int_eq(out.fallback, 0);
    ck_assert_int_eq(out.looked_at_client, 1);
}
END_TEST

START_TEST(private_hosts_are_nobody_in_a_requested_country)
{
    set_directory("private");
    in.minimum = 1;
    request("FR");
    in.global = 1;
    expect("");
    ck_assert_int_eq(out.fallback, 0);
    ck_assert_int_eq(out.looked_at_client, 1);
    ck_assert_int_eq(out.looked_at_global, 1);
}
END_TEST

START_TEST(a_restricted_host_answers_though_it_is_not_shown)
{
    set_directory("restricted");
    set_client("US");
    in.minimum = 1;
    request("DE");
    expect("");
    ck_assert_int_eq(out.looked_at_client, 0);
    in.country_n = 0;
    request("GR");
    expect("");
    ck_assert_int_eq(out.fallback, 1);
    ck_assert_int_eq(out.looked_at_client, 0);
}
END_TEST

START_TEST(a_host_of_an_earlier_pool_answers_for_its_country)
{
    set_client("DE");
    set_location("tokyo");
    request("JP");
    expect("location:6");
    ck_assert_int_eq(out.looked_at_client, 0);
}
END_TEST

/* --- host_country_allowed ---------------------------------------------------
 */

START_TEST(a_restricted_host_is_for_clients_of_its_countries)
{
    set_client("FR");
    expect("client:3 continent:1,2,9");
    request("DE");
    expect("country:1,2,9");
    in.country_n = 0;
    request("GR");
    expect("country:1,2,3,9");
    in.country_n = 0;
    in.global = 1;
    expect("country:1,2,3,4,5,6,8,9");
}
END_TEST

START_TEST(a_restricted_host_is_in_the_world_of_its_clients)
{
    in.minimum = 20;
    set_client("FR");
    expect("client:3 continent:1,2,9 global:4,5,6,8");
    set_client("US");
    expect("client:4 continent:5 global:1,2,3,6,8");
    /* neither its own country nor an unknown one is allowed */
    set_client("DE");
    expect("client:1,2 continent:3 global:4,5,6,8");
    in.country_idx = ML_NONE;
    expect("global:1,2,3,4,5,6,8");
}
END_TEST

/* --- pools 1, 2 and 3 -------------------------------------------------------
 */

START_TEST(a_host_stands_in_the_first_pool_that_holds_it)
{
    set_location("office");
    set_address("192.0.2.1");
    set_client("FR");
    in.minimum = 20;
    expect("location:3,9,11 netblock:4,5,7 asn:6,8 continent:1,2");
}
END_TEST

START_TEST(netblocks_go_from_the_most_specific_outwards)
{
    apr_uint64_t seed;

    set_address("192.0.2.1");
    for (seed = 0; seed < 20; seed++) {
        ck_assert_str_eq(selected(seed), "netblock:4,5,7 asn:6,8,9");
        ck_assert_int_eq(id_at(2), 4);
        ck_assert_int_eq(out.netblock_hit, 1);
    }
    set_address("192.0.2.128");
    expect("netblock:4 asn:6,7,8,9");
}
END_TEST

START_TEST(a_netblock_of_hosts_that_carry_nothing_here_is_none)
{
    set_address("198.51.100.1");
    expect("");
    ck_assert_int_eq(out.netblock_hit, 0);
    set_directory("other");
    expect("netblock:10");
    ck_assert_int_eq(out.netblock_hit, 1);
    /* and is one though a location holds its host already */
    set_location("office");
    expect("location:10");
    ck_assert_int_eq(out.netblock_hit, 1);
}
END_TEST

START_TEST(skipped_networks_leave_the_location)
{
    set_address("192.0.2.1");
    set_location("office");
    in.skip_networks = 1;
    expect("location:3,9,11");
    ck_assert_int_eq(out.netblock_hit, 0);
}
END_TEST

START_TEST(an_empty_set_gives_nobody)
{
    set_directory("empty");
    set_client("DE");
    set_location("office");
    set_address("192.0.2.1");
    in.minimum = 5;
    expect("");
    ck_assert_int_eq(out.looked_at_global, 1);
}
END_TEST

int main(void)
{
    const TTest *const all[] = {
        the_client_s_country_comes_before_its_continent,
        a_country_without_hosts_has_its_continent,
        a_country_alone_or_on_no_continent_has_no_neighbours,
        a_client_of_unknown_country_has_the_world,
        the_world_is_looked_at_only_below_the_minimum,
        hosts_of_earlier_pools_count_for_the_minimum_once,
        hosts_without_a_url_for_protocol_do_not_count,
        requested_countries_are_the_answer_and_one_pool,
        global_adds_every_host_that_is_not_private,
        a_country_without_hosts_falls_back_to_its_continent,
        the_continents_of_several_countries_are_one_set,
        where_nobody_is_found_no_country_was_asked_for,
        private_hosts_are_nobody_in_a_requested_country,
        a_restricted_host_answers_though_it_is_not_shown,
        a_host_of_an_earlier_pool_answers_for_its_country,
        a_restricted_host_is_for_clients_of_its_countries,
        a_restricted_host_is_in_the_world_of_its_clients,
        a_host_stands_in_the_first_pool_that_holds_it,
        netblocks_go_from_the_most_specific_outwards,
        a_netblock_of_hosts_that_carry_nothing_here_is_none,
        skipped_networks_leave_the_location,
        an_empty_set_gives_nobody,
    };
    TCase *tests = unit_case("select");
    int i;

    tcase_add_checked_fixture(tests, set_up, NULL);
    for (i = 0; i < N(all); i++) {
        tcase_add_test(tests, all[i]);
    }
    return unit_run("select", tests);
}
