/* SPDX-License-Identifier: Apache-2.0
 *
 * The semantic walk: after it, whatever a record points to is there, lists
 * are in their order, and every key finds its own record.  The checksum has
 * stopped accidents; this must stop everything else.
 */
#include "ml_cache.h"

#include <string.h>

#include "apr_strings.h"

#include "ml_text.h"

/* Each check is a function of this form: NULL, or what is wrong. */
typedef const char *check_fn(const ml_cache_t *cache, apr_pool_t *scratch);

static int run_is_in(apr_uint32_t first, apr_uint32_t n, apr_uint32_t end)
{
    return first <= end && n <= end - first;
}

/* Whether a character of the section begins there, or the section ends. */
static int is_boundary(const char *section, apr_uint32_t n, apr_uint32_t off)
{
    return off == n || (section[off] & 0xc0) != 0x80;
}

static int is_in(const char *section, apr_uint32_t n, ml_text_rec text)
{
    return run_is_in(text.off, text.len, n) && is_boundary(section, n, text.off)
           && is_boundary(section, n, text.off + text.len);
}

static int text_is_in(const ml_cache_t *cache, ml_text_rec text)
{
    return is_in(cache->text, cache->text_n, text);
}

static int block_is_in(const ml_cache_t *cache, ml_block_rec block)
{
    return is_in(cache->blocks, cache->blocks_n, block);
}

static int idx_or_none(apr_uint32_t idx, apr_uint32_t end)
{
    return idx < end || idx == ML_NONE;
}

static int text_order(const ml_cache_t *cache, ml_text_rec a, ml_text_rec b)
{
    apr_uint32_t len = a.len < b.len ? a.len : b.len;
    int order = memcmp(ml_text(cache, a), ml_text(cache, b), len);

    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static int ends_line(const ml_cache_t *cache, ml_block_rec block)
{
    return block.len > 0 && ml_block(cache, block)[block.len - 1] == '\n';
}

static int has_two_dashes(const ml_cache_t *cache, ml_block_rec block)
{
    const char *s = ml_block(cache, block);
    apr_uint32_t i;

    for (i = 1; i < block.len; i++) {
        if (s[i] == '-' && s[i - 1] == '-') {
            return 1;
        }
    }
    return 0;
}

static const char *check_texts(const ml_cache_t *cache, apr_pool_t *scratch)
{
    if (!ml_text_is_clean(cache->text, cache->text_n, ML_TEXT_LINE)) {
        return "text: control bytes, or not UTF-8";
    }
    if (!ml_text_is_clean(cache->blocks, cache->blocks_n, ML_TEXT_LINES)) {
        return "blocks: control bytes, or not UTF-8";
    }
    if (cache->counts_n != 1) {
        return "counts: not one record";
    }
    if (cache->listing_n != 1 || !block_is_in(cache, cache->listing->text)
        || !block_is_in(cache, cache->listing->comment)) {
        return "listing: not one record with two texts";
    }
    if (!ends_line(cache, cache->listing->text)
        || !ends_line(cache, cache->listing->comment)
        || has_two_dashes(cache, cache->listing->comment)) {
        return "listing: not whole lines, or two dashes in its comment";
    }
    return NULL;
}

#define RUN_MAX 1024 /* used slots in a row; a half-full table has dozens */

/* Slots of a power of two with an empty one, so that a search ends. */
static const char *check_slots(const apr_uint32_t *slots, apr_uint32_t slot_n,
                               apr_uint32_t rec_n)
{
    apr_uint32_t i, used = 0, run = 0;

    if (slot_n == 0 || (slot_n & (slot_n - 1)) != 0) {
        return "slots: their number is not a power of two";
    }
    for (i = 0; i < slot_n; i++) {
        if (slots[i] > rec_n) {
            return "slots: one points past its table";
        }
        used += slots[i] != 0;
        run = slots[i] ? run + 1 : 0;
        if (run > RUN_MAX) {
            return "slots: a search would take too long";
        }
    }
    if (used != rec_n || used == slot_n) {
        return "slots: not one for each record";
    }
    return NULL;
}

static const char *check_continents(const ml_cache_t *cache,
                                    apr_pool_t *scratch)
{
    apr_uint32_t i, next = 0;

    for (i = 0; i < cache->continents_n; i++) {
        const ml_continent_rec *continent = &cache->continents[i];

        if (continent->country_first != next || continent->country_n == 0
            || !run_is_in(next, continent->country_n, cache->countries_n)) {
            return "continents: not a run of countries each";
        }
        next += continent->country_n;
        /* Countries ascend by continent: the last one speaks for all. */
        if (cache->countries[next - 1].continent_idx != i) {
            return "continents: not a run of countries each";
        }
    }
    return NULL;
}

static const char *check_countries(const ml_cache_t *cache, apr_pool_t *scratch)
{
    const char *wrong = check_slots(cache->country_slots,
                                    cache->country_slots_n, cache->countries_n);
    apr_uint32_t i;

    for (i = 0; !wrong && i < cache->countries_n; i++) {
        const ml_country_rec *country = &cache->countries[i];

        if (!text_is_in(cache, country->code)) {
            return "countries: a code outside of text";
        }
        if (!idx_or_none(country->continent_idx, cache->continents_n)) {
            return "countries: a continent that is not there";
        }
        if (country->continent_idx != ML_NONE) {
            const ml_continent_rec *continent =
                &cache->continents[country->continent_idx];

            if (i < continent->country_first
                || i - continent->country_first >= continent->country_n) {
                return "countries: one outside of its continent's run";
            }
        }
        if (i > 0
            && (country[-1].continent_idx > country->continent_idx
                || (country[-1].continent_idx == country->continent_idx
                    && text_order(cache, country[-1].code, country->code)
                           >= 0))) {
            return "countries: not in ascending order";
        }
    }
    for (i = 0; !wrong && i < cache->countries_n; i++) {
        ml_text_rec code = cache->countries[i].code;

        if (ml_cache_find_country(cache, ml_text(cache, code), code.len) != i) {
            return "country_slots: a country is not found by its code";
        }
    }
    return wrong;
}

static int ascend(const apr_uint32_t *idx, apr_uint32_t n)
{
    apr_uint32_t i;

    for (i = 1; i < n; i++) {
        if (idx[i - 1] >= idx[i]) {
            return 0;
        }
    }
    return 1;
}

static const char *check_hosts(const ml_cache_t *cache, apr_pool_t *scratch)
{
    apr_uint32_t allowed = 0, i;

    for (i = 0; i < cache->allowed_n; i++) {
        if (cache->allowed[i] >= cache->countries_n) {
            return "allowed: a country that is not there";
        }
    }
    for (i = 0; i < cache->hosts_n; i++) {
        const ml_host_rec *host = &cache->hosts[i];

        if (!text_is_in(cache, host->name)
            || !idx_or_none(host->country_idx, cache->countries_n)
            || host->allowed_first != allowed
            || !run_is_in(allowed, host->allowed_n, cache->allowed_n)) {
            return "hosts: a name, country or allowed country that is not "
                   "there";
        }
        allowed += host->allowed_n;
        if (!ascend(cache->allowed + host->allowed_first, host->allowed_n)) {
            return "allowed: not in ascending order";
        }
        if (host->bandwidth < 1 || host->bandwidth > 100000) {
            return "hosts: a bandwidth that is not 1 to 100000";
        }
        if (host->zero
            || (host->flags & ~(ML_HOST_PRIVATE | ML_HOST_RESTRICTED))) {
            return "hosts: unknown flags";
        }
        if (i > 0 && host[-1].id >= host->id) {
            return "hosts: not in ascending order";
        }
    }
    for (i = 0; i < cache->host_lists_n; i++) {
        if (cache->host_lists[i] >= cache->hosts_n) {
            return "host_lists: a host that is not there";
        }
    }
    return NULL;
}

static const char *check_schemes(const ml_cache_t *cache, apr_pool_t *scratch)
{
    static const char *const first[] = {"https", "http", "ftp", "rsync"};
    apr_uint32_t i;

    if (cache->schemes_n < ML_SCHEME_OTHER) {
        return "schemes: one of the first four is missing";
    }
    for (i = 0; i < cache->schemes_n; i++) {
        ml_text_rec name = cache->schemes[i].name;

        if (!text_is_in(cache, name)) {
            return "schemes: a name outside of text";
        }
        if (i < ML_SCHEME_OTHER
            && (name.len != strlen(first[i])
                || memcmp(ml_text(cache, name), first[i], name.len))) {
            return "schemes: one of the first four is another";
        }
        if (i > ML_SCHEME_OTHER
            && text_order(cache, cache->schemes[i - 1].name, name) >= 0) {
            return "schemes: not in ascending order";
        }
    }
    return NULL;
}

/* What goes into a header, into lines and into XML (there with `&` escaped):
 * only bytes that stand raw. */
static int is_escaped(const ml_cache_t *cache, ml_text_rec text)
{
    const char *s = ml_text(cache, text);
    apr_uint32_t i;

    for (i = 0; i < text.len; i++) {
        if (s[i] <= 0x20 || s[i] >= 0x7f || strchr("\"<>\\^`{|}", s[i])) {
            return 0;
        }
    }
    return 1;
}

static int ends_in_slash(const ml_cache_t *cache, ml_text_rec text)
{
    return text.len > 0 && ml_text(cache, text)[text.len - 1] == '/';
}

/* SCHEME://ANYTHING/ */
static int is_url(const ml_cache_t *cache, ml_text_rec url, ml_text_rec scheme)
{
    const char *s = ml_text(cache, url);

    return is_escaped(cache, url) && ends_in_slash(cache, url)
           && url.len > scheme.len + 4
           && !strncasecmp(s, ml_text(cache, scheme), scheme.len)
           && !memcmp(s + scheme.len, "://", 3);
}

static int is_subpath(const ml_cache_t *cache, ml_text_rec text)
{
    return text.len == 0
           || (is_escaped(cache, text) && ends_in_slash(cache, text)
               && *ml_text(cache, text) != '/');
}

static apr_uint32_t scheme_rank(apr_uint32_t scheme_idx)
{
    return scheme_idx < ML_SCHEME_OTHER ? scheme_idx : ML_SCHEME_OTHER;
}

static const char *check_urls(const ml_cache_t *cache, apr_pool_t *scratch)
{
    apr_uint32_t next = 0, i, j;

    for (i = 0; i < cache->urls_n; i++) {
        const ml_url_rec *url = &cache->urls[i];

        if (!text_is_in(cache, url->url) || !text_is_in(cache, url->rest)
            || !text_is_in(cache, url->open)
            || url->scheme_idx >= cache->schemes_n) {
            return "urls: a text or scheme that is not there";
        }
        if (!is_url(cache, url->url, cache->schemes[url->scheme_idx].name)
            || url->rest.len == 0 || url->subpath_n == ML_NONE) {
            return "urls: bytes that no URL holds";
        }
    }
    for (i = 0; i < cache->url_lists_n; i++) {
        const ml_url_list_rec *list = &cache->url_lists[i];

        if (list->url_n == 0 || list->url_first != next
            || !run_is_in(next, list->url_n, cache->urls_n)) {
            return "url_lists: not a run of URLs each";
        }
        next += list->url_n;
        for (j = 1; j < list->url_n; j++) {
            const ml_url_rec *url = &cache->urls[list->url_first + j];

            if (scheme_rank(url[-1].scheme_idx)
                > scheme_rank(url->scheme_idx)) {
                return "url_lists: not in the order of schemes";
            }
        }
    }
    return next == cache->urls_n ? NULL : "url_lists: a URL in no list";
}

/* Host sets, their groups and their members follow each other without gaps
 * or overlaps, so that the walk is linear in the file's size.  Members
 * first..first+n-1: ascending hosts of one country, or private. */
static int members_are_right(const ml_cache_t *cache, apr_uint32_t first,
                             apr_uint32_t n, int is_private,
                             apr_uint32_t country_idx)
{
    apr_uint32_t i;

    for (i = first; i < first + n; i++) {
        const ml_member_rec *member = &cache->members[i];
        const ml_host_rec *host;

        if (member->host_idx >= cache->hosts_n
            || member->url_list_idx >= cache->url_lists_n
            || (i > first && member[-1].host_idx >= member->host_idx)) {
            return 0;
        }
        host = &cache->hosts[member->host_idx];
        if (is_private != !!(host->flags & ML_HOST_PRIVATE)
            || (!is_private && host->country_idx != country_idx)) {
            return 0;
        }
    }
    return 1;
}

static const char *check_host_set(const ml_cache_t *cache,
                                  const ml_host_set_rec *set)
{
    const ml_group_rec *groups = cache->groups + set->group_first;
    apr_uint32_t next = set->member_first, i;

    for (i = 0; i < set->group_n; i++) {
        if (groups[i].member_first != next || groups[i].member_n == 0
            || groups[i].member_n > set->member_first + set->public_n - next) {
            return "groups: not a run of their set's members";
        }
        if (i > 0 && groups[i - 1].country_idx >= groups[i].country_idx) {
            return "groups: not in ascending order";
        }
        if (!members_are_right(cache, next, groups[i].member_n, 0,
                               groups[i].country_idx)) {
            return "members: a host in the wrong group, order, or not there";
        }
        next += groups[i].member_n;
    }
    if (next != set->member_first + set->public_n) {
        return "host_sets: members in no group";
    }
    if (!members_are_right(cache, next, set->private_n, 1, ML_NONE)) {
        return "members: a private host in the wrong order, or not there";
    }
    return NULL;
}

static void at_least(apr_uint32_t *n, apr_uint32_t least)
{
    *n = *n < least ? least : *n;
}

/* Sub-paths that a directory needs for a set: one more than the highest.  By
 * list first: many members may share a long one. */
static apr_uint32_t *subpaths_needed(const ml_cache_t *cache,
                                     apr_pool_t *scratch)
{
    apr_uint32_t *by_list = apr_pcalloc(
        scratch, ((apr_size_t)cache->url_lists_n + 1) * sizeof(*by_list));
    apr_uint32_t *needed = apr_pcalloc(
        scratch, ((apr_size_t)cache->host_sets_n + 1) * sizeof(*needed));
    apr_uint32_t i, j;

    for (i = 0; i < cache->url_lists_n; i++) {
        const ml_url_list_rec *list = &cache->url_lists[i];

        for (j = 0; j < list->url_n; j++) {
            at_least(&by_list[i],
                     cache->urls[list->url_first + j].subpath_n + 1);
        }
    }
    for (i = 0; i < cache->host_sets_n; i++) {
        const ml_host_set_rec *set = &cache->host_sets[i];

        for (j = 0; j < set->public_n + set->private_n; j++) {
            at_least(
                &needed[i],
                by_list[cache->members[set->member_first + j].url_list_idx]);
        }
    }
    return needed;
}

static const char *check_host_sets(const ml_cache_t *cache, apr_pool_t *scratch)
{
    const char *wrong = NULL;
    apr_uint32_t group = 0, member = 0, i;

    for (i = 0; !wrong && i < cache->host_sets_n; i++) {
        const ml_host_set_rec *set = &cache->host_sets[i];

        if (set->group_first != group || set->member_first != member
            || !run_is_in(group, set->group_n, cache->groups_n)
            || !run_is_in(member, set->public_n, cache->members_n)
            || !run_is_in(member + set->public_n, set->private_n,
                          cache->members_n)) {
            return "host_sets: not a run of groups and members each";
        }
        group += set->group_n;
        member += set->public_n + set->private_n;
        wrong = check_host_set(cache, set);
    }
    if (!wrong && (group != cache->groups_n || member != cache->members_n)) {
        return "host_sets: a group or member in no set";
    }
    return wrong;
}

static const char *check_files(const ml_cache_t *cache,
                               const ml_directory_rec *directory)
{
    const ml_file_rec *files = cache->files + directory->file_first;
    apr_uint32_t i;

    for (i = 0; i < directory->file_n; i++) {
        if (!text_is_in(cache, files[i].name)
            || !block_is_in(cache, files[i].block)) {
            return "files: a name or block that is not there";
        }
        if (i > 0 && text_order(cache, files[i - 1].name, files[i].name) >= 0) {
            return "files: not in ascending order";
        }
    }
    return NULL;
}

static const char *check_directories(const ml_cache_t *cache,
                                     apr_pool_t *scratch)
{
    const char *wrong = check_slots(
        cache->directory_slots, cache->directory_slots_n, cache->directories_n);
    apr_uint32_t *needed = subpaths_needed(cache, scratch);
    apr_uint32_t subpath = 0, file = 0, i;

    for (i = 0; !wrong && i < cache->subpaths_n; i++) {
        if (!text_is_in(cache, cache->subpaths[i])) {
            return "subpaths: a text that is not there";
        }
        if (!is_subpath(cache, cache->subpaths[i])) {
            return "subpaths: bytes that no sub-path holds";
        }
    }
    for (i = 0; !wrong && i < cache->directories_n; i++) {
        const ml_directory_rec *directory = &cache->directories[i];

        if (!text_is_in(cache, directory->name)
            || directory->host_set_idx >= cache->host_sets_n
            || needed[directory->host_set_idx] > directory->subpath_n) {
            return "directories: a name, host set or sub-path that is not "
                   "there";
        }
        if (directory->subpath_first != subpath || directory->file_first != file
            || !run_is_in(subpath, directory->subpath_n, cache->subpaths_n)
            || !run_is_in(file, directory->file_n, cache->files_n)) {
            return "directories: not a run of sub-paths and files each";
        }
        subpath += directory->subpath_n;
        file += directory->file_n;
        wrong = check_files(cache, directory);
    }
    if (!wrong && (subpath != cache->subpaths_n || file != cache->files_n)) {
        return "directories: a sub-path or file of no directory";
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

/* The NUL-terminated name that the look-ups by parameters take. */
static const char *name_of(const ml_cache_t *cache, ml_text_rec text,
                           apr_pool_t *scratch)
{
    return apr_pstrmemdup(scratch, ml_text(cache, text), text.len);
}

static const char *check_prefixes(const ml_cache_t *cache, apr_pool_t *scratch)
{
    const char *wrong = check_slots(cache->prefix_slots, cache->prefix_slots_n,
                                    cache->prefixes_n);
    apr_uint32_t i;

    for (i = 0; !wrong && i < cache->prefixes_n; i++) {
        const ml_prefix_rec *prefix = &cache->prefixes[i];

        if (!text_is_in(cache, prefix->name) || prefix->disabled > 1
            || !idx_or_none(prefix->target_idx, cache->prefixes_n)) {
            return "prefixes: a name or target that is not there";
        }
    }
    for (i = 0; !wrong && i < cache->prefixes_n; i++) {
        apr_pool_clear(scratch);
        if (ml_cache_find_prefix(
                cache, name_of(cache, cache->prefixes[i].name, scratch))
            != i) {
            return "prefix_slots: a prefix is not found by its name";
        }
    }
    return wrong;
}

static const char *check_repos(const ml_cache_t *cache, apr_pool_t *scratch)
{
    const char *wrong =
        check_slots(cache->repo_slots, cache->repo_slots_n, cache->repos_n);
    apr_uint32_t i;

    for (i = 0; !wrong && i < cache->repos_n; i++) {
        const ml_repo_rec *repo = &cache->repos[i];

        if (!text_is_in(cache, repo->prefix) || !text_is_in(cache, repo->arch)
            || !idx_or_none(repo->directory_idx, cache->directories_n)
            || !idx_or_none(repo->repodata_idx, cache->directories_n)) {
            return "repos: a name or directory that is not there";
        }
    }
    for (i = 0; !wrong && i < cache->repos_n; i++) {
        const ml_prefix_rec prefix = {cache->repos[i].prefix, ML_NONE, 0};

        apr_pool_clear(scratch);
        if (ml_cache_find_repo(cache, &prefix,
                               name_of(cache, cache->repos[i].arch, scratch))
            != i) {
            return "repo_slots: a repository is not found by its name";
        }
    }
    return wrong;
}

static const char *check_locations(const ml_cache_t *cache, apr_pool_t *scratch)
{
    const char *wrong = check_slots(
        cache->location_slots, cache->location_slots_n, cache->locations_n);
    apr_uint32_t i;

    for (i = 0; !wrong && i < cache->locations_n; i++) {
        const ml_location_rec *location = &cache->locations[i];

        if (!text_is_in(cache, location->name)) {
            return "locations: a name that is not there";
        }
    }
    for (i = 0; !wrong && i < cache->locations_n; i++) {
        apr_pool_clear(scratch);
        if (ml_cache_find_location(
                cache, name_of(cache, cache->locations[i].name, scratch))
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

static const char *check_host_lists(const ml_cache_t *cache,
                                    apr_pool_t *scratch)
{
    apr_uint32_t next = 0, i;

    for (i = 0; i < cache->locations_n; i++) {
        if (!next_hosts(cache, &next, cache->locations[i].host_first,
                        cache->locations[i].host_n)) {
            return "locations: not a run of hosts each";
        }
    }
    for (i = 0; i < cache->asns_n; i++) {
        if (!next_hosts(cache, &next, cache->asns[i].host_first,
                        cache->asns[i].host_n)) {
            return "asns: not a run of hosts each";
        }
    }
    for (i = 0; i < cache->netblocks_n; i++) {
        if (!next_hosts(cache, &next, cache->netblocks[i].host_first,
                        cache->netblocks[i].host_n)) {
            return "netblocks: not a run of hosts each";
        }
    }
    return next == cache->host_lists_n ? NULL : "host_lists: a host in no list";
}

static const char *check_routes(const ml_cache_t *cache, apr_pool_t *scratch)
{
    apr_uint32_t i;

    for (i = 0; i < cache->netblocks_n; i++) {
        /* Always before it: the way up ends. */
        if (!idx_or_none(cache->netblocks[i].parent_idx, i)) {
            return "netblocks: a parent that is not there";
        }
    }
    for (i = 0; i < cache->routes_n; i++) {
        const ml_route_rec *route = &cache->routes[i];

        if (!idx_or_none(route->country_idx, cache->countries_n)
            || !idx_or_none(route->asn_idx, cache->asns_n)
            || !idx_or_none(route->netblock_idx, cache->netblocks_n)
            || (route->flags & ~ML_ROUTE_NETBLOCK_COUNTRY)) {
            return "routes: a country, ASN or netblock that is not there";
        }
    }
    return NULL;
}

static int routes_are_in(const ml_cache_t *cache, const apr_uint32_t *routes,
                         apr_uint32_t n)
{
    apr_uint32_t i;

    for (i = 0; i < n; i++) {
        if (routes[i] >= cache->routes_n) {
            return 0;
        }
    }
    return 1;
}

static const char *check_v4(const ml_cache_t *cache, apr_pool_t *scratch)
{
    apr_uint32_t n = cache->v4_starts_n, last = 0, slot, i;

    if (n == 0 || cache->v4_starts[0] != 0 || cache->v4_routes_n != n
        || !routes_are_in(cache, cache->v4_routes, n)) {
        return "v4_starts: not a route for every address";
    }
    for (i = 1; i < n; i++) {
        if (cache->v4_starts[i - 1] >= cache->v4_starts[i]) {
            return "v4_starts: not in ascending order";
        }
    }
    if (cache->v4_index_n != (1u << ML_V4_INDEX_BITS) + 1) {
        return "v4_index: not one entry for each leading bits";
    }
    for (slot = 0; slot < cache->v4_index_n - 1; slot++) {
        apr_uint32_t address = slot << (32 - ML_V4_INDEX_BITS);

        while (last + 1 < n && cache->v4_starts[last + 1] <= address) {
            last++;
        }
        if (cache->v4_index[slot] != last) {
            return "v4_index: an entry is not the last range before it";
        }
    }
    return cache->v4_index[slot] == n - 1 ? NULL
                                          : "v4_index: the last one is wrong";
}

static int v6_is_before(const ml_v6_rec *a, const ml_v6_rec *b)
{
    return a->hi < b->hi || (a->hi == b->hi && a->lo < b->lo);
}

static const char *check_v6(const ml_cache_t *cache, apr_pool_t *scratch)
{
    apr_uint32_t n = cache->v6_starts_n, last = 0, slot, i;

    if (n == 0 || cache->v6_starts[0].hi || cache->v6_starts[0].lo
        || cache->v6_routes_n != n
        || !routes_are_in(cache, cache->v6_routes, n)) {
        return "v6_starts: not a route for every address";
    }
    for (i = 1; i < n; i++) {
        if (!v6_is_before(&cache->v6_starts[i - 1], &cache->v6_starts[i])) {
            return "v6_starts: not in ascending order";
        }
    }
    if (cache->v6_index_n != (1u << ML_V6_INDEX_BITS) + 1) {
        return "v6_index: not one entry for each leading bits";
    }
    for (slot = 0; slot < cache->v6_index_n - 1; slot++) {
        ml_v6_rec address = {(apr_uint64_t)slot << (64 - ML_V6_INDEX_BITS), 0};

        while (last + 1 < n
               && !v6_is_before(&address, &cache->v6_starts[last + 1])) {
            last++;
        }
        if (cache->v6_index[slot] != last) {
            return "v6_index: an entry is not the last range before it";
        }
    }
    return cache->v6_index[slot] == n - 1 ? NULL
                                          : "v6_index: the last one is wrong";
}

const char *ml_cache_check(const ml_cache_t *cache, apr_pool_t *pool)
{
    /* In the order in which each may trust the ones before it. */
    static check_fn *const checks[] = {
        check_texts,    check_continents, check_countries, check_hosts,
        check_schemes,  check_urls,       check_host_sets, check_directories,
        check_prefixes, check_repos,      check_locations, check_host_lists,
        check_routes,   check_v4,         check_v6,
    };
    const char *wrong = NULL;
    apr_pool_t *scratch;
    apr_size_t i;

    apr_pool_create(&scratch, pool);
    for (i = 0; !wrong && i < sizeof(checks) / sizeof(checks[0]); i++) {
        wrong = checks[i](cache, scratch);
    }
    apr_pool_destroy(scratch);
    return wrong;
}
