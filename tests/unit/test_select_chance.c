/* SPDX-License-Identifier: Apache-2.0
 *
 * How chance orders a pool: held against the probabilities that the weights
 * promise, with Pearson's chi-square.  The seed is fixed, so a run that passes
 * passes again; the chance of a false alarm is that of another seed.
 */
#include "ml_select.h"
#include "world.h"

#define DRAWS 100000

static ml_cache_t *cache;
static ml_client_t client;
static ml_select_t in;
static ml_selection_t out;
static ml_random_t random_source;

/* A world of `n` hosts in one country and one location. */
static void build(const apr_uint32_t *weights, apr_uint32_t n)
{
    static const unsigned char accepted[ML_SCHEME_OTHER] = {1, 1, 1, 1};
    world_t *world = world_create();
    apr_uint32_t category = world_category(world), i;
    apr_uint32_t location = world_location(world, "here");

    for (i = 0; i < n; i++) {
        apr_uint32_t host = world_mirror(world, category, "DE");

        world_host_at(world, host)->bandwidth = weights[i];
        world_locate(world, location, host);
    }
    world_place(world, world_directory(world, "pub"), category, 0);
    cache = world_cache(world);
    memset(&in, 0, sizeof(in));
    in.set = &cache->host_sets[0];
    memset(&client, 0, sizeof(client));
    client.continent_idx = ML_NONE;
    in.client = &client;
    in.location_idx = ML_NONE;
    in.accepted.schemes = in.accepted.private_schemes = accepted;
    in.draw.random = &random_source;
    ml_random_seed(&random_source, 42);
}

/* The next selection; it lives until the next one. */
static const apr_uint32_t *draw(apr_pool_t *scratch)
{
    apr_pool_clear(scratch);
    ml_select(&out, cache, &in, scratch);
    return out.members;
}

static double chi_square(const apr_uint32_t *seen, const double *expected,
                         int n)
{
    double sum = 0;
    int i;

    for (i = 0; i < n; i++) {
        double off = seen[i] - expected[i];

        sum += off * off / expected[i];
    }
    return sum;
}

START_TEST(an_order_is_as_likely_as_drawing_it_one_by_one)
{
    static const apr_uint32_t weights[] = {1, 2, 7};
    apr_uint32_t seen[6] = {0};
    double expected[6];
    apr_pool_t *scratch;
    apr_uint32_t a, b;
    int i;

    build(weights, 3);
    apr_pool_create(&scratch, pool);
    for (i = 0; i < DRAWS; i++) {
        const apr_uint32_t *order = draw(scratch);

        seen[2 * order[0] + (order[1] > order[2])]++;
    }
    for (a = 0; a < 3; a++) {
        for (b = 0; b < 3; b++) {
            if (b != a) {
                apr_uint32_t c = 3 - a - b;

                expected[2 * a + (b > c)] = DRAWS * (weights[a] / 10.0)
                                            * weights[b] / (10.0 - weights[a]);
            }
        }
    }
    /* 5 degrees of freedom: 1.4e-9 */
    ck_assert_double_lt(chi_square(seen, expected, 6), 50);
}
END_TEST

START_TEST(the_first_of_many_hosts_is_drawn_by_its_weight)
{
    enum { HOSTS = 64 }; /* so many are sorted in another way than few */
    apr_uint32_t weights[HOSTS], seen[HOSTS] = {0}, total = 0, i;
    double expected[HOSTS];
    apr_pool_t *scratch;

    for (i = 0; i < HOSTS; i++) {
        weights[i] = 1000 * (1 + i % 8);
        total += weights[i];
    }
    build(weights, HOSTS);
    apr_pool_create(&scratch, pool);
    for (i = 0; i < DRAWS; i++) {
        seen[draw(scratch)[0]]++;
    }
    for (i = 0; i < HOSTS; i++) {
        expected[i] = (double)DRAWS * weights[i] / total;
    }
    /* 63 degrees of freedom: 2.2e-10 */
    ck_assert_double_lt(chi_square(seen, expected, HOSTS), 160);
}
END_TEST

START_TEST(the_lightest_host_is_drawn_and_rarely)
{
    static const apr_uint32_t weights[] = {1, 100000};
    apr_uint32_t first = 0, last = 0;
    apr_pool_t *scratch;
    int i;

    build(weights, 2);
    apr_pool_create(&scratch, pool);
    for (i = 0; i < 20 * DRAWS; i++) {
        const apr_uint32_t *order = draw(scratch);

        ck_assert_uint_eq(out.end[ML_POOL_CLIENT_COUNTRY], 2);
        first += order[0] == 0;
        last += order[1] == 0;
    }
    ck_assert_uint_eq(first + last, 20 * DRAWS);
    /* About 20 of 2,000,000; fewer than 2 or more than 55: 4e-8 */
    ck_assert_uint_ge(first, 2);
    ck_assert_uint_le(first, 55);
}
END_TEST

/* Of the 24 orders of four hosts. */
static int permutation(const apr_uint32_t *order)
{
    int rank = 0, i, j;

    for (i = 0; i < 3; i++) {
        int smaller = 0;

        for (j = i + 1; j < 4; j++) {
            smaller += order[j] < order[i];
        }
        rank = rank * (4 - i) + smaller;
    }
    return rank;
}

START_TEST(a_location_is_in_uniform_order_whatever_the_weights)
{
    static const apr_uint32_t weights[] = {1, 100, 10000, 100000};
    apr_uint32_t seen[24] = {0};
    double expected[24];
    apr_pool_t *scratch;
    int i;

    build(weights, 4);
    in.location_idx = 0;
    apr_pool_create(&scratch, pool);
    for (i = 0; i < DRAWS; i++) {
        seen[permutation(draw(scratch))]++;
    }
    for (i = 0; i < 24; i++) {
        expected[i] = DRAWS / 24.0;
    }
    /* 23 degrees of freedom: 3.2e-8 */
    ck_assert_double_lt(chi_square(seen, expected, 24), 80);
}
END_TEST

/* The six orders of three hosts that weigh 1, 2 and 7. */
static void expect_by_weight(const apr_uint32_t *seen)
{
    static const double expected[6] = {
        DRAWS * .1 * 2 / 9, DRAWS * .1 * 7 / 9, DRAWS * .2 * 1 / 8,
        DRAWS * .2 * 7 / 8, DRAWS * .7 * 1 / 3, DRAWS * .7 * 2 / 3,
    };

    /* 5 degrees of freedom: 1.4e-9 */
    ck_assert_double_lt(chi_square(seen, expected, 6), 50);
}

START_TEST(stable_orders_are_as_likely_over_networks_and_periods)
{
    static const apr_uint32_t weights[] = {1, 2, 7};
    apr_uint32_t networks[6] = {0}, periods[6] = {0};
    ml_address_t address = {ML_ADDRESS_V4, 0, 0};
    apr_pool_t *scratch;
    apr_uint32_t i;

    build(weights, 3);
    apr_pool_create(&scratch, pool);
    for (i = 0; i < DRAWS; i++) {
        const apr_uint32_t *order;

        address.lo = i << 8;
        ml_draw_set_chance(&in.draw, &random_source, &address, 1790000000, 60);
        order = draw(scratch);
        networks[2 * order[0] + (order[1] > order[2])]++;
        address.lo = 0xc0000201;
        ml_draw_set_chance(&in.draw, &random_source, &address,
                           1790000000 + 60 * (apr_int64_t)i, 60);
        order = draw(scratch);
        periods[2 * order[0] + (order[1] > order[2])]++;
    }
    expect_by_weight(networks);
    expect_by_weight(periods);
}
END_TEST

/* The order that a seed gives. */
static const apr_uint32_t *order_of(apr_uint64_t seed)
{
    ml_random_seed(&random_source, seed);
    ml_select(&out, cache, &in, pool);
    return out.members;
}

START_TEST(every_number_of_hosts_is_drawn_whole)
{
    static const apr_uint32_t sizes[] = {1,   2,    23,   24,   25,
                                         500, 2047, 2048, 2049, 5000};
    apr_uint32_t n = sizes[_i], weights[5000] = {0}, i;
    char *seen = apr_pcalloc(pool, n);

    for (i = 0; i < n; i++) {
        weights[i] = 1 + i;
    }
    build(weights, n);
    order_of(1);
    ck_assert_uint_eq(out.end[ML_POOL_CLIENT_COUNTRY], n);
    for (i = 0; i < n; i++) {
        ck_assert_uint_lt(out.members[i], n);
        ck_assert_int_eq(seen[out.members[i]]++, 0);
    }
}
END_TEST

START_TEST(a_seed_repeats_its_order)
{
    apr_uint32_t weights[60], i;
    const apr_uint32_t *first;

    for (i = 0; i < 60; i++) {
        weights[i] = 100;
    }
    build(weights, 60);
    for (in.location_idx = ML_NONE; in.location_idx != 1; in.location_idx++) {
        first = order_of(7);
        ck_assert_mem_eq(order_of(7), first, 60 * sizeof(*first));
        ck_assert_mem_ne(order_of(8), first, 60 * sizeof(*first));
    }
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("chance");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, an_order_is_as_likely_as_drawing_it_one_by_one);
    tcase_add_test(tests, the_first_of_many_hosts_is_drawn_by_its_weight);
    tcase_add_test(tests, the_lightest_host_is_drawn_and_rarely);
    tcase_add_test(tests, a_location_is_in_uniform_order_whatever_the_weights);
    tcase_add_test(tests,
                   stable_orders_are_as_likely_over_networks_and_periods);
    tcase_add_loop_test(tests, every_number_of_hosts_is_drawn_whole, 0, 10);
    tcase_add_test(tests, a_seed_repeats_its_order);
    return unit_run("chance", tests);
}
