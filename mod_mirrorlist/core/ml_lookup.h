/* SPDX-License-Identifier: Apache-2.0
 *
 * The first stage of an answer: a query becomes facts of the cache (which
 * directory, which file, which client), or a refusal.  No texts are made here.
 */
#ifndef ML_LOOKUP_H
#define ML_LOOKUP_H

#include "ml_cache.h"
#include "ml_client.h"
#include "ml_form.h"
#include "ml_query.h"
#include "ml_refusal.h"
#include "ml_request.h"

typedef struct {
    const ml_cache_t *cache; /* NULL: refused */
    const ml_request_t *request;
    ml_query_t query;
    ml_form_e form;
    ml_endpoint_e endpoint; /* whose rules hold */
    int varies;             /* the form depends on `Accept` */
    int redirects;          /* `redirect` counts */
    ml_client_t client;     /* of `ip=`, or else the request's */
    const char *path;       /* normalised; NULL: asked for by repository */
    const char *repo;       /* as asked, before its redirect; NULL: by path */
    const char *arch;
    const ml_prefix_rec *prefix;       /* that `repo` stands for; NULL: none */
    const ml_directory_rec *directory; /* NULL: none was found */
    const char *file;                  /* "": the directory itself */
    const ml_file_rec *details;        /* the file's; NULL: there are none */
    apr_uint32_t limit;                /* hosts at most; 0: as configured */
    int ipv;                           /* 4, 6; 0: both */
    ml_refusal_e refusal;
} ml_lookup_t;

/* Everything in `*lookup` lives in `pool`, in the cache or in the request. */
void ml_lookup(ml_lookup_t *lookup, const ml_cache_t *cache,
               const ml_request_t *request, apr_pool_t *pool);

#endif
