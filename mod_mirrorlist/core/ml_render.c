/* SPDX-License-Identifier: Apache-2.0
 *
 * Bodies, and the ends of URLs.
 */
#include "ml_render.h"

#include <stdarg.h>

#include "apr_strings.h"

#include "ml_text.h"

ml_tail_t *ml_render_tails(const ml_lookup_t *l, int xml, const char *end,
                           apr_pool_t *pool)
{
    const ml_directory_rec *directory = l->directory;
    const char *file =
        ml_text_escape(l->file, strlen(l->file), ML_ESCAPE_PATH, pool);
    ml_tail_t *tails = apr_palloc(pool, directory->subpath_n * sizeof(*tails));
    apr_uint32_t i;

    for (i = 0; i < directory->subpath_n; i++) {
        ml_text_rec path =
            l->cache->subpaths[directory->subpath_first + i].path;
        const char *text = apr_pstrcat(
            pool, ml_text_copy(ml_text(l->cache, path), path.len, pool), file,
            NULL);

        if (xml) {
            text = ml_text_escape_xml(text, pool);
        }
        tails[i].text = apr_pstrcat(pool, text, end, NULL);
        tails[i].len = strlen(tails[i].text);
    }
    return tails;
}

const char *ml_render_url(const ml_cache_t *cache, const ml_url_rec *url,
                          const ml_tail_t *tails, apr_pool_t *pool)
{
    const ml_tail_t *tail = &tails[url->subpath_idx];
    char *text = apr_palloc(pool, url->url.len + tail->len + 1), *out;

    out = ml_render_copy(text, ml_text(cache, url->url), url->url.len);
    ml_render_copy(out, tail->text, tail->len + 1);
    return text;
}

char *ml_render_body(ml_response_t *response, apr_size_t len, apr_pool_t *pool)
{
    char *body = apr_palloc(pool, len);

    response->body = body;
    response->body_len = len;
    return body;
}

#define PAGE_ROOM 16384 /* bytes at first */

void ml_page_add(ml_page_t *page, const char *text, apr_size_t len)
{
    if (len > page->room - page->len) {
        apr_size_t room = page->room ? 2 * page->room : PAGE_ROOM;
        char *bytes;

        room = room < page->len + len ? page->len + len : room;
        bytes = apr_palloc(page->pool, room);
        if (page->len > 0) {
            memcpy(bytes, page->bytes, page->len);
        }
        page->bytes = bytes;
        page->room = room;
    }
    if (len > 0) {
        memcpy(page->bytes + page->len, text, len);
    }
    page->len += len;
}

void ml_page_put(void *page, const char *text, apr_size_t len)
{
    ml_page_add(page, text, len);
}

void ml_page_puts(ml_page_t *page, const char *text)
{
    ml_page_add(page, text, strlen(text));
}

void ml_page_escape(ml_page_t *page, const char *text, apr_size_t len)
{
    const char *end = text + len, *plain = text;

    for (; text < end; text++) {
        const char *entity = ml_text_entity(*text);

        if (entity) {
            ml_page_add(page, plain, (apr_size_t)(text - plain));
            ml_page_puts(page, entity);
            plain = text + 1;
        }
    }
    ml_page_add(page, plain, (apr_size_t)(end - plain));
}

void ml_page_printf(ml_page_t *page, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    ml_page_puts(page, apr_pvsprintf(page->pool, format, values));
    va_end(values);
}

void ml_page_end(const ml_page_t *page, ml_response_t *response)
{
    response->body = page->len ? page->bytes : "";
    response->body_len = page->len;
}
