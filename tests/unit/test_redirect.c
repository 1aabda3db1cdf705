/* SPDX-License-Identifier: Apache-2.0
 *
 * The header of a redirect: where to, where else, and how to check what comes.
 */
#include "asking.h"

/* Hosts 1 to 7, which a client of 192.0.2.1 gets in this order: each has a
 * netblock of its own inside that of the next one. */
static void set_up(void)
{
    static const char *const countries[] = {"DE",  "US", "",  "a b",
                                            "C-1", "FR", "JP"};
    world_t *world = world_create();
    apr_uint32_t category = world_category(world), pub, i;

    for (i = 0; i < (apr_uint32_t)N(countries); i++) {
        world_mirror(world, category, countries[i]);
        world_network(world, apr_psprintf(pool, "192.0.2.0/%u", 30 - i),
                      MODEL_NETBLOCK, i);
    }
    pub = world_directory(world, "pub");
    world_place(world, pub, category, 3);
    world_file(world, pub, 1, "a+b &<\xc3\xa4;=.iso");
    world_repository(world, "r", "a", pub);
    cache = world_cache(world);
    asking_set_up();
}

#define ESCAPED "a+b%20&%3C%C3%A4;=.iso"
#define FILE_QUERY "path=/pub//a+b%20%26%3c%C3%A4;=.iso&redirect"

/* The Location and the Links of four other hosts. */
static const char *links(const char *tail)
{
    return apr_pstrcat(
        pool, "Location: https://m1.example/pub/", tail,
        "\nLink: <https://m2.example/pub/", tail,
        ">; rel=duplicate; pri=2; geo=us\nLink: <https://m3.example/pub/", tail,
        ">; rel=duplicate; pri=3\nLink: <https://m4.example/pub/", tail,
        ">; rel=duplicate; pri=4\nLink: <https://m5.example/pub/", tail,
        ">; rel=duplicate; pri=5; geo=c-1\n", NULL);
}

START_TEST(a_redirect_leads_to_one_host_and_names_four_others)
{
    ask("/mirrorlist", "path=/pub/&redirect");
    ck_assert_int_eq(response.status, 302);
    ck_assert_int_eq(response.kind, ML_KIND_REDIRECT);
    ck_assert_str_eq(fields(), links(""));
    ck_assert_uint_eq(response.body_len, 0);
    ck_assert_str_eq(response.content_type, "text/plain");
    ck_assert_str_eq(response.facts[ML_FACT_FOUND], "netblocks");
    ck_assert_str_eq(response.facts[ML_FACT_HOSTS], "1");
    ask("/mirrorlist", "repo=r&arch=a&redirect=0");
    ck_assert_str_eq(fields(), links(""));
}
END_TEST

START_TEST(a_file_without_details_is_not_described)
{
    ask("/mirrorlist", "path=pub/none&redirect");
    ck_assert_str_eq(fields(), links("none"));
}
END_TEST

#define DESCRIBED                                                           \
    "Link: <metalink?path=pub/a+b%20%26%3C%C3%A4;=.iso&format=metalink4>; " \
    "rel=describedby; type=\"application/metalink4+xml\"\n"

START_TEST(a_file_with_details_is_described)
{
    static ml_detail_rec details[2];

    edit_hash(&details[0], ML_HASH_SHA256, details[0].sha256, 32, 0);
    edit_hash(&details[1], ML_HASH_SHA256, details[1].sha256, 32, 1);
    edit_details(cache, 0, details, 2);
    ask("/mirrorlist", FILE_QUERY);
    ck_assert_str_eq(
        fields(), apr_pstrcat(pool, links(ESCAPED), DESCRIBED,
                              "Digest: SHA-256="
                              "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
                              NULL));
}
END_TEST

START_TEST(another_hash_makes_no_digest)
{
    static ml_detail_rec details[2];

    edit_hash(&details[0], ML_HASH_SHA512, details[0].sha512, 64, 0);
    edit_hash(&details[1], ML_HASH_SHA256, details[1].sha256, 32, 1);
    edit_details(cache, 0, details, 2);
    ask("/mirrorlist", FILE_QUERY);
    ck_assert_str_eq(fields(),
                     apr_pstrcat(pool, links(ESCAPED), DESCRIBED, NULL));
}
END_TEST

START_TEST(neither_limit_nor_maximum_touch_a_redirect)
{
    settings.maximum = 2;
    ask("/mirrorlist", "path=pub&redirect&limit=1");
    ck_assert_str_eq(fields(), links(""));
}
END_TEST

START_TEST(a_redirect_counts_only_for_a_list)
{
    ask("/mirrorlist", "path=pub&redirect&format=text");
    ck_assert_int_eq(response.status, 302);
    ask("/metalink", "path=pub&redirect&format=text");
    ck_assert_int_eq(response.status, 302);
    ask("/mirrorlist", "path=pub&redirect&format=json");
    ck_assert_int_eq(response.status, 200);
    ck_assert_str_eq(fields(), "");
    ask("/mirrorlist", "path=pub&redirect&format=metalink");
    ck_assert_int_eq(response.status, 404);
    ask("/metalink", "path=pub&redirect");
    ck_assert_int_eq(response.status, 404);
}
END_TEST

START_TEST(where_nobody_is_found_there_is_no_redirect)
{
    ask("/mirrorlist", "path=pub&redirect&protocol=ftp");
    ck_assert_int_eq(response.status, 404);
    ck_assert_int_eq(response.kind, ML_KIND_NOT_FOUND);
    ck_assert_str_eq(fields(), "");
    ck_assert_uint_eq(response.body_len, 0);
    ck_assert_str_eq(response.facts[ML_FACT_FOUND], "none");
    ck_assert_str_eq(response.facts[ML_FACT_HOSTS], "0");
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("redirect");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, a_redirect_leads_to_one_host_and_names_four_others);
    tcase_add_test(tests, a_file_without_details_is_not_described);
    tcase_add_test(tests, a_file_with_details_is_described);
    tcase_add_test(tests, another_hash_makes_no_digest);
    tcase_add_test(tests, neither_limit_nor_maximum_touch_a_redirect);
    tcase_add_test(tests, a_redirect_counts_only_for_a_list);
    tcase_add_test(tests, where_nobody_is_found_there_is_no_redirect);
    return unit_run("redirect", tests);
}
