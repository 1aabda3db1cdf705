/* SPDX-License-Identifier: Apache-2.0
 *
 * Chooses the back end, and names the database in what goes wrong.
 */
#include "db.h"

#include <string.h>

#include "apr_strings.h"

#include "db_driver.h"
#include "ml_text.h"

struct db_t {
    const db_driver_t *driver;
    void *self;
    const char *name; /* for messages */
    apr_pool_t *pool; /* its end closes the database */
    apr_pool_t *messages;
};

/* The URL without what may hold a password: what stands behind the user's
 * name, and all parameters. */
static const char *public_url(const char *url, apr_pool_t *pool)
{
    const char *authority = strstr(url, "://");
    const char *user, *at, *end;

    if (!strncmp(url, DB_SQLITE_SCHEME, sizeof(DB_SQLITE_SCHEME) - 1)) {
        return url;
    }
    if (!authority) {
        return "the database";
    }
    authority += 3;
    end = authority + strcspn(authority, "?");
    at = memrchr(authority, '@', (apr_size_t)(end - authority));
    if (!at) {
        return ml_text_copy(url, (apr_size_t)(end - url), pool);
    }
    user = authority + strcspn(authority, ":@");
    return apr_pstrcat(pool, ml_text_copy(url, (apr_size_t)(user - url), pool),
                       ml_text_copy(at, (apr_size_t)(end - at), pool), NULL);
}

static const char *named(const db_t *db, const char *failed)
{
    return failed ? apr_pstrcat(db->messages, db->name, ": ", failed, NULL)
                  : NULL;
}

const char *db_select_text(const db_select_t *select, const char *as_text,
                           const char *as_order, apr_pool_t *pool)
{
    const char *text = "SELECT ";
    int i;

    for (i = 0; i < select->column_n; i++) {
        text = apr_pstrcat(pool, text, i ? ", " : "", select->columns[i].name,
                           select->columns[i].type == DB_TEXT ? as_text : "",
                           NULL);
    }
    text = apr_pstrcat(pool, text, " FROM ", select->table, NULL);
    if (select->true_column) {
        text = apr_pstrcat(pool, text, " WHERE ", select->true_column, NULL);
    }
    return select->order ? apr_pstrcat(pool, text, " ORDER BY ", as_order, "(",
                                       select->order, ")", NULL)
                         : text;
}

const char *db_open(db_t **db_, const char *url, apr_pool_t *pool)
{
    db_t *db = apr_pcalloc(pool, sizeof(*db));

    db->messages = pool;
    db->name = public_url(url, pool);
    if (!strncmp(url, DB_SQLITE_SCHEME, sizeof(DB_SQLITE_SCHEME) - 1)) {
        db->driver = &db_sqlite;
    }
    else if (!strncmp(url, "postgresql://", 13)
             || !strncmp(url, "postgres://", 11)) {
        db->driver = &db_pgsql;
    }
    else {
        return named(db, "only postgresql:// and sqlite: databases can be "
                         "read");
    }
    apr_pool_create(&db->pool, pool);
    *db_ = db;
    return named(db, db->driver->open(&db->self, url, db->pool));
}

const char *db_begin(db_t *db, const char *const *tables, int table_n)
{
    return named(db, db->driver->begin(db->self, tables, table_n));
}

const char *db_select(db_t *db, const db_select_t *select, db_row_fn *row,
                      void *baton)
{
    const char *failed = db->driver->select(db->self, select, row, baton);

    return failed ? named(db, apr_pstrcat(db->pool, "table ", select->table,
                                          ": ", failed, NULL))
                  : NULL;
}

const char *db_has_table(db_t *db, const char *table, int *found)
{
    return named(db, db->driver->has_table(db->self, table, found));
}

const char *db_has_column(db_t *db, const char *table, const char *column,
                          int *found)
{
    return named(db, db->driver->has_column(db->self, table, column, found));
}

apr_uint64_t db_estimate(db_t *db, const char *table)
{
    return db->driver->estimate(db->self, table);
}

void db_close(db_t *db)
{
    apr_pool_destroy(db->pool);
}
