/* SPDX-License-Identifier: Apache-2.0
 *
 * The text form of an answer, and what both forms share.
 */
#include "ml_render.h"

#include <string.h>

#include "apr_strings.h"

ml_tail_t *ml_render_tails(const ml_cache_t *cache, const ml_urls_t *urls,
                           int ampersands, const char *end, apr_pool_t *pool)
{
    ml_tail_t *tails = apr_palloc(pool, urls->subpath_n * sizeof(*tails));
    apr_uint32_t i;

    for (i = 0; i < urls->subpath_n; i++) {
        ml_text_rec subpath = urls->subpaths[i];
        const char *path = apr_pstrcat(
            pool, apr_pstrmemdup(pool, ml_text(cache, subpath), subpath.len),
            urls->file, NULL);

        if (ampersands) {
            path = ml_text_escape_ampersand(path, pool);
        }
        tails[i].text = apr_pstrcat(pool, path, end, NULL);
        tails[i].len = strlen(tails[i].text);
    }
    return tails;
}

char *ml_render_body(ml_response_t *response, apr_size_t len, apr_pool_t *pool)
{
    char *body = apr_palloc(pool, len);

    response->body = body;
    response->body_len = len;
    return body;
}

static apr_size_t urls_len(const ml_urls_t *urls, const ml_tail_t *tails)
{
    apr_size_t len = 0;
    apr_uint32_t i;

    for (i = 0; i < urls->n; i++) {
        const ml_url_rec *url = urls->shown[i].url;

        len += url->url.len + tails[url->subpath_n].len;
    }
    return len;
}

void ml_mirrorlist_render(ml_response_t *response, const ml_asked_t *asked,
                          const ml_urls_t *urls, apr_pool_t *pool)
{
    const ml_cache_t *cache = asked->cache;
    const ml_tail_t *tails = ml_render_tails(cache, urls, 0, "\n", pool);
    const ml_line_t *header = &asked->line;
    const char *time_line = "";
    apr_size_t time_len;
    apr_uint32_t i;
    char *out;

    if (asked->query.time) {
        time_line = apr_psprintf(
            pool, "# database creation time: %" APR_INT64_T_FMT "\n",
            cache->header->created_s);
    }
    time_len = strlen(time_line);
    out = ml_render_body(response,
                         header->len + time_len + urls_len(urls, tails), pool);
    out = ml_render_copy(out, header->bytes, header->len);
    out = ml_render_copy(out, time_line, time_len);
    for (i = 0; i < urls->n; i++) {
        const ml_url_rec *url = urls->shown[i].url;
        const ml_tail_t *tail = &tails[url->subpath_n];

        out = ml_render_copy(out, ml_text(cache, url->url), url->url.len);
        out = ml_render_copy(out, tail->text, tail->len);
    }
}
