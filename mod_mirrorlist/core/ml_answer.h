/* SPDX-License-Identifier: Apache-2.0
 *
 * The whole service as one function: a cache and a request in, a response
 * out.  Whatever varies (clock, chance, the client's address) is part of the
 * request, so that module, query tool, tests and fuzzers all ask the same.
 */
#ifndef ML_ANSWER_H
#define ML_ANSWER_H

#include "apr_pools.h"

#include "ml_cache.h"
#include "ml_request.h"
#include "ml_select.h"

/* What a log may say of a request, each NULL if it is not known. */
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

/* "mirrorlist-client" ...: the names of the facts as notes. */
extern const char *const ml_fact_names[ML_FACT_N];

/* "MIRRORLIST_CLIENT" ...: as environment variables. */
extern const char *const ml_fact_variables[ML_FACT_N];

/* "location" ...: the pools as ML_FACT_FOUND names them, "none" last. */
extern const char *const ml_pool_names[ML_POOL_N + 1];

#define ML_FACT_LEN_MAX 128 /* bytes; odd ones have become `_` */
#define ML_CACHE_CONTROL "private, no-store"

typedef struct {
    int status;               /* 200, 302, 400, 404 or 503 */
    const char *content_type; /* without parameters */
    const char *location;     /* 302 only, else NULL */
    int retry_after_s;        /* 503 only, else 0 */
    const char *body;         /* not NUL-terminated */
    apr_size_t body_len;
    const char *facts[ML_FACT_N];
    ml_pool_e pool;           /* of the first host listed; ML_POOL_N: none */
    apr_uint32_t country_idx; /* the client's; ML_NONE: unknown */
} ml_response_t;

/* Answers any query; `cache` NULL is the answer without a cache.  Everything
 * in `*response` lives in `pool` or in the cache.  Needs no more memory than
 * the query's and the longest answer's length, 21 bytes a host and 16 a URL. */
void ml_answer(ml_response_t *response, const ml_cache_t *cache,
               const ml_request_t *request, apr_pool_t *pool);

#endif
