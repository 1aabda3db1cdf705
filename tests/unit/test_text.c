/* SPDX-License-Identifier: Apache-2.0
 *
 * Every byte through both escapings, and lines cut where clients stop reading.
 */
#include <string.h>

#include "ml_text.h"
#include "unit.h"

/* --- escaping ------------------------------------------------------------- */

/* 16 bytes a row: `.` stands raw, `%` is encoded.  Controls, blank, bytes from
 * 0x80, and of the others exactly the named ones. */
static const char path_table[] = "%%%%%%%%%%%%%%%%" /* 00 */
                                 "%%%%%%%%%%%%%%%%" /* 10 */
                                 "%.%%.%.........." /* 20: blank " # % */
                                 "............%.%%" /* 30: < > ? */
                                 "................" /* 40 */
                                 "............%.%." /* 50: \ ^ */
                                 "%..............." /* 60: backquote */
                                 "...........%%%.%" /* 70: { | } DEL */
                                 "%%%%%%%%%%%%%%%%" /* 80 */
                                 "%%%%%%%%%%%%%%%%" /* 90 */
                                 "%%%%%%%%%%%%%%%%" /* a0 */
                                 "%%%%%%%%%%%%%%%%" /* b0 */
                                 "%%%%%%%%%%%%%%%%" /* c0 */
                                 "%%%%%%%%%%%%%%%%" /* d0 */
                                 "%%%%%%%%%%%%%%%%" /* e0 */
                                 "%%%%%%%%%%%%%%%%" /* f0 */;

static const char *expected_escape(int byte, ml_escape_e kind)
{
    int raw = path_table[byte] == '.'
              || (kind == ML_ESCAPE_BASE
                  && (byte == '%' || byte == '?' || byte == '#'));

    return apr_psprintf(pool, raw ? "%c" : "%%%02X", byte);
}

START_TEST(each_byte_is_escaped_where_it_may_not_stand_raw)
{
    static const ml_escape_e kinds[] = {ML_ESCAPE_PATH, ML_ESCAPE_BASE};
    char byte = (char)_i;
    int i;

    ck_assert_uint_eq(sizeof(path_table), 257);
    for (i = 0; i < N(kinds); i++) {
        ck_assert_str_eq(ml_text_escape(&byte, 1, kinds[i], pool),
                         expected_escape(_i, kinds[i]));
    }
}
END_TEST

START_TEST(a_text_is_escaped_to_its_length)
{
    char all[3 * 100];

    memset(all, ' ', sizeof(all));
    ck_assert_str_eq(ml_text_escape("", 0, ML_ESCAPE_PATH, pool), "");
    ck_assert_str_eq(ml_text_escape("a b/c", 3, ML_ESCAPE_PATH, pool), "a%20b");
    ck_assert_str_eq(ml_text_escape("100%?#", 6, ML_ESCAPE_PATH, pool),
                     "100%25%3F%23");
    ck_assert_str_eq(ml_text_escape("100%?#", 6, ML_ESCAPE_BASE, pool),
                     "100%?#");
    ck_assert_uint_eq(
        strlen(ml_text_escape(all, sizeof(all), ML_ESCAPE_BASE, pool)),
        3 * sizeof(all));
}
END_TEST

START_TEST(what_means_something_in_xml_is_escaped)
{
    const char *plain = "https://a.example/'%3C%22/";

    ck_assert_ptr_eq(ml_text_escape_xml(plain, pool), plain);
    ck_assert_str_eq(ml_text_escape_xml("", pool), "");
    ck_assert_str_eq(ml_text_escape_xml("&", pool), "&amp;");
    ck_assert_str_eq(ml_text_escape_xml("&a&&b&", pool),
                     "&amp;a&amp;&amp;b&amp;");
    ck_assert_str_eq(ml_text_escape_xml("&amp;", pool), "&amp;amp;");
    ck_assert_str_eq(ml_text_escape_xml("<a b=\"\xc3\xa4'\">", pool),
                     "&lt;a b=&quot;\xc3\xa4'&quot;&gt;");
}
END_TEST

/* --- comments ------------------------------------------------------------- */

static const struct {
    const char *text;
    const char *split;
} dashes[] = {
    {"", ""},
    {"-", "-"},
    {"--", "- -"},
    {"---", "- - -"},
    {"----", "- - - -"},
    {"a--b", "a- -b"},
    {"a-b-c", "a-b-c"},
    {"--a-- -", "- -a- - -"},
    {"-->", "- ->"},
    {"<!----", "<!- - - -"},
    {"-\n-", "-\n-"},
};

START_TEST(no_two_dashes_stand_together_in_a_comment)
{
    apr_size_t len = strlen(dashes[_i].text);
    const char *split = ml_text_split_dashes(dashes[_i].text, &len, pool);

    ck_assert_str_eq(unit_string(split, len), dashes[_i].split);
    ck_assert_ptr_null(strstr(unit_string(split, len), "--"));
    if (!strcmp(dashes[_i].text, dashes[_i].split)) {
        ck_assert_ptr_eq(split, dashes[_i].text);
    }
}
END_TEST

START_TEST(only_the_given_bytes_are_split)
{
    apr_size_t len = 2;

    ck_assert_str_eq(unit_string(ml_text_split_dashes("a--", &len, pool), len),
                     "a-");
}
END_TEST

/* --- clean ---------------------------------------------------------------- */

START_TEST(newlines_are_clean_only_between_lines)
{
    ck_assert(!ml_text_is_clean("a\nb", 3, ML_TEXT_LINE));
    ck_assert(ml_text_is_clean("a\nb", 3, ML_TEXT_LINES));
    ck_assert(!ml_text_is_clean("a\rb", 3, ML_TEXT_LINES));
    ck_assert(!ml_text_is_clean("a\tb", 3, ML_TEXT_LINES));
    ck_assert(!ml_text_is_clean("a\0b", 3, ML_TEXT_LINES));
    ck_assert(!ml_text_is_clean("\xef\xbf\xbf", 3, ML_TEXT_LINES));
}
END_TEST

START_TEST(a_character_is_clean_only_if_it_is_whole)
{
    static const char *const whole[] = {"\xc2\x80", "\xef\xbf\xbd",
                                        "\xf4\x8f\xbf\xbf"};
    int i;

    for (i = 0; i < N(whole); i++) {
        apr_size_t len = strlen(whole[i]);

        ck_assert(ml_text_is_clean(whole[i], len, ML_TEXT_LINE));
        while (--len > 0) {
            /* The bytes that follow would complete it. */
            ck_assert(!ml_text_is_clean(whole[i], len, ML_TEXT_LINE));
        }
        ck_assert(ml_text_is_clean(whole[i], 0, ML_TEXT_LINE));
    }
}
END_TEST

/* Bytes are looked at in runs. */
#define RUN 80

START_TEST(each_byte_is_judged_alike_wherever_it_stands)
{
    char text[RUN], c = (char)_i;
    int graphic = _i >= ' ' && _i <= '~', at;

    for (at = 0; at < RUN; at++) {
        memset(text, 'a', RUN);
        text[at] = c;
        ck_assert_int_eq(ml_text_is_clean(text, RUN, ML_TEXT_LINE), graphic);
        ck_assert_int_eq(ml_text_is_clean(text, RUN, ML_TEXT_LINES),
                         graphic || c == '\n');
        ck_assert(ml_text_is_clean(text, (apr_size_t)at, ML_TEXT_LINE));
    }
}
END_TEST

START_TEST(each_byte_that_is_escaped_is_found_where_it_stands)
{
    char text[64], c = (char)_i;
    int raw = strlen(ml_text_escape(&c, 1, ML_ESCAPE_BASE, pool)) == 1, at;

    for (at = 0; at < 64; at++) {
        apr_uint64_t bit = (apr_uint64_t)1 << at;

        memset(text, 'a', 64);
        text[at] = c;
        ck_assert_uint_eq(ml_text_find_escaped(text, 64), raw ? 0 : bit);
        ck_assert_uint_eq(ml_text_find_escaped(text, (apr_size_t)at), 0);
    }
}
END_TEST

/* --- lines ---------------------------------------------------------------- */

/* The finished line of `n` times `a` and a text. */
static const char *line_of(apr_size_t n, const char *text)
{
    ml_line_t *line = apr_palloc(pool, sizeof(*line));

    ml_line_start(line);
    while (n--) {
        ml_line_add(line, "a", 1);
    }
    ml_line_addv(line, text, NULL);
    ml_line_finish(line);
    return unit_string(line->bytes, line->len);
}

START_TEST(a_line_of_3900_bytes_is_whole)
{
    ck_assert_str_eq(line_of(0, ""), "\n");
    ck_assert_uint_eq(strlen(line_of(3899, "")), 3900);
    ck_assert_uint_eq(strlen(line_of(3900, "")), 3901);
    ck_assert_str_eq(line_of(3899, "b") + 3899, "b\n");
}
END_TEST

START_TEST(a_longer_line_keeps_3900_bytes_and_three_dots)
{
    ck_assert_str_eq(line_of(3900, "b") + 3899, "a...\n");
    ck_assert_str_eq(line_of(3899, "bc") + 3899, "b...\n");
    ck_assert_str_eq(line_of(10000, "b") + 3899, "a...\n");
    ck_assert_uint_eq(strlen(line_of(10000, "b")), 3904);
}
END_TEST

START_TEST(nothing_short_fills_what_was_cut)
{
    ml_line_t line;

    ml_line_start(&line);
    ml_line_add(&line, "a", 1);
    ml_line_add(&line, apr_pcalloc(pool, 5000), 5000);
    ml_line_add(&line, "b", 1);
    ck_assert_uint_eq(line.len, ML_LINE_MAX);
    ml_line_finish(&line);
    ck_assert_uint_eq(line.len, ML_LINE_MAX + 4);
    ck_assert_int_eq(line.bytes[ML_LINE_MAX - 1], '\0');
}
END_TEST

static const struct {
    const char *character;
    apr_size_t len;
} characters[] = {
    {"\xc3\xa4", 2},
    {"\xe2\x82\xac", 3},
    {"\xef\xbf\xbd", 3},
    {"\xf0\x9f\x98\x80", 4},
};

START_TEST(a_character_is_kept_whole_or_not_at_all)
{
    const char *character = characters[_i].character;
    apr_size_t len = characters[_i].len, inside;

    /* It ends with the last byte, and the next one goes. */
    ck_assert_str_eq(line_of(3900 - len, character) + 3900 - len,
                     apr_pstrcat(pool, character, "\n", NULL));
    ck_assert_str_eq(
        line_of(3900 - len, apr_pstrcat(pool, character, "b", NULL)) + 3900
            - len,
        apr_pstrcat(pool, character, "...\n", NULL));
    for (inside = 1; inside < len; inside++) {
        ck_assert_str_eq(line_of(3900 - inside, character) + 3899 - inside,
                         "a...\n");
    }
}
END_TEST

START_TEST(the_character_before_a_cut_one_stays)
{
    ck_assert_str_eq(line_of(3897, "\xc3\xa4\xe2\x82\xac") + 3897,
                     "\xc3\xa4...\n");
}
END_TEST

START_TEST(strings_are_added_in_their_order)
{
    ml_line_t line;

    ml_line_start(&line);
    ml_line_addv(&line, "a", "", "bc", NULL);
    ml_line_addv(&line, NULL);
    ml_line_addv(&line, "d", NULL);
    ml_line_finish(&line);
    ck_assert_str_eq(unit_string(line.bytes, line.len), "abcd\n");
}
END_TEST

/* --- numbers and times -----------------------------------------------------
 */

static const struct {
    const char *text;
    apr_uint64_t max;
    int is_number;
    apr_uint64_t number;
} numbers[] = {
    {"0", 0, 1, 0},
    {"7", 9, 1, 7},
    {"007", 9, 1, 7},
    {"9999", 9999, 1, 9999},
    {"10000", 9999, 0, 0},
    {"1", 0, 0, 0},
    {"9", 8, 0, 0},
    {"18446744073709551615", APR_UINT64_MAX, 1, APR_UINT64_MAX},
    {"18446744073709551616", APR_UINT64_MAX, 0, 0},
    {"18446744073709551615", APR_UINT64_MAX - 1, 0, 0},
    {"99999999999999999999999", APR_UINT64_MAX, 0, 0},
    {"", 9, 0, 0},
    {"-1", 9, 0, 0},
    {"+1", 9, 0, 0},
    {" 1", 9, 0, 0},
    {"1 ", 9, 0, 0},
    {"1a", 9, 0, 0},
    {"0x1", 9, 0, 0},
    {"1.0", 99, 0, 0},
};

START_TEST(a_number_is_digits_up_to_its_maximum)
{
    apr_uint64_t number = 4711;

    ck_assert_int_eq(ml_text_number(&number, numbers[_i].text, numbers[_i].max),
                     numbers[_i].is_number);
    ck_assert_uint_eq(number,
                      numbers[_i].is_number ? numbers[_i].number : 4711);
}
END_TEST

START_TEST(a_time_is_written_in_utc)
{
    ck_assert_str_eq(ml_text_iso_time(0, pool), "1970-01-01T00:00:00Z");
    ck_assert_str_eq(ml_text_iso_time(1795514400, pool),
                     "2026-11-24T10:00:00Z");
    ck_assert_str_eq(ml_text_iso_time(951782399, pool), "2000-02-28T23:59:59Z");
    ck_assert_str_eq(ml_text_iso_time(951782400, pool), "2000-02-29T00:00:00Z");
    ck_assert_str_eq(ml_text_iso_time(APR_INT64_C(253402300799), pool),
                     "9999-12-31T23:59:59Z");
}
END_TEST

/* --- blanks ----------------------------------------------------------------
 */

/* White_Space of PropList.txt; U+0085 and what follows it, as UTF-8. */
static const char *const blanks[] = {
    " ",
    "\t",
    "\n",
    "\v",
    "\f",
    "\r",
    "\x7f",
    "\x01",
    "\x1f",
    "\xc2\x85",
    "\xc2\xa0",
    "\xe1\x9a\x80",
    "\xe2\x80\x80",
    "\xe2\x80\x81",
    "\xe2\x80\x82",
    "\xe2\x80\x83",
    "\xe2\x80\x84",
    "\xe2\x80\x85",
    "\xe2\x80\x86",
    "\xe2\x80\x87",
    "\xe2\x80\x88",
    "\xe2\x80\x89",
    "\xe2\x80\x8a",
    "\xe2\x80\xa8",
    "\xe2\x80\xa9",
    "\xe2\x80\xaf",
    "\xe2\x81\x9f",
    "\xe3\x80\x80",
};

static const char *trimmed(const char *text, apr_size_t len)
{
    ml_text_trim(&text, &len);
    return unit_string(text, len);
}

START_TEST(blanks_are_trimmed_at_both_ends)
{
    const char *blank = blanks[_i];
    const char *text = apr_pstrcat(pool, blank, " ", blank, "a", blank, "b",
                                   blank, "\t", blank, NULL);
    const char *rest = apr_pstrcat(pool, "a", blank, "b", NULL);

    ck_assert_str_eq(trimmed(text, strlen(text)), rest);
    ck_assert_str_eq(trimmed(rest, strlen(rest)), rest);
    ck_assert_str_eq(trimmed(blank, strlen(blank)), "");
    ck_assert_uint_eq(ml_text_word_len(rest, strlen(rest)), 1);
}
END_TEST

/* Beside the blanks, cut ones, and characters that end as they do. */
static const char *const no_blanks[] = {
    "",
    "!",
    "~",
    "\xc2\x84",
    "\xc2\x86",
    "\xc2\x9f",
    "\xc2\xa1",
    "\xc2",
    "\xa0",
    "\xc3\xa0",
    "\xe1\x9a\x81",
    "\xe1\xa0\x8e",
    "\xe2\x80\x8b",
    "\xe2\x80\xa7",
    "\xe2\x80\xaa",
    "\xe2\x80\xb0",
    "\xe2\x81\xa0",
    "\xe3\x80\x81",
    "\xef\xbb\xbf",
    "\xe2\x80",
    "\xe3\x80",
};

START_TEST(nothing_else_is_trimmed)
{
    const char *text = no_blanks[_i];

    ck_assert_str_eq(trimmed(text, strlen(text)), text);
    ck_assert_uint_eq(ml_text_word_len(text, strlen(text)), strlen(text));
}
END_TEST

START_TEST(only_the_given_bytes_are_trimmed)
{
    ck_assert_str_eq(trimmed(" a \xe2\x80\x80", 4), "a \xe2");
    ck_assert_str_eq(trimmed("\0a\0", 3), "a");
    ck_assert_uint_eq(ml_text_word_len("ab\xc2\xa0", 3), 3);
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("text");

    tcase_add_loop_test(tests, each_byte_is_escaped_where_it_may_not_stand_raw,
                        0, 256);
    tcase_add_test(tests, a_text_is_escaped_to_its_length);
    tcase_add_test(tests, what_means_something_in_xml_is_escaped);
    tcase_add_loop_test(tests, no_two_dashes_stand_together_in_a_comment, 0,
                        N(dashes));
    tcase_add_test(tests, only_the_given_bytes_are_split);
    tcase_add_test(tests, newlines_are_clean_only_between_lines);
    tcase_add_test(tests, a_character_is_clean_only_if_it_is_whole);
    tcase_add_loop_test(tests, each_byte_is_judged_alike_wherever_it_stands, 0,
                        256);
    tcase_add_loop_test(
        tests, each_byte_that_is_escaped_is_found_where_it_stands, 0, 256);
    tcase_add_test(tests, a_line_of_3900_bytes_is_whole);
    tcase_add_test(tests, a_longer_line_keeps_3900_bytes_and_three_dots);
    tcase_add_test(tests, nothing_short_fills_what_was_cut);
    tcase_add_loop_test(tests, a_character_is_kept_whole_or_not_at_all, 0,
                        N(characters));
    tcase_add_test(tests, the_character_before_a_cut_one_stays);
    tcase_add_test(tests, strings_are_added_in_their_order);
    tcase_add_loop_test(tests, a_number_is_digits_up_to_its_maximum, 0,
                        N(numbers));
    tcase_add_test(tests, a_time_is_written_in_utc);
    tcase_add_loop_test(tests, blanks_are_trimmed_at_both_ends, 0, N(blanks));
    tcase_add_loop_test(tests, nothing_else_is_trimmed, 0, N(no_blanks));
    tcase_add_test(tests, only_the_given_bytes_are_trimmed);
    return unit_run("text", tests);
}
