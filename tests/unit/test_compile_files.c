/* SPDX-License-Identifier: Apache-2.0
 *
 * The <file> part of a Metalink document, as the compiler renders it.
 */
#include "world.h"

static world_t *world;
static apr_uint32_t directory;

static void set_up(void)
{
    apr_uint32_t category;

    world = world_create();
    category = world_category(world);
    directory = world_directory(world, "pub");
    world_place(world, directory, category, 0);
}

static const char *block_of(const char *name)
{
    ml_cache_t *cache = world_cache(world);
    const ml_file_rec *file =
        ml_cache_find_file(cache, &cache->directories[0], name);

    ck_assert_ptr_nonnull(file);
    return unit_string(ml_block(cache, file->block), file->block.len);
}

START_TEST(a_file_has_all_that_is_known_of_it)
{
    model_file_detail_t *detail = world_file(world, directory, 1, "a");

    detail->timestamp = 1700000000;
    detail->size = 9000000000;
    detail->hashes[0] = "d5";
    detail->hashes[1] = "a1";
    detail->hashes[2] = "Ab256";
    detail->hashes[3] = "512";
    ck_assert_str_eq(block_of("a"),
                     "  <file name=\"a\">\n"
                     "   <mm0:timestamp>1700000000</mm0:timestamp>\n"
                     "   <size>9000000000</size>\n"
                     "   <verification>\n"
                     "    <hash type=\"md5\">d5</hash>\n"
                     "    <hash type=\"sha1\">a1</hash>\n"
                     "    <hash type=\"sha256\">Ab256</hash>\n"
                     "    <hash type=\"sha512\">512</hash>\n"
                     "   </verification>\n");
}
END_TEST

START_TEST(absent_and_zero_items_are_left_out)
{
    model_file_detail_t *detail = world_file(world, directory, 1, "a");

    detail->timestamp = 0;
    detail->size = 0;
    world_file(world, directory, 2, "b")->size = 1;
    ck_assert_str_eq(block_of("a"), "  <file name=\"a\">\n"
                                    "   <verification>\n"
                                    "   </verification>\n");
}
END_TEST

START_TEST(older_versions_are_alternates_newest_first)
{
    static const apr_int64_t times[] = {-1, 10, 30, -1, 20, 30};
    int i;

    for (i = 0; i < N(times); i++) {
        model_file_detail_t *detail = world_file(world, directory, 10 - i, "a");

        detail->timestamp = times[i];
        detail->hashes[0] = apr_psprintf(pool, "id%d", 10 - i);
    }
#define HASH(id) "       <hash type=\"md5\">id" id "</hash>\n"
#define ALTERNATE(timestamp, id)                                \
    "    <mm0:alternate>\n" timestamp                           \
    "      <verification>\n" HASH(id) "      </verification>\n" \
                                      "    </mm0:alternate>\n"
#define TIME(s) "      <mm0:timestamp>" s "</mm0:timestamp>\n"
    ck_assert_str_eq(block_of("a"),
                     "  <file name=\"a\">\n"
                     "   <mm0:timestamp>30</mm0:timestamp>\n"
                     "   <verification>\n"
                     "    <hash type=\"md5\">id5</hash>\n"
                     "   </verification>\n"
                     "   <mm0:alternates>\n" ALTERNATE(TIME("30"), "8")
                         ALTERNATE(TIME("20"), "6") ALTERNATE(TIME("10"), "9")
                             ALTERNATE("", "7")
                                 ALTERNATE("", "10") "   </mm0:alternates>\n");
}
END_TEST

START_TEST(an_alternate_of_which_nothing_is_known_stays)
{
    world_file(world, directory, 1, "a")->timestamp = 5;
    world_file(world, directory, 2, "a");
    ck_assert_str_eq(block_of("a"), "  <file name=\"a\">\n"
                                    "   <mm0:timestamp>5</mm0:timestamp>\n"
                                    "   <verification>\n"
                                    "   </verification>\n"
                                    "   <mm0:alternates>\n"
                                    "    <mm0:alternate>\n"
                                    "      <verification>\n"
                                    "      </verification>\n"
                                    "    </mm0:alternate>\n"
                                    "   </mm0:alternates>\n");
}
END_TEST

START_TEST(a_name_is_escaped_for_xml)
{
    world_file(world, directory, 1, "<&>\"'\xc3\xa4%20");
    ck_assert_str_eq(block_of("<&>\"'\xc3\xa4%20"),
                     "  <file name=\"&lt;&amp;&gt;&quot;'\xc3\xa4%20\">\n"
                     "   <verification>\n"
                     "   </verification>\n");
}
END_TEST

START_TEST(each_name_is_a_file_of_its_own)
{
    ml_cache_t *cache;

    world_file(world, directory, 1, "b");
    world_file(world, directory, 2, "a");
    world_file(world, directory, 3, "b");
    world_file(world, directory, 4, "B");
    world_file(world, directory, 5, "ab");
    cache = world_cache(world);
    ck_assert_uint_eq(cache->files_n, 4);
    ck_assert_str_eq(world_text(cache, cache->files[0].name), "B");
    ck_assert_str_eq(world_text(cache, cache->files[3].name), "b");
    ck_assert_uint_eq(cache->counts->file_details, 5);
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("files");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, a_file_has_all_that_is_known_of_it);
    tcase_add_test(tests, absent_and_zero_items_are_left_out);
    tcase_add_test(tests, older_versions_are_alternates_newest_first);
    tcase_add_test(tests, an_alternate_of_which_nothing_is_known_stays);
    tcase_add_test(tests, a_name_is_escaped_for_xml);
    tcase_add_test(tests, each_name_is_a_file_of_its_own);
    return unit_run("compile_files", tests);
}
