/* SPDX-License-Identifier: Apache-2.0
 *
 * Fields of a protobuf message in a file.  What is in them is tested with the
 * whole compiler.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "apr_file_io.h"

#include "unit.h"
#include "protobuf_stream.h"

#define LARGE 300000 /* more than is read at once */

static char *path;
static protobuf_stream_t *stream;
static protobuf_field_t field;

static void set_up(void)
{
    path = apr_pstrcat(pool, unit_folder, "/file.XXXXXX", NULL);
    close(mkstemp(path));
}

static void append(const void *bytes, size_t len)
{
    FILE *file = fopen(path, "ab");

    ck_assert_uint_eq(fwrite(bytes, 1, len, file), len);
    fclose(file);
}

/* Writes the bytes of a string constant, and opens the file. */
#define OPEN(bytes)                       \
    do {                                  \
        append(bytes, sizeof(bytes) - 1); \
        open_wire();                      \
    } while (0)

static void open_wire(void)
{
    ck_assert_ptr_null(protobuf_stream_open(&stream, path, pool));
}

static int next(void)
{
    int more;

    ck_assert_ptr_null(protobuf_stream_next(stream, &field, &more));
    return more;
}

static const char *refusal(void)
{
    int more;

    return protobuf_stream_next(stream, &field, &more);
}

START_TEST(an_empty_file_has_no_field)
{
    OPEN("");
    ck_assert_int_eq(next(), 0);
    ck_assert_ptr_null(protobuf_stream_close(stream));
}
END_TEST

START_TEST(each_kind_of_field_is_passed)
{
    const apr_byte_t *bytes;

    OPEN("\x08\x96\x01\x12\x02hi\x19"
         "12345678"
         "\x25"
         "1234"
         "\x28\x01");
    ck_assert_int_eq(next(), 1);
    ck_assert_uint_eq(field.number, 1);
    ck_assert_int_eq(field.kind, WIRE_NUMBER);
    ck_assert_uint_eq(field.value, 150);
    ck_assert_int_eq(next(), 1);
    ck_assert_uint_eq(field.number, 2);
    ck_assert_int_eq(field.kind, WIRE_BYTES);
    ck_assert_uint_eq(field.value, 2);
    ck_assert_ptr_null(protobuf_stream_bytes(stream, &bytes));
    ck_assert_mem_eq(bytes, "hi", 2);
    ck_assert_int_eq(next(), 1);
    ck_assert_int_eq(field.kind, WIRE_OTHER);
    ck_assert_int_eq(next(), 1);
    ck_assert_int_eq(field.kind, WIRE_OTHER);
    ck_assert_int_eq(next(), 1);
    ck_assert_uint_eq(field.number, 5);
    ck_assert_int_eq(next(), 0);
}
END_TEST

START_TEST(the_largest_numbers_are_numbers)
{
    OPEN("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
         "\xf8\xff\xff\xff\x0f\x00");
    ck_assert_int_eq(next(), 1);
    ck_assert_uint_eq(field.value, APR_UINT64_MAX);
    ck_assert_int_eq(next(), 1);
    ck_assert_uint_eq(field.number, 536870911);
}
END_TEST

START_TEST(bytes_are_taken_or_passed_across_reads)
{
    char *large = apr_pcalloc(pool, LARGE);
    const apr_byte_t *bytes;
    int i;

    large[LARGE - 1] = 'z';
    for (i = 0; i < 6; i++) {
        append("\x0a\xe0\xa7\x12", 4);
        append(large, LARGE);
    }
    append("\x10\x07", 2);
    open_wire();
    for (i = 0; i < 6; i++) {
        ck_assert_int_eq(next(), 1);
        ck_assert_uint_eq(field.value, LARGE);
        if (i % 2) {
            ck_assert_ptr_null(protobuf_stream_bytes(stream, &bytes));
            ck_assert_mem_eq(bytes, large, LARGE);
        }
    }
    ck_assert_int_eq(next(), 1);
    ck_assert_uint_eq(field.value, 7);
    ck_assert_int_eq(next(), 0);
}
END_TEST

START_TEST(a_file_begins_anew)
{
    OPEN("\x0a\x02hi\x10\x07");
    ck_assert_int_eq(next(), 1);
    ck_assert_ptr_null(protobuf_stream_rewind(stream));
    ck_assert_int_eq(next(), 1);
    ck_assert_uint_eq(field.number, 1);
    ck_assert_int_eq(next(), 1);
    ck_assert_int_eq(next(), 0);
    ck_assert_ptr_null(protobuf_stream_rewind(stream));
    ck_assert_int_eq(next(), 1);
    ck_assert_uint_eq(field.number, 1);
}
END_TEST

START_TEST(damage_is_named_with_its_place)
{
    OPEN("\x08\x01\x0a\x05"
         "hi");
    ck_assert_int_eq(next(), 1);
    ck_assert_str_eq(
        refusal(),
        apr_pstrcat(
            pool, path,
            " is truncated, damaged or not a protobuf file: the field at byte "
            "2 extends past the end of the file",
            NULL));
}
END_TEST

START_TEST(a_file_that_grows_is_no_snapshot)
{
    apr_finfo_t before;

    OPEN("\x08\x01");
    ck_assert_int_eq(apr_stat(&before, path, APR_FINFO_MTIME, pool),
                     APR_SUCCESS);
    append("\x08\x01", 2);
    ck_assert_int_eq(apr_file_mtime_set(path, before.mtime, pool), APR_SUCCESS);
    while (next()) {
    }
    ck_assert_ptr_nonnull(
        strstr(protobuf_stream_close(stream), "was changed while it was read"));
}
END_TEST

START_TEST(a_file_that_is_written_to_is_no_snapshot)
{
    OPEN("\x08\x01");
    ck_assert_int_eq(apr_file_mtime_set(path, 1, pool), APR_SUCCESS);
    ck_assert_ptr_nonnull(
        strstr(protobuf_stream_close(stream), "was changed while it was read"));
}
END_TEST

START_TEST(a_file_that_shrinks_is_no_snapshot)
{
    const apr_byte_t *bytes;

    OPEN("\x0a\x05"
         "hello");
    ck_assert_int_eq(truncate(path, 4), 0);
    ck_assert_int_eq(next(), 1);
    ck_assert_ptr_nonnull(
        strstr(protobuf_stream_bytes(stream, &bytes), "past the end"));
    ck_assert_ptr_nonnull(protobuf_stream_close(stream));
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("stream");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, an_empty_file_has_no_field);
    tcase_add_test(tests, each_kind_of_field_is_passed);
    tcase_add_test(tests, the_largest_numbers_are_numbers);
    tcase_add_test(tests, bytes_are_taken_or_passed_across_reads);
    tcase_add_test(tests, a_file_begins_anew);
    tcase_add_test(tests, damage_is_named_with_its_place);
    tcase_add_test(tests, a_file_that_grows_is_no_snapshot);
    tcase_add_test(tests, a_file_that_is_written_to_is_no_snapshot);
    tcase_add_test(tests, a_file_that_shrinks_is_no_snapshot);
    return unit_run("stream", tests);
}
