/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of an explanation's page share.
 */
#ifndef ML_EXPLAIN_HTML_H
#define ML_EXPLAIN_HTML_H

#include "ml_explain.h"
#include "ml_form_html.h"

typedef struct {
    ml_html_t html;
    const ml_explanation_t *e;
    const char *link; /* the same question about a host whose name follows */
} ml_explain_page_t;

/* "listed as number 3 of 9", or the reason why it is not, with its host. */
void ml_explain_html_sentence(ml_explain_page_t *page,
                              const ml_verdict_t *verdict);

/* The hosts that were asked for, each with all that is known of it. */
void ml_explain_html_named(ml_explain_page_t *page);

/* All hosts: pool by pool, then the others by reason. */
void ml_explain_html_pools(ml_explain_page_t *page);
void ml_explain_html_others(ml_explain_page_t *page);

#endif
