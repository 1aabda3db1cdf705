/* SPDX-License-Identifier: Apache-2.0
 *
 * The status in the words of OpenMetrics 1.0.  The values of labels are names
 * of files in the configuration, or from a fixed list: never from a request.
 */
#include "mod_mirrorlist_status.h"

#include "apr_strings.h"

#define PUT(...) apr_brigade_printf(out, NULL, NULL, __VA_ARGS__)
#define GENERATION "mirrorlist_generation_"

/* As the value of a label. */
static const char *quoted_label(const char *text, apr_pool_t *pool)
{
    char *quoted, *out;

    text = status_clean(text, pool);
    out = quoted = apr_palloc(pool, 2 * strlen(text) + sizeof("\"\""));
    *out++ = '"';
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            *out++ = '\\';
        }
        *out++ = *text;
    }
    *out++ = '"';
    *out = '\0';
    return quoted;
}

static void put_head(apr_bucket_brigade *out, const char *prefix,
                     const char *name, const char *type, const char *unit,
                     const char *help)
{
    PUT("# TYPE %s%s %s\n", prefix, name, type);
    if (unit) {
        PUT("# UNIT %s%s %s\n", prefix, name, unit);
    }
    PUT("# HELP %s%s %s\n", prefix, name, help);
}

/* What has no value yet has no sample. */
static void put_fact(apr_bucket_brigade *out, const status_t *status,
                     status_fact_e fact, apr_pool_t *pool)
{
    const status_fact_t *about = &status_facts[fact];
    int i;

    put_head(out, GENERATION, about->name, "gauge", about->unit, about->help);
    for (i = 0; i < status->generation_n; i++) {
        const status_generation_t *shown = &status->generations[i];

        if (shown->facts[fact] != STATUS_UNKNOWN) {
            PUT(GENERATION "%s{file=%s} %s\n", about->name,
                quoted_label(shown->generation->path, pool),
                status_number(about->kind, shown->facts[fact], pool));
        }
    }
}

static void put_counter(apr_bucket_brigade *out, const status_t *status,
                        const counter_family_t *family, counter_e counter,
                        apr_pool_t *pool)
{
    const char *labels = "";

    if (family->label) {
        labels = apr_psprintf(pool, "{%s=\"%s\"}", family->label,
                              counter_names[counter].value);
    }
    PUT("mirrorlist_%s_total%s %" APR_UINT64_T_FMT "\n"
        "mirrorlist_%s_created%s %s\n",
        family->name, labels, status->counters.n[counter], family->name, labels,
        status_number(STATUS_MS, apr_time_as_msec(status->since), pool));
}

void status_openmetrics(apr_bucket_brigade *out, const status_t *status,
                        apr_pool_t *pool)
{
    int i, j;

    put_head(out, "mirrorlist_", "build", "info", NULL,
             "Version of mod_mirrorlist.");
    PUT("mirrorlist_build_info{version=\"" MIRRORLIST_VERSION "\"} 1\n");
    for (i = 0; i < STATUS_FACT_N; i++) {
        put_fact(out, status, i, pool);
    }
    for (i = 0; i < COUNTER_FAMILY_N; i++) {
        const counter_family_t *family = &counter_families[i];

        put_head(out, "mirrorlist_", family->name, "counter", family->unit,
                 family->help);
        for (j = 0; j < family->n; j++) {
            put_counter(out, status, family, family->first + j, pool);
        }
    }
    PUT("# EOF\n");
}
