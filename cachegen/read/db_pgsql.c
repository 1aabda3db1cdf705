/* SPDX-License-Identifier: Apache-2.0
 *
 * PostgreSQL through libpq: each table is a COPY in binary form, a stream
 * whose end is only believed together with the command's final result.
 */
#include "db_driver.h"

#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "apr_strings.h"

#include "ml_text.h"
#include "pgcopy.h"

/* Ends a run that would wait forever, unless the role or the environment has
 * a limit of its own. */
#define STATEMENT_TIMEOUT "'900s'"
#define LOCK_TIMEOUT "'60s'"
#define CONNECT_TIMEOUT_S "30"
#define TRIES 10 /* to begin between those who write tables anew */

/* Oids of pg_type.dat that never change. */
enum { OID_BOOL = 16, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23 };

typedef struct {
    PGconn *connection;
    apr_pool_t *pool;
} pgsql_t;

/* A message of libpq is several lines with hints. */
static const char *first_line(const pgsql_t *p, const char *message)
{
    return ml_text_copy(message, strcspn(message, "\n"), p->pool);
}

static const char *failure(const pgsql_t *p, const PGresult *result)
{
    const char *primary =
        result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;

    return first_line(p, primary ? primary : PQerrorMessage(p->connection));
}

static apr_status_t close_connection(void *p)
{
    PQfinish(((pgsql_t *)p)->connection);
    return APR_SUCCESS;
}

static const char *run(const pgsql_t *p, const char *command)
{
    PGresult *result = PQexec(p->connection, command);
    ExecStatusType status = PQresultStatus(result);
    const char *failed = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK
                             ? NULL
                             : failure(p, result);

    PQclear(result);
    return failed;
}

/* --- the connection ------------------------------------------------------- */

/* Whether libpq has taken a part of the password for the host or the port,
 * which its messages show: an @ or / in a password has to be encoded. */
static int shows_password(const PQconninfoOption *option)
{
    for (; option->keyword; option++) {
        const char *value = option->val ? option->val : "", *at;

        if (!strcmp(option->keyword, "port")
            && value[strspn(value, "0123456789,")]) {
            return 1;
        }
        at = strcmp(option->keyword, "host") ? NULL : strchr(value, '@');
        if (at && at != value && at[-1] != ',') { /* "@name" is a socket */
            return 1;
        }
    }
    return 0;
}

static const char *connect_pgsql(pgsql_t *p, const char *url)
{
    /* What stands before dbname, the URL overrides. */
    const char *keywords[] = {"fallback_application_name", "keepalives_idle",
                              "keepalives_interval",       "dbname",
                              "connect_timeout",           NULL};
    const char *values[] = {"mirrorlist-cachegen", "60", "10", url,
                            CONNECT_TIMEOUT_S,     NULL};
    PQconninfoOption *parsed = PQconninfoParse(url, NULL);
    int readable = parsed && !shows_password(parsed);

    PQconninfoFree(parsed);
    if (!readable) {
        /* Its own words show the password. */
        return "libpq cannot read this URL (in a password write %40 for @, %2F "
               "for / ...)";
    }
    if (getenv("PGCONNECT_TIMEOUT") || strstr(url, "connect_timeout=")) {
        keywords[4] = NULL;
    }
    p->connection = PQconnectdbParams(keywords, values, 1);
    apr_pool_cleanup_register(p->pool, p, close_connection,
                              apr_pool_cleanup_null);
    return PQstatus(p->connection) == CONNECTION_OK
               ? NULL
               : first_line(p, PQerrorMessage(p->connection));
}

/* UTF-8 comes as it is stored, as do the bytes of a database that knows no
 * encoding: asked to convert, the server would stop at the first that are not
 * UTF-8, and one row shall not end a run. */
static const char *choose_encoding(const pgsql_t *p)
{
    const char *server = PQparameterStatus(p->connection, "server_encoding");
    int as_stored =
        server && (!strcmp(server, "UTF8") || !strcmp(server, "SQL_ASCII"));

    return PQsetClientEncoding(p->connection, as_stored ? "SQL_ASCII" : "UTF8")
               ? first_line(p, PQerrorMessage(p->connection))
               : NULL;
}

static void ignore_notice(void *baton, const char *message)
{
}

static const char *open_pgsql(void **self, const char *url, apr_pool_t *pool)
{
    static const char limits[] =
        "SELECT set_config(name, wanted, false) FROM (VALUES"
        " ('statement_timeout', " STATEMENT_TIMEOUT "),"
        " ('lock_timeout', " LOCK_TIMEOUT ")) AS v(name, wanted)"
        " WHERE current_setting(name) = '0'";
    pgsql_t *p = apr_pcalloc(pool, sizeof(*p));
    const char *failed;

    p->pool = pool;
    *self = p;
    failed = connect_pgsql(p, url);
    if (!failed) {
        PQsetNoticeProcessor(p->connection, ignore_notice, NULL);
        failed = choose_encoding(p);
    }
    if (!failed) {
        failed = run(p, limits);
    }
    return failed;
}

/* --- questions about a table ---------------------------------------------- */

/* The first field of the answer to a query, whose parameter is the table if
 * one is given; or NULL. */
static const char *ask(const pgsql_t *p, const char *query, const char *table,
                       const char **failed)
{
    PGresult *result = PQexecParams(p->connection, query, table ? 1 : 0, NULL,
                                    &table, NULL, NULL, 0);
    const char *answer = NULL;

    *failed = NULL;
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        *failed = failure(p, result);
    }
    else if (PQntuples(result) > 0) {
        answer = apr_pstrdup(p->pool, PQgetvalue(result, 0, 0));
    }
    PQclear(result);
    return answer;
}

/* In the snapshot: one that is made later would seem to have no rows. */
static const char *has_table_pgsql(void *self, const char *table, int *found)
{
    const char *failed;
    const char *answer = ask(self,
                             "SELECT true FROM pg_class "
                             "WHERE oid = to_regclass($1)",
                             table, &failed);

    *found = answer && *answer == 't';
    return failed;
}

/* `table` is a name of this program's own. */
static const char *has_column_pgsql(void *self, const char *table,
                                    const char *column, int *found)
{
    pgsql_t *p = self;
    const char *failed;
    const char *answer =
        ask(self,
            apr_pstrcat(p->pool,
                        "SELECT true FROM pg_attribute WHERE NOT attisdropped "
                        "AND attrelid = to_regclass('",
                        table, "') AND attname = $1", NULL),
            column, &failed);

    *found = answer && *answer == 't';
    return failed;
}

static apr_uint64_t estimate_pgsql(void *self, const char *table)
{
    const char *failed;
    const char *answer = ask(self,
                             "SELECT greatest(reltuples, 0)::bigint FROM "
                             "pg_class WHERE oid = to_regclass($1)",
                             table, &failed);

    return answer ? (apr_uint64_t)apr_atoi64(answer) : 0;
}

/* --- a table -------------------------------------------------------------- */

static int is_of_type(Oid oid, db_type_e type)
{
    switch (type) {
    case DB_INT:
        return oid == OID_INT2 || oid == OID_INT4 || oid == OID_INT8;
    case DB_BOOL:
        return oid == OID_BOOL;
    default:
        return 1; /* it is cast */
    }
}

/* Whether the table is there, and its columns are what the binary form is read
 * as. */
static const char *check_types(pgsql_t *p, const db_select_t *select,
                               const char *text)
{
    PGresult *result;
    int i, found;
    const char *failed = has_table_pgsql(p, select->table, &found);

    if (failed || !found) {
        return failed ? failed
                      : apr_psprintf(p->pool, "relation \"%s\" does not exist",
                                     select->table);
    }
    result =
        PQexec(p->connection, apr_pstrcat(p->pool, text, " LIMIT 0", NULL));
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        failed = failure(p, result);
    }
    for (i = 0; !failed && i < select->column_n; i++) {
        if (!is_of_type(PQftype(result, i), select->columns[i].type)) {
            failed = apr_psprintf(
                p->pool, "column %s is not %s", select->columns[i].name,
                select->columns[i].type == DB_INT ? "an integer" : "a boolean");
        }
    }
    PQclear(result);
    return failed;
}

static const char *read_stream(const pgsql_t *p, pgcopy_t *copy)
{
    static const char broken[] = "its rows cannot be read";
    const char *failed = NULL;
    PGresult *result;
    char *bytes;
    int len;

    while (!failed && (len = PQgetCopyData(p->connection, &bytes, 0)) > 0) {
        if (!pgcopy_take(copy, bytes, (apr_size_t)len)) {
            failed = broken;
        }
        PQfreemem(bytes);
    }
    if (!failed && !pgcopy_is_whole(copy)) {
        failed = broken;
    }
    if (failed && len > 0) {
        return failed; /* the connection is given up in the middle */
    }
    /* Why the stream ended is said here, not before. */
    while ((result = PQgetResult(p->connection))) {
        if (PQresultStatus(result) != PGRES_COMMAND_OK) {
            failed = failure(p, result);
        }
        PQclear(result);
        if (PQstatus(p->connection) == CONNECTION_BAD) {
            break;
        }
    }
    return failed;
}

static const char *select_pgsql(void *self, const db_select_t *select,
                                db_row_fn *row, void *baton)
{
    pgsql_t *p = self;
    const char *text = db_select_text(select, "::text", "", p->pool);
    const char *failed = check_types(p, select, text);
    PGresult *result;

    if (failed) {
        return failed;
    }
    result =
        PQexec(p->connection, apr_pstrcat(p->pool, "COPY (", text,
                                          ") TO STDOUT (FORMAT binary)", NULL));
    failed =
        PQresultStatus(result) == PGRES_COPY_OUT ? NULL : failure(p, result);
    PQclear(result);
    return failed ? failed
                  : read_stream(p, pgcopy_create(select, row, baton, p->pool));
}

/* --- the snapshot --------------------------------------------------------- */

/* Holds the table, if it is there now, and all that it reaches: a view, a
 * partitioned one.  A query does so with a grant on one column; LOCK TABLE
 * wants one on the whole. */
static const char *hold(const pgsql_t *p, const char *table)
{
    const char *failed;
    const char *now =
        ask(p, "SELECT to_regclass($1) IS NOT NULL", table, &failed);

    if (!failed && *now == 't') {
        failed = run(
            p, apr_pstrcat(p->pool, "SELECT FROM ", table, " LIMIT 0", NULL));
    }
    return failed ? apr_pstrcat(p->pool, "table ", table, ": ", failed, NULL)
                  : NULL;
}

/* What is held and was made or written anew after the snapshot began, whose
 * pg_class shows the files of before; or NULL. */
static const char *find_written(const pgsql_t *p, const char **failed)
{
    return ask(p,
               "SELECT relation::regclass FROM pg_locks"
               " LEFT JOIN pg_class c ON c.oid = relation"
               " WHERE pid = pg_backend_pid() AND locktype = 'relation'"
               " AND (c.oid IS NULL OR"
               " relfilenode NOT IN (0, pg_relation_filenode(c.oid)))",
               NULL, failed);
}

/* TRUNCATE and all that writes a table anew care for no snapshot: a run that
 * began before sees no rows.  Therefore the tables are held.  What happened to
 * one of them between the snapshot and that begins both again. */
static const char *begin_pgsql(void *self, const char *const *tables,
                               int table_n)
{
    const pgsql_t *p = self;
    const char *failed, *written = NULL;
    int tries, i;

    for (tries = 0; tries < TRIES; tries++) {
        failed = written ? run(p, "ROLLBACK") : NULL;
        if (!failed) {
            failed = run(p, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        }
        for (i = 0; !failed && i < table_n; i++) {
            failed = hold(p, tables[i]);
        }
        written = failed ? NULL : find_written(p, &failed);
        if (failed || !written) {
            return failed;
        }
    }
    return apr_psprintf(p->pool, "%s keeps being rewritten", written);
}

const db_driver_t db_pgsql = {open_pgsql,       begin_pgsql,
                              select_pgsql,     has_table_pgsql,
                              has_column_pgsql, estimate_pgsql};
