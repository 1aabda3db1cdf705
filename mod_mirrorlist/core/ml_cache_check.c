/* SPDX-License-Identifier: Apache-2.0
 *
 * The semantic walk: its order, and what stands before directories: texts,
 * countries, hosts, their URLs and sets.
 */
#include "ml_cache_check.h"

#include <strings.h>

static const char *check_texts(const ml_cache_t *cache, apr_pool_t *scratch)
{
    if (!ml_text_is_clean(cache->text, cache->text_n, ML_TEXT_LINE)) {
        return "text: it holds control bytes or is not UTF-8";
    }
    if (!ml_text_is_clean(cache->listing, cache->listing_n, ML_TEXT_LINES)) {
        return "listing: it holds control bytes or is not UTF-8";
    }
    if (cache->counts_n != 1) {
        return "counts: there must be exactly one record";
    }
    if (cache->listing_n == 0 || cache->listing[cache->listing_n - 1] != '\n') {
        return "listing: its last line is cut";
    }
    return NULL;
}

static const char *check_continents(const ml_cache_t *cache,
                                    apr_pool_t *scratch)
{
    apr_uint32_t i, next = 0;

    for (i = 0; i < cache->continents_n; i++) {
        const ml_continent_rec *continent = &cache->continents[i];

        if (!text_is_in(cache, continent->code)) {
            return "continents: a code lies outside the text section";
        }
        if (i > 0
            && text_order(cache, continent[-1].code, continent->code) >= 0) {
            return "continents: not in ascending order";
        }
        if (continent->country_first != next
            || !run_is_in(next, continent->country_n, cache->countries_n)) {
            return "continents: each must have its own run of countries";
        }
        next += continent->country_n;
        /* Countries ascend by continent: the last one speaks for all. */
        if (continent->country_n > 0
            && cache->countries[next - 1].continent_idx != i) {
            return "continents: each must have its own run of countries";
        }
    }
    return NULL;
}

static const char *check_countries(const ml_cache_t *cache, apr_pool_t *scratch)
{
    const char *wrong = ml_check_slots(
        cache->country_slots, cache->country_slots_n, cache->countries_n);
    apr_uint32_t i;

    for (i = 0; !wrong && i < cache->countries_n; i++) {
        const ml_country_rec *country = &cache->countries[i];

        if (!text_is_in(cache, country->code)) {
            return "countries: a code lies outside the text section";
        }
        if (!idx_or_none(country->continent_idx, cache->continents_n)
            || !idx_or_none(country->place_idx, cache->places_n)) {
            return "countries: a continent or place does not exist";
        }
        if (country->flags & ~ML_COUNTRY_KNOWN) {
            return "countries: unknown flags";
        }
        if (country->continent_idx != ML_NONE) {
            const ml_continent_rec *continent =
                &cache->continents[country->continent_idx];

            if (i < continent->country_first
                || i - continent->country_first >= continent->country_n) {
                return "countries: one lies outside its continent's run";
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
            return "allowed: a country does not exist";
        }
    }
    for (i = 0; i < cache->hosts_n; i++) {
        const ml_host_rec *host = &cache->hosts[i];

        if (!text_is_in(cache, host->name)
            || !idx_or_none(host->country_idx, cache->countries_n)
            || !idx_or_none(host->place_idx, cache->places_n)
            || host->allowed_first != allowed
            || !run_is_in(allowed, host->allowed_n, cache->allowed_n)) {
            return "hosts: a name, country, place or allowed country does not "
                   "exist";
        }
        allowed += host->allowed_n;
        if (!ascend(cache->allowed + host->allowed_first, host->allowed_n)) {
            return "allowed: not in ascending order";
        }
        if (host->bandwidth < 1 || host->bandwidth > 100000) {
            return "hosts: a bandwidth is not between 1 and 100000";
        }
        if (host->flags & ~ML_HOST_FLAGS) {
            return "hosts: unknown flags";
        }
        if (i > 0 && host[-1].id >= host->id) {
            return "hosts: not in ascending order";
        }
    }
    if (cache->weights_n != cache->hosts_n) {
        return "weights: there must be one for each host";
    }
    for (i = 0; i < cache->weights_n; i++) {
        if (cache->weights[i] != (float)cache->hosts[i].bandwidth) {
            return "weights: one is not its host's bandwidth";
        }
    }
    for (i = 0; i < cache->host_lists_n; i++) {
        if (cache->host_lists[i] >= cache->hosts_n) {
            return "host_lists: a host does not exist";
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
            return "schemes: a name lies outside the text section";
        }
        if (i < ML_SCHEME_OTHER
            && (name.len != strlen(first[i])
                || memcmp(ml_text(cache, name), first[i], name.len))) {
            return "schemes: the first four are not https, http, ftp and rsync";
        }
        if (i > ML_SCHEME_OTHER
            && text_order(cache, cache->schemes[i - 1].name, name) >= 0) {
            return "schemes: not in ascending order";
        }
    }
    return NULL;
}

/* What goes into a header, into lines and into XML (there with `&` escaped):
 * only bytes that stand raw.  A bit for each byte of the text section that does
 * not: texts may overlap, and none is walked over twice. */
static const apr_uint64_t *find_special(const ml_cache_t *cache,
                                        apr_pool_t *scratch)
{
    apr_uint32_t n = cache->text_n, i;
    apr_uint64_t *bits =
        apr_palloc(scratch, ((apr_size_t)n / 64 + 1) * sizeof(*bits));

    for (i = 0; i <= n / 64; i++) {
        bits[i] = ml_text_find_escaped(cache->text + 64 * (apr_size_t)i,
                                       n - 64 * i < 64 ? n - 64 * i : 64);
    }
    return bits;
}

static int is_escaped(const apr_uint64_t *special, ml_text_rec text)
{
    apr_uint32_t end = text.off + text.len, word = text.off / 64;
    apr_uint64_t bits = special[word] & ~(apr_uint64_t)0 << text.off % 64;

    for (; word < end / 64; bits = special[++word]) {
        if (bits) {
            return 0;
        }
    }
    return !(bits & (((apr_uint64_t)1 << end % 64) - 1));
}

static int ends_in_slash(const ml_cache_t *cache, ml_text_rec text)
{
    return text.len > 0 && ml_text(cache, text)[text.len - 1] == '/';
}

/* SCHEME://ANYTHING/ */
static int is_url(const ml_cache_t *cache, const apr_uint64_t *special,
                  ml_text_rec url, ml_text_rec scheme)
{
    const char *s = ml_text(cache, url);

    return is_escaped(special, url) && ends_in_slash(cache, url)
           && url.len > scheme.len + 4
           && !strncasecmp(s, ml_text(cache, scheme), scheme.len)
           && !memcmp(s + scheme.len, "://", 3);
}

static int is_subpath(const ml_cache_t *cache, const apr_uint64_t *special,
                      ml_text_rec text)
{
    return text.len == 0
           || (is_escaped(special, text) && ends_in_slash(cache, text)
               && *ml_text(cache, text) != '/');
}

static apr_uint32_t scheme_rank(apr_uint32_t scheme_idx)
{
    return scheme_idx < ML_SCHEME_OTHER ? scheme_idx : ML_SCHEME_OTHER;
}

static int is_element(const ml_cache_t *cache, const ml_url_rec *url)
{
    return url->element.len > 2 && url->preference_off < url->element.len - 2
           && !memcmp(ml_text(cache, url->element) + url->preference_off, "00",
                      2);
}

static const char *check_urls(const ml_cache_t *cache, apr_pool_t *scratch)
{
    const apr_uint64_t *special = find_special(cache, scratch);
    apr_uint32_t i;

    for (i = 0; i < cache->urls_n; i++) {
        const ml_url_rec *url = &cache->urls[i];

        if (!escaped_is_in(cache, url->url)
            || !escaped_is_in(cache, url->element)
            || url->scheme_idx >= cache->schemes_n) {
            return "urls: a text or scheme does not exist";
        }
        if (!is_url(cache, special, url->url,
                    cache->schemes[url->scheme_idx].name)
            || !is_element(cache, url) || url->subpath_idx == ML_NONE) {
            return "urls: one is not a well-formed URL";
        }
        if (url->flags & ~ML_URL_FLAGS) {
            return "urls: unknown flags";
        }
    }
    for (i = 0; i < cache->subpaths_n; i++) {
        const ml_subpath_rec *subpath = &cache->subpaths[i];

        if (!escaped_is_in(cache, subpath->path)
            || subpath->category_idx >= cache->categories_n) {
            return "subpaths: a path or category does not exist";
        }
        if (!is_subpath(cache, special, subpath->path)) {
            return "subpaths: one is not a well-formed path";
        }
    }
    return NULL;
}

static const char *check_url_order(const ml_cache_t *cache, apr_pool_t *scratch)
{
    apr_uint32_t i;

    for (i = 1; i < cache->urls_n; i++) {
        const ml_url_rec *url = &cache->urls[i];

        if (!(url[-1].flags & ML_URL_LAST)
            && scheme_rank(url[-1].scheme_idx) > scheme_rank(url->scheme_idx)) {
            return "urls: they are not in the order of their schemes";
        }
    }
    return cache->urls_n > 0
                   && !(cache->urls[cache->urls_n - 1].flags & ML_URL_LAST)
               ? "urls: the last list has no end"
               : NULL;
}

/* URLs from each one to the end of its list: many members may share a long
 * list. */
static apr_uint32_t *urls_left(const ml_cache_t *cache, apr_pool_t *scratch)
{
    apr_uint32_t *left =
        apr_palloc(scratch, ((apr_size_t)cache->urls_n + 1) * sizeof(*left));
    apr_uint32_t i;

    left[cache->urls_n] = 0;
    for (i = cache->urls_n; i > 0; i--) {
        left[i - 1] = cache->urls[i - 1].flags & ML_URL_LAST ? 1 : left[i] + 1;
    }
    return left;
}

/* Host sets, their groups and their members follow each other without gaps
 * or overlaps, so that the walk is linear in the file's size. */
typedef struct {
    const ml_cache_t *cache;
    const apr_uint32_t *urls_left;
    apr_uint64_t url_n;       /* of the set at hand, so far */
    apr_uint32_t group_flags; /* of the run at hand */
} walk_t;

static int starts_list(const ml_cache_t *cache, apr_uint32_t url_idx)
{
    return url_idx < cache->urls_n
           && (url_idx == 0 || cache->urls[url_idx - 1].flags & ML_URL_LAST);
}

/* Members first..first+n-1: ascending hosts of one country, or private. */
static int members_are_right(walk_t *walk, apr_uint32_t first, apr_uint32_t n,
                             int is_private, apr_uint32_t country_idx)
{
    const ml_cache_t *cache = walk->cache;
    apr_uint32_t i;

    walk->group_flags = 0;
    for (i = first; i < first + n; i++) {
        const ml_member_rec *member = &cache->members[i];
        const ml_host_rec *host;

        if (member->host_idx >= cache->hosts_n
            || !starts_list(cache, member->url_first)
            || (i > first && member[-1].host_idx >= member->host_idx)) {
            return 0;
        }
        host = &cache->hosts[member->host_idx];
        if (is_private != !!(host->flags & ML_HOST_PRIVATE)
            || (!is_private && host->country_idx != country_idx)) {
            return 0;
        }
        walk->group_flags |=
            host->flags & ML_HOST_RESTRICTED ? ML_GROUP_RESTRICTED : 0;
        walk->url_n += walk->urls_left[member->url_first];
    }
    return 1;
}

static const char *check_host_set(walk_t *walk, const ml_host_set_rec *set)
{
    const ml_group_rec *groups = walk->cache->groups + set->group_first;
    apr_uint32_t next = set->member_first, i;

    walk->url_n = 0;
    for (i = 0; i < set->group_n; i++) {
        if (groups[i].member_first != next || groups[i].member_n == 0
            || groups[i].member_n > set->member_first + set->public_n - next) {
            return "groups: each must have its own run of its set's members";
        }
        if (i > 0 && groups[i - 1].country_idx >= groups[i].country_idx) {
            return "groups: not in ascending order";
        }
        if (!members_are_right(walk, next, groups[i].member_n, 0,
                               groups[i].country_idx)) {
            return "members: a host does not exist, or is in the wrong group "
                   "or order";
        }
        if (groups[i].flags != walk->group_flags) {
            return "groups: the flags contradict the members";
        }
        next += groups[i].member_n;
    }
    if (next != set->member_first + set->public_n) {
        return "host_sets: a member is in no group";
    }
    if (!members_are_right(walk, next, set->private_n, 1, ML_NONE)) {
        return "members: a private host does not exist or is in the wrong "
               "order";
    }
    return set->url_n == walk->url_n ? NULL
                                     : "host_sets: a number of URLs is wrong";
}

static const char *check_host_sets(const ml_cache_t *cache, apr_pool_t *scratch)
{
    walk_t walk = {.cache = cache, .urls_left = urls_left(cache, scratch)};
    const char *wrong = NULL;
    apr_uint32_t group = 0, member = 0, i;

    for (i = 0; !wrong && i < cache->host_sets_n; i++) {
        const ml_host_set_rec *set = &cache->host_sets[i];

        if (set->group_first != group || set->member_first != member
            || !run_is_in(group, set->group_n, cache->groups_n)
            || !run_is_in(member, set->public_n, cache->members_n)
            || !run_is_in(member + set->public_n, set->private_n,
                          cache->members_n)) {
            return "host_sets: each must have its own run of groups and "
                   "members";
        }
        group += set->group_n;
        member += set->public_n + set->private_n;
        wrong = check_host_set(&walk, set);
    }
    if (!wrong && (group != cache->groups_n || member != cache->members_n)) {
        return "host_sets: a group or member is in no set";
    }
    return wrong;
}

const char *ml_cache_check(const ml_cache_t *cache, apr_pool_t *pool)
{
    /* In the order in which each may trust the ones before it. */
    static ml_check_fn *const checks[] = {
        check_texts,          ml_check_places,     check_continents,
        check_countries,      check_hosts,         check_schemes,
        check_urls,           check_url_order,     check_host_sets,
        ml_check_directories, ml_check_repos,      ml_check_prefixes,
        ml_check_locations,   ml_check_host_lists, ml_check_routes,
        ml_check_v4,          ml_check_v6,         ml_check_explain,
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
