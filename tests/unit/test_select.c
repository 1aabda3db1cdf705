/* SPDX-License-Identifier: Apache-2.0
 *
 * The pools of geography, and what keeps hosts out of them.  How chance orders
 * hosts inside a pool is test_select_chance.c's.
 */
#include "selection.h"

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

    in.accepted.schemes = in.accepted.private_schemes = ftp_only;
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

START_TEST(a_restricted_host_answers_for_a_country_only_if_it_is_shown)
{
    set_directory("restricted");
    set_client("US");
    in.minimum = 1;
    request("DE");
    expect("");
    ck_assert_int_eq(out.fallback, 0);
    ck_assert_int_eq(out.looked_at_client, 1);
    ck_assert_int_eq(out.looked_at_global, 1);
    set_client("FR");
    expect("country:9");
    ck_assert_int_eq(out.looked_at_client, 0);
    in.country_n = 0;
    request("GR");
    expect("country:9");
    ck_assert_int_eq(out.fallback, 1);
    set_client("US");
    expect("");
    ck_assert_int_eq(out.fallback, 0);
    ck_assert_int_eq(out.looked_at_client, 1);
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
    client.country_idx = client.continent_idx = ML_NONE;
    expect("global:1,2,3,4,5,6,8");
}
END_TEST

/* --- what is not known or not wanted ----------------------------------------
 */

START_TEST(a_client_of_a_known_continent_alone_has_that)
{
    set_client("FR");
    client.country_idx = ML_NONE;
    expect("continent:1,2,3");
    in.minimum = 4;
    expect("continent:1,2,3 global:4,5,6,8");
}
END_TEST

START_TEST(no_host_of_an_excluded_country_is_in_any_pool)
{
    set_client("DE");
    in.minimum = 20;
    exclude("FR");
    expect("client:1,2 global:4,5,6,8");
    exclude("DE");
    exclude("US");
    expect("global:5,6,8");
    exclude("CA");
    exclude("JP");
    expect("global:8");
}
END_TEST

START_TEST(excluded_hosts_do_not_count_for_the_minimum)
{
    set_client("DE");
    in.minimum = 3;
    expect("client:1,2 continent:3");
    exclude("FR");
    expect("client:1,2 global:4,5,6,8");
}
END_TEST

START_TEST(a_requested_country_that_is_excluded_has_nobody)
{
    set_client("US");
    request("DE");
    exclude("DE");
    expect("country:3"); /* the continent's others */
    ck_assert_int_eq(out.fallback, 1);
    exclude("FR");
    expect("client:4 continent:5");
    in.global = 1;
    expect("country:4,5,6,8");
}
END_TEST

START_TEST(without_fallback_a_requested_country_is_all_there_is)
{
    set_client("DE");
    in.minimum = 20;
    in.no_fallback = 1;
    request("JP");
    expect("country:6");
    in.country_n = 0;
    request("GR");
    expect("");
    ck_assert_int_eq(out.fallback, 0);
    ck_assert_int_eq(out.looked_at_client, 0);
    ck_assert_int_eq(out.looked_at_global, 0);
    in.country_n = 0; /* an unknown one was asked for */
    expect("");
    ck_assert_int_eq(out.looked_at_client, 0);
    in.global = 1;
    expect("country:1,2,3,4,5,6,8");
}
END_TEST

START_TEST(without_fallback_and_country_the_world_stays_away)
{
    set_client("DE");
    in.minimum = 20;
    in.no_fallback = 1;
    expect("client:1,2 continent:3");
    ck_assert_int_eq(out.looked_at_client, 1);
    ck_assert_int_eq(out.looked_at_global, 0);
    client.country_idx = client.continent_idx = ML_NONE;
    expect("");
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
        a_restricted_host_answers_for_a_country_only_if_it_is_shown,
        a_host_of_an_earlier_pool_answers_for_its_country,
        a_restricted_host_is_for_clients_of_its_countries,
        a_restricted_host_is_in_the_world_of_its_clients,
        a_client_of_a_known_continent_alone_has_that,
        no_host_of_an_excluded_country_is_in_any_pool,
        excluded_hosts_do_not_count_for_the_minimum,
        a_requested_country_that_is_excluded_has_nobody,
        without_fallback_a_requested_country_is_all_there_is,
        without_fallback_and_country_the_world_stays_away,
    };
    TCase *tests = unit_case("select");
    int i;

    tcase_add_checked_fixture(tests, set_up, NULL);
    for (i = 0; i < N(all); i++) {
        tcase_add_test(tests, all[i]);
    }
    return unit_run("select", tests);
}
