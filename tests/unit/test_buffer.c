/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes that grow, strings stored once, and ids that find their places.
 */
#include <string.h>

#include "buffer.h"
#include "idmap.h"
#include "intern.h"
#include "unit.h"

static buffer_t buffer;

static void set_up(void)
{
    buffer_init(&buffer, pool);
}

START_TEST(a_buffer_keeps_its_records_however_often_it_grows)
{
    static BUFFER_OF(apr_uint32_t) numbers; /* the pool outlives the test */
    apr_uint32_t i;

    buffer_init(&numbers.buffer, pool);
    for (i = 0; i < 100000; i++) {
        *BUFFER_PUSH(&numbers) = i;
    }
    ck_assert_uint_eq(BUFFER_N(&numbers), 100000);
    for (i = 0; i < 100000; i++) {
        ck_assert_uint_eq(BUFFER_AT(&numbers)[i], i);
    }
}
END_TEST

START_TEST(a_new_record_is_zero)
{
    char *record;

    memset(buffer_add(&buffer, NULL, 1000), 0xff, 1000);
    buffer.len = 0; /* the room is used again */
    record = buffer_add(&buffer, NULL, 1000);
    ck_assert_int_eq(record[0], 0);
    ck_assert_int_eq(record[999], 0);
}
END_TEST

START_TEST(an_addition_says_where_it_is)
{
    char *first = buffer_add(&buffer, "abc", 3), *second;

    ck_assert_mem_eq(first, "abc", 3);
    second = buffer_add(&buffer, "de", 2);
    ck_assert_ptr_eq(second, buffer.data + 3);
    ck_assert_uint_eq(buffer.len, 5);
    ck_assert_mem_eq(buffer.data, "abcde", 5);
}
END_TEST

START_TEST(nothing_can_be_added_even_as_the_first)
{
    buffer_add(&buffer, "", 0);
    ck_assert_uint_eq(buffer.len, 0);
    buffer_add(&buffer, NULL, 0);
    ck_assert_uint_eq(buffer.len, 0);
}
END_TEST

START_TEST(a_freed_buffer_is_an_empty_one)
{
    buffer_add(&buffer, "abc", 3);
    buffer_free(&buffer);
    ck_assert_uint_eq(buffer.len, 0);
    ck_assert_uint_eq(buffer.room, 0);
    ck_assert_mem_eq(buffer_add(&buffer, "d", 1), "d", 1);
}
END_TEST

START_TEST(a_string_is_stored_once)
{
    intern_t *intern = intern_create(&buffer, pool);

    ck_assert_uint_eq(intern_add(intern, "abc", 3), 0);
    ck_assert_uint_eq(intern_add(intern, "ab", 2), 1);
    ck_assert_uint_eq(intern_add(intern, "abc", 3), 0);
    ck_assert_uint_eq(intern_add(intern, "abcd", 3), 0);
    ck_assert_uint_eq(intern_n(intern), 2);
    ck_assert_uint_eq(intern_off(intern, 0), 0);
    ck_assert_uint_eq(intern_off(intern, 1), 3);
    ck_assert_uint_eq(buffer.len, 5);
}
END_TEST

START_TEST(the_empty_string_is_one_too)
{
    intern_t *intern = intern_create(&buffer, pool);

    ck_assert_uint_eq(intern_add(intern, "", 0), 0);
    ck_assert_uint_eq(intern_add(intern, "", 0), 0);
    ck_assert_uint_eq(intern_add(intern, "a", 1), 1);
    ck_assert_uint_eq(intern_add(intern, "", 0), 0);
    ck_assert_uint_eq(intern_n(intern), 2);
}
END_TEST

START_TEST(strings_differ_by_any_byte_and_by_zeros_at_their_end)
{
    static const char zeros[17];
    intern_t *intern = intern_create(&buffer, pool);
    char bytes[17];
    apr_uint32_t i;

    for (i = 0; i < 18; i++) {
        ck_assert_uint_eq(intern_add(intern, zeros, i), i);
    }
    for (i = 0; i < 17; i++) {
        memset(bytes, 0, sizeof(bytes));
        bytes[i] = 1;
        ck_assert_uint_eq(intern_add(intern, bytes, 17), 18 + i);
    }
}
END_TEST

START_TEST(strings_are_found_again_after_the_table_has_grown)
{
    intern_t *intern = intern_create(&buffer, pool);
    apr_uint32_t i;

    for (i = 0; i < 20000; i++) {
        ck_assert_uint_eq(intern_add(intern, &i, sizeof(i)), i);
    }
    for (i = 0; i < 20000; i++) {
        ck_assert_uint_eq(intern_add(intern, &i, sizeof(i)), i);
        ck_assert_mem_eq(buffer.data + intern_off(intern, i), &i, sizeof(i));
    }
    ck_assert_uint_eq(intern_n(intern), 20000);
}
END_TEST

static const apr_int64_t ids[] = {
    0,
    1,
    -1,
    2,
    64,
    65536,
    0x7fffffff,
    0x80000000,
    0xffffffff,
    0x100000000,
    APR_INT64_MAX,
    APR_INT64_MIN,
};

START_TEST(an_id_finds_its_place)
{
    idmap_t *map = idmap_create(pool);
    int i;

    for (i = 0; i < N(ids); i++) {
        ck_assert_uint_eq(idmap_find(map, ids[i]), IDMAP_UNKNOWN);
        ck_assert_int_eq(idmap_add(map, ids[i], (apr_uint32_t)i), 1);
    }
    for (i = 0; i < N(ids); i++) {
        ck_assert_uint_eq(idmap_find(map, ids[i]), i);
    }
    ck_assert_uint_eq(idmap_find(map, 3), IDMAP_UNKNOWN);
}
END_TEST

START_TEST(the_first_row_of_an_id_keeps_its_place)
{
    idmap_t *map = idmap_create(pool);

    ck_assert_int_eq(idmap_add(map, 7, 1), 1);
    ck_assert_int_eq(idmap_add(map, 7, 2), 0);
    ck_assert_uint_eq(idmap_find(map, 7), 1);
}
END_TEST

START_TEST(a_skipped_row_is_not_an_unknown_one)
{
    idmap_t *map = idmap_create(pool);

    idmap_add(map, 7, IDMAP_SKIPPED);
    ck_assert_uint_eq(idmap_find(map, 7), IDMAP_SKIPPED);
    ck_assert_uint_eq(idmap_find(map, 8), IDMAP_UNKNOWN);
    ck_assert_int_eq(idmap_add(map, 7, 2), 0);
}
END_TEST

START_TEST(ids_are_found_again_after_the_map_has_grown)
{
    idmap_t *map = idmap_create(pool);
    apr_uint32_t i;

    /* Far apart and one beside the other. */
    for (i = 0; i < 20000; i++) {
        ck_assert_int_eq(idmap_add(map, (apr_int64_t)i << 32, i), 1);
        ck_assert_int_eq(idmap_add(map, -1 - (apr_int64_t)i, i), 1);
    }
    for (i = 0; i < 20000; i++) {
        ck_assert_uint_eq(idmap_find(map, (apr_int64_t)i << 32), i);
        ck_assert_uint_eq(idmap_find(map, -1 - (apr_int64_t)i), i);
        ck_assert_uint_eq(idmap_find(map, 1 + (apr_int64_t)i), IDMAP_UNKNOWN);
    }
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("buffer");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, a_buffer_keeps_its_records_however_often_it_grows);
    tcase_add_test(tests, a_new_record_is_zero);
    tcase_add_test(tests, an_addition_says_where_it_is);
    tcase_add_test(tests, nothing_can_be_added_even_as_the_first);
    tcase_add_test(tests, a_freed_buffer_is_an_empty_one);
    tcase_add_test(tests, a_string_is_stored_once);
    tcase_add_test(tests, the_empty_string_is_one_too);
    tcase_add_test(tests, strings_differ_by_any_byte_and_by_zeros_at_their_end);
    tcase_add_test(tests, strings_are_found_again_after_the_table_has_grown);
    tcase_add_test(tests, an_id_finds_its_place);
    tcase_add_test(tests, the_first_row_of_an_id_keeps_its_place);
    tcase_add_test(tests, a_skipped_row_is_not_an_unknown_one);
    tcase_add_test(tests, ids_are_found_again_after_the_map_has_grown);
    return unit_run("buffer", tests);
}
