/* SPDX-License-Identifier: Apache-2.0
 *
 * Shared by the readers of MirrorManager2's tables, and only by them.
 *
 * Every row goes through mm2_read_row(), which trims texts, takes empty ones
 * for NULL, and refuses what cannot be used at all, so that the functions of
 * the tables see values that are there and texts that are clean.
 */
#ifndef MM2_ROW_H
#define MM2_ROW_H

#include "apr_hash.h"
#include "apr_tables.h"

#include "db.h"
#include "idmap.h"
#include "model.h"
#include "netblock.h"
#include "report.h"

#define MM2_COLUMN_MAX 13

typedef struct mm2_t mm2_t;

/* The place of the row for those that point to it, or IDMAP_SKIPPED. */
typedef apr_uint32_t mm2_row_fn(mm2_t *m, const db_value_t *v);

typedef enum {
    OPTIONAL,
    MAY_LACK, /* likewise, and an older schema has no such column: at the end */
    TYPED,    /* NULL, or of its type and clean if a text */
    NEEDED,   /* likewise, and there */
    NEEDED_NAME,      /* likewise, and blanks around it are its own */
    NEEDED_NETBLOCKS, /* there, and judged one by one */
    MEANT /* as NEEDED, but a row without this text is no mistake: it means
             nothing */
} mm2_need_e;

typedef struct {
    const char *name;
    db_type_e type;
    mm2_need_e need;
} mm2_column_t;

typedef struct {
    const char *name;
    int may_lack; /* an older schema has no such table */
    const char *true_column;
    const char *order;
    apr_size_t map_off; /* of the idmap_t * in mm2_t; 0: nobody points here */
    void (*before)(model_t *); /* what its rows need of the rows read so far */
    mm2_row_fn *row;
    mm2_column_t columns[MM2_COLUMN_MAX]; /* the first: `id`, if there is one */
} mm2_table_t;

typedef struct {
    apr_uint32_t off; /* as in model_host_t */
    int is_private;
} mm2_site_t;

struct mm2_t {
    model_t *model;
    report_t *report;
    netblocks_t *netblocks;
    BUFFER_OF(mm2_site_t) site_rows;
    idmap_t *sites;
    idmap_t *hosts;
    idmap_t *categories;
    idmap_t *host_categories;
    idmap_t *directories;
    idmap_t *locations;
    idmap_t *versions;
    idmap_t *arches;
    apr_hash_t *directory_names;
    apr_hash_t *location_names;
    BUFFER_OF(const char *) arch_names;
    /* The row that is being read. */
    const mm2_table_t *table;
    int column_n;                      /* that the database has */
    db_value_t padded[MM2_COLUMN_MAX]; /* with NULL for the others */
    const db_value_t *values;
    apr_uint64_t row_n;
    apr_pool_t *scratch; /* for what is said of one row */
};

int mm2_has_value(const db_value_t *value);

/* Whether a text that is there can stand in an answer. */
int mm2_is_clean(const db_value_t *text);

/* The text in the model's pool. */
const char *mm2_copy_text(mm2_t *m, const db_value_t *text);

/* The row at hand, in m->scratch: "host 17", or for tables without an id
 * "category_directory category_id 3, directory_id 99". */
const char *mm2_row_name(mm2_t *m);

/* Reports the row at hand; `value` is the culprit, or NULL. */
void mm2_skip(mm2_t *m, const char *kind, const db_value_t *value);

/* Whether the value, one of the row at hand, names a row that can be used, and
 * its place.  If not, the row at hand is reported. */
int mm2_refers(mm2_t *m, const idmap_t *map, const db_value_t *id,
               apr_uint32_t *place);

/* A db_row_fn: the row at hand, of m->table. */
void mm2_read_row(void *baton, db_value_t *values);

/* In mm2_hosts.c. */
mm2_row_fn mm2_read_site;
mm2_row_fn mm2_read_host;
mm2_row_fn mm2_read_peer_asn;
mm2_row_fn mm2_read_country_allowed;
mm2_row_fn mm2_read_directory;
mm2_row_fn mm2_read_category;
mm2_row_fn mm2_read_category_directory;
mm2_row_fn mm2_read_host_category;
mm2_row_fn mm2_read_url;
mm2_row_fn mm2_read_up2date;
mm2_row_fn mm2_read_exclusive_host;

/* In mm2_repositories.c. */
mm2_row_fn mm2_read_version;
mm2_row_fn mm2_read_arch;
mm2_row_fn mm2_read_repository;
mm2_row_fn mm2_read_redirect;
mm2_row_fn mm2_read_file_detail;

/* In mm2_networks.c. */
mm2_row_fn mm2_read_location;
mm2_row_fn mm2_read_host_location;
mm2_row_fn mm2_read_netblock;
mm2_row_fn mm2_read_netblock_country;
mm2_row_fn mm2_read_continent_redirect;

#endif
