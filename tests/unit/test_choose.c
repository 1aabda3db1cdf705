/* SPDX-License-Identifier: Apache-2.0
 *
 * Which URLs of the selected hosts are shown, and of how many hosts.
 */
#include "asking.h"

/* Clients of 192.0.2.1 are in DE, and in a netblock of the private host 3. */
static void set_up(void)
{
    static const char *const urls[][5] = {
        {"https://m1", "http://m1", "rsync://m1"},
        {"http://m2/1", "http://m2/2", "ftp://m2"},
        {"http://m3", "rsync://m3"},
        {"ftp://m4", "gopher://m4"},
        {"rsync://m5"},
    };
    static const char *const countries[] = {"DE", "DE", "JP", "US", "DE"};
    world_t *world = world_create();
    apr_uint32_t category = world_category(world), i, j;

    for (i = 0; i < (apr_uint32_t)N(urls); i++) {
        apr_uint32_t part =
            world_part(world, world_host(world, countries[i]), category);

        BUFFER_AT(&world->model->host_categories)[part].always_up2date = 1;
        for (j = 0; urls[i][j]; j++) {
            world_url(world, part, 10 * i + j, urls[i][j]);
        }
    }
    world_host_at(world, 2)->is_private = 1;
    world_network(world, "192.0.2.0/24", MODEL_NETBLOCK, 2);
    world_geo(world, "192.0.2.0/24", "DE");
    world_place(world, world_directory(world, "d"), category, 1);
    cache = world_cache(world);
    asking_set_up();
    settings.minimum = 0;
}

static int url_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "SCHEME://HOST SCHEME://HOST" of a list, sorted. */
static const char *urls_for(const char *query)
{
    char *lines, *line, *state;
    const char *urls[20], *text = "";
    int n = 0, i;

    ask("/mirrorlist", apr_pstrcat(pool, "path=d&", query, NULL));
    ck_assert_int_eq(response.status, 200);
    lines = apr_pstrdup(pool, body());
    for (line = apr_strtok(lines, "\n", &state); line;
         line = apr_strtok(NULL, "\n", &state)) {
        if (*line != '#') {
            line[strlen(line) - 1] = '\0'; /* its slash */
            urls[n++] = line;
        }
    }
    qsort(urls, (size_t)n, sizeof(*urls), url_order);
    for (i = 0; i < n; i++) {
        text = apr_pstrcat(pool, text, i ? " " : "", urls[i], NULL);
    }
    return text;
}

#define SCHEMES(...)                                     \
    do {                                                 \
        static const char *const only[] = {__VA_ARGS__}; \
        settings.schemes = only;                         \
        settings.scheme_n = (apr_uint32_t)N(only);       \
    } while (0)

START_TEST(a_list_has_one_url_a_host_unless_protocol_says_more)
{
    ck_assert_str_eq(urls_for(""), "http://m2/1 http://m3 https://m1");
    ck_assert_str_eq(urls_for("protocol=rsync"),
                     "rsync://m1 rsync://m3 rsync://m5");
    ck_assert_str_eq(urls_for("protocol=http,ftp"),
                     "http://m1 http://m2/1 http://m2/2 http://m3");
    ck_assert_str_eq(urls_for("protocol=http,ftp,x"),
                     "ftp://m2 http://m1 http://m2/1 http://m2/2 http://m3");
    ck_assert_str_eq(urls_for("protocol=,"), "");
}
END_TEST

/* --- MirrorlistSchemes -----------------------------------------------------
 */

START_TEST(schemes_hide_urls_but_of_private_hosts)
{
    SCHEMES("https");
    ck_assert_str_eq(urls_for(""), "http://m3 https://m1");
    ck_assert_str_eq(urls_for("netblock=0"), "https://m1");
    ck_assert_str_eq(urls_for("protocol=rsync"), "rsync://m3");
    ck_assert_str_eq(urls_for("protocol=http,rsync"), "http://m3 rsync://m3");
}
END_TEST

START_TEST(protocol_chooses_among_the_schemes_that_are_left)
{
    SCHEMES("http", "rsync");
    ck_assert_str_eq(urls_for("netblock=0"), "http://m1 http://m2/1");
    ck_assert_str_eq(urls_for("netblock=0&protocol=RSYNC"),
                     "rsync://m1 rsync://m5");
    ck_assert_str_eq(urls_for("netblock=0&protocol=https,ftp"), "");
    /* as many URLs as items, hidden ones among them */
    ck_assert_str_eq(urls_for("netblock=0&protocol=https,http"),
                     "http://m1 http://m2/1 http://m2/2");
    ck_assert_str_eq(urls_for("netblock=0&protocol=http"),
                     "http://m1 http://m2/1");
}
END_TEST

START_TEST(an_unknown_scheme_lets_nothing_out)
{
    SCHEMES("webdav", "htt", "httpss");
    ck_assert_str_eq(urls_for(""), "http://m3");
    SCHEMES("gopher");
    ck_assert_str_eq(urls_for("netblock=0&country=us"), "");
    ck_assert_str_eq(urls_for("country=us&protocol=gopher"), "gopher://m4");
}
END_TEST

START_TEST(hosts_without_a_url_left_do_not_count_for_the_minimum)
{
    settings.minimum = 1;
    ck_assert_str_eq(urls_for("netblock=0"), "http://m2/1 https://m1");
    SCHEMES("gopher");
    ck_assert_str_eq(urls_for("netblock=0&protocol=gopher"), "gopher://m4");
    SCHEMES("ftp");
    ck_assert_str_eq(urls_for("netblock=0"), "ftp://m2");
    settings.minimum = 2;
    ck_assert_str_eq(urls_for("netblock=0"), "ftp://m2 ftp://m4");
    /* the URLs of a private host are exempt here too */
    settings.minimum = 1;
    SCHEMES("gopher");
    ck_assert_str_eq(urls_for(""), "http://m3");
}
END_TEST

START_TEST(a_redirect_leads_to_a_scheme_that_is_left)
{
    SCHEMES("http");
    ask("/mirrorlist", "path=d&netblock=0&country=de&redirect");
    ck_assert_int_eq(response.status, 302);
    ck_assert_int_eq(
        strncmp(ml_response_field(&response, "Location"), "http://", 7), 0);
    SCHEMES("ftp", "rsync");
    ask("/mirrorlist", "path=d&netblock=0&redirect");
    ck_assert_int_eq(response.status, 404);
    ask("/mirrorlist", "path=d&redirect");
    ck_assert_str_eq(ml_response_field(&response, "Location"), "http://m3/");
}
END_TEST

/* --- ipv -------------------------------------------------------------------
 */

static void set_flags(const char *start, apr_uint32_t flags)
{
    apr_uint32_t i;

    for (i = 0; i < cache->urls_n; i++) {
        if (!strncmp(world_text(cache, cache->urls[i].url), start,
                     strlen(start))) {
            EDIT(cache, urls, ml_url_rec, i)->flags =
                flags | (cache->urls[i].flags & ML_URL_LAST);
        }
    }
}

START_TEST(ipv_hides_hosts_that_are_known_to_lack_the_family)
{
    set_flags("https://m1", ML_URL_NO_V6);
    set_flags("http://m3", ML_URL_NO_V6);
    set_flags("http://m2/1", ML_URL_NO_V4);
    ck_assert_str_eq(urls_for(""), "http://m2/1 http://m3 https://m1");
    ck_assert_str_eq(urls_for("ipv=4"), "http://m2/2 http://m3 https://m1");
    /* the exemption of private hosts is one of schemes */
    ck_assert_str_eq(urls_for("ipv=6"), "http://m1 http://m2/1");
    set_flags("http://m2/1", ML_URL_NO_V4 | ML_URL_NO_V6);
    ck_assert_str_eq(urls_for("ipv=6"), "http://m1 http://m2/2");
    ck_assert_str_eq(urls_for("ipv="), "http://m2/1 http://m3 https://m1");
}
END_TEST

START_TEST(what_ipv_hides_does_not_count_for_the_minimum)
{
    settings.minimum = 1;
    set_flags("", ML_URL_NO_V6);
    set_flags("ftp://m4", 0);
    ck_assert_str_eq(urls_for("ipv=6"), "ftp://m4");
    ck_assert_str_eq(urls_for("ipv=4"), "http://m2/1 http://m3 https://m1");
}
END_TEST

START_TEST(ipv_counts_for_a_redirect)
{
    set_flags("", ML_URL_NO_V6);
    ask("/mirrorlist", "path=d&ipv=6&redirect");
    ck_assert_int_eq(response.status, 404);
}
END_TEST

/* --- limits ----------------------------------------------------------------
 */

START_TEST(the_smaller_of_limit_and_maximum_holds)
{
    static const struct {
        const char *query;
        apr_uint32_t maximum;
        const char *hosts;
    } cases[] = {
        {"", 0, "3"},           {"limit=1", 0, "1"}, {"limit=2", 0, "2"},
        {"limit=9999", 0, "3"}, {"", 2, "2"},        {"limit=1", 2, "1"},
        {"limit=2", 1, "1"},    {"limit=3", 2, "2"},
    };
    int i;

    for (i = 0; i < N(cases); i++) {
        settings.maximum = cases[i].maximum;
        urls_for(cases[i].query);
        ck_assert_str_eq(response.facts[ML_FACT_HOSTS], cases[i].hosts);
    }
}
END_TEST

START_TEST(a_limit_counts_hosts_that_have_a_url_to_show)
{
    ck_assert_str_eq(urls_for("country=de&protocol=https&limit=1"),
                     "https://m1");
    ck_assert_str_eq(urls_for("protocol=http,x&limit=1&netblock=1"),
                     "http://m3");
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("choose");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, a_list_has_one_url_a_host_unless_protocol_says_more);
    tcase_add_test(tests, schemes_hide_urls_but_of_private_hosts);
    tcase_add_test(tests, protocol_chooses_among_the_schemes_that_are_left);
    tcase_add_test(tests, an_unknown_scheme_lets_nothing_out);
    tcase_add_test(tests,
                   hosts_without_a_url_left_do_not_count_for_the_minimum);
    tcase_add_test(tests, a_redirect_leads_to_a_scheme_that_is_left);
    tcase_add_test(tests, ipv_hides_hosts_that_are_known_to_lack_the_family);
    tcase_add_test(tests, what_ipv_hides_does_not_count_for_the_minimum);
    tcase_add_test(tests, ipv_counts_for_a_redirect);
    tcase_add_test(tests, the_smaller_of_limit_and_maximum_holds);
    tcase_add_test(tests, a_limit_counts_hosts_that_have_a_url_to_show);
    return unit_run("choose", tests);
}
