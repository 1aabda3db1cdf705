/* SPDX-License-Identifier: Apache-2.0
 *
 * SQLite through its C API.  Opened read-only: a path that is not there is an
 * error, not a new database.
 */
#include "db_driver.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <sqlite3.h>

#include "apr_strings.h"

#define BUSY_MS 10000 /* how long a writer's lock is waited for */

typedef struct {
    sqlite3 *connection;
    const char *path;
    apr_pool_t *pool;
} sqlite_t;

static const char *failure(const sqlite_t *s)
{
    return apr_pstrdup(s->pool, sqlite3_errmsg(s->connection));
}

static apr_status_t close_connection(void *s)
{
    sqlite3_close(((sqlite_t *)s)->connection);
    return APR_SUCCESS;
}

static const char *open_file(sqlite_t *s)
{
    struct stat st;
    int rc;

    /* SQLite's own words for all of these are "unable to open". */
    if (stat(s->path, &st) != 0) {
        return apr_pstrcat(s->pool, "cannot be opened: ", strerror(errno),
                           NULL);
    }
    if (!S_ISREG(st.st_mode)) {
        return "this is not a regular file";
    }
    rc = sqlite3_open_v2(s->path, &s->connection,
                         SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    apr_pool_cleanup_register(s->pool, s, close_connection,
                              apr_pool_cleanup_null);
    return rc == SQLITE_OK ? NULL : failure(s);
}

/* The only number of a query: 1 if there was one. */
static int ask_number(const sqlite_t *s, const char *query, const char *table,
                      sqlite3_int64 *number)
{
    sqlite3_stmt *statement;
    int there = 0;

    if (sqlite3_prepare_v2(s->connection, query, -1, &statement, NULL)
        != SQLITE_OK) {
        return 0;
    }
    /* Where the query takes no parameter, this does nothing. */
    sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC);
    if (sqlite3_step(statement) == SQLITE_ROW) {
        *number = sqlite3_column_int64(statement, 0);
        there = 1;
    }
    sqlite3_finalize(statement);
    return there;
}

/* What a file lacks of its last page SQLite reads as zeros, that is, as
 * rows. */
static const char *check_last_page(const sqlite_t *s)
{
    sqlite3_int64 page_size;
    struct stat st;

    if (!ask_number(s, "PRAGMA page_size", NULL, &page_size)) {
        return failure(s);
    }
    return stat(s->path, &st) == 0 && st.st_size % page_size != 0
               ? "the file was cut: its last page is not whole"
               : NULL;
}

static const char *open_sqlite(void **self, const char *url, apr_pool_t *pool)
{
    sqlite_t *s = apr_pcalloc(pool, sizeof(*s));
    const char *failed;

    s->pool = pool;
    s->path = url + sizeof(DB_SQLITE_SCHEME) - 1;
    *self = s;
    failed = open_file(s);
    if (!failed) {
        sqlite3_busy_timeout(s->connection, BUSY_MS);
    }
    return failed;
}

/* Its snapshot covers all tables, whatever becomes of them. */
static const char *begin_sqlite(void *self, const char *const *tables,
                                int table_n)
{
    sqlite_t *s = self;

    /* The snapshot begins with the first read. */
    if (sqlite3_exec(s->connection, "BEGIN; SELECT count(*) FROM sqlite_master",
                     NULL, NULL, NULL)
        != SQLITE_OK) {
        return failure(s);
    }
    return check_last_page(s);
}

static void read_text(db_value_t *value, sqlite3_stmt *statement, int i)
{
    /* A number in a text column reads as its digits, a blob as its bytes. */
    value->text = sqlite3_column_type(statement, i) == SQLITE_BLOB
                      ? sqlite3_column_blob(statement, i)
                      : (const char *)sqlite3_column_text(statement, i);
    value->len = (apr_size_t)sqlite3_column_bytes(statement, i);
    value->text = value->text ? value->text : ""; /* an empty blob */
}

static void read_value(db_value_t *value, sqlite3_stmt *statement, int i,
                       db_type_e type)
{
    int stored = sqlite3_column_type(statement, i);

    memset(value, 0, sizeof(*value));
    if (stored == SQLITE_NULL) {
        value->state = DB_NULL;
    }
    else if (type == DB_TEXT) {
        read_text(value, statement, i);
    }
    else if (stored == SQLITE_INTEGER) {
        value->number = sqlite3_column_int64(statement, i);
        if (type == DB_BOOL && value->number != 0 && value->number != 1) {
            value->state = DB_BAD;
        }
    }
    else {
        value->state = DB_BAD;
    }
}

static const char *select_sqlite(void *self, const db_select_t *select,
                                 db_row_fn *row, void *baton)
{
    sqlite_t *s = self;
    db_value_t *values =
        apr_palloc(s->pool, (apr_size_t)select->column_n * sizeof(*values));
    sqlite3_stmt *statement;
    int rc, i;

    if (sqlite3_prepare_v2(s->connection,
                           db_select_text(select, "", " = 1", s->pool), -1,
                           &statement, NULL)
        != SQLITE_OK) {
        return failure(s);
    }
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
        for (i = 0; i < select->column_n; i++) {
            read_value(&values[i], statement, i, select->columns[i].type);
        }
        row(baton, values);
    }
    sqlite3_finalize(statement);
    return rc == SQLITE_DONE ? NULL : failure(s);
}

static const char *has_table_sqlite(void *self, const char *table, int *found)
{
    sqlite3_int64 n;

    if (!ask_number(self,
                    "SELECT count(*) FROM sqlite_master"
                    " WHERE type IN ('table', 'view') AND name = ?",
                    table, &n)) {
        return failure(self);
    }
    *found = n > 0;
    return NULL;
}

/* Rows are rarely deleted, and counting them would read them all. */
static apr_uint64_t estimate_sqlite(void *self, const char *table)
{
    sqlite_t *s = self;
    sqlite3_int64 n = 0;

    ask_number(s, apr_pstrcat(s->pool, "SELECT max(rowid) FROM ", table, NULL),
               table, &n);
    return n > 0 ? (apr_uint64_t)n : 0;
}

const db_driver_t db_sqlite = {open_sqlite, begin_sqlite, select_sqlite,
                               has_table_sqlite, estimate_sqlite};
