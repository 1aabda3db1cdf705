/* SPDX-License-Identifier: Apache-2.0
 *
 * The bytes of JSON: commas, quotes, escapes.
 */
#include <string.h>

#include "ml_json.h"
#include "unit.h"

static const char *out;

static void put(void *baton, const char *text, apr_size_t len)
{
    out = apr_pstrcat(pool, out, unit_string(text, len), NULL);
}

static ml_json_t json;

static void set_up(void)
{
    json = (ml_json_t)ML_JSON(put, NULL);
    out = "";
}

START_TEST(members_have_commas_between_them)
{
    ml_json_open(&json, NULL, '{');
    ml_json_number(&json, "a", 1);
    ml_json_open(&json, "b", '[');
    ml_json_close(&json, ']');
    ml_json_open(&json, "c", '[');
    ml_json_open(&json, NULL, '{');
    ml_json_close(&json, '}');
    ml_json_text(&json, NULL, "x");
    ml_json_text(&json, NULL, "");
    ml_json_close(&json, ']');
    ml_json_truth(&json, "d", 1);
    ml_json_truth(&json, "e", 0);
    ml_json_text(&json, "f", NULL);
    ml_json_raw(&json, "g", "0.25");
    ml_json_close(&json, '}');
    ck_assert_str_eq(out, "{\"a\":1,\"b\":[],\"c\":[{},\"x\",\"\"],\"d\":true,"
                          "\"e\":false,\"f\":null,\"g\":0.25}");
}
END_TEST

START_TEST(numbers_have_all_their_digits)
{
    ml_json_open(&json, NULL, '[');
    ml_json_number(&json, NULL, 0);
    ml_json_number(&json, NULL, APR_INT64_MAX);
    ml_json_number(&json, NULL, APR_INT64_MIN);
    ml_json_close(&json, ']');
    ck_assert_str_eq(out, "[0,9223372036854775807,-9223372036854775808]");
}
END_TEST

/* What a byte of a text becomes. */
static const char *escaped(int byte)
{
    if (byte == '"' || byte == '\\') {
        return apr_psprintf(pool, "\\%c", byte);
    }
    return apr_psprintf(pool, byte < 0x20 ? "\\u%04x" : "%c", byte);
}

START_TEST(of_ascii_only_what_must_be_is_escaped)
{
    char text[] = {'a', (char)_i, 'b'};

    if (_i == 0x7f) {
        return; /* no text of an answer has it */
    }
    ml_json_bytes(&json, NULL, text, 3);
    ck_assert_str_eq(out, apr_pstrcat(pool, "\"a", escaped(_i), "b\"", NULL));
}
END_TEST

START_TEST(utf8_stands_as_it_is)
{
    const char *text = "\xc3\xa4</script>&'\xe2\x80\xa8\xf0\x9f\x98\x80\n";

    ml_json_text(&json, NULL, text);
    ck_assert_str_eq(out, "\"\xc3\xa4</script>&'\xe2\x80\xa8\xf0\x9f\x98\x80"
                          "\\u000a\"");
}
END_TEST

START_TEST(bytes_that_are_not_utf8_become_characters)
{
    ml_json_bytes(&json, NULL, "a\xff\"\xc3", 4);
    ck_assert_str_eq(out, "\"a\\u00ff\\\"\\u00c3\"");
}
END_TEST

START_TEST(only_the_given_bytes_are_written)
{
    ml_json_bytes(&json, NULL, "\"abc", 2);
    ck_assert_str_eq(out, "\"\\\"a\"");
    set_up();
    ml_json_bytes(&json, NULL, "abc", 0);
    ck_assert_str_eq(out, "\"\"");
}
END_TEST

START_TEST(names_are_escaped_too)
{
    ml_json_open(&json, NULL, '{');
    ml_json_number(&json, "a\"b", 1);
    ml_json_close(&json, '}');
    ck_assert_str_eq(out, "{\"a\\\"b\":1}");
}
END_TEST

START_TEST(an_empty_label_is_null)
{
    const ml_cache_t cache = {.text = "xab"};

    ml_json_open(&json, NULL, '[');
    ml_json_label(&json, NULL, &cache, (ml_text_rec){1, 2});
    ml_json_label(&json, NULL, &cache, (ml_text_rec){1, 0});
    ml_json_close(&json, ']');
    ck_assert_str_eq(out, "[\"ab\",null]");
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("json");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, members_have_commas_between_them);
    tcase_add_test(tests, numbers_have_all_their_digits);
    tcase_add_loop_test(tests, of_ascii_only_what_must_be_is_escaped, 0, 0x80);
    tcase_add_test(tests, utf8_stands_as_it_is);
    tcase_add_test(tests, bytes_that_are_not_utf8_become_characters);
    tcase_add_test(tests, only_the_given_bytes_are_written);
    tcase_add_test(tests, names_are_escaped_too);
    tcase_add_test(tests, an_empty_label_is_null);
    return unit_run("json", tests);
}
