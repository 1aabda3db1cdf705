/* SPDX-License-Identifier: Apache-2.0
 *
 * Every form in which a netblock may be written, and what becomes of it.
 */
#include <stdio.h>
#include <string.h>

#include "network.h"
#include "unit.h"

typedef struct {
    const char *text;
    const char *network; /* "first/length", or NULL: refused */
} case_t;

#define LABEL_32 "12345678901234567890123456789012"
#define LABEL_64 LABEL_32 LABEL_32

static void format(char *out, apr_size_t room, const network_t *network)
{
    char address[ML_ADDRESS_TEXT_LEN];

    ml_address_format(address, &network->first);
    snprintf(out, room, "%s/%d", address, network->length);
}

static void expect(const case_t *c, int flags)
{
    char got[ML_ADDRESS_TEXT_LEN + 8];
    network_t network;
    const char *refused =
        network_parse(&network, c->text, strlen(c->text), flags);

    if (!c->network) {
        ck_assert_msg(refused != NULL, "'%s' was taken", c->text);
        return;
    }
    ck_assert_msg(!refused, "'%s' was refused: %s", c->text, refused);
    format(got, sizeof(got), &network);
    ck_assert_msg(strcmp(got, c->network) == 0, "'%s' gave %s, not %s", c->text,
                  got, c->network);
}

static const case_t forms[] = {
    {"192.0.2.1", "192.0.2.1/32"},
    {"192.0.2.0/24", "192.0.2.0/24"},
    {"192.0.2.0/32", "192.0.2.0/32"},
    {"128.0.0.0/1", "128.0.0.0/1"},
    {"255.255.255.255", "255.255.255.255/32"},
    {"0.0.0.0", "0.0.0.0/32"},
    {"2001:db8::1", "2001:db8::1/128"},
    {"2001:DB8::/32", "2001:db8::/32"},
    {"8000::/1", "8000::/1"},
    {"::/64", "::/64"},
    {"::", "::/128"},
    {"10.0.0.0/8", "10.0.0.0/8"},
    {"172.16.0.0/12", "172.16.0.0/12"},
    /* netmasks */
    {"192.0.2.0/255.255.255.0", "192.0.2.0/24"},
    {"192.0.2.1/255.255.255.255", "192.0.2.1/32"},
    {"192.0.2.1/128.0.0.0", "128.0.0.0/1"},
    {"192.0.2.9/255.255.255.248", "192.0.2.8/29"},
    {"2001:db8::/ffff:ffff::", "2001:db8::/32"},
    {"2001:db8::/ffff:fffe::", "2001:db8::/31"},
    /* host bits */
    {"192.0.2.77/24", "192.0.2.0/24"},
    {"192.0.2.77/25", "192.0.2.0/25"},
    {"192.0.2.177/25", "192.0.2.128/25"},
    {"2001:db8:ffff::1/33", "2001:db8:8000::/33"},
    {"2001:db8::ffff/127", "2001:db8::fffe/127"},
    /* blanks around it and beside the slash, and nowhere else */
    {" 192.0.2.0/24", "192.0.2.0/24"},
    {"192.0.2.0/24\t ", "192.0.2.0/24"},
    {"192.0.2.0/24\r\n", "192.0.2.0/24"},
    {"192.0.2.0/24\v", "192.0.2.0/24"},
    {"192.0.2.1\x7f", "192.0.2.1/32"},
    {"\xc2\xa0"
     "192.0.2.0/24\xe2\x80\xa8",
     "192.0.2.0/24"},
    {"192.0.2.0 / 24", "192.0.2.0/24"},
    {"192.0.2.0\t/\t255.255.255.0", "192.0.2.0/24"},
    {"192.0.2.0\xc2\xa0/\xe3\x80\x80 24", "192.0.2.0/24"},
    {"10.1.2.3 8", NULL},
    {"192.0.2.0/2 4", NULL},
    {"192. 0.2.0/24", NULL},
    {"2001:db8: :/32", NULL},
    {"192.0.2.0\n/24", NULL},
    {"192.0.2.0/\r24", NULL},
    {"\xe2\x80\x8b"
     "192.0.2.0/24",
     NULL}, /* U+200B is no White_Space */
    /* leading zeros */
    {"192.0.2.0/024", "192.0.2.0/24"},
    {"192.0.2.0/0000000000000000000000024", "192.0.2.0/24"},
    {"192.0.2.0/" LABEL_64 LABEL_64, NULL},
    {"2001:0db8::/032", "2001:db8::/32"},
    {"192.0.02.0/24", NULL},
    {"192.0.2.0/255.255.255.00", NULL},
    /* v4-mapped */
    {"::ffff:192.0.2.1", "192.0.2.1/32"},
    {"::ffff:192.0.2.1/120", "192.0.2.0/24"},
    {"::ffff:c000:201/128", "192.0.2.1/32"},
    {"::ffff:192.0.2.1/97", "128.0.0.0/1"},
    {"::ffff:192.0.2.1/95", "::fffe:0:0/95"},
    {"::ffff:192.0.2.1/64", "::/64"},
    {"::ffff:192.0.2.1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ff00",
     "192.0.2.0/24"},
    {"::ffff:0:0/96", NULL},
    {"::ffff:192.0.2.1/96", NULL},
    {"::ffff:192.0.2.0/255.255.255.0", NULL},
    {"::192.0.2.1", "::192.0.2.1/128"},
    /* all addresses */
    {"0.0.0.0/0", NULL},
    {"192.0.2.0/0", NULL},
    {"192.0.2.0/000", NULL},
    {"192.0.2.0/0.0.0.0", NULL},
    {"::/0", NULL},
    {"2001:db8::/::", NULL},
    /* masks that are none */
    {"192.0.2.0/255.0.255.0", NULL},
    {"192.0.2.0/255.255.255.1", NULL},
    {"192.0.2.0/0.0.0.255", NULL},
    {"192.0.2.0/0.255.255.255", NULL},
    {"2001:db8::/::ffff", NULL},
    {"2001:db8::/ffff:0:ffff::", NULL},
    {"2001:db8::/255.255.255.0", NULL},
    {"192.0.2.0/ffff::", NULL},
    /* lengths that are none */
    {"192.0.2.0/33", NULL},
    {"192.0.2.0/128", NULL},
    {"2001:db8::/129", NULL},
    {"192.0.2.0/4294967320", NULL},
    {"192.0.2.0/18446744073709551640", NULL},
    {"192.0.2.0/", NULL},
    {"192.0.2.0/-1", NULL},
    {"192.0.2.0/+24", NULL},
    {"192.0.2.0/24.", NULL},
    {"192.0.2.0/0x18", NULL},
    {"192.0.2.0/24/24", NULL},
    {"192.0.2.0//24", NULL},
    /* addresses that are none */
    {"", NULL},
    {" \t", NULL},
    {"/", NULL},
    {"/24", NULL},
    {"192.0.2", NULL},
    {"192.0.2/24", NULL},
    {"192.0.2.256", NULL},
    {"192.0.2.1.1", NULL},
    {"3221225985", NULL},
    {"0xc0000201", NULL},
    {"[2001:db8::1]", NULL},
    {"192.0.2.1:80", NULL},
    {"fe80::1%eth0", NULL},
    {"2001:db8:::1", NULL},
    {"2001:db8::1::1", NULL},
    {"2001:db8::g", NULL},
    {"192.0.2.0-192.0.2.255", NULL},
    {"192.0.2.0/24,198.51.100.0/24", NULL},
    {"192.0.2.0/\xd9\xa2\xd9\xa4", NULL},
    {"mirror.example.org", NULL},
    {LABEL_64 LABEL_64 LABEL_64, NULL},
};

START_TEST(a_netblock_is_read_in_every_form_people_type)
{
    expect(&forms[_i], 0);
}
END_TEST

static const case_t loopback[] = {
    {"127.0.0.1", "127.0.0.1/32"},
    {"127.0.0.0/8", "127.0.0.0/8"},
    {"127.255.255.255", "127.255.255.255/32"},
    {"127.1.2.3/16", "127.1.0.0/16"},
    {"::ffff:127.0.0.1", "127.0.0.1/32"},
    {"::1", "::1/128"},
    {"::1/128", "::1/128"},
};

START_TEST(a_loopback_network_is_taken_only_if_allowed)
{
    const case_t refused = {loopback[_i].text, NULL};

    expect(&refused, 0);
    expect(&loopback[_i], NETWORK_ALLOW_LOOPBACK);
}
END_TEST

static const case_t wider[] = {
    {"126.0.0.0/7", "126.0.0.0/7"},
    {"127.0.0.1/7", "126.0.0.0/7"},
    {"126.255.255.255", "126.255.255.255/32"},
    {"128.0.0.0", "128.0.0.0/32"},
    {"::1/127", "::/127"},
    {"::2", "::2/128"},
};

START_TEST(a_network_around_or_beside_loopback_is_taken)
{
    expect(&wider[_i], 0);
}
END_TEST

START_TEST(all_addresses_are_refused_even_if_loopback_is_allowed)
{
    const case_t v4 = {"0.0.0.0/0", NULL}, v6 = {"::/0", NULL};

    expect(&v4, NETWORK_ALLOW_LOOPBACK);
    expect(&v6, NETWORK_ALLOW_LOOPBACK);
}
END_TEST

START_TEST(an_address_alone_is_refused_where_a_length_is_needed)
{
    const case_t alone[] = {{"192.0.2.1", NULL}, {"2001:db8::1", NULL}};
    const case_t whole[] = {{"192.0.2.1/32", "192.0.2.1/32"},
                            {"2001:db8::/255.0.0.0", NULL},
                            {"192.0.2.1/255.255.0.0", "192.0.0.0/16"}};
    int i;

    for (i = 0; i < 2; i++) {
        expect(&alone[i], NETWORK_ROUTED);
    }
    for (i = 0; i < 3; i++) {
        expect(&whole[i], NETWORK_ROUTED);
    }
}
END_TEST

START_TEST(a_zero_byte_does_not_hide_what_follows_it)
{
    network_t network;

    ck_assert_ptr_nonnull(network_parse(&network, "192.0.2.1\0/8", 12, 0));
    ck_assert_ptr_nonnull(network_parse(&network, "192.0.2.0/2\0004", 13, 0));
    ck_assert_ptr_nonnull(network_parse(&network, "192.0.2.1\0x", 11, 0));
    ck_assert_int_eq(network_is_name("example.org\0x", 13), 0);
}
END_TEST

START_TEST(only_the_given_bytes_are_read)
{
    network_t network;
    char got[ML_ADDRESS_TEXT_LEN + 8];

    ck_assert_ptr_null(network_parse(&network, "192.0.2.0/248", 12, 0));
    format(got, sizeof(got), &network);
    ck_assert_str_eq(got, "192.0.2.0/24");
}
END_TEST

static const case_t lasts[] = {
    {"192.0.2.0/24", "192.0.2.255"},
    {"192.0.2.1/32", "192.0.2.1"},
    {"128.0.0.0/1", "255.255.255.255"},
    {"2001:db8::/32", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"},
    {"2001:db8::/63", "2001:db8:0:1:ffff:ffff:ffff:ffff"},
    {"2001:db8::/64", "2001:db8::ffff:ffff:ffff:ffff"},
    {"2001:db8::/65", "2001:db8::7fff:ffff:ffff:ffff"},
    {"2001:db8::/127", "2001:db8::1"},
    {"2001:db8::1/128", "2001:db8::1"},
    {"8000::/1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
};

START_TEST(the_last_address_has_all_bits_behind_the_prefix_set)
{
    char got[ML_ADDRESS_TEXT_LEN];
    const case_t *c = &lasts[_i];
    network_t network;
    ml_address_t last;

    ck_assert_ptr_null(network_parse(&network, c->text, strlen(c->text), 0));
    last = network_last(&network);
    ml_address_format(got, &last);
    ck_assert_str_eq(got, c->network);
}
END_TEST

static const char *const names[] = {
    "mirror.example.org",
    "mirror.example.org.",
    " mirror.example.org\t",
    "\xc2\xa0mirror.example.org\r\n",
    "localhost",
    "my_host.example",
    "3com.example",
    "a",
    "1.2.3.4.example",
    "MIRROR.EXAMPLE.ORG",
    "a-b.c--d.xn--p1ai",
    "10.0.0.a",
};

START_TEST(a_dns_name_is_told_from_an_address)
{
    ck_assert_msg(network_is_name(names[_i], strlen(names[_i])), "%s",
                  names[_i]);
}
END_TEST

static const char *const no_names[] = {
    "",
    " ",
    ".",
    "192.0.2.1",
    "192.0.2.1.",
    "192.0.2.0/24",
    "2001:db8::1",
    "::ffff:192.0.2.1",
    "a..b",
    ".a",
    "a..",
    "-a.example",
    "a-.example",
    "a.example-",
    "my host.example",
    "a/24",
    "a.example:80",
    "user@example.org",
    "a.123",
    "12345",
    "0x7f000001",
    "0x7f.1",
    "127.0x1",
    "h\xc3\xb6st.example",
    "a\nb",
    "a\r.example",
    "*.example.org",
    /* a label of 64, and a name of 254 bytes */
    LABEL_64 ".example",
    LABEL_64 LABEL_64 LABEL_64 LABEL_64,
};

START_TEST(what_is_no_dns_name_is_not_taken_for_one)
{
    ck_assert_msg(!network_is_name(no_names[_i], strlen(no_names[_i])), "%s",
                  no_names[_i]);
}
END_TEST

START_TEST(a_dns_name_has_at_most_63_bytes_a_label_and_253_in_all)
{
    char name[300];
    int i;

    memset(name, 'a', sizeof(name));
    for (i = 63; i < 253; i += 64) {
        name[i] = '.';
    }
    ck_assert(network_is_name(name, 253));
    name[253] = '.';
    ck_assert(network_is_name(name, 254));
    name[253] = 'a';
    ck_assert(!network_is_name(name, 254));
    name[63] = 'a';
    ck_assert(network_is_name(name, 63));
    ck_assert(!network_is_name(name, 64));
}
END_TEST

static TCase *network_tests(void)
{
    TCase *tests = tcase_create("network");

    tcase_add_loop_test(tests, a_netblock_is_read_in_every_form_people_type, 0,
                        N(forms));
    tcase_add_loop_test(tests, a_loopback_network_is_taken_only_if_allowed, 0,
                        N(loopback));
    tcase_add_loop_test(tests, a_network_around_or_beside_loopback_is_taken, 0,
                        N(wider));
    tcase_add_test(tests,
                   all_addresses_are_refused_even_if_loopback_is_allowed);
    tcase_add_test(tests, an_address_alone_is_refused_where_a_length_is_needed);
    tcase_add_test(tests, a_zero_byte_does_not_hide_what_follows_it);
    tcase_add_test(tests, only_the_given_bytes_are_read);
    tcase_add_loop_test(tests,
                        the_last_address_has_all_bits_behind_the_prefix_set, 0,
                        N(lasts));
    tcase_add_loop_test(tests, a_dns_name_is_told_from_an_address, 0, N(names));
    tcase_add_loop_test(tests, what_is_no_dns_name_is_not_taken_for_one, 0,
                        N(no_names));
    tcase_add_test(tests,
                   a_dns_name_has_at_most_63_bytes_a_label_and_253_in_all);
    return tests;
}

int main(void)
{
    return unit_run("network", network_tests());
}
