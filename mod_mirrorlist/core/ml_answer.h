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

#include "ml_response.h"

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

#endif
