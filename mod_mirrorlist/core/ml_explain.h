/* SPDX-License-Identifier: Apache-2.0
 *
 * Why an answer is the one it is: what became of each host that has a category
 * of the directory.  What was looked up and chosen is the answer's own; here it
 * is only looked at.
 */
#ifndef ML_EXPLAIN_H
#define ML_EXPLAIN_H

#include "ml_answer.h"
#include "ml_render.h"

/* X(id, name, sentence, say): what is said of a host.  `name` is for machines,
 * `sentence`, or where that is NULL what say() makes of the case, for people:
 * without an end. */
#define ML_WHYS(X)                                                             \
    X(LISTED, NULL, NULL, say_listed)                                          \
    /* Carries the directory, and a pool has taken it: */                      \
    X(SCHEMES, "schemes", NULL, say_schemes)                                   \
    X(FAMILY, "family", NULL, say_family)                                      \
    X(PROTOCOL, "protocol", NULL, say_protocol)                                \
    X(ENDPOINT, "endpoint", NULL, say_endpoint)                                \
    X(REDIRECT, "redirect", "a redirect goes to the first host only", NULL)    \
    X(LIMIT, "limit", NULL, say_limit)                                         \
    X(MAXIMUM, "maximum", NULL, say_maximum)                                   \
    /* Carries the directory, but no pool has taken it: */                     \
    X(EXCLUDED, "excluded", NULL, say_excluded)                                \
    X(CAPTIVE, "captive",                                                      \
      "captive: a host with a netblock around the client wants it to get "     \
      "nobody else",                                                           \
      NULL)                                                                    \
    X(PRIVATE, "private", NULL, say_private)                                   \
    X(COUNTRY_RULE, "country_rule", NULL, say_country_rule)                    \
    X(OTHER_COUNTRIES, "other_countries", NULL, say_other_countries)           \
    X(FALLBACK, "fallback", "fallback=0: it was not asked for", NULL)          \
    X(ENOUGH, "enough_hosts", NULL, say_enough)                                \
    /* Does not carry the directory: */                                        \
    X(INACTIVE, "inactive", NULL, say_inactive)                                \
    X(NO_PUBLIC_URL, "no_public_url", "no public URL for this category", NULL) \
    X(EXCLUSIVE, "exclusive",                                                  \
      "exclusive: the directory is for other hosts only", NULL)                \
    X(NOT_UP_TO_DATE, "not_up_to_date", "not up to date in this directory",    \
      NULL)                                                                    \
    /* Only where it was asked for: */                                         \
    X(NO_CATEGORY, "no_category", NULL, say_no_category)                       \
    X(UNKNOWN, "unknown_host", "there is no such host", NULL)

typedef enum {
#define X(id, name, sentence, say) ML_WHY_##id,
    ML_WHYS(X)
#undef X
        ML_WHY_N
} ml_why_e;

typedef struct {
    ml_why_e why;
    const ml_host_row_rec *row; /* NULL: ML_WHY_UNKNOWN */
    const ml_host_rec *host;    /* NULL: carries nothing */
    apr_uint32_t member;        /* ML_NONE: does not carry the directory */
    ml_pool_e pool;             /* that has taken it; ML_POOL_NONE: none */
    double share;       /* of the first places among what its pool has to show;
                           below 0: chance does not weigh it */
    apr_uint32_t place; /* in the answer, from 1; 0: not in it */
    int always_up2date; /* carries the directory whatever a crawler saw */
    const ml_shown_t *shown;
    apr_uint32_t shown_n; /* URLs */
} ml_verdict_t;

typedef struct {
    const char *target; /* the request as it was given */
    const char *name;   /* of the host that was asked for; NULL: none was */
    ml_decision_t d;
    ml_response_t response;
    const ml_tail_t *tails; /* of the URLs, unless it was refused */
    /* Of the hosts with a category of the directory: those that were taken, in
     * the order of the pools, then the others by id. */
    const ml_verdict_t *verdicts;
    apr_uint32_t verdict_n;
    /* Of the hosts that have the name, by id; one without a row if none has. */
    const ml_verdict_t *named;
    apr_uint32_t named_n;
} ml_explanation_t;

/* `name` is a host's name or the host part of one of its URLs, in any case of
 * letters, or its id; NULL: all hosts are of interest.  `request` must live as
 * long as the explanation, which lives in `pool`. */
void ml_explain(ml_explanation_t *explanation, const ml_cache_t *cache,
                const ml_request_t *request, const char *target,
                const char *name, apr_pool_t *pool);

/* In ml_explain_answer.c, the whole of mirrorlist-explain: like ml_answer(),
 * but the answer that it explains is that of the endpoint and for the query
 * that stand in the request's.  It has no facts and no kind. */
void ml_explain_answer(ml_response_t *response, const ml_cache_t *cache,
                       const ml_request_t *request, apr_pool_t *pool);

/* In ml_explain_text.c and ml_explain_json.c: all hosts, or the named ones
 * alone.  Both end in a newline. */
void ml_explain_text(ml_page_t *page, const ml_explanation_t *explanation);
void ml_explain_json(ml_page_t *page, const ml_explanation_t *explanation);

/* In ml_explain_html.c: all hosts, and what is asked of the named ones first.
 */
void ml_explain_html(ml_page_t *page, const ml_explanation_t *explanation);

/* --- in ml_explain_verdicts.c ----------------------------------------------
 */

/* Fills the verdicts of an explanation that was not refused. */
void ml_explain_hosts(ml_explanation_t *explanation, apr_pool_t *pool);

/* --- in ml_explain_words.c and ml_explain_pools.c: texts, in `pool` --------
 */

/* "not_up_to_date" ...: the stable name; NULL for ML_WHY_LISTED. */
const char *ml_explain_reason(ml_why_e why);

/* The reason as a sentence without its end. */
const char *ml_explain_verdict(const ml_explanation_t *explanation,
                               const ml_verdict_t *verdict, apr_pool_t *pool);

/* Whether the pool was looked at; the sentence says why, and for whom. */
int ml_explain_pool(const char **sentence, const ml_explanation_t *explanation,
                    ml_pool_e which, apr_pool_t *pool);

/* The first line of a refused request's answer, without its end; NULL: it was
 * not refused. */
const char *ml_explain_refusal(const ml_explanation_t *explanation,
                               apr_pool_t *pool);

/* How many hosts the answer leads to. */
apr_uint32_t ml_explain_host_n(const ml_explanation_t *explanation);

/* Whether the client's address is that of `ip`. */
int ml_explain_is_from_ip(const ml_explanation_t *explanation);

/* "netblock_country", "country_database", or NULL: the country is unknown. */
const char *ml_explain_country_source(const ml_client_t *client);

/* The repository that the one asked for is redirected to, or NULL. */
const char *ml_explain_redirect(const ml_lookup_t *lookup, apr_pool_t *pool);

/* "mirror.example.org", or "host 17" where it has no name. */
const char *ml_explain_host(const ml_explanation_t *explanation,
                            const ml_verdict_t *verdict, apr_pool_t *pool);

/* The URL as the answer shows it. */
const char *ml_explain_url(const ml_explanation_t *explanation,
                           const ml_url_rec *url, apr_pool_t *pool);

/* The code of a country; of the client's continent.  NULL: ML_NONE. */
const char *ml_explain_country(const ml_explanation_t *explanation,
                               apr_uint32_t country_idx, apr_pool_t *pool);
const char *ml_explain_continent(const ml_explanation_t *explanation,
                                 apr_pool_t *pool);

/* "51 N, 10 E", where the client is; and whether the "country_database" says so
 * or it is the middle of its "country".  NULL: not known. */
const char *ml_explain_place(const ml_explanation_t *explanation,
                             apr_pool_t *pool);
const char *ml_explain_place_source(const ml_client_t *client);

/* The schemes that MirrorlistSchemes lets out, with commas. */
const char *ml_explain_schemes(const ml_explanation_t *explanation,
                               apr_pool_t *pool);

/* When the order that the client's network gets ends, seconds since the epoch;
 * 0: each answer has its own.  And which network that is: "192.0.2.0/24". */
apr_int64_t ml_explain_stable_until(const ml_explanation_t *explanation);
const char *ml_explain_stable_network(const ml_explanation_t *explanation,
                                      apr_pool_t *pool);

/* Kilometres from the client to the host; below 0: not known. */
int ml_explain_km(const ml_explanation_t *explanation,
                  const ml_verdict_t *verdict);

/* The weight by which chance draws the host from its pool. */
double ml_explain_weight(const ml_explanation_t *explanation,
                         const ml_verdict_t *verdict);

/* Netblocks of the host that could not be used, a run of the cache; how many.
 */
apr_uint32_t ml_explain_bad_netblocks(const ml_bad_netblock_rec **first,
                                      const ml_explanation_t *explanation,
                                      const ml_verdict_t *verdict);

/* A text of the cache with a NUL. */
const char *ml_explain_copy(const ml_cache_t *cache, ml_text_rec text,
                            apr_pool_t *pool);

#endif
