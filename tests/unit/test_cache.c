/* SPDX-License-Identifier: Apache-2.0
 *
 * What the compiler writes, the reader finds; and bytes that the compiler did
 * not write are refused with a sentence.
 */
#include <stddef.h>

#include "world.h"

enum { MANY = 300 };

static ml_cache_t *cache;
static char *bytes;
static apr_uint64_t size;

static const char *numbered(const char *what, int i)
{
    return apr_psprintf(pool, "%s%d", what, i);
}

static const ml_file_rec *file_of(const ml_directory_rec *directory,
                                  const char *name)
{
    return ml_cache_find_file(cache, directory, name, strlen(name));
}

static apr_uint32_t prefix_of(const char *name)
{
    return ml_cache_find_prefix(cache, name, strlen(name));
}

static apr_uint32_t repo_of(apr_uint32_t prefix, const char *arch)
{
    return ml_cache_find_repo(cache, &cache->prefixes[prefix], arch,
                              strlen(arch));
}

/* A world with many of everything that is looked up. */
static void set_up(void)
{
    world_t *world = world_create();
    apr_uint32_t category = world_category(world), part;
    int i;

    part = world_part(world, world_host(world, "DE"), category);
    for (i = 0; i < MANY; i++) {
        apr_uint32_t directory = world_directory(world, numbered("pub/", i));

        world_place(world, directory, category, 0);
        world_file(world, 0, i, numbered("file", i));
        world_repository(world, numbered("repo", i / 3),
                         numbered("arch", i % 3), directory);
        world_redirect(world, numbered("old", i), numbered("repo", i / 3));
        world_location(world, numbered("place", i));
        world_country(world, numbered("C", i));
        world_url(world, part, i, apr_psprintf(pool, "s%d://m", i));
    }
    world_up2date(world, part, 0);
    bytes = world_bytes(world, &size);
    ck_assert_ptr_null(ml_cache_open(&cache, bytes, size, pool));
}

/* --- look-ups --------------------------------------------------------------
 */

START_TEST(directories_are_found_by_their_whole_names)
{
    int i;

    for (i = 0; i < MANY; i++) {
        const char *name = numbered("pub/", i);
        const ml_directory_rec *found = world_found_directory(cache, name);

        ck_assert_str_eq(world_text(cache, found->name), name);
    }
    ck_assert_uint_eq(ml_cache_find_directory(cache, "pub/0x", 5),
                      ml_cache_find_directory(cache, "pub/0", 5));
    ck_assert_uint_eq(ml_cache_find_directory(cache, "pub/0/", 6), ML_NONE);
    ck_assert_uint_eq(ml_cache_find_directory(cache, "pub/0", 4), ML_NONE);
    ck_assert_uint_eq(ml_cache_find_directory(cache, "pub/300", 7), ML_NONE);
    ck_assert_uint_eq(ml_cache_find_directory(cache, "PUB/0", 5), ML_NONE);
    ck_assert_uint_eq(ml_cache_find_directory(cache, "", 0), ML_NONE);
    ck_assert_uint_eq(ml_cache_find_directory(cache, "pub/0\0", 6), ML_NONE);
}
END_TEST

START_TEST(files_are_found_in_their_directory_only)
{
    const ml_directory_rec *first = &cache->directories[0];
    int i;

    for (i = 0; i < MANY; i++) {
        const char *name = numbered("file", i);
        const ml_file_rec *file = file_of(first, name);

        ck_assert_ptr_nonnull(file);
        ck_assert_str_eq(world_text(cache, file->name), name);
        ck_assert_ptr_null(file_of(&cache->directories[1], name));
    }
    ck_assert_ptr_null(file_of(first, ""));
    ck_assert_ptr_null(file_of(first, "file"));
    ck_assert_ptr_null(file_of(first, "file300"));
    ck_assert_ptr_null(file_of(first, "fild"));
    ck_assert_ptr_null(file_of(first, "z"));
}
END_TEST

START_TEST(repositories_are_found_by_prefix_and_arch)
{
    int i;

    for (i = 0; i < MANY; i++) {
        apr_uint32_t prefix = prefix_of(numbered("repo", i / 3)), repo;

        ck_assert_uint_ne(prefix, ML_NONE);
        repo = repo_of(prefix, numbered("arch", i % 3));
        ck_assert_uint_ne(repo, ML_NONE);
        ck_assert_str_eq(
            world_text(
                cache,
                cache->directories[cache->repos[repo].directory_idx].name),
            numbered("pub/", i));
        ck_assert_uint_eq(repo_of(prefix, numbered("arch", 3)), ML_NONE);
        ck_assert_uint_eq(repo_of(prefix, ""), ML_NONE);
    }
}
END_TEST

START_TEST(prefixes_and_redirects_are_found_by_their_names)
{
    int i;

    for (i = 0; i < MANY; i++) {
        apr_uint32_t old = prefix_of(numbered("old", i));

        ck_assert_uint_ne(old, ML_NONE);
        ck_assert_uint_eq(cache->prefixes[old].target_idx,
                          prefix_of(numbered("repo", i / 3)));
    }
    ck_assert_uint_eq(prefix_of(""), ML_NONE);
    ck_assert_uint_eq(prefix_of("repo"), ML_NONE);
    ck_assert_uint_eq(prefix_of("Repo0"), ML_NONE);
    ck_assert_uint_eq(prefix_of("old300"), ML_NONE);
}
END_TEST

START_TEST(locations_and_countries_are_found_by_their_names)
{
    int i;

    for (i = 0; i < MANY; i++) {
        const char *place = numbered("place", i), *code = numbered("C", i);
        apr_uint32_t location =
            ml_cache_find_location(cache, place, strlen(place));
        apr_uint32_t country = ml_cache_find_country(cache, code, strlen(code));

        ck_assert_uint_lt(location, cache->locations_n);
        ck_assert_str_eq(world_text(cache, cache->locations[location].name),
                         place);
        ck_assert_uint_lt(country, cache->countries_n);
        ck_assert_str_eq(world_text(cache, cache->countries[country].code),
                         code);
    }
    ck_assert_uint_eq(ml_cache_find_location(cache, "place", 5), ML_NONE);
    ck_assert_uint_eq(ml_cache_find_location(cache, "place300", 8), ML_NONE);
    ck_assert_uint_eq(ml_cache_find_country(cache, "C", 1), ML_NONE);
    ck_assert_uint_eq(ml_cache_find_country(cache, "c0", 2), ML_NONE);
}
END_TEST

START_TEST(schemes_are_found_the_four_with_a_rank_first)
{
    static const char *const ranked[] = {"https", "http", "ftp", "rsync"};
    int i;

    for (i = 0; i < N(ranked); i++) {
        ck_assert_int_eq(
            (int)ml_cache_find_scheme(cache, ranked[i], strlen(ranked[i])), i);
    }
    for (i = 0; i < MANY; i++) {
        const char *name = numbered("s", i);
        apr_uint32_t found = ml_cache_find_scheme(cache, name, strlen(name));

        ck_assert_uint_lt(found, cache->schemes_n);
        ck_assert_uint_ge(found, ML_SCHEME_OTHER);
        ck_assert_str_eq(world_text(cache, cache->schemes[found].name), name);
    }
    ck_assert_uint_eq(ml_cache_find_scheme(cache, "htt", 3), ML_NONE);
    ck_assert_uint_eq(ml_cache_find_scheme(cache, "s", 1), ML_NONE);
    ck_assert_uint_eq(ml_cache_find_scheme(cache, "S0", 2), ML_NONE);
    ck_assert_uint_eq(ml_cache_find_scheme(cache, "", 0), ML_NONE);
}
END_TEST

START_TEST(a_hash_tells_where_the_first_name_ends)
{
    ck_assert_uint_ne(ml_cache_hash("ab", 2, "c", 1),
                      ml_cache_hash("a", 1, "bc", 2));
    ck_assert_uint_ne(ml_cache_hash("ab", 2, "", 0),
                      ml_cache_hash("ab", 2, NULL, 0));
}
END_TEST

/* --- refusals ----------------------------------------------------------------
 */

static void seal(void)
{
    ml_header_rec *header = (ml_header_rec *)bytes;

    header->crc32 = ml_cache_crc32(bytes, size);
}

static void expect_refused(const char *sentence)
{
    const char *refused = ml_cache_open(&cache, bytes, size, pool);

    ck_assert_msg(refused != NULL, "was taken, not refused: %s", sentence);
    ck_assert_str_eq(refused, sentence);
}

#define NUMBER(field) \
    offsetof(ml_header_rec, field), sizeof(((ml_header_rec *)NULL)->field)

static const struct {
    apr_size_t off;
    apr_size_t len;
    apr_uint64_t mask; /* bits of the number that change */
    const char *sentence;
} headers[] = {
    {0, 1, 0xff, "this is not a mirrorlist cache (wrong magic)"},
    {7, 1, 0x07, "this is not a mirrorlist cache (wrong magic)"},
    {NUMBER(endian), 1,
     "the cache was made for machines with the other byte order"},
    {NUMBER(version_major), 3,
     "the cache has format version 2, but this program reads version 1"},
    {NUMBER(version_major), 1,
     "the cache has format version 0, but this program reads version 1"},
    {NUMBER(section_n), 0x80000000u,
     "the table of contents is longer than the file"},
    {NUMBER(crc32), 1, "the checksum is wrong"},
    {NUMBER(created_s), 1, "the checksum is wrong"},
    {sizeof(ml_header_rec), 1, 1, "the checksum is wrong"},
};

START_TEST(a_wrong_header_is_refused_with_its_sentence)
{
    apr_size_t i, last = headers[_i].len - 1;

    for (i = 0; i <= last; i++) {
        bytes[headers[_i].off + (ML_ORDER_IS_NATIVE ? i : last - i)] ^=
            (char)(headers[_i].mask >> 8 * i);
    }
    expect_refused(headers[_i].sentence);
}
END_TEST

START_TEST(a_newer_minor_version_is_read)
{
    ((ml_header_rec *)bytes)->version_minor ^= 1;
    seal();
    ck_assert_ptr_null(ml_cache_open(&cache, bytes, size, pool));
}
END_TEST

START_TEST(every_byte_is_covered_by_the_checksum)
{
    apr_uint64_t i;

    for (i = sizeof(ml_header_rec); i < size; i += size / 50) {
        bytes[i] ^= 1;
        expect_refused("the checksum is wrong");
        bytes[i] ^= 1;
    }
    bytes[size - 1] ^= 1;
    expect_refused("the checksum is wrong");
}
END_TEST

START_TEST(a_file_of_another_size_is_refused)
{
    const char *says = apr_psprintf(
        pool, " bytes, but its header says %" APR_UINT64_T_FMT, size);
    apr_uint64_t whole = size;

    for (size = whole - 1; size >= sizeof(ml_header_rec); size /= 7) {
        expect_refused(apr_psprintf(
            pool, "the file has %" APR_UINT64_T_FMT "%s", size, says));
    }
    size = sizeof(ml_header_rec);
    expect_refused(apr_psprintf(pool, "the file has 40%s", says));
    size = sizeof(ml_header_rec) - 1;
    expect_refused("the file is shorter than a header");
    size = 1;
    expect_refused("the file is shorter than a header");
    size = 0;
    expect_refused("the file is empty");
}
END_TEST

static ml_section_rec *entry(apr_uint32_t id)
{
    return (ml_section_rec *)(bytes + sizeof(ml_header_rec)) + id - 1;
}

START_TEST(a_wrong_table_of_contents_is_refused)
{
    ml_section_rec *countries = entry(4), saved = *countries;

    countries->off += 8;
    seal();
    expect_refused("section 4 is not where it should be");
    *countries = saved;
    countries->rec_n = size;
    seal();
    expect_refused("section 4 is longer than the file");
    *countries = saved;
    countries->rec_len = 0;
    seal();
    expect_refused("section 4 is longer than the file");
    *countries = saved;
    countries->id = 99;
    seal();
    expect_refused("section countries is missing");
    *countries = saved;
    countries->rec_len /= 2;
    countries->rec_n *= 2;
    seal();
    expect_refused("section countries has records of another size");
}
END_TEST

/* Puts a section behind the others, which move by its entry. */
static void append_section(apr_uint32_t id)
{
    ml_header_rec *header = (ml_header_rec *)bytes;
    apr_uint64_t front =
        sizeof(*header) + header->section_n * sizeof(ml_section_rec);
    apr_uint64_t moved = (size + sizeof(ml_section_rec) + 7) & ~7ull;
    char *longer = apr_pcalloc(pool, moved + 16);
    ml_section_rec *contents = (ml_section_rec *)(longer + sizeof(*header));
    apr_uint32_t i;

    memcpy(longer, bytes, front);
    memcpy(longer + front + sizeof(*contents), bytes + front, size - front);
    for (i = 0; i < header->section_n; i++) {
        contents[i].off += sizeof(*contents);
    }
    contents[i] = (ml_section_rec){id, 2, moved, 8};
    bytes = longer;
    size = moved + 16;
    header = (ml_header_rec *)bytes;
    header->section_n++;
    header->file_size = size;
    seal();
}

START_TEST(an_unknown_section_is_skipped)
{
    append_section(4711);
    ck_assert_ptr_null(ml_cache_open(&cache, bytes, size, pool));
    world_found_directory(cache, "pub/299");
    bytes[size - 1] ^= 1;
    expect_refused("the checksum is wrong");
}
END_TEST

START_TEST(a_known_section_stands_once)
{
    append_section(1);
    expect_refused("section text appears twice");
}
END_TEST

START_TEST(bytes_behind_the_last_section_are_refused)
{
    append_section(4711);
    entry(((ml_header_rec *)bytes)->section_n)->rec_n = 7;
    seal();
    expect_refused("there are bytes after the last section");
}
END_TEST

START_TEST(the_header_says_when_and_what_was_written)
{
    ck_assert_int_eq(cache->header->created_s, WORLD_CREATED_S);
    ck_assert_uint_eq(cache->header->file_size, size);
    ck_assert_uint_eq(cache->counts->directories, MANY);
    ck_assert_uint_eq(cache->counts->carried_directories, 1);
    ck_assert_uint_eq(cache->counts->hosts, 1);
    ck_assert_uint_eq(cache->counts->pairs, 1);
    ck_assert_uint_eq(cache->counts->repositories, MANY);
    ck_assert_uint_eq(cache->counts->file_details, MANY);
}
END_TEST

START_TEST(a_minute_from_now_is_not_ahead)
{
    ck_assert(!ml_cache_is_ahead(cache, WORLD_CREATED_S));
    ck_assert(!ml_cache_is_ahead(cache, WORLD_CREATED_S - 60));
    ck_assert(ml_cache_is_ahead(cache, WORLD_CREATED_S - 61));
    ck_assert(!ml_cache_is_ahead(cache, WORLD_CREATED_S + 61));
}
END_TEST

static void add_look_ups(TCase *tests)
{
    tcase_add_test(tests, directories_are_found_by_their_whole_names);
    tcase_add_test(tests, files_are_found_in_their_directory_only);
    tcase_add_test(tests, repositories_are_found_by_prefix_and_arch);
    tcase_add_test(tests, prefixes_and_redirects_are_found_by_their_names);
    tcase_add_test(tests, locations_and_countries_are_found_by_their_names);
    tcase_add_test(tests, schemes_are_found_the_four_with_a_rank_first);
    tcase_add_test(tests, a_hash_tells_where_the_first_name_ends);
    tcase_add_test(tests, the_header_says_when_and_what_was_written);
    tcase_add_test(tests, a_minute_from_now_is_not_ahead);
}

int main(void)
{
    TCase *tests = unit_case("cache");

    tcase_add_checked_fixture(tests, set_up, NULL);
    add_look_ups(tests);
    tcase_add_loop_test(tests, a_wrong_header_is_refused_with_its_sentence, 0,
                        N(headers));
    tcase_add_test(tests, a_newer_minor_version_is_read);
    tcase_add_test(tests, every_byte_is_covered_by_the_checksum);
    tcase_add_test(tests, a_file_of_another_size_is_refused);
    tcase_add_test(tests, a_wrong_table_of_contents_is_refused);
    tcase_add_test(tests, an_unknown_section_is_skipped);
    tcase_add_test(tests, a_known_section_stands_once);
    tcase_add_test(tests, bytes_behind_the_last_section_are_refused);
    return unit_run("cache", tests);
}
