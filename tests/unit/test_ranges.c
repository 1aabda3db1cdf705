/* SPDX-License-Identifier: Apache-2.0
 *
 * From networks to ranges and back: what an address is told, at the first and
 * the last address of every network, in both families.
 */
#include "ml_random.h"
#include "world.h"

/* Hosts 0 to 7 carry something, 8 does not. */
enum { IDLE = 8 };

static world_t *world;
static ml_cache_t *cache;

static void set_up(void)
{
    apr_uint32_t category;
    int i;

    world = world_create();
    category = world_category(world);
    for (i = 0; i < 8; i++) {
        world_mirror(world, category, "");
    }
    world_host(world, "");
    world_place(world, world_directory(world, "pub"), category, 0);
}

static void add_country(const char *network, model_layer_e layer,
                        const char *code)
{
    world_network(world, network, layer, world_country(world, code));
}

static const char *hosts_text(apr_uint32_t first, apr_uint32_t n)
{
    const char *text = "";
    apr_uint32_t i;

    for (i = first; i < first + n; i++) {
        text = apr_psprintf(pool, "%s%s%d", text, i > first ? "," : "",
                            (int)cache->hosts[cache->host_lists[i]].id - 1);
    }
    return text;
}

/* "COUNTRY ASN HOSTS<HOSTS", netblocks from the most specific outwards; `!`
 * after a country of netblock_country, `-` for what is not known. */
static const char *route_text(const ml_route_rec *route)
{
    const char *text = "-";
    apr_uint32_t idx;

    if (route->country_idx != ML_NONE) {
        text = world_text(cache, cache->countries[route->country_idx].code);
    }
    if (route->flags & ML_ROUTE_NETBLOCK_COUNTRY) {
        text = apr_pstrcat(pool, text, "!", NULL);
    }
    text = route->asn_idx == ML_NONE
               ? apr_pstrcat(pool, text, " -", NULL)
               : apr_psprintf(pool, "%s %u", text,
                              cache->asns[route->asn_idx].number);
    for (idx = route->netblock_idx; idx != ML_NONE;
         idx = cache->netblocks[idx].parent_idx) {
        text = apr_pstrcat(pool, text, idx == route->netblock_idx ? " " : "<",
                           hosts_text(cache->netblocks[idx].host_first,
                                      cache->netblocks[idx].host_n),
                           NULL);
    }
    return text;
}

static void expect(const char *address, const char *told)
{
    ml_address_t parsed = ml_address_parse(address);
    const char *text;

    if (!cache) {
        cache = world_cache(world);
    }
    text = route_text(ml_cache_find_route(cache, &parsed));
    ck_assert_msg(!strcmp(text, told), "%s is told '%s', not '%s'", address,
                  text, told);
}

START_TEST(of_no_network_nothing_is_known)
{
    expect("0.0.0.0", "- -");
    expect("255.255.255.255", "- -");
    expect("::", "- -");
    expect("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "- -");
    ck_assert_uint_eq(cache->v4_starts_n, 1);
    ck_assert_uint_eq(cache->v6_starts_n, 1);
}
END_TEST

START_TEST(a_network_ends_with_its_last_address)
{
    world_geo(world, "192.0.2.128/25", "AA");
    world_geo(world, "2001:db8:0:1::/64", "BB");
    expect("192.0.2.127", "- -");
    expect("192.0.2.128", "AA -");
    expect("192.0.2.255", "AA -");
    expect("192.0.3.0", "- -");
    expect("2001:db8::ffff:ffff:ffff:ffff", "- -");
    expect("2001:db8:0:1::", "BB -");
    expect("2001:db8:0:1:ffff:ffff:ffff:ffff", "BB -");
    expect("2001:db8:0:2::", "- -");
}
END_TEST

START_TEST(networks_at_both_ends_of_the_world_are_found)
{
    world_geo(world, "0.0.0.0/32", "AA");
    world_geo(world, "255.255.255.255/32", "BB");
    world_geo(world, "::/128", "CC");
    world_geo(world, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", "DD");
    expect("0.0.0.0", "AA -");
    expect("0.0.0.1", "- -");
    expect("255.255.255.254", "- -");
    expect("255.255.255.255", "BB -");
    expect("::", "CC -");
    expect("::1", "- -");
    expect("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", "- -");
    expect("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "DD -");
}
END_TEST

START_TEST(halves_of_the_world_are_networks)
{
    world_geo(world, "0.0.0.0/1", "AA");
    world_geo(world, "128.0.0.0/1", "BB");
    world_geo(world, "8000::/1", "CC");
    expect("127.255.255.255", "AA -");
    expect("128.0.0.0", "BB -");
    expect("255.255.255.255", "BB -");
    expect("7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "- -");
    expect("8000::", "CC -");
    expect("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "CC -");
}
END_TEST

START_TEST(nested_networks_know_what_is_around_them)
{
    add_country("10.0.0.0/8", MODEL_NETBLOCK_COUNTRY, "AA");
    world_network(world, "10.1.0.0/16", MODEL_NETBLOCK, 1);
    world_network(world, "10.1.2.0/24", MODEL_ASN, 64500);
    add_country("10.1.2.0/25", MODEL_NETBLOCK_COUNTRY, "BB");
    world_network(world, "10.1.2.3/32", MODEL_NETBLOCK, 2);
    world_asn(world, 64500, 0);
    expect("10.0.255.255", "AA! -");
    expect("10.1.0.0", "AA! - 1");
    expect("10.1.1.255", "AA! - 1");
    expect("10.1.2.2", "BB! 64500 1");
    expect("10.1.2.3", "BB! 64500 2<1");
    expect("10.1.2.4", "BB! 64500 1");
    expect("10.1.2.128", "AA! 64500 1");
    expect("10.1.3.0", "AA! - 1");
    expect("10.2.0.0", "AA! -");
    expect("11.0.0.0", "- -");
}
END_TEST

START_TEST(every_length_can_be_nested)
{
    int length;

    for (length = 1; length <= 128; length++) {
        world_network(world, apr_psprintf(pool, "2001:db8::/%d", length),
                      MODEL_NETBLOCK, (apr_uint32_t)(length % 8));
    }
    for (length = 1; length <= 32; length++) {
        world_network(world, apr_psprintf(pool, "192.0.2.1/%d", length),
                      MODEL_NETBLOCK, (apr_uint32_t)(length % 8));
    }
    expect("2001:db8::3",
           "- - 6<5<4<3<2<1<0<7<6<5<4<3<2<1<0<7<6<5<4<3<2<1<0<7"
           "<6<5<4<3<2<1<0<7<6<5<4<3<2<1<0<7<6<5<4<3<2<1<0<7<6<"
           "5<4<3<2<1<0<7<6<5<4<3<2<1<0<7<6<5<4<3<2<1<0<7<6<5<4"
           "<3<2<1<0<7<6<5<4<3<2<1<0<7<6<5<4<3<2<1<0<7<6<5<4<3<"
           "2<1<0<7<6<5<4<3<2<1<0<7<6<5<4<3<2<1<0<7<6<5<4<3<2<1");
    expect("192.0.2.1", "- - 0<7<6<5<4<3<2<1<0<7<6<5<4<3<2<1<0<7<6<5<4<3<2<1<0"
                        "<7<6<5<4<3<2<1");
}
END_TEST

START_TEST(of_equal_networks_in_a_layer_the_last_wins)
{
    add_country("11.0.0.0/8", MODEL_NETBLOCK_COUNTRY, "CC");
    add_country("11.0.0.0/8", MODEL_NETBLOCK_COUNTRY, "AA");
    world_network(world, "10.0.0.0/8", MODEL_ASN, 2);
    world_network(world, "10.0.0.0/8", MODEL_ASN, 1);
    world_asn(world, 1, 0);
    world_asn(world, 2, 0);
    expect("10.0.0.0", "- 1");
    expect("11.0.0.0", "AA! -");
}
END_TEST

START_TEST(equal_netblocks_hold_the_hosts_of_all)
{
    world_network(world, "10.0.0.0/8", MODEL_NETBLOCK, 3);
    world_network(world, "10.0.0.0/8", MODEL_NETBLOCK, 1);
    world_network(world, "10.0.0.0/8", MODEL_NETBLOCK, IDLE);
    world_network(world, "10.0.0.0/8", MODEL_NETBLOCK, 3);
    world_network(world, "10.0.0.0/9", MODEL_NETBLOCK, 2);
    expect("10.0.0.0", "- - 2<1,3");
    expect("10.128.0.0", "- - 1,3");
}
END_TEST

START_TEST(a_netblock_of_idle_hosts_is_none)
{
    world_network(world, "10.0.0.0/8", MODEL_NETBLOCK, 1);
    world_network(world, "10.0.0.0/16", MODEL_NETBLOCK, IDLE);
    expect("10.0.0.0", "- - 1");
    ck_assert_uint_eq(cache->netblocks_n, 1);
}
END_TEST

START_TEST(netblock_country_is_stronger_than_the_country_database)
{
    world_geo(world, "10.0.0.0/24", "AA");
    add_country("10.0.0.0/8", MODEL_NETBLOCK_COUNTRY, "BB");
    add_country("10.0.0.0/24", MODEL_NETBLOCK_COUNTRY, "CC");
    world_geo(world, "11.0.0.0/8", "AA");
    add_country("11.0.0.0/8", MODEL_NETBLOCK_COUNTRY, "BB");
    expect("10.0.0.0", "CC! -");
    expect("10.0.0.255", "CC! -");
    expect("10.0.1.0", "BB! -");
    expect("11.0.0.0", "BB! -");
}
END_TEST

START_TEST(the_longest_route_counts_whether_or_not_its_asn_has_hosts)
{
    world_network(world, "10.0.0.0/8", MODEL_ASN, 1);
    world_network(world, "10.1.0.0/16", MODEL_ASN, 2); /* nobody's */
    world_network(world, "10.1.2.0/24", MODEL_ASN, 1);
    world_asn(world, 1, 5);
    expect("10.0.0.0", "- 1");
    expect("10.1.0.0", "- -");
    expect("10.1.2.0", "- 1");
    expect("10.1.3.0", "- -");
    expect("10.2.0.0", "- 1");
}
END_TEST

START_TEST(an_asn_of_idle_hosts_is_known)
{
    world_network(world, "10.0.0.0/8", MODEL_ASN, 1);
    world_network(world, "11.0.0.0/8", MODEL_ASN, 4294967295u);
    world_asn(world, 1, IDLE);
    world_asn(world, 4294967295, 3);
    world_asn(world, 4294967295, IDLE);
    world_asn(world, 4294967295, 2);
    world_asn(world, 4294967295, 3);
    expect("10.0.0.0", "- 1");
    expect("11.0.0.0", "- 4294967295");
    ck_assert_uint_eq(cache->asns[0].host_n, 0);
    ck_assert_str_eq(
        hosts_text(cache->asns[1].host_first, cache->asns[1].host_n), "2,3");
}
END_TEST

START_TEST(neighbours_that_say_the_same_are_one_range)
{
    world_geo(world, "10.0.0.0/9", "AA");
    world_geo(world, "10.128.0.0/9", "AA");
    world_geo(world, "11.0.0.0/8", "BB");
    expect("10.255.255.255", "AA -");
    expect("11.0.0.0", "BB -");
    ck_assert_uint_eq(cache->v4_starts_n, 4); /* -, AA, BB, - */
}
END_TEST

START_TEST(the_two_families_do_not_mix)
{
    world_geo(world, "0.0.0.0/1", "AA");
    world_geo(world, "::/96", "BB");
    expect("1.2.3.4", "AA -");
    expect("::ffff:1.2.3.4", "AA -");
    expect("::1.2.3.4", "BB -");
    expect("128.0.0.0", "- -");
}
END_TEST

/* --- any networks -----------------------------------------------------------
 */

enum { NETWORKS = 400 };

static network_t networks[NETWORKS];

static int holds(const network_t *network, const ml_address_t *address)
{
    ml_address_t last = network_last(network);

    return address->family == network->first.family
           && (address->hi > network->first.hi
               || (address->hi == network->first.hi
                   && address->lo >= network->first.lo))
           && (address->hi < last.hi
               || (address->hi == last.hi && address->lo <= last.lo));
}

/* The country of the longest network around it, the last of equal ones. */
static const char *longest(const ml_address_t *address)
{
    int best = -1, i;

    for (i = 0; i < NETWORKS; i++) {
        if (holds(&networks[i], address)
            && (best < 0 || networks[i].length >= networks[best].length)) {
            best = i;
        }
    }
    return best < 0 ? "- -" : apr_psprintf(pool, "C%d! -", best % 7);
}

/* Of the address itself, or of the one before or behind it. */
static void expect_longest(ml_address_t address, int step)
{
    unsigned __int128 n = (unsigned __int128)address.hi << 64 | address.lo;
    char text[ML_ADDRESS_TEXT_LEN];

    n = step < 0 ? n - 1 : n + (unsigned)step;
    if (address.family == ML_ADDRESS_V4) {
        n &= 0xffffffff;
    }
    address.hi = (apr_uint64_t)(n >> 64);
    address.lo = (apr_uint64_t)n;
    ml_address_format(text, &address);
    expect(text, longest(&address));
}

START_TEST(any_networks_are_told_apart_at_all_their_ends)
{
    ml_random_t random;
    int i;

    ml_random_seed(&random, (apr_uint64_t)_i);
    for (i = 0; i < NETWORKS; i++) {
        /* So few different bits that many nest, touch or are equal. */
        apr_uint64_t bits = ml_random_next(&random) & 0x0301030103010301;
        const char *text =
            i % 2 ? apr_psprintf(pool, "%u.%u.%u.%u/%u", 10 + (int)(bits & 1),
                                 (int)(bits >> 8 & 3), (int)(bits >> 16 & 1),
                                 (int)(bits >> 24 & 3),
                                 7 + ml_random_below(&random, 26))
                  : apr_psprintf(pool, "2001:%x:%x::%x/%u",
                                 (unsigned)(bits & 0x301),
                                 (unsigned)(bits >> 16 & 0x301),
                                 (unsigned)(bits >> 32 & 0x301),
                                 1 + ml_random_below(&random, 128));

        ck_assert_ptr_null(network_parse(&networks[i], text, strlen(text), 0));
        add_country(text, MODEL_NETBLOCK_COUNTRY,
                    apr_psprintf(pool, "C%d", i % 7));
    }
    for (i = 0; i < NETWORKS; i++) {
        expect_longest(networks[i].first, -1);
        expect_longest(networks[i].first, 0);
        expect_longest(network_last(&networks[i]), 0);
        expect_longest(network_last(&networks[i]), 1);
    }
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("ranges");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, of_no_network_nothing_is_known);
    tcase_add_test(tests, a_network_ends_with_its_last_address);
    tcase_add_test(tests, networks_at_both_ends_of_the_world_are_found);
    tcase_add_test(tests, halves_of_the_world_are_networks);
    tcase_add_test(tests, nested_networks_know_what_is_around_them);
    tcase_add_test(tests, every_length_can_be_nested);
    tcase_add_test(tests, of_equal_networks_in_a_layer_the_last_wins);
    tcase_add_test(tests, equal_netblocks_hold_the_hosts_of_all);
    tcase_add_test(tests, a_netblock_of_idle_hosts_is_none);
    tcase_add_test(tests,
                   netblock_country_is_stronger_than_the_country_database);
    tcase_add_test(tests,
                   the_longest_route_counts_whether_or_not_its_asn_has_hosts);
    tcase_add_test(tests, an_asn_of_idle_hosts_is_known);
    tcase_add_test(tests, neighbours_that_say_the_same_are_one_range);
    tcase_add_test(tests, the_two_families_do_not_mix);
    tcase_add_loop_test(tests, any_networks_are_told_apart_at_all_their_ends, 0,
                        5);
    return unit_run("ranges", tests);
}
