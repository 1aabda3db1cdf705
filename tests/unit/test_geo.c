/* SPDX-License-Identifier: Apache-2.0
 *
 * Where hosts, countries and clients are, and what the country database says of
 * continents.
 */
#include "ml_client.h"
#include "world.h"

static world_t *world;
static ml_cache_t *cache;

static void set_up(void)
{
    world = world_create();
}

static const char *place_text(apr_uint32_t place_idx)
{
    return place_idx == ML_NONE
               ? "-"
               : apr_psprintf(pool, "%d,%d", cache->places[place_idx].latitude,
                              cache->places[place_idx].longitude);
}

/* "COUNTRY CONTINENT PLACE" of a client. */
static const char *client_text(const char *text)
{
    ml_address_t address = ml_address_parse(text);
    ml_client_t client;

    ml_client_find(&client, cache, &address);
    return apr_pstrcat(
        pool,
        client.country_idx == ML_NONE
            ? "-"
            : world_text(cache, cache->countries[client.country_idx].code),
        " ",
        client.continent_idx == ML_NONE
            ? "-"
            : world_text(cache, cache->continents[client.continent_idx].code),
        " ", place_text(client.place_idx), NULL);
}

#define PLACE(latitude, longitude) (&(const geo_place_t){latitude, longitude})

START_TEST(a_client_is_where_the_database_says_or_in_the_middle_of_its_country)
{
    world_geo_at(world, "192.0.2.0/25", "AA", "", PLACE(10.4, -20.5));
    world_geo_at(world, "192.0.2.128/25", "AA", "", NULL);
    world_geo_at(world, "198.51.100.0/24", "BB", "", NULL);
    cache = world_cache(world);
    ck_assert_str_eq(client_text("192.0.2.1"), "AA - 10,-21");
    ck_assert_str_eq(client_text("192.0.2.129"), "AA - 10,-21");
    ck_assert_str_eq(client_text("198.51.100.1"), "BB - -");
    ck_assert_str_eq(client_text("203.0.113.1"), "- - -");
}
END_TEST

START_TEST(degrees_are_rounded_half_away_from_zero)
{
    static const double degrees[] = {0.5, -0.5, 1.49, -1.49, 2.5, 89.5, -89.5};
    static const int whole[] = {1, -1, 1, -1, 3, 90, -90};
    int i;

    for (i = 0; i < N(degrees); i++) {
        ck_assert_int_eq(geo_degrees(PLACE(degrees[i], 0)).latitude, whole[i]);
        ck_assert_int_eq(geo_degrees(PLACE(0, degrees[i])).longitude, whole[i]);
    }
}
END_TEST

/* The middle of AA. */
static const char *middle(void)
{
    cache = world_cache(world);
    return place_text(
        cache->countries[ml_cache_find_country(cache, "AA", 2)].place_idx);
}

START_TEST(the_middle_of_a_country_lies_where_most_addresses_do)
{
    /* three quarters at 0,0 and a quarter at 0,90: atan(1/3) */
    world_geo_at(world, "192.0.2.0/25", "AA", "", PLACE(0, 0));
    world_geo_at(world, "192.0.2.128/26", "AA", "", PLACE(0, 0));
    world_geo_at(world, "192.0.2.192/26", "AA", "", PLACE(0, 90));
    ck_assert_str_eq(middle(), "0,18");
}
END_TEST

START_TEST(ipv6_counts_for_a_middle_only_without_ipv4)
{
    world_geo_at(world, "192.0.2.0/32", "AA", "", PLACE(0, 10));
    world_geo_at(world, "2001:db8::/32", "AA", "", PLACE(0, 50));
    ck_assert_str_eq(middle(), "0,10");
}
END_TEST

START_TEST(of_ipv6_each_network_counts_once)
{
    world_geo_at(world, "192.0.2.0/24", "AA", "", NULL);
    world_geo_at(world, "2001:db8::/32", "AA", "", PLACE(0, 10));
    world_geo_at(world, "2001:db9::/64", "AA", "", PLACE(0, 20));
    ck_assert_str_eq(middle(), "0,15");
}
END_TEST

START_TEST(a_middle_crosses_the_date_line)
{
    world_geo_at(world, "192.0.2.0/25", "AA", "", PLACE(0, 170));
    world_geo_at(world, "192.0.2.128/25", "AA", "", PLACE(0, -160));
    ck_assert_str_eq(middle(), "0,-175");
}
END_TEST

START_TEST(a_continent_is_known_where_the_country_is_not)
{
    world_geo_at(world, "192.0.2.0/24", "", "EU", PLACE(50, 10));
    world_geo_at(world, "198.51.100.0/24", "", "", PLACE(1, 2));
    cache = world_cache(world);
    ck_assert_str_eq(client_text("192.0.2.1"), "- EU 50,10");
    ck_assert_str_eq(client_text("198.51.100.1"), "- - 1,2");
}
END_TEST

START_TEST(a_country_lies_where_most_of_its_networks_do)
{
    world_geo_at(world, "192.0.2.0/24", "XK", "EU", NULL);
    world_geo_at(world, "198.51.100.0/32", "XK", "AS", NULL);
    world_geo_at(world, "198.51.100.2/32", "XK", "AS", PLACE(1, 1));
    world_geo_at(world, "203.0.113.0/32", "DE", "AS", NULL);
    world_geo_at(world, "203.0.113.2/32", "AQ", "AN", NULL);
    world_geo_at(world, "203.0.113.4/32", "ZZ", "OC", NULL);
    world_geo_at(world, "203.0.113.6/32", "ZZ", "AF", NULL);
    model_set_continent(world->model, "DE", "EU");
    model_set_continent(world->model, "AQ", "--");
    cache = world_cache(world);
    ck_assert_str_eq(client_text("192.0.2.1"), "XK AS 1,1");
    ck_assert_str_eq(client_text("203.0.113.0"), "DE EU -");
    ck_assert_str_eq(client_text("203.0.113.2"), "AQ - -");
    ck_assert_str_eq(client_text("203.0.113.4"), "ZZ AF -");
}
END_TEST

static const struct {
    const char *latitude;
    const char *longitude;
    const char *place;
} hosts[] = {
    {"52.5", "13.4", "53,13"}, {"-90", "180", "-90,180"},
    {"0", "0.4", "0,0"},       {"1e1", "+2", "10,2"},
    {"0", "0", "7,7"},         {"-0.0", "0e5", "7,7"},
    {"90.1", "0", "7,7"},      {"91", "10", "7,7"},
    {"10", "-180.5", "7,7"},   {"NaN", "10", "7,7"},
    {"inf", "10", "7,7"},      {"10", "Infinity", "7,7"},
    {"0x10", "10", "7,7"},     {"10", "", "7,7"},
    {"10", NULL, "7,7"},       {NULL, "10", "7,7"},
    {"Berlin", "10", "7,7"},   {"10 N", "10", "7,7"},
};

START_TEST(a_host_is_where_its_row_says_or_in_the_middle_of_its_country)
{
    apr_uint32_t host = world_mirror(world, world_category(world), "AA");
    const char *latitude = hosts[_i].latitude, *longitude = hosts[_i].longitude;

    world_place(world, world_directory(world, "pub"), 0, 0);
    world_geo_at(world, "192.0.2.0/24", "AA", "", PLACE(7, 7));
    model_place_host(world_host_at(world, host), latitude,
                     latitude ? strlen(latitude) : 0, longitude,
                     longitude ? strlen(longitude) : 0);
    cache = world_cache(world);
    ck_assert_str_eq(place_text(cache->hosts[0].place_idx), hosts[_i].place);
}
END_TEST

START_TEST(ranges_of_both_sources_meet_at_all_their_ends)
{
    world_network(world, "10.0.0.0/8", MODEL_NETBLOCK_COUNTRY,
                  world_country(world, "NN"));
    world_geo_at(world, "9.255.0.0/16", "AA", "", PLACE(1, 1));
    world_geo_at(world, "10.0.0.0/9", "AA", "", PLACE(1, 1));
    world_geo_at(world, "10.128.0.0/9", "BB", "", PLACE(2, 2));
    world_geo_at(world, "11.0.0.0/8", "BB", "", PLACE(2, 2));
    world_geo_at(world, "255.255.255.255/32", "CC", "", PLACE(3, 3));
    world_geo_at(world, "::/128", "DD", "", PLACE(4, 4));
    world_geo_at(world, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", "EE", "",
                 PLACE(5, 5));
    cache = world_cache(world);
    ck_assert_str_eq(client_text("9.254.255.255"), "- - -");
    ck_assert_str_eq(client_text("9.255.0.0"), "AA - 1,1");
    ck_assert_str_eq(client_text("10.0.0.0"), "NN - 1,1");
    ck_assert_str_eq(client_text("10.127.255.255"), "NN - 1,1");
    ck_assert_str_eq(client_text("10.128.0.0"), "NN - 2,2");
    ck_assert_str_eq(client_text("11.0.0.0"), "BB - 2,2");
    ck_assert_str_eq(client_text("12.0.0.0"), "- - -");
    ck_assert_str_eq(client_text("255.255.255.254"), "- - -");
    ck_assert_str_eq(client_text("255.255.255.255"), "CC - 3,3");
    ck_assert_str_eq(client_text("::"), "DD - 4,4");
    ck_assert_str_eq(client_text("::2"), "- - -");
    ck_assert_str_eq(client_text("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
                     "EE - 5,5");
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("geo");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(
        tests,
        a_client_is_where_the_database_says_or_in_the_middle_of_its_country);
    tcase_add_test(tests, degrees_are_rounded_half_away_from_zero);
    tcase_add_test(tests, the_middle_of_a_country_lies_where_most_addresses_do);
    tcase_add_test(tests, ipv6_counts_for_a_middle_only_without_ipv4);
    tcase_add_test(tests, of_ipv6_each_network_counts_once);
    tcase_add_test(tests, a_middle_crosses_the_date_line);
    tcase_add_test(tests, a_continent_is_known_where_the_country_is_not);
    tcase_add_test(tests, a_country_lies_where_most_of_its_networks_do);
    tcase_add_loop_test(
        tests, a_host_is_where_its_row_says_or_in_the_middle_of_its_country, 0,
        N(hosts));
    tcase_add_test(tests, ranges_of_both_sources_meet_at_all_their_ends);
    return unit_run("geo", tests);
}
