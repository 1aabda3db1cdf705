/* SPDX-License-Identifier: Apache-2.0
 *
 * The order in which a request is read and refused.  Spelling of parameters is
 * known to ml_query.c, the words of a refusal to ml_comment.c.
 */
#include "ml_lookup.h"

#include <string.h>

#include "apr_strings.h"

#include "ml_text.h"

/* Each of the steps answers why the next one is not to be taken. */

/* Which form, and with it whose rules; ML_FORM_N for an unknown one. */
static void find_form(ml_lookup_t *l)
{
    ml_endpoint_e endpoint = ml_request_endpoint(l->request->path);
    ml_form_e named =
        l->query.format ? ml_form_find(l->query.format) : ML_FORM_N;

    l->varies = !l->query.format && endpoint == ML_ENDPOINT_METALINK;
    l->form = named != ML_FORM_N
                  ? named
                  : ml_form_of_endpoint(endpoint,
                                        l->varies ? l->request->accept : NULL);
    l->endpoint = ml_forms[l->form].endpoint;
    if (l->endpoint == ML_ENDPOINT_NONE) {
        l->endpoint = endpoint;
    }
    l->redirects = l->query.redirect && l->form == ML_FORM_TEXT;
}

/* The client's address, as far as it can be understood. */
static void find_client(ml_lookup_t *l)
{
    ml_address_t address = l->request->client;

    if (l->query.ip && l->request->settings->ip_parameter) {
        address = ml_address_parse(l->query.ip);
    }
    ml_client_find(&l->client, l->cache, &address);
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
static ml_refusal_e find_path(ml_lookup_t *l, apr_pool_t *pool)
{
    char *path = normalise_path(l->query.path, pool), *slash;
    apr_uint32_t idx = ml_cache_find_directory(l->cache, path, strlen(path));

    l->path = path;
    l->file = "";
    if (idx == ML_NONE) {
        slash = strrchr(path, '/');
        l->file = slash ? slash + 1 : path;
        idx = ml_cache_find_directory(l->cache, path,
                                      slash ? (apr_size_t)(slash - path) : 0);
    }
    if (idx == ML_NONE) {
        return ML_REFUSAL_PATH;
    }
    l->directory = &l->cache->directories[idx];
    return ML_REFUSAL_NONE;
}

/* What was asked for, before any redirect. */
static void name_repo(ml_lookup_t *l, apr_pool_t *pool)
{
    l->repo = l->query.repo;
    l->arch = l->query.arch;
    if (l->query.version && l->request->settings->version_parameter) {
        l->repo = apr_pstrcat(pool, l->repo, "-", l->query.version, NULL);
    }
    if (strstr(l->repo, "source")) {
        l->arch = "source";
    }
}

/* The prefix that the name stands for, or NULL. */
static const ml_prefix_rec *redirected(const ml_cache_t *cache,
                                       const char *name)
{
    apr_uint32_t idx = ml_cache_find_prefix(cache, name, strlen(name));

    if (idx != ML_NONE && cache->prefixes[idx].target_idx != ML_NONE) {
        idx = cache->prefixes[idx].target_idx;
    }
    return idx == ML_NONE ? NULL : &cache->prefixes[idx];
}

static ml_refusal_e find_repo(ml_lookup_t *l, apr_pool_t *pool)
{
    const ml_cache_t *cache = l->cache;
    int metalink = l->endpoint == ML_ENDPOINT_METALINK;
    apr_uint32_t idx;

    name_repo(l, pool);
    l->prefix = redirected(cache, l->repo);
    if (!l->prefix) {
        return ML_REFUSAL_REPOSITORY;
    }
    if (l->prefix->disabled) {
        return ML_REFUSAL_DISABLED;
    }
    idx = ml_cache_find_repo(cache, l->prefix, l->arch, strlen(l->arch));
    if (idx == ML_NONE) {
        return ML_REFUSAL_REPOSITORY;
    }
    idx = metalink ? cache->repos[idx].repodata_idx
                   : cache->repos[idx].directory_idx;
    if (idx == ML_NONE) {
        return ML_REFUSAL_NO_DIRECTORY;
    }
    l->directory = &cache->directories[idx];
    l->file = metalink ? "repomd.xml" : "";
    return ML_REFUSAL_NONE;
}

static ml_refusal_e find_directory(ml_lookup_t *l, apr_pool_t *pool)
{
    if (l->query.path) {
        return find_path(l, pool);
    }
    return l->query.repo && l->query.arch ? find_repo(l, pool)
                                          : ML_REFUSAL_NOTHING_ASKED;
}

#define LIMIT_MAX 9999

/* Values that only their spelling can make wrong. */
static ml_refusal_e check_values(ml_lookup_t *l)
{
    const ml_query_t *query = &l->query;
    apr_uint64_t limit = 0;

    if (query->ip && l->request->settings->ip_parameter
        && l->client.address.family == ML_ADDRESS_NONE) {
        return ML_REFUSAL_IP;
    }
    if (query->limit
        && (*query->limit == '0'
            || !ml_text_number(&limit, query->limit, LIMIT_MAX))) {
        return ML_REFUSAL_LIMIT;
    }
    l->limit = (apr_uint32_t)limit;
    if (query->ipv) {
        l->ipv = *query->ipv - '0';
        if ((l->ipv != 4 && l->ipv != 6) || query->ipv[1]) {
            return ML_REFUSAL_IPV;
        }
    }
    return query->format && ml_form_find(query->format) == ML_FORM_N
               ? ML_REFUSAL_FORMAT
               : ML_REFUSAL_NONE;
}

/* A metalink needs the file's details. */
static ml_refusal_e find_details(ml_lookup_t *l)
{
    if (*l->file) {
        l->details = ml_cache_find_file(l->cache, l->directory, l->file,
                                        strlen(l->file));
    }
    return !l->details && l->endpoint == ML_ENDPOINT_METALINK
               ? ML_REFUSAL_NO_DETAILS
               : ML_REFUSAL_NONE;
}

static ml_refusal_e look_up(ml_lookup_t *l, apr_pool_t *pool)
{
    ml_refusal_e refusal;

    find_client(l);
    refusal = find_directory(l, pool);
    if (!refusal) {
        refusal = check_values(l);
    }
    return refusal ? refusal : find_details(l);
}

void ml_lookup(ml_lookup_t *l, const ml_cache_t *cache,
               const ml_request_t *request, apr_pool_t *pool)
{
    memset(l, 0, sizeof(*l));
    l->cache = cache;
    l->request = request;
    l->client.country_idx = l->client.continent_idx = l->client.place_idx =
        ML_NONE;
    l->refusal = ml_query_parse(&l->query, request->query, pool);
    find_form(l);
    if (!cache) {
        l->refusal = ML_REFUSAL_NO_CACHE;
    }
    else if (!l->refusal) {
        l->refusal = look_up(l, pool);
    }
}
