/* SPDX-License-Identifier: Apache-2.0
 *
 * The n-th request takes the n-th directory, repository, country, location of
 * the cache, wherever those have got to.
 */
#include "ask.h"

#include <stdlib.h>
#include <string.h>

#include "apr_strings.h"

#include "judge.h"
#include "ml_explain.h"
#include "target.h"

static const char *const addresses[] = {
    "77.1.0.9",   "77.3.1.9",       "77.1.64.9", "77.1.70.9",
    "77.3.200.9", "2a01:1:1::9",    "99.9.9.9",  "0.0.0.0",
    "77.9.1.9",   "2002:4d01:1::9", "::",        "255.255.255.255",
};

static const char *const options[] = {
    "",
    "&protocol=https,rsync",
    "&netblock=0",
    "&redirect",
    "&time",
    "&country=global",
    "&country=%s",
    "&location=%s",
    "&protocol",
    "&country=%s,US,xx",
    "&protocol=,",
    "&format=json",
    "&exclude_country=%s,DE,xx",
    "&format=metalink4",
    "&country=%s&fallback=0",
    "&format=json&location=%s&time",
    "&limit=2",
    "&format=text&redirect&limit=1",
    "&fallback=0",
    "&ipv=6",
    "&format=metalink&ipv=4",
    "&format=JSON&country=%s&exclude_country=%s",
    "&limit=10000",
    "&ipv=5",
    "&format=none",
    "&format=html",
    "&format=html&country=%s",
    "&format=html&location=%s&protocol=https,rsync,gopher",
};

static const char *const schemes[] = {"https", "rsync", "none"};

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

/* The text of the cache as a parameter's value. */
static const char *value_of(const ml_cache_t *cache, ml_text_rec text,
                            apr_pool_t *pool)
{
    char *value = apr_palloc(pool, 3 * (apr_size_t)text.len + 1), *out = value;
    apr_uint32_t i;

    for (i = 0; i < text.len; i++, out += 3) {
        apr_snprintf(out, 4, "%%%02x", (unsigned char)ml_text(cache, text)[i]);
    }
    *out = '\0';
    return value;
}

/* What is asked for: a repository, a directory, a file of one, or nothing that
 * is there. */
static const char *subject(const ml_cache_t *cache, apr_uint32_t n,
                           apr_pool_t *pool)
{
    const ml_directory_rec *directory;

    if (n % 16 == 0) {
        return "repo=none&arch=none";
    }
    if (n % 3 == 0 && cache->prefixes_n > 0 && cache->repos_n > 0) {
        return apr_pstrcat(
            pool, "repo=",
            value_of(cache, cache->prefixes[n % cache->prefixes_n].name, pool),
            "&arch=",
            value_of(cache, cache->repos[n % cache->repos_n].arch, pool), NULL);
    }
    if (cache->directories_n == 0) {
        return "path=none";
    }
    directory = &cache->directories[n % cache->directories_n];
    return apr_pstrcat(
        pool, "path=", value_of(cache, directory->name, pool), "/",
        directory->file_n > 0
            ? value_of(cache, cache->files[directory->file_first].name, pool)
            : "",
        NULL);
}

static const char *option(const ml_cache_t *cache, apr_uint32_t n,
                          apr_pool_t *pool)
{
    const char *format = options[n % LEN(options)];
    ml_text_rec name = {0, 0};

    if (strstr(format, "location") && cache->locations_n > 0) {
        name = cache->locations[n % cache->locations_n].name;
    }
    else if (cache->countries_n > 0) {
        name = cache->countries[n % cache->countries_n].code;
    }
    return apr_psprintf(pool, format, value_of(cache, name, pool), "de");
}

/* The same question, in each form, about all hosts or one. */
static void explain(const ml_cache_t *cache, apr_uint32_t n,
                    const ml_request_t *request, apr_pool_t *pool)
{
    static const char *const forms[] = {"html", "json", "text"};
    ml_request_t why = *request;
    ml_text_rec name = {0, 0};
    ml_response_t response;

    if (cache->host_rows_n > 0 && n % 2) {
        name = cache->host_rows[n / 2 % cache->host_rows_n].name;
    }
    why.query = apr_pstrcat(pool, request->query,
                            "&endpoint=", n % 5 ? "metalink" : "mirrorlist",
                            "&format=", forms[n % LEN(forms)],
                            "&host=", value_of(cache, name, pool), NULL);
    ml_explain_answer(&response, cache, &why, pool);
    judge_explanation(&response);
}

static void ask(const ml_cache_t *cache, apr_uint32_t n, int bodies)
{
    apr_pool_t *pool = target_pool();
    ml_settings_t settings = ML_SETTINGS_DEFAULT;
    ml_request_t request = {.now_s = 1700000000, .settings = &settings};
    ml_response_t response;
    ml_random_t random;

    ml_random_seed(&random, n);
    settings.minimum = n % 9;
    settings.maximum = n % 7 == 0 ? 3 : 0;
    settings.nearest_km = n % 5 == 0 ? 1000 : 0;
    settings.stable_s = n % 4 == 0 ? 3600 : 0;
    settings.schemes = n % 8 == 0 ? schemes : NULL;
    settings.scheme_n = LEN(schemes);
    request.path = n % 2 ? "/metalink" : "/mirrorlist";
    request.accept = n % 6 == 1 ? "application/metalink4+xml" : NULL;
    request.client = ml_address_parse(addresses[n % LEN(addresses)]);
    request.query = apr_pstrcat(pool, subject(cache, n, pool),
                                option(cache, n / 3, pool), NULL);
    request.random = &random;
    ml_answer(&response, cache, &request, pool);
    judge_response(&response, &request);
    if (bodies) {
        judge_body(&response);
    }
    explain(cache, n, &request, pool);
    apr_pool_destroy(pool);
}

void ask_cache(const ml_cache_t *cache, apr_uint32_t seed, int bodies)
{
    apr_uint32_t n;

    for (n = 0; n < ASK_N; n++) {
        ask(cache, seed % 10000 * ASK_N + n, bodies);
    }
}

int ask_bytes(const void *bytes, apr_size_t size, apr_uint32_t seed)
{
    apr_pool_t *pool = target_pool();
    void *exact = malloc(size);
    const char *refused;
    ml_cache_t *cache;

    memcpy(exact, bytes, size);
    refused = ml_cache_open(&cache, exact, size, pool);
    if (refused) {
        judge(*refused, "a refusal has a reason");
    }
    else {
        ask_cache(cache, seed, 0);
    }
    apr_pool_destroy(pool);
    free(exact);
    return !refused;
}

void ask_seal(void *bytes, apr_size_t size)
{
    ml_header_rec *header = bytes;

    if (size >= sizeof(*header)) {
        header->file_size = size;
        header->crc32 = ml_cache_crc32(bytes, size);
    }
}
