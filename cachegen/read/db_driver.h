/* SPDX-License-Identifier: Apache-2.0
 *
 * What a back end provides; db.h says what each function promises.  Failures
 * are sentences without the database's name, which db.c puts before them.
 */
#ifndef DB_DRIVER_H
#define DB_DRIVER_H

#include "db.h"

typedef struct {
    /* `*self` is closed by a cleanup of `pool`. */
    const char *(*open)(void **self, const char *url, apr_pool_t *pool);
    const char *(*begin)(void *self, const char *const *tables, int table_n);
    const char *(*select)(void *self, const db_select_t *select, db_row_fn *row,
                          void *baton);
    const char *(*has_table)(void *self, const char *table, int *found);
    const char *(*has_column)(void *self, const char *table, const char *column,
                              int *found);
    apr_uint64_t (*estimate)(void *self, const char *table);
} db_driver_t;

extern const db_driver_t db_pgsql;
extern const db_driver_t db_sqlite;

#define DB_SQLITE_SCHEME "sqlite:"

/* "SELECT columns FROM table WHERE .. ORDER BY ..": the same for both, but
 * for what each of them appends to text columns, and for the function that
 * makes an order of the column for it. */
const char *db_select_text(const db_select_t *select, const char *as_text,
                           const char *as_order, apr_pool_t *pool);

#endif
