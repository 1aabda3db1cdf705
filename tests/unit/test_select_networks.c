/* SPDX-License-Identifier: Apache-2.0
 *
 * The pools that do not ask for geography: locations, netblocks, ASNs; and
 * captive hosts.
 */
#include "selection.h"

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

/* --- captive hosts ----------------------------------------------------------
 */

/* The host's clients get nobody else. */
static void capture(apr_uint32_t id)
{
    ml_host_rec *hosts = (ml_host_rec *)cache->hosts;

    ck_assert_int_eq(hosts[id - 1].id, id);
    hosts[id - 1].flags |= ML_HOST_CAPTIVE;
}

START_TEST(a_captive_host_empties_all_later_pools)
{
    set_client("DE");
    set_location("office");
    set_address("192.0.2.1");
    in.minimum = 20;
    capture(5);
    expect("location:3,9,11 netblock:4,5,7");
    ck_assert_int_eq(out.captive, 1);
    ck_assert_int_eq(out.looked_at_client, 0);
    ck_assert_int_eq(out.looked_at_global, 0);
    /* whichever of the netblocks is its own */
    set_address("192.0.2.128");
    expect("location:3,9,11 netblock:4 asn:6,7,8 client:1,2 global:5");
    ck_assert_int_eq(out.captive, 0);
}
END_TEST

START_TEST(a_captive_host_need_not_be_in_its_own_pool)
{
    set_client("FR");
    set_location("tokyo");
    set_address("192.0.2.1");
    capture(4);
    expect("location:6 netblock:4,5,7");
    in.location_idx = ML_NONE;
    /* the location has it already */
    set_location("office");
    capture(9);
    expect("location:3,9,11 netblock:4,5,7");
    ck_assert_int_eq(out.captive, 1);
}
END_TEST

START_TEST(a_captive_host_that_does_not_count_here_takes_nobody)
{
    set_client("FR");
    in.minimum = 1;
    /* it carries another directory */
    capture(10);
    set_address("192.0.2.1");
    expect("netblock:4,5,7 asn:6,8,9 client:3 continent:1,2");
    ck_assert_int_eq(out.captive, 0);
    /* nobody asks for networks */
    capture(4);
    in.skip_networks = 1;
    expect("client:3 continent:1,2,9");
    ck_assert_int_eq(out.captive, 0);
    /* its country is excluded */
    in.skip_networks = 0;
    exclude("US");
    expect("netblock:5,7 asn:6,8,9 client:3 continent:1,2");
    ck_assert_int_eq(out.captive, 0);
}
END_TEST

START_TEST(hosts_of_excluded_countries_are_in_no_network)
{
    set_address("192.0.2.1");
    set_location("office");
    exclude("DE");
    expect("location:3,11 netblock:4,5 asn:6,8");
    exclude("US");
    exclude("CA");
    exclude("FR");
    exclude("JP");
    expect("asn:8");
    ck_assert_int_eq(out.netblock_hit, 0);
}
END_TEST

int main(void)
{
    const TTest *const all[] = {
        a_host_stands_in_the_first_pool_that_holds_it,
        netblocks_go_from_the_most_specific_outwards,
        a_netblock_of_hosts_that_carry_nothing_here_is_none,
        skipped_networks_leave_the_location,
        an_empty_set_gives_nobody,
        a_captive_host_empties_all_later_pools,
        a_captive_host_need_not_be_in_its_own_pool,
        a_captive_host_that_does_not_count_here_takes_nobody,
        hosts_of_excluded_countries_are_in_no_network,
    };
    TCase *tests = unit_case("select_networks");
    int i;

    tcase_add_checked_fixture(tests, set_up, NULL);
    for (i = 0; i < N(all); i++) {
        tcase_add_test(tests, all[i]);
    }
    return unit_run("select_networks", tests);
}
