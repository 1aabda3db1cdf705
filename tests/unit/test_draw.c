/* SPDX-License-Identifier: Apache-2.0
 *
 * What an order depends on: weights by distance, and chance that stays the
 * same for a while.  How likely each order is, is test_select_chance.c's.
 */
#include "edit.h"
#include "ml_draw.h"

enum { HOSTS = 60 };

static ml_cache_t *cache;
static ml_random_t random_source;

/* Members 0 to 59 are all hosts, of unequal weights, in DE. */
static void set_up(void)
{
    world_t *world = world_create();
    apr_uint32_t category = world_category(world), i;

    for (i = 0; i < HOSTS; i++) {
        world_host_at(world, world_mirror(world, category, "DE"))->bandwidth =
            100 + 10 * i;
    }
    world_place(world, world_directory(world, "d"), category, 0);
    cache = world_cache(world);
    ml_random_seed(&random_source, 1);
}

/* --- distances -------------------------------------------------------------
 */

#define TURN (2 * M_PI * 6371)

static const struct {
    int a[2]; /* latitude, longitude */
    int b[2];
    double km;
} distances[] = {
    {{0, 0}, {0, 0}, 0},
    {{52, 13}, {52, 13}, 0},
    {{0, 0}, {0, 1}, TURN / 360},
    {{0, 0}, {1, 0}, TURN / 360},
    {{0, 179}, {0, -179}, TURN / 180},
    {{0, 180}, {0, -180}, 0},
    {{0, 0}, {0, 90}, TURN / 4},
    {{0, 0}, {0, 180}, TURN / 2},
    {{90, 0}, {-90, 77}, TURN / 2},
    {{90, 0}, {90, 123}, 0},
    {{60, 0}, {60, 180}, TURN / 6}, /* over the pole */
    {{45, 10}, {-45, -170}, TURN / 2},
    {{52, 13}, {49, 2}, 845.4174},   /* Berlin, Paris */
    {{41, -74}, {51, 0}, 5576.5},    /* New York, London */
    {{-34, 151}, {52, 13}, 16132.2}, /* Sydney, Berlin */
};

START_TEST(a_distance_is_along_the_surface_of_the_earth)
{
    apr_uint32_t a =
        edit_add_place(cache, distances[_i].a[0], distances[_i].a[1]);
    apr_uint32_t b =
        edit_add_place(cache, distances[_i].b[0], distances[_i].b[1]);

    ck_assert_double_eq_tol(ml_draw_km(&cache->places[a], &cache->places[b]),
                            distances[_i].km, distances[_i].km * 1e-3 + 1e-6);
    ck_assert_double_eq_tol(ml_draw_km(&cache->places[b], &cache->places[a]),
                            ml_draw_km(&cache->places[a], &cache->places[b]),
                            1e-6);
}
END_TEST

/* --- weights ---------------------------------------------------------------
 */

/* Of a host of 1,000 Mbit/s at (0, longitude), for a client at (0, 0). */
static double weight_at(apr_uint32_t nearest_km, int longitude)
{
    apr_uint32_t place = edit_add_place(cache, 0, longitude);
    apr_uint32_t client = edit_add_place(cache, 0, 0);
    ml_draw_t draw = {0};

    edit_host(cache, 1)->place_idx = place;
    edit_bandwidth(cache, 1, 1000);
    ml_draw_set_nearness(&draw, nearest_km, &cache->places[client]);
    return ml_draw_weight(&draw, cache, 0);
}

START_TEST(a_mirror_at_the_distance_counts_half)
{
    /* 60 degrees are as far apart as the middle of the earth is away, through
     * the earth; 180 degrees twice as far. */
    ck_assert_double_eq_tol(weight_at(6371, 0), 1000, 0.01);
    ck_assert_double_eq_tol(weight_at(6371, 60), 500, 0.01);
    ck_assert_double_eq_tol(weight_at(6371, -60), 500, 0.01);
    ck_assert_double_eq_tol(weight_at(6371, 180), 200, 0.01);
    /* at three times the distance a tenth */
    ck_assert_double_eq_tol(weight_at(2124, 60), 100, 0.1);
    ck_assert_double_eq_tol(weight_at(1, 0), 1000, 0.01);
}
END_TEST

START_TEST(near_places_are_told_apart)
{
    /* one degree is 111 km */
    ck_assert_double_eq_tol(weight_at(111, 1), 500, 1);
    ck_assert_double_eq_tol(weight_at(111, 2), 200, 1);
}
END_TEST

START_TEST(without_nearness_or_far_off_the_bandwidth_counts)
{
    ck_assert_double_eq(weight_at(0, 180), 1000);
    ck_assert_double_eq_tol(weight_at(1000000000, 180), 1000, 0.01);
    ck_assert_double_gt(weight_at(1, 180), 0);
}
END_TEST

START_TEST(who_has_no_place_is_at_the_distance)
{
    apr_uint32_t place = edit_add_place(cache, 10, 10);
    ml_draw_t draw = {0};

    edit_host(cache, 2)->place_idx = place;
    ml_draw_set_nearness(&draw, 500, &cache->places[place]);
    ck_assert_double_eq(ml_draw_weight(&draw, cache, 0), 50);
    ck_assert_double_eq_tol(ml_draw_weight(&draw, cache, 1), 110, 0.001);
    ml_draw_set_nearness(&draw, 500, NULL);
    ck_assert_double_eq(ml_draw_weight(&draw, cache, 1), 55);
    ml_draw_set_nearness(&draw, 0, NULL);
    ck_assert_double_eq(ml_draw_weight(&draw, cache, 1), 110);
}
END_TEST

/* --- one order for a while -------------------------------------------------
 */

typedef struct {
    apr_uint32_t members[HOSTS];
} order_t;

#define HOUR 3600
#define NOW (APR_INT64_C(490000) * HOUR) /* a period begins */

static order_t order_of(const char *client, apr_int64_t now_s,
                        apr_uint32_t stable_s, int weighted)
{
    ml_address_t address = {ML_ADDRESS_NONE, 0, 0};
    apr_uint64_t keys[2 * HOSTS];
    ml_draw_t draw = {0};
    order_t order;
    apr_uint32_t i;

    if (client) {
        address = ml_address_parse(client);
        ck_assert_int_ne(address.family, ML_ADDRESS_NONE);
    }
    for (i = 0; i < HOSTS; i++) {
        order.members[i] = i;
    }
    ml_draw_set_chance(&draw, &random_source, &address, now_s, stable_s);
    ml_draw(order.members, HOSTS, cache, &draw, weighted, keys);
    return order;
}

static int same(order_t a, order_t b)
{
    return !memcmp(&a, &b, sizeof(a));
}

START_TEST(the_clients_of_a_network_have_one_order_in_a_period)
{
    static const char *const clients[][2] = {
        {"192.0.2.1", "192.0.2.1"},
        {"192.0.2.0", "192.0.2.255"},
        {"2001:db8:1::", "2001:db8:1:ffff:ffff:ffff:ffff:ffff"},
    };
    int i, weighted;

    for (weighted = 0; weighted < 2; weighted++) {
        for (i = 0; i < N(clients); i++) {
            order_t order = order_of(clients[i][0], NOW, HOUR, weighted);

            ck_assert(
                same(order, order_of(clients[i][1], NOW, HOUR, weighted)));
            ck_assert(same(order, order_of(clients[i][1], NOW + HOUR - 1, HOUR,
                                           weighted)));
        }
    }
}
END_TEST

START_TEST(another_network_or_period_has_another_order)
{
    static const char *const clients[] = {
        "192.0.2.255",  "192.0.3.0",    "192.0.1.255",
        "193.0.2.1",    "2001:db8:1::", "2001:db8::",
        "2001:db8:2::", "::c0:2",       "2002:c000:201::",
    };
    order_t orders[N(clients) + 3];
    int n = 0, i, j;

    for (i = 0; i < N(clients); i++) {
        orders[n++] = order_of(clients[i], NOW, HOUR, 1);
    }
    orders[n++] = order_of(clients[0], NOW + HOUR, HOUR, 1);
    orders[n++] = order_of(clients[0], NOW - 1, HOUR, 1);
    orders[n++] = order_of(clients[0], NOW, 2 * HOUR, 1);
    for (i = 0; i < n; i++) {
        for (j = 0; j < i; j++) {
            ck_assert_msg(!same(orders[i], orders[j]), "%d and %d", i, j);
        }
    }
}
END_TEST

START_TEST(a_stable_order_takes_no_chance_from_others)
{
    ml_random_t before = random_source;

    order_of("192.0.2.1", NOW, HOUR, 1);
    ck_assert_mem_eq(&random_source, &before, sizeof(before));
}
END_TEST

START_TEST(without_a_period_or_an_address_each_order_is_new)
{
    ck_assert(!same(order_of("192.0.2.1", NOW, 0, 1),
                    order_of("192.0.2.1", NOW, 0, 1)));
    ck_assert(
        !same(order_of(NULL, NOW, HOUR, 1), order_of(NULL, NOW, HOUR, 1)));
}
END_TEST

/* The order of every second host, by their numbers in `cache`. */
static void order_of_half(apr_uint32_t half[HOSTS / 2], const char *client)
{
    ml_address_t address = ml_address_parse(client);
    apr_uint64_t keys[HOSTS];
    ml_draw_t draw = {0};
    apr_uint32_t i;

    for (i = 0; i < HOSTS / 2; i++) {
        half[i] = 2 * i + 1;
    }
    ml_draw_set_chance(&draw, &random_source, &address, NOW, HOUR);
    ml_draw(half, HOSTS / 2, cache, &draw, 1, keys);
}

START_TEST(two_hosts_meet_in_the_same_order_whoever_else_is_there)
{
    int network;

    for (network = 0; network < 256; network++) {
        const char *client = apr_psprintf(pool, "198.51.%d.1", network);
        order_t all = order_of(client, NOW, HOUR, 1);
        apr_uint32_t half[HOSTS / 2], n = 0, i;

        order_of_half(half, client);
        for (i = 0; i < HOSTS; i++) {
            if (all.members[i] % 2) {
                ck_assert_uint_eq(half[n++], all.members[i]);
            }
        }
        ck_assert_uint_eq(n, HOSTS / 2);
    }
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("draw");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_loop_test(tests, a_distance_is_along_the_surface_of_the_earth, 0,
                        N(distances));
    tcase_add_test(tests, a_mirror_at_the_distance_counts_half);
    tcase_add_test(tests, near_places_are_told_apart);
    tcase_add_test(tests, without_nearness_or_far_off_the_bandwidth_counts);
    tcase_add_test(tests, who_has_no_place_is_at_the_distance);
    tcase_add_test(tests, the_clients_of_a_network_have_one_order_in_a_period);
    tcase_add_test(tests, another_network_or_period_has_another_order);
    tcase_add_test(tests, a_stable_order_takes_no_chance_from_others);
    tcase_add_test(tests, without_a_period_or_an_address_each_order_is_new);
    tcase_add_test(tests,
                   two_hosts_meet_in_the_same_order_whoever_else_is_there);
    return unit_run("draw", tests);
}
