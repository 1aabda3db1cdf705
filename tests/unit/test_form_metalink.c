/* SPDX-License-Identifier: Apache-2.0
 *
 * The Metalink 3 form, byte by byte.
 */
#include "shown.h"

#define HEAD                                                         \
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"                   \
    "<metalink version=\"3.0\" xmlns=\"http://www.metalinker.org/\"" \
    " type=\"dynamic\" pubdate=\"Tue, 24 Nov 2026 10:00:00 GMT\""    \
    " generator=\"mirrormanager\""                                   \
    " xmlns:mm0=\"http://fedorahosted.org/mirrormanager\">\n"
#define FILE_END        \
    "   </resources>\n" \
    "  </file>\n"       \
    " </files>\n"       \
    "</metalink>\n"

/* The document up to its URLs. */
#define START                                                      \
    HEAD " <files>\n"                                              \
         "  <file name=\"f&amp;.iso\">\n"                          \
         "   <verification>\n"                                     \
         "    <hash type=\"md5\">00000000000000000000000000000001" \
         "</hash>\n"                                               \
         "   </verification>\n"                                    \
         "   <resources maxconnections=\"1\">\n"

static void set_up(void)
{
    shown_set_up();
    shown_file();
}

static const char *metalink(void)
{
    return written(ml_form_metalink_answer);
}

START_TEST(a_metalink_has_exactly_its_shape)
{
    show("https://m1", 0);
    show("ftp://m1", 0);
    show("HTTP://m2", 1);
    ck_assert_str_eq(
        metalink(),
        apr_pstrcat(
            pool, START,
            "    <url protocol=\"https\" type=\"https\" location=\"DE\""
            " preference=\"100\">https://m1/x&amp;y/os/a%20b&amp;c/f&amp;.iso</"
            "url>"
            "\n"
            "    <url protocol=\"ftp\" type=\"ftp\" location=\"DE\""
            " preference=\"100\">ftp://m1/pub/os/a%20b&amp;c/f&amp;.iso</url>\n"
            "    <url protocol=\"http\" type=\"http\" location=\"\""
            " preference=\"99\" mm0:private=\"True\">HTTP://m2/it's/f&amp;.iso"
            "</url>\n" FILE_END,
            NULL));
}
END_TEST

START_TEST(a_metalink_without_hosts_has_its_resources)
{
    ck_assert_str_eq(metalink(), apr_pstrcat(pool, START, FILE_END, NULL));
}
END_TEST

START_TEST(preference_sinks_by_host_to_one)
{
    const char *expected = START;
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
    const char *expected = START;
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

/* --- failures --------------------------------------------------------------
 */

static const char *failure(ml_refusal_e refusal)
{
    decision.lookup.refusal = refusal;
    return written(ml_form_metalink_refusal);
}

START_TEST(a_failure_says_why_in_its_comment)
{
    decision.lookup.path = "a & <b> -- c---d";
    ck_assert_str_eq(failure(ML_REFUSAL_PATH),
                     HEAD "<!-- # path = a & <b> - - c- - -d error: invalid "
                          "path\n"
                          "-->\n"
                          "</metalink>\n");
}
END_TEST

START_TEST(a_failure_names_where_repositories_are_listed)
{
    decision.lookup.path = NULL;
    decision.lookup.repo = "a--b";
    decision.lookup.arch = "x";
    ck_assert_str_eq(failure(ML_REFUSAL_REPOSITORY),
                     HEAD "<!-- # repo = a- -b arch = x error: invalid repo or "
                          "arch\n"
                          "# the repositories are listed at mirrorlist, asked "
                          "in the same way\n"
                          "-->\n"
                          "</metalink>\n");
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("form_metalink");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, a_metalink_has_exactly_its_shape);
    tcase_add_test(tests, a_metalink_without_hosts_has_its_resources);
    tcase_add_test(tests, preference_sinks_by_host_to_one);
    tcase_add_test(tests, a_host_s_urls_share_its_preference_at_every_width);
    tcase_add_test(tests, a_failure_says_why_in_its_comment);
    tcase_add_test(tests, a_failure_names_where_repositories_are_listed);
    return unit_run("form_metalink", tests);
}
