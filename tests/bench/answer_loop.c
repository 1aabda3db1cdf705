/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers lists of requests without httpd, for valgrind's callgrind to count:
 * answer_loop CACHE LIST...  Each list is answered twice; of the second time a
 * dump is left that has the list's name, and its requests and bytes are
 * printed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <valgrind/callgrind.h>

#include "apr_general.h"

#include "ml_answer.h"
#include "ml_load.h"

#define NOW_S 1764000000
#define REQUEST_MAX 4096 /* bytes */
#define LIST_MAX 4096    /* requests */

typedef struct {
    char *lines[LIST_MAX];
    int n;
} list_t;

static void read_list(list_t *list, const char *path)
{
    static char line[REQUEST_MAX];
    FILE *file = fopen(path, "r");

    if (!file) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    for (list->n = 0; list->n < LIST_MAX && fgets(line, sizeof(line), file);) {
        line[strcspn(line, "\n")] = '\0';
        list->lines[list->n++] = strdup(line);
    }
    fclose(file);
}

/* The bytes of the answer. */
static apr_size_t answer(const ml_cache_t *cache, const char *line,
                         ml_random_t *random, apr_pool_t *pool)
{
    static const ml_settings_t settings = ML_SETTINGS_DEFAULT;
    char path[REQUEST_MAX];
    ml_request_t request = {.path = path,
                            .client = ml_address_parse("192.0.2.1"),
                            .now_s = NOW_S,
                            .random = random,
                            .settings = &settings};
    ml_response_t response;
    char *query;

    strcpy(path, line);
    query = strchr(path, '?');
    if (query) {
        *query++ = '\0';
    }
    request.query = query;
    ml_answer(&response, cache, &request, pool);
    apr_pool_clear(pool);
    return response.body_len;
}

static apr_size_t answer_all(const ml_cache_t *cache, const list_t *list,
                             apr_pool_t *pool)
{
    ml_random_t random;
    apr_size_t bytes = 0;
    int i;

    ml_random_seed(&random, 1);
    for (i = 0; i < list->n; i++) {
        bytes += answer(cache, list->lines[i], &random, pool);
    }
    return bytes;
}

int main(int argc, const char *const *argv)
{
    static list_t list;
    apr_pool_t *pool, *scratch;
    const char *refused;
    ml_cache_t *cache;
    int i;

    apr_app_initialize(&argc, &argv, NULL);
    atexit(apr_terminate);
    apr_pool_create(&pool, NULL);
    apr_pool_create(&scratch, pool);
    refused = argc > 1 ? ml_load_plain(&cache, argv[1], pool) : "no cache";
    if (refused) {
        fprintf(stderr, "answer_loop: %s\n", refused);
        return EXIT_FAILURE;
    }
    CALLGRIND_START_INSTRUMENTATION;
    for (i = 2; i < argc; i++) {
        apr_size_t bytes;

        read_list(&list, argv[i]);
        answer_all(cache, &list, scratch);
        CALLGRIND_ZERO_STATS;
        bytes = answer_all(cache, &list, scratch);
        CALLGRIND_DUMP_STATS_AT(argv[i]);
        printf("%s %d %" APR_SIZE_T_FMT "\n", argv[i], list.n, bytes);
    }
    return EXIT_SUCCESS;
}
