/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers lists of requests without httpd: answer_loop CACHE LIST...  For each
 * list a line with its name, its requests, the bytes of all answers, and the
 * nanoseconds of an answer, warm and cold.  Under callgrind nothing is timed:
 * each list is answered twice, and a dump of the second time has its name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef __x86_64__
#include <emmintrin.h>
#endif
#include <valgrind/callgrind.h>

#include "apr_general.h"

#include "ml_answer.h"
#include "ml_load.h"

#define NOW_S 1764000000
#define REQUEST_MAX 4096  /* bytes */
#define LIST_MAX 4096     /* requests */
#define TURNS 9           /* of which the fastest counts */
#define COLD_N 50         /* requests of a list that are answered cold */
#define COLD_TURNS 3      /* likewise */
#define LINE 64           /* bytes of a line of the processor's cache */
#define OTHER (32u << 20) /* bytes that push out what they can */

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

static ml_address_t client; /* of requests without `ip=` */

/* The bytes of the answer. */
static apr_size_t answer(const ml_cache_t *cache, const char *line,
                         ml_random_t *random, apr_pool_t *pool)
{
    static const ml_settings_t settings = ML_SETTINGS_DEFAULT;
    char path[REQUEST_MAX];
    ml_request_t request = {.path = path,
                            .client = client,
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

/* --- time ----------------------------------------------------------------- */

static double now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Of an answer, in a loop over the whole list that has run before. */
static double warm_ns(const ml_cache_t *cache, const list_t *list,
                      apr_pool_t *pool)
{
    double least = 0;
    int turn;

    for (turn = 0; turn < TURNS; turn++) {
        double started = now_ns(), took;

        answer_all(cache, list, pool);
        took = now_ns() - started;
        least = turn == 0 || took < least ? took : least;
    }
    return least / list->n;
}

/* A processor of a rented machine may have hundreds of megabytes of cache, of
 * which only the cache file's lines can be asked for by name. */
static void empty_caches(const ml_cache_t *cache)
{
    static volatile char other[OTHER];
    apr_size_t i;

    for (i = 0; i < OTHER; i += LINE) {
        other[i]++;
    }
#ifdef __x86_64__
    for (i = 0; i < cache->header->file_size; i += LINE) {
        _mm_clflush((const char *)cache->header + i);
    }
    _mm_mfence();
#endif
}

static double one_cold_ns(const ml_cache_t *cache, const char *line,
                          apr_pool_t *pool)
{
    double least = 0;
    ml_random_t random;
    int turn;

    for (turn = 0; turn < COLD_TURNS; turn++) {
        double started, took;

        ml_random_seed(&random, 1);
        empty_caches(cache);
        started = now_ns();
        answer(cache, line, &random, pool);
        took = now_ns() - started;
        least = turn == 0 || took < least ? took : least;
    }
    return least;
}

/* Of an answer to requests from all over the list, with empty caches. */
static double cold_ns(const ml_cache_t *cache, const list_t *list,
                      apr_pool_t *pool)
{
    int step = list->n < COLD_N ? 1 : list->n / COLD_N, n = 0, i;
    double took = 0;

    for (i = 0; i < list->n; i += step, n++) {
        took += one_cold_ns(cache, list->lines[i], pool);
    }
    return took / n;
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
    client = ml_address_parse("192.0.2.1");
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
        printf("%s %d %" APR_SIZE_T_FMT, argv[i], list.n, bytes);
        if (!RUNNING_ON_VALGRIND) {
            printf(" %.0f %.0f", warm_ns(cache, &list, scratch),
                   cold_ns(cache, &list, scratch));
        }
        putchar('\n');
    }
    return EXIT_SUCCESS;
}
