/* SPDX-License-Identifier: Apache-2.0
 *
 * SQLite through its C API.  Opened read-only: a path that is not there is an
 * error, not a new database.
 */
#include "db_driver.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "apr_strings.h"

#include "ml_text.h"

#define BUSY_MS 10000 /* how long a writer's lock is waited for */

#define WAL 2      /* in the header, what a reader has to know */
#define WAL_OFF 19 /* and where */

typedef struct {
    sqlite3 *connection;
    const char *path;
    int is_wal;
    apr_pool_t *pool;
} sqlite_t;

/* --- values -------------------------------------------------------------- */

/* A number in a text column reads as its digits, a blob as its bytes. */
static void read_text(db_value_t *value, sqlite3_value *stored)
{
    value->text = sqlite3_value_type(stored) == SQLITE_BLOB
                      ? sqlite3_value_blob(stored)
                      : (const char *)sqlite3_value_text(stored);
    value->len = (apr_size_t)sqlite3_value_bytes(stored);
    value->text = value->text ? value->text : ""; /* an empty blob */
}

/* Rounded half to even, as PostgreSQL rounds what it keeps as a whole. */
static db_state_e whole(apr_int64_t *number, double real)
{
    real = rint(real);
    if (!(real >= -0x1p63 && real < 0x1p63)) {
        return DB_BAD;
    }
    *number = (apr_int64_t)real;
    return DB_VALUE;
}

static db_state_e parse_number(apr_int64_t *number, const char *text,
                               apr_size_t len)
{
    char digits[64], *end;
    double real;

    ml_text_trim(&text, &len);
    if (len == 0) {
        return DB_NULL;
    }
    if (len >= sizeof(digits)) {
        return DB_BAD;
    }
    memcpy(digits, text, len);
    digits[len] = '\0';
    errno = 0;
    *number = strtoll(digits, &end, 10);
    if (end == digits + len && errno == 0) {
        return DB_VALUE; /* exact, whatever its size */
    }
    real = strtod(digits, &end);
    return end == digits + len && !digits[strspn(digits, "+-.0123456789eE")]
               ? whole(number, real)
               : DB_BAD;
}

/* SQLite keeps what a program wrote, whatever the column's type says. */
static db_state_e read_number(apr_int64_t *number, sqlite3_value *stored)
{
    db_value_t text;

    switch (sqlite3_value_type(stored)) {
    case SQLITE_NULL:
        return DB_NULL;
    case SQLITE_INTEGER:
        *number = sqlite3_value_int64(stored);
        return DB_VALUE;
    case SQLITE_FLOAT:
        return whole(number, sqlite3_value_double(stored));
    default:
        read_text(&text, stored);
        return parse_number(number, text.text, text.len);
    }
}

static void read_value(db_value_t *value, sqlite3_value *stored, db_type_e type)
{
    memset(value, 0, sizeof(*value));
    if (type != DB_TEXT) {
        value->state = read_number(&value->number, stored);
        if (type == DB_BOOL && value->number != 0 && value->number != 1) {
            value->state = DB_BAD;
        }
    }
    else if (sqlite3_value_type(stored) == SQLITE_NULL) {
        value->state = DB_NULL;
    }
    else {
        read_text(value, stored);
    }
}

/* The same as a function of SQL, for an order of numbers that texts hold. */
static void sql_whole(sqlite3_context *context, int n, sqlite3_value **values)
{
    apr_int64_t number;

    if (read_number(&number, values[0]) == DB_VALUE) {
        sqlite3_result_int64(context, number);
    }
}

/* --- the file ------------------------------------------------------------ */

/* SQLite's own words, but where it "cannot open" or "attempts to write" what
 * nobody has asked it to. */
static const char *failure(const sqlite_t *s)
{
    const char *journal = apr_pstrcat(s->pool, s->path, "-journal", NULL);
    int code = sqlite3_errcode(s->connection);
    int is_odd = code == SQLITE_READONLY || code == SQLITE_CANTOPEN;

    if (is_odd && s->is_wal) {
        return apr_psprintf(
            s->pool,
            "it is in WAL mode, and this account can neither use nor make its "
            "-wal and -shm files: run as the account that writes it, or read a "
            "copy (sqlite3 %s '.backup COPY')",
            s->path);
    }
    if (is_odd && access(journal, F_OK) == 0) {
        return apr_psprintf(
            s->pool,
            "a writer that was killed left %s behind: an account "
            "that may write has to open the database once",
            journal);
    }
    return apr_pstrdup(s->pool, sqlite3_errmsg(s->connection));
}

static apr_status_t close_connection(void *s)
{
    sqlite3_close(((sqlite_t *)s)->connection);
    return APR_SUCCESS;
}

/* SQLite's own words for all that is refused here are "unable to open". */
static const char *look_at_file(sqlite_t *s)
{
    int fd = open(s->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    unsigned char format = 0;
    struct stat st;
    int is_file;

    if (fd < 0) {
        return apr_pstrcat(s->pool, "cannot be opened: ", strerror(errno),
                           NULL);
    }
    is_file = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    s->is_wal = pread(fd, &format, 1, WAL_OFF) == 1 && format == WAL;
    close(fd);
    return is_file ? NULL : "this is not a regular file";
}

static const char *open_file(sqlite_t *s)
{
    const char *failed = look_at_file(s);
    int rc;

    if (failed) {
        return failed;
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
               ? "the file is truncated: its last page is incomplete"
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
    if (failed) {
        return failed;
    }
    sqlite3_busy_timeout(s->connection, BUSY_MS);
    return sqlite3_create_function(s->connection, "whole", 1,
                                   SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                                   sql_whole, NULL, NULL)
                   == SQLITE_OK
               ? NULL
               : failure(s);
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

/* --- a table -------------------------------------------------------------- */

/* The statement, with the column that must be true as its last one. */
static int prepare(const sqlite_t *s, sqlite3_stmt **statement,
                   const db_select_t *select)
{
    apr_size_t n = (apr_size_t)select->column_n;
    db_column_t *columns = apr_palloc(s->pool, (n + 1) * sizeof(*columns));
    db_select_t all = *select;

    memcpy(columns, select->columns, n * sizeof(*columns));
    all.columns = columns;
    if (select->true_column) {
        columns[n] = (db_column_t){select->true_column, DB_BOOL};
        all.column_n++;
        all.true_column = NULL;
    }
    return sqlite3_prepare_v2(s->connection,
                              db_select_text(&all, "", "whole", s->pool), -1,
                              statement, NULL)
           == SQLITE_OK;
}

static const char *select_sqlite(void *self, const db_select_t *select,
                                 db_row_fn *row, void *baton)
{
    sqlite_t *s = self;
    db_value_t *values =
        apr_palloc(s->pool, (apr_size_t)select->column_n * sizeof(*values));
    db_value_t truth = {DB_VALUE, 1, NULL, 0};
    sqlite3_stmt *statement;
    int rc, i;

    if (!prepare(s, &statement, select)) {
        return failure(s);
    }
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
        for (i = 0; i < select->column_n; i++) {
            read_value(&values[i], sqlite3_column_value(statement, i),
                       select->columns[i].type);
        }
        if (select->true_column) {
            read_value(&truth, sqlite3_column_value(statement, i), DB_BOOL);
        }
        if (truth.state == DB_VALUE && truth.number) {
            row(baton, values);
        }
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

/* `table` is a name of this program's own. */
static const char *has_column_sqlite(void *self, const char *table,
                                     const char *column, int *found)
{
    sqlite_t *s = self;
    sqlite3_int64 n;

    if (!ask_number(s,
                    apr_pstrcat(s->pool,
                                "SELECT count(*) FROM pragma_table_info('",
                                table, "') WHERE name = ?", NULL),
                    column, &n)) {
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

const db_driver_t db_sqlite = {open_sqlite,       begin_sqlite,
                               select_sqlite,     has_table_sqlite,
                               has_column_sqlite, estimate_sqlite};
