/* SPDX-License-Identifier: Apache-2.0
 *
 * The administrator's side: gathers what is known and sends it in the form
 * that was asked for.  How a form looks is its own file's.
 */
#include "mod_mirrorlist_status.h"

#include "http_core.h"
#include "http_protocol.h"
#include "http_request.h"
#include "mod_status.h"
#include "util_filter.h"

#include "apr_strings.h"

#include "ml_text.h"

#define HANDLER "mirrorlist-status"
#define MINUTE APR_TIME_C(60000000)

const status_fact_t status_facts[STATUS_FACT_N] = {
#define X(id, name, kind, unit, title, help) \
    {name, STATUS_##kind, unit, title, help},
    STATUS_FACTS(X)
#undef X
};

typedef struct {
    const char *name; /* format= */
    const char *content_type;
    void (*write)(apr_bucket_brigade *out, const status_t *status,
                  apr_pool_t *pool);
} form_t;

static const form_t forms[] = {
    {"html", "text/html; charset=utf-8", status_html},
    {"json", "application/json", status_json},
    {"openmetrics",
     "application/openmetrics-text; version=1.0.0; charset=utf-8",
     status_openmetrics},
};
#define FORM_N (sizeof(forms) / sizeof(*forms))

/* --- texts and numbers ---------------------------------------------------- */

const char *status_clean(const char *text, apr_pool_t *pool)
{
    return ml_text_is_clean(text, strlen(text), ML_TEXT_LINE)
               ? text
               : ap_escape_logitem(pool, text);
}

const char *status_number(status_kind_e kind, apr_int64_t value,
                          apr_pool_t *pool)
{
    return kind == STATUS_MS ? apr_psprintf(pool, "%" APR_INT64_T_FMT ".%03d",
                                            value / 1000, (int)(value % 1000))
                             : apr_psprintf(pool, "%" APR_INT64_T_FMT, value);
}

double status_rate(const counters_sample_t *from, const counters_sample_t *to,
                   counter_e first, int n)
{
    apr_time_t time = to->at - from->at;
    apr_uint64_t sum = 0;
    int i;

    for (i = first; i < (int)first + n; i++) {
        sum += to->n[i] - from->n[i];
    }
    return time > 0 ? (double)sum * APR_USEC_PER_SEC / (double)time : 0;
}

status_state_e status_state(const status_generation_t *shown)
{
    if (!shown->generation->cache) {
        return STATUS_NONE;
    }
    if (shown->facts[STATUS_FAILING]) {
        return STATUS_KEPT;
    }
    return shown->facts[STATUS_OLD] ? STATUS_STALE : STATUS_FRESH;
}

const char *status_title(const status_generation_t *shown)
{
    static const char *const titles[STATUS_STATE_N] = {
        [STATUS_FRESH] = "fresh",
        [STATUS_STALE] = "older than MirrorlistMaxAge",
        [STATUS_KEPT] = "the last load failed",
        [STATUS_NONE] = "no generation, answering 503",
    };
    status_state_e state = status_state(shown);

    return state == STATUS_STALE && shown->facts[STATUS_AGE] < 0
               ? "made in the future"
               : titles[state];
}

/* --- gathering ------------------------------------------------------------ */

static void gather_cache(apr_int64_t *facts, const generation_t *generation,
                         apr_time_t now)
{
    const ml_counts_rec *counts = generation->cache->counts;

    facts[STATUS_NUMBER] = generation->number;
    facts[STATUS_MADE] = generation->cache->header->created_s;
    facts[STATUS_AGE] = generation_age_s(generation, now);
    facts[STATUS_LOADED] = apr_time_as_msec(generation->loaded_at);
    facts[STATUS_LOAD] = apr_time_as_msec(generation->load_time);
    facts[STATUS_SIZE] = (apr_int64_t)generation->cache->header->file_size;
#define COUNT(fact, field) facts[STATUS_##fact] = (apr_int64_t)counts->field
    COUNT(HOSTS, hosts);
    COUNT(DIRECTORIES, directories);
    COUNT(CARRIED, carried_directories);
    COUNT(PAIRS, pairs);
    COUNT(REPOSITORIES, repositories);
    COUNT(DETAILS, file_details);
    COUNT(NETBLOCKS, netblocks);
    COUNT(ASN_NETWORKS, asn_networks);
    COUNT(COUNTRY_NETWORKS, country_networks);
    COUNT(SKIPPED, skipped_rows);
#undef COUNT
}

static void gather_generations(status_t *status, apr_pool_t *pool)
{
    apr_array_header_t *all =
        apr_array_make(pool, 4, sizeof(status_generation_t));
    const generation_t *generation = generation_first();

    for (; generation; generation = generation->next) {
        status_generation_t *shown = apr_array_push(all);
        apr_int64_t *facts = shown->facts;
        int i;

        shown->generation = generation;
        for (i = 0; i < STATUS_FACT_N; i++) {
            facts[i] = STATUS_UNKNOWN;
        }
        facts[STATUS_OLD] = generation_is_old(generation, status->now);
        facts[STATUS_FAILING] = generation->failing;
        facts[STATUS_FROM_GOOD] = generation->from_good;
        facts[STATUS_MAX_AGE] = generation->max_age_s;
        if (generation->failed_at) {
            facts[STATUS_FAILED] = apr_time_as_msec(generation->failed_at);
        }
        if (generation->cache) {
            gather_cache(facts, generation, status->now);
        }
    }
    status->generations = (const status_generation_t *)all->elts;
    status->generation_n = all->nelts;
}

/* The youngest sample that is a minute old, or else the first of all. */
static const counters_sample_t *minute_ago(const status_t *status)
{
    int i = status->history_n - 1;

    while (i > 0 && status->history[i].at > status->now - MINUTE) {
        i--;
    }
    return &status->history[i];
}

static void gather(status_t *status, request_rec *r)
{
    const counter_family_t *requests = &counter_families[COUNTER_REQUESTS];
    counters_sample_t *history = NULL;
    counters_sample_t beginning = {0};

    memset(status, 0, sizeof(*status));
    status->now = apr_time_now();
    status->since = beginning.at = counters_since();
    status->server =
        apr_psprintf(r->pool, "%s, mod_mirrorlist %s",
                     r->server->server_hostname, MIRRORLIST_VERSION);
    status->history_n = counters_history(&history, r->pool);
    status->history = history;
    counters_read(&status->counters, status->now);
    if (status->history_n > 0) {
        status->now_per_s = status_rate(minute_ago(status), &status->counters,
                                        requests->first, requests->n);
        status->since_per_s = status_rate(&beginning, &status->counters,
                                          requests->first, requests->n);
    }
    gather_generations(status, r->pool);
}

/* --- sending -------------------------------------------------------------- */

/* The last format= of the query; no form if it has another value. */
static const form_t *form_of(const request_rec *r)
{
    const char *args = r->args ? r->args : "", *name = NULL;
    char *piece, *state;
    size_t i;

    for (piece = apr_strtok(apr_pstrdup(r->pool, args), "&", &state); piece;
         piece = apr_strtok(NULL, "&", &state)) {
        if (!strncmp(piece, "format=", 7)) {
            name = piece + 7;
        }
    }
    for (i = 0; name && i < FORM_N; i++) {
        if (!strcmp(name, forms[i].name)) {
            return &forms[i];
        }
    }
    return name ? NULL : &forms[0];
}

static int send_all(request_rec *r, apr_bucket_brigade *out, const char *type)
{
    apr_off_t length;

    ap_set_content_type(r, type);
    apr_brigade_length(out, 1, &length);
    ap_set_content_length(r, length);
    APR_BRIGADE_INSERT_TAIL(out,
                            apr_bucket_eos_create(r->connection->bucket_alloc));
    ap_pass_brigade(r->output_filters, out);
    return OK;
}

static int answer(request_rec *r)
{
    apr_bucket_brigade *out;
    const form_t *form;
    status_t status;
    int rv;

    if (!r->handler || strcmp(r->handler, HANDLER)) {
        return DECLINED;
    }
    apr_table_setn(r->err_headers_out, "Cache-Control", "no-store");
    if (r->method_number != M_GET) {
        ap_allow_methods(r, REPLACE_ALLOW, "GET", "HEAD", NULL);
        return HTTP_METHOD_NOT_ALLOWED;
    }
    rv = ap_discard_request_body(r);
    if (rv != OK) {
        return rv;
    }
    out = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    form = form_of(r);
    if (!form) {
        r->status = HTTP_BAD_REQUEST;
        apr_brigade_puts(out, NULL, NULL,
                         "format= takes html, json or openmetrics\n");
        return send_all(r, out, "text/plain; charset=utf-8");
    }
    /* Should a text slip through unescaped, it still could do nothing. */
    apr_table_setn(r->headers_out, "Content-Security-Policy",
                   "default-src 'none'; style-src 'unsafe-inline'; "
                   "img-src data:");
    apr_table_setn(r->headers_out, "X-Content-Type-Options", "nosniff");
    gather(&status, r);
    form->write(out, &status, r->pool);
    return send_all(r, out, form->content_type);
}

/* --- mod_status ----------------------------------------------------------- */

/* How many generations have the fact, which is a flag. */
static int count_flagged(const status_t *status, status_fact_e fact)
{
    int i, n = 0;

    for (i = 0; i < status->generation_n; i++) {
        n += status->generations[i].facts[fact] == 1;
    }
    return n;
}

static void block_for_machines(request_rec *r, const status_t *status)
{
    ap_rprintf(r,
               "MirrorlistRequests: %" APR_UINT64_T_FMT "\n"
               "MirrorlistBytes: %" APR_UINT64_T_FMT "\n"
               "MirrorlistReqPerSec: %.3f\n"
               "MirrorlistCaches: %d\n"
               "MirrorlistCachesOld: %d\n"
               "MirrorlistCachesFailing: %d\n",
               counters_sum(&status->counters, COUNTER_REQUESTS),
               counters_sum(&status->counters, COUNTER_BYTES),
               status->now_per_s, status->generation_n,
               count_flagged(status, STATUS_OLD),
               count_flagged(status, STATUS_FAILING));
}

static void block_for_people(request_rec *r, const status_t *status)
{
    int i;

    ap_rprintf(r,
               "<hr />\n<h2>Mirrorlist</h2>\n<dl><dt>%" APR_UINT64_T_FMT
               " requests, %.3f a second in the last minute</dt>\n",
               counters_sum(&status->counters, COUNTER_REQUESTS),
               status->now_per_s);
    for (i = 0; i < status->generation_n; i++) {
        const generation_t *generation = status->generations[i].generation;
        const char *path = status_clean(generation->path, r->pool);

        ap_rprintf(r, "<dt>%s: generation %u, %s</dt>\n",
                   ap_escape_html(r->pool, path), generation->number,
                   status_title(&status->generations[i]));
    }
    ap_rputs("</dl>\n", r);
}

static int block(request_rec *r, int flags)
{
    status_t status;

    gather(&status, r);
    if (flags & AP_STATUS_SHORT) {
        block_for_machines(r, &status);
    }
    else {
        block_for_people(r, &status);
    }
    return OK;
}

void status_register_hooks(void)
{
    ap_hook_handler(answer, NULL, NULL, APR_HOOK_MIDDLE);
    APR_OPTIONAL_HOOK(ap, status_hook, block, NULL, NULL, APR_HOOK_MIDDLE);
}
