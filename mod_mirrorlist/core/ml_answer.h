/* SPDX-License-Identifier: Apache-2.0
 *
 * The whole service as one function: a cache and a request in, a response
 * out.  Whatever varies (clock, chance, the client's address) is part of the
 * request, so that module, query tool, tests and fuzzers all ask the same.
 *
 * Three stages that never look back: ml_lookup() finds what is asked for,
 * ml_choose() the hosts and URLs, and the form of the answer writes them down.
 */
#ifndef ML_ANSWER_H
#define ML_ANSWER_H

#include "apr_pools.h"

#include "ml_cache.h"
#include "ml_choose.h"
#include "ml_lookup.h"
#include "ml_request.h"

/* What a log may say of a request. */
typedef enum {
    ML_FACT_CLIENT,  /* address used */
    ML_FACT_COUNTRY, /* "N/A": unknown */
    ML_FACT_REPO,    /* as asked, before the redirect */
    ML_FACT_ARCH,
    ML_FACT_DATE,  /* YYYY-MM-DD, UTC */
    ML_FACT_FOUND, /* first pool with a host in the answer, or "none" */
    ML_FACT_HOSTS, /* number of hosts listed */
    ML_FACT_LOG,   /* "1": counts in MirrorManager's statistics */
    ML_FACT_N
} ml_fact_e;

#define ML_FACT_LEN_MAX 128 /* bytes; odd ones have become `_` */

/* What kind of answer it is: below ML_FORM_N, hosts in the form of that
 * number. */
typedef enum {
    ML_KIND_REDIRECT = ML_FORM_N,
    ML_KIND_REMARK, /* 200, but no hosts were looked for */
    ML_KIND_BAD_REQUEST,
    ML_KIND_NOT_FOUND,
    ML_KIND_UNAVAILABLE,
    ML_KIND_N
} ml_kind_e;

typedef struct {
    const char *name;
    const char *value;
} ml_field_t;

#define ML_FIELD_MAX 10
#define ML_CACHE_CONTROL "private, no-store"
#define ML_RETRY_AFTER "60" /* seconds, of a 503 */

typedef struct ml_response_t {
    int status; /* 200, 302, 400, 404 or 503 */
    ml_kind_e kind;
    const char *content_type;        /* without parameters, but of a page */
    ml_field_t fields[ML_FIELD_MAX]; /* of the header, besides that */
    int field_n;
    const char *body; /* not NUL-terminated */
    apr_size_t body_len;
    ml_pool_e pool;             /* of the first host listed */
    apr_uint32_t country_idx;   /* the client's; ML_NONE: unknown */
    apr_uint32_t continent_idx; /* likewise */
    char facts[ML_FACT_N][ML_FACT_LEN_MAX + 1]; /* "": not known */
} ml_response_t;

/* Adds a field to the header; both live as long as the response. */
void ml_response_add(ml_response_t *response, const char *name,
                     const char *value);

/* The value of the first field of that name; NULL: there is none. */
const char *ml_response_field(const ml_response_t *response, const char *name);

/* What was looked up and, unless it was refused, chosen. */
typedef struct ml_decision_t {
    ml_lookup_t lookup;
    ml_choice_t choice;
} ml_decision_t;

/* Answers any query; `cache` NULL is the answer without a cache.  Texts of
 * `*response` live in `pool` or in the cache.  Needs no more memory than the
 * query's and the longest answer's length, 21 bytes a host and 16 a URL. */
void ml_answer(ml_response_t *response, const ml_cache_t *cache,
               const ml_request_t *request, apr_pool_t *pool);

/* The first two stages alone, for those who explain an answer; everything in
 * `*decision` lives as ml_lookup() and ml_choose() say. */
void ml_decide(ml_decision_t *decision, const ml_cache_t *cache,
               const ml_request_t *request, apr_pool_t *pool);

/* The third. */
void ml_write(ml_response_t *response, const ml_decision_t *decision,
              apr_pool_t *pool);

/* In ml_redirect.c: the answer to `redirect`. */
void ml_redirect(ml_response_t *response, const ml_decision_t *decision,
                 apr_pool_t *pool);

#endif
