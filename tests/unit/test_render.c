/* SPDX-License-Identifier: Apache-2.0
 *
 * Both forms of an answer, byte by byte, for URLs that are handed in.
 */
#include "ml_render.h"
#include "world.h"

#define NOW_S 1795514400 /* 2026-11-24 10:00:00 UTC */

static ml_cache_t *cache;
static const ml_directory_rec *directory;
static ml_response_t response;
static ml_shown_t shown[200];
static ml_urls_t urls;
static ml_asked_t asked;

/* One directory in two categories, whose sub-paths are "os/a b&c" and "". */
static void set_up(void)
{
    world_t *world = world_create();
    apr_uint32_t above = world_category(world), same = world_category(world);
    apr_uint32_t pub = world_host(world, "DE"), own = world_host(world, "");
    apr_uint32_t dir = world_directory(world, "pub/os/a b&c");
    apr_uint32_t pub_part = world_part(world, pub, above);
    apr_uint32_t own_part = world_part(world, own, same);

    world_host_at(world, own)->is_private = 1;
    world_url(world, pub_part, 1, "https://m1/x&y");
    world_url(world, pub_part, 2, "ftp://m1/pub");
    world_url(world, own_part, 3, "HTTP://m2/it's");
    world_place(world, dir, above, 4);
    world_place(world, dir, same, 12);
    model_detail_numbers(&world_file(world, dir, 1, "f&.iso")->rec, 0, 5);
    world_up2date(world, pub_part, dir);
    world_up2date(world, own_part, dir);
    cache = world_cache(world);
    directory = &cache->directories[0];

    memset(&response, 0, sizeof(response));
    memset(&urls, 0, sizeof(urls));
    urls.shown = shown;
    urls.subpaths = cache->subpaths + directory->subpath_first;
    urls.subpath_n = directory->subpath_n;
    urls.file = "";
}

/* The URL that begins so, of the host at this position of the answer. */
static void show(const char *start, apr_uint32_t host_n)
{
    apr_uint32_t i;

    for (i = 0; i < cache->urls_n; i++) {
        const ml_url_rec *url = &cache->urls[i];

        if (!strncmp(world_text(cache, url->url), start, strlen(start))) {
            ml_shown_t one = {url, host_n, 0};

            shown[urls.n++] = one;
            urls.host_n = host_n + 1;
            return;
        }
    }
    ck_abort_msg("no URL begins with %s", start);
}

static const char *body(void)
{
    ck_assert_uint_eq(response.body_len,
                      strlen(unit_string(response.body, response.body_len)));
    return unit_string(response.body, response.body_len);
}

/* --- the text form -------------------------------------------------------- */

/* What a request would have been read as. */
static void ask(void)
{
    static ml_request_t request = {.now_s = NOW_S};

    memset(&asked, 0, sizeof(asked));
    asked.cache = cache;
    asked.request = &request;
    asked.directory = directory;
}

static const char *text_answer(const apr_int64_t *time_s)
{
    static ml_header_rec made;

    ask();
    ml_line_start(&asked.line);
    ml_line_addv(&asked.line, "# header ", NULL);
    ml_line_finish(&asked.line);
    if (time_s) {
        made = *cache->header;
        made.created_s = *time_s;
        cache->header = &made;
        asked.query.time = 1;
    }
    ml_mirrorlist_render(&response, &asked, &urls, pool);
    return body();
}

START_TEST(a_text_is_the_header_and_a_url_a_line)
{
    show("https://m1", 0);
    show("ftp://m1", 0);
    show("HTTP://m2", 1);
    ck_assert_str_eq(text_answer(NULL), "# header \n"
                                        "https://m1/x&y/os/a%20b&c/\n"
                                        "ftp://m1/pub/os/a%20b&c/\n"
                                        "HTTP://m2/it's/\n");
}
END_TEST

START_TEST(a_file_follows_its_sub_path)
{
    urls.file = "f&%20.iso";
    show("ftp://m1", 0);
    show("HTTP://m2", 1);
    ck_assert_str_eq(text_answer(NULL), "# header \n"
                                        "ftp://m1/pub/os/a%20b&c/f&%20.iso\n"
                                        "HTTP://m2/it's/f&%20.iso\n");
}
END_TEST

START_TEST(the_creation_time_is_the_second_line)
{
    static const apr_int64_t times[] = {0, 1790000000, 253402300799, -1};
    static const char *const lines[] = {"0", "1790000000", "253402300799",
                                        "-1"};
    int i;

    for (i = 0; i < N(times); i++) {
        ck_assert_str_eq(text_answer(&times[i]),
                         apr_pstrcat(pool,
                                     "# header \n"
                                     "# database creation time: ",
                                     lines[i], "\n", NULL));
    }
}
END_TEST

START_TEST(without_hosts_a_text_is_its_header)
{
    ck_assert_str_eq(text_answer(NULL), "# header \n");
}
END_TEST

START_TEST(tails_are_escaped_for_xml_only_where_xml_is_written)
{
    const ml_tail_t *plain, *xml;

    urls.file = "f&";
    plain = ml_render_tails(cache, &urls, 0, "!", pool);
    xml = ml_render_tails(cache, &urls, 1, "&!", pool);
    ck_assert_str_eq(plain[0].text, "os/a%20b&c/f&!");
    ck_assert_str_eq(plain[1].text, "f&!");
    ck_assert_str_eq(xml[0].text, "os/a%20b&amp;c/f&amp;&!");
    ck_assert_str_eq(xml[1].text, "f&amp;&!");
    ck_assert_uint_eq(xml[0].len, strlen(xml[0].text));
    ck_assert_uint_eq(xml[1].len, strlen(xml[1].text));
}
END_TEST

/* --- the Metalink form ------------------------------------------------------
 */

#define HEAD                                                         \
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"                   \
    "<metalink version=\"3.0\" xmlns=\"http://www.metalinker.org/\"" \
    " type=\"dynamic\" pubdate=\"Tue, 24 Nov 2026 10:00:00 GMT\""    \
    " generator=\"mirrormanager\""                                   \
    " xmlns:mm0=\"http://fedorahosted.org/mirrormanager\">\n"
#define FILE_START                          \
    HEAD " <files>\n"                       \
         "  <file name=\"f&amp;.iso\">\n"   \
         "   <size>5</size>\n"              \
         "   <verification>\n"              \
         "    <hash type=\"md5\">"          \
         "00000000000000000000000000000001" \
         "</hash>\n"                        \
         "   </verification>\n"             \
         "   <resources maxconnections=\"1\">\n"
#define FILE_END        \
    "   </resources>\n" \
    "  </file>\n"       \
    " </files>\n"       \
    "</metalink>\n"

static const char *metalink(void)
{
    ask();
    asked.details = ml_cache_find_file(cache, directory, "f&.iso");
    ck_assert_ptr_nonnull(asked.details);
    urls.file = "f&.iso";
    ml_metalink_render(&response, &asked, &urls, pool);
    return body();
}

START_TEST(a_metalink_has_exactly_its_shape)
{
    show("https://m1", 0);
    show("ftp://m1", 0);
    show("HTTP://m2", 1);
    ck_assert_str_eq(
        metalink(), FILE_START
        "    <url protocol=\"https\" type=\"https\" location=\"DE\""
        " preference=\"100\">https://m1/x&amp;y/os/a%20b&amp;c/f&amp;.iso</url>"
        "\n"
        "    <url protocol=\"ftp\" type=\"ftp\" location=\"DE\""
        " preference=\"100\">ftp://m1/pub/os/a%20b&amp;c/f&amp;.iso</url>\n"
        "    <url protocol=\"http\" type=\"http\" location=\"\""
        " preference=\"99\" mm0:private=\"True\">HTTP://m2/it's/f&amp;.iso"
        "</url>\n" FILE_END);
}
END_TEST

START_TEST(a_metalink_without_hosts_has_its_resources)
{
    ck_assert_str_eq(metalink(), FILE_START FILE_END);
}
END_TEST

START_TEST(preference_sinks_by_host_to_one)
{
    const char *expected = FILE_START;
    int i;

    for (i = 0; i < 150; i++) {
        show("HTTP://m2", (apr_uint32_t)i);
        expected = apr_psprintf(
            pool,
            "%s    <url protocol=\"http\" type=\"http\" location=\"\""
            " preference=\"%d\" mm0:private=\"True\">"
            "HTTP://m2/it's/f&amp;.iso</url>\n",
            expected, i < 100 ? 100 - i : 1);
    }
    ck_assert_str_eq(metalink(), apr_pstrcat(pool, expected, FILE_END, NULL));
}
END_TEST

START_TEST(a_host_s_urls_share_its_preference_at_every_width)
{
    static const int widths[] = {0, 1, 90, 91, 98, 99, 100};
    const char *expected = FILE_START;
    int i, j;

    for (i = 0; i < N(widths); i++) {
        for (j = 0; j < 2; j++) {
            show("https://m1", (apr_uint32_t)widths[i]);
            expected = apr_psprintf(
                pool,
                "%s    <url protocol=\"https\" type=\"https\" location=\"DE\""
                " preference=\"%d\">"
                "https://m1/x&amp;y/os/a%%20b&amp;c/f&amp;.iso</url>\n",
                expected, widths[i] < 100 ? 100 - widths[i] : 1);
        }
    }
    ck_assert_str_eq(metalink(), apr_pstrcat(pool, expected, FILE_END, NULL));
}
END_TEST

static const char *failure(const char *text, ml_block_rec more)
{
    ask();
    asked.text = text;
    asked.text_len = strlen(text);
    ml_metalink_failure(&response, &asked, more, pool);
    return body();
}

START_TEST(a_failure_says_why_in_its_comment)
{
    const ml_block_rec nothing = {0, 0};

    ck_assert_str_eq(failure("a & <b> -- c---d\n", nothing),
                     HEAD "<!-- a & <b> - - c- - -d\n"
                          "-->\n"
                          "</metalink>\n");
    ck_assert_str_eq(failure("a\n", cache->listing->comment),
                     HEAD "<!-- a\n"
                          "# following repositories are available:\n"
                          "-->\n"
                          "</metalink>\n");
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("render");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, a_text_is_the_header_and_a_url_a_line);
    tcase_add_test(tests, a_file_follows_its_sub_path);
    tcase_add_test(tests, the_creation_time_is_the_second_line);
    tcase_add_test(tests, without_hosts_a_text_is_its_header);
    tcase_add_test(tests, tails_are_escaped_for_xml_only_where_xml_is_written);
    tcase_add_test(tests, a_metalink_has_exactly_its_shape);
    tcase_add_test(tests, a_metalink_without_hosts_has_its_resources);
    tcase_add_test(tests, preference_sinks_by_host_to_one);
    tcase_add_test(tests, a_host_s_urls_share_its_preference_at_every_width);
    tcase_add_test(tests, a_failure_says_why_in_its_comment);
    return unit_run("render", tests);
}
