/* SPDX-License-Identifier: Apache-2.0
 *
 * Every spelling of an address that ip= takes, and the ones just past them.
 */
#include <string.h>

#include "ml_address.h"
#include "unit.h"

typedef struct {
    const char *text;
    const char *expected; /* as formatted, or NULL: not understood */
} case_t;

#define LONGEST_V6 "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.254"

static const case_t spellings[] = {
    /* v4 */
    {"0.0.0.0", "0.0.0.0"},
    {"255.255.255.255", "255.255.255.255"},
    {"192.0.2.1", "192.0.2.1"},
    {"192.0.2.256", NULL},
    {"192.0.2.01", NULL},
    {"192.0.2.00", NULL},
    {"00.0.2.1", NULL},
    {"192.0.2", NULL},
    {"192.0.2.1.1", NULL},
    {"192.0.2.", NULL},
    {".192.0.2.1", NULL},
    {"0xc0.0.2.1", NULL},
    {"3221225985", NULL},
    {"192.0.2.-1", NULL},
    {"192.0.2.1 ", NULL},
    {" 192.0.2.1", NULL},
    {"192.0.2.1/32", NULL},
    {"[192.0.2.1]", NULL},
    /* v4:port */
    {"192.0.2.1:1", "192.0.2.1"},
    {"192.0.2.1:65535", "192.0.2.1"},
    {"192.0.2.1:0", NULL},
    {"192.0.2.1:65536", NULL},
    {"192.0.2.1:100000", NULL},
    {"192.0.2.1:4295032831", NULL},
    {"192.0.2.1:080", NULL},
    {"192.0.2.1:", NULL},
    {"192.0.2.1:+1", NULL},
    {"192.0.2.1:80x", NULL},
    {"192.0.2.1: 80", NULL},
    {"192.0.2.1:80:80", NULL},
    {"192.0.2.01:80", NULL},
    {"255.255.255.255:65535", "255.255.255.255"},
    /* v6, [v6] */
    {"::", "::"},
    {"::1", "::1"},
    {"2001:DB8::000f", "2001:db8::f"},
    {"2001:db8:0:0:0:0:0:1", "2001:db8::1"},
    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    {"[2001:db8::1]", "2001:db8::1"},
    {"[::]", "::"},
    {LONGEST_V6, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"},
    {"[" LONGEST_V6 "]", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"},
    {"[" LONGEST_V6 "0]", NULL},
    {"[[" LONGEST_V6 "]]", NULL},
    {"[2001:db8::1]:80", NULL},
    {"[2001:db8::1", NULL},
    {"2001:db8::1]", NULL},
    {"[[2001:db8::1]]", NULL},
    {"[]", NULL},
    {"[", NULL},
    {"]", NULL},
    {"2001:db8::1::2", NULL},
    {"2001:db8:::1", NULL},
    {"1:2:3:4:5:6:7", NULL},
    {"1:2:3:4:5:6:7:8:9", NULL},
    {"2001:db8::10000", NULL},
    {"2001:db8::g", NULL},
    {"fe80::1%eth0", NULL},
    {"[fe80::1%25eth0]", NULL},
    {":", NULL},
    /* v4 in v6 */
    {"::ffff:192.0.2.1", "192.0.2.1"},
    {"::FFFF:c000:201", "192.0.2.1"},
    {"0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1"},
    {"[::ffff:192.0.2.1]", "192.0.2.1"},
    {"::ffff:0.0.0.0", "0.0.0.0"},
    {"::ffff:192.0.2.01", NULL},
    {"::ffff:192.0.2.1:80", NULL},
    {"::fffe:192.0.2.1", "::fffe:c000:201"},
    {"::1:ffff:192.0.2.1", "::1:ffff:c000:201"},
    {"::192.0.2.1", "::192.0.2.1"},
    /* neither */
    {"", NULL},
    {"localhost", NULL},
    {"192.0.2.1,192.0.2.2", NULL},
    {"\xd9\xa1.0.0.1", NULL},
};

START_TEST(ip_takes_the_spellings_it_promises_and_no_others)
{
    const case_t *c = &spellings[_i];
    ml_address_t address = ml_address_parse(c->text);
    char text[ML_ADDRESS_TEXT_LEN];

    if (!c->expected) {
        ck_assert_msg(address.family == ML_ADDRESS_NONE, "'%s' was taken",
                      c->text);
        return;
    }
    ck_assert_msg(address.family != ML_ADDRESS_NONE, "'%s' was refused",
                  c->text);
    ml_address_format(text, &address);
    ck_assert_str_eq(text, c->expected);
}
END_TEST

START_TEST(a_text_of_any_length_is_read_to_its_end_only)
{
    char text[200];
    apr_size_t len;

    for (len = 0; len < sizeof(text); len++) {
        memset(text, '1', len);
        text[len] = '\0';
        ck_assert_int_eq(ml_address_parse(text).family, ML_ADDRESS_NONE);
        memset(text, '[', len / 2);
        memset(text + len / 2, ']', len - len / 2);
        ck_assert_int_eq(ml_address_parse(text).family, ML_ADDRESS_NONE);
    }
}
END_TEST

START_TEST(bytes_become_two_numbers_in_network_order)
{
    const unsigned char bytes[16] = {0x20, 0x01, 0x0d, 0xb8, 4,  5,  6,  7,
                                     8,    9,    10,   11,   12, 13, 14, 15};
    ml_address_t v6 = ml_address_from_bytes(bytes, 16);
    ml_address_t v4 = ml_address_from_bytes(bytes, 4);

    ck_assert_int_eq(v6.family, ML_ADDRESS_V6);
    ck_assert_uint_eq(v6.hi, 0x20010db804050607);
    ck_assert_uint_eq(v6.lo, 0x08090a0b0c0d0e0f);
    ck_assert_int_eq(v4.family, ML_ADDRESS_V4);
    ck_assert_uint_eq(v4.hi, 0);
    ck_assert_uint_eq(v4.lo, 0x20010db8);
}
END_TEST

START_TEST(mapped_bytes_are_v4)
{
    const unsigned char bytes[16] = {0, 0, 0,    0,    0,   0, 0, 0,
                                     0, 0, 0xff, 0xff, 255, 0, 2, 1};
    ml_address_t address = ml_address_from_bytes(bytes, 16);

    ck_assert_int_eq(address.family, ML_ADDRESS_V4);
    ck_assert_uint_eq(address.hi, 0);
    ck_assert_uint_eq(address.lo, 0xff000201);
}
END_TEST

START_TEST(bytes_of_another_number_are_no_address)
{
    const unsigned char bytes[20] = {1};
    apr_size_t len;

    for (len = 0; len <= sizeof(bytes); len++) {
        if (len != 4 && len != 16) {
            ck_assert_int_eq(ml_address_from_bytes(bytes, len).family,
                             ML_ADDRESS_NONE);
        }
    }
}
END_TEST

static const case_t tunnels[] = {
    {"2002:c000:201::1", "192.0.2.1"},
    {"2002::", "0.0.0.0"},
    {"2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "255.255.255.255"},
    {"2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL},
    {"2003::", NULL},
    {"2001::3fff:fdfe", "192.0.2.1"},
    {"2001:0:4136:e378:8000:63bf:3fff:fdd2", "192.0.2.45"},
    {"2001::", "255.255.255.255"},
    {"2001:0:ffff:ffff:ffff:ffff:ffff:ffff", "0.0.0.0"},
    {"2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL},
    {"2001:1::", NULL},
    {"2001:db8::1", NULL},
    {"::", NULL},
    {"::ffff:192.0.2.1", NULL},
    {"32.2.192.0", NULL},
};

START_TEST(a_tunnelled_address_holds_the_one_of_its_client)
{
    const case_t *c = &tunnels[_i];
    ml_address_t outer = ml_address_parse(c->text);
    ml_address_t inner = ml_address_tunnelled(&outer);
    char text[ML_ADDRESS_TEXT_LEN];

    ck_assert_int_eq(inner.family,
                     c->expected ? ML_ADDRESS_V4 : ML_ADDRESS_NONE);
    if (c->expected) {
        ck_assert_uint_eq(inner.hi, 0);
        ml_address_format(text, &inner);
        ck_assert_str_eq(text, c->expected);
    }
}
END_TEST

START_TEST(no_address_holds_no_other)
{
    const ml_address_t none = {ML_ADDRESS_NONE, (apr_uint64_t)0x2002 << 48, 0};

    ck_assert_int_eq(ml_address_tunnelled(&none).family, ML_ADDRESS_NONE);
}
END_TEST

static const struct {
    const char *text;
    const char *inside; /* NULL: none */
} translated[] = {
    {"64:ff9b::", "0.0.0.0"},
    {"64:ff9b::c633:6401", "198.51.100.1"},
    {"64:ff9b::198.51.100.1", "198.51.100.1"},
    {"64:ff9b::ffff:ffff", "255.255.255.255"},
    {"64:ff9b::1:0:0", NULL},
    {"64:ff9b:0:0:1::", NULL},
    {"64:ff9b:1::c633:6401", NULL}, /* RFC 8215's: nobody's in particular */
    {"64:ff9a::c633:6401", NULL},
    {"::c633:6401", NULL},
    {"198.51.100.1", NULL},
};

START_TEST(a_translator_s_address_holds_an_ipv4_address)
{
    ml_address_t address = ml_address_parse(translated[_i].text);
    ml_address_t inside = ml_address_translated(&address);
    char text[ML_ADDRESS_TEXT_LEN];

    if (!translated[_i].inside) {
        ck_assert_int_eq(inside.family, ML_ADDRESS_NONE);
        return;
    }
    ck_assert_int_eq(inside.family, ML_ADDRESS_V4);
    ml_address_format(text, &inside);
    ck_assert_str_eq(text, translated[_i].inside);
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("address");

    tcase_add_loop_test(tests, ip_takes_the_spellings_it_promises_and_no_others,
                        0, N(spellings));
    tcase_add_test(tests, a_text_of_any_length_is_read_to_its_end_only);
    tcase_add_test(tests, bytes_become_two_numbers_in_network_order);
    tcase_add_test(tests, mapped_bytes_are_v4);
    tcase_add_test(tests, bytes_of_another_number_are_no_address);
    tcase_add_loop_test(tests, a_tunnelled_address_holds_the_one_of_its_client,
                        0, N(tunnels));
    tcase_add_test(tests, no_address_holds_no_other);
    tcase_add_loop_test(tests, a_translator_s_address_holds_an_ipv4_address, 0,
                        N(translated));
    return unit_run("address", tests);
}
