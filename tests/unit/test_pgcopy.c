/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows out of a binary COPY, however its bytes are cut.  What a server sends
 * is tested with the whole compiler.
 */
#include <string.h>

#include "pgcopy.h"
#include "unit.h"

/* With two bytes of what a later version may add; then the rows -2, abc and
 * 2^32, NULL. */
#define HEADER "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\2xy"
#define FIRST "\0\2\0\0\0\4\377\377\377\376\0\0\0\3abc"
#define SECOND "\0\2\0\0\0\10\0\0\0\1\0\0\0\0\377\377\377\377"
#define END "\377\377"

static const db_column_t columns[] = {{"number", DB_INT}, {"text", DB_TEXT}};
static const db_select_t both = {"t", columns, 2, NULL, NULL};

static const char *rows; /* that came, as a text */

static void row(void *baton, db_value_t *values)
{
    rows =
        apr_psprintf(pool, "%s%" APR_INT64_T_FMT " %s;", rows, values[0].number,
                     values[1].state == DB_NULL
                         ? "NULL"
                         : unit_string(values[1].text, values[1].len));
}

/* Takes the bytes, at most `at_once` each time: 1 whole, 0 not yet, -1
 * refused. */
static int take(const char *bytes, apr_size_t len, apr_size_t at_once)
{
    pgcopy_t *copy = pgcopy_create(&both, row, NULL, pool);

    rows = "";
    while (len > 0) {
        apr_size_t n = len < at_once ? len : at_once;
        char *part = malloc(n); /* its end is one that a sanitizer sees */
        int taken;

        memcpy(part, bytes, n);
        taken = pgcopy_take(copy, part, n);
        free(part);
        if (!taken) {
            return -1;
        }
        bytes += n;
        len -= n;
    }
    return pgcopy_is_whole(copy);
}

#define TAKE(bytes) take(bytes, sizeof(bytes) - 1, sizeof(bytes))

START_TEST(rows_come_however_the_bytes_are_cut)
{
    static const char bytes[] = HEADER FIRST SECOND END;
    apr_size_t at_once;

    for (at_once = 1; at_once <= sizeof(bytes); at_once++) {
        ck_assert_int_eq(take(bytes, sizeof(bytes) - 1, at_once), 1);
        ck_assert_str_eq(rows, "-2 abc;4294967296 NULL;");
    }
}
END_TEST

START_TEST(what_ends_early_is_not_whole)
{
    static const char bytes[] = HEADER FIRST SECOND END;
    apr_size_t len;

    for (len = 0; len < sizeof(bytes) - 1; len++) {
        ck_assert_int_eq(take(bytes, len, len), 0);
    }
}
END_TEST

START_TEST(what_is_another_form_is_refused)
{
    ck_assert_int_eq(TAKE("PGCOPY\n\377\r\r\0\0\0\0\0\0\0\0\0"), -1);
    ck_assert_int_eq(TAKE("PGCOPY\n\377\r\n\0\0\0\0\0\377\0\0\0"), -1);
    ck_assert_int_eq(TAKE(HEADER "\0\1\0\0\0\0"), -1);
    ck_assert_int_eq(TAKE(HEADER "\0\3\0\0\0\0"), -1);
    ck_assert_int_eq(TAKE(HEADER "\0\2\377\377\377\376"), -1);
    ck_assert_int_eq(TAKE(HEADER "\0\2\0\0\0\11\0\0\0\0\0\0\0\0\0"), -1);
    ck_assert_int_eq(TAKE(HEADER END FIRST), -1);
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("pgcopy");

    tcase_add_test(tests, rows_come_however_the_bytes_are_cut);
    tcase_add_test(tests, what_ends_early_is_not_whole);
    tcase_add_test(tests, what_is_another_form_is_refused);
    return unit_run("pgcopy", tests);
}
