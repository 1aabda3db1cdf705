/* SPDX-License-Identifier: Apache-2.0
 *
 * A source of rows: PostgreSQL or SQLite behind one interface.  A database is
 * opened once and read in one read-only snapshot, a table at a time, each row
 * handed over as it arrives; no result is ever held in memory.
 *
 * Functions that can fail return NULL or a sentence in the database's pool
 * that names the database (never its password) and the table.
 */
#ifndef DB_H
#define DB_H

#include "apr_pools.h"

typedef struct db_t db_t;

typedef enum { DB_INT, DB_BOOL, DB_TEXT } db_type_e;

typedef struct {
    const char *name;
    db_type_e type;
} db_column_t;

typedef enum {
    DB_VALUE,
    DB_NULL,
    DB_BAD /* not of the column's type: SQLite stores anything anywhere */
} db_state_e;

/* Valid until the row's callback returns, which may change it. */
typedef struct {
    db_state_e state;
    apr_int64_t number; /* INT; BOOL: 0 or 1 */
    const char *text;   /* TEXT: as stored, any bytes, no NUL added */
    apr_size_t len;
} db_value_t;

typedef struct {
    const char *table;
    const db_column_t *columns;
    int column_n;
    const char *true_column; /* only rows where this is true; NULL: all */
    const char *order;       /* a column, ascending; NULL: any order */
} db_select_t;

typedef void db_row_fn(void *baton, db_value_t *values);

/* `url`: postgresql://, postgres:// or sqlite:PATH. */
const char *db_open(db_t **db, const char *url, apr_pool_t *pool);

/* The snapshot begins.  `tables` are those that will be read: until it ends,
 * none of them can be emptied, changed or dropped.  One that is not there is
 * no error yet. */
const char *db_begin(db_t *db, const char *const *tables, int table_n);

/* Hands every row to `row`.  A result that ends early is an error. */
const char *db_select(db_t *db, const db_select_t *select, db_row_fn *row,
                      void *baton);

/* Whether there is such a table in the snapshot. */
const char *db_has_table(db_t *db, const char *table, int *found);

/* Whether a table that is there has such a column. */
const char *db_has_column(db_t *db, const char *table, const char *column,
                          int *found);

/* About how many rows the table has, 0 if that is not known cheaply. */
apr_uint64_t db_estimate(db_t *db, const char *table);

/* Ends the snapshot and the connection; also done by the pool's cleanup. */
void db_close(db_t *db);

#endif
