/* SPDX-License-Identifier: Apache-2.0
 *
 * Why an answer is the one it is: what became of each host that has a category
 * of the directory.  The answer comes from the same functions as the module's,
 * called with the same random numbers; here it is only looked at.
 */
#ifndef ML_EXPLAIN_H
#define ML_EXPLAIN_H

#include "ml_answer.h"
#include "ml_render.h"

typedef enum {
    ML_WHY_LISTED,
    /* Carries the directory, and a pool has taken it: */
    ML_WHY_PROTOCOL, /* `protocol` leaves it no URL */
    ML_WHY_ENDPOINT, /* no URL that a list, or a redirect, shows */
    ML_WHY_REDIRECT, /* there was one before it */
    ML_WHY_MAXIMUM,
    /* Carries the directory, but no pool has taken it: */
    ML_WHY_PRIVATE,
    ML_WHY_COUNTRY_RULE,
    ML_WHY_OTHER_COUNTRIES, /* were requested */
    ML_WHY_ENOUGH,          /* hosts were found before the last pool */
    /* Does not carry the directory: */
    ML_WHY_INACTIVE,
    ML_WHY_NO_PUBLIC_URL,
    ML_WHY_EXCLUSIVE,
    ML_WHY_NOT_UP_TO_DATE,
    /* Was lookup for by name only: */
    ML_WHY_NO_CATEGORY, /* of the directory's */
    ML_WHY_UNKNOWN,     /* there is no such host */
    ML_WHY_N
} ml_why_e;

typedef struct {
    ml_why_e why;
    const ml_host_row_rec *row; /* NULL: ML_WHY_UNKNOWN */
    apr_uint32_t member;        /* ML_NONE: does not carry the directory */
    ml_pool_e pool;             /* that has taken it; ML_POOL_N: none */
    double share;       /* of the pool's weights; below 0: it has none */
    apr_uint32_t place; /* in the answer, from 1; 0: not in it */
    int always_up2date; /* carries the directory whatever a crawler saw */
    const ml_shown_t *shown;
    apr_uint32_t shown_n; /* URLs */
} ml_verdict_t;

typedef struct {
    const char *target; /* the request as it was given */
    const char *host;   /* whose verdict alone is wanted; NULL: all */
    ml_decision_t d;
    ml_response_t response;
    const ml_tail_t *tails; /* of the URLs, unless it was refused */
    /* Taken hosts in the order of the pools, then the others by id. */
    ml_verdict_t *verdicts;
    apr_uint32_t n;
} ml_explanation_t;

/* `request` must live as long as the explanation. */
void ml_explain_request(ml_explanation_t *e, const ml_cache_t *cache,
                        const ml_request_t *request, const char *target,
                        const char *host, apr_pool_t *pool);

/* Both end in a newline. */
void ml_explain_text(ml_page_t *page, const ml_explanation_t *explanation);
void ml_explain_json(ml_page_t *page, const ml_explanation_t *explanation);

/* In ml_explain_words.c, for both forms: */

/* "not_up_to_date" ...: the stable name; NULL for ML_WHY_LISTED. */
const char *ml_explain_reason(ml_why_e why);

/* The reason as a sentence without its end. */
const char *ml_explain_verdict(const ml_explanation_t *e,
                               const ml_verdict_t *verdict, apr_pool_t *pool);

/* Whether the pool was looked at; the sentence says why, and for whom. */
int ml_explain_pool(const char **sentence, const ml_explanation_t *e,
                    ml_pool_e pool, apr_pool_t *scratch);

/* "netblock_country", "country_database", or NULL: the country is unknown. */
const char *ml_explain_country_source(const ml_client_t *client);

/* The repository that the one lookup for is redirected to, or NULL. */
const char *ml_explain_redirect(const ml_lookup_t *lookup, apr_pool_t *pool);

/* "mirror.example.org", or "host 17" where it has no name. */
const char *ml_explain_host(const ml_explanation_t *e,
                            const ml_verdict_t *verdict, apr_pool_t *pool);

/* The URL as the answer shows it. */
const char *ml_explain_url(const ml_explanation_t *e, const ml_url_rec *url,
                           apr_pool_t *pool);

/* A text of the cache with a NUL. */
const char *ml_explain_copy(const ml_cache_t *cache, ml_text_rec text,
                            apr_pool_t *pool);

#endif
