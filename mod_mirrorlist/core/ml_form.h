/* SPDX-License-Identifier: Apache-2.0
 *
 * The forms that an answer can have: one row each.
 */
#ifndef ML_FORM_H
#define ML_FORM_H

#include "apr_pools.h"

#include "ml_request.h"

struct ml_response_t;
struct ml_decision_t;

/* X(id, name, title, media type, endpoint, answer, refusal): the forms.  `name`
 * is that of `format=`, `title` the one for people; the endpoint is the one
 * whose rules the form follows, NONE: the path's. */
#define ML_FORMS(X)                                                        \
    X(TEXT, "text", "text", "text/plain", MIRRORLIST, ml_form_text_answer, \
      ml_form_text_refusal)                                                \
    X(METALINK, "metalink", "Metalink 3", "application/metalink+xml",      \
      METALINK, ml_form_metalink_answer, ml_form_metalink_refusal)         \
    X(METALINK4, "metalink4", "Metalink 4", "application/metalink4+xml",   \
      METALINK, ml_form_metalink4_answer, ml_form_text_refusal)            \
    X(JSON, "json", "JSON", "application/json", NONE, ml_form_json_answer, \
      ml_form_json_refusal)                                                \
    X(HTML, "html", "page", "text/html; charset=utf-8", NONE,              \
      ml_form_html_answer, ml_form_html_refusal)

typedef enum {
#define X(id, name, title, media_type, endpoint, answer, refusal) ML_FORM_##id,
    ML_FORMS(X)
#undef X
        ML_FORM_N
} ml_form_e;

/* Writes the body, in `pool`, and headers of its own.  Status and media type
 * are set, and may be changed. */
typedef void ml_form_write_fn(struct ml_response_t *response,
                              const struct ml_decision_t *decision,
                              apr_pool_t *pool);

typedef struct {
    const char *name;
    const char *title;
    const char *media_type;
    ml_endpoint_e endpoint;
    ml_form_write_fn *answer;
    ml_form_write_fn *refusal;
} ml_form_t;

extern const ml_form_t ml_forms[ML_FORM_N];

/* The form of that name in any case of letters; ML_FORM_N: there is none. */
ml_form_e ml_form_find(const char *name);

/* The form that an endpoint has on its own, or for this `Accept` (NULL: none
 * was sent). */
ml_form_e ml_form_of_endpoint(ml_endpoint_e endpoint, const char *accept);

/* Each in its own file. */
#define X(id, name, title, media_type, endpoint, answer, refusal) \
    extern ml_form_write_fn answer, refusal;
ML_FORMS(X)
#undef X

#endif
