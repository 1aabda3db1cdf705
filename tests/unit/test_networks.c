/* SPDX-License-Identifier: Apache-2.0
 *
 * The lines of the text files about networks.  What comes out of a reader is
 * collected as one text, so that a test reads like its file.
 */
#include <string.h>

#include "apr_file_io.h"

#include "networks.h"
#include "unit.h"

static report_t *report;
static char *found;

static void set_up(void)
{
    report = report_create(REPORT_QUIET, pool);
    found = apr_pstrdup(pool, "");
}

static const char *file_of(const char *bytes, apr_size_t len)
{
    char *path = apr_pstrcat(pool, unit_folder, "/file.XXXXXX", NULL);
    apr_file_t *file;

    /* Deleted when the pool ends. */
    ck_assert_int_eq(apr_file_mktemp(&file, path, 0, pool), APR_SUCCESS);
    ck_assert_int_eq(apr_file_write_full(file, bytes, len, NULL), APR_SUCCESS);
    return path;
}

static void add_asn(void *baton, const network_t *network, apr_uint32_t asn)
{
    char address[ML_ADDRESS_TEXT_LEN];

    (void)baton;
    ml_address_format(address, &network->first);
    found = apr_psprintf(pool, "%s%s/%d %u\n", found, address, network->length,
                         asn);
}

static void add_continent(void *baton, const char *country,
                          const char *continent)
{
    (void)baton;
    found = apr_psprintf(pool, "%s[%s] [%s]\n", found, country, continent);
}

static const char *read_asns(const char *text, apr_size_t len)
{
    return networks_read_asns(file_of(text, len), 0, add_asn, NULL, report,
                              pool);
}

static void expect_asns(const char *text, const char *expected, int skipped)
{
    apr_uint64_t before = report_skipped(report);

    *found = '\0';
    ck_assert_ptr_null(read_asns(text, strlen(text)));
    ck_assert_str_eq(found, expected);
    ck_assert_uint_eq(report_skipped(report) - before, skipped);
}

static void expect_continents(const char *text, const char *expected,
                              int skipped)
{
    apr_uint64_t before = report_skipped(report);

    *found = '\0';
    ck_assert_ptr_null(networks_read_continents(
        file_of(text, strlen(text)), add_continent, NULL, report, pool));
    ck_assert_str_eq(found, expected);
    ck_assert_uint_eq(report_skipped(report) - before, skipped);
}

START_TEST(comments_and_blank_lines_of_the_routing_table_mean_nothing)
{
    expect_asns("", "", 0);
    expect_asns("\n \t\n# 192.0.2.0/24 1\n  # 2\n\r\n", "", 0);
    expect_asns("192.0.2.0/24 1\n\n2001:db8::/32\t2",
                "192.0.2.0/24 1\n2001:db8::/32 2\n", 0);
    expect_asns("192.0.2.0/24 1\r\n192.0.2.0/25 2\r\n",
                "192.0.2.0/24 1\n192.0.2.0/25 2\n", 0);
}
END_TEST

START_TEST(what_follows_the_asn_is_ignored)
{
    expect_asns(" 192.0.2.0/24 \t 64500 Example \xff # x\n",
                "192.0.2.0/24 64500\n", 0);
}
END_TEST

START_TEST(an_asn_is_a_decimal_number_of_32_bits)
{
    expect_asns("192.0.2.0/24 0\n192.0.2.0/24 4294967295\n",
                "192.0.2.0/24 0\n192.0.2.0/24 4294967295\n", 0);
    expect_asns("192.0.2.0/24 4294967296\n"
                "192.0.2.0/24 18446744073709551617\n"
                "192.0.2.0/24 -1\n192.0.2.0/24 AS1\n192.0.2.0/24 1.10\n"
                "192.0.2.0/24 1,2\n192.0.2.0/24\n192.0.2.0/24 \n",
                "", 8);
}
END_TEST

START_TEST(a_bad_line_costs_only_itself)
{
    expect_asns("192.0.2.1 1\n0.0.0.0/0 2\n127.0.0.0/8 3\n192.0.2.0/33 4\n"
                "mirror.example.org 5\nx\n192.0.2.0/24 6\n",
                "192.0.2.0/24 6\n", 6);
}
END_TEST

START_TEST(a_line_longer_than_memory_for_it_costs_only_itself)
{
    apr_size_t len = 300000;
    char *text = apr_palloc(pool, len + 1);

    memset(text, '1', len);
    memcpy(text, "192.0.2.0/24 1\n192.0.2.0/24 ", 28);
    memcpy(text + len - 16, "\n192.0.2.0/24 2\n", 16);
    text[len] = '\0';
    expect_asns(text, "192.0.2.0/24 1\n192.0.2.0/24 2\n", 1);
}
END_TEST

START_TEST(a_line_is_whole_wherever_the_buffer_ends)
{
    apr_size_t len = 65536 + 40, at;
    char *text = apr_palloc(pool, len + 1);

    for (at = 65500; at < 65536; at++) {
        memset(text, '\n', len);
        memcpy(text + at, "192.0.2.0/24 64500\n", 19);
        text[len] = '\0';
        expect_asns(text, "192.0.2.0/24 64500\n", 0);
    }
}
END_TEST

START_TEST(a_file_that_is_no_text_is_refused)
{
    ck_assert_ptr_nonnull(read_asns("\x1f\x8b\x08\0\0\0\n\0x", 9));
    /* but one bad line is only that */
    ck_assert_ptr_null(read_asns("192.0.2.0/24 1\n\0\0\0\n", 19));
    ck_assert_str_eq(found, "192.0.2.0/24 1\n");
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_one_sentence_with_its_name)
{
    const char *directory =
        networks_read_asns("/", 0, add_asn, NULL, report, pool);
    const char *absent = networks_read_continents("/no/such.csv", add_continent,
                                                  NULL, report, pool);
    const char *no_file =
        networks_read_countries("/", NULL, NULL, report, pool);
    const char *no_database =
        networks_read_countries(file_of("junk\n", 5), NULL, NULL, report, pool);

    ck_assert_str_eq(directory, "/ cannot be read: Is a directory");
    ck_assert_str_eq(absent,
                     "/no/such.csv cannot be read: No such file or directory");
    ck_assert_str_eq(no_file, "/ is not a regular file");
    ck_assert_ptr_nonnull(strstr(no_database, "as a MaxMind database"));
}
END_TEST

START_TEST(countries_and_continents_are_trimmed_unquoted_and_upper_cased)
{
    expect_continents("\"iso 3166 country\",\"continent code\"\n"
                      "AD,EU\n \"fr\" , \" eu \"\r\n\nzz,as,more",
                      "[AD] [EU]\n[FR] [EU]\n[ZZ] [AS]\n", 0);
}
END_TEST

START_TEST(two_dashes_are_no_continent)
{
    expect_continents("h\nA1,--\nA2, -- \n\"a3\",\"--\"\n",
                      "[A1] []\n[A2] []\n[A3] []\n", 0);
}
END_TEST

START_TEST(the_first_line_of_the_continents_is_their_header)
{
    expect_continents("AD,EU\nAE,AS\n", "[AE] [AS]\n", 0);
}
END_TEST

START_TEST(a_bad_continent_line_costs_only_itself)
{
    expect_continents("h\nAD\n,EU\n\"\",EU\nA\tD,EU\nA\xff,EU\nAE,AS\n",
                      "[AE] [AS]\n", 5);
    expect_continents("h\nAD,\nAF, \nAG,\"\"\nAI,,EU\nAE,AS\n", "[AE] [AS]\n",
                      4);
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("text files");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests,
                   comments_and_blank_lines_of_the_routing_table_mean_nothing);
    tcase_add_test(tests, what_follows_the_asn_is_ignored);
    tcase_add_test(tests, an_asn_is_a_decimal_number_of_32_bits);
    tcase_add_test(tests, a_bad_line_costs_only_itself);
    tcase_add_test(tests, a_line_longer_than_memory_for_it_costs_only_itself);
    tcase_add_test(tests, a_line_is_whole_wherever_the_buffer_ends);
    tcase_add_test(tests, a_file_that_is_no_text_is_refused);
    tcase_add_test(tests,
                   a_file_that_cannot_be_read_is_one_sentence_with_its_name);
    tcase_add_test(
        tests, countries_and_continents_are_trimmed_unquoted_and_upper_cased);
    tcase_add_test(tests, two_dashes_are_no_continent);
    tcase_add_test(tests, the_first_line_of_the_continents_is_their_header);
    tcase_add_test(tests, a_bad_continent_line_costs_only_itself);
    return unit_run("networks", tests);
}
