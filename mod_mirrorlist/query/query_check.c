/* SPDX-License-Identifier: Apache-2.0
 *
 * mirrorlist-query --check: a file whose bytes are sound may still serve
 * nothing.
 */
#include "query_file.h"

#include <string.h>

#include "apr_strings.h"

#include "ml_load.h"

typedef struct {
    const ml_cache_t *cache;
    FILE *out;
    apr_uint32_t n;
    apr_pool_t *pool;
} findings_t;

static int is_disabled(const ml_cache_t *cache, const ml_repo_rec *repo,
                       apr_pool_t *pool)
{
    apr_uint32_t idx = ml_cache_find_prefix(
        cache,
        apr_pstrmemdup(pool, ml_text(cache, repo->prefix), repo->prefix.len));

    return idx != ML_NONE && cache->prefixes[idx].disabled;
}

static void find_in_repo(findings_t *findings, const ml_repo_rec *repo,
                         const char *what)
{
    const ml_cache_t *cache = findings->cache;

    fprintf(findings->out, "repository %.*s, arch %.*s%s: %s\n",
            (int)repo->prefix.len, ml_text(cache, repo->prefix),
            (int)repo->arch.len, ml_text(cache, repo->arch),
            is_disabled(cache, repo, findings->pool) ? " (disabled)" : "",
            what);
    findings->n++;
}

static int has_hosts(const ml_cache_t *cache, apr_uint32_t directory_idx)
{
    const ml_host_set_rec *set =
        &cache->host_sets[cache->directories[directory_idx].host_set_idx];

    return set->public_n + set->private_n > 0;
}

static void check_repository(findings_t *findings, const ml_repo_rec *repo)
{
    const ml_cache_t *cache = findings->cache;

    if (repo->directory_idx == ML_NONE) {
        find_in_repo(findings, repo, "its directory is in no category");
        return;
    }
    if (!has_hosts(cache, repo->directory_idx)) {
        find_in_repo(findings, repo, "no host carries its directory");
    }
    if (repo->repodata_idx == ML_NONE) {
        find_in_repo(findings, repo, "its directory has no repodata");
    }
    else if (!ml_cache_find_file(cache, &cache->directories[repo->repodata_idx],
                                 "repomd.xml")) {
        find_in_repo(findings, repo, "no file details of repodata/repomd.xml");
    }
}

#define HAS_CATEGORY 1
#define HAS_URL 2

/* Active hosts that somebody has given a category, but no URL at all. */
static void check_urls(findings_t *findings)
{
    const ml_cache_t *cache = findings->cache;
    char *has = apr_pcalloc(findings->pool, cache->host_rows_n + 1);
    apr_uint32_t i;

    for (i = 0; i < cache->carriers_n; i++) {
        const ml_carrier_rec *carrier = &cache->carriers[i];

        has[carrier->host_row_idx] |=
            carrier->flags & ML_CARRIER_PUBLIC_URL ? HAS_URL : HAS_CATEGORY;
    }
    for (i = 0; i < cache->host_rows_n; i++) {
        const ml_host_row_rec *row = &cache->host_rows[i];

        if (has[i] == HAS_CATEGORY && !(row->flags & ML_ROW_INACTIVE)) {
            fprintf(findings->out,
                    "host %" APR_INT64_T_FMT " %.*s: has no public URL\n",
                    row->id, (int)row->name.len, ml_text(cache, row->name));
            findings->n++;
        }
    }
}

int file_check(const char *path, FILE *out, apr_pool_t *pool)
{
    findings_t findings = {NULL, out, 0, pool};
    ml_cache_t *cache;
    const char *refused = ml_load_plain(&cache, path, pool);
    apr_uint32_t i;

    if (refused) {
        fprintf(out, "%s is not valid: %s\n", path, refused);
        return EXIT_INVALID;
    }
    fprintf(out, "%s is valid\n", path);
    findings.cache = cache;
    for (i = 0; i < cache->repos_n; i++) {
        check_repository(&findings, &cache->repos[i]);
    }
    check_urls(&findings);
    fprintf(out, "%u finding%s\n", findings.n, findings.n == 1 ? "" : "s");
    return findings.n > 0 ? EXIT_FINDINGS : EXIT_OK;
}
