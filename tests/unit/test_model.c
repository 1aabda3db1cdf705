/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules of the model that hold whatever the records come from.
 */
#include <strings.h>

#include "ml_detail.h"
#include "world.h"

/* --- names of directories ------------------------------------------------- */

static const struct {
    const char *text;
    const char *name;
} names[] = {
    {"pub/os", "pub/os"},
    {"pub", "pub"},
    {"", ""},
    {"/", ""},
    {"///", ""},
    {"/pub", "pub"},
    {"pub/", "pub"},
    {"//pub///os//", "pub/os"},
    {"p//u//b", "p/u/b"},
    {" / pub / ", " / pub / "},
    {"pub/./../os", "pub/./../os"},
};

START_TEST(slashes_of_a_directory_s_name)
{
    const char *text = names[_i].text;
    apr_size_t len = strlen(text);

    ck_assert_str_eq(model_directory_name(text, len, pool), names[_i].name);
    /* the text need not end in a NUL */
    text = apr_pstrcat(pool, text, "/more", NULL);
    ck_assert_str_eq(model_directory_name(text, len, pool), names[_i].name);
}
END_TEST

START_TEST(a_category_counts_once_for_a_directory)
{
    world_t *world = world_create();
    apr_uint32_t pub = world_directory(world, "pub");
    const model_placement_t *placement;

    model_add_placement(world->model, pub, 7, 3);
    model_add_placement(world->model, pub, 5, 0);
    model_add_placement(world->model, pub, 7, 0);
    placement = BUFFER_AT(&world->model->directories)[pub].placements;
    ck_assert_uint_eq(placement->category_idx, 7);
    ck_assert_uint_eq(placement->subpath_off, 3);
    placement = placement->next;
    ck_assert_uint_eq(placement->category_idx, 5);
    ck_assert_ptr_null(placement->next);
}
END_TEST

/* --- file details --------------------------------------------------------- */

static const struct {
    const char *text;
    int is_hash;
} hashes[] = {
    {"0123456789abcdef0123456789ABCDEF", 1},
    {"00000000000000000000000000000000", 1},
    {"0123456789abcdef0123456789abcde", 0},
    {"0123456789abcdef0123456789abcdef0", 0},
    {"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", 0},
    {"g123456789abcdef0123456789abcdef", 0},
    {"0123456789abcdef0123456789abcde:", 0},
    {"0123456789abcdef0123456789abcde@", 0},
    {"0123456789abcdef0123456789abcde`", 0},
    {"0123456789abcdef0123456789abcde/", 0},
    {" 123456789abcdef0123456789abcdef", 0},
    {"0", 0},
};

START_TEST(a_hash_is_hexadecimal_digits_of_its_length)
{
    const char *text = hashes[_i].text;
    const char *refused;
    ml_detail_rec rec = {0};
    char digits[ML_HASH_DIGITS_MAX + 1];

    refused = model_detail_hash(&rec, ML_HASH_MD5, text, strlen(text));
    if (!hashes[_i].is_hash) {
        ck_assert_str_eq(refused, "md5 is not 32 hexadecimal digits");
        return;
    }
    ck_assert_ptr_null(refused);
    ck_assert_uint_eq(rec.flags, ML_DETAIL_HASH(ML_HASH_MD5));
    *ml_detail_digits(digits, &rec, ML_HASH_MD5) = '\0';
    ck_assert_int_eq(strcasecmp(digits, text), 0);
    ck_assert_int_eq(digits[strcspn(digits, "ABCDEF")], '\0');
}
END_TEST

START_TEST(an_empty_hash_is_absent)
{
    ml_detail_rec rec = {0};

    ck_assert_ptr_null(model_detail_hash(&rec, ML_HASH_SHA512, "", 0));
    ck_assert_ptr_null(model_detail_hash(&rec, ML_HASH_SHA512, NULL, 0));
    ck_assert_uint_eq(rec.flags, 0);
}
END_TEST

START_TEST(details_without_a_hash_are_not_added)
{
    world_t *world = world_create();
    apr_uint32_t pub = world_directory(world, "pub");
    model_file_detail_t detail = {.filename = "a"};

    model_detail_numbers(&detail.rec, 1, 1);
    ck_assert_str_eq(model_add_file_detail(world->model, pub, &detail),
                     "has no hash");
    ck_assert_ptr_null(BUFFER_AT(&world->model->directories)[pub].file_details);
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("model");

    tcase_add_loop_test(tests, slashes_of_a_directory_s_name, 0, N(names));
    tcase_add_test(tests, a_category_counts_once_for_a_directory);
    tcase_add_loop_test(tests, a_hash_is_hexadecimal_digits_of_its_length, 0,
                        N(hashes));
    tcase_add_test(tests, an_empty_hash_is_absent);
    tcase_add_test(tests, details_without_a_hash_are_not_added);
    return unit_run("model", tests);
}
