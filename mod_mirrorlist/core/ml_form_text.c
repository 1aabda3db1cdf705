/* SPDX-License-Identifier: Apache-2.0
 *
 * The text form of an answer: a header line, then a URL a line.
 */
#include "ml_comment.h"
#include "ml_render.h"

static apr_size_t urls_len(const ml_choice_t *choice, const ml_tail_t *tails)
{
    apr_size_t len = 0;
    apr_uint32_t i;

    for (i = 0; i < choice->shown_n; i++) {
        const ml_url_rec *url = choice->shown[i].url;

        len += url->url.len + tails[url->subpath_idx].len;
    }
    return len;
}

void ml_form_text_answer(ml_response_t *response, const ml_decision_t *d,
                         apr_pool_t *pool)
{
    const ml_cache_t *cache = d->lookup.cache;
    const ml_choice_t *choice = &d->choice;
    const ml_tail_t *tails = ml_render_tails(&d->lookup, 0, "\n", pool);
    const char *time_line =
        d->lookup.query.time ? ml_comment_time(cache, pool) : "";
    apr_size_t time_len = strlen(time_line);
    ml_line_t header;
    apr_uint32_t i;
    char *out;

    ml_comment_header(&header, &d->lookup, choice, pool);
    out = ml_render_body(response,
                         header.len + time_len + urls_len(choice, tails), pool);
    out = ml_render_copy(out, header.bytes, header.len);
    out = ml_render_copy(out, time_line, time_len);
    for (i = 0; i < choice->shown_n; i++) {
        const ml_url_rec *url = choice->shown[i].url;
        const ml_tail_t *tail = &tails[url->subpath_idx];

        out = ml_render_copy(out, ml_text(cache, url->url), url->url.len);
        out = ml_render_copy(out, tail->text, tail->len);
    }
}

void ml_form_text_refusal(ml_response_t *response, const ml_decision_t *d,
                          apr_pool_t *pool)
{
    const char *text = ml_comment_refusal(&d->lookup, pool), *listing;
    apr_size_t len = strlen(text), listing_len;
    char *out;

    listing = ml_comment_listing(&listing_len, &d->lookup, pool);
    out = ml_render_body(response, len + listing_len, pool);
    out = ml_render_copy(out, text, len);
    ml_render_copy(out, listing, listing_len);
    response->content_type = ml_forms[ML_FORM_TEXT].media_type;
}
