/* SPDX-License-Identifier: Apache-2.0
 *
 * Who carries a directory, and with which URLs in which order.
 */
#include "world.h"

static world_t *world;
static ml_cache_t *cache;

static void set_up(void)
{
    world = world_create();
}

/* A part of a new host in DE, with one URL. */
static apr_uint32_t part_with(apr_uint32_t category, const char *url)
{
    apr_uint32_t part = world_part(world, world_host(world, "DE"), category);

    if (url) {
        world_url(world, part, part, url);
    }
    return part;
}

/* The same, always up to date. */
static apr_uint32_t always_with(apr_uint32_t category, const char *url)
{
    apr_uint32_t part = part_with(category, url);

    BUFFER_AT(&world->model->host_categories)[part].always_up2date = 1;
    return part;
}

/* A directory without a sub-path in a category. */
static apr_uint32_t directory_in(apr_uint32_t category, const char *name)
{
    apr_uint32_t directory = world_directory(world, name);

    world_place(world, directory, category, (apr_uint32_t)strlen(name));
    return directory;
}

static const ml_host_set_rec *set_of(const ml_directory_rec *directory)
{
    return &cache->host_sets[directory->host_set_idx];
}

/* "ID URL URL, ID URL" of the hosts in the order of their set. */
static const char *hosts_of(const char *name)
{
    const ml_directory_rec *directory;
    const char *text = "";
    apr_uint32_t i, j;

    if (!cache) {
        cache = world_cache(world);
    }
    directory = world_found_directory(cache, name);
    for (i = 0; i < set_of(directory)->public_n + set_of(directory)->private_n;
         i++) {
        const ml_member_rec *member =
            &cache->members[set_of(directory)->member_first + i];
        const ml_url_rec *url = cache->urls + member->url_first;

        text = apr_psprintf(pool, "%s%s%d", text, i ? ", " : "",
                            (int)cache->hosts[member->host_idx].id);
        for (j = 0; j == 0 || !(url[-1].flags & ML_URL_LAST); j++, url++) {
            ml_text_rec subpath =
                cache->subpaths[directory->subpath_first + url->subpath_idx]
                    .path;

            text = apr_pstrcat(pool, text, " ", world_text(cache, url->url),
                               world_text(cache, subpath), NULL);
        }
    }
    return text;
}

/* --- who carries ------------------------------------------------------------
 */

START_TEST(a_host_carries_what_it_has_or_always_has)
{
    apr_uint32_t category = world_category(world);
    apr_uint32_t has = part_with(category, "http://has");
    apr_uint32_t directory = directory_in(category, "pub");

    directory_in(category, "else");
    always_with(category, "http://always");
    world_up2date(world, has, directory);
    ck_assert_str_eq(hosts_of("pub"), "1 http://has/, 2 http://always/");
    ck_assert_str_eq(hosts_of("else"), "2 http://always/");
}
END_TEST

START_TEST(an_inactive_host_or_one_without_url_carries_nothing)
{
    apr_uint32_t category = world_category(world);
    apr_uint32_t inactive = always_with(category, "http://inactive");
    apr_uint32_t mute = always_with(category, NULL);
    apr_uint32_t directory = directory_in(category, "pub");

    world_host_at(world, 0)->active = 0;
    world_up2date(world, inactive, directory);
    world_up2date(world, mute, directory);
    ck_assert_str_eq(hosts_of("pub"), "");
    ck_assert_uint_eq(cache->hosts_n, 0);
}
END_TEST

START_TEST(a_host_that_carries_nothing_is_not_in_the_cache)
{
    apr_uint32_t category = world_category(world);

    part_with(category, "http://idle");
    world_up2date(world, part_with(category, "http://m"),
                  directory_in(category, "pub"));
    ck_assert_str_eq(hosts_of("pub"), "2 http://m/");
    ck_assert_uint_eq(cache->hosts_n, 1);
}
END_TEST

START_TEST(being_up_to_date_in_another_category_means_nothing)
{
    apr_uint32_t category = world_category(world);
    apr_uint32_t other = world_category(world);

    world_up2date(world, part_with(other, "http://m"),
                  directory_in(category, "pub"));
    ck_assert_str_eq(hosts_of("pub"), "");
}
END_TEST

START_TEST(exclusive_hosts_are_the_only_ones)
{
    apr_uint32_t category = world_category(world);
    apr_uint32_t directory = directory_in(category, "pub");

    directory_in(category, "free");
    always_with(category, "http://m1");
    always_with(category, "http://m2");
    part_with(category, "http://stale");
    world_exclusive(world, directory, 2);
    world_exclusive(world, directory, 1);
    ck_assert_str_eq(hosts_of("pub"), "2 http://m2/");
    ck_assert_str_eq(hosts_of("free"), "1 http://m1/, 2 http://m2/");
}
END_TEST

START_TEST(an_exclusive_host_that_is_not_there_still_shuts_others_out)
{
    apr_uint32_t category = world_category(world);

    world_exclusive(world, directory_in(category, "pub"), ML_NONE);
    always_with(category, "http://m");
    ck_assert_str_eq(hosts_of("pub"), "");
}
END_TEST

START_TEST(each_of_many_hosts_has_its_own_bit)
{
    enum { HOSTS = 200 };
    apr_uint32_t category = world_category(world), i;

    for (i = 0; i < HOSTS; i++) {
        part_with(category, apr_psprintf(pool, "http://m%u", i + 1));
        directory_in(category, apr_psprintf(pool, "%u", i + 1));
    }
    directory_in(category, "all");
    for (i = 0; i < HOSTS; i++) {
        world_up2date(world, i, i);
        world_up2date(world, i, HOSTS);
    }
    for (i = 1; i <= HOSTS; i++) {
        ck_assert_str_eq(hosts_of(apr_psprintf(pool, "%u", i)),
                         apr_psprintf(pool, "%u http://m%u/", i, i));
    }
    ck_assert_uint_eq(set_of(world_found_directory(cache, "all"))->public_n,
                      HOSTS);
}
END_TEST

START_TEST(the_same_hosts_are_stored_once)
{
    apr_uint32_t category = world_category(world);
    apr_uint32_t one = part_with(category, "http://m1");
    apr_uint32_t two = part_with(category, "http://m2");
    apr_uint32_t a = directory_in(category, "a");
    apr_uint32_t b = directory_in(category, "b");
    apr_uint32_t c = directory_in(category, "c");

    world_up2date(world, one, a);
    world_up2date(world, two, a);
    world_up2date(world, one, b);
    world_up2date(world, two, b);
    world_up2date(world, one, c);
    cache = world_cache(world);
    ck_assert_uint_eq(cache->directories[0].host_set_idx,
                      cache->directories[1].host_set_idx);
    ck_assert_uint_ne(cache->directories[0].host_set_idx,
                      cache->directories[2].host_set_idx);
    ck_assert_uint_eq(cache->urls_n, 2);
}
END_TEST

START_TEST(a_set_is_grouped_by_country_and_private_hosts_are_last)
{
    static const char *const countries[] = {"", "US", "DE", "FR", "US", "DE"};
    apr_uint32_t category = world_category(world), i;
    const ml_host_set_rec *set;

    model_set_continent(world->model, "FR", "EU");
    model_set_continent(world->model, "DE", "EU");
    for (i = 0; i < (apr_uint32_t)N(countries); i++) {
        world_mirror(world, category, countries[i]);
    }
    world_host_at(world, 2)->is_private = 1;
    directory_in(category, "pub");
    ck_assert_str_eq(hosts_of("pub"),
                     "6 https://m6.example/pub/, 4 https://m4.example/pub/, "
                     "2 https://m2.example/pub/, 5 https://m5.example/pub/, "
                     "1 https://m1.example/pub/, 3 https://m3.example/pub/");
    set = set_of(&cache->directories[0]);
    ck_assert_uint_eq(set->public_n, 5);
    ck_assert_uint_eq(set->private_n, 1);
    ck_assert_uint_eq(set->group_n, 4);
    ck_assert_uint_eq(cache->groups[set->group_first + 2].member_n, 2);
    ck_assert_uint_eq(cache->groups[set->group_first + 3].country_idx, ML_NONE);
}
END_TEST

/* --- URLs -------------------------------------------------------------------
 */

START_TEST(each_category_has_its_own_sub_path)
{
    apr_uint32_t upper = world_category(world), lower = world_category(world);
    apr_uint32_t both = world_host(world, "DE");
    apr_uint32_t high = world_part(world, both, upper);
    apr_uint32_t low = world_part(world, both, lower), only_low;
    apr_uint32_t directory = world_directory(world, "pub/fedora/os");

    world_place(world, directory, upper, 4);
    world_place(world, directory, lower, 11);
    world_url(world, high, 1, "http://high");
    world_url(world, low, 2, "http://low");
    only_low = part_with(lower, "http://only");
    world_up2date(world, high, directory);
    world_up2date(world, low, directory);
    world_up2date(world, only_low, directory);
    ck_assert_str_eq(hosts_of("pub/fedora/os"),
                     "1 http://high/fedora/os/ http://low/os/, "
                     "2 http://only/os/");
}
END_TEST

START_TEST(one_category_of_two_keeps_its_own_sub_path)
{
    apr_uint32_t upper = world_category(world), lower = world_category(world);
    apr_uint32_t part = part_with(lower, "http://low");
    apr_uint32_t alone = directory_in(lower, "pub/alone"), i;
    apr_uint32_t names[2];

    for (i = 0; i < 2; i++) {
        names[i] = world_directory(world, i ? "pub/b/os" : "pub/a/os");
        world_place(world, names[i], i ? upper : lower, i ? 4 : 6);
        world_place(world, names[i], i ? lower : upper, i ? 6 : 4);
    }
    world_up2date(world, part, alone);
    world_up2date(world, part, names[0]);
    world_up2date(world, part, names[1]);
    ck_assert_str_eq(hosts_of("pub/alone"), "1 http://low/");
    ck_assert_str_eq(hosts_of("pub/a/os"), "1 http://low/os/");
    ck_assert_str_eq(hosts_of("pub/b/os"), "1 http://low/os/");
}
END_TEST

START_TEST(a_url_through_two_categories_stands_once)
{
    apr_uint32_t upper = world_category(world), lower = world_category(world);
    apr_uint32_t host = world_host(world, "DE");
    apr_uint32_t high = world_part(world, host, upper);
    apr_uint32_t low = world_part(world, host, lower);
    apr_uint32_t directory = world_directory(world, "pub/fedora/os");

    world_place(world, directory, upper, 4);
    world_place(world, directory, lower, 11);
    world_url(world, high, 2, "http://m/x");
    world_url(world, low, 1, "http://m/x/fedora");
    world_url(world, low, 3, "http://m/fedora");
    world_up2date(world, high, directory);
    world_up2date(world, low, directory);
    ck_assert_str_eq(hosts_of("pub/fedora/os"),
                     "1 http://m/x/fedora/os/ http://m/fedora/os/");
}
END_TEST

START_TEST(a_url_that_is_the_same_once_escaped_stands_once)
{
    apr_uint32_t category = world_category(world);
    apr_uint32_t part = part_with(category, "http://m/a b");

    world_url(world, part, 2, "http://m/a%20b");
    world_url(world, part, 3, "http://m/a b");
    world_url(world, part, 4, "http://m/A b");
    world_up2date(world, part, directory_in(category, "pub"));
    ck_assert_str_eq(hosts_of("pub"), "1 http://m/a%20b/ http://m/A%20b/");
}
END_TEST

START_TEST(urls_are_in_the_order_of_schemes_and_then_of_ids)
{
    static const char *const urls[] = {"zsync://8", "rsync://7", "ftp://6",
                                       "HTTP://5",  "https://4", "gopher://3",
                                       "http://2",  "Https://1", "rsyncd://0"};
    apr_uint32_t category = world_category(world), i;
    apr_uint32_t part = part_with(category, NULL);

    for (i = 0; i < (apr_uint32_t)N(urls); i++) {
        world_url(world, part, 5 * i % 9, urls[i]);
    }
    world_up2date(world, part, directory_in(category, "pub"));
    ck_assert_str_eq(hosts_of("pub"),
                     "1 https://4/ Https://1/ http://2/ HTTP://5/ ftp://6/ "
                     "rsync://7/ zsync://8/ rsyncd://0/ gopher://3/");
}
END_TEST

START_TEST(the_order_of_urls_goes_across_categories)
{
    apr_uint32_t first = world_category(world), second = world_category(world);
    apr_uint32_t host = world_host(world, "DE");
    apr_uint32_t a = world_part(world, host, first);
    apr_uint32_t b = world_part(world, host, second);
    apr_uint32_t directory = directory_in(first, "pub");

    world_place(world, directory, second, 0);
    world_url(world, a, 4, "http://a4");
    world_url(world, a, 2, "http://a2");
    world_url(world, b, 3, "http://b3");
    world_url(world, b, 9, "https://b9");
    world_up2date(world, a, directory);
    world_up2date(world, b, directory);
    ck_assert_str_eq(hosts_of("pub"), "1 https://b9/pub/ http://a2/ "
                                      "http://b3/pub/ http://a4/");
}
END_TEST

START_TEST(a_base_url_is_escaped_for_the_wire_and_for_xml)
{
    apr_uint32_t category = world_category(world);
    apr_uint32_t part =
        world_part(world, world_host(world, "<\"&'>"), category);
    const ml_url_rec *url;

    world_url(world, part, 1, "HtTp://m/a b%20?c&d#\xc3\xa4\"'");
    world_up2date(world, part, directory_in(category, "pub"));
    cache = world_cache(world);
    url = &cache->urls[0];
    ck_assert_str_eq(world_text(cache, url->url),
                     "HtTp://m/a%20b%20?c&d#%C3%A4%22'/");
    ck_assert_str_eq(world_text(cache, url->element),
                     "    <url protocol=\"http\" type=\"http\""
                     " location=\"&lt;&quot;&amp;'&gt;\" preference=\"00\">"
                     "HtTp://m/a%20b%20?c&amp;d#%C3%A4%22'/");
    ck_assert_str_eq(world_text(cache, url->element) + url->preference_off,
                     "00\">HtTp://m/a%20b%20?c&amp;d#%C3%A4%22'/");
}
END_TEST

START_TEST(a_private_host_says_so_in_its_metalink)
{
    apr_uint32_t category = world_category(world);
    apr_uint32_t part = part_with(category, "http://m");

    world_host_at(world, 0)->is_private = 1;
    world_up2date(world, part, directory_in(category, "pub"));
    cache = world_cache(world);
    ck_assert_str_eq(world_text(cache, cache->urls[0].element)
                         + cache->urls[0].preference_off,
                     "00\" mm0:private=\"True\">http://m/");
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("hosts");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, a_host_carries_what_it_has_or_always_has);
    tcase_add_test(tests, an_inactive_host_or_one_without_url_carries_nothing);
    tcase_add_test(tests, a_host_that_carries_nothing_is_not_in_the_cache);
    tcase_add_test(tests, being_up_to_date_in_another_category_means_nothing);
    tcase_add_test(tests, exclusive_hosts_are_the_only_ones);
    tcase_add_test(tests,
                   an_exclusive_host_that_is_not_there_still_shuts_others_out);
    tcase_add_test(tests, each_of_many_hosts_has_its_own_bit);
    tcase_add_test(tests, the_same_hosts_are_stored_once);
    tcase_add_test(tests,
                   a_set_is_grouped_by_country_and_private_hosts_are_last);
    tcase_add_test(tests, each_category_has_its_own_sub_path);
    tcase_add_test(tests, one_category_of_two_keeps_its_own_sub_path);
    tcase_add_test(tests, a_url_through_two_categories_stands_once);
    tcase_add_test(tests, a_url_that_is_the_same_once_escaped_stands_once);
    tcase_add_test(tests, urls_are_in_the_order_of_schemes_and_then_of_ids);
    tcase_add_test(tests, the_order_of_urls_goes_across_categories);
    tcase_add_test(tests, a_base_url_is_escaped_for_the_wire_and_for_xml);
    tcase_add_test(tests, a_private_host_says_so_in_its_metalink);
    return unit_run("compile_hosts", tests);
}
