/* SPDX-License-Identifier: Apache-2.0
 *
 * The form of a query: what is refused as a whole, how it is decoded, and
 * which piece wins.  What parameters mean to an answer is not known here.
 */
#include <string.h>

#include "ml_query.h"
#include "unit.h"

static ml_query_t query;

static void expect_refused(const char *args, ml_refusal_e reason)
{
    ml_refusal_e refusal = ml_query_parse(&query, args, pool);

    ck_assert_msg(refusal == reason, "'%s' gave refusal %d", args, refusal);
}

static void expect_taken(const char *args)
{
    expect_refused(args, ML_REFUSAL_NONE);
}

/* --- refusals ------------------------------------------------------------- */

static const char *const broken_escapes[] = {
    "path=%",     "path=%4",  "path=%4g",  "path=%g4",    "path=% 41",
    "path=%%41",  "path=a%",  "path=%-1",  "%=1",         "%4=1",
    "x%zz=1",     "%&path=a", "path=%4&1", "path=%u0041", "path=a&unknown=%",
    "path=%C3%A", "path=%:0", "path=%0x",  "path=%@1",    "path=%1`",
    "path=%1/",
};

START_TEST(a_broken_escape_refuses_the_query)
{
    expect_refused(broken_escapes[_i], ML_REFUSAL_ESCAPE);
}
END_TEST

static const char *const unclean[] = {
    /* control bytes, raw and decoded */
    "path=\x01",
    "path=%00",
    "path=a%00b",
    "path=%1f",
    "path=%7F",
    "path=%0A",
    "path=%09",
    "path=\x7f",
    "%0d=1",
    "unknown=%0a",
    "path=a&%01",
    "path=%1F%20",
    /* no character begins or ends like this */
    "path=%80",
    "path=%bf",
    "path=%c0%80",
    "path=%c1%bf",
    "path=%fe",
    "path=%ff",
    "path=%f5%80%80%80",
    "path=%f8%88%80%80%80",
    "path=%c3",
    "path=%c3a",
    "path=%c3%c3",
    "path=%e2%82",
    "path=%e2%82a",
    "path=%e2a%ac",
    "path=%f0%9f%98",
    "path=%f0%9f%98a",
    "path=%f0a%98%80",
    "path=%f0%9fa%80",
    "path=%c3&x=%a4",
    /* overlong */
    "path=%c1%81",
    "path=%e0%80%af",
    "path=%e0%9f%bf",
    "path=%f0%80%80%af",
    "path=%f0%8f%bf%bf",
    /* surrogates, and past the last character */
    "path=%ed%a0%80",
    "path=%ed%bf%bf",
    "path=%f4%90%80%80",
    /* U+FFFE, U+FFFF: XML has no place for them */
    "path=%ef%bf%be",
    "path=%ef%bf%bf",
    "x=\xef\xbf\xbf",
};

START_TEST(what_is_no_clean_utf8_refuses_the_query)
{
    expect_refused(unclean[_i], ML_REFUSAL_BYTES);
}
END_TEST

static const char *const clean[] = {
    "%20",
    "%7e",
    "%c2%80",
    "%df%bf",
    "%e0%a0%80",
    "%ed%9f%bf",
    "%ee%80%80",
    "%ef%bf%bd",
    "%f0%90%80%80",
    "%f4%8f%bf%bf",
    "%f0%9f%bf%bf",
    "%ef%be%bf",
    "\xc3\xa4\xf0\x9f\x98\x80",
    "%c3\xa4",
    "\xc3%a4",
};

START_TEST(the_first_and_last_characters_of_each_length_are_taken)
{
    expect_taken(apr_pstrcat(pool, "path=a", clean[_i], "a", NULL));
    expect_taken(apr_pstrcat(pool, clean[_i], "=1", NULL));
}
END_TEST

START_TEST(unknown_names_must_be_clean_too)
{
    expect_taken("countme=1&infra=stock&content=%20");
    expect_refused("path=a&countme=%zz", ML_REFUSAL_ESCAPE);
    expect_refused("path=a&%c3=1", ML_REFUSAL_BYTES);
}
END_TEST

static const char *pieces(int n, const char *piece)
{
    const char *args = "path=a";

    while (--n > 0) {
        args = apr_pstrcat(pool, args, "&", piece, NULL);
    }
    return args;
}

START_TEST(a_query_has_at_most_64_pieces)
{
    expect_taken(pieces(64, "x"));
    ck_assert_str_eq(query.path, "a");
    expect_refused(pieces(65, "x"), ML_REFUSAL_PIECES);
    expect_refused(pieces(65, "="), ML_REFUSAL_PIECES);
    expect_refused(pieces(65, "path=b"), ML_REFUSAL_PIECES);
    expect_refused(pieces(1000, "x=1"), ML_REFUSAL_PIECES);
}
END_TEST

START_TEST(empty_pieces_do_not_count)
{
    expect_taken(pieces(200, ""));
    expect_taken("&&&path=a&&&&repo=b&&");
    ck_assert_str_eq(query.path, "a");
    ck_assert_str_eq(query.repo, "b");
    expect_taken(apr_pstrcat(pool, pieces(64, "x"), "&&&", NULL));
    expect_taken(apr_pstrcat(pool, pieces(200, ""), "&repo=b", NULL));
}
END_TEST

static const char *run_of(const char *text, int n)
{
    apr_size_t len = strlen(text);
    char *run = apr_palloc(pool, len * (apr_size_t)n + 1), *out = run;

    while (n--) {
        memcpy(out, text, len);
        out += len;
    }
    *out = '\0';
    return run;
}

START_TEST(a_name_or_value_has_at_most_2048_bytes)
{
    expect_taken(apr_pstrcat(pool, "path=", run_of("a", 2048), NULL));
    ck_assert_uint_eq(strlen(query.path), 2048);
    expect_refused(apr_pstrcat(pool, "path=", run_of("a", 2049), NULL),
                   ML_REFUSAL_LENGTH);
    expect_taken(apr_pstrcat(pool, run_of("a", 2048), "=1", NULL));
    expect_refused(apr_pstrcat(pool, run_of("a", 2049), "=1", NULL),
                   ML_REFUSAL_LENGTH);
    expect_refused(apr_pstrcat(pool, run_of("a", 2049), NULL),
                   ML_REFUSAL_LENGTH);
    expect_refused(apr_pstrcat(pool, "x=", run_of("a", 2049), NULL),
                   ML_REFUSAL_LENGTH);
}
END_TEST

START_TEST(bytes_are_counted_decoded_and_not_yet_trimmed)
{
    expect_taken(apr_pstrcat(pool, "path=", run_of("%61", 2048), NULL));
    ck_assert_uint_eq(strlen(query.path), 2048);
    expect_refused(apr_pstrcat(pool, "path=", run_of("%61", 2049), NULL),
                   ML_REFUSAL_LENGTH);
    expect_taken(apr_pstrcat(pool, "path=", run_of("%C3%A4", 1024), NULL));
    expect_refused(
        apr_pstrcat(pool, "path=", run_of("%C3%A4", 1024), "a", NULL),
        ML_REFUSAL_LENGTH);
    expect_taken(apr_pstrcat(pool, "path=a", run_of(" ", 2047), NULL));
    expect_refused(apr_pstrcat(pool, "path=a", run_of(" ", 2048), NULL),
                   ML_REFUSAL_LENGTH);
}
END_TEST

START_TEST(the_first_reason_counts_and_what_can_be_read_is)
{
    expect_refused("format=json&x=%zz&path=%00", ML_REFUSAL_ESCAPE);
    ck_assert_str_eq(query.format, "json");
    ck_assert_ptr_null(query.path);
    expect_refused("path=%00&%zz&redirect&format=json&path=a",
                   ML_REFUSAL_BYTES);
    ck_assert_str_eq(query.format, "json");
    ck_assert_str_eq(query.path, "a");
    ck_assert_int_eq(query.redirect, 1);
    expect_refused(apr_pstrcat(pool, pieces(64, "x"), "&format=json&%zz", NULL),
                   ML_REFUSAL_PIECES);
}
END_TEST

START_TEST(without_a_query_everything_is_absent)
{
    static const char *const none[] = {NULL, "", "&", "&&&"};
    const ml_query_t absent = {0};
    int i;

    for (i = 0; i < N(none); i++) {
        memset(&query, 0xff, sizeof(query));
        expect_taken(none[i]);
        ck_assert_mem_eq(&query, &absent, sizeof(query));
    }
}
END_TEST

/* --- spelling ---------------------------------------------------------------
 */

typedef struct {
    const char *args;
    const char *path; /* NULL: absent */
} case_t;

static const case_t spellings[] = {
    {"path=a", "a"},
    {"path=", ""},
    {"path", ""},
    {"path=a=b", "a=b"},
    {"path==", "="},
    {"path=%3d%26", "=&"},
    /* decoded exactly once, in either case */
    {"path=%41%5A%5a", "AZZ"},
    {"path=%2541", "%41"},
    {"path=a%2Fb%2fc", "a/b/c"},
    /* a plus is a plus */
    {"path=libstdc++", "libstdc++"},
    {"path=libstdc%2B%2b", "libstdc++"},
    {"path=a+b", "a+b"},
    {"path=+", "+"},
    /* blanks around a value, not inside, and no other white space */
    {"path=%20a%20", "a"},
    {"path= a b  ", "a b"},
    {"path=%20%20", ""},
    {"path=\xc2\xa0"
     "a",
     "\xc2\xa0"
     "a"},
    /* names: decoded, in their case, not trimmed */
    {"%70ath=a", "a"},
    {"p%61%74h", ""},
    {"path%3D=a", NULL},
    {"path%3Da", NULL},
    {"PATH=a", NULL},
    {"Path=a", NULL},
    {"path =a", NULL},
    {" path=a", NULL},
    {"%20path=a", NULL},
    {"+path=a", NULL},
    {"paths=a", NULL},
    {"pat=a", NULL},
    {"=path", NULL},
    {"=", NULL},
    /* the last duplicate wins, be it empty or spelled otherwise */
    {"path=a&path=b", "b"},
    {"path=a&path=", ""},
    {"path=a&path", ""},
    {"path=a&%70ath=b&PATH=c", "b"},
    {"path=a;path=b", "a;path=b"},
};

START_TEST(a_value_is_spelled)
{
    const case_t *c = &spellings[_i];

    expect_taken(c->args);
    if (!c->path) {
        ck_assert_msg(!query.path, "'%s' gave '%s'", c->args, query.path);
        return;
    }
    ck_assert_msg(query.path != NULL, "'%s' gave nothing", c->args);
    ck_assert_str_eq(query.path, c->path);
}
END_TEST

START_TEST(each_name_has_its_own_place)
{
    expect_taken("path=1&repo=2&arch=3&country=4&ip=5&netblock=6&protocol=7"
                 "&location=8&version=9&redirect=0&time=0&cc=10"
                 "&exclude_country=11&fallback=12&limit=13&ipv=14&format=15"
                 "&host=16&endpoint=17");
    ck_assert_str_eq(query.path, "1");
    ck_assert_str_eq(query.repo, "2");
    ck_assert_str_eq(query.arch, "3");
    ck_assert_str_eq(query.country, "4");
    ck_assert_str_eq(query.ip, "5");
    ck_assert_str_eq(query.netblock, "6");
    ck_assert_str_eq(query.protocol, "7");
    ck_assert_str_eq(query.location, "8");
    ck_assert_str_eq(query.version, "9");
    ck_assert_str_eq(query.exclude_country, "11");
    ck_assert_str_eq(query.fallback, "12");
    ck_assert_str_eq(query.limit, "13");
    ck_assert_str_eq(query.ipv, "14");
    ck_assert_str_eq(query.format, "15");
    ck_assert_str_eq(query.host, "16");
    ck_assert_str_eq(query.endpoint, "17");
    ck_assert_int_eq(query.redirect, 1);
    ck_assert_int_eq(query.time, 1);
}
END_TEST

START_TEST(an_empty_value_is_absent_only_where_it_says_nothing)
{
    expect_taken("path=&repo&arch=%20&ip=&protocol=%20&version&netblock=&"
                 "location=&country=&redirect=&time&exclude_country=%20,&"
                 "fallback=&limit=%20&ipv=&format&host=&endpoint");
    ck_assert_str_eq(query.path, "");
    ck_assert_str_eq(query.repo, "");
    ck_assert_str_eq(query.arch, "");
    ck_assert_str_eq(query.netblock, "");
    ck_assert_str_eq(query.location, "");
    ck_assert_str_eq(query.fallback, "");
    ck_assert_ptr_null(query.ip);
    ck_assert_ptr_null(query.protocol);
    ck_assert_ptr_null(query.version);
    ck_assert_ptr_null(query.country);
    ck_assert_ptr_null(query.exclude_country);
    ck_assert_ptr_null(query.limit);
    ck_assert_ptr_null(query.ipv);
    ck_assert_ptr_null(query.format);
    ck_assert_ptr_null(query.host);
    ck_assert_ptr_null(query.endpoint);
    ck_assert_int_eq(query.redirect, 1);
    ck_assert_int_eq(query.time, 1);
}
END_TEST

START_TEST(an_empty_last_duplicate_takes_the_value_away)
{
    expect_taken("ip=1&ip=&protocol=http&protocol&version=4&version=%20");
    ck_assert_ptr_null(query.ip);
    ck_assert_ptr_null(query.protocol);
    ck_assert_ptr_null(query.version);
}
END_TEST

START_TEST(a_protocol_without_items_is_there)
{
    expect_taken("protocol=,");
    ck_assert_str_eq(query.protocol, ",");
}
END_TEST

START_TEST(cc_stands_in_where_country_is_absent)
{
    static const case_t cases[] = {
        {"cc=DE", "DE"},
        {"cc=DE&country=FR", "FR"},
        {"country=FR&cc=DE", "FR"},
        {"country=&cc=DE", "DE"},
        {"country=,%20,&cc=DE", "DE"},
        {"country=FR&country=&cc=DE", "DE"},
        {"cc=DE&cc=", NULL},
        {"cc=,", NULL},
        {"country=%20,,%20", NULL},
        {"country=,FR", ",FR"},
        {"CC=DE", NULL},
    };
    int i;

    for (i = 0; i < N(cases); i++) {
        expect_taken(cases[i].args);
        if (cases[i].path) {
            ck_assert_ptr_nonnull(query.country);
            ck_assert_str_eq(query.country, cases[i].path);
        }
        else {
            ck_assert_msg(!query.country, "%s: %s", cases[i].args,
                          query.country);
        }
    }
}
END_TEST

/* --- lists
 * -------------------------------------------------------------------- */

static const struct {
    const char *list;
    const char *items; /* each in brackets */
} lists[] = {
    {"", ""},
    {",", ""},
    {" , ,, ", ""},
    {"a", "[a]"},
    {"a,b", "[a][b]"},
    {" a ,  b ", "[a][b]"},
    {",,a,,b,,", "[a][b]"},
    {"a b , c", "[a b][c]"},
    {"a,a,A", "[a][a][A]"},
    {"a ", "[a]"},
    {"a  ,", "[a]"},
    {"a;b", "[a;b]"},
    {"\xc2\xa0,\xc3\xa4", "[\xc2\xa0][\xc3\xa4]"},
};

START_TEST(a_list_is_its_trimmed_items_without_the_empty_ones)
{
    const char *rest = lists[_i].list, *item, *items = "";
    apr_size_t len;

    while ((item = ml_query_item(&rest, &len))) {
        items =
            apr_pstrcat(pool, items, "[", unit_string(item, len), "]", NULL);
    }
    ck_assert_str_eq(items, lists[_i].items);
}
END_TEST

static const struct {
    const char *args;
    const char *question;
    const char *explanation;
} questions[] = {
    {NULL, "", ""},
    {"", "", ""},
    {"a=1", "a=1", ""},
    {"host=a", "", "host=a"},
    {"host=a&b=2&format=json&c=3&endpoint=x", "b=2&c=3",
     "host=a&format=json&endpoint=x"},
    {"&a=1&&b=2&", "&a=1&&b=2&", ""},
    {"format=json&&b=2", "&b=2", "format=json"},
    {"%66ormat=x&hos%74", "", "%66ormat=x&hos%74"},
    {"Host=a&hosts=b&%48ost=c", "Host=a&hosts=b&%48ost=c", ""},
    {"host%00=a&%zzhost=b&host%ff", "host%00=a&%zzhost=b&host%ff", ""},
    {"host=%zz&a=%zz&host=b&host", "a=%zz", "host=%zz&host=b&host"},
    {"a=host=b", "a=host=b", ""},
    {"host==b", "", "host==b"},
};

START_TEST(a_question_is_what_is_not_of_its_explanation)
{
    const char *explanation;

    ck_assert_str_eq(ml_query_question(&explanation, questions[_i].args, pool),
                     questions[_i].question);
    ck_assert_str_eq(explanation, questions[_i].explanation);
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("query");

    tcase_add_loop_test(tests, a_broken_escape_refuses_the_query, 0,
                        N(broken_escapes));
    tcase_add_loop_test(tests, what_is_no_clean_utf8_refuses_the_query, 0,
                        N(unclean));
    tcase_add_loop_test(tests,
                        the_first_and_last_characters_of_each_length_are_taken,
                        0, N(clean));
    tcase_add_test(tests, unknown_names_must_be_clean_too);
    tcase_add_test(tests, a_query_has_at_most_64_pieces);
    tcase_add_test(tests, empty_pieces_do_not_count);
    tcase_add_test(tests, a_name_or_value_has_at_most_2048_bytes);
    tcase_add_test(tests, bytes_are_counted_decoded_and_not_yet_trimmed);
    tcase_add_test(tests, the_first_reason_counts_and_what_can_be_read_is);
    tcase_add_test(tests, without_a_query_everything_is_absent);
    tcase_add_loop_test(tests, a_value_is_spelled, 0, N(spellings));
    tcase_add_test(tests, each_name_has_its_own_place);
    tcase_add_test(tests, an_empty_value_is_absent_only_where_it_says_nothing);
    tcase_add_test(tests, an_empty_last_duplicate_takes_the_value_away);
    tcase_add_test(tests, a_protocol_without_items_is_there);
    tcase_add_test(tests, cc_stands_in_where_country_is_absent);
    tcase_add_loop_test(
        tests, a_list_is_its_trimmed_items_without_the_empty_ones, 0, N(lists));
    tcase_add_loop_test(tests, a_question_is_what_is_not_of_its_explanation, 0,
                        N(questions));
    return unit_run("query", tests);
}
