/* SPDX-License-Identifier: Apache-2.0
 *
 * Which form is asked for: by name, or by what the client accepts.
 */
#include <string.h>

#include "ml_form.h"
#include "unit.h"

static const struct {
    const char *name;
    int form;
} names[] = {
    {"text", ML_FORM_TEXT},
    {"Text", ML_FORM_TEXT},
    {"metalink", ML_FORM_METALINK},
    {"METALINK4", ML_FORM_METALINK4},
    {"json", ML_FORM_JSON},
    {"Html", ML_FORM_HTML},
    {"", ML_FORM_N},
    {"tex", ML_FORM_N},
    {"texts", ML_FORM_N},
    {"metalink3", ML_FORM_N},
    {"application/json", ML_FORM_N},
    {"htm", ML_FORM_N},
};

START_TEST(a_form_has_a_name_in_any_case)
{
    ck_assert_int_eq(ml_form_find(names[_i].name), names[_i].form);
}
END_TEST

#define M3 "application/metalink+xml"
#define M4 "application/metalink4+xml"

static const struct {
    const char *accept;
    int is_4;
} accepts[] = {
    {NULL, 0},
    {"", 0},
    {M4, 1},
    {"Application/METALINK4+xml", 1},
    {" \t" M4 " ", 1},
    {M3, 0},
    /* wildcards name nothing, whatever their weight */
    {"*/*", 0},
    {"application/*", 0},
    {"text/html," M4 ";q=0.1,*/*;q=0.9", 1},
    {"*/*," M4 ";q=0.001", 1},
    /* above Metalink 3's weight, not at it */
    {M4 "," M3, 0},
    {M3 "," M4, 0},
    {M4 "," M3 ";q=0.999", 1},
    {M3 ";q=0.999," M4, 1},
    {M4 ";q=0.999," M3, 0},
    {M4 ";q=0.5," M3 ";q=0.5", 0},
    {M4 ";q=0.51," M3 ";q=0.5", 1},
    {M4 ";q=0.5," M3 ";q=0.50", 0},
    {M4 "," M3 ";q=0", 1},
    {M4 ";q=0," M3 ";q=0", 0},
    /* above 0 */
    {M4 ";q=0", 0},
    {M4 ";q=0.000", 0},
    {M4 ";q=0.", 0},
    {M4 ";q=0.001", 1},
    {M4 ";q=1", 1},
    {M4 ";q=1.", 1},
    {M4 ";q=1.000", 1},
    {M4 ";Q=0.5", 1},
    {M4 " ; q=0.5", 1},
    {M4 "\t;\tq=0.5\t, " M3 "\t;q=0.4 ", 1},
    /* a weight that is none: as if it were not named */
    {M4 ";q=2", 0},
    {M4 ";q=1.001", 0},
    {M4 ";q=0.1234", 0},
    {M4 ";q=", 0},
    {M4 ";q=x", 0},
    {M4 ";q=.5", 0},
    {M4 ";q=-1", 0},
    {M4 ";q=\"0.5\"", 0},
    {M4 ";q=0.5x", 0},
    {M4 ";q=0.1," M3 ";q=7", 1},
    /* parameters before the weight, and after it */
    {M4 ";version=4;q=0.2", 1},
    {M4 ";q=0;ext=1", 0},
    {M4 ";a=\"x;q=0\"", 1},
    {M4 ";a=\"\\\";q=0\"", 1},
    {M4 ";aq=0", 1},
    {M4 ";q=0.5;b=\"," M3 "\"", 1},
    /* only the type itself, and only where a range stands */
    {M4 "x", 0},
    {"x" M4, 0},
    {"application/metalink4", 0},
    {"application/metalink4 +xml", 0},
    {"text/x;a=\"" M4 "\"", 0},
    {"text/x;a=\"b," M4 "\"", 0},
    {"text/x;a=\"b\\\"," M4 "\"", 0},
    {"text/x;a=\"b\\\\\"," M4, 1},
    {"text/x;a=\"b," M4, 0},
    {"text/x " M4, 0},
    /* lists */
    {",, ," M4 ",", 1},
    {M4 ";q=0.1," M3 ";q=0.5," M4 ";q=0.9", 1},
    {M4 ";q=0.9," M3 ";q=0.5," M4 ";q=0.1", 1},
    {M4 ";q=0.6," M3 ";q=0.5," M3 ";q=0.7", 0},
    {";q=0.5," M4, 1},
    {"," M4 ";", 1},
};

START_TEST(metalink_4_is_for_who_accepts_it_by_name)
{
    ml_form_e form =
        ml_form_of_endpoint(ML_ENDPOINT_METALINK, accepts[_i].accept);

    ck_assert_msg(
        form == (accepts[_i].is_4 ? ML_FORM_METALINK4 : ML_FORM_METALINK),
        "%s: form %d", accepts[_i].accept, form);
}
END_TEST

START_TEST(a_list_is_a_text_whatever_is_accepted)
{
    ck_assert_int_eq(ml_form_of_endpoint(ML_ENDPOINT_MIRRORLIST, NULL),
                     ML_FORM_TEXT);
    ck_assert_int_eq(ml_form_of_endpoint(ML_ENDPOINT_MIRRORLIST, M4),
                     ML_FORM_TEXT);
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("form");

    tcase_add_loop_test(tests, a_form_has_a_name_in_any_case, 0, N(names));
    tcase_add_loop_test(tests, metalink_4_is_for_who_accepts_it_by_name, 0,
                        N(accepts));
    tcase_add_test(tests, a_list_is_a_text_whatever_is_accepted);
    return unit_run("form", tests);
}
