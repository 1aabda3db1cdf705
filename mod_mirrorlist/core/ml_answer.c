/* SPDX-License-Identifier: Apache-2.0
 *
 * From a request to its response, and what a log may say of it.
 */
#include "ml_answer.h"

#include <string.h>

#include "apr_strings.h"
#include "apr_time.h"

#include "ml_comment.h"

void ml_response_add(ml_response_t *response, const char *name,
                     const char *value)
{
    if (response->field_n < ML_FIELD_MAX) {
        response->fields[response->field_n++] = (ml_field_t){name, value};
    }
}

const char *ml_response_field(const ml_response_t *response, const char *name)
{
    int i;

    for (i = 0; i < response->field_n; i++) {
        if (!strcmp(response->fields[i].name, name)) {
            return response->fields[i].value;
        }
    }
    return NULL;
}

/* --- facts ---------------------------------------------------------------- */

/* [A-Za-z0-9._+:/-]: `-` to `:` are the signs and the digits between. */
static int stands_in_log(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '-' && c <= ':') || c == '_' || c == '+';
}

/* An empty one would move the other fields of a log line: it stays unknown. */
static void set_fact(ml_response_t *response, ml_fact_e fact, const char *value,
                     apr_size_t len)
{
    char *out = response->facts[fact];

    len = len < ML_FACT_LEN_MAX ? len : ML_FACT_LEN_MAX;
    for (; len > 0; len--, value++) {
        *out++ = stands_in_log(*value) ? *value : '_';
    }
    *out = '\0';
}

static char *put_digits(char *out, int number, int width)
{
    int i;

    for (i = width - 1; i >= 0; i--, number /= 10) {
        out[i] = (char)('0' + number % 10);
    }
    return out + width;
}

static void set_date(char *out, apr_int64_t now_s)
{
    apr_time_exp_t t;

    apr_time_exp_gmt(&t, apr_time_from_sec(now_s));
    out = put_digits(out, t.tm_year + 1900, 4);
    *out++ = '-';
    out = put_digits(out, t.tm_mon + 1, 2);
    *out++ = '-';
    *put_digits(out, t.tm_mday, 2) = '\0';
}

static void set_client(ml_response_t *response, const ml_lookup_t *l)
{
    ml_address_format(response->facts[ML_FACT_CLIENT], &l->client.address);
    if (l->client.country_idx == ML_NONE) {
        memcpy(response->facts[ML_FACT_COUNTRY], "N/A", sizeof("N/A"));
    }
    else {
        ml_text_rec code = l->cache->countries[l->client.country_idx].code;

        set_fact(response, ML_FACT_COUNTRY, ml_text(l->cache, code), code.len);
    }
}

static void set_facts(ml_response_t *response, const ml_lookup_t *l)
{
    int has_client = l->client.address.family != ML_ADDRESS_NONE, i;

    for (i = 0; i < ML_FACT_N; i++) {
        response->facts[i][0] = '\0';
    }
    set_date(response->facts[ML_FACT_DATE], l->request->now_s);
    if (has_client) {
        set_client(response, l);
    }
    if (l->repo) {
        set_fact(response, ML_FACT_REPO, l->repo, strlen(l->repo));
        set_fact(response, ML_FACT_ARCH, l->arch, strlen(l->arch));
        if (l->directory && has_client) {
            set_fact(response, ML_FACT_LOG, "1", 1);
        }
    }
}

static void set_found(ml_response_t *response, ml_pool_e pool,
                      apr_uint32_t host_n)
{
    const char *name = ml_pools[pool].name;

    response->pool = pool;
    set_fact(response, ML_FACT_FOUND, name, strlen(name));
    apr_snprintf(response->facts[ML_FACT_HOSTS], ML_FACT_LEN_MAX, "%u", host_n);
}

/* --- the three stages ----------------------------------------------------- */

static ml_kind_e kind_of_refusal(int status)
{
    switch (status) {
    case 200:
        return ML_KIND_REMARK;
    case 400:
        return ML_KIND_BAD_REQUEST;
    case 404:
        return ML_KIND_NOT_FOUND;
    default:
        return ML_KIND_UNAVAILABLE;
    }
}

static void write_refusal(ml_response_t *response, const ml_decision_t *d,
                          apr_pool_t *pool)
{
    response->status = ml_comment_status(d->lookup.refusal);
    response->kind = kind_of_refusal(response->status);
    if (response->kind == ML_KIND_UNAVAILABLE) {
        ml_response_add(response, "Retry-After", ML_RETRY_AFTER);
    }
    ml_forms[d->lookup.form].refusal(response, d, pool);
}

void ml_decide(ml_decision_t *decision, const ml_cache_t *cache,
               const ml_request_t *request, apr_pool_t *pool)
{
    ml_lookup(&decision->lookup, cache, request, pool);
    if (!decision->lookup.refusal) {
        ml_choose(&decision->choice, &decision->lookup, pool);
    }
}

void ml_write(ml_response_t *response, const ml_decision_t *d, apr_pool_t *pool)
{
    const ml_lookup_t *l = &d->lookup;
    const ml_choice_t *choice = &d->choice;

    response->status = 200;
    response->kind = (ml_kind_e)l->form;
    response->content_type = ml_forms[l->form].media_type;
    response->field_n = 0;
    response->body = "";
    response->body_len = 0;
    response->pool = ML_POOL_NONE;
    response->country_idx = l->client.country_idx;
    response->continent_idx = l->client.continent_idx;
    set_facts(response, l);
    ml_response_add(response, "Cache-Control", ML_CACHE_CONTROL);
    if (l->varies) {
        ml_response_add(response, "Vary", "Accept");
    }
    if (l->refusal) {
        write_refusal(response, d, pool);
    }
    else if (l->redirects) {
        set_found(response, choice->pool, choice->host_n > 0);
        ml_redirect(response, d, pool);
    }
    else {
        set_found(response, choice->pool, choice->host_n);
        ml_forms[l->form].answer(response, d, pool);
    }
}

void ml_answer(ml_response_t *response, const ml_cache_t *cache,
               const ml_request_t *request, apr_pool_t *pool)
{
    ml_decision_t decision;

    ml_decide(&decision, cache, request, pool);
    ml_write(response, &decision, pool);
}
