/* SPDX-License-Identifier: Apache-2.0
 *
 * The order in which a request is read, refused and answered.  Spelling is
 * ml_query.c's, selection ml_select.c's, the form of a body ml_mirrorlist.c's
 * and ml_metalink.c's.
 */
#include "ml_answer.h"

#include <string.h>

#include "apr_strings.h"
#include "apr_time.h"

#include "ml_client.h"
#include "ml_header.h"
#include "ml_query.h"
#include "ml_render.h"
#include "ml_select.h"
#include "ml_text.h"
#include "ml_wish.h"

const char *const ml_fact_names[ML_FACT_N] = {
    "mirrorlist-client", "mirrorlist-country", "mirrorlist-repo",
    "mirrorlist-arch",   "mirrorlist-date",    "mirrorlist-found",
    "mirrorlist-hosts",  "mirrorlist-log",
};

static const char *const pool_names[ML_POOL_N + 1] = {
    "location", "netblocks", "asn",    "country",
    "geoip",    "continent", "global", "none",
};

/* One request under way. */
typedef struct {
    const ml_cache_t *cache;
    const ml_request_t *request;
    ml_response_t *response;
    apr_pool_t *pool;
    int metalink;
    ml_query_t query;
    ml_client_t client;
    int bad_ip;
    const ml_directory_rec *directory;
    const char *file; /* "": the directory itself */
    ml_line_t line;   /* header line, or the first line of an error */
    const char *more; /* further lines of an error, and for a comment */
    apr_size_t more_len;
    const char *more_comment;
    apr_size_t more_comment_len;
} answer_t;

static int ends_in(const char *text, const char *end)
{
    apr_size_t text_len = strlen(text), end_len = strlen(end);

    return text_len >= end_len && !strcmp(text + text_len - end_len, end);
}

int ml_answer_serves(const char *path)
{
    return ends_in(path, "/mirrorlist") || ends_in(path, "/metalink");
}

static void set_fact(answer_t *a, ml_fact_e fact, const char *value)
{
    static const char raw[] = "abcdefghijklmnopqrstuvwxyz"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "0123456789._+:/-";
    char *clean = apr_pstrndup(a->pool, value, ML_FACT_LEN_MAX), *c = clean;

    while (*(c += strspn(c, raw))) {
        *c++ = '_';
    }
    /* An empty field would move the others of a log line. */
    a->response->facts[fact] = *clean ? clean : NULL;
}

static void set_date(answer_t *a)
{
    apr_time_exp_t t;

    apr_time_exp_gmt(&t, apr_time_from_sec(a->request->now_s));
    a->response->facts[ML_FACT_DATE] = apr_psprintf(
        a->pool, "%04d-%02d-%02d", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday);
}

/* Ends the answer with `line`, which is finished here, and what follows. */
static void respond_error(answer_t *a, int status)
{
    ml_response_t *response = a->response;

    ml_line_finish(&a->line);
    response->status = status;
    if (a->metalink) {
        ml_metalink_failure(response, a->request->now_s, a->line.bytes,
                            a->line.len, a->more_comment, a->more_comment_len,
                            a->pool);
    }
    else {
        char *body = apr_palloc(a->pool, a->line.len + a->more_len);

        response->body = body;
        response->body_len = a->line.len + a->more_len;
        body = ml_render_copy(body, a->line.bytes, a->line.len);
        ml_render_copy(body, a->more, a->more_len);
    }
}

static void respond_line(answer_t *a, int status, const char *text)
{
    ml_line_start(&a->line);
    ml_line_addv(&a->line, text, NULL);
    respond_error(a, status);
}

/* The client's address, as far as it can be understood. */
static void find_client(answer_t *a)
{
    ml_address_t address = a->request->client;
    char text[ML_ADDRESS_TEXT_LEN];

    if (a->query.ip && a->request->settings->ip_parameter) {
        address = ml_address_parse(a->query.ip);
        a->bad_ip = address.family == ML_ADDRESS_NONE;
    }
    ml_client_find(&a->client, a->cache, &address);
    a->response->country_idx = a->client.country_idx;
    if (address.family == ML_ADDRESS_NONE) {
        return;
    }
    ml_address_format(text, &address);
    set_fact(a, ML_FACT_CLIENT, text);
    if (a->client.country_idx == ML_NONE) {
        set_fact(a, ML_FACT_COUNTRY, "N/A");
    }
    else {
        ml_text_rec code = a->cache->countries[a->client.country_idx].code;

        set_fact(a, ML_FACT_COUNTRY,
                 apr_pstrmemdup(a->pool, ml_text(a->cache, code), code.len));
    }
}

/* Cuts slashes at both ends and joins runs of them. */
static char *normalise_path(const char *path, apr_pool_t *pool)
{
    char *normal = apr_palloc(pool, strlen(path) + 1), *out = normal;

    for (; *path; path++) {
        if (*path != '/' || (out > normal && out[-1] != '/')) {
            *out++ = *path;
        }
    }
    if (out > normal && out[-1] == '/') {
        out--;
    }
    *out = '\0';
    return normal;
}

/* Whether `path` names a directory or a file in one; else answered. */
static int find_path(answer_t *a)
{
    char *path = normalise_path(a->query.path, a->pool), *slash;
    apr_uint32_t idx = ml_cache_find_directory(a->cache, path, strlen(path));

    ml_line_addv(&a->line, "# path = ", path, " ", NULL);
    a->file = "";
    if (idx == ML_NONE) {
        slash = strrchr(path, '/');
        a->file = slash ? slash + 1 : path;
        idx = ml_cache_find_directory(a->cache, path,
                                      slash ? (apr_size_t)(slash - path) : 0);
    }
    if (idx == ML_NONE) {
        ml_line_addv(&a->line, "error: invalid path", NULL);
        respond_error(a, 404);
        return 0;
    }
    a->directory = &a->cache->directories[idx];
    return 1;
}

static int unknown_repo(answer_t *a)
{
    const ml_listing_rec *listing = a->cache->listing;

    ml_line_addv(&a->line, "error: invalid repo or arch", NULL);
    a->more = ml_block(a->cache, listing->text);
    a->more_len = listing->text.len;
    a->more_comment = ml_block(a->cache, listing->comment);
    a->more_comment_len = listing->comment.len;
    respond_error(a, 404);
    return 0;
}

/* Whether repo and arch name a directory; else answered. */
static int find_repo(answer_t *a)
{
    const ml_cache_t *cache = a->cache;
    const char *name = a->query.repo, *arch = a->query.arch;
    const ml_prefix_rec *prefix = NULL;
    apr_uint32_t idx;

    if (a->query.version && a->request->settings->version_parameter) {
        name = apr_pstrcat(a->pool, name, "-", a->query.version, NULL);
    }
    if (strstr(name, "source")) {
        arch = "source";
    }
    set_fact(a, ML_FACT_REPO, name);
    set_fact(a, ML_FACT_ARCH, arch);

    idx = ml_cache_find_prefix(cache, name);
    if (idx != ML_NONE) {
        prefix = &cache->prefixes[idx];
        if (prefix->target_idx != ML_NONE) {
            prefix = &cache->prefixes[prefix->target_idx];
        }
        name = apr_pstrmemdup(a->pool, ml_text(cache, prefix->name),
                              prefix->name.len);
    }
    ml_line_addv(&a->line, "# repo = ", name, " arch = ", arch, " ", NULL);
    if (!prefix) {
        return unknown_repo(a);
    }
    if (prefix->disabled) {
        ml_line_addv(&a->line, "repo disabled", NULL);
        respond_error(a, 200);
        return 0;
    }
    idx = ml_cache_find_repo(cache, prefix, arch);
    if (idx == ML_NONE) {
        return unknown_repo(a);
    }
    idx = a->metalink ? cache->repos[idx].repodata_idx
                      : cache->repos[idx].directory_idx;
    if (idx == ML_NONE) {
        ml_line_addv(&a->line, "error: no directory for this repository", NULL);
        respond_error(a, 404);
        return 0;
    }
    a->directory = &cache->directories[idx];
    a->file = a->metalink ? "repomd.xml" : "";
    if (!a->bad_ip && a->client.route) {
        set_fact(a, ML_FACT_LOG, "1");
    }
    return 1;
}

/* Which of a host's URLs are shown, and how many. */
typedef struct {
    unsigned char *schemes; /* by scheme: 1 if it may be shown */
    apr_uint32_t limit;     /* URLs a host */
    apr_uint32_t host_max;
} show_t;

static show_t what_to_show(const answer_t *a, ml_protocols_t *protocols)
{
    apr_uint32_t maximum = a->request->settings->maximum;
    show_t show = {protocols->accepted, ML_NONE, maximum ? maximum : ML_NONE};
    int redirect = a->query.redirect && !a->metalink;

    /* The selection is done with the schemes that `protocol` accepts; from
     * here on they are those that this endpoint shows. */
    if (a->query.protocol) {
        show.limit = protocols->n;
    }
    if (redirect || (!a->metalink && !a->query.protocol)) {
        apr_uint32_t end = redirect ? ML_SCHEME_FTP : ML_SCHEME_RSYNC;

        memset(show.schemes + end, 0, a->cache->schemes_n - end);
        show.limit = 1;
    }
    if (redirect) {
        show.host_max = 1;
    }
    return show;
}

/* The URLs of one host into `shown`; how many. */
static apr_uint32_t show_host(const ml_cache_t *cache, const show_t *show,
                              const ml_member_rec *member, apr_uint32_t host_n,
                              ml_shown_t *shown)
{
    const ml_url_list_rec *list = &cache->url_lists[member->url_list_idx];
    const ml_url_rec *url = cache->urls + list->url_first;
    const ml_url_rec *end = url + list->url_n;
    apr_uint32_t n = 0;

    for (; url < end && n < show->limit; url++) {
        if (show->schemes[url->scheme_idx]) {
            ml_shown_t one = {url, host_n};

            shown[n++] = one;
        }
    }
    return n;
}

/* Room for every URL that could be shown. */
static apr_size_t shown_max(const ml_cache_t *cache, const show_t *show,
                            const ml_selection_t *selection)
{
    apr_uint32_t n = selection->end[ML_POOL_GLOBAL], i;
    apr_size_t sum = 0;

    for (i = 0; i < n; i++) {
        apr_uint32_t url_n =
            cache->url_lists[cache->members[selection->members[i]].url_list_idx]
                .url_n;

        sum += url_n < show->limit ? url_n : show->limit;
    }
    return sum;
}

static void show_hosts(answer_t *a, const ml_selection_t *selection,
                       const show_t *show, ml_urls_t *urls)
{
    const ml_cache_t *cache = a->cache;
    ml_shown_t *shown =
        apr_palloc(a->pool, shown_max(cache, show, selection) * sizeof(*shown));
    apr_uint32_t end = selection->end[ML_POOL_GLOBAL], pool = 0, i;

    urls->shown = shown;
    urls->n = urls->host_n = 0;
    urls->subpaths = cache->subpaths + a->directory->subpath_first;
    urls->subpath_n = a->directory->subpath_n;
    urls->file =
        ml_text_escape(a->file, strlen(a->file), ML_ESCAPE_PATH, a->pool);
    for (i = 0; i < end && urls->host_n < show->host_max; i++) {
        apr_uint32_t n =
            show_host(cache, show, &cache->members[selection->members[i]],
                      urls->host_n, shown + urls->n);

        while (selection->end[pool] <= i) {
            pool++;
        }
        if (n > 0) {
            urls->n += n;
            if (urls->host_n++ == 0) {
                a->response->pool = (ml_pool_e)pool;
            }
        }
    }
    a->response->facts[ML_FACT_FOUND] = pool_names[a->response->pool];
    a->response->facts[ML_FACT_HOSTS] =
        apr_psprintf(a->pool, "%u", urls->host_n);
}

static void respond_redirect(answer_t *a, const ml_urls_t *urls)
{
    if (urls->n == 0) {
        a->response->status = 404;
    }
    else {
        const ml_url_rec *url = urls->shown[0].url;

        a->response->status = 302;
        a->response->location = apr_pstrcat(
            a->pool,
            apr_pstrmemdup(a->pool, ml_text(a->cache, url->url), url->url.len),
            ml_render_tails(a->cache, urls, 0, "", a->pool)[url->subpath_n]
                .text,
            NULL);
    }
}

/* The list for a directory that is known. */
static void respond_list(answer_t *a, const ml_file_rec *file)
{
    const ml_cache_t *cache = a->cache;
    ml_countries_t countries;
    ml_protocols_t protocols;
    ml_selection_t selection;
    ml_urls_t urls;
    show_t show;
    ml_select_t select = {
        .set = &cache->host_sets[a->directory->host_set_idx],
        .location_idx = ML_NONE,
        .route = a->client.route,
        .country_idx = a->client.country_idx,
        .minimum = a->request->settings->minimum,
        .skip_networks =
            a->query.country
            || (a->query.netblock && strcmp(a->query.netblock, "1")),
    };

    ml_wish_countries(&countries, cache, a->query.country, a->pool);
    ml_wish_protocols(&protocols, cache, a->query.protocol, a->pool);
    if (a->query.location) {
        select.location_idx = ml_cache_find_location(cache, a->query.location);
    }
    select.countries = countries.idx;
    select.country_n = countries.n;
    select.global = countries.global;
    select.accepted = protocols.accepted;
    ml_select(&selection, cache, &select, a->request->random, a->pool);

    show = what_to_show(a, &protocols);
    show_hosts(a, &selection, &show, &urls);
    if (a->metalink) {
        ml_metalink_render(a->response, cache, file, a->request->now_s, &urls,
                           a->pool);
    }
    else if (a->query.redirect) {
        respond_redirect(a, &urls);
    }
    else {
        if (select.location_idx != ML_NONE) {
            ml_line_addv(&a->line, "Using location ", a->query.location, " ",
                         NULL);
        }
        ml_header_add_selection(&a->line, cache, &select, &selection,
                                countries.spelling, a->pool);
        if (a->query.protocol) {
            ml_line_addv(&a->line, "protocol = ", a->query.protocol, NULL);
        }
        ml_line_finish(&a->line);
        ml_mirrorlist_render(a->response, cache, &a->line,
                             a->query.time ? &cache->header->created_s : NULL,
                             &urls, a->pool);
    }
}

/* The file's details for a metalink; else answered. */
static const ml_file_rec *find_file(answer_t *a)
{
    const ml_file_rec *file =
        *a->file ? ml_cache_find_file(a->cache, a->directory, a->file) : NULL;

    if (!file) {
        ml_text_rec name = a->directory->name;
        const char *text = apr_pstrcat(
            a->pool, apr_pstrmemdup(a->pool, ml_text(a->cache, name), name.len),
            "/", a->file, " not found or has no metalink\n", NULL);

        a->response->status = 404;
        ml_metalink_failure(a->response, a->request->now_s, text, strlen(text),
                            "", 0, a->pool);
    }
    return file;
}

void ml_answer(ml_response_t *response, const ml_cache_t *cache,
               const ml_request_t *request, apr_pool_t *pool)
{
    answer_t a = {.cache = cache,
                  .request = request,
                  .response = response,
                  .pool = pool,
                  .more = "",
                  .more_comment = "",
                  .metalink = ends_in(request->path, "/metalink")};
    const ml_file_rec *file = NULL;
    const char *refused;

    *response = (ml_response_t){
        .status = 200,
        .content_type = a.metalink ? "application/metalink+xml" : "text/plain",
        .body = "",
        .pool = ML_POOL_N,
        .country_idx = ML_NONE,
    };
    set_date(&a);
    if (!cache) {
        response->retry_after_s = 60;
        respond_line(&a, 503,
                     "# error: no mirrorlist cache is loaded, try again "
                     "later");
        return;
    }
    refused = ml_query_parse(&a.query, request->query, pool);
    if (refused) {
        respond_line(&a, 400, apr_pstrcat(pool, "# error: ", refused, NULL));
        return;
    }
    find_client(&a);
    ml_line_start(&a.line);
    if (!a.query.path && !(a.query.repo && a.query.arch)) {
        respond_line(&a, 200,
                     "# either path=, or repo= and arch= must be specified");
        return;
    }
    if (!(a.query.path ? find_path(&a) : find_repo(&a))) {
        return;
    }
    if (a.bad_ip) {
        respond_line(&a, 400,
                     apr_pstrcat(pool, "# error: ip=", a.query.ip,
                                 " is not an IP address", NULL));
        return;
    }
    if (a.metalink && !(file = find_file(&a))) {
        return;
    }
    respond_list(&a, file);
}
