/* SPDX-License-Identifier: Apache-2.0
 *
 * The Metalink 3 form of an answer, blank by blank as librepo and yum read it
 * (they match the literal `mm0:` prefix, and document order is preference).
 * The elements of URLs were rendered and escaped when the cache was made.
 */
#include "apr_time.h"

#include "ml_comment.h"
#include "ml_detail.h"
#include "ml_render.h"

static const char head_before_date[] =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
    "<metalink version=\"3.0\" xmlns=\"http://www.metalinker.org/\""
    " type=\"dynamic\" pubdate=\"";
static const char head_after_date[] =
    "\" generator=\"mirrormanager\""
    " xmlns:mm0=\"http://fedorahosted.org/mirrormanager\">\n";
static const char file_start[] = " <files>\n"
                                 "  <file name=\"";
static const char file_named[] = "\">\n";
static const char alternates_start[] = "   <mm0:alternates>\n";
static const char alternates_end[] = "   </mm0:alternates>\n";
static const char resources_start[] = "   <resources maxconnections=\"1\">\n";
static const char resources_end[] = "   </resources>\n"
                                    "  </file>\n"
                                    " </files>\n"
                                    "</metalink>\n";
static const char url_end[] = "</url>\n";

#define LEN(text) (sizeof(text) - 1)
#define HEAD_LEN \
    (LEN(head_before_date) + APR_RFC822_DATE_LEN - 1 + LEN(head_after_date))

static char *copy_head(char *out, apr_int64_t now_s)
{
    char date[APR_RFC822_DATE_LEN];

    apr_rfc822_date(date, apr_time_from_sec(now_s));
    out = ml_render_copy(out, head_before_date, LEN(head_before_date));
    out = ml_render_copy(out, date, sizeof(date) - 1);
    return ml_render_copy(out, head_after_date, LEN(head_after_date));
}

/* --- the file ------------------------------------------------------------- */

#define COPY(out, text) ml_render_copy(out, text, LEN(text))

/* Bytes of a detail at most, with what is copied past its end: 264 digits of
 * hashes and 38 of numbers, twelve lines of up to 35 bytes around them. */
#define DETAIL_MAX 768

static char *indent(char *out, int blanks)
{
    memcpy(out, "      ", 6);
    return out + blanks;
}

static char *copy_number(char *out, apr_int64_t number)
{
    char digits[20], *start = digits + sizeof(digits);

    do {
        *--start = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    return ml_render_copy(out, start,
                          (apr_size_t)(digits + sizeof(digits) - start));
}

/* What is known of one version of the file, that far from the margin. */
static char *copy_detail(char *out, const ml_detail_rec *detail, int blanks)
{
    if (detail->flags & ML_DETAIL_TIMESTAMP) {
        out = COPY(indent(out, blanks), "<mm0:timestamp>");
        out = copy_number(out, detail->timestamp_s);
        out = COPY(out, "</mm0:timestamp>\n");
    }
    if (detail->flags & ML_DETAIL_SIZE) {
        out = COPY(indent(out, blanks), "<size>");
        out = copy_number(out, detail->size);
        out = COPY(out, "</size>\n");
    }
    out = COPY(indent(out, blanks), "<verification>\n");
#define X(name, NAME, digits)                                          \
    if (ml_detail_has(detail, ML_HASH_##NAME)) {                       \
        out = COPY(indent(out, blanks), " <hash type=\"" #name "\">"); \
        out = ml_detail_digits(out, detail, ML_HASH_##NAME);           \
        out = COPY(out, "</hash>\n");                                  \
    }
    ML_HASHES(X)
#undef X
    return COPY(indent(out, blanks), "</verification>\n");
}

/* The file's versions: the first is it, the others its alternates. */
static char *copy_details(char *out, const ml_cache_t *cache,
                          const ml_file_rec *file)
{
    const ml_detail_rec *detail = &cache->details[file->detail_first];
    const ml_detail_rec *end = detail + file->detail_n;

    out = copy_detail(out, detail++, 3);
    if (detail < end) {
        out = COPY(out, alternates_start);
        for (; detail < end; detail++) {
            out = COPY(out, "    <mm0:alternate>\n");
            out = copy_detail(out, detail, 6);
            out = COPY(out, "    </mm0:alternate>\n");
        }
        out = COPY(out, alternates_end);
    }
    return out;
}

/* --- its URLs ------------------------------------------------------------- */

/* 100 for the first host, one less per host, never below 1. */
static apr_uint32_t preference_of(apr_uint32_t host)
{
    return host < 100 ? 100 - host : 1;
}

/* Elements have room for the two digits that most preferences have.  The first
 * host's have three, those of hosts behind the 91st one. */
static apr_size_t urls_len(const ml_choice_t *choice, const ml_tail_t *tails)
{
    const ml_shown_t *first = choice->shown, *end = first + choice->shown_n;
    const ml_shown_t *shown;
    apr_size_t len = 0;

    for (shown = first; shown < end; shown++) {
        len += shown->url->element.len + tails[shown->url->subpath_idx].len;
    }
    for (shown = first; shown < end && shown->host == 0; shown++) {
        len++;
    }
    for (shown = end; shown > first && shown[-1].host > 90; shown--) {
        len--;
    }
    return len;
}

/* The element of a preference that has not two digits. */
static char *copy_odd_element(char *out, const char *element,
                              const ml_url_rec *url, apr_uint32_t preference)
{
    out = ml_render_copy(out, element, url->preference_off);
    if (preference == 100) {
        out = ml_render_copy(out, "100", 3);
    }
    else {
        *out++ = (char)('0' + preference);
    }
    return ml_render_copy(out, element + url->preference_off + 2,
                          url->element.len - url->preference_off - 2);
}

static char *copy_element(char *out, const ml_cache_t *cache,
                          const ml_url_rec *url, apr_uint32_t preference)
{
    const char *element = ml_text(cache, url->element);
    char *digits = out + url->preference_off;

    if (preference < 10 || preference > 99) {
        return copy_odd_element(out, element, url, preference);
    }
    out = ml_render_copy(out, element, url->element.len);
    digits[0] = (char)('0' + preference / 10);
    digits[1] = (char)('0' + preference % 10);
    return out;
}

static char *copy_urls(char *out, const ml_cache_t *cache,
                       const ml_choice_t *choice, const ml_tail_t *tails)
{
    const ml_shown_t *shown = choice->shown, *end = shown + choice->shown_n;

    for (; shown < end; shown++) {
        const ml_url_rec *url = shown->url;
        const ml_tail_t *tail = &tails[url->subpath_idx];

        out = copy_element(out, cache, url, preference_of(shown->host));
        out = ml_render_copy(out, tail->text, tail->len);
    }
    return out;
}

void ml_form_metalink_answer(ml_response_t *response, const ml_decision_t *d,
                             apr_pool_t *pool)
{
    const ml_cache_t *cache = d->lookup.cache;
    const ml_tail_t *tails = ml_render_tails(&d->lookup, 1, url_end, pool);
    const ml_file_rec *file = d->lookup.details;
    const char *name = ml_text_escape_xml(d->lookup.file, pool);
    apr_size_t name_len = strlen(name);
    char *out =
        ml_render_body(response,
                       HEAD_LEN + LEN(file_start) + name_len + LEN(file_named)
                           + file->detail_n * DETAIL_MAX + LEN(alternates_start)
                           + LEN(alternates_end) + LEN(resources_start)
                           + urls_len(&d->choice, tails) + LEN(resources_end),
                       pool);

    out = copy_head(out, d->lookup.request->now_s);
    out = COPY(out, file_start);
    out = ml_render_copy(out, name, name_len);
    out = COPY(out, file_named);
    out = copy_details(out, cache, file);
    out = COPY(out, resources_start);
    out = copy_urls(out, cache, &d->choice, tails);
    out = COPY(out, resources_end);
    response->body_len = (apr_size_t)(out - response->body);
}

/* --- no file -------------------------------------------------------------- */

/* A document without a file, whose comment says why. */
void ml_form_metalink_refusal(ml_response_t *response, const ml_decision_t *d,
                              apr_pool_t *pool)
{
    static const char comment_start[] = "<!-- ";
    static const char comment_end[] = "-->\n</metalink>\n";
    const char *text = ml_comment_refusal(&d->lookup, pool);
    const char *where = ml_comment_where_listed(&d->lookup);
    apr_size_t len = strlen(text);
    char *out;

    text = ml_text_split_dashes(text, &len, pool);
    out = ml_render_body(response,
                         HEAD_LEN + LEN(comment_start) + len + strlen(where)
                             + LEN(comment_end),
                         pool);
    out = copy_head(out, d->lookup.request->now_s);
    out = ml_render_copy(out, comment_start, LEN(comment_start));
    out = ml_render_copy(out, text, len);
    out = ml_render_copy(out, where, strlen(where));
    ml_render_copy(out, comment_end, LEN(comment_end));
}
