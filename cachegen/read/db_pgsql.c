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

#include "buffer.h"

/* Ends a run that would wait forever, unless the role or the environment has
 * a limit of its own. */
#define STATEMENT_TIMEOUT "'900s'"
#define LOCK_TIMEOUT "'60s'"
#define CONNECT_TIMEOUT_S "30"

/* Oids of pg_type.dat that never change. */
enum { OID_BOOL = 16, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23 };

typedef struct {
    PGconn *connection;
    apr_pool_t *pool;
} pgsql_t;

/* A message of libpq is several lines with hints. */
static const char *first_line(const pgsql_t *p, const char *message)
{
    return apr_pstrmemdup(p->pool, message, strcspn(message, "\n"));
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

/* Whether the columns are what the binary form is read as. */
static const char *check_types(const pgsql_t *p, const db_select_t *select,
                               const char *text)
{
    PGresult *result =
        PQexec(p->connection, apr_pstrcat(p->pool, text, " LIMIT 0", NULL));
    const char *failed = NULL;
    int i;

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

/* The rows as they come out of the stream. */
typedef struct {
    const db_select_t *select;
    db_row_fn *row;
    void *baton;
    db_value_t *values;
    int begun; /* the header has been read */
    int ended; /* the trailer has been read */
} rows_t;

static apr_int64_t big_endian(const unsigned char *bytes, apr_size_t len)
{
    apr_uint64_t n = len > 0 && bytes[0] & 0x80 ? ~(apr_uint64_t)0 : 0;

    while (len--) {
        n = n << 8 | *bytes++;
    }
    return (apr_int64_t)n;
}

/* Each of the following returns the bytes it has read, 0 if they are not all
 * there yet, -1 if they are none of this format's. */

static apr_ssize_t read_header(const unsigned char *bytes, apr_size_t len)
{
    static const char signature[] = "PGCOPY\n\377\r\n"; /* and its NUL */
    apr_int64_t more;

    if (len < sizeof(signature) + 8) {
        return 0;
    }
    if (memcmp(bytes, signature, sizeof(signature))) {
        return -1;
    }
    more = big_endian(bytes + sizeof(signature) + 4, 4);
    if (more < 0) {
        return -1;
    }
    return len - sizeof(signature) - 8 < (apr_uint64_t)more
               ? 0
               : (apr_ssize_t)sizeof(signature) + 8 + (apr_ssize_t)more;
}

static apr_ssize_t read_field(db_value_t *value, db_type_e type,
                              const unsigned char *bytes, apr_size_t left)
{
    apr_int64_t len;

    if (left < 4) {
        return 0;
    }
    len = big_endian(bytes, 4);
    memset(value, 0, sizeof(*value));
    if (len < 0) {
        value->state = DB_NULL;
        return len == -1 ? 4 : -1;
    }
    if ((apr_uint64_t)len > left - 4) {
        return 0;
    }
    if (type == DB_TEXT) {
        value->text = (const char *)bytes + 4;
        value->len = (apr_size_t)len;
    }
    else if (len > 8) {
        return -1;
    }
    else {
        value->number = big_endian(bytes + 4, (apr_size_t)len);
    }
    return 4 + (apr_ssize_t)len;
}

static apr_ssize_t read_row(rows_t *rows, const unsigned char *bytes,
                            apr_size_t len)
{
    const db_select_t *select = rows->select;
    apr_size_t at = 2;
    apr_int64_t n;
    int i;

    if (len < 2) {
        return 0;
    }
    n = big_endian(bytes, 2);
    if (n == -1) {
        rows->ended = 1;
        return 2;
    }
    if (n != select->column_n || rows->ended) {
        return -1;
    }
    for (i = 0; i < select->column_n; i++) {
        apr_ssize_t used = read_field(&rows->values[i], select->columns[i].type,
                                      bytes + at, len - at);

        if (used <= 0) {
            return used;
        }
        at += (apr_size_t)used;
    }
    rows->row(rows->baton, rows->values);
    return (apr_ssize_t)at;
}

/* Reads what is whole. */
static apr_ssize_t read_rows(rows_t *rows, const char *bytes, apr_size_t len)
{
    apr_size_t at = 0;

    while (at < len) {
        const unsigned char *next = (const unsigned char *)bytes + at;
        apr_ssize_t used = rows->begun ? read_row(rows, next, len - at)
                                       : read_header(next, len - at);

        if (used < 0) {
            return -1;
        }
        if (used == 0) {
            break;
        }
        rows->begun = 1;
        at += (apr_size_t)used;
    }
    return (apr_ssize_t)at;
}

/* Messages mostly hold whole rows; the protocol does not promise it. */
static int take_message(rows_t *rows, buffer_t *rest, const char *bytes,
                        apr_size_t len)
{
    apr_ssize_t used;

    if (rest->len > 0) {
        buffer_add(rest, bytes, len);
        bytes = rest->data;
        len = rest->len;
    }
    used = read_rows(rows, bytes, len);
    if (used < 0) {
        return 0;
    }
    len -= (apr_size_t)used;
    if (rest->len > 0) {
        memmove(rest->data, rest->data + used, len);
        rest->len = len;
    }
    else if (len > 0) {
        buffer_add(rest, bytes + used, len);
    }
    return 1;
}

static const char *read_stream(const pgsql_t *p, rows_t *rows)
{
    static const char broken[] = "its rows cannot be read";
    buffer_t rest = {NULL, 0, 0};
    const char *failed = NULL;
    PGresult *result;
    char *bytes;
    int len;

    while (!failed && (len = PQgetCopyData(p->connection, &bytes, 0)) > 0) {
        if (!take_message(rows, &rest, bytes, (apr_size_t)len)) {
            failed = broken;
        }
        PQfreemem(bytes);
    }
    if (!failed && (!rows->ended || rest.len > 0)) {
        failed = broken;
    }
    buffer_free(&rest);
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
    rows_t rows = {.select = select, .row = row, .baton = baton};
    const char *failed = check_types(p, select, text);
    PGresult *result;

    if (failed) {
        return failed;
    }
    rows.values = apr_palloc(p->pool, (apr_size_t)select->column_n
                                          * sizeof(*rows.values));
    result =
        PQexec(p->connection, apr_pstrcat(p->pool, "COPY (", text,
                                          ") TO STDOUT (FORMAT binary)", NULL));
    failed =
        PQresultStatus(result) == PGRES_COPY_OUT ? NULL : failure(p, result);
    PQclear(result);
    return failed ? failed : read_stream(p, &rows);
}

/* --- questions about a table ---------------------------------------------- */

/* The only field of the answer to a query about a table, or NULL. */
static const char *ask(const pgsql_t *p, const char *query, const char *table,
                       const char **failed)
{
    PGresult *result =
        PQexecParams(p->connection, query, 1, NULL, &table, NULL, NULL, 0);
    const char *answer = NULL;

    *failed = NULL;
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        *failed = failure(p, result);
    }
    else if (PQntuples(result) == 1) {
        answer = apr_pstrdup(p->pool, PQgetvalue(result, 0, 0));
    }
    PQclear(result);
    return answer;
}

static const char *has_table_pgsql(void *self, const char *table, int *found)
{
    const char *failed;
    const char *answer =
        ask(self, "SELECT to_regclass($1) IS NOT NULL", table, &failed);

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

/* --- the snapshot --------------------------------------------------------- */

/* What LOCK TABLE takes, of what is there; asked before the transaction, whose
 * snapshot a query would begin. */
static const char *find_lockable(const pgsql_t *p, int *lockable,
                                 const char *table)
{
    const char *failed;
    const char *answer = ask(p,
                             "SELECT relkind IN ('r', 'p', 'v') FROM pg_class "
                             "WHERE oid = to_regclass($1)",
                             table, &failed);

    *lockable = answer && *answer == 't';
    return failed;
}

/* TRUNCATE and all that writes a table anew care for no snapshot: a run that
 * began before sees no rows.  Therefore the tables are held, and before the
 * snapshot begins, as pg_dump does. */
static const char *begin_pgsql(void *self, const char *const *tables,
                               int table_n)
{
    const pgsql_t *p = self;
    int *lockable = apr_palloc(p->pool, (apr_size_t)table_n * sizeof(int));
    const char *failed = NULL;
    int i;

    for (i = 0; !failed && i < table_n; i++) {
        failed = find_lockable(p, &lockable[i], tables[i]);
    }
    if (!failed) {
        failed = run(p, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    }
    for (i = 0; !failed && i < table_n; i++) {
        if (lockable[i]) {
            failed = run(p, apr_pstrcat(p->pool, "LOCK TABLE ", tables[i],
                                        " IN ACCESS SHARE MODE", NULL));
            failed = failed ? apr_pstrcat(p->pool, "table ", tables[i], ": ",
                                          failed, NULL)
                            : NULL;
        }
    }
    return failed;
}

const db_driver_t db_pgsql = {open_pgsql, begin_pgsql, select_pgsql,
                              has_table_pgsql, estimate_pgsql};
