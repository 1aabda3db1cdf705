/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the page share.
 */
#ifndef ML_FORM_HTML_H
#define ML_FORM_HTML_H

#include "ml_render.h"

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

/* In words: which pool that is, for this client, and why it holds whom. */
void ml_html_pool(ml_html_t *html, ml_pool_e pool);
void ml_html_reason(ml_html_t *html, ml_pool_e pool);

/* The parts. */
void ml_html_heading(ml_html_t *html);
void ml_html_facts(ml_html_t *html);
void ml_html_first(ml_html_t *html);
void ml_html_mirrors(ml_html_t *html);
int ml_html_has_map(const ml_html_t *html);
void ml_html_map(ml_html_t *html);
void ml_html_file(ml_html_t *html);
void ml_html_ask(ml_html_t *html);
void ml_html_ask_anything(ml_html_t *html);

#endif
