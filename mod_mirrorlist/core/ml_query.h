/* SPDX-License-Identifier: Apache-2.0
 *
 * The query string of a request: its form, its spelling, its lists.
 */
#ifndef ML_QUERY_H
#define ML_QUERY_H

#include "apr_pools.h"

/* Decoded once, trimmed of blanks, last duplicate; NULL: absent.  The values
 * are UTF-8 without control bytes, so a NUL ends them. */
typedef struct {
    const char *path;
    const char *repo;
    const char *arch;
    const char *country; /* or `cc`; NULL also if no item is left */
    const char *ip;      /* NULL also if empty */
    const char *netblock;
    const char *protocol; /* NULL also if empty */
    const char *location;
    const char *version; /* NULL also if empty */
    int redirect;
    int time;
} ml_query_t;

#define ML_QUERY_PIECES_MAX 64
#define ML_QUERY_VALUE_MAX 2048 /* bytes of a name or a value, decoded */

/* Reads the part after the `?`, or NULL.  NULL, or why the whole query is
 * refused: a constant sentence. */
const char *ml_query_parse(ml_query_t *query, const char *args,
                           apr_pool_t *pool);

/* The next item of a comma list, trimmed, empty ones left out; `*rest` moves
 * behind it.  NULL at the end.  Not NUL-terminated. */
const char *ml_query_item(const char **rest, apr_size_t *len);

#endif
