/* SPDX-License-Identifier: Apache-2.0
 *
 * The hosts and URLs of an answer, in their order, before they are written
 * down; and how they came to be chosen.
 */
#ifndef ML_LIST_H
#define ML_LIST_H

#include "ml_ask.h"
#include "ml_select.h"
#include "ml_wish.h"

/* A URL to show. */
typedef struct {
    const ml_url_rec *url;
    apr_uint32_t host_n; /* the host's position in the answer, from 0 */
    apr_uint32_t member; /* which host that is */
} ml_shown_t;

typedef struct {
    const ml_shown_t *shown;
    apr_uint32_t n;
    apr_uint32_t host_n;
    const ml_text_rec *subpaths; /* of the directory, escaped */
    apr_uint32_t subpath_n;
    const char *file; /* escaped; "": the directory itself */
} ml_urls_t;

typedef struct {
    ml_countries_t countries; /* asked for */
    ml_protocols_t protocols; /* asked for, and shown by this endpoint */
    ml_select_t select;
    ml_selection_t selection;
    ml_urls_t urls;
    apr_uint32_t host_max; /* hosts that are shown at most */
    ml_pool_e pool;        /* of the first host shown; ML_POOL_N: none is */
} ml_list_t;

/* For a request that was not refused.  Everything in `*list` lives in `pool`,
 * in the cache or in `*asked`. */
void ml_list(ml_list_t *list, const ml_asked_t *asked, apr_pool_t *pool);

#endif
