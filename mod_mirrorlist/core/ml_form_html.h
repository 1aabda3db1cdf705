/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the page share.
 */
#ifndef ML_FORM_HTML_H
#define ML_FORM_HTML_H

#include "ml_render.h"

/* Should a text slip through unescaped, it still could do nothing. */
#define ML_HTML_POLICY                                               \
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; " \
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/* A mirror in the answer. */
typedef struct {
    const ml_host_rec *host;
    const ml_shown_t *shown; /* the first of its URLs */
    apr_uint32_t url_n;
    ml_pool_e pool;
    double share; /* of the first place in its pool; below 0: not weighted */
} ml_html_mirror_t;

/* A page under construction. */
typedef struct {
    ml_page_t page;
    const ml_lookup_t *lookup;
    const ml_choice_t *choice;       /* NULL: it was refused */
    const ml_cache_t *cache;         /* NULL: none */
    const ml_html_mirror_t *mirrors; /* in their order */
    apr_uint32_t mirror_n;
    apr_pool_t *pool;
} ml_html_t;

/* A document up to its styles, and the land of the map as a path of SVG. */
extern const char ml_html_head[];
extern const char ml_html_coast[];

/* Markup: nothing is escaped. */
void ml_html_puts(ml_html_t *html, const char *markup);
void ml_html_printf(ml_html_t *html, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Texts from anywhere, escaped. */
void ml_html_text(ml_html_t *html, const char *text);
void ml_html_label(ml_html_t *html, ml_text_rec text);
void ml_html_name(ml_html_t *html, const ml_host_rec *host);

/* The name, or else the code, escaped.  A country may be ML_NONE: nothing. */
void ml_html_country(ml_html_t *html, apr_uint32_t country_idx);
void ml_html_continent(ml_html_t *html, apr_uint32_t continent_idx);

/* After some markup "412 km", or "near": places are whole degrees.  Nothing
 * where one is not known. */
void ml_html_distance(ml_html_t *html, const ml_host_rec *host,
                      const char *before);

/* "34.0 %" of the first places. */
void ml_html_share(ml_html_t *html, double share);

/* A URL to show, as a link where it is one for people; the whole of it, or its
 * scheme. */
void ml_html_url(ml_html_t *html, const ml_url_rec *url, const ml_tail_t *tails,
                 int whole);

/* A field of a form with its label and, in `more`, other attributes. */
void ml_html_field(ml_html_t *html, const char *label, const char *name,
                   const char *value, const char *more);

/* The first line of a refusal without its signs, not escaped. */
const char *ml_html_refusal(const ml_lookup_t *lookup, apr_pool_t *pool);

/* In words: which pool that is, for this client, and why it holds whom. */
void ml_html_pool(ml_html_t *html, ml_pool_e pool);
void ml_html_reason(ml_html_t *html, ml_pool_e pool);

/* The parts. */
void ml_html_heading(ml_html_t *html);
void ml_html_facts(ml_html_t *html);
void ml_html_wishes(ml_html_t *html, const char *title);
void ml_html_data(ml_html_t *html);
void ml_html_first(ml_html_t *html);
void ml_html_mirrors(ml_html_t *html);
int ml_html_has_map(const ml_html_t *html);
void ml_html_map(ml_html_t *html);
void ml_html_file(ml_html_t *html);
void ml_html_ask(ml_html_t *html);
void ml_html_ask_anything(ml_html_t *html);

#endif
