/* SPDX-License-Identifier: Apache-2.0
 *
 * PostgreSQL's binary form of COPY: rows out of bytes as they arrive.  Knows no
 * connection.
 */
#ifndef PGCOPY_H
#define PGCOPY_H

#include "db.h"

typedef struct pgcopy_t pgcopy_t;

/* Rows of the columns that `select` names, each of which goes to `row`. */
pgcopy_t *pgcopy_create(const db_select_t *select, db_row_fn *row, void *baton,
                        apr_pool_t *pool);

/* The next bytes, however they are cut; 0 if they are none of this form. */
int pgcopy_take(pgcopy_t *copy, const char *bytes, apr_size_t len);

/* Whether the end was read, and nothing behind it. */
int pgcopy_is_whole(const pgcopy_t *copy);

#endif
