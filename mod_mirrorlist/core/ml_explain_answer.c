/* SPDX-License-Identifier: Apache-2.0
 *
 * Explanations as answers: which question is meant, and in which form its
 * explanation comes.  Whatever the status of the answer that is explained, the
 * explanation's is 200.
 */
#include "ml_explain.h"

#include "apr_cstr.h"
#include "apr_strings.h"

#include "ml_comment.h"
#include "ml_form_html.h"

#define LINE_TYPE "text/plain; charset=utf-8"

typedef void write_fn(ml_page_t *page, const ml_explanation_t *explanation);

typedef struct {
    const char *name;
    const char *content_type;
    write_fn *write;
} form_t;

/* The first is that of no `format`. */
static const form_t forms[] = {
    {"html", "text/html; charset=utf-8", ml_explain_html},
    {"json", "application/json", ml_explain_json},
    {"text", LINE_TYPE, ml_explain_text},
};
#define FORM_N (sizeof(forms) / sizeof(*forms))

static const form_t *form_of(const char *name)
{
    apr_size_t i = 0;

    while (name && i < FORM_N && apr_cstr_casecmp(name, forms[i].name)) {
        i++;
    }
    return i < FORM_N ? &forms[i] : NULL;
}

static const char *endpoint_of(const char *name)
{
    if (!name || !strcmp(name, "metalink")) {
        return "/metalink";
    }
    return strcmp(name, "mirrorlist") ? NULL : "/mirrorlist";
}

/* A line, in whatever form the explanation would have come. */
static void refuse(ml_response_t *response, const ml_query_t *query,
                   ml_refusal_e refusal, apr_pool_t *pool)
{
    const ml_lookup_t lookup = {.query = *query, .refusal = refusal};

    response->status = ml_comment_status(refusal);
    response->content_type = LINE_TYPE;
    response->body = ml_comment_refusal(&lookup, pool);
    response->body_len = strlen(response->body);
    if (response->status == 503) {
        ml_response_add(response, "Retry-After", ML_RETRY_AFTER);
    }
}

static void answer(ml_response_t *response, const form_t *form,
                   const ml_cache_t *cache, const ml_request_t *request,
                   const char *name, apr_pool_t *pool)
{
    const char *target = *request->query ? apr_pstrcat(pool, request->path, "?",
                                                       request->query, NULL)
                                         : request->path;
    ml_explanation_t explanation;
    ml_page_t page = {.pool = pool};

    ml_explain(&explanation, cache, request, target, name, pool);
    form->write(&page, &explanation);
    response->content_type = form->content_type;
    ml_page_end(&page, response);
}

void ml_explain_answer(ml_response_t *response, const ml_cache_t *cache,
                       const ml_request_t *asked, apr_pool_t *pool)
{
    ml_request_t request = *asked;
    const char *own;
    const form_t *form;
    ml_query_t query;
    ml_refusal_e refusal;

    memset(response, 0, sizeof(*response));
    response->status = 200;
    ml_response_add(response, "Cache-Control", ML_CACHE_CONTROL);
    ml_response_add(response, "Content-Security-Policy", ML_HTML_POLICY);
    ml_response_add(response, "X-Content-Type-Options", "nosniff");
    request.query = ml_query_question(&own, asked->query, pool);
    request.accept = NULL;
    refusal = ml_query_parse(&query, own, pool);
    request.path = endpoint_of(query.endpoint);
    form = form_of(query.format);
    refusal = !cache          ? ML_REFUSAL_NO_CACHE
              : refusal       ? refusal
              : !request.path ? ML_REFUSAL_ENDPOINT
              : !form         ? ML_REFUSAL_EXPLANATION_FORMAT
                              : ML_REFUSAL_NONE;
    if (refusal) {
        refuse(response, &query, refusal, pool);
    }
    else {
        answer(response, form, cache, &request, query.host, pool);
    }
}
