/* SPDX-License-Identifier: Apache-2.0
 *
 * mirrorlist-query --check: a file whose bytes are sound may still serve
 * nothing.
 */
#include "query_file.h"

#include <stdarg.h>
#include <string.h>

#include "apr_strings.h"

#include "ml_detail.h"
#include "ml_load.h"
#include "ml_text.h"

typedef struct {
    const ml_cache_t *cache;
    FILE *out;
    apr_uint32_t n;
    char *told; /* by file: a repository is said to lack its details */
    apr_pool_t *pool;
} findings_t;

__attribute__((format(printf, 2, 3))) static void find(findings_t *findings,
                                                       const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vfprintf(findings->out, format, arguments);
    va_end(arguments);
    fputc('\n', findings->out);
    findings->n++;
}

static const char *copy(const findings_t *findings, ml_text_rec text)
{
    return ml_text_copy(ml_text(findings->cache, text), text.len,
                        findings->pool);
}

/* --- the whole ------------------------------------------------------------ */

static void check_inputs(findings_t *findings)
{
    const ml_cache_t *cache = findings->cache;
    const struct {
        apr_uint64_t n;
        const char *lacks;
    } inputs[] = {
        {cache->repos_n, "there are no repositories"},
        {cache->hosts_n, "there are no hosts that carry a directory"},
        {cache->counts->country_networks,
         "there are no networks of countries: no client's country is known"},
        {cache->counts->asn_networks,
         "there are no networks of ASNs: no client's ASN is known"},
        {cache->continents_n,
         "there are no continents: no client gets hosts of its continent"},
    };
    apr_size_t i;

    for (i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
        if (inputs[i].n == 0) {
            find(findings, "%s", inputs[i].lacks);
        }
    }
}

static void check_time(findings_t *findings, apr_int64_t now_s)
{
    if (ml_cache_is_ahead(findings->cache, now_s)) {
        find(findings,
             "the creation time is %" APR_INT64_T_FMT " s in the future: the "
             "clock was wrong where the file was made, or is wrong here",
             findings->cache->header->created_s - now_s);
    }
}

/* --- repositories --------------------------------------------------------- */

static int is_disabled(const findings_t *findings, const ml_repo_rec *repo)
{
    apr_uint32_t idx = ml_cache_find_prefix(
        findings->cache, ml_text(findings->cache, repo->prefix),
        repo->prefix.len);

    return idx != ML_NONE && findings->cache->prefixes[idx].disabled;
}

/* Nobody is given a disabled repository: what it lacks does no harm. */
static void repo_lacks(findings_t *findings, const ml_repo_rec *repo,
                       const char *what)
{
    int disabled = is_disabled(findings, repo);

    find(findings, "repository %s, arch %s%s: %s", copy(findings, repo->prefix),
         copy(findings, repo->arch),
         disabled ? " (disabled, so no finding)" : "", what);
    findings->n -= (apr_uint32_t)disabled;
}

static int has_hosts(const ml_cache_t *cache, apr_uint32_t directory_idx)
{
    const ml_host_set_rec *set =
        &cache->host_sets[cache->directories[directory_idx].host_set_idx];

    return set->public_n + set->private_n > 0;
}

static int is_complete(const ml_cache_t *cache, const ml_file_rec *file)
{
    return ml_detail_is_complete(&cache->details[file->detail_first]);
}

#define COMPLETE "with both a timestamp and a size"

/* A file that clients of the repository begin with, NULL if nothing is known of
 * it; `name` is as seen from the repository's directory. */
static void check_first_file(findings_t *findings, const ml_repo_rec *repo,
                             const ml_file_rec *file, const char *name)
{
    if (file && is_complete(findings->cache, file)) {
        return;
    }
    repo_lacks(findings, repo,
               apr_pstrcat(findings->pool, "no file details of ", name,
                           file ? " " COMPLETE : "", NULL));
    if (file) {
        findings->told[file - findings->cache->files] = 1;
    }
}

/* Without repodata, as in ostree, the directory's own files. */
static void check_first_files(findings_t *findings, const ml_repo_rec *repo)
{
    const ml_cache_t *cache = findings->cache;
    const ml_directory_rec *directory =
        &cache->directories[repo->directory_idx];
    apr_uint32_t i;

    if (repo->repodata_idx != ML_NONE) {
        check_first_file(
            findings, repo,
            ml_cache_find_file(cache, &cache->directories[repo->repodata_idx],
                               "repomd.xml", strlen("repomd.xml")),
            "repodata/repomd.xml");
        return;
    }
    if (directory->file_n == 0) {
        repo_lacks(findings, repo, "its directory has no repodata");
    }
    for (i = 0; i < directory->file_n; i++) {
        const ml_file_rec *file = &cache->files[directory->file_first + i];

        check_first_file(findings, repo, file, copy(findings, file->name));
    }
}

static void check_repository(findings_t *findings, const ml_repo_rec *repo)
{
    const ml_cache_t *cache = findings->cache;

    if (repo->directory_idx == ML_NONE) {
        repo_lacks(findings, repo, "its directory is in no category");
        return;
    }
    if (!has_hosts(cache, repo->directory_idx)) {
        repo_lacks(findings, repo, "no host carries its directory");
    }
    else if (repo->repodata_idx != ML_NONE
             && !has_hosts(cache, repo->repodata_idx)) {
        repo_lacks(findings, repo, "no host carries its repodata");
    }
    check_first_files(findings, repo);
}

/* --- files ---------------------------------------------------------------- */

static void check_files(findings_t *findings, const ml_directory_rec *directory)
{
    const ml_cache_t *cache = findings->cache;
    apr_uint32_t i;

    for (i = directory->file_first;
         i < directory->file_first + directory->file_n; i++) {
        if (!findings->told[i] && !is_complete(cache, &cache->files[i])) {
            find(findings, "file %s/%s: no file details " COMPLETE,
                 copy(findings, directory->name),
                 copy(findings, cache->files[i].name));
        }
    }
}

/* --- hosts ---------------------------------------------------------------- */

static void host_lacks(findings_t *findings, apr_int64_t id, ml_text_rec name,
                       const char *what)
{
    find(findings, "host %" APR_INT64_T_FMT "%s%s: %s", id,
         name.len > 0 ? " " : "", copy(findings, name), what);
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
            host_lacks(findings, row->id, row->name, "has no public URL");
        }
    }
}

static void check_country(findings_t *findings, const ml_host_rec *host,
                          apr_uint32_t country_idx, const char *relation)
{
    const ml_country_rec *country = &findings->cache->countries[country_idx];

    if (!(country->flags & ML_COUNTRY_KNOWN)) {
        host_lacks(findings, host->id, host->name,
                   apr_pstrcat(findings->pool, relation,
                               copy(findings, country->code),
                               ", which neither a network nor the continents "
                               "file knows",
                               NULL));
    }
}

static void check_countries(findings_t *findings, const ml_host_rec *host)
{
    const apr_uint32_t *allowed =
        findings->cache->allowed + host->allowed_first;
    apr_uint32_t i;

    if (host->country_idx == ML_NONE) {
        host_lacks(findings, host->id, host->name, "has no country");
    }
    else {
        check_country(findings, host, host->country_idx, "its country is ");
    }
    if ((host->flags & ML_HOST_RESTRICTED) && host->allowed_n == 0) {
        host_lacks(findings, host->id, host->name,
                   "is restricted to no country that can be used");
    }
    for (i = 0; i < host->allowed_n; i++) {
        check_country(findings, host, allowed[i], "is restricted to ");
    }
}

int file_check(const options_t *options, FILE *out, apr_pool_t *pool)
{
    findings_t findings = {.out = out, .pool = pool};
    const char *path = options->check;
    ml_cache_t *cache;
    const char *refused = ml_load_plain(&cache, path, pool);
    apr_uint32_t i;

    if (refused) {
        fprintf(out, "%s is not valid: %s\n", path, refused);
        return EXIT_INVALID;
    }
    fprintf(out, "%s is valid\n", path);
    findings.cache = cache;
    findings.told = apr_pcalloc(pool, (apr_size_t)cache->files_n + 1);
    check_inputs(&findings);
    check_time(&findings, options->now_s);
    for (i = 0; i < cache->repos_n; i++) {
        check_repository(&findings, &cache->repos[i]);
    }
    for (i = 0; i < cache->directories_n; i++) {
        check_files(&findings, &cache->directories[i]);
    }
    check_urls(&findings);
    for (i = 0; i < cache->hosts_n; i++) {
        check_countries(&findings, &cache->hosts[i]);
    }
    fprintf(out, "%u finding%s\n", findings.n, findings.n == 1 ? "" : "s");
    return findings.n > 0 ? EXIT_FINDINGS : EXIT_OK;
}
