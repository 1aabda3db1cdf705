/* SPDX-License-Identifier: Apache-2.0
 *
 * The Metalink 4 form, byte by byte.
 */
#include "shown.h"

#define HEAD                                                 \
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"           \
    "<metalink xmlns=\"urn:ietf:params:xml:ns:metalink\">\n" \
    " <generator>mirrormanager</generator>\n"                \
    " <published>2026-11-24T10:00:00Z</published>\n"
#define FILE_START HEAD " <file name=\"f&amp;.iso\">\n"
#define MD5 "  <hash type=\"md5\">000102030405060708090a0b0c0d0e0f</hash>\n"
#define END      \
    " </file>\n" \
    "</metalink>\n"

/* Of these the first counts. */
static ml_detail_rec details[2];

static void set_up(void)
{
    shown_set_up();
    shown_file();
    memset(details, 0, sizeof(details));
    edit_hash(&details[0], ML_HASH_MD5, details[0].md5, 16, 0);
    edit_hash(&details[1], ML_HASH_MD5, details[1].md5, 16, 99);
    edit_details(cache, 0, details, 2);
}

static const char *metalink4(void)
{
    return written(ml_form_metalink4_answer);
}

START_TEST(a_metalink_4_has_exactly_its_shape)
{
    details[0].size = 9000000000;
    details[0].timestamp_s = 1700000000;
    details[0].flags |= ML_DETAIL_COMPLETE;
    edit_hash(&details[0], ML_HASH_SHA1, details[0].sha1, 20, 0xec);
    edit_hash(&details[0], ML_HASH_SHA256, details[0].sha256, 32, 0x10);
    edit_hash(&details[0], ML_HASH_SHA512, details[0].sha512, 64, 0x40);
    show("https://m1", 0);
    show("ftp://m1", 0);
    show("HTTP://m2", 1);
    ck_assert_str_eq(
        metalink4(), FILE_START
        "  <size>9000000000</size>\n" MD5 "  <hash type=\"sha-1\">"
        "ecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff</hash>\n"
        "  <hash type=\"sha-256\">"
        "101112131415161718191a1b1c1d1e1f"
        "202122232425262728292a2b2c2d2e2f</hash>\n"
        "  <hash type=\"sha-512\">"
        "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"
        "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f"
        "</hash>\n"
        "  <url location=\"de\" priority=\"1\">"
        "https://m1/x&amp;y/os/a%20b&amp;c/f&amp;.iso</url>\n"
        "  <url location=\"de\" priority=\"1\">"
        "ftp://m1/pub/os/a%20b&amp;c/f&amp;.iso</url>\n"
        "  <url priority=\"2\">HTTP://m2/it's/f&amp;.iso</url>\n" END);
}
END_TEST

START_TEST(a_metalink_4_without_hosts_has_its_file)
{
    ck_assert_str_eq(metalink4(), FILE_START MD5 END);
}
END_TEST

START_TEST(a_name_is_escaped)
{
    decision.lookup.file = "<&>\"'\xc3\xa4&amp;";
    ck_assert_str_eq(metalink4(), HEAD
                     " <file name=\"&lt;&amp;&gt;&quot;'\xc3\xa4&amp;amp;\">"
                     "\n" MD5 END);
}
END_TEST

START_TEST(priority_rises_by_host)
{
    const char *expected = FILE_START MD5;
    int i;

    for (i = 0; i < 150; i++) {
        show("HTTP://m2", (apr_uint32_t)i);
        expected = apr_psprintf(pool,
                                "%s  <url priority=\"%d\">"
                                "HTTP://m2/it's/f&amp;.iso</url>\n",
                                expected, i + 1);
    }
    ck_assert_str_eq(metalink4(), apr_pstrcat(pool, expected, END, NULL));
}
END_TEST

/* As countries are called in databases. */
static const struct {
    const char *code;
    const char *attribute;
} locations[] = {
    {"DE", " location=\"de\""},
    {"AZ", " location=\"az\""},
    {"D1", ""},
    {"1D", ""},
    {"[A", ""},
    {"A@", ""},
    {"D", ""},
    {"DEU", ""},
    {"\xc3\x84", ""},
};

START_TEST(a_location_has_two_letters)
{
    world_t *world = world_create();
    apr_uint32_t category = world_category(world);
    apr_uint32_t pub = world_directory(world, "pub");

    world_mirror(world, category, locations[_i].code);
    world_place(world, pub, category, 3);
    world_file(world, pub, 1, "f&.iso");
    cache = world_cache(world);
    shown_look_up();
    shown_file();
    edit_details(cache, 0, details, 1);
    show("https://m1", 0);
    ck_assert_str_eq(metalink4(),
                     apr_pstrcat(pool, FILE_START MD5 "  <url",
                                 locations[_i].attribute,
                                 " priority=\"1\">"
                                 "https://m1.example/pub/f&amp;.iso</url>"
                                 "\n" END,
                                 NULL));
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("form_metalink4");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, a_metalink_4_has_exactly_its_shape);
    tcase_add_test(tests, a_metalink_4_without_hosts_has_its_file);
    tcase_add_test(tests, a_name_is_escaped);
    tcase_add_test(tests, priority_rises_by_host);
    tcase_add_loop_test(tests, a_location_has_two_letters, 0, N(locations));
    return unit_run("form_metalink4", tests);
}
