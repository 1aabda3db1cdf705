/* SPDX-License-Identifier: Apache-2.0
 *
 * What addresses say of their clients: the country by the longest match, and
 * through tunnels and translators; the continent; the place.
 */
#include "edit.h"
#include "ml_client.h"

static ml_cache_t *cache;

static void add_country(world_t *world, const char *network,
                        model_layer_e layer, const char *code)
{
    world_network(world, network, layer, world_country(world, code));
}

static void set_up(void)
{
    world_t *world = world_create();
    apr_uint32_t category = world_category(world);
    apr_uint32_t host = world_mirror(world, category, "DE");
    apr_uint32_t idle = world_host(world, "DE"); /* it carries nothing */

    world_place(world, world_directory(world, "pub"), category, 0);
    world_geo(world, "192.0.2.0/25", "AA");
    world_geo(world, "192.0.2.128/25", "AB");
    world_geo(world, "198.51.100.0/25", "AC");
    world_geo(world, "198.51.100.128/26", "AC");
    world_geo(world, "198.51.100.192/27", "AD");
    world_geo(world, "198.51.100.224/27", "AC");
    world_geo(world, "203.0.113.0/24", "AE");
    world_geo(world, "64:ff9b::/32", "BC");
    world_geo(world, "2001:db8::/32", "BA");
    world_geo(world, "2002::/16", "BB");
    add_country(world, "192.0.0.0/16", MODEL_NETBLOCK_COUNTRY, "NA");
    add_country(world, "198.51.100.128/25", MODEL_NETBLOCK_COUNTRY, "NB");
    add_country(world, "198.51.100.192/26", MODEL_NETBLOCK_COUNTRY, "NC");
    add_country(world, "2002:c633:6401::/48", MODEL_NETBLOCK_COUNTRY, "ND");
    add_country(world, "2001:0:1::/48", MODEL_NETBLOCK_COUNTRY, "NE");
    add_country(world, "64:ff9b::cb00:7180/121", MODEL_NETBLOCK_COUNTRY, "NF");
    world_network(world, "64:ff9b::cb00:7140/122", MODEL_NETBLOCK, host);
    world_network(world, "64:ff9b::cb00:7120/123", MODEL_NETBLOCK, idle);
    model_set_continent(world->model, "AE", "CO");
    world_network(world, "198.51.100.0/24", MODEL_NETBLOCK, host);
    world_network(world, "198.51.100.0/24", MODEL_ASN, 64500);
    world_asn(world, 64500, host);
    cache = world_cache(world);
}

static ml_client_t client_of(const char *text)
{
    ml_address_t address = ml_address_parse(text);
    ml_client_t client;

    ck_assert_int_ne(address.family, ML_ADDRESS_NONE);
    ml_client_find(&client, cache, &address);
    ck_assert_ptr_nonnull(client.route);
    return client;
}

static const struct {
    const char *address;
    const char *country; /* NULL: unknown */
} clients[] = {
    /* netblock_country is stronger, however short */
    {"192.0.2.1", "NA"},
    {"192.0.2.129", "NA"},
    {"192.0.255.255", "NA"},
    {"192.1.0.0", NULL},
    {"191.255.255.255", NULL},
    /* the longest of it */
    {"198.51.100.127", "AC"},
    {"198.51.100.128", "NB"},
    {"198.51.100.191", "NB"},
    {"198.51.100.192", "NC"},
    {"198.51.100.255", "NC"},
    {"::ffff:198.51.100.128", "NB"},
    {"2001:db8::1", "BA"},
    {"2001:db9::", NULL},
    /* 6to4: the country of the IPv4 address, netblock_country first */
    {"2002:c633:6400::1", "AC"},
    {"2002:c633:6480::1", "NB"},
    {"2002:c000:0201::1", "NA"},
    {"2002:0a00:0001::1", NULL},
    /* but not where netblock_country covers the address itself */
    {"2002:c633:6401::1", "ND"},
    {"2002:c633:6401:ffff:ffff:ffff:ffff:ffff", "ND"},
    /* Teredo: 198.51.100.1 and 198.51.100.200 inverted */
    {"2001::39cc:9bfe", "AC"},
    {"2001:0:4136:e378:8000:63bf:39cc:9b37", "NC"},
    {"2001::f5ff:fffe", NULL},
    {"2001:0:1::39cc:9bfe", "NE"},
    /* NAT64: whatever the country database says of the translator */
    {"64:ff9b::c633:6480", "NB"},
    {"64:ff9b::192.0.2.1", "NA"},
    {"64:ff9b::203.0.113.1", "AE"},
    {"64:ff9b::192.1.0.0", NULL},
    {"64:ff9b::1:0:0", "BC"},
    {"64:ff9b:1::c633:6480", "BC"},
    /* but not where netblock_country or a netblock covers the address */
    {"64:ff9b::203.0.113.128", "NF"},
    {"64:ff9b::203.0.113.64", "BC"},
    {"64:ff9b::203.0.113.127", "BC"},
    {"64:ff9b::203.0.113.32", "BC"}, /* though its host carries nothing */
    {"64:ff9b::203.0.113.31", "AE"},
};

START_TEST(an_address_has_the_country_of_its_longest_match)
{
    ml_client_t client = client_of(clients[_i].address);
    const char *country =
        client.country_idx == ML_NONE
            ? "unknown"
            : world_text(cache, cache->countries[client.country_idx].code);

    ck_assert_msg(
        !strcmp(country, clients[_i].country ? clients[_i].country : "unknown"),
        "%s is in %s", clients[_i].address, country);
}
END_TEST

START_TEST(netblocks_and_asn_are_those_of_the_address)
{
    ml_client_t client = client_of("198.51.100.1");

    ck_assert_uint_ne(client.route->netblock_idx, ML_NONE);
    ck_assert_uint_eq(cache->asns[client.route->asn_idx].number, 64500);
}
END_TEST

START_TEST(netblocks_and_asn_are_not_looked_up_through_a_tunnel)
{
    static const char *const tunnels[] = {"2002:c633:6400::1",
                                          "2001::39cc:9bfe"};
    int i;

    for (i = 0; i < N(tunnels); i++) {
        ml_client_t client = client_of(tunnels[i]);

        ck_assert_uint_eq(client.route->netblock_idx, ML_NONE);
        ck_assert_uint_eq(client.route->asn_idx, ML_NONE);
    }
}
END_TEST

START_TEST(a_client_behind_a_translator_is_an_ipv4_client)
{
    ml_client_t client = client_of("64:ff9b::198.51.100.1");

    ck_assert_int_eq(client.address.family, ML_ADDRESS_V4);
    ck_assert_uint_eq(client.address.lo, 0xc6336401);
    ck_assert_uint_ne(client.route->netblock_idx, ML_NONE);
    ck_assert_uint_eq(cache->asns[client.route->asn_idx].number, 64500);
    ck_assert_int_eq(client.tunnelled.family, ML_ADDRESS_NONE);
    client = client_of("64:ff9b::203.0.113.64");
    ck_assert_int_eq(client.address.family, ML_ADDRESS_V6);
    ck_assert_uint_ne(client.route->netblock_idx, ML_NONE);
    client = client_of("64:ff9b::203.0.113.128");
    ck_assert_int_eq(client.address.family, ML_ADDRESS_V6);
}
END_TEST

START_TEST(a_tunnelled_client_keeps_its_address)
{
    ml_client_t client = client_of("2002:c633:6480::1");

    ck_assert_int_eq(client.address.family, ML_ADDRESS_V6);
    ck_assert_int_eq(client.tunnelled.family, ML_ADDRESS_V4);
    ck_assert_uint_eq(client.tunnelled.lo, 0xc6336480);
    client = client_of("2002:c633:6401::1");
    ck_assert_int_eq(client.tunnelled.family, ML_ADDRESS_NONE);
    client = client_of("198.51.100.1");
    ck_assert_int_eq(client.tunnelled.family, ML_ADDRESS_NONE);
}
END_TEST

/* --- continents and places --------------------------------------------------
 */

START_TEST(the_continent_is_the_country_s_or_else_the_database_s)
{
    ml_client_t client = client_of("203.0.113.1");

    ck_assert_uint_eq(client.continent_idx, 0);
    /* a country that is on none is not helped out */
    edit_route(cache, "198.51.100.1")->continent_idx = 0;
    client = client_of("198.51.100.1");
    ck_assert_uint_ne(client.country_idx, ML_NONE);
    ck_assert_uint_eq(client.continent_idx, ML_NONE);
    /* of these no country is known */
    client = client_of("192.1.0.0");
    ck_assert_uint_eq(client.continent_idx, ML_NONE);
    edit_route(cache, "192.1.0.0")->continent_idx = 0;
    client = client_of("192.1.0.0");
    ck_assert_uint_eq(client.country_idx, ML_NONE);
    ck_assert_uint_eq(client.continent_idx, 0);
    client = client_of("2002:c001::1");
    ck_assert_uint_eq(client.continent_idx, 0);
    client = client_of("64:ff9b::192.1.0.0");
    ck_assert_uint_eq(client.continent_idx, 0);
}
END_TEST

START_TEST(the_place_is_the_database_s_or_else_the_country_s)
{
    apr_uint32_t ae = ml_cache_find_country(cache, "AE", 2);
    apr_uint32_t middle = edit_add_place(cache, 1, 2);
    apr_uint32_t place = edit_add_place(cache, 3, 4);
    ml_client_t client = client_of("203.0.113.1");

    ck_assert_uint_eq(client.place_idx, ML_NONE);
    EDIT(cache, countries, ml_country_rec, ae)->place_idx = middle;
    client = client_of("203.0.113.1");
    ck_assert_uint_eq(client.place_idx, middle);
    client = client_of("2002:cb00:7101::1");
    ck_assert_uint_eq(client.place_idx, middle);
    edit_route(cache, "203.0.113.1")->place_idx = place;
    client = client_of("203.0.113.1");
    ck_assert_uint_eq(client.place_idx, place);
    client = client_of("2002:cb00:7101::1");
    ck_assert_uint_eq(client.place_idx, place);
    client = client_of("64:ff9b::203.0.113.1");
    ck_assert_uint_eq(client.place_idx, place);
    /* a place needs no country */
    edit_route(cache, "192.1.0.0")->place_idx = place;
    client = client_of("192.1.0.0");
    ck_assert_uint_eq(client.country_idx, ML_NONE);
    ck_assert_uint_eq(client.place_idx, place);
}
END_TEST

START_TEST(nothing_is_known_of_a_client_without_an_address)
{
    const ml_address_t none = {ML_ADDRESS_NONE, 0, 0};
    ml_client_t client;

    memset(&client, 0, sizeof(client));
    ml_client_find(&client, cache, &none);
    ck_assert_ptr_null(client.route);
    ck_assert_uint_eq(client.country_idx, ML_NONE);
    ck_assert_uint_eq(client.continent_idx, ML_NONE);
    ck_assert_uint_eq(client.place_idx, ML_NONE);
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("client");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_loop_test(tests, an_address_has_the_country_of_its_longest_match,
                        0, N(clients));
    tcase_add_test(tests, netblocks_and_asn_are_those_of_the_address);
    tcase_add_test(tests, netblocks_and_asn_are_not_looked_up_through_a_tunnel);
    tcase_add_test(tests, nothing_is_known_of_a_client_without_an_address);
    tcase_add_test(tests, a_client_behind_a_translator_is_an_ipv4_client);
    tcase_add_test(tests, a_tunnelled_client_keeps_its_address);
    tcase_add_test(tests,
                   the_continent_is_the_country_s_or_else_the_database_s);
    tcase_add_test(tests, the_place_is_the_database_s_or_else_the_country_s);
    return unit_run("client", tests);
}
