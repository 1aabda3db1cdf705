/* SPDX-License-Identifier: Apache-2.0
 *
 * What an explanation says of a host, where it takes more than rows to come
 * about.  Sentences are asked for by tests/query.
 */
#include "asking.h"
#include "ml_explain.h"

static ml_explanation_t explanation;

/* Hosts 1 and 2 are public, 2 at http too, 3 is private and has clients in the
 * client's ASN, 4 is private, 5 has a netblock around the client; 6 carries
 * nothing. */
static void create_world(void)
{
    world_t *world = world_create();
    apr_uint32_t category = world_category(world);
    int i;

    for (i = 0; i < 5; i++) {
        world_mirror(world, category, i == 1 ? "FR" : "DE");
    }
    world_url(world, 1, 7, "http://m2.example/pub");
    world_host(world, "DE");
    world_place(world, world_directory(world, "d"), category, 1);
    world_host_at(world, 2)->is_private = 1;
    world_host_at(world, 3)->is_private = 1;
    world_asn(world, 64500, 2);
    world_network(world, "192.0.2.0/24", MODEL_ASN, 64500);
    world_network(world, "192.0.2.0/24", MODEL_NETBLOCK, 4);
    world_geo(world, "192.0.2.0/24", "DE");
    model_add_bad_netblock(world->model, 5, "the third");
    model_add_bad_netblock(world->model, 0, "the first");
    model_add_bad_netblock(world->model, 5, "the second");
    cache = world_cache(world);
}

static void set_up(void)
{
    asking_set_up();
    settings.minimum = 5;
    create_world();
}

/* The host's verdict; NULL: there is none. */
static const ml_verdict_t *explain(const char *query, apr_int64_t id)
{
    apr_uint32_t i;

    request.path = "/mirrorlist";
    request.query = apr_pstrcat(pool, "path=d", query, NULL);
    ml_explain(&explanation, cache, &request, "", NULL, pool);
    for (i = 0; i < explanation.verdict_n; i++) {
        if (explanation.verdicts[i].row->id == id) {
            return &explanation.verdicts[i];
        }
    }
    return NULL;
}

static const char *reason(const char *query, apr_int64_t id)
{
    const char *name = ml_explain_reason(explain(query, id)->why);

    return name ? name : "listed";
}

START_TEST(every_reason_has_a_name_of_its_own)
{
    int why, other;

    ck_assert_ptr_null(ml_explain_reason(ML_WHY_LISTED));
    for (why = 1; why < ML_WHY_N; why++) {
        ck_assert_ptr_nonnull(ml_explain_reason((ml_why_e)why));
        for (other = 1; other < why; other++) {
            ck_assert_str_ne(ml_explain_reason((ml_why_e)why),
                             ml_explain_reason((ml_why_e)other));
        }
    }
}
END_TEST

/* A private host would be led to by its ASN, had a captive one not come first.
 */
START_TEST(a_captive_host_keeps_private_ones_of_the_asn_out)
{
    ck_assert_str_eq(reason("", 3), "listed");
    ck_assert_str_eq(reason("", 4), "private");
    edit_host(cache, 5)->flags |= ML_HOST_CAPTIVE;
    ck_assert_str_eq(reason("", 1), "captive");
    ck_assert_str_eq(reason("", 3), "captive");
    ck_assert_str_eq(reason("", 4), "private");
    ck_assert_str_eq(reason("", 5), "listed");
    ck_assert_str_eq(reason("&netblock=0", 3), "private");
}
END_TEST

START_TEST(what_is_excluded_is_so_whatever_else_it_is)
{
    edit_host(cache, 5)->flags |= ML_HOST_CAPTIVE;
    ck_assert_str_eq(reason("&exclude_country=de", 4), "excluded");
    ck_assert_str_eq(reason("&exclude_country=de", 5), "excluded");
    ck_assert_str_eq(reason("&exclude_country=de", 2), "listed");
}
END_TEST

static ml_url_rec *url_at(const char *url)
{
    apr_uint32_t i = 0;

    while (strcmp(world_text(cache, cache->urls[i].url), url)) {
        i++;
    }
    return EDIT(cache, urls, ml_url_rec, i);
}

/* The rule that is told is the last that had a URL to take. */
START_TEST(what_takes_the_last_url)
{
    static const char *const http[] = {"http"};

    url_at("https://m1.example/pub/")->flags |= ML_URL_NO_V6;
    ck_assert_str_eq(reason("&ipv=6", 1), "family");
    ck_assert_str_eq(reason("&ipv=4", 1), "listed");
    ck_assert_str_eq(reason("&ipv=6&protocol=ftp", 1), "family");
    ck_assert_str_eq(reason("&ipv=4&protocol=ftp", 1), "protocol");
    url_at("http://m2.example/pub/")->flags |= ML_URL_NO_V6;
    ck_assert_str_eq(reason("&ipv=6&protocol=http", 2), "protocol");
    ck_assert_str_eq(reason("&ipv=6&protocol=https", 2), "listed");
    settings.schemes = http;
    settings.scheme_n = 1;
    ck_assert_str_eq(reason("&ipv=6&protocol=ftp", 1), "schemes");
    /* which is nothing to private hosts */
    ck_assert_str_eq(reason("&ipv=6", 3), "listed");
    ck_assert_str_eq(reason("&protocol=ftp", 3), "protocol");
}
END_TEST

START_TEST(a_share_is_of_what_can_be_shown)
{
    edit_bandwidth(cache, 1, 300);
    ck_assert(explain("&country=de,fr", 1)->share == .6); /* with host 5 */
    ck_assert(explain("&country=de,fr", 2)->share == .2);
    url_at("https://m2.example/pub/")->flags |= ML_URL_NO_V6;
    url_at("http://m2.example/pub/")->flags |= ML_URL_NO_V6;
    ck_assert(explain("&country=de,fr&ipv=6", 1)->share == .75);
    ck_assert(explain("&country=de,fr&ipv=6", 2)->share < 0);
    ck_assert(explain("&country=de,fr&limit=1", 1)->share == .6);
    ck_assert(explain("", 5)->share < 0); /* chance is even there */
}
END_TEST

START_TEST(no_order_lasts_without_an_address)
{
    settings.stable_s = 3600;
    explain("", 1);
    ck_assert_int_eq(ml_explain_stable_until(&explanation), 1795518000);
    ck_assert_str_eq(ml_explain_stable_network(&explanation, pool),
                     "192.0.2.0/24");
    request.client = ml_address_parse("2001:db8:1:2:3::4");
    explain("", 1);
    ck_assert_str_eq(ml_explain_stable_network(&explanation, pool),
                     "2001:db8:1::/48");
    request.client.family = ML_ADDRESS_NONE;
    explain("", 1);
    ck_assert_int_eq(ml_explain_stable_until(&explanation), 0);
}
END_TEST

START_TEST(bad_netblocks_are_their_host_s)
{
    const ml_bad_netblock_rec *bad;

    ck_assert_ptr_null(explain("", 6));
    ml_explain(&explanation, cache, &request, "", "host6", pool);
    ck_assert_uint_eq(explanation.named_n, 1);
    ck_assert_str_eq(ml_explain_reason(explanation.named->why), "no_category");
    ck_assert_uint_eq(
        ml_explain_bad_netblocks(&bad, &explanation, explanation.named), 2);
    ck_assert_str_eq(world_text(cache, bad[0].sentence), "the third");
    ck_assert_str_eq(world_text(cache, bad[1].sentence), "the second");
    ck_assert_uint_eq(
        ml_explain_bad_netblocks(&bad, &explanation, explain("", 1)), 1);
    ck_assert_str_eq(world_text(cache, bad->sentence), "the first");
    ck_assert_uint_eq(
        ml_explain_bad_netblocks(&bad, &explanation, explain("", 2)), 0);
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("explain");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, every_reason_has_a_name_of_its_own);
    tcase_add_test(tests, a_captive_host_keeps_private_ones_of_the_asn_out);
    tcase_add_test(tests, what_is_excluded_is_so_whatever_else_it_is);
    tcase_add_test(tests, what_takes_the_last_url);
    tcase_add_test(tests, a_share_is_of_what_can_be_shown);
    tcase_add_test(tests, no_order_lasts_without_an_address);
    tcase_add_test(tests, bad_netblocks_are_their_host_s);
    return unit_run("explain", tests);
}
