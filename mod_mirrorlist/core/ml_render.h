/* SPDX-License-Identifier: Apache-2.0
 *
 * Between the selection and the two forms of an answer.  A body is sized
 * first, then written once into exactly as much memory.
 */
#ifndef ML_RENDER_H
#define ML_RENDER_H

#include <string.h>

#include "apr_pools.h"

#include "ml_answer.h"
#include "ml_ask.h"
#include "ml_list.h"

/* What follows the base URL, by ml_url_rec.subpath_n.  `ampersands`: for XML;
 * `end` closes the line. */
typedef struct {
    const char *text;
    apr_size_t len;
} ml_tail_t;

ml_tail_t *ml_render_tails(const ml_cache_t *cache, const ml_urls_t *urls,
                           int ampersands, const char *end, apr_pool_t *pool);

/* Copies and returns the end, for bodies whose size is known. */
static inline char *ml_render_copy(char *out, const char *text, apr_size_t len)
{
    memcpy(out, text, len);
    return out + len;
}

/* Makes room for the response's body of `len` bytes; where to write it. */
char *ml_render_body(ml_response_t *response, apr_size_t len, apr_pool_t *pool);

/* The text list, under the finished header line of `asked`. */
void ml_mirrorlist_render(ml_response_t *response, const ml_asked_t *asked,
                          const ml_urls_t *urls, apr_pool_t *pool);

/* The Metalink 3 document of the file that was asked for. */
void ml_metalink_render(ml_response_t *response, const ml_asked_t *asked,
                        const ml_urls_t *urls, apr_pool_t *pool);

/* A document without a file, whose comment says why: the refusal's text, then
 * `more`, which has no two dashes in a row. */
void ml_metalink_failure(ml_response_t *response, const ml_asked_t *asked,
                         ml_block_rec more, apr_pool_t *pool);

#endif
