/* SPDX-License-Identifier: Apache-2.0
 *
 * The query string of a request: its form, its spelling, its lists.
 */
#ifndef ML_QUERY_H
#define ML_QUERY_H

#include "apr_pools.h"

#include "ml_refusal.h"

/* Decoded once, trimmed of blanks, last duplicate; NULL: absent.  The values
 * are UTF-8 without control bytes, so a NUL ends them. */
typedef struct {
    const char *path;
    const char *repo;
    const char *arch;
    const char *country;         /* or `cc`; NULL also if no item is left */
    const char *exclude_country; /* likewise */
    const char *fallback;
    const char *limit; /* this and the next: NULL also if empty */
    const char *ip;
    const char *ipv;
    const char *format;
    const char *protocol;
    const char *version;
    const char *netblock;
    const char *location;
    const char *host;     /* of mirrorlist-explain alone */
    const char *endpoint; /* likewise */
    int redirect;
    int time;
} ml_query_t;

#define ML_QUERY_PIECES_MAX 64
#define ML_QUERY_VALUE_MAX 2048 /* bytes of a name or a value, decoded */

/* Reads the part after the `?`, or NULL.  ML_REFUSAL_NONE, or the first reason
 * for which the whole query is refused; `*query` then has what could be read,
 * so that the refusal can have the form that was asked for. */
ml_refusal_e ml_query_parse(ml_query_t *query, const char *args,
                            apr_pool_t *pool);

/* What is asked with `args`, byte for byte, without the parameters `host`,
 * `endpoint` and `format`, which are of the explanation: those alone are in
 * `*explanation`.  Both live in `pool`; "" without any. */
const char *ml_query_question(const char **explanation, const char *args,
                              apr_pool_t *pool);

/* Whether nobody is wanted who was not asked for. */
int ml_query_no_fallback(const ml_query_t *query);

/* The next item of a comma list, trimmed, empty ones left out; `*rest` moves
 * behind it.  NULL at the end.  Not NUL-terminated. */
const char *ml_query_item(const char **rest, apr_size_t *len);

#endif
