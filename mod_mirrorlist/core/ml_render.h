/* SPDX-License-Identifier: Apache-2.0
 *
 * What the forms of an answer share.  A body is sized first, then written once
 * into exactly as much memory; one that nobody waits for may grow instead.
 */
#ifndef ML_RENDER_H
#define ML_RENDER_H

#include <string.h>

#include "apr_pools.h"

#include "ml_answer.h"

/* What follows a base URL, by ml_url_rec.subpath_idx. */
typedef struct {
    const char *text;
    apr_size_t len;
} ml_tail_t;

/* Of the decision's directory and file.  `xml`: escaped for XML; `end`
 * closes the line. */
ml_tail_t *ml_render_tails(const ml_lookup_t *lookup, int xml, const char *end,
                           apr_pool_t *pool);

/* A URL as the answer shows it, in `pool`. */
const char *ml_render_url(const ml_cache_t *cache, const ml_url_rec *url,
                          const ml_tail_t *tails, apr_pool_t *pool);

/* Copies and returns the end, for bodies whose size is known. */
static inline char *ml_render_copy(char *out, const char *text, apr_size_t len)
{
    memcpy(out, text, len);
    return out + len;
}

/* Makes room for the response's body of `len` bytes; where to write it. */
char *ml_render_body(ml_response_t *response, apr_size_t len, apr_pool_t *pool);

/* A body that grows as it is written. */
typedef struct {
    char *bytes;
    apr_size_t len;
    apr_size_t room;
    apr_pool_t *pool;
} ml_page_t;

void ml_page_add(ml_page_t *page, const char *text, apr_size_t len);
void ml_page_puts(ml_page_t *page, const char *text);
/* An ml_json_put_fn. */
void ml_page_put(void *page, const char *text, apr_size_t len);
/* With `&`, `<`, `>` and `"` as entities, for XML and HTML. */
void ml_page_escape(ml_page_t *page, const char *text, apr_size_t len);
void ml_page_printf(ml_page_t *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void ml_page_end(const ml_page_t *page, ml_response_t *response);

#endif
