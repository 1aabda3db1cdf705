/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands beside the body: status, media type, header, facts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "judge_forms.h"
#include "ml_query.h"
#include "ml_text.h"
#include "target.h"

void judge(int holds, const char *sentence)
{
    if (!holds) {
        fprintf(stderr, "judge: not so: %s\n", sentence);
        abort();
    }
}

static int is_one_of(const char *text, const char *const *texts)
{
    while (*texts && strcmp(text, *texts)) {
        texts++;
    }
    return *texts != NULL;
}

/* What no client may ever get, even from a file that was made to harm it. */
static void judge_bytes(const ml_response_t *response)
{
    const char *c;
    int i;

    judge(ml_text_is_clean(response->body, response->body_len, ML_TEXT_LINES),
          "a body is UTF-8 without control bytes");
    for (i = 0; i < response->field_n; i++) {
        for (c = response->fields[i].value; *c; c++) {
            judge(*c >= 0x20 && *c < 0x7f, "a field is visible ASCII");
        }
    }
}

static void judge_facts(const ml_response_t *response)
{
    static const char *const pools[] = {
        "location",  "netblocks", "asn",  "country", "geoip",
        "continent", "global",    "none", NULL,
    };
    const char(*facts)[ML_FACT_LEN_MAX + 1] = response->facts;
    int i;

    for (i = 0; i < ML_FACT_N; i++) {
        judge(strlen(facts[i]) <= ML_FACT_LEN_MAX
                  && !facts[i][strspn(facts[i], "abcdefghijklmnopqrstuvwxyz"
                                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                "0123456789._+:/-")],
              "a fact is at most 128 harmless bytes");
    }
    judge(strlen(facts[ML_FACT_DATE]) == 10, "the date is always known");
    judge(!*facts[ML_FACT_LOG] || !strcmp(facts[ML_FACT_LOG], "1"),
          "mirrorlist-log is 1 or nothing");
    judge(!*facts[ML_FACT_LOG]
              || (*facts[ML_FACT_CLIENT] && *facts[ML_FACT_COUNTRY]),
          "what counts has a client and a country");
    judge(!*facts[ML_FACT_FOUND] == !*facts[ML_FACT_HOSTS],
          "pool and number of hosts are known together");
    if (*facts[ML_FACT_FOUND]) {
        judge(is_one_of(facts[ML_FACT_FOUND], pools), "a pool has a name");
        judge(!strcmp(facts[ML_FACT_FOUND], "none")
                  == !strcmp(facts[ML_FACT_HOSTS], "0"),
              "hosts come from a pool");
    }
}

/* --- the form --------------------------------------------------------------
 */

static const struct {
    const char *name;
    const char *type;
} forms[] = {
    {"text", JUDGE_TEXT},           {"metalink", JUDGE_METALINK},
    {"metalink4", JUDGE_METALINK4}, {"json", JUDGE_JSON},
    {"html", JUDGE_HTML},
};

static int is_metalink(const ml_request_t *request)
{
    const char *slash = strrchr(request->path, '/');

    return slash && !strcmp(slash, "/metalink");
}

/* The media type of an answer.  An `Accept` names Metalink 4 alone. */
static const char *type_of(const ml_request_t *request, const char *format)
{
    apr_size_t i;

    for (i = 0; format && i < sizeof(forms) / sizeof(*forms); i++) {
        if (!strcasecmp(format, forms[i].name)) {
            return forms[i].type;
        }
    }
    if (!is_metalink(request)) {
        return JUDGE_TEXT;
    }
    return request->accept && !format ? JUDGE_METALINK4 : JUDGE_METALINK;
}

static void judge_type(const ml_response_t *response,
                       const ml_request_t *request)
{
    apr_pool_t *pool = target_pool();
    const char *type, *vary = ml_response_field(response, "Vary");
    ml_query_t query;

    ml_query_parse(&query, request->query, pool);
    type = type_of(request, query.format);
    if (response->kind >= ML_KIND_REDIRECT && !strcmp(type, JUDGE_METALINK4)) {
        type = JUDGE_TEXT;
    }
    judge(!strcmp(response->content_type, type), "the form's media type");
    judge(!vary == (query.format || !is_metalink(request)),
          "an answer varies where `Accept` counts");
    apr_pool_destroy(pool);
}

static int status_of(ml_kind_e kind)
{
    switch (kind) {
    case ML_KIND_REDIRECT:
        return 302;
    case ML_KIND_BAD_REQUEST:
        return 400;
    case ML_KIND_NOT_FOUND:
        return 404;
    case ML_KIND_UNAVAILABLE:
        return 503;
    default:
        return 200;
    }
}

void judge_response(const ml_response_t *response, const ml_request_t *request)
{
    int redirects = response->status == 302;

    judge(response->kind < ML_KIND_N
              && response->status == status_of(response->kind),
          "the status is the kind's");
    judge(!ml_response_field(response, "Location") == !redirects,
          "a redirect has a place, nothing else has");
    judge(redirects
              || (!ml_response_field(response, "Link")
                  && !ml_response_field(response, "Digest")),
          "only a redirect has links");
    judge(!ml_response_field(response, "Retry-After")
              == (response->status != 503),
          "only 503 says when to retry");
    judge(!strcmp(ml_response_field(response, "Cache-Control"),
                  "private, no-store"),
          "no answer is stored");
    judge(response->body != NULL, "there is a body, even if it is empty");
    judge_bytes(response);
    judge_facts(response);
    judge_type(response, request);
}
