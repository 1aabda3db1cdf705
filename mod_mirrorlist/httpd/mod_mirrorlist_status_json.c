/* SPDX-License-Identifier: Apache-2.0
 *
 * The status as one JSON object.  Names stay; new ones may come:
 *
 *     {"version": "0.9.0",
 *      "timestamp_seconds": 1.0,           now
 *      "since_timestamp_seconds": 1.0,     when counting began
 *      "requests_per_second": {
 *          "last_minute": 0.0, "since_start": 0.0},
 *      "counters": {                       see counter_families
 *          "requests": {"list": 0, ...},   one for each value of the label
 *          "body_bytes": 0, ...},
 *      "generations": [{                   one for each MirrorlistCache
 *          "file": "...",
 *          "state": "fresh",               or "stale", "kept", "none"
 *          "failure": null,                reason of the last failed load
 *          "number": 1, ...}]}             see STATUS_FACTS; null: not known
 */
#include "mod_mirrorlist_status.h"

#define PUT(...) apr_brigade_printf(out, NULL, NULL, __VA_ARGS__)

static const char *const states[STATUS_STATE_N] = {"fresh", "stale", "kept",
                                                   "none"};

static void put_family(apr_bucket_brigade *out, const counter_family_t *family,
                       const counters_sample_t *counters)
{
    int i;

    PUT("  \"%s\": ", family->name);
    if (!family->label) {
        PUT("%" APR_UINT64_T_FMT, counters->n[family->first]);
        return;
    }
    for (i = 0; i < family->n; i++) {
        PUT("%s\"%s\": %" APR_UINT64_T_FMT, i ? ", " : "{",
            counter_names[family->first + i].value,
            counters->n[family->first + i]);
    }
    PUT("}");
}

static void put_fact(apr_bucket_brigade *out, const status_fact_t *fact,
                     apr_int64_t value, apr_pool_t *pool)
{
    const char *text;

    if (value == STATUS_UNKNOWN) {
        text = "null";
    }
    else if (fact->kind == STATUS_FLAG) {
        text = value ? "true" : "false";
    }
    else {
        text = status_number(fact->kind, value, pool);
    }
    PUT(",\n   \"%s\": %s", fact->name, text);
}

static void put_generation(apr_bucket_brigade *out,
                           const status_generation_t *shown, apr_pool_t *pool)
{
    const generation_t *generation = shown->generation;
    int i;

    PUT("\n  {\"file\": %s,\n   \"state\": \"%s\",\n   \"failure\": %s",
        status_quoted(generation->path, pool), states[status_state(shown)],
        generation->failed_at ? status_quoted(generation->failure, pool)
                              : "null");
    for (i = 0; i < STATUS_FACT_N; i++) {
        put_fact(out, &status_facts[i], shown->facts[i], pool);
    }
    PUT("}");
}

void status_json(apr_bucket_brigade *out, const status_t *status,
                 apr_pool_t *pool)
{
    int i;

    PUT("{\"version\": \"%s\",\n \"timestamp_seconds\": %s,\n"
        " \"since_timestamp_seconds\": %s,\n"
        " \"requests_per_second\": {\"last_minute\": %.3f, "
        "\"since_start\": %.3f},\n \"counters\": {\n",
        MIRRORLIST_VERSION,
        status_number(STATUS_MS, apr_time_as_msec(status->now), pool),
        status_number(STATUS_MS, apr_time_as_msec(status->since), pool),
        status->now_per_s, status->since_per_s);
    for (i = 0; i < COUNTER_FAMILY_N; i++) {
        put_family(out, &counter_families[i], &status->counters);
        PUT(i + 1 < COUNTER_FAMILY_N ? ",\n" : "},\n");
    }
    PUT(" \"generations\": [");
    for (i = 0; i < status->generation_n; i++) {
        PUT(i ? "," : "");
        put_generation(out, &status->generations[i], pool);
    }
    PUT("]}\n");
}
