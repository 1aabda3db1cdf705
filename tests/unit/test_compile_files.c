/* SPDX-License-Identifier: Apache-2.0
 *
 * The versions of a file: which are kept, as records and in the <file> part of
 * a Metalink document.
 */
#include "ml_answer.h"
#include "ml_detail.h"
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

/* Of a document without hosts, what stands before its resources. */
static const char *block_of(const char *name)
{
    ml_cache_t *cache = world_cache(world);
    ml_request_t request = {.now_s = 0};
    ml_decision_t decision = {
        .lookup = {.cache = cache,
                   .request = &request,
                   .directory = &cache->directories[0],
                   .file = name,
                   .details = ml_cache_find_file(cache, &cache->directories[0],
                                                 name, strlen(name))}};
    ml_response_t response;
    const char *body, *start, *end;

    ck_assert_ptr_nonnull(decision.lookup.details);
    ml_form_metalink_answer(&response, &decision, pool);
    body = unit_string(response.body, response.body_len);
    start = strstr(body, "  <file ");
    end = strstr(body, "   <resources");
    return unit_string(start, (apr_size_t)(end - start));
}

static void hash(model_file_detail_t *detail, ml_hash_e which,
                 const char *digits)
{
    ck_assert_ptr_null(
        model_detail_hash(&detail->rec, which, digits, strlen(digits)));
}

static const char *times(const char *digits, int n)
{
    const char *text = "";

    while (n--) {
        text = apr_pstrcat(pool, text, digits, NULL);
    }
    return text;
}

START_TEST(a_file_has_all_that_is_known_of_it)
{
    model_file_detail_t *detail = world_file(world, directory, 1, "a");

    model_detail_numbers(&detail->rec, 1700000000, 9000000000);
    hash(detail, ML_HASH_SHA1, times("a1", 20));
    hash(detail, ML_HASH_SHA256, times("2B", 32));
    hash(detail, ML_HASH_SHA512, times("09afAF5c", 16));
    ck_assert_str_eq(
        block_of("a"),
        apr_pstrcat(pool,
                    "  <file name=\"a\">\n"
                    "   <mm0:timestamp>1700000000</mm0:timestamp>\n"
                    "   <size>9000000000</size>\n"
                    "   <verification>\n"
                    "    <hash type=\"md5\">",
                    times("0", 31), "1</hash>\n    <hash type=\"sha1\">",
                    times("a1", 20), "</hash>\n    <hash type=\"sha256\">",
                    times("2b", 32), "</hash>\n    <hash type=\"sha512\">",
                    times("09afaf5c", 16),
                    "</hash>\n"
                    "   </verification>\n",
                    NULL));
}
END_TEST

START_TEST(a_record_has_the_same_in_binary)
{
    model_file_detail_t *detail = world_file(world, directory, 1, "a");
    const ml_detail_rec *rec;
    ml_cache_t *cache;

    model_detail_numbers(&detail->rec, 0, 7);
    hash(detail, ML_HASH_SHA256, times("0F", 32));
    cache = world_cache(world);
    ck_assert_uint_eq(cache->details_n, 1);
    rec = &cache->details[cache->files[0].detail_first];
    ck_assert_uint_eq(rec->flags, ML_DETAIL_SIZE | ML_DETAIL_HASH(ML_HASH_MD5)
                                      | ML_DETAIL_HASH(ML_HASH_SHA256));
    ck_assert_int_eq(rec->timestamp_s, 0);
    ck_assert_int_eq(rec->size, 7);
    ck_assert_uint_eq(rec->md5[15], 1);
    ck_assert_uint_eq(rec->sha256[0], 0x0f);
    ck_assert_uint_eq(rec->sha256[31], 0x0f);
    ck_assert(!ml_detail_is_complete(rec));
}
END_TEST

START_TEST(absent_and_zero_items_are_left_out)
{
    static const apr_int64_t none[] = {0, -1, APR_INT64_MIN};
    int i;

    for (i = 0; i < N(none); i++) {
        model_file_detail_t *detail =
            world_file(world, directory, 1, apr_psprintf(pool, "%d", i));

        model_detail_numbers(&detail->rec, none[i], none[i]);
    }
    ck_assert_str_eq(block_of("2"), apr_pstrcat(pool,
                                                "  <file name=\"2\">\n"
                                                "   <verification>\n"
                                                "    <hash type=\"md5\">",
                                                times("0", 31),
                                                "1</hash>\n"
                                                "   </verification>\n",
                                                NULL));
}
END_TEST

/* The ids of the versions of "a" that are kept, in their order. */
static const char *kept(const apr_int64_t (*numbers)[2], int n)
{
    const ml_file_rec *file;
    ml_cache_t *cache;
    const char *ids = "";
    int i;

    for (i = 0; i < n; i++) {
        model_detail_numbers(&world_file(world, directory, 9 - i, "a")->rec,
                             numbers[i][0], numbers[i][1]);
    }
    cache = world_cache(world);
    file = &cache->files[0];
    ck_assert_uint_eq(file->detail_n, cache->details_n);
    ck_assert_uint_eq(cache->counts->file_details, cache->details_n);
    for (i = 0; i < (int)file->detail_n; i++) {
        ids = apr_psprintf(pool, "%s%x ", ids,
                           cache->details[file->detail_first + i].md5[15]);
    }
    return ids;
}

START_TEST(complete_versions_stand_newest_first_then_by_id)
{
    /* Ids 9, 8, ... */
    static const apr_int64_t numbers[][2] = {
        {10, 1}, {30, 1}, {0, 1}, {20, 1}, {30, 1}, {40, 0}, {0, 0},
    };

    ck_assert_str_eq(kept(numbers, N(numbers)), "5 8 6 9 ");
}
END_TEST

START_TEST(a_file_without_a_complete_version_is_its_first_row)
{
    static const apr_int64_t numbers[][2] = {{10, 0}, {0, 1}, {0, 0}, {20, 0}};

    ck_assert_str_eq(kept(numbers, N(numbers)), "6 ");
}
END_TEST

START_TEST(older_versions_are_alternates)
{
    static const apr_int64_t numbers[][2] = {{10, 1}, {30, 2}, {20, 0}};

    kept(numbers, N(numbers));
    ck_assert_str_eq(block_of("a"),
                     apr_pstrcat(pool,
                                 "  <file name=\"a\">\n"
                                 "   <mm0:timestamp>30</mm0:timestamp>\n"
                                 "   <size>2</size>\n"
                                 "   <verification>\n"
                                 "    <hash type=\"md5\">",
                                 times("0", 31),
                                 "8</hash>\n"
                                 "   </verification>\n"
                                 "   <mm0:alternates>\n"
                                 "    <mm0:alternate>\n"
                                 "      <mm0:timestamp>10</mm0:timestamp>\n"
                                 "      <size>1</size>\n"
                                 "      <verification>\n"
                                 "       <hash type=\"md5\">",
                                 times("0", 31),
                                 "9</hash>\n"
                                 "      </verification>\n"
                                 "    </mm0:alternate>\n"
                                 "   </mm0:alternates>\n",
                                 NULL));
}
END_TEST

START_TEST(a_name_is_escaped_for_xml)
{
    static const char start[] =
        "  <file name=\"&lt;&amp;&gt;&quot;'\xc3\xa4%20\">\n";

    world_file(world, directory, 1, "<&>\"'\xc3\xa4%20");
    ck_assert_str_eq(
        unit_string(block_of("<&>\"'\xc3\xa4%20"), sizeof(start) - 1), start);
}
END_TEST

START_TEST(each_name_is_a_file_of_its_own)
{
    ml_cache_t *cache;

    world_file(world, directory, 1, "b");
    world_file(world, directory, 2, "a");
    world_file(world, directory, 3, "B");
    world_file(world, directory, 4, "ab");
    cache = world_cache(world);
    ck_assert_uint_eq(cache->files_n, 4);
    ck_assert_str_eq(world_text(cache, cache->files[0].name), "B");
    ck_assert_str_eq(world_text(cache, cache->files[3].name), "b");
    ck_assert_uint_eq(cache->counts->file_details, 4);
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("files");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, a_file_has_all_that_is_known_of_it);
    tcase_add_test(tests, a_record_has_the_same_in_binary);
    tcase_add_test(tests, absent_and_zero_items_are_left_out);
    tcase_add_test(tests, complete_versions_stand_newest_first_then_by_id);
    tcase_add_test(tests, a_file_without_a_complete_version_is_its_first_row);
    tcase_add_test(tests, older_versions_are_alternates);
    tcase_add_test(tests, a_name_is_escaped_for_xml);
    tcase_add_test(tests, each_name_is_a_file_of_its_own);
    return unit_run("compile_files", tests);
}
