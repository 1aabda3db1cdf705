/* SPDX-License-Identifier: Apache-2.0
 *
 * What was answered, counted by all children in shared memory: since the
 * parent started, over all configurations.
 */
#ifndef MOD_MIRRORLIST_COUNTERS_H
#define MOD_MIRRORLIST_COUNTERS_H

#include "mod_mirrorlist.h"

#include "ml_answer.h"
#include "ml_names.h"

/* X(id, value, title): each counter, in the order of its family.  `value` is
 * its name for machines, `title` the one for people.  The first are in the
 * order of ml_kind_e. */
#define COUNTERS(X, POOL, CONTINENT)                     \
    X(ANSWER_LIST, "list", "text list")                  \
    X(ANSWER_METALINK, "metalink", "metalink")           \
    X(ANSWER_METALINK4, "metalink4", "Metalink 4")       \
    X(ANSWER_JSON, "json", "JSON")                       \
    X(ANSWER_HTML, "html", "page")                       \
    X(ANSWER_REDIRECT, "redirect", "redirect")           \
    X(ANSWER_REMARK, "remark", "remark, no list")        \
    X(ANSWER_400, "bad_request", "400 bad request")      \
    X(ANSWER_404, "not_found", "404 not found")          \
    X(ANSWER_503, "unavailable", "503 no cache")         \
    X(ANSWER_405, "method_not_allowed", "405 method")    \
    X(ANSWER_OPTIONS, "options", "OPTIONS")              \
    ML_POOLS(POOL)                                       \
    ML_CONTINENTS(CONTINENT)                             \
    X(CONTINENT_OTHER, "other", "on no continent")       \
    X(CONTINENT_UNKNOWN, "unknown", "country not known") \
    X(BODY_BYTES, NULL, NULL)

typedef enum {
#define X(id, value, title) COUNTER_##id,
#define POOL(id, value, title, weighted) COUNTER_POOL_##id,
#define CONTINENT(code, name) COUNTER_CONTINENT_##code,
    COUNTERS(X, POOL, CONTINENT)
#undef CONTINENT
#undef POOL
#undef X
        COUNTER_N
} counter_e;

typedef struct {
    const char *value;
    const char *title;
} counter_name_t;

extern const counter_name_t counter_names[COUNTER_N];

/* Counters that differ in one label and add up to something. */
typedef struct {
    const char *name;  /* in JSON; OpenMetrics puts the module's before it */
    const char *label; /* whose values the counters have; NULL: only one */
    const char *unit;  /* OpenMetrics, the end of the name; NULL: none */
    const char *title; /* for people */
    const char *help;  /* a sentence */
    counter_e first;
    int n;
} counter_family_t;

typedef enum {
    COUNTER_REQUESTS,
    COUNTER_LISTS,
    COUNTER_CLIENTS,
    COUNTER_BYTES,
    COUNTER_FAMILY_N
} counter_family_e;

extern const counter_family_t counter_families[COUNTER_FAMILY_N];

/* All counters at one time. */
typedef struct {
    apr_time_t at;
    apr_uint64_t n[COUNTER_N];
} counters_sample_t;

/* In post_config: finds the counters, or begins to count.  Without memory for
 * them nothing is counted, which is logged. */
void counters_open(server_rec *s);

/* Counts an answer.  `generation` NULL: none. */
void counters_count(const request_rec *r, const ml_response_t *response,
                    const generation_t *generation);

/* Counts what the core was not asked for. */
void counters_count_other(const request_rec *r, counter_e counter);

/* The counters of the cache's continents, by index, in `pool`. */
const unsigned char *counters_of_continents(const ml_cache_t *cache,
                                            apr_pool_t *pool);

/* The sums over all children. */
void counters_read(counters_sample_t *sample, apr_time_t now);
apr_uint64_t counters_sum(const counters_sample_t *sample,
                          counter_family_e family);

/* In the parent: takes a sample, if the last one is not too young. */
void counters_sample(apr_time_t now);

#define COUNTERS_INTERVAL APR_TIME_C(10000000)
#define COUNTERS_SAMPLE_N 361 /* an hour */

/* Samples of the last hour or more, oldest first, in `pool`; how many.  The
 * first of all is that of the beginning, when nothing had been counted. */
int counters_history(counters_sample_t **samples, apr_pool_t *pool);

/* When counting began. */
apr_time_t counters_since(void);

#endif
