/* SPDX-License-Identifier: Apache-2.0
 *
 * From a request to its response.  How it is read is ml_ask.c's, who is listed
 * ml_list.c's, the form of a body ml_mirrorlist.c's and ml_metalink.c's.
 */
#include "ml_answer.h"

#include <string.h>

#include "apr_strings.h"
#include "apr_time.h"

#include "ml_ask.h"
#include "ml_header.h"
#include "ml_list.h"
#include "ml_render.h"

#define RETRY_AFTER_S 60

const char *const ml_fact_names[ML_FACT_N] = {
    "mirrorlist-client", "mirrorlist-country", "mirrorlist-repo",
    "mirrorlist-arch",   "mirrorlist-date",    "mirrorlist-found",
    "mirrorlist-hosts",  "mirrorlist-log",
};

const char *const ml_fact_variables[ML_FACT_N] = {
    "MIRRORLIST_CLIENT", "MIRRORLIST_COUNTRY", "MIRRORLIST_REPO",
    "MIRRORLIST_ARCH",   "MIRRORLIST_DATE",    "MIRRORLIST_FOUND",
    "MIRRORLIST_HOSTS",  "MIRRORLIST_LOG",
};

const char *const ml_pool_names[ML_POOL_N + 1] = {
    "location", "netblocks", "asn",    "country",
    "geoip",    "continent", "global", "none",
};

/* --- facts ---------------------------------------------------------------- */

/* [A-Za-z0-9._+:/-]: `-` to `:` are the signs and the digits between. */
static int stands_in_log(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '-' && c <= ':') || c == '_' || c == '+';
}

static const char *clean_fact(const char *value, apr_pool_t *pool)
{
    char *clean = apr_pstrndup(pool, value, ML_FACT_LEN_MAX), *c;

    for (c = clean; *c; c++) {
        *c = stands_in_log(*c) ? *c : '_';
    }
    /* An empty field would move the others of a log line. */
    return *clean ? clean : NULL;
}

static char *put_digits(char *out, int number, int width)
{
    int i;

    for (i = width - 1; i >= 0; i--, number /= 10) {
        out[i] = (char)('0' + number % 10);
    }
    return out + width;
}

static const char *date_fact(apr_int64_t now_s, apr_pool_t *pool)
{
    char *date = apr_palloc(pool, sizeof("YYYY-MM-DD")), *out;
    apr_time_exp_t t;

    apr_time_exp_gmt(&t, apr_time_from_sec(now_s));
    out = put_digits(date, t.tm_year + 1900, 4);
    *out++ = '-';
    out = put_digits(out, t.tm_mon + 1, 2);
    *out++ = '-';
    *put_digits(out, t.tm_mday, 2) = '\0';
    return date;
}

static const char *country_fact(const ml_asked_t *asked, apr_pool_t *pool)
{
    ml_text_rec code;

    if (asked->client.country_idx == ML_NONE) {
        return "N/A";
    }
    code = asked->cache->countries[asked->client.country_idx].code;
    return clean_fact(
        apr_pstrmemdup(pool, ml_text(asked->cache, code), code.len), pool);
}

static void set_facts(ml_response_t *response, const ml_asked_t *asked,
                      apr_pool_t *pool)
{
    const char **facts = response->facts;
    int has_client = asked->client.address.family != ML_ADDRESS_NONE;
    char text[ML_ADDRESS_TEXT_LEN];

    facts[ML_FACT_DATE] = date_fact(asked->request->now_s, pool);
    if (has_client) {
        ml_address_format(text, &asked->client.address);
        facts[ML_FACT_CLIENT] = apr_pstrdup(pool, text);
        facts[ML_FACT_COUNTRY] = country_fact(asked, pool);
    }
    if (asked->repo) {
        facts[ML_FACT_REPO] = clean_fact(asked->repo, pool);
        facts[ML_FACT_ARCH] = clean_fact(asked->arch, pool);
        facts[ML_FACT_LOG] = asked->directory && has_client ? "1" : NULL;
    }
}

/* --- bodies --------------------------------------------------------------- */

static void respond_refusal(ml_response_t *response, const ml_asked_t *asked,
                            apr_pool_t *pool)
{
    static const ml_block_rec nothing = {0, 0};
    ml_block_rec more = nothing;
    char *out;

    response->status = asked->refusal;
    response->retry_after_s = asked->refusal == 503 ? RETRY_AFTER_S : 0;
    if (asked->lists_repositories) {
        more = asked->metalink ? asked->cache->listing->comment
                               : asked->cache->listing->text;
    }
    if (asked->metalink) {
        ml_metalink_failure(response, asked, more, pool);
        return;
    }
    out = ml_render_body(response, asked->text_len + more.len, pool);
    out = ml_render_copy(out, asked->text, asked->text_len);
    if (more.len > 0) {
        ml_render_copy(out, ml_block(asked->cache, more), more.len);
    }
}

static void respond_redirect(ml_response_t *response, const ml_cache_t *cache,
                             const ml_urls_t *urls, apr_pool_t *pool)
{
    const ml_url_rec *url;

    if (urls->n == 0) {
        response->status = 404;
        return;
    }
    url = urls->shown[0].url;
    response->status = 302;
    response->location = apr_pstrcat(
        pool, apr_pstrmemdup(pool, ml_text(cache, url->url), url->url.len),
        ml_render_tails(cache, urls, 0, "", pool)[url->subpath_n].text, NULL);
}

/* Completes the header line that was begun when the request was read. */
static void finish_header(ml_asked_t *asked, const ml_list_t *list,
                          apr_pool_t *pool)
{
    if (list->select.location_idx != ML_NONE) {
        ml_line_addv(&asked->line, "Using location ", asked->query.location,
                     " ", NULL);
    }
    ml_header_add_selection(&asked->line, asked->cache, &list->select,
                            &list->selection, list->countries.spelling, pool);
    if (asked->query.protocol) {
        ml_line_addv(&asked->line, "protocol = ", asked->query.protocol, NULL);
    }
    ml_line_finish(&asked->line);
}

/* The answer about a directory that is known. */
static void respond_list(ml_response_t *response, ml_asked_t *asked,
                         apr_pool_t *pool)
{
    ml_list_t list;

    ml_list(&list, asked, pool);
    response->pool = list.pool;
    response->facts[ML_FACT_FOUND] = ml_pool_names[list.pool];
    response->facts[ML_FACT_HOSTS] = apr_ltoa(pool, (long)list.urls.host_n);
    if (asked->metalink) {
        ml_metalink_render(response, asked, &list.urls, pool);
    }
    else if (asked->query.redirect) {
        respond_redirect(response, asked->cache, &list.urls, pool);
    }
    else {
        finish_header(asked, &list, pool);
        ml_mirrorlist_render(response, asked, &list.urls, pool);
    }
}

void ml_answer(ml_response_t *response, const ml_cache_t *cache,
               const ml_request_t *request, apr_pool_t *pool)
{
    ml_asked_t asked;

    ml_ask(&asked, cache, request, pool);
    *response = (ml_response_t){
        .status = 200,
        .content_type =
            asked.metalink ? "application/metalink+xml" : "text/plain",
        .body = "",
        .pool = ML_POOL_N,
        .country_idx = asked.client.country_idx,
    };
    set_facts(response, &asked, pool);
    if (asked.refusal) {
        respond_refusal(response, &asked, pool);
    }
    else {
        respond_list(response, &asked, pool);
    }
}
