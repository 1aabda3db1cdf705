/* SPDX-License-Identifier: Apache-2.0
 *
 * The walk over what requests are looked up in: directories and their files,
 * repositories, prefixes, locations, and lists of hosts.
 */
#include "ml_cache_check.h"

#include "ml_detail.h"

static void at_least(apr_uint32_t *n, apr_uint32_t least)
{
    *n = *n < least ? least : *n;
}

/* Sub-paths that a directory needs for a set: one more than the highest.  By
 * URL first, for it and those behind it in its list: many members may share a
 * long one. */
static apr_uint32_t *subpaths_needed(const ml_cache_t *cache,
                                     apr_pool_t *scratch)
{
    apr_uint32_t *by_url =
        apr_pcalloc(scratch, ((apr_size_t)cache->urls_n + 1) * sizeof(*by_url));
    apr_uint32_t *needed = apr_pcalloc(
        scratch, ((apr_size_t)cache->host_sets_n + 1) * sizeof(*needed));
    apr_uint32_t i, j;

    for (i = cache->urls_n; i > 0; i--) {
        const ml_url_rec *url = &cache->urls[i - 1];

        by_url[i - 1] = url->flags & ML_URL_LAST ? 0 : by_url[i];
        at_least(&by_url[i - 1], url->subpath_idx + 1);
    }
    for (i = 0; i < cache->host_sets_n; i++) {
        const ml_host_set_rec *set = &cache->host_sets[i];

        for (j = 0; j < set->public_n + set->private_n; j++) {
            at_least(&needed[i],
                     by_url[cache->members[set->member_first + j].url_first]);
        }
    }
    return needed;
}

static int number_is_right(const ml_detail_rec *detail, apr_uint32_t flag,
                           apr_int64_t number)
{
    return detail->flags & flag ? number > 0 : number == 0;
}

static int is_zero(const apr_byte_t *bytes, apr_size_t len)
{
    while (len > 0 && !bytes[len - 1]) {
        len--;
    }
    return len == 0;
}

/* Without a hash a client would take whatever a mirror sends. */
static const char *check_detail(const ml_detail_rec *detail)
{
    int i;

    if (detail->flags & ~(ML_DETAIL_COMPLETE | ML_DETAIL_HASHES)) {
        return "details: unknown flags";
    }
    if (!(detail->flags & ML_DETAIL_HASHES)) {
        return "details: one has no hash";
    }
    if (!number_is_right(detail, ML_DETAIL_TIMESTAMP, detail->timestamp_s)
        || !number_is_right(detail, ML_DETAIL_SIZE, detail->size)) {
        return "details: a number contradicts its flags or is not above 0";
    }
    for (i = 0; i < ML_HASH_N; i++) {
        if (!ml_detail_has(detail, i)
            && !is_zero(ml_detail_hash(detail, i), ml_hashes[i].len)) {
            return "details: a hash contradicts its flags";
        }
    }
    return NULL;
}

static const char *check_details(const ml_cache_t *cache,
                                 const ml_file_rec *file)
{
    const ml_detail_rec *details = cache->details + file->detail_first;
    const char *wrong = NULL;
    apr_uint32_t i;

    for (i = 0; !wrong && i < file->detail_n; i++) {
        wrong = check_detail(&details[i]);
        if (file->detail_n > 1 && !ml_detail_is_complete(&details[i])) {
            return "details: an alternate has no timestamp or no size";
        }
        if (i > 0 && details[i - 1].timestamp_s < details[i].timestamp_s) {
            return "details: not newest first";
        }
    }
    return wrong;
}

/* The directory's files; `*next` moves to the end of their details. */
static const char *check_files(const ml_cache_t *cache,
                               const ml_directory_rec *directory,
                               apr_uint32_t *next)
{
    const ml_file_rec *files = cache->files + directory->file_first;
    const char *wrong = NULL;
    apr_uint32_t i;

    for (i = 0; !wrong && i < directory->file_n; i++) {
        if (!text_is_in(cache, files[i].name)) {
            return "files: a name does not exist";
        }
        if (i > 0 && text_order(cache, files[i - 1].name, files[i].name) >= 0) {
            return "files: not in ascending order";
        }
        if (files[i].detail_first != *next || files[i].detail_n == 0
            || !run_is_in(*next, files[i].detail_n, cache->details_n)) {
            return "files: each must have its own run of details";
        }
        *next += files[i].detail_n;
        wrong = check_details(cache, &files[i]);
    }
    return wrong;
}

const char *ml_check_directories(const ml_cache_t *cache, apr_pool_t *scratch)
{
    const char *wrong = ml_check_slots(
        cache->directory_slots, cache->directory_slots_n, cache->directories_n);
    apr_uint32_t *needed = subpaths_needed(cache, scratch);
    apr_uint32_t subpath = 0, file = 0, detail = 0, i;

    for (i = 0; !wrong && i < cache->directories_n; i++) {
        const ml_directory_rec *directory = &cache->directories[i];

        if (!text_is_in(cache, directory->name)
            || directory->host_set_idx >= cache->host_sets_n
            || needed[directory->host_set_idx] > directory->subpath_n) {
            return "directories: a name, host set or sub-path does not exist";
        }
        if (directory->subpath_first != subpath || directory->file_first != file
            || !run_is_in(subpath, directory->subpath_n, cache->subpaths_n)
            || !run_is_in(file, directory->file_n, cache->files_n)) {
            return "directories: each must have its own run of sub-paths and "
                   "files";
        }
        subpath += directory->subpath_n;
        file += directory->file_n;
        wrong = check_files(cache, directory, &detail);
    }
    if (!wrong && (subpath != cache->subpaths_n || file != cache->files_n)) {
        return "directories: a sub-path or file belongs to no directory";
    }
    if (!wrong && detail != cache->details_n) {
        return "files: a detail belongs to no file";
    }
    for (i = 0; !wrong && i < cache->directories_n; i++) {
        ml_text_rec name = cache->directories[i].name;

        if (ml_cache_find_directory(cache, ml_text(cache, name), name.len)
            != i) {
            return "directory_slots: a directory is not found by its name";
        }
    }
    return wrong;
}

/* They ascend by prefix, then by arch, so those of one are a run. */
static int repos_are_its_own(const ml_cache_t *cache,
                             const ml_prefix_rec *prefix)
{
    const ml_repo_rec *first = cache->repos + prefix->repo_first;

    return prefix->repo_n == 0
           || (run_is_in(prefix->repo_first, prefix->repo_n, cache->repos_n)
               && text_order(cache, first->prefix, prefix->name) == 0
               && text_order(cache, first[prefix->repo_n - 1].prefix,
                             prefix->name)
                      == 0);
}

const char *ml_check_prefixes(const ml_cache_t *cache, apr_pool_t *scratch)
{
    const char *wrong = ml_check_slots(
        cache->prefix_slots, cache->prefix_slots_n, cache->prefixes_n);
    apr_uint64_t repo_n = 0;
    apr_uint32_t i;

    for (i = 0; !wrong && i < cache->prefixes_n; i++) {
        const ml_prefix_rec *prefix = &cache->prefixes[i];

        repo_n += prefix->repo_n;

        if (!text_is_in(cache, prefix->name) || prefix->disabled > 1
            || !idx_or_none(prefix->target_idx, cache->prefixes_n)) {
            return "prefixes: a name or target does not exist";
        }
        if (!repos_are_its_own(cache, prefix)) {
            return "prefixes: one claims repositories of another";
        }
    }
    for (i = 0; !wrong && i < cache->prefixes_n; i++) {
        ml_text_rec name = cache->prefixes[i].name;

        if (ml_cache_find_prefix(cache, ml_text(cache, name), name.len) != i) {
            return "prefix_slots: a prefix is not found by its name";
        }
    }
    if (!wrong && repo_n != cache->repos_n) {
        wrong = "prefixes: a repository belongs to none";
    }
    return wrong;
}

static int repo_order(const ml_cache_t *cache, const ml_repo_rec *a,
                      const ml_repo_rec *b)
{
    int order = text_order(cache, a->prefix, b->prefix);

    return order ? order : text_order(cache, a->arch, b->arch);
}

const char *ml_check_repos(const ml_cache_t *cache, apr_pool_t *scratch)
{
    const char *wrong =
        ml_check_slots(cache->repo_slots, cache->repo_slots_n, cache->repos_n);
    apr_uint32_t i;

    for (i = 0; !wrong && i < cache->repos_n; i++) {
        const ml_repo_rec *repo = &cache->repos[i];

        if (!text_is_in(cache, repo->prefix) || !text_is_in(cache, repo->arch)
            || !idx_or_none(repo->directory_idx, cache->directories_n)
            || !idx_or_none(repo->repodata_idx, cache->directories_n)) {
            return "repos: a name or directory does not exist";
        }
        if (i > 0 && repo_order(cache, &repo[-1], repo) >= 0) {
            return "repos: not in ascending order";
        }
    }
    for (i = 0; !wrong && i < cache->repos_n; i++) {
        const ml_prefix_rec prefix = {.name = cache->repos[i].prefix};
        ml_text_rec arch = cache->repos[i].arch;

        if (ml_cache_find_repo(cache, &prefix, ml_text(cache, arch), arch.len)
            != i) {
            return "repo_slots: a repository is not found by its name";
        }
    }
    return wrong;
}

const char *ml_check_locations(const ml_cache_t *cache, apr_pool_t *scratch)
{
    const char *wrong = ml_check_slots(
        cache->location_slots, cache->location_slots_n, cache->locations_n);
    apr_uint32_t i;

    for (i = 0; !wrong && i < cache->locations_n; i++) {
        const ml_location_rec *location = &cache->locations[i];

        if (!text_is_in(cache, location->name)) {
            return "locations: a name does not exist";
        }
    }
    for (i = 0; !wrong && i < cache->locations_n; i++) {
        ml_text_rec name = cache->locations[i].name;

        if (ml_cache_find_location(cache, ml_text(cache, name), name.len)
            != i) {
            return "location_slots: a location is not found by its name";
        }
    }
    return wrong;
}

/* Whether a run of host_lists begins at `*next`; moves it to the run's end.
 * Without overlaps a request's work is linear in the file's size. */
static int next_hosts(const ml_cache_t *cache, apr_uint32_t *next,
                      apr_uint32_t first, apr_uint32_t n)
{
    if (first != *next || !run_is_in(first, n, cache->host_lists_n)) {
        return 0;
    }
    *next += n;
    return 1;
}

const char *ml_check_host_lists(const ml_cache_t *cache, apr_pool_t *scratch)
{
    apr_uint32_t next = 0, i;

    for (i = 0; i < cache->locations_n; i++) {
        if (!next_hosts(cache, &next, cache->locations[i].host_first,
                        cache->locations[i].host_n)) {
            return "locations: each must have its own run of hosts";
        }
    }
    for (i = 0; i < cache->asns_n; i++) {
        if (!next_hosts(cache, &next, cache->asns[i].host_first,
                        cache->asns[i].host_n)) {
            return "asns: each must have its own run of hosts";
        }
    }
    for (i = 0; i < cache->netblocks_n; i++) {
        if (!next_hosts(cache, &next, cache->netblocks[i].host_first,
                        cache->netblocks[i].host_n)) {
            return "netblocks: each must have its own run of hosts";
        }
    }
    return next == cache->host_lists_n ? NULL
                                       : "host_lists: a host is in no list";
}
