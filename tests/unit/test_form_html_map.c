/* SPDX-License-Identifier: Apache-2.0
 *
 * The map of a page: who is where on it, and how large.
 */
#include "page.h"

START_TEST(without_a_place_there_is_no_map)
{
    page(ASK_PUB);
    does_not_say("<svg");
    does_not_say("#map");
    edit_host(cache, 1)->place_idx = edit_add_place(cache, 0, 0);
    page(ASK_PUB);
    says("<figure id=\"map\">");
    says("<span>Where you are is not known.</span>");
    does_not_say("class=\"you\"");
    says("<span>Not shown: 4, whose place is not known.</span>");
}
END_TEST

START_TEST(mirrors_of_a_pool_in_one_place_are_one_point)
{
    apr_uint32_t place = edit_add_place(cache, 0, 0);

    settings.minimum = 0;
    edit_host(cache, 1)->place_idx = edit_host(cache, 2)->place_idx = place;
    edit_host(cache, 3)->place_idx = place;
    page(ASK_PUB "&netblock=0");
    ck_assert_int_eq(count("<circle"), 2);
    says("<circle class=\"later\" cx=\"500\" cy=\"252\" r=\"26.0\"><title>"
         "host3, France</title></circle>\n"
         "<circle cx=\"500\" cy=\"252\" r=\"26.0\"><title>"
         "2 mirrors, Germany</title></circle>");
}
END_TEST

START_TEST(a_point_is_as_large_as_its_chance)
{
    settings.minimum = 0;
    edit_host(cache, 1)->place_idx = edit_add_place(cache, 0, 90);
    edit_host(cache, 2)->place_idx = edit_add_place(cache, 60, -180);
    edit_host(cache, 4)->place_idx = edit_add_place(cache, -45, 0);
    page(ASK_PUB "&netblock=0");
    says("<circle cx=\"750\" cy=\"252\" r=\"13.0\"><title>host1, Germany");
    says("<circle cx=\"91\" cy=\"61\" r=\"22.5\"><title>host2, Germany");
    page(ASK_PUB);
    says("cy=\"397\" r=\"26.0\"><title>host4, Germany");
}
END_TEST

START_TEST(the_client_is_shown_with_lines_to_the_first)
{
    settings.minimum = 0;
    edit_route(cache, "192.0.2.1")->place_idx = edit_add_place(cache, 0, 0);
    edit_host(cache, 1)->place_idx = edit_add_place(cache, 0, 90);
    edit_host(cache, 3)->place_idx = edit_add_place(cache, 0, -90);
    page(ASK_PUB "&netblock=0");
    says("<circle class=\"you\" cx=\"500\" cy=\"252\" r=\"5\">");
    says(" d=\"M500 252Q625 210 750 252\"/>");
    ck_assert_int_eq(count("class=\"lines\""), 1);
    says("<td>10,008 km</td>");
    page("path=pub/empty&format=html");
    says("class=\"you\"");
    does_not_say("class=\"lines\"");
}
END_TEST

START_TEST(who_is_near_is_shown_larger)
{
    apr_uint32_t here = edit_add_place(cache, 0, 0);

    settings.minimum = 0;
    edit_route(cache, "192.0.2.1")->place_idx = here;
    edit_host(cache, 1)->place_idx = edit_add_place(cache, 0, 10);
    edit_host(cache, 3)->place_idx = edit_add_place(cache, 0, -120);
    page(ASK_PUB "&netblock=0");
    says("<svg class=\"near\" viewBox=\"459 206 110 92\" ");
    edit_host(cache, 2)->place_idx = edit_host(cache, 3)->place_idx;
    page(ASK_PUB "&netblock=0");
    does_not_say("class=\"near\"");
    edit_host(cache, 1)->place_idx = here;
    page(ASK_PUB "&country=de&limit=1&protocol=javascript");
    says("<td>near</td>");
}
END_TEST

START_TEST(the_south_is_there_for_those_who_are)
{
    edit_host(cache, 1)->place_idx = edit_add_place(cache, -54, -68);
    page(ASK_PUB);
    says("viewBox=\"0 0 1000 445\"");
    edit_host(cache, 2)->place_idx = edit_add_place(cache, -90, 0);
    page(ASK_PUB);
    says("viewBox=\"0 0 1000 512\"");
    says("cx=\"500\" cy=\"512\"");
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("form_html_map");

    tcase_add_checked_fixture(tests, page_set_up, NULL);
    tcase_add_test(tests, without_a_place_there_is_no_map);
    tcase_add_test(tests, mirrors_of_a_pool_in_one_place_are_one_point);
    tcase_add_test(tests, a_point_is_as_large_as_its_chance);
    tcase_add_test(tests, the_client_is_shown_with_lines_to_the_first);
    tcase_add_test(tests, who_is_near_is_shown_larger);
    tcase_add_test(tests, the_south_is_there_for_those_who_are);
    return unit_run("form_html_map", tests);
}
