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
#include "ml_cache.h"
#include "ml_text.h"

/* A URL to show. */
typedef struct {
    const ml_url_rec *url;
    apr_uint32_t host_n; /* the host's position in the answer, from 0 */
} ml_shown_t;

typedef struct {
    const ml_shown_t *shown;
    apr_uint32_t n;
    apr_uint32_t host_n;
    const ml_text_rec *subpaths; /* of the directory, escaped */
    apr_uint32_t subpath_n;
    const char *file; /* escaped; "": the directory itself */
} ml_urls_t;

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

/* The text list: `header` finished, a second line if `time_s` is not NULL. */
void ml_mirrorlist_render(ml_response_t *response, const ml_cache_t *cache,
                          const ml_line_t *header, const apr_int64_t *time_s,
                          const ml_urls_t *urls, apr_pool_t *pool);

/* The Metalink 3 document of a file. */
void ml_metalink_render(ml_response_t *response, const ml_cache_t *cache,
                        const ml_file_rec *file, apr_int64_t now_s,
                        const ml_urls_t *urls, apr_pool_t *pool);

/* A document without a file, whose comment says why: `text`, then `more`,
 * which has no two dashes in a row already. */
void ml_metalink_failure(ml_response_t *response, apr_int64_t now_s,
                         const char *text, apr_size_t len, const char *more,
                         apr_size_t more_len, apr_pool_t *pool);

#endif
