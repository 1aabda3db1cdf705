/* SPDX-License-Identifier: Apache-2.0
 *
 * The second stage of an answer: the hosts and URLs to show, in their order,
 * before they are written down; and how they came to be chosen.
 */
#ifndef ML_CHOOSE_H
#define ML_CHOOSE_H

#include "ml_codes.h"
#include "ml_lookup.h"
#include "ml_select.h"

/* Hosts in a redirect: the one it leads to, and others for its Link fields. */
#define ML_REDIRECT_HOSTS 5

/* A URL to show. */
typedef struct {
    const ml_url_rec *url;
    apr_uint32_t host;  /* the host's position in the answer, from 0 */
    apr_uint32_t order; /* which host that is, in selection.members */
} ml_shown_t;

typedef struct {
    ml_codes_t countries; /* asked for */
    ml_codes_t excluded;  /* likewise */
    ml_codes_t protocols; /* likewise */
    /* By scheme: 1 if URLs of public hosts may have it; NULL: all may. */
    const unsigned char *allowed;
    ml_select_t select;
    ml_selection_t selection;
    ml_filter_t shown_filter; /* what this endpoint shows of the accepted */
    apr_uint32_t url_max;     /* URLs that are shown of a host at most */
    apr_uint32_t host_max;    /* hosts that are shown at most */
    const ml_shown_t *shown;
    apr_uint32_t shown_n;
    apr_uint32_t host_n;
    ml_pool_e pool; /* of the first host shown; ML_POOL_NONE: none is */
} ml_choice_t;

/* For a request that was not refused.  Everything in `*choice` lives in
 * `pool`, in the cache or in `*lookup`. */
void ml_choose(ml_choice_t *choice, const ml_lookup_t *lookup,
               apr_pool_t *pool);

/* The pool that has taken the host of a URL. */
ml_pool_e ml_choice_pool(const ml_choice_t *choice, const ml_shown_t *shown);

/* The weight of the host at a place of the selection. */
double ml_choice_weight(const ml_choice_t *choice, const ml_cache_t *cache,
                        apr_uint32_t order);

/* The host of a URL. */
const ml_host_rec *ml_choice_host(const ml_choice_t *choice,
                                  const ml_cache_t *cache,
                                  const ml_shown_t *shown);

#endif
