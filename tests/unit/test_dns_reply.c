/* SPDX-License-Identifier: Apache-2.0
 *
 * Damaged replies: read within their bounds, and never taken for the word that
 * there is no address.  What whole ones say is tested with a name server.
 */
#include <string.h>

#include "dns_reply.h"
#include "unit.h"

/* a.test is an alias of b.test, which has two addresses. */
static const char reply[] =
    "\x12\x34\x81\x80\0\1\0\3\0\0\0\0"              /* 0 */
    "\1a\4test\0\0\1\0\1"                           /* 12 */
    "\xc0\x0c\0\5\0\1\0\0\0\x3c\0\4\1b\xc0\x0e"     /* 24 */
    "\xc0\x24\0\1\0\1\0\0\0\x3c\0\4\xc6\x33\x64\x7" /* 40 */
    "\xc0\x24\0\1\0\1\0\0\0\x3c\0\4\xc6\x33\x64\x9";
#define LEN (sizeof(reply) - 1)

static dns_answer_e read_bytes(const char *bytes, apr_size_t len, int *n)
{
    apr_array_header_t *addresses =
        apr_array_make(pool, 2, sizeof(ml_address_t));
    /* Of their very size, so that a read behind them is seen. */
    unsigned char *copy = malloc(len + !len);
    dns_answer_e answer;

    memcpy(copy, bytes, len);
    answer = dns_reply_read(addresses, copy, len, "a.test", ML_ADDRESS_V4);
    free(copy);
    *n = addresses->nelts;
    return answer;
}

START_TEST(a_whole_reply_has_its_addresses)
{
    int n;

    ck_assert_int_eq(read_bytes(reply, LEN, &n), DNS_PRESENT);
    ck_assert_int_eq(n, 2);
}
END_TEST

START_TEST(a_reply_that_is_cut_is_no_answer)
{
    apr_size_t len;
    int n;

    for (len = 0; len < LEN; len++) {
        ck_assert_int_eq(read_bytes(reply, len, &n), DNS_FAILED);
        ck_assert_int_eq(n, 0);
    }
}
END_TEST

START_TEST(a_name_that_points_to_itself_ends)
{
    char bytes[LEN];
    int n;

    memcpy(bytes, reply, LEN);
    bytes[41] = 40; /* the first address's owner */
    ck_assert_int_eq(read_bytes(bytes, LEN, &n), DNS_FAILED);
}
END_TEST

START_TEST(a_reply_with_any_other_byte_is_read_within_its_bounds)
{
    char bytes[LEN];
    apr_size_t i;
    int value, n;

    for (i = 0; i < LEN; i++) {
        memcpy(bytes, reply, LEN);
        for (value = 0; value < 256; value++) {
            bytes[i] = (char)value;
            ck_assert(read_bytes(bytes, LEN, &n) == DNS_PRESENT || n == 0);
        }
    }
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("reply");

    tcase_add_test(tests, a_whole_reply_has_its_addresses);
    tcase_add_test(tests, a_reply_that_is_cut_is_no_answer);
    tcase_add_test(tests, a_name_that_points_to_itself_ends);
    tcase_add_test(tests,
                   a_reply_with_any_other_byte_is_read_within_its_bounds);
    return unit_run("dns_reply", tests);
}
