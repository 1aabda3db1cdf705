/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables and columns, and the order in which they are read.  Knows nothing of
 * databases (db.h) and nothing of the cache file; what a row of a table means
 * stands in mm2_hosts.c, mm2_repositories.c and mm2_networks.c.
 */
#include "mm2.h"

#include <stddef.h>

#include "apr_strings.h"

#include "mm2_row.h"

#define MAP(name) offsetof(mm2_t, name)
#define ID {"id", DB_INT, NEEDED}

/* Restrictions hold whatever their row is called. */
#define ANY_ID {"id", DB_INT, OPTIONAL}

/* In the order in which rows may refer to those before them.  Of up2date rows
 * there are millions: nothing but their two numbers is asked for. */
/* clang-format off */
static const mm2_table_t tables[] = {
    {"site", 0, NULL, "id", MAP(sites), NULL, mm2_read_site,
     {ID, {"private", DB_BOOL, NEEDED}, {"admin_active", DB_BOOL, NEEDED},
      {"user_active", DB_BOOL, NEEDED}}},
    {"host", 0, NULL, "id", MAP(hosts), NULL, mm2_read_host,
     {ID, {"name", DB_TEXT, OPTIONAL}, {"site_id", DB_INT, OPTIONAL},
      {"admin_active", DB_BOOL, NEEDED}, {"user_active", DB_BOOL, NEEDED},
      {"private", DB_BOOL, NEEDED}, {"country", DB_TEXT, TYPED},
      {"bandwidth_int", DB_INT, OPTIONAL}, {"asn", DB_INT, OPTIONAL},
      {"asn_clients", DB_BOOL, NEEDED}, {"latitude", DB_TEXT, MAY_LACK},
      {"longitude", DB_TEXT, MAY_LACK}}},
    {"host_peer_asn", 1, NULL, "id", 0, NULL, mm2_read_peer_asn,
     {ID, {"host_id", DB_INT, OPTIONAL}, {"asn", DB_INT, NEEDED}}},
    {"host_country_allowed", 0, NULL, "id", 0, NULL, mm2_read_country_allowed,
     {ANY_ID, {"host_id", DB_INT, OPTIONAL}, {"country", DB_TEXT, OPTIONAL}}},
    {"directory", 0, NULL, "id", MAP(directories), NULL, mm2_read_directory,
     {ID, {"name", DB_TEXT, NEEDED_NAME}}},
    {"category", 0, NULL, "id", MAP(categories), NULL, mm2_read_category,
     {ID, {"name", DB_TEXT, OPTIONAL}, {"topdir_id", DB_INT, OPTIONAL}}},
    {"category_directory", 0, NULL, "category_id", 0, NULL, mm2_read_category_directory,
     {{"category_id", DB_INT, OPTIONAL}, {"directory_id", DB_INT, OPTIONAL}}},
    {"host_category", 0, NULL, "id", MAP(host_categories), NULL, mm2_read_host_category,
     {ID, {"host_id", DB_INT, OPTIONAL}, {"category_id", DB_INT, OPTIONAL},
      {"always_up2date", DB_BOOL, NEEDED}}},
    {"host_category_url", 0, NULL, "id", 0, NULL, mm2_read_url,
     {ID, {"host_category_id", DB_INT, OPTIONAL}, {"url", DB_TEXT, NEEDED},
      {"private", DB_BOOL, NEEDED}}},
    {"host_category_dir", 0, "up2date", NULL, 0, model_prepare_carriers,
     mm2_read_up2date,
     {{"host_category_id", DB_INT, OPTIONAL},
      {"directory_id", DB_INT, OPTIONAL}}},
    {"directory_exclusive_host", 1, NULL, "id", 0, NULL, mm2_read_exclusive_host,
     {ANY_ID, {"directory_id", DB_INT, OPTIONAL},
      {"host_id", DB_INT, OPTIONAL}}},
    {"version", 0, NULL, "id", MAP(versions), NULL, mm2_read_version,
     {ID}},
    {"arch", 0, NULL, "id", MAP(arches), NULL, mm2_read_arch,
     {ID, {"name", DB_TEXT, NEEDED}}},
    {"repository", 0, NULL, "id", 0, NULL, mm2_read_repository,
     {ID, {"prefix", DB_TEXT, MEANT}, {"version_id", DB_INT, OPTIONAL},
      {"arch_id", DB_INT, OPTIONAL}, {"directory_id", DB_INT, OPTIONAL},
      {"disabled", DB_BOOL, NEEDED}}},
    {"repository_redirect", 0, NULL, "id", 0, NULL, mm2_read_redirect,
     {ID, {"from_repo", DB_TEXT, NEEDED}, {"to_repo", DB_TEXT, NEEDED}}},
    {"file_detail", 0, NULL, "id", 0, NULL, mm2_read_file_detail,
     {ID, {"directory_id", DB_INT, OPTIONAL}, {"filename", DB_TEXT, NEEDED_NAME},
      {"timestamp", DB_INT, TYPED}, {"size", DB_INT, TYPED},
      {"md5", DB_TEXT, OPTIONAL}, {"sha1", DB_TEXT, OPTIONAL},
      {"sha256", DB_TEXT, OPTIONAL}, {"sha512", DB_TEXT, OPTIONAL}}},
    {"location", 1, NULL, "id", MAP(locations), NULL, mm2_read_location,
     {ID, {"name", DB_TEXT, NEEDED}}},
    {"host_location", 1, NULL, "id", 0, NULL, mm2_read_host_location,
     {ID, {"host_id", DB_INT, OPTIONAL}, {"location_id", DB_INT, OPTIONAL}}},
    {"host_netblock", 0, NULL, "id", 0, NULL, mm2_read_netblock,
     {ID, {"host_id", DB_INT, OPTIONAL}, {"netblock", DB_TEXT, NEEDED_NETBLOCKS}}},
    {"netblock_country", 1, NULL, "id", 0, NULL, mm2_read_netblock_country,
     {ID, {"netblock", DB_TEXT, NEEDED_NETBLOCKS}, {"country", DB_TEXT, NEEDED}}},
    {"country_continent_redirect", 0, NULL, "id", 0, NULL, mm2_read_continent_redirect,
     {ID, {"country", DB_TEXT, NEEDED}, {"continent", DB_TEXT, NEEDED}}},
};
/* clang-format on */
#define TABLE_N (sizeof(tables) / sizeof(tables[0]))

static const char *begin(db_t *db)
{
    const char *names[TABLE_N];
    apr_size_t i;

    for (i = 0; i < TABLE_N; i++) {
        names[i] = tables[i].name;
    }
    return db_begin(db, names, TABLE_N);
}

static void warn_lacking(mm2_t *m, const char *what, const char *name)
{
    report_warning(m->report,
                   "this database has no %s %s: the cache is made without it",
                   what, name);
}

/* The columns to read: all, but for those at the end that an older schema
 * lacks. */
static const char *find_columns(mm2_t *m, db_t *db, const mm2_table_t *table,
                                db_column_t *columns, int *n)
{
    const char *failed = NULL;
    int found = 1;

    for (*n = 0; found && table->columns[*n].name; (*n)++) {
        const mm2_column_t *column = &table->columns[*n];

        if (column->need == MAY_LACK) {
            failed = db_has_column(db, table->name, column->name, &found);
            if (failed || !found) {
                break;
            }
        }
        columns[*n] = (db_column_t){column->name, column->type};
    }
    if (!failed && !found) {
        warn_lacking(m, "column",
                     apr_pstrcat(m->scratch, table->name, ".",
                                 table->columns[*n].name, NULL));
    }
    return failed;
}

static const char *read_table(mm2_t *m, db_t *db, const mm2_table_t *table)
{
    db_column_t columns[MM2_COLUMN_MAX];
    db_select_t select = {table->name, columns, 0, table->true_column,
                          table->order};
    const char *failed;
    int found = 1;

    if (table->may_lack) {
        failed = db_has_table(db, table->name, &found);
        if (failed || !found) {
            if (!failed) {
                warn_lacking(m, "table", table->name);
            }
            return failed;
        }
    }
    failed = find_columns(m, db, table, columns, &select.column_n);
    if (failed) {
        return failed;
    }
    m->table = table;
    m->column_n = select.column_n;
    m->row_n = 0;
    report_step(m->report, table->name, db_estimate(db, table->name));
    failed = db_select(db, &select, mm2_read_row, m);
    if (!failed) {
        report_step_done(m->report, m->row_n);
    }
    return failed;
}

const char *mm2_read(model_t *model, db_t *db, netblocks_t *netblocks,
                     report_t *report)
{
    /* In the pool, whose cleanups look after the buffers in it. */
    mm2_t *m = apr_pcalloc(model->pool, sizeof(*m));
    idmap_t **maps[] = {&m->sites,       &m->hosts,     &m->categories,
                        &m->directories, &m->locations, &m->host_categories,
                        &m->versions,    &m->arches};
    const char *failed = begin(db);
    apr_size_t i;

    m->model = model;
    m->report = report;
    m->netblocks = netblocks;
    m->directory_names = apr_hash_make(model->pool);
    m->location_names = apr_hash_make(model->pool);
    apr_pool_create(&m->scratch, model->pool);
    buffer_init(&m->site_rows.buffer, model->pool);
    buffer_init(&m->arch_names.buffer, model->pool);
    for (i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
        *maps[i] = idmap_create(model->pool);
    }
    for (i = 0; !failed && i < TABLE_N; i++) {
        if (tables[i].before) {
            tables[i].before(model);
        }
        failed = read_table(m, db, &tables[i]);
    }
    return failed;
}
