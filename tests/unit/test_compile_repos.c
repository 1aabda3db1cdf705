/* SPDX-License-Identifier: Apache-2.0
 *
 * Names that clients ask for: which repository they are, where redirects
 * end, and the listing of all.
 */
#include "world.h"

static world_t *world;
static ml_cache_t *cache;

/* Directories 0 "os", 1 "os/repodata", 2 "alone", 3 "alone2/repodata" and 4
 * "unknown", which no category has. */
static void set_up(void)
{
    static const char *const names[] = {"os", "os/repodata", "alone",
                                        "alone2/repodata", "unknown"};
    apr_uint32_t category, i;

    world = world_create();
    category = world_category(world);
    for (i = 0; i < (apr_uint32_t)N(names); i++) {
        world_directory(world, names[i]);
        if (i < 4) {
            world_place(world, i, category, 0);
        }
    }
}

static const ml_prefix_rec *prefix_of(const char *name)
{
    apr_uint32_t idx;

    if (!cache) {
        cache = world_cache(world);
    }
    idx = ml_cache_find_prefix(cache, name, strlen(name));
    return idx == ML_NONE ? NULL : &cache->prefixes[idx];
}

static const char *name_of_directory(apr_uint32_t idx)
{
    return idx == ML_NONE ? "none"
                          : world_text(cache, cache->directories[idx].name);
}

/* "DIRECTORY REPODATA" of a repository. */
static const char *directories_of(const char *prefix, const char *arch)
{
    const ml_prefix_rec *found = prefix_of(prefix);
    apr_uint32_t idx =
        found ? ml_cache_find_repo(cache, found, arch, strlen(arch)) : ML_NONE;

    if (idx == ML_NONE) {
        return "no repository";
    }
    return apr_pstrcat(pool, name_of_directory(cache->repos[idx].directory_idx),
                       " ", name_of_directory(cache->repos[idx].repodata_idx),
                       NULL);
}

/* Where a redirect ends. */
static const char *end_of(const char *name)
{
    const ml_prefix_rec *prefix = prefix_of(name);

    if (!prefix) {
        return "unknown";
    }
    return prefix->target_idx == ML_NONE
               ? "itself"
               : world_text(cache, cache->prefixes[prefix->target_idx].name);
}

static int skipped(void)
{
    return (int)report_skipped(world->report);
}

/* --- repositories -----------------------------------------------------------
 */

START_TEST(a_repository_knows_its_directory_and_its_repodata)
{
    world_repository(world, "a", "x86_64", 0);
    world_repository(world, "b", "x86_64", 2);
    world_repository(world, "c", "x86_64", 3);
    world_repository(world, "d", "x86_64", 4);
    world_repository(world, "a", "", 1);
    ck_assert_str_eq(directories_of("a", "x86_64"), "os os/repodata");
    ck_assert_str_eq(directories_of("b", "x86_64"), "alone none");
    ck_assert_str_eq(directories_of("c", "x86_64"),
                     "alone2/repodata alone2/repodata");
    ck_assert_str_eq(directories_of("d", "x86_64"), "none none");
    ck_assert_str_eq(directories_of("a", ""), "os/repodata os/repodata");
    ck_assert_str_eq(directories_of("a", "i386"), "no repository");
    ck_assert_str_eq(end_of("a"), "itself");
}
END_TEST

START_TEST(the_smallest_id_of_a_prefix_and_arch_wins)
{
    world_repository(world, "a", "x86_64", 2);
    world_repository(world, "a", "x86_64", 0);
    world_repository(world, "a", "i386", 0);
    ck_assert_str_eq(directories_of("a", "x86_64"), "alone none");
    ck_assert_str_eq(directories_of("a", "i386"), "os os/repodata");
    ck_assert_uint_eq(cache->repos_n, 2);
    ck_assert_int_eq(skipped(), 1);
}
END_TEST

START_TEST(one_disabled_row_disables_its_prefix)
{
    world_repository(world, "a", "x86_64", 0);
    world_repository(world, "a", "i386", 0)->disabled = 1;
    world_repository(world, "b", "x86_64", 0);
    world_repository(world, "b", "x86_64", 0)->disabled = 1;
    world_repository(world, "c", "x86_64", 0);
    ck_assert_uint_eq(prefix_of("a")->disabled, 1);
    ck_assert_uint_eq(prefix_of("b")->disabled, 1);
    ck_assert_uint_eq(prefix_of("c")->disabled, 0);
}
END_TEST

/* "ARCH ARCH" of the prefix, in the order of its run. */
static const char *arches_of(const char *name)
{
    const ml_prefix_rec *prefix = prefix_of(name);
    const char *text = "", *gap = "";
    apr_uint32_t i;

    for (i = 0; i < prefix->repo_n; i++) {
        const ml_repo_rec *repo = &cache->repos[prefix->repo_first + i];

        ck_assert_str_eq(world_text(cache, repo->prefix), name);
        text =
            apr_pstrcat(pool, text, gap, world_text(cache, repo->arch), NULL);
        gap = " ";
    }
    return text;
}

START_TEST(the_repositories_of_a_prefix_are_a_run_by_arch)
{
    world_repository(world, "b", "x86_64", 0);
    world_repository(world, "a", "x86_64", 0);
    world_repository(world, "b", "aarch64", 4);
    world_repository(world, "ab", "i386", 0);
    world_repository(world, "b", "i386", 0)->disabled = 1;
    world_repository(world, "b", "x86_64", 2);
    world_redirect(world, "old", "b");
    ck_assert_str_eq(arches_of("a"), "x86_64");
    ck_assert_str_eq(arches_of("ab"), "i386");
    ck_assert_str_eq(arches_of("b"), "aarch64 i386 x86_64");
    ck_assert_str_eq(arches_of("old"), "");
}
END_TEST

/* --- redirects
 * ---------------------------------------------------------------- */

START_TEST(a_chain_of_redirects_is_followed_to_its_end)
{
    world_repository(world, "end", "x86_64", 0)->disabled = 1;
    world_redirect(world, "two", "one");
    world_redirect(world, "three", "two");
    world_redirect(world, "one", "end");
    ck_assert_str_eq(end_of("one"), "end");
    ck_assert_str_eq(end_of("two"), "end");
    ck_assert_str_eq(end_of("three"), "end");
    ck_assert_str_eq(end_of("end"), "itself");
    ck_assert_uint_eq(prefix_of("end")->disabled, 1);
    ck_assert_int_eq(skipped(), 0);
}
END_TEST

START_TEST(a_repository_can_be_redirected)
{
    world_repository(world, "old", "x86_64", 2);
    world_repository(world, "new", "x86_64", 0);
    world_redirect(world, "old", "new");
    ck_assert_str_eq(end_of("old"), "new");
    ck_assert_str_eq(directories_of("old", "x86_64"), "alone none");
}
END_TEST

START_TEST(a_loop_and_all_that_leads_into_it_is_dropped)
{
    world_repository(world, "a", "x86_64", 0);
    world_redirect(world, "a", "b");
    world_redirect(world, "b", "c");
    world_redirect(world, "c", "a");
    world_redirect(world, "into", "b");
    world_redirect(world, "before", "into");
    ck_assert_str_eq(end_of("a"), "itself");
    ck_assert_str_eq(end_of("b"), "unknown");
    ck_assert_str_eq(end_of("c"), "unknown");
    ck_assert_str_eq(end_of("into"), "unknown");
    ck_assert_str_eq(end_of("before"), "unknown");
    ck_assert_int_eq(skipped(), 5);
}
END_TEST

START_TEST(a_row_from_a_name_to_itself_is_nothing)
{
    world_repository(world, "a", "x86_64", 0);
    world_redirect(world, "a", "a");
    world_redirect(world, "b", "a");
    world_redirect(world, "c", "c");
    world_redirect(world, "d", "c");
    ck_assert_str_eq(end_of("a"), "itself");
    ck_assert_str_eq(end_of("b"), "a");
    ck_assert_str_eq(end_of("c"), "unknown");
    ck_assert_str_eq(end_of("d"), "unknown");
    ck_assert_int_eq(skipped(), 1);
}
END_TEST

START_TEST(an_end_that_is_no_prefix_is_dropped)
{
    world_repository(world, "a", "x86_64", 0);
    world_redirect(world, "old", "older");
    world_redirect(world, "older", "nowhere");
    ck_assert_str_eq(end_of("old"), "unknown");
    ck_assert_str_eq(end_of("older"), "unknown");
    ck_assert_str_eq(end_of("nowhere"), "unknown");
    ck_assert_int_eq(skipped(), 2);
}
END_TEST

START_TEST(the_first_redirect_of_a_name_wins)
{
    world_repository(world, "a", "x86_64", 0);
    world_repository(world, "b", "x86_64", 0);
    world_redirect(world, "old", "a");
    world_redirect(world, "old", "b");
    ck_assert_str_eq(end_of("old"), "a");
    ck_assert_int_eq(skipped(), 1);
}
END_TEST

/* --- the listing ------------------------------------------------------------
 */

static const char *listing(void)
{
    if (!cache) {
        cache = world_cache(world);
    }
    return unit_string(cache->listing, cache->listing_n);
}

#define TITLE "# following repositories are available:\n"

START_TEST(the_listing_has_whole_lines_sorted_bytewise)
{
    world_repository(world, "b", "x86_64", 0);
    world_repository(world, "a", "x86_64", 0)->disabled = 1;
    world_repository(world, "a-b", "i386", 4);
    world_repository(world, "a", "i386", 0);
    world_repository(world, "A", "i386", 0);
    world_repository(world, "a!", "", 0);
    world_repository(world, "a", "i386", 0);
    world_redirect(world, "old", "a");
    ck_assert_str_eq(listing(), TITLE "# repo=A&arch=i386\n"
                                      "# repo=a!&arch=\n"
                                      "# repo=a&arch=i386\n"
                                      "# repo=a&arch=x86_64\n"
                                      "# repo=a-b&arch=i386\n"
                                      "# repo=b&arch=x86_64\n");
}
END_TEST

START_TEST(a_listed_line_is_cut_where_clients_stop_reading)
{
    char *name = apr_palloc(pool, 4097);
    const char *text;

    memset(name, 'n', 4096);
    name[4096] = '\0';
    world_repository(world, name, "x86_64", 0);
    text = listing() + strlen(TITLE);
    ck_assert_uint_eq(strlen(text), 3904);
    ck_assert_str_eq(text + 3898, "nn...\n");
}
END_TEST

START_TEST(without_repositories_the_listing_is_its_title)
{
    ck_assert_str_eq(listing(), TITLE);
    ck_assert_ptr_null(prefix_of("a"));
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("repos");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, a_repository_knows_its_directory_and_its_repodata);
    tcase_add_test(tests, the_smallest_id_of_a_prefix_and_arch_wins);
    tcase_add_test(tests, one_disabled_row_disables_its_prefix);
    tcase_add_test(tests, the_repositories_of_a_prefix_are_a_run_by_arch);
    tcase_add_test(tests, a_chain_of_redirects_is_followed_to_its_end);
    tcase_add_test(tests, a_repository_can_be_redirected);
    tcase_add_test(tests, a_loop_and_all_that_leads_into_it_is_dropped);
    tcase_add_test(tests, a_row_from_a_name_to_itself_is_nothing);
    tcase_add_test(tests, an_end_that_is_no_prefix_is_dropped);
    tcase_add_test(tests, the_first_redirect_of_a_name_wins);
    tcase_add_test(tests, the_listing_has_whole_lines_sorted_bytewise);
    tcase_add_test(tests, a_listed_line_is_cut_where_clients_stop_reading);
    tcase_add_test(tests, without_repositories_the_listing_is_its_title);
    return unit_run("compile_repos", tests);
}
