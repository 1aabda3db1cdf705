/* SPDX-License-Identifier: Apache-2.0
 *
 * The order in which a request is refused or answered, and what each refusal
 * looks like to each kind of clients.
 */
#include "asking.h"
#include "ml_text.h"

static void set_up(void)
{
    world_t *world = world_create();
    apr_uint32_t category = world_category(world);
    apr_uint32_t pub = world_directory(world, "pub");

    world_mirror(world, category, "DE");
    world_place(world, pub, category, 3);
    world_file(world, pub, 1, "f");
    world_redirect(world, "old", "f-1");
    world_repository(world, "f-1", "x86_64", pub);
    world_repository(world, "f-1", "--", pub);
    world_repository(world, "off", "x86_64", pub)->disabled = 1;
    cache = world_cache(world);
    asking_set_up();
}

#define EITHER "# either path=, or repo= and arch= must be specified\n"
static const struct {
    const char *query;
    int status;
    const char *body;
} errors[] = {
    {NULL, 200, EITHER},
    {"repo=f-1", 200, EITHER},
    {"arch=x86_64&ip=bad", 200, EITHER},
    {"repo=off&arch=none&ip=bad", 200,
     "# repo = off arch = none repo disabled\n"},
    {"path=//no//such/", 404, "# path = no/such error: invalid path\n"},
    {"path=no/such&ip=bad", 404, "# path = no/such error: invalid path\n"},
    {"path=no&ip=bad&limit=0&ipv=5&format=x", 404,
     "# path = no error: invalid path\n"},
    {"path=pub&ip=bad&limit=0&ipv=5&format=x", 400,
     "# error: ip=bad is not an IP address\n"},
    {"path=pub&limit=0&ipv=5&format=x", 400,
     "# error: limit=0 is not a number from 1 to 9999\n"},
    {"path=pub&ipv=5&format=x", 400, "# error: ipv=5 is neither 4 nor 6\n"},
    {"path=pub&format=x%20--y", 400,
     "# error: format=x --y is none of text, metalink, metalink4, json and "
     "html\n"},
};

/* What the failure document says. */
static const char *comment(void)
{
    const char *start = strstr(body(), "<!-- "), *end;

    ck_assert_ptr_nonnull(start);
    start += 5;
    end = strstr(start, "-->\n</metalink>\n");
    ck_assert_ptr_nonnull(end);
    ck_assert_str_eq(end, "-->\n</metalink>\n");
    return unit_string(start, (apr_size_t)(end - start));
}

START_TEST(an_error_is_one_text_for_both_clients)
{
    const char *text = errors[_i].body;
    apr_size_t len = strlen(text);

    ask("/x/mirrorlist", errors[_i].query);
    ck_assert_int_eq(response.status, errors[_i].status);
    ck_assert_str_eq(response.content_type, "text/plain");
    ck_assert_str_eq(body(), text);

    ask("/metalink", errors[_i].query);
    ck_assert_int_eq(response.status, errors[_i].status);
    ck_assert_str_eq(response.content_type, "application/metalink+xml");
    text = ml_text_split_dashes(text, &len, pool);
    ck_assert_str_eq(comment(), unit_string(text, len));
}
END_TEST

START_TEST(without_a_cache_the_client_comes_again_later)
{
    cache = NULL;
    ask("/mirrorlist", "repo=%zz");
    ck_assert_int_eq(response.status, 503);
    ck_assert_str_eq(ml_response_field(&response, "Retry-After"), "60");
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
    ck_assert_str_eq(body(), "# path = no error: invalid path\n");
    ck_assert_ptr_null(ml_response_field(&response, "Location"));
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
    ck_assert_str_eq(body(), "# path = pub country = global \n"
                             "https://m1.example/pub/\n");
    ask("/mirrorlist", "repo=f-1&arch=x86_64&path=pub/g&time");
    ck_assert_str_eq(body(), "# path = pub/g country = global \n"
                             "# database creation time: 1790000000\n"
                             "https://m1.example/pub/g\n");
    ask("/mirrorlist", "repo=f-1&arch=x86_64&protocol=%20ftp");
    ck_assert_str_eq(body(), "# repo = f-1 arch = x86_64 country = global "
                             "protocol = ftp\n");
    ck_assert_int_eq(response.status, 200);
}
END_TEST

/* --- which repositories may have been meant --------------------------------
 */

START_TEST(an_unknown_prefix_is_told_all_repositories)
{
    ask("/mirrorlist", "repo=g--1&arch=x86_64");
    ck_assert_int_eq(response.status, 404);
    ck_assert_str_eq(body(), "# repo = g--1 arch = x86_64 error: invalid repo "
                             "or arch\n"
                             "# following repositories are available:\n"
                             "# repo=f-1&arch=--\n"
                             "# repo=f-1&arch=x86_64\n"
                             "# repo=off&arch=x86_64\n");
}
END_TEST

START_TEST(a_known_prefix_is_told_its_own)
{
    ask("/mirrorlist", "repo=old&arch=i386");
    ck_assert_int_eq(response.status, 404);
    ck_assert_str_eq(body(), "# repo = f-1 arch = i386 error: invalid repo "
                             "or arch\n"
                             "# following repositories are available:\n"
                             "# repo=f-1&arch=--\n"
                             "# repo=f-1&arch=x86_64\n");
}
END_TEST

START_TEST(who_shows_no_list_is_told_where_it_is)
{
    static const char *const repos[] = {"g--1", "f-1"};
    static const char *const names[] = {"g- -1", "f-1"};
    int i;

    for (i = 0; i < N(repos); i++) {
        ask("/metalink", apr_pstrcat(pool, "arch=i386&repo=", repos[i], NULL));
        ck_assert_int_eq(response.status, 404);
        ck_assert_str_eq(
            comment(), apr_pstrcat(pool, "# repo = ", names[i],
                                   " arch = i386 error: invalid repo or arch\n"
                                   "# the repositories are listed at "
                                   "mirrorlist, asked in the same way\n",
                                   NULL));
    }
}
END_TEST

START_TEST(a_long_name_is_cut_in_the_listing)
{
    world_t *world = world_create();
    char *name = apr_palloc(pool, 4001);

    memset(name, 'n', 4000);
    name[4000] = '\0';
    world_repository(world, "a", name, world_directory(world, "pub"));
    cache = world_cache(world);
    ask("/mirrorlist", "repo=a&arch=b");
    ck_assert_str_eq(
        body(), apr_pstrcat(pool,
                            "# repo = a arch = b error: invalid repo or arch\n"
                            "# following repositories are available:\n"
                            "# repo=a&arch=",
                            name + 114, "...\n", NULL));
}
END_TEST

/* --- values ----------------------------------------------------------------
 */

static const struct {
    const char *query;
    int status;
} values[] = {
    {"limit=1", 200},
    {"limit=9999", 200},
    {"limit=", 200},
    {"limit=%20", 200},
    {"limit=%205%20", 200},
    {"limit=0", 400},
    {"limit=10000", 400},
    {"limit=01", 400},
    {"limit=+1", 400},
    {"limit=-1", 400},
    {"limit=1.0", 400},
    {"limit=1a", 400},
    {"limit=0x1", 400},
    {"limit=1%C2%A0", 400},
    {"limit=1,2", 400},
    {"limit=18446744073709551617", 400},
    {"limit=0&limit=1", 200},
    {"ipv=4", 200},
    {"ipv=6", 200},
    {"ipv=", 200},
    {"ipv=%206", 200},
    {"ipv=46", 400},
    {"ipv=4,6", 400},
    {"ipv=0", 400},
    {"ipv=v4", 400},
    {"ipv=5", 400},
    {"ipv=04", 400},
    {"format=", 200},
    {"format=text", 200},
    {"format=TEXT", 200},
    {"format=Json", 200},
    {"format=txt", 400},
    {"format=json4", 400},
    {"format=text,json", 400},
    {"ip=", 200},
    {"ip=1.2.3.4", 200},
    {"ip=1.2.3", 400},
    {"fallback=1", 200},
    {"fallback=", 200},
    {"fallback=x", 200},
    {"exclude_country=%2C,", 200},
    {"exclude_country=x", 200},
};

START_TEST(a_value_is_understood_or_refused)
{
    ask("/mirrorlist", apr_pstrcat(pool, "path=pub&", values[_i].query, NULL));
    ck_assert_msg(response.status == values[_i].status, "%s: %d",
                  values[_i].query, response.status);
    ck_assert_int_eq(response.kind == ML_KIND_BAD_REQUEST,
                     values[_i].status == 400);
}
END_TEST

START_TEST(where_ip_does_not_count_it_may_be_bad)
{
    settings.ip_parameter = 0;
    ask("/mirrorlist", "path=pub&ip=bad");
    ck_assert_int_eq(response.status, 200);
    ck_assert_str_eq(response.facts[ML_FACT_CLIENT], "192.0.2.1");
}
END_TEST

/* --- forms -----------------------------------------------------------------
 */

static const struct {
    const char *path;
    const char *query;
    const char *accept;
    const char *content_type;
    int kind;
    int varies;
} forms[] = {
#define M4 "application/metalink4+xml"
    {"/mirrorlist", "path=pub", NULL, "text/plain", ML_FORM_TEXT, 0},
    {"/mirrorlist", "path=pub", M4, "text/plain", ML_FORM_TEXT, 0},
    {"/metalink", "path=pub&format=text", M4, "text/plain", ML_FORM_TEXT, 0},
    {"/metalink", "path=pub/f", NULL, "application/metalink+xml",
     ML_FORM_METALINK, 1},
    {"/metalink", "path=pub/f&format=", M4, M4, ML_FORM_METALINK4, 1},
    {"/metalink", "path=pub/f&format=metalink", M4, "application/metalink+xml",
     ML_FORM_METALINK, 0},
    {"/mirrorlist", "path=pub/f&format=Metalink4", NULL, M4, ML_FORM_METALINK4,
     0},
    {"/mirrorlist", "path=pub&format=json", NULL, "application/json",
     ML_FORM_JSON, 0},
    {"/metalink", "path=pub/f&format=json", M4, "application/json",
     ML_FORM_JSON, 0},
    /* refusals */
    {"/metalink", "path=no", NULL, "application/metalink+xml",
     ML_KIND_NOT_FOUND, 1},
    {"/metalink", "path=no", M4, "text/plain", ML_KIND_NOT_FOUND, 1},
    {"/metalink", "path=%zz", M4, "text/plain", ML_KIND_BAD_REQUEST, 1},
    {"/metalink", "format=json&path=%zz", M4, "application/json",
     ML_KIND_BAD_REQUEST, 0},
    {"/metalink", "path=%zz&format=json", M4, "application/json",
     ML_KIND_BAD_REQUEST, 0},
    {"/metalink", "format=json", M4, "application/json", ML_KIND_REMARK, 0},
    {"/metalink", "path=pub/f&format=x", M4, "application/metalink+xml",
     ML_KIND_BAD_REQUEST, 0},
    {"/mirrorlist", "path=pub/g&format=metalink4", NULL, "text/plain",
     ML_KIND_NOT_FOUND, 0},
    {"/mirrorlist", "path=pub/g&format=metalink", NULL,
     "application/metalink+xml", ML_KIND_NOT_FOUND, 0},
    {"/metalink", "path=pub/g&format=json", NULL, "application/json",
     ML_KIND_NOT_FOUND, 0},
    {"/mirrorlist", "path=pub/g&format=json", NULL, "application/json",
     ML_FORM_JSON, 0},
#undef M4
};

START_TEST(a_form_is_asked_for_by_name_or_by_accept)
{
    static ml_detail_rec detail;

    edit_hash(&detail, ML_HASH_MD5, detail.md5, 16, 1);
    edit_details(cache, 0, &detail, 1);
    request.accept = forms[_i].accept;
    ask(forms[_i].path, forms[_i].query);
    ck_assert_str_eq(response.content_type, forms[_i].content_type);
    ck_assert_int_eq(response.kind, forms[_i].kind);
    ck_assert_str_eq(fields(), forms[_i].varies ? "Vary: Accept\n" : "");
}
END_TEST

START_TEST(without_a_cache_the_form_is_kept)
{
    cache = NULL;
    ask("/metalink", "format=json");
    ck_assert_int_eq(response.status, 503);
    ck_assert_str_eq(body(), "{\"version\":1,\"error\":\"error: no mirrorlist "
                             "cache is loaded, try again later\"}\n");
    ck_assert_str_eq(fields(), "Retry-After: 60\n");
    ask("/metalink", "");
    ck_assert_str_eq(fields(), "Vary: Accept\nRetry-After: 60\n");
    ck_assert_int_eq(response.kind, ML_KIND_UNAVAILABLE);
}
END_TEST

/* Which directory, which file and which URLs are meant. */
START_TEST(json_leaves_it_to_the_path_what_is_meant)
{
    ask("/mirrorlist", "repo=f-1&arch=x86_64&format=json");
    ck_assert_int_eq(response.status, 200);
    ck_assert_ptr_nonnull(strstr(body(), "\"directory\":\"pub\",\"client\""));
    ck_assert_ptr_nonnull(
        strstr(body(), "\"urls\":[\"https://m1.example/pub/\"]"));
    ask("/metalink", "repo=f-1&arch=x86_64&format=json");
    ck_assert_int_eq(response.status, 404);
    ck_assert_str_eq(body(),
                     "{\"version\":1,\"error\":\"repo = f-1 arch = x86_64 "
                     "error: no directory for this repository\"}\n");
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
    tcase_add_test(tests, a_file_without_details_has_no_metalink);
    tcase_add_test(tests, a_list_is_found_by_path_and_by_repository);
    tcase_add_test(tests, an_unknown_prefix_is_told_all_repositories);
    tcase_add_test(tests, a_known_prefix_is_told_its_own);
    tcase_add_test(tests, who_shows_no_list_is_told_where_it_is);
    tcase_add_test(tests, a_long_name_is_cut_in_the_listing);
    tcase_add_loop_test(tests, a_value_is_understood_or_refused, 0, N(values));
    tcase_add_test(tests, where_ip_does_not_count_it_may_be_bad);
    tcase_add_loop_test(tests, a_form_is_asked_for_by_name_or_by_accept, 0,
                        N(forms));
    tcase_add_test(tests, without_a_cache_the_form_is_kept);
    tcase_add_test(tests, json_leaves_it_to_the_path_what_is_meant);
    return unit_run("answer", tests);
}
