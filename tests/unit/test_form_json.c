/* SPDX-License-Identifier: Apache-2.0
 *
 * The JSON form, byte by byte.
 */
#include "shown.h"

static const char *json(void)
{
    return written(ml_form_json_answer);
}

#define START "{\"version\":1,\"date\":1795514400,\"created\":1790000000,"
#define DIRECTORY "\"directory\":\"pub/os/a b&c\","

START_TEST(of_an_answer_without_anything_the_frame_is_left)
{
    ck_assert_str_eq(json(), START "\"path\":\"asked/for\"," DIRECTORY
                                   "\"client\":{},\"found\":\"none\","
                                   "\"mirrors\":[]}\n");
}
END_TEST

/* A client in DE of a known network and place. */
static void meet_client(void)
{
    static ml_asn_rec asn = {.number = 4200000001};
    static ml_route_rec route;
    ml_client_t *client = &decision.lookup.client;

    cache->asns = &asn;
    client->route = &route;
    client->address = ml_address_parse("2001:db8::1");
    client->country_idx = ml_cache_find_country(cache, "DE", 2);
    client->continent_idx = cache->countries[client->country_idx].continent_idx;
    client->place_idx = edit_add_place(cache, 52, -13);
}

START_TEST(an_answer_has_exactly_its_shape)
{
    static ml_detail_rec details[2];
    ml_choice_t *choice = &decision.choice;

    meet_client();
    edit_host(cache, 1)->place_idx = edit_add_place(cache, 49, 2);
    details[0] = (ml_detail_rec){.timestamp_s = 1700000000, .size = 9000000000};
    details[0].flags = ML_DETAIL_COMPLETE;
    edit_hash(&details[0], ML_HASH_SHA256, details[0].sha256, 32, 0x10);
    edit_hash(&details[0], ML_HASH_MD5, details[0].md5, 16, 0xf0);
    edit_hash(&details[1], ML_HASH_SHA1, details[1].sha1, 20, 0);
    edit_details(cache, 0, details, 2);
    shown_file();
    show("HTTP://m2", 0);
    show("https://m1", 1);
    show("ftp://m1", 1);
    choice->selection.end[ML_POOL_LOCATION] = 0;
    choice->selection.end[ML_POOL_NETBLOCK] = 1;
    choice->selection.end[ML_POOL_ASN] = 1;
    choice->selection.end[ML_POOL_COUNTRY] = 1;
    choice->selection.end[ML_POOL_CLIENT_COUNTRY] = 2;
    choice->pool = ML_POOL_NETBLOCK;
    ck_assert_str_eq(
        json(),
        START "\"path\":\"asked/for\"," DIRECTORY "\"file\":\"f&.iso\","
              "\"client\":{\"address\":\"2001:db8::1\",\"country\":\"DE\","
              "\"continent\":\"EU\",\"asn\":4200000001,\"place\":[52,-13]},"
              "\"found\":\"netblocks\","
              "\"details\":["
              "{\"timestamp\":1700000000,\"size\":9000000000,"
              "\"md5\":\"f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff\",\"sha256\":"
              "\"101112131415161718191a1b1c1d1e1f"
              "202122232425262728292a2b2c2d2e2f\"},"
              "{\"sha1\":\"000102030405060708090a0b0c0d0e0f10111213\"}],"
              "\"mirrors\":["
              "{\"name\":\"host2\",\"private\":true,\"pool\":\"netblocks\","
              "\"bandwidth\":100,\"urls\":[\"HTTP://m2/it's/f&.iso\"]},"
              "{\"name\":\"host1\",\"country\":\"DE\",\"pool\":\"geoip\","
              "\"bandwidth\":100,\"km\":1110,\"urls\":["
              "\"https://m1/x&y/os/a%20b&c/f&.iso\","
              "\"ftp://m1/pub/os/a%20b&c/f&.iso\"]}]}\n");
}
END_TEST

START_TEST(a_repository_is_named_as_in_a_header)
{
    static ml_prefix_rec prefix;

    prefix.name = cache->hosts[0].name; /* any text: where a redirect led */
    decision.lookup.path = NULL;
    decision.lookup.repo = "asked";
    decision.lookup.prefix = &prefix;
    decision.lookup.arch = "x\"86";
    ck_assert_str_eq(json(),
                     START "\"repo\":\"host1\",\"arch\":\"x\\\"86\"," DIRECTORY
                           "\"client\":{},\"found\":\"none\","
                           "\"mirrors\":[]}\n");
}
END_TEST

START_TEST(a_host_whose_name_cannot_be_shown_has_none)
{
    edit_host(cache, 2)->name.len = 0;
    show("HTTP://m2", 0);
    decision.choice.selection.end[ML_POOL_LOCATION] = 1;
    ck_assert_ptr_nonnull(
        strstr(json(), "\"mirrors\":[{\"private\":true,\"pool\":\"location\","
                       "\"bandwidth\":100,\"urls\":[\"HTTP://m2/it's/\"]}]}"));
}
END_TEST

START_TEST(there_is_a_distance_only_between_two_places)
{
    meet_client();
    show("https://m1", 0);
    decision.choice.selection.end[ML_POOL_LOCATION] = 1;
    ck_assert_ptr_null(strstr(json(), "\"km\""));
    edit_host(cache, 1)->place_idx = decision.lookup.client.place_idx;
    ck_assert_ptr_nonnull(
        strstr(json(), "\"bandwidth\":100,\"km\":0,\"urls\""));
    decision.lookup.client.place_idx = ML_NONE;
    ck_assert_ptr_null(strstr(json(), "\"km\""));
}
END_TEST

START_TEST(a_refusal_is_its_line_without_the_sign)
{
    decision.lookup.refusal = ML_REFUSAL_PATH;
    decision.lookup.path = "a\"\\b\xc3\xa4";
    ck_assert_str_eq(written(ml_form_json_refusal),
                     "{\"version\":1,\"error\":\"path = a\\\"\\\\b\xc3\xa4 "
                     "error: invalid path\"}\n");
    decision.lookup.refusal = ML_REFUSAL_NOTHING_ASKED;
    ck_assert_str_eq(written(ml_form_json_refusal),
                     "{\"version\":1,\"error\":\"either path=, or repo= and "
                     "arch= must be specified\"}\n");
    decision.lookup.refusal = ML_REFUSAL_NO_DETAILS;
    decision.lookup.file = "f";
    ck_assert_str_eq(written(ml_form_json_refusal),
                     "{\"version\":1,\"error\":\"pub/os/a b&c/f not found or "
                     "has no metalink\"}\n");
}
END_TEST

START_TEST(a_refused_repository_is_one_line_without_the_listing)
{
    decision.lookup.refusal = ML_REFUSAL_REPOSITORY;
    decision.lookup.path = NULL;
    decision.lookup.repo = "a";
    decision.lookup.arch = "b";
    ck_assert_str_eq(written(ml_form_json_refusal),
                     "{\"version\":1,\"error\":\"repo = a arch = b error: "
                     "invalid repo or arch\"}\n");
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("form_json");

    tcase_add_checked_fixture(tests, shown_set_up, NULL);
    tcase_add_test(tests, of_an_answer_without_anything_the_frame_is_left);
    tcase_add_test(tests, an_answer_has_exactly_its_shape);
    tcase_add_test(tests, a_repository_is_named_as_in_a_header);
    tcase_add_test(tests, a_host_whose_name_cannot_be_shown_has_none);
    tcase_add_test(tests, there_is_a_distance_only_between_two_places);
    tcase_add_test(tests, a_refusal_is_its_line_without_the_sign);
    tcase_add_test(tests, a_refused_repository_is_one_line_without_the_listing);
    return unit_run("form_json", tests);
}
