/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of countries and continents, and numbers as people read them.
 */
#include "ml_human.h"
#include "ml_names.h"
#include "unit.h"

static void expect(const char *name, const char *expected)
{
    if (expected) {
        ck_assert_ptr_nonnull(name);
        ck_assert_str_eq(name, expected);
    }
    else {
        ck_assert_ptr_null(name);
    }
}

static const struct {
    const char *code;
    const char *country;
    const char *continent;
} names[] = {
    {"AD", "Andorra", NULL},
    {"AF", "Afghanistan", "Africa"},
    {"DE", "Germany", NULL},
    {"EU", NULL, "Europe"},
    {"SA", "Saudi Arabia", "South America"},
    {"ZW", "Zimbabwe", NULL},
    {"de", NULL, NULL},
    {"D", NULL, NULL},
    {"DEU", NULL, NULL},
    {"A1", NULL, NULL},
    {"ZZ", NULL, NULL},
    {"", NULL, NULL},
};

START_TEST(a_code_stands_for_a_name_or_for_none)
{
    const char *code = names[_i].code;

    expect(ml_names_country(code, strlen(code)), names[_i].country);
    expect(ml_names_continent(code, strlen(code)), names[_i].continent);
}
END_TEST

/* A code out of order would not be found. */
START_TEST(every_country_is_found)
{
    char code[3] = "";
    int n = 0;

    for (code[0] = 'A'; code[0] <= 'Z'; code[0]++) {
        for (code[1] = 'A'; code[1] <= 'Z'; code[1]++) {
            n += ml_names_country(code, 2) != NULL;
        }
    }
    ck_assert_int_eq(n, 250);
}
END_TEST

static const struct {
    apr_int64_t seconds;
    const char *text;
} durations[] = {
    {0, "0 s"},         {59, "59 s"},          {60, "1 min"},
    {61, "1 min 1 s"},  {3599, "59 min 59 s"}, {3600, "1 h"},
    {3659, "1 h"},      {3660, "1 h 1 min"},   {86400, "1 d"},
    {90000, "1 d 1 h"}, {8640000, "100 d"},    {-3660, "-1 h 1 min"},
};

START_TEST(a_time_has_its_two_largest_units)
{
    ck_assert_str_eq(ml_human_duration(durations[_i].seconds, pool),
                     durations[_i].text);
}
END_TEST

START_TEST(digits_are_grouped)
{
    ck_assert_str_eq(ml_human_number(0, pool), "0");
    ck_assert_str_eq(ml_human_number(999, pool), "999");
    ck_assert_str_eq(ml_human_number(1000, pool), "1,000");
    ck_assert_str_eq(ml_human_number(APR_UINT64_MAX, pool),
                     "18,446,744,073,709,551,615");
}
END_TEST

START_TEST(bytes_have_a_unit)
{
    ck_assert_str_eq(ml_human_bytes(999, pool), "999 bytes");
    ck_assert_str_eq(ml_human_bytes(1000, pool), "1.0 kB");
    ck_assert_str_eq(ml_human_bytes(40400000, pool), "40.4 MB");
    ck_assert_str_eq(ml_human_bytes(APR_UINT64_MAX, pool), "18.4 EB");
}
END_TEST

START_TEST(a_date_is_in_utc)
{
    ck_assert_str_eq(ml_human_date(1795514400, pool),
                     "2026-11-24 10:00:00 UTC");
    ck_assert_str_eq(ml_human_date(APR_INT64_C(253402300799), pool),
                     "9999-12-31 23:59:59 UTC");
}
END_TEST

START_TEST(a_time_of_no_calendar_is_told_in_seconds)
{
    ck_assert_str_eq(ml_human_date(APR_INT64_C(253402300800), pool),
                     "253402300800 s after 1970");
    ck_assert_str_eq(ml_human_date(APR_INT64_MAX, pool),
                     "9223372036854775807 s after 1970");
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("names");

    tcase_add_loop_test(tests, a_code_stands_for_a_name_or_for_none, 0,
                        N(names));
    tcase_add_test(tests, every_country_is_found);
    tcase_add_loop_test(tests, a_time_has_its_two_largest_units, 0,
                        N(durations));
    tcase_add_test(tests, digits_are_grouped);
    tcase_add_test(tests, bytes_have_a_unit);
    tcase_add_test(tests, a_date_is_in_utc);
    tcase_add_test(tests, a_time_of_no_calendar_is_told_in_seconds);
    return unit_run("names", tests);
}
