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

#include "apr_strings.h"

#include "ml_json.h"

static const char *const states[STATUS_STATE_N] = {"fresh", "stale", "kept",
                                                   "none"};

static void put(void *out, const char *text, apr_size_t len)
{
    apr_brigade_write(out, NULL, NULL, text, len);
}

static void put_family(ml_json_t *json, const counter_family_t *family,
                       const counters_sample_t *counters)
{
    int i;

    if (!family->label) {
        ml_json_number(json, family->name,
                       (apr_int64_t)counters->n[family->first]);
        return;
    }
    ml_json_open(json, family->name, '{');
    for (i = 0; i < family->n; i++) {
        ml_json_number(json, counter_names[family->first + i].value,
                       (apr_int64_t)counters->n[family->first + i]);
    }
    ml_json_close(json, '}');
}

static void put_fact(ml_json_t *json, const status_fact_t *fact,
                     apr_int64_t value, apr_pool_t *pool)
{
    if (value == STATUS_UNKNOWN) {
        ml_json_text(json, fact->name, NULL);
    }
    else if (fact->kind == STATUS_FLAG) {
        ml_json_truth(json, fact->name, value != 0);
    }
    else {
        ml_json_raw(json, fact->name, status_number(fact->kind, value, pool));
    }
}

static void put_generation(ml_json_t *json, const status_generation_t *shown,
                           apr_pool_t *pool)
{
    const generation_t *generation = shown->generation;
    int i;

    ml_json_open(json, NULL, '{');
    ml_json_text(json, "file", status_clean(generation->path, pool));
    ml_json_text(json, "state", states[status_state(shown)]);
    ml_json_text(json, "failure",
                 generation->failed_at ? status_clean(generation->failure, pool)
                                       : NULL);
    for (i = 0; i < STATUS_FACT_N; i++) {
        put_fact(json, &status_facts[i], shown->facts[i], pool);
    }
    ml_json_close(json, '}');
}

static void put_time(ml_json_t *json, const char *name, apr_time_t time,
                     apr_pool_t *pool)
{
    ml_json_raw(json, name,
                status_number(STATUS_MS, apr_time_as_msec(time), pool));
}

void status_json(apr_bucket_brigade *out, const status_t *status,
                 apr_pool_t *pool)
{
    ml_json_t json = ML_JSON(put, out);
    int i;

    ml_json_open(&json, NULL, '{');
    ml_json_text(&json, "version", MIRRORLIST_VERSION);
    put_time(&json, "timestamp_seconds", status->now, pool);
    put_time(&json, "since_timestamp_seconds", status->since, pool);
    ml_json_open(&json, "requests_per_second", '{');
    ml_json_raw(&json, "last_minute",
                apr_psprintf(pool, "%.3f", status->now_per_s));
    ml_json_raw(&json, "since_start",
                apr_psprintf(pool, "%.3f", status->since_per_s));
    ml_json_close(&json, '}');
    ml_json_open(&json, "counters", '{');
    for (i = 0; i < COUNTER_FAMILY_N; i++) {
        put_family(&json, &counter_families[i], &status->counters);
    }
    ml_json_close(&json, '}');
    ml_json_open(&json, "generations", '[');
    for (i = 0; i < status->generation_n; i++) {
        put_generation(&json, &status->generations[i], pool);
    }
    ml_json_close(&json, ']');
    ml_json_close(&json, '}');
    put(out, "\n", 1);
}
