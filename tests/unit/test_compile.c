/* SPDX-License-Identifier: Apache-2.0
 *
 * Countries, directories, locations and counts, from the model to the cache.
 */
#include "world.h"

static world_t *world;
static apr_uint32_t category;

static void set_up(void)
{
    world = world_create();
    category = world_category(world);
}

/* --- countries --------------------------------------------------------------
 */

/* "CODE CODE | CODE" with a bar between continents. */
static const char *countries_of(const ml_cache_t *cache)
{
    const char *text = "";
    apr_uint32_t i;

    for (i = 0; i < cache->countries_n; i++) {
        const ml_country_rec *country = &cache->countries[i];

        text = apr_pstrcat(
            pool, text,
            i > 0 && country[-1].continent_idx != country->continent_idx ? "| "
                                                                         : "",
            world_text(cache, country->code), " ", NULL);
    }
    return text;
}

START_TEST(a_continent_is_a_run_of_countries_by_code)
{
    static const char *const continents[][2] = {
        {"US", "NA"}, {"FR", "EU"}, {"ZZ", "--"}, {"DE", "EU"},
        {"CA", "NA"}, {"AA", "--"}, {"DEU", "EU"}};
    ml_cache_t *cache;
    int i;

    for (i = 0; i < N(continents); i++) {
        model_set_continent(world->model, continents[i][0], continents[i][1]);
    }
    cache = world_cache(world);
    ck_assert_str_eq(countries_of(cache), "DE DEU FR | CA US | AA ZZ ");
    ck_assert_uint_eq(cache->continents_n, 2);
    ck_assert_uint_eq(cache->continents[0].country_n, 3);
    ck_assert_uint_eq(cache->continents[1].country_first, 3);
    ck_assert_uint_eq(cache->countries[6].continent_idx, ML_NONE);
}
END_TEST

START_TEST(a_country_is_upper_cased_and_once)
{
    apr_uint32_t de = world_country(world, "DE");

    ck_assert_uint_eq(world_country(world, "dE"), de);
    ck_assert_uint_eq(model_country(world->model, "dexx", 2), de);
    ck_assert_uint_eq(world_country(world, ""), ML_NONE);
    world_country(world, "any text");
    ck_assert_str_eq(countries_of(world_cache(world)), "ANY TEXT DE ");
}
END_TEST

START_TEST(the_last_continent_of_a_country_counts)
{
    model_set_continent(world->model, "TR", "AS");
    model_set_continent(world->model, "tr", "eu");
    model_set_continent(world->model, "DE", "EU");
    model_set_continent(world->model, "US", "NA");
    model_set_continent(world->model, "US", "--");
    model_set_continent(world->model, "", "EU");
    ck_assert_str_eq(countries_of(world_cache(world)), "DE TR | US ");
}
END_TEST

static int is_known(const ml_cache_t *cache, const char *code)
{
    apr_uint32_t idx = ml_cache_find_country(cache, code, strlen(code));

    return (cache->countries[idx].flags & ML_COUNTRY_KNOWN) != 0;
}

START_TEST(a_country_is_known_to_a_network_or_to_the_continents_file)
{
    ml_cache_t *cache;

    model_set_continent(world->model, "AQ", "--");
    model_redirect_continent(world->model, "UK", "EU");
    world_geo(world, "192.0.2.0/24", "DE");
    world_network(world, "192.0.2.0/24", MODEL_NETBLOCK_COUNTRY,
                  world_country(world, "FR"));
    world_network(world, "192.0.2.0/24", MODEL_ASN, world_country(world, "XX"));
    cache = world_cache(world);
    ck_assert(is_known(cache, "AQ") && is_known(cache, "DE")
              && is_known(cache, "FR"));
    ck_assert(!is_known(cache, "UK") && !is_known(cache, "XX"));
}
END_TEST

/* --- directories ------------------------------------------------------------
 */

static const struct {
    const char *name;
    apr_uint32_t off;
    const char *subpath;
} subpaths[] = {
    {"pub", 3, ""},
    {"pub/os", 4, "os/"},
    {"pub/fedora/os", 4, "fedora/os/"},
    {"pub/fedora/os", 0, "pub/fedora/os/"},
    /* escaped as a path */
    {"pub/a b", 4, "a%20b/"},
    {"pub/100%?#", 4, "100%25%3F%23/"},
    {"pub/\xc3\xa4", 4, "%C3%A4/"},
    {"pub/a+b:c&d'", 4, "a+b:c&d'/"},
    {"", 0, ""},
};

START_TEST(a_sub_path_is_what_follows_the_top_directory)
{
    ml_cache_t *cache;

    world_place(world, world_directory(world, subpaths[_i].name), category,
                subpaths[_i].off);
    cache = world_cache(world);
    ck_assert_str_eq(world_text(cache, cache->subpaths[0].path),
                     subpaths[_i].subpath);
    world_found_directory(cache, subpaths[_i].name);
}
END_TEST

START_TEST(a_directory_without_a_category_that_counts_is_not_known)
{
    ml_cache_t *cache;

    world_directory(world, "nowhere");
    world_place(world, world_directory(world, "pub"), category, 0);
    cache = world_cache(world);
    ck_assert_uint_eq(ml_cache_find_directory(cache, "nowhere", 7), ML_NONE);
    ck_assert_uint_eq(ml_cache_find_directory(cache, "pub", 3), 0);
}
END_TEST

/* --- locations ---------------------------------------------------------------
 */

START_TEST(a_location_lists_hosts_that_carry_something_once)
{
    const ml_location_rec *location;
    ml_cache_t *cache;
    apr_uint32_t here, i;

    for (i = 0; i < 4; i++) {
        world_mirror(world, category, "DE");
    }
    world_host_at(world, 1)->active = 0;
    here = world_location(world, "here");
    world_location(world, "nobody");
    world_locate(world, here, 3);
    world_locate(world, here, 1);
    world_locate(world, here, 0);
    world_locate(world, here, 3);
    world_place(world, world_directory(world, "pub"), category, 0);
    cache = world_cache(world);
    location = &cache->locations[ml_cache_find_location(cache, "here", 4)];
    ck_assert_uint_eq(location->host_n, 2);
    ck_assert_int_eq(cache->hosts[cache->host_lists[location->host_first]].id,
                     1);
    ck_assert_int_eq(
        cache->hosts[cache->host_lists[location->host_first + 1]].id, 4);
    location = &cache->locations[ml_cache_find_location(cache, "nobody", 6)];
    ck_assert_uint_eq(location->host_n, 0);
}
END_TEST

/* --- hosts ------------------------------------------------------------------
 */

START_TEST(a_host_takes_along_what_a_selection_needs)
{
    const ml_host_rec *host;
    ml_cache_t *cache;

    world_mirror(world, category, "de");
    world_mirror(world, category, "");
    world_host_at(world, 0)->bandwidth = 100000;
    world_host_at(world, 1)->bandwidth = 1;
    world_host_at(world, 1)->is_private = 1;
    world_allow(world, 0, "US");
    world_allow(world, 0, "DE");
    world_allow(world, 0, "US");
    world_host_at(world, 1)->restricted = 1; /* to nobody */
    world_place(world, world_directory(world, "pub"), category, 0);
    cache = world_cache(world);
    host = &cache->hosts[0];
    ck_assert_str_eq(world_text(cache, host->name), "host1");
    ck_assert_uint_eq(host->bandwidth, 100000);
    ck_assert_uint_eq(host->flags, ML_HOST_RESTRICTED);
    ck_assert_uint_eq(host->allowed_n, 2);
    ck_assert_uint_eq(cache->allowed[host->allowed_first],
                      ml_cache_find_country(cache, "DE", 2));
    ck_assert_uint_eq(cache->allowed[host->allowed_first + 1],
                      ml_cache_find_country(cache, "US", 2));
    ck_assert_uint_eq(host->country_idx, ml_cache_find_country(cache, "DE", 2));
    host = &cache->hosts[1];
    ck_assert_uint_eq(host->bandwidth, 1);
    ck_assert_uint_eq(host->flags, ML_HOST_RESTRICTED | ML_HOST_PRIVATE);
    ck_assert_uint_eq(host->allowed_n, 0);
    ck_assert_uint_eq(host->country_idx, ML_NONE);
}
END_TEST

START_TEST(an_empty_name_is_one_too)
{
    ml_cache_t *cache;

    world_mirror(world, category, "");
    world_host_at(world, 0)->name = "";
    world_place(world, world_directory(world, ""), category, 0);
    cache = world_cache(world);
    ck_assert_uint_eq(cache->hosts[0].name.len, 0);
    ck_assert_uint_eq(ml_cache_find_directory(cache, "", 0), 0);
}
END_TEST

START_TEST(the_counts_are_those_of_what_went_in)
{
    const ml_counts_rec *counts;
    apr_uint32_t pub, i;

    for (i = 0; i < 3; i++) {
        pub = world_directory(world, apr_psprintf(pool, "pub%u", i));
        world_place(world, pub, category, 0);
    }
    world_place(world, world_directory(world, "else"), world_category(world),
                0);
    world_mirror(world, category, "DE");
    world_mirror(world, category, "DE");
    world_file(world, pub, 1, "a");
    world_file(world, pub, 2, "b");
    world_repository(world, "a", "x86_64", pub);
    world->model->asn_network_n = 5;
    world->model->country_network_n = 6;
    world->model->netblock_n = 7;
    report_skip(world->report, "a: b", "a 1", NULL, 0);
    counts = world_cache(world)->counts;
    ck_assert_uint_eq(counts->hosts, 2);
    ck_assert_uint_eq(counts->directories, 4);
    ck_assert_uint_eq(counts->carried_directories, 3);
    ck_assert_uint_eq(counts->pairs, 6);
    ck_assert_uint_eq(counts->repositories, 1);
    ck_assert_uint_eq(counts->file_details, 2);
    ck_assert_uint_eq(counts->asn_networks, 5);
    ck_assert_uint_eq(counts->country_networks, 6);
    ck_assert_uint_eq(counts->netblocks, 7);
    ck_assert_uint_eq(counts->skipped_rows, 1);
}
END_TEST

START_TEST(an_empty_model_is_a_cache)
{
    ml_cache_t *cache;

    world = world_create();
    cache = world_cache(world);
    ck_assert_uint_eq(cache->directories_n, 0);
    ck_assert_uint_eq(cache->hosts_n, 0);
    ck_assert_uint_eq(cache->schemes_n, ML_SCHEME_OTHER);
    ck_assert_uint_eq(ml_cache_find_directory(cache, "pub", 3), ML_NONE);
}
END_TEST

START_TEST(the_same_model_gives_the_same_bytes)
{
    const char *bytes[2];
    apr_uint64_t sizes[2];
    int i;

    for (i = 0; i < 2; i++) {
        set_up();
        world_mirror(world, category, "DE");
        world_network(world, "192.0.2.0/24", MODEL_NETBLOCK, 0);
        world_place(world, world_directory(world, "pub"), category, 0);
        bytes[i] = world_bytes(world, &sizes[i]);
    }
    ck_assert_uint_eq(sizes[0], sizes[1]);
    ck_assert_mem_eq(bytes[0], bytes[1], sizes[0]);
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("compile");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, a_continent_is_a_run_of_countries_by_code);
    tcase_add_test(tests, a_country_is_upper_cased_and_once);
    tcase_add_test(tests, the_last_continent_of_a_country_counts);
    tcase_add_test(tests,
                   a_country_is_known_to_a_network_or_to_the_continents_file);
    tcase_add_loop_test(tests, a_sub_path_is_what_follows_the_top_directory, 0,
                        N(subpaths));
    tcase_add_test(tests,
                   a_directory_without_a_category_that_counts_is_not_known);
    tcase_add_test(tests, a_location_lists_hosts_that_carry_something_once);
    tcase_add_test(tests, a_host_takes_along_what_a_selection_needs);
    tcase_add_test(tests, an_empty_name_is_one_too);
    tcase_add_test(tests, the_counts_are_those_of_what_went_in);
    tcase_add_test(tests, an_empty_model_is_a_cache);
    tcase_add_test(tests, the_same_model_gives_the_same_bytes);
    return unit_run("compile", tests);
}
