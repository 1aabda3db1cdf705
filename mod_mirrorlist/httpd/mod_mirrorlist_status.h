/* SPDX-License-Identifier: Apache-2.0
 *
 * What the three forms of the status share.
 */
#ifndef MOD_MIRRORLIST_STATUS_H
#define MOD_MIRRORLIST_STATUS_H

#include "apr_buckets.h"

#include "mod_mirrorlist_counters.h"

typedef enum { STATUS_COUNT, STATUS_FLAG, STATUS_MS } status_kind_e;

/* X(id, name, kind, unit, title, help): what is known of a generation.  `name`
 * is for machines and ends in the unit, `title` for people (NULL: shown in
 * another way).  Of kind MS are seconds with three decimals. */
#define STATUS_FACTS(X)                                                        \
    X(NUMBER, "number", COUNT, NULL, NULL,                                     \
      "Number of the generation, from 1.")                                     \
    X(OLD, "old", FLAG, NULL, NULL,                                            \
      "Whether the cache is older than MirrorlistMaxAge, or of the future.")   \
    X(FAILING, "failing", FLAG, NULL, NULL,                                    \
      "Whether the last load of the file failed.")                             \
    X(FROM_GOOD, "from_good", FLAG, NULL, NULL,                                \
      "Whether it was read from FILE.good.")                                   \
    X(MADE, "made_timestamp_seconds", COUNT, "seconds", NULL,                  \
      "When the cache was made.")                                              \
    X(AGE, "age_seconds", COUNT, "seconds", NULL, "Time since then.")          \
    X(MAX_AGE, "max_age_seconds", COUNT, "seconds", NULL, "MirrorlistMaxAge.") \
    X(LOADED, "loaded_timestamp_seconds", MS, "seconds", NULL,                 \
      "When the generation was loaded.")                                       \
    X(LOAD, "load_seconds", MS, "seconds", NULL, "How long that took.")        \
    X(FAILED, "failed_timestamp_seconds", MS, "seconds", NULL,                 \
      "When a load of the file failed for the last time.")                     \
    X(SIZE, "size_bytes", COUNT, "bytes", NULL, "Size of the cache.")          \
    X(HOSTS, "hosts", COUNT, NULL, "hosts", "Hosts that carry a directory.")   \
    X(DIRECTORIES, "directories", COUNT, NULL, "directories", "Directories.")  \
    X(CARRIED, "carried_directories", COUNT, NULL, "carried directories",      \
      "Directories that a host carries.")                                      \
    X(PAIRS, "pairs", COUNT, NULL, "pairs",                                    \
      "Pairs of a host and a directory that it carries.")                      \
    X(REPOSITORIES, "repositories", COUNT, NULL, "repositories",               \
      "Repositories.")                                                         \
    X(DETAILS, "file_details", COUNT, NULL, "file details",                    \
      "Files with sizes and hashes.")                                          \
    X(NETBLOCKS, "netblocks", COUNT, NULL, "netblocks", "Netblocks of hosts.") \
    X(ASN_NETWORKS, "asn_networks", COUNT, NULL, "ASN networks",               \
      "Networks whose autonomous system is known.")                            \
    X(COUNTRY_NETWORKS, "country_networks", COUNT, NULL, "country networks",   \
      "Networks whose country is known.")                                      \
    X(SKIPPED, "skipped_rows", COUNT, NULL, "skipped rows",                    \
      "Rows that mirrorlist-cachegen could not use.")

typedef enum {
#define X(id, name, kind, unit, title, help) STATUS_##id,
    STATUS_FACTS(X)
#undef X
        STATUS_FACT_N
} status_fact_e;

typedef struct {
    const char *name;
    status_kind_e kind;
    const char *unit;
    const char *title;
    const char *help;
} status_fact_t;

extern const status_fact_t status_facts[STATUS_FACT_N];

#define STATUS_UNKNOWN APR_INT64_MIN

typedef struct {
    const generation_t *generation;
    apr_int64_t facts[STATUS_FACT_N]; /* MS in milliseconds; STATUS_UNKNOWN */
} status_generation_t;

/* What an administrator wants to know first; the worst that holds. */
typedef enum {
    STATUS_FRESH,
    STATUS_STALE,
    STATUS_KEPT, /* its file could not be loaded */
    STATUS_NONE,
    STATUS_STATE_N
} status_state_e;

status_state_e status_state(const status_generation_t *shown);

/* The same for people. */
const char *status_title(const status_generation_t *shown);

/* All that a form may say, gathered once for a request. */
typedef struct {
    apr_time_t now;
    apr_time_t since;           /* counting began */
    counters_sample_t counters; /* of now */
    const counters_sample_t *history;
    int history_n;
    double now_per_s;   /* requests, over the last minute */
    double since_per_s; /* requests, since then */
    const status_generation_t *generations;
    int generation_n;
    const char *server; /* name and version, for people */
} status_t;

/* A text from outside in one line of clean UTF-8. */
const char *status_clean(const char *text, apr_pool_t *pool);

/* A fact as a number; it is not STATUS_UNKNOWN. */
const char *status_number(status_kind_e kind, apr_int64_t value,
                          apr_pool_t *pool);

/* Requests between two samples, a second; 0 if that cannot be said. */
double status_rate(const counters_sample_t *from, const counters_sample_t *to,
                   counter_e first, int n);

/* The three forms. */
void status_html(apr_bucket_brigade *out, const status_t *status,
                 apr_pool_t *pool);
void status_json(apr_bucket_brigade *out, const status_t *status,
                 apr_pool_t *pool);
void status_openmetrics(apr_bucket_brigade *out, const status_t *status,
                        apr_pool_t *pool);

/* The last hour, for the page. */
void status_chart(apr_bucket_brigade *out, const status_t *status);

/* The handler, and the block on mod_status's page. */
void status_register_hooks(void);

#endif
