/* SPDX-License-Identifier: Apache-2.0
 *
 * Every `#` line of an answer, and every refusal's status and sentence.
 */
#ifndef ML_COMMENT_H
#define ML_COMMENT_H

#include "ml_choose.h"
#include "ml_lookup.h"
#include "ml_text.h"

/* The status of a refusal (not ML_REFUSAL_NONE). */
int ml_comment_status(ml_refusal_e refusal);

/* The lookup's refusal as one line with its end, in `pool`. */
const char *ml_comment_refusal(const ml_lookup_t *lookup, apr_pool_t *pool);

/* What follows that line for a client that reads texts: the repositories that
 * it may have meant, in whole lines; "" for most refusals.  Not NUL-terminated,
 * in `pool` or in the cache. */
const char *ml_comment_listing(apr_size_t *len, const ml_lookup_t *lookup,
                               apr_pool_t *pool);

/* The same for a client that shows nothing of it: where they are listed. */
const char *ml_comment_where_listed(const ml_lookup_t *lookup);

/* The header line of a list, finished. */
void ml_comment_header(ml_line_t *line, const ml_lookup_t *lookup,
                       const ml_choice_t *choice, apr_pool_t *pool);

/* The line of `time`, in `pool`. */
const char *ml_comment_time(const ml_cache_t *cache, apr_pool_t *pool);

#endif
