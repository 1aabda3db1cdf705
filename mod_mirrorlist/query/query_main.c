/* SPDX-License-Identifier: Apache-2.0
 *
 * mirrorlist-query: the module's answer without httpd, or why it is this one;
 * and what a cache file is worth.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apr_general.h"
#include "apr_strings.h"

#include "ml_explain.h"
#include "ml_load.h"
#include "ml_text.h"
#include "query_file.h"
#include "query_options.h"

static const char *reason_phrase(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 302:
        return "Found";
    case 400:
        return "Bad Request";
    case 404:
        return "Not Found";
    default:
        return "Service Unavailable";
    }
}

static void print_response(const ml_response_t *response)
{
    int i;

    printf("HTTP/1.1 %d %s\nContent-Type: %s\n", response->status,
           reason_phrase(response->status), response->content_type);
    for (i = 0; i < response->field_n; i++) {
        printf("%s: %s\n", response->fields[i].name, response->fields[i].value);
    }
    printf("Content-Length: %" APR_SIZE_T_FMT "\n\n", response->body_len);
    fwrite(response->body, 1, response->body_len, stdout);
}

static void explain(const options_t *options, const ml_cache_t *cache,
                    const ml_request_t *request, const char *target,
                    apr_pool_t *pool)
{
    ml_page_t page = {.pool = pool};
    ml_explanation_t explanation;

    ml_explain(&explanation, cache, request, target, options->host, pool);
    if (options->json) {
        ml_explain_json(&page, &explanation);
    }
    else {
        ml_explain_text(&page, &explanation);
    }
    fwrite(page.bytes, 1, page.len, stdout);
}

/* Answers or explains one request. */
static int ask(const options_t *options, const ml_cache_t *cache,
               const char *target, apr_pool_t *pool)
{
    char *path = apr_pstrdup(pool, target), *args = strchr(path, '?');
    ml_random_t random;
    ml_request_t request = {.path = path,
                            .accept = options->accept,
                            .client = options->client,
                            .now_s = options->now_s,
                            .random = &random,
                            .settings = &options->settings};
    ml_response_t response;

    if (args) {
        *args++ = '\0';
    }
    request.query = args;
    if (ml_request_endpoint(path) == ML_ENDPOINT_NONE) {
        return options_error("'%s' is no request: its path must end in "
                             "/mirrorlist or /metalink",
                             target);
    }
    if (options->seeded) {
        ml_random_seed(&random, options->seed);
    }
    else {
        apr_generate_random_bytes((unsigned char *)&random, sizeof(random));
    }
    if (options->explain) {
        explain(options, cache, &request, target, pool);
        return EXIT_OK;
    }
    ml_answer(&response, cache, &request, pool);
    print_response(&response);
    return EXIT_OK;
}

/* The request of a line, which may come from an editor of another system. */
static const char *request_of(char *line, ssize_t len, int is_first)
{
    apr_size_t rest = (apr_size_t)len;
    const char *request = line;

    if (rest > 0 && line[rest - 1] == '\n') {
        line[--rest] = '\0';
    }
    if (rest > 0 && line[rest - 1] == '\r') {
        line[--rest] = '\0';
    }
    if (is_first) {
        ml_text_skip_mark(&request, &rest);
    }
    return request;
}

/* Each line of standard input. */
static int ask_all(const options_t *options, const ml_cache_t *cache,
                   apr_pool_t *pool)
{
    size_t room = 0;
    char *line = NULL;
    int code = EXIT_OK, is_first = 1;
    apr_pool_t *scratch;
    ssize_t len;

    apr_pool_create(&scratch, pool);
    while (code == EXIT_OK && (len = getline(&line, &room, stdin)) >= 0) {
        code = ask(options, cache, request_of(line, len, is_first), scratch);
        is_first = 0;
        apr_pool_clear(scratch);
    }
    free(line);
    return code;
}

static int query(const options_t *options, apr_pool_t *pool)
{
    ml_cache_t *cache;
    const char *refused;

    refused = ml_load_plain(&cache, options->cache, pool);
    if (refused) {
        fprintf(stderr, "mirrorlist-query: %s: %s\n", options->cache, refused);
        return EXIT_INVALID;
    }
    return options->batch ? ask_all(options, cache, pool)
                          : ask(options, cache, options->target, pool);
}

static int run(const options_t *options, apr_pool_t *pool)
{
    if (options->check) {
        return file_check(options, stdout, pool);
    }
    if (options->info) {
        return file_info(options, stdout, pool);
    }
    return query(options, pool);
}

int main(int argc, const char *const *argv)
{
    options_t options;
    apr_pool_t *pool;
    int code;

    apr_app_initialize(&argc, &argv, NULL);
    atexit(apr_terminate);
    apr_pool_create(&pool, NULL);
    code = options_read(&options, argc, argv, pool);
    if (code < 0) {
        code = run(&options, pool);
    }
    return fflush(stdout) == 0 ? code : EXIT_INVALID;
}
