/* SPDX-License-Identifier: Apache-2.0
 *
 * The text form, byte by byte, and the ends of URLs in any form.
 */
#include "shown.h"

#define HEADER "# path = asked/for \n"

static const char *text_answer(void)
{
    return written(ml_form_text_answer);
}

START_TEST(a_text_is_the_header_and_a_url_a_line)
{
    show("https://m1", 0);
    show("ftp://m1", 0);
    show("HTTP://m2", 1);
    ck_assert_str_eq(text_answer(), HEADER "https://m1/x&y/os/a%20b&c/\n"
                                           "ftp://m1/pub/os/a%20b&c/\n"
                                           "HTTP://m2/it's/\n");
}
END_TEST

START_TEST(a_file_follows_its_sub_path)
{
    decision.lookup.file = "f& .iso";
    show("ftp://m1", 0);
    show("HTTP://m2", 1);
    ck_assert_str_eq(text_answer(), HEADER "ftp://m1/pub/os/a%20b&c/f&%20.iso\n"
                                           "HTTP://m2/it's/f&%20.iso\n");
}
END_TEST

START_TEST(the_creation_time_is_the_second_line)
{
    static const apr_int64_t times[] = {0, 1790000000, 253402300799};
    static const char *const lines[] = {"0", "1790000000", "253402300799"};
    ml_header_rec made = *cache->header;
    int i;

    cache->header = &made;
    decision.lookup.query.time = 1;
    for (i = 0; i < N(times); i++) {
        made.created_s = times[i];
        ck_assert_str_eq(text_answer(),
                         apr_pstrcat(pool, HEADER "# database creation time: ",
                                     lines[i], "\n", NULL));
    }
}
END_TEST

START_TEST(without_hosts_a_text_is_its_header)
{
    ck_assert_str_eq(text_answer(), HEADER);
}
END_TEST

START_TEST(tails_are_escaped_for_xml_only_where_xml_is_written)
{
    const ml_tail_t *plain, *xml;

    decision.lookup.file = "f&";
    plain = ml_render_tails(&decision.lookup, 0, "!", pool);
    xml = ml_render_tails(&decision.lookup, 1, "&!", pool);
    ck_assert_str_eq(plain[0].text, "os/a%20b&c/f&!");
    ck_assert_str_eq(plain[1].text, "f&!");
    ck_assert_str_eq(xml[0].text, "os/a%20b&amp;c/f&amp;&!");
    ck_assert_str_eq(xml[1].text, "f&amp;&!");
    ck_assert_uint_eq(xml[0].len, strlen(xml[0].text));
    ck_assert_uint_eq(xml[1].len, strlen(xml[1].text));
}
END_TEST

START_TEST(a_url_is_its_base_and_its_tail)
{
    const ml_tail_t *tails;

    show("https://m1", 0);
    show("HTTP://m2", 1);
    decision.lookup.file = "f";
    tails = ml_render_tails(&decision.lookup, 0, "", pool);
    ck_assert_str_eq(ml_render_url(cache, shown[0].url, tails, pool),
                     "https://m1/x&y/os/a%20b&c/f");
    ck_assert_str_eq(ml_render_url(cache, shown[1].url, tails, pool),
                     "HTTP://m2/it's/f");
}
END_TEST

START_TEST(a_page_grows_as_it_is_written)
{
    ml_page_t page = {.pool = pool};
    int i;

    ml_page_end(&page, &response);
    ck_assert_uint_eq(response.body_len, 0);
    ck_assert_str_eq(response.body, "");
    ml_page_add(&page, "", 0);
    for (i = 0; i < 3000; i++) {
        ml_page_printf(&page, "%d,%s;", i, "abcdefgh");
        if (i % 1000 == 0) {
            ml_page_puts(&page, "|");
        }
    }
    ml_page_end(&page, &response);
    for (i = 0; i < 3000; i++) {
        const char *piece =
            apr_psprintf(pool, "%d,abcdefgh;%s", i, i % 1000 == 0 ? "|" : "");

        ck_assert_mem_eq(response.body, piece, strlen(piece));
        response.body += strlen(piece);
        response.body_len -= strlen(piece);
    }
    ck_assert_uint_eq(response.body_len, 0);
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("form_text");

    tcase_add_checked_fixture(tests, shown_set_up, NULL);
    tcase_add_test(tests, a_text_is_the_header_and_a_url_a_line);
    tcase_add_test(tests, a_file_follows_its_sub_path);
    tcase_add_test(tests, the_creation_time_is_the_second_line);
    tcase_add_test(tests, without_hosts_a_text_is_its_header);
    tcase_add_test(tests, tails_are_escaped_for_xml_only_where_xml_is_written);
    tcase_add_test(tests, a_url_is_its_base_and_its_tail);
    tcase_add_test(tests, a_page_grows_as_it_is_written);
    return unit_run("form_text", tests);
}
