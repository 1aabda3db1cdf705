/* SPDX-License-Identifier: Apache-2.0
 *
 * Carries a request to ml_answer() and the answer back, with its facts for the
 * log.  What an answer says is not known here.
 */
#include "mod_mirrorlist_answer.h"

#include "http_core.h"
#include "http_protocol.h"
#include "http_request.h"
#include "util_filter.h"

#include "apr_general.h"
#include "apr_strings.h"

#include "mod_mirrorlist_counters.h"
#include "mod_mirrorlist_memory.h"

#define HANDLER "mirrorlist"

static ml_address_t client_address(const request_rec *r)
{
    const apr_sockaddr_t *address = r->useragent_addr;

    return ml_address_from_bytes(address->ipaddr_ptr,
                                 (apr_size_t)address->ipaddr_len);
}

/* The facts' names, as notes and as variables: `env=` sees only these. */
static const struct {
    const char *note;
    const char *variable;
} fact_names[] = {
    [ML_FACT_CLIENT] = {"mirrorlist-client", "MIRRORLIST_CLIENT"},
    [ML_FACT_COUNTRY] = {"mirrorlist-country", "MIRRORLIST_COUNTRY"},
    [ML_FACT_REPO] = {"mirrorlist-repo", "MIRRORLIST_REPO"},
    [ML_FACT_ARCH] = {"mirrorlist-arch", "MIRRORLIST_ARCH"},
    [ML_FACT_DATE] = {"mirrorlist-date", "MIRRORLIST_DATE"},
    [ML_FACT_FOUND] = {"mirrorlist-found", "MIRRORLIST_FOUND"},
    [ML_FACT_HOSTS] = {"mirrorlist-hosts", "MIRRORLIST_HOSTS"},
    [ML_FACT_LOG] = {"mirrorlist-log", "MIRRORLIST_LOG"},
};
_Static_assert(sizeof(fact_names) / sizeof(*fact_names) == ML_FACT_N, "facts");

/* The response lives as long as the request, so nothing is copied.  Nobody
 * else sets these names, so none is looked for. */
static void note_facts(request_rec *r, const ml_response_t *response)
{
    int i;

    for (i = 0; i < ML_FACT_N; i++) {
        if (*response->facts[i]) {
            apr_table_addn(r->notes, fact_names[i].note, response->facts[i]);
            apr_table_addn(r->subprocess_env, fact_names[i].variable,
                           response->facts[i]);
        }
    }
}

/* Two ranges of two shuffles would join into nonsense. */
static void ignore_ranges(request_rec *r)
{
    ap_filter_t *filter;

    for (filter = r->output_filters; filter; filter = filter->next) {
        if (!ap_cstr_casecmp(filter->frec->name, "byterange")) {
            ap_remove_output_filter(filter);
            return;
        }
    }
}

int answer_send(request_rec *r, const ml_response_t *response, apr_bucket *body)
{
    apr_bucket_alloc_t *alloc = r->connection->bucket_alloc;
    apr_bucket_brigade *brigade = apr_brigade_create(r->pool, alloc);
    apr_status_t rv;
    int i;

    /* As an ErrorDocument it must not turn the error into a success. */
    if (!ap_is_HTTP_ERROR(r->status)) {
        r->status = response->status;
    }
    ap_set_content_type(r, response->content_type);
    ap_set_content_length(r, (apr_off_t)response->body_len);
    for (i = 0; i < response->field_n; i++) {
        apr_table_addn(r->headers_out, response->fields[i].name,
                       apr_pstrdup(r->pool, response->fields[i].value));
    }
    ignore_ranges(r);
    APR_BRIGADE_INSERT_TAIL(brigade, body);
    APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_eos_create(alloc));
    rv = ap_pass_brigade(r->output_filters, brigade);
    if (rv != APR_SUCCESS && !r->connection->aborted) {
        ap_log_rerror(APLOG_MARK, APLOG_DEBUG, rv, r,
                      "the answer could not be sent whole");
    }
    return OK;
}

/* The thread's own: a system call for each request was 1 % of its cost. */
static ml_random_t *thread_random(void)
{
    static _Thread_local ml_random_t random; /* all zero: not seeded yet */

    if (!(random.s[0] | random.s[1] | random.s[2] | random.s[3])) {
        apr_generate_random_bytes((unsigned char *)&random, sizeof(random));
    }
    return &random;
}

ml_request_t answer_request(ml_settings_t *settings, const request_rec *r)
{
    *settings = conf_settings(r);
    return (ml_request_t){.path = r->uri,
                          .query = r->args,
                          .accept = apr_table_get(r->headers_in, "Accept"),
                          .client = client_address(r),
                          .now_s = apr_time_sec(r->request_time),
                          .random = thread_random(),
                          .settings = settings};
}

static int respond(request_rec *r)
{
    const generation_t *generation = conf_generation(r);
    ml_settings_t settings;
    ml_request_t request = answer_request(&settings, r);
    ml_response_t *response = apr_palloc(r->pool, sizeof(*response));
    apr_pool_t *scratch = memory_take(r->pool);

    ml_answer(response, generation ? generation->cache : NULL, &request,
              scratch);
    counters_count(r, response, generation);
    note_facts(r, response);
    return answer_send(r, response,
                       memory_bucket(scratch, response->body,
                                     response->body_len,
                                     r->connection->bucket_alloc));
}

/* Balancers ask with OPTIONS whether there is somebody to ask. */
static int answer_options(request_rec *r)
{
    const generation_t *generation = conf_generation(r);

    if (!generation || !generation->cache) {
        return respond(r);
    }
    counters_count_other(r, COUNTER_ANSWER_OPTIONS);
    apr_table_setn(r->headers_out, "Allow", "GET, HEAD, OPTIONS");
    apr_table_setn(r->headers_out, "Cache-Control", ML_CACHE_CONTROL);
    ap_set_content_length(r, 0);
    return OK;
}

static int answer(request_rec *r)
{
    if (!r->handler || strcmp(r->handler, HANDLER)
        || ml_request_endpoint(r->uri) == ML_ENDPOINT_NONE) {
        return DECLINED;
    }
    switch (r->method_number) {
    case M_GET:
        /* A body is httpd's to discard, after the answer. */
        return respond(r);
    case M_OPTIONS:
        return answer_options(r);
    default:
        ap_allow_methods(r, REPLACE_ALLOW, "GET", "HEAD", "OPTIONS", NULL);
        apr_table_setn(r->err_headers_out, "Cache-Control", ML_CACHE_CONTROL);
        counters_count_other(r, COUNTER_ANSWER_405);
        return HTTP_METHOD_NOT_ALLOWED;
    }
}

void answer_register_hooks(void)
{
    ap_hook_handler(answer, NULL, NULL, APR_HOOK_MIDDLE);
}
