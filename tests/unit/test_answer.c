/* SPDX-License-Identifier: Apache-2.0
 *
 * The order in which a request is refused or answered, and what each refusal
 * looks like to both kinds of clients.
 */
#include "ml_answer.h"
#include "ml_text.h"
#include "world.h"

static ml_cache_t *cache;
static ml_response_t response;

static void set_up(void)
{
    world_t *world = world_create();
    apr_uint32_t category = world_category(world);
    apr_uint32_t pub = world_directory(world, "pub");

    world_mirror(world, category, "DE");
    world_place(world, pub, category, 3);
    world_repository(world, "f-1", "x86_64", pub);
    world_repository(world, "off", "x86_64", pub)->disabled = 1;
    cache = world_cache(world);
}

static void ask(const char *path, const char *query)
{
    static const ml_settings_t settings = ML_SETTINGS_DEFAULT;
    ml_random_t random;
    ml_request_t request = {.path = path,
                            .query = query,
                            .client = ml_address_parse("192.0.2.1"),
                            .now_s = 1795514400,
                            .random = &random,
                            .settings = &settings};

    ml_random_seed(&random, 1);
    ml_answer(&response, cache, &request, pool);
}

#define EITHER "# either path=, or repo= and arch= must be specified\n"
#define LISTED                                  \
    "# following repositories are available:\n" \
    "# repo=f-1&arch=x86_64\n"                  \
    "# repo=off&arch=x86_64\n"

static const struct {
    const char *query;
    int status;
    const char *body;
} errors[] = {
    {NULL, 200, EITHER},
    {"repo=f-1", 200, EITHER},
    {"arch=x86_64&ip=bad", 200, EITHER},
    {"repo=f--1&arch=a", 404,
     "# repo = f--1 arch = a error: invalid repo or arch\n" LISTED},
    {"repo=off&arch=none&ip=bad", 200,
     "# repo = off arch = none repo disabled\n"},
    {"path=//no//such/", 404, "# path = no/such error: invalid path\n"},
    {"path=no/such&ip=bad", 404, "# path = no/such error: invalid path\n"},
    {"path=pub/file&ip=bad", 400, "# error: ip=bad is not an IP address\n"},
};

/* What the failure document says. */
static const char *comment(void)
{
    const char *body = unit_string(response.body, response.body_len);
    const char *start = strstr(body, "<!-- "), *end;

    ck_assert_ptr_nonnull(start);
    start += 5;
    end = strstr(start, "-->\n</metalink>\n");
    ck_assert_ptr_nonnull(end);
    ck_assert_str_eq(end, "-->\n</metalink>\n");
    return unit_string(start, (apr_size_t)(end - start));
}

START_TEST(an_error_is_one_text_for_both_clients)
{
    const char *body = errors[_i].body;
    apr_size_t len = strlen(body);

    ask("/x/mirrorlist", errors[_i].query);
    ck_assert_int_eq(response.status, errors[_i].status);
    ck_assert_str_eq(response.content_type, "text/plain");
    ck_assert_str_eq(unit_string(response.body, response.body_len), body);

    ask("/metalink", errors[_i].query);
    ck_assert_int_eq(response.status, errors[_i].status);
    ck_assert_str_eq(response.content_type, "application/metalink+xml");
    body = ml_text_split_dashes(body, &len, pool);
    ck_assert_str_eq(comment(), unit_string(body, len));
}
END_TEST

START_TEST(without_a_cache_the_client_comes_again_later)
{
    cache = NULL;
    ask("/mirrorlist", "repo=%zz");
    ck_assert_int_eq(response.status, 503);
    ck_assert_int_eq(response.retry_after_s, 60);
    ck_assert_ptr_eq(strchr(response.body, '\n'),
                     response.body + response.body_len - 1);
    ask("/metalink", NULL);
    ck_assert_int_eq(response.status, 503);
    ck_assert_int_eq(*comment(), '#');
}
END_TEST

START_TEST(a_bad_form_is_refused_before_anything_else)
{
    ask("/mirrorlist", "path=no/such&ip=bad&x=%zz");
    ck_assert_int_eq(response.status, 400);
    ck_assert_ptr_eq(strchr(response.body, '\n'),
                     response.body + response.body_len - 1);
}
END_TEST

START_TEST(redirect_and_time_change_no_error)
{
    ask("/mirrorlist", "path=no&redirect&time");
    ck_assert_int_eq(response.status, 404);
    ck_assert_str_eq(unit_string(response.body, response.body_len),
                     "# path = no error: invalid path\n");
    ck_assert_ptr_null(response.location);
}
END_TEST

START_TEST(a_redirect_has_a_location_and_no_body)
{
    ask("/mirrorlist", "path=/pub/a%20b&redirect");
    ck_assert_int_eq(response.status, 302);
    ck_assert_str_eq(response.location, "https://m1.example/pub/a%20b");
    ck_assert_uint_eq(response.body_len, 0);
    ask("/mirrorlist", "path=pub&redirect&protocol=ftp");
    ck_assert_int_eq(response.status, 404);
    ck_assert_ptr_null(response.location);
    ck_assert_uint_eq(response.body_len, 0);
}
END_TEST

START_TEST(a_file_without_details_has_no_metalink)
{
    ask("/metalink", "path=pub/a--b");
    ck_assert_int_eq(response.status, 404);
    ck_assert_str_eq(comment(), "pub/a- -b not found or has no metalink\n");
    ask("/metalink", "path=pub");
    ck_assert_int_eq(response.status, 404);
    ck_assert_str_eq(comment(), "pub/ not found or has no metalink\n");
    ask("/metalink", "repo=f-1&arch=x86_64");
    ck_assert_int_eq(response.status, 404);
    ck_assert_str_eq(comment(), "# repo = f-1 arch = x86_64 error: no "
                                "directory for this repository\n");
}
END_TEST

START_TEST(a_list_is_found_by_path_and_by_repository)
{
    ask("/mirrorlist", "path=pub");
    ck_assert_str_eq(unit_string(response.body, response.body_len),
                     "# path = pub country = global \n"
                     "https://m1.example/pub/\n");
    ask("/mirrorlist", "repo=f-1&arch=x86_64&path=pub/f&time");
    ck_assert_str_eq(unit_string(response.body, response.body_len),
                     "# path = pub/f country = global \n"
                     "# database creation time: 1790000000\n"
                     "https://m1.example/pub/f\n");
    ask("/mirrorlist", "repo=f-1&arch=x86_64&protocol=%20ftp");
    ck_assert_str_eq(unit_string(response.body, response.body_len),
                     "# repo = f-1 arch = x86_64 country = global "
                     "protocol = ftp\n");
    ck_assert_int_eq(response.status, 200);
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("answer");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_loop_test(tests, an_error_is_one_text_for_both_clients, 0,
                        N(errors));
    tcase_add_test(tests, without_a_cache_the_client_comes_again_later);
    tcase_add_test(tests, a_bad_form_is_refused_before_anything_else);
    tcase_add_test(tests, redirect_and_time_change_no_error);
    tcase_add_test(tests, a_redirect_has_a_location_and_no_body);
    tcase_add_test(tests, a_file_without_details_has_no_metalink);
    tcase_add_test(tests, a_list_is_found_by_path_and_by_repository);
    return unit_run("answer", tests);
}
