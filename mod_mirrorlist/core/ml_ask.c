/* SPDX-License-Identifier: Apache-2.0
 *
 * The order in which a request is read and refused.  Spelling of parameters is
 * ml_query.c's.
 */
#include "ml_ask.h"

#include <string.h>

#include "apr_strings.h"

/* Each of the steps says whether the next one is to be taken. */

/* Refuses with the line as it stands. */
static int refuse(ml_asked_t *a, int status)
{
    ml_line_finish(&a->line);
    a->refusal = status;
    a->text = a->line.bytes;
    a->text_len = a->line.len;
    return 0;
}

/* Refuses with a line of its own; NULL ends the parts. */
static int refuse_with(ml_asked_t *a, int status, const char *text,
                       const char *more, const char *end)
{
    ml_line_start(&a->line);
    ml_line_addv(&a->line, text, more, end, NULL);
    return refuse(a, status);
}

static int read_query(ml_asked_t *a, apr_pool_t *pool)
{
    const char *refused = ml_query_parse(&a->query, a->request->query, pool);

    return refused ? refuse_with(a, 400, "# error: ", refused, NULL) : 1;
}

/* The client's address, as far as it can be understood. */
static void find_client(ml_asked_t *a)
{
    ml_address_t address = a->request->client;

    if (a->query.ip && a->request->settings->ip_parameter) {
        address = ml_address_parse(a->query.ip);
        a->bad_ip = address.family == ML_ADDRESS_NONE;
    }
    ml_client_find(&a->client, a->cache, &address);
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

/* `path` names a directory, or a file in one. */
static int find_path(ml_asked_t *a, apr_pool_t *pool)
{
    char *path = normalise_path(a->query.path, pool), *slash;
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
        return refuse(a, 404);
    }
    a->directory = &a->cache->directories[idx];
    return 1;
}

static int unknown_repo(ml_asked_t *a)
{
    ml_line_addv(&a->line, "error: invalid repo or arch", NULL);
    a->lists_repositories = 1;
    return refuse(a, 404);
}

/* What was asked for, before any redirect. */
static void name_repo(ml_asked_t *a, apr_pool_t *pool)
{
    a->repo = a->query.repo;
    a->arch = a->query.arch;
    if (a->query.version && a->request->settings->version_parameter) {
        a->repo = apr_pstrcat(pool, a->repo, "-", a->query.version, NULL);
    }
    if (strstr(a->repo, "source")) {
        a->arch = "source";
    }
}

/* The prefix that the name stands for, or NULL. */
static const ml_prefix_rec *redirected(const ml_cache_t *cache,
                                       const char *name)
{
    apr_uint32_t idx = ml_cache_find_prefix(cache, name);

    if (idx != ML_NONE && cache->prefixes[idx].target_idx != ML_NONE) {
        idx = cache->prefixes[idx].target_idx;
    }
    return idx == ML_NONE ? NULL : &cache->prefixes[idx];
}

static int find_repo(ml_asked_t *a, apr_pool_t *pool)
{
    const ml_cache_t *cache = a->cache;
    const ml_prefix_rec *prefix;
    apr_uint32_t idx;

    name_repo(a, pool);
    prefix = a->prefix = redirected(cache, a->repo);
    ml_line_addv(&a->line, "# repo = ", NULL);
    if (prefix) {
        ml_line_add(&a->line, ml_text(cache, prefix->name), prefix->name.len);
    }
    else {
        ml_line_addv(&a->line, a->repo, NULL);
    }
    ml_line_addv(&a->line, " arch = ", a->arch, " ", NULL);
    if (!prefix) {
        return unknown_repo(a);
    }
    if (prefix->disabled) {
        ml_line_addv(&a->line, "repo disabled", NULL);
        return refuse(a, 200);
    }
    idx = ml_cache_find_repo(cache, prefix, a->arch);
    if (idx == ML_NONE) {
        return unknown_repo(a);
    }
    idx = a->metalink ? cache->repos[idx].repodata_idx
                      : cache->repos[idx].directory_idx;
    if (idx == ML_NONE) {
        ml_line_addv(&a->line, "error: no directory for this repository", NULL);
        return refuse(a, 404);
    }
    a->directory = &cache->directories[idx];
    a->file = a->metalink ? "repomd.xml" : "";
    return 1;
}

static int find_directory(ml_asked_t *a, apr_pool_t *pool)
{
    ml_line_start(&a->line);
    if (a->query.path) {
        return find_path(a, pool);
    }
    if (a->query.repo && a->query.arch) {
        return find_repo(a, pool);
    }
    return refuse_with(a, 200,
                       "# either path=, or repo= and arch= must be specified",
                       NULL, NULL);
}

static int check_ip(ml_asked_t *a)
{
    return a->bad_ip ? refuse_with(a, 400, "# error: ip=", a->query.ip,
                                   " is not an IP address")
                     : 1;
}

/* A metalink needs the file's details. */
static int find_details(ml_asked_t *a, apr_pool_t *pool)
{
    ml_text_rec name = a->directory->name;

    if (!a->metalink) {
        return 1;
    }
    if (*a->file) {
        a->details = ml_cache_find_file(a->cache, a->directory, a->file);
    }
    if (!a->details) {
        a->refusal = 404;
        a->text = apr_pstrcat(
            pool, apr_pstrmemdup(pool, ml_text(a->cache, name), name.len), "/",
            a->file, " not found or has no metalink\n", NULL);
        a->text_len = strlen(a->text);
        return 0;
    }
    return 1;
}

void ml_ask(ml_asked_t *a, const ml_cache_t *cache, const ml_request_t *request,
            apr_pool_t *pool)
{
    memset(a, 0, sizeof(*a));
    a->cache = cache;
    a->request = request;
    a->metalink = ml_request_serves(request->path) == ML_SERVES_METALINK;
    a->client.country_idx = ML_NONE;
    if (!cache) {
        refuse_with(a, 503,
                    "# error: no mirrorlist cache is loaded, try again later",
                    NULL, NULL);
        return;
    }
    if (!read_query(a, pool)) {
        return;
    }
    find_client(a);
    if (find_directory(a, pool) && check_ip(a)) {
        find_details(a, pool);
    }
}
