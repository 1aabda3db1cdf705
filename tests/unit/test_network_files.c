/* SPDX-License-Identifier: Apache-2.0
 *
 * The lines of the text files about networks.  What a reader puts into the
 * model is collected as one text, so that a test reads like its file.
 */
#include <string.h>

#include "apr_file_io.h"

#include "text_lines.h"
#include "maxmind.h"
#include "network_files.h"
#include "unit.h"

static report_t *report;

static void set_up(void)
{
    report = report_create(REPORT_QUIET, pool);
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

static input_t input_of(const char *bytes, apr_size_t len, int named)
{
    return (input_t){file_of(bytes, len), named};
}

/* "192.0.2.0/24 1" a line. */
static const char *asns_of(model_t *model)
{
    const model_network_t *network = BUFFER_AT(&model->networks);
    apr_uint32_t n = BUFFER_N(&model->networks), i;
    char address[ML_ADDRESS_TEXT_LEN];
    const char *found = "";

    for (i = 0; i < n; i++, network++) {
        ck_assert_int_eq(network->layer, MODEL_ASN);
        ml_address_format(address, &network->network.first);
        found = apr_psprintf(pool, "%s%s/%d %u\n", found, address,
                             network->network.length, network->value);
    }
    ck_assert_uint_eq(model->asn_network_n, n);
    return found;
}

/* "[DE] [EU]" a line. */
static const char *continents_of(model_t *model)
{
    const model_country_t *country = BUFFER_AT(&model->countries);
    apr_uint32_t n = BUFFER_N(&model->countries), i;
    const char *found = "";

    for (i = 0; i < n; i++, country++) {
        found = apr_psprintf(pool, "%s[%s] [%s]\n", found, country->code,
                             country->continent);
    }
    return found;
}

static const char *read_asns(const char **found, const char *text,
                             apr_size_t len, int named)
{
    const input_t input = input_of(text, len, named);
    model_t *model = model_create(pool);
    const char *failed = network_file_read_asns(model, &input, 0, report);

    *found = asns_of(model);
    return failed;
}

static const char *read_continents(const char **found, const char *text,
                                   int named)
{
    const input_t input = input_of(text, strlen(text), named);
    model_t *model = model_create(pool);
    const char *failed = network_file_read_continents(model, &input, report);

    *found = continents_of(model);
    return failed;
}

static void expect_asns(const char *text, const char *expected, int skipped)
{
    apr_uint64_t before = report_skipped(report);
    const char *found;

    ck_assert_ptr_null(read_asns(&found, text, strlen(text), 0));
    ck_assert_str_eq(found, expected);
    ck_assert_uint_eq(report_skipped(report) - before, skipped);
}

static void expect_continents(const char *text, const char *expected,
                              int skipped)
{
    apr_uint64_t before = report_skipped(report);
    const char *found;

    ck_assert_ptr_null(read_continents(&found, text, 0));
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
    expect_asns("\xef\xbb\xbf# 3\r\n \r\n192.0.2.0/24 1", "192.0.2.0/24 1\n",
                0);
    expect_asns("\xef\xbb\xbf"
                "192.0.2.0/24\xc2\xa0 1\xe2\x80\xa8\n",
                "192.0.2.0/24 1\n", 0);
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
    expect_asns("192.0.2.0/24 1\n192.0.2.0/24 4294967295\n",
                "192.0.2.0/24 1\n192.0.2.0/24 4294967295\n", 0);
    expect_asns("192.0.2.0/24 4294967296\n"
                "192.0.2.0/24 18446744073709551617\n"
                "192.0.2.0/24 -1\n192.0.2.0/24 AS1\n192.0.2.0/24 1.10\n"
                "192.0.2.0/24 1,2\n192.0.2.0/24\n192.0.2.0/24 \n",
                "", 8);
}
END_TEST

START_TEST(two_asns_stand_for_none)
{
    expect_asns("192.0.2.0/24 0\n192.0.2.0/24 00\n192.0.2.0/24 23456\n"
                "192.0.2.0/24 23455\n192.0.2.0/24 23457\n",
                "192.0.2.0/24 23455\n192.0.2.0/24 23457\n", 3);
}
END_TEST

/* The first and the last network inside, then those around and beside it. */
static const struct {
    const char *inside[2];
    const char *outside[3];
} private_networks[] = {
    {{"10.0.0.0/8", "10.255.255.255/32"},
     {"10.0.0.0/7", "9.255.255.0/24", "11.0.0.0/24"}},
    {{"172.16.0.0/12", "172.31.255.255/32"},
     {"172.16.0.0/11", "172.15.255.0/24", "172.32.0.0/24"}},
    {{"192.168.0.0/16", "192.168.255.255/32"},
     {"192.168.0.0/15", "192.167.255.0/24", "192.169.0.0/24"}},
    {{"100.64.0.0/10", "100.127.255.255/32"},
     {"100.64.0.0/9", "100.63.255.0/24", "100.128.0.0/24"}},
    {{"169.254.0.0/16", "169.254.255.255/32"},
     {"169.254.0.0/15", "169.253.255.0/24", "169.255.0.0/24"}},
    {{"fc00::/7", "fdff:ffff::/32"}, {"fc00::/6", "fbff::/16", "fe00::/16"}},
    {{"fe80::/10", "febf:ffff::/32"}, {"fe80::/9", "fe7f::/16", "fec0::/16"}},
};

START_TEST(a_private_network_is_in_no_global_routing_table)
{
    const char *found;
    char *line;
    int i;

    for (i = 0; i < 2; i++) {
        line = apr_pstrcat(pool, private_networks[_i].inside[i], " 1", NULL);
        expect_asns(line, "", 1);
    }
    expect_asns("::ffff:10.0.0.0/104 1", "", 1);
    for (i = 0; i < 3; i++) {
        line = apr_pstrcat(pool, private_networks[_i].outside[i], " 1", NULL);
        ck_assert_ptr_null(read_asns(&found, line, strlen(line), 1));
    }
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

/* Refused where it was named, else a warning. */
static const char *const nothing[] = {
    "", "\xef\xbb\xbf", "# comment\n\n", "\x1f\x8b\x08\n", "junk\n",
};

START_TEST(a_file_without_a_usable_line_says_nothing)
{
    apr_size_t len = strlen(nothing[_i]);
    const char *found;

    ck_assert_ptr_null(read_asns(&found, nothing[_i], len, 0));
    ck_assert_ptr_nonnull(strstr(read_asns(&found, nothing[_i], len, 1),
                                 " has no line that can be used"));
    ck_assert_ptr_null(read_continents(&found, nothing[_i], 0));
    ck_assert_ptr_nonnull(read_continents(&found, nothing[_i], 1));
}
END_TEST

START_TEST(one_usable_line_is_enough)
{
    const char *found;

    ck_assert_ptr_null(read_asns(&found, "\0\0\n192.0.2.0/24 1\njunk", 22, 1));
    ck_assert_str_eq(found, "192.0.2.0/24 1\n");
    ck_assert_ptr_null(read_continents(&found, "header\nA1,--\n", 1));
    ck_assert_ptr_nonnull(read_continents(&found, "header,only\n", 1));
}
END_TEST

static const char *fail_of(const char *(*read)(model_t *, const input_t *,
                                               report_t *),
                           const char *path)
{
    const input_t input = {path, 1};

    return read(model_create(pool), &input, report);
}

START_TEST(a_file_that_cannot_be_read_is_one_sentence_with_its_name)
{
    ck_assert_str_eq(fail_of(network_file_read_continents, "/"),
                     "/ cannot be read: Is a directory");
    ck_assert_str_eq(fail_of(network_file_read_continents, "/no/such.csv"),
                     "/no/such.csv cannot be read: No such file or directory");
    ck_assert_str_eq(fail_of(maxmind_read, "/"), "/ is not a regular file");
    ck_assert_ptr_nonnull(strstr(fail_of(maxmind_read, file_of("junk\n", 5)),
                                 "as a MaxMind database"));
}
END_TEST

START_TEST(a_default_place_may_be_empty)
{
    const input_t input = {"/no/such", 0};
    model_t *model = model_create(pool);

    ck_assert_ptr_null(network_file_read_asns(model, &input, 0, report));
    ck_assert_ptr_null(network_file_read_continents(model, &input, report));
    ck_assert_ptr_null(maxmind_read(model, &input, report));
}
END_TEST

START_TEST(countries_and_continents_are_trimmed_unquoted_and_upper_cased)
{
    expect_continents("\"iso 3166 country\",\"continent code\"\n"
                      "AD,EU\n \"fr\" , \" eu \"\r\n\nzz,as,more\xff",
                      "[AD] [EU]\n[FR] [EU]\n[ZZ] [AS]\n", 0);
    expect_continents("\xef\xbb\xbf"
                      "AD\t,\xc2\xa0"
                      "EU\xe3\x80\x80\n",
                      "[AD] [EU]\n", 0);
}
END_TEST

START_TEST(two_dashes_are_no_continent)
{
    expect_continents("h\nA1,--\nA2, -- \n\"a3\",\"--\"\n",
                      "[A1] []\n[A2] []\n[A3] []\n", 0);
}
END_TEST

/* The first field of the first line, and whether that is a country. */
static const struct {
    const char *field;
    int is_country;
} first_fields[] = {
    {"AD", 1},
    {"ad", 1},
    {" \"ad\"", 1},
    {"\xef\xbb\xbf"
     "AD",
     1},
    {"A1", 0},
    {"A", 0},
    {"ADE", 0},
    {"iso 3166 country", 0},
    {"\xc3\xa4", 0},
};

START_TEST(the_first_line_is_a_header_unless_its_first_field_is_a_country)
{
    const char *field = first_fields[_i].field;

    expect_continents(apr_pstrcat(pool, field, ",EU\nAE,AS\n", NULL),
                      first_fields[_i].is_country ? "[AD] [EU]\n[AE] [AS]\n"
                                                  : "[AE] [AS]\n",
                      0);
    expect_continents("\n# comment\nheader\nAE,AS\nheader,XX",
                      "[AE] [AS]\n[HEADER] [XX]\n", 0);
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
    tcase_add_test(tests, two_asns_stand_for_none);
    tcase_add_loop_test(tests, a_private_network_is_in_no_global_routing_table,
                        0, N(private_networks));
    tcase_add_test(tests, a_bad_line_costs_only_itself);
    tcase_add_test(tests, a_line_longer_than_memory_for_it_costs_only_itself);
    tcase_add_test(tests, a_line_is_whole_wherever_the_buffer_ends);
    tcase_add_loop_test(tests, a_file_without_a_usable_line_says_nothing, 0,
                        N(nothing));
    tcase_add_test(tests, one_usable_line_is_enough);
    tcase_add_test(tests, a_default_place_may_be_empty);
    tcase_add_test(tests,
                   a_file_that_cannot_be_read_is_one_sentence_with_its_name);
    tcase_add_test(
        tests, countries_and_continents_are_trimmed_unquoted_and_upper_cased);
    tcase_add_test(tests, two_dashes_are_no_continent);
    tcase_add_loop_test(
        tests, the_first_line_is_a_header_unless_its_first_field_is_a_country,
        0, N(first_fields));
    tcase_add_test(tests, a_bad_continent_line_costs_only_itself);
    return unit_run("networks", tests);
}
