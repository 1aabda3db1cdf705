/* SPDX-License-Identifier: Apache-2.0
 *
 * The tree of a MaxMind file is walked here; its records are read by
 * libmaxminddb, each once however many networks point to it.  Where a record
 * keeps what, stands in tables.
 */
#include "maxmind.h"

#include <errno.h>
#include <string.h>

#include <maxminddb.h>

#include "apr_file_info.h"
#include "apr_hash.h"
#include "apr_lib.h"
#include "apr_strings.h"

#include "ml_text.h"

#define PROGRESS_STEP 4096 /* networks between two calls of report_rows() */
#define V4_DEPTH 96        /* ::/96 is the IPv4 tree, and only that */
#define ADDRESS_BITS 128
#define TREE_SEPARATOR 16 /* bytes between tree and data */

typedef struct {
    const char *bytes;
    apr_size_t len; /* 0: there is none */
} text_t;

/* What a record says. */
typedef struct {
    apr_uint32_t offset; /* in the file's data */
    text_t country;
    text_t continent;
    geo_place_t place;
    int has_place;
    int is_known;    /* to the model */
    model_geo_t geo; /* then what it knows */
} record_t;

typedef struct {
    MMDB_s mmdb;
    const char *path;
    model_t *model;
    report_t *report;
    apr_hash_t *records;      /* offset -> record_t */
    int adds;                 /* networks; else it only looks */
    apr_uint32_t node_n;      /* nodes visited */
    apr_uint64_t network_n;   /* that a record says something of */
    apr_uint64_t country_n;   /* and of these, what country they are in */
    unsigned char prefix[16]; /* the walk's address so far, then zeros */
} walk_t;

/* What is wrong with the content of the file, to stand behind its path. */
static const char *broken(const walk_t *walk, const char *why)
{
    return apr_pstrcat(walk->model->pool,
                       "cannot be read as a MaxMind database: ", why, NULL);
}

/* --- records ------------------------------------------------------------- */

/* Where a text may stand. */
typedef struct {
    const char *path[3];
    int two_letters; /* it is only meant if it has two letters */
} place_t;

static int is_meant(const place_t *place, const text_t *text)
{
    return !place->two_letters
           || (text->len == 2 && apr_isalpha(text->bytes[0])
               && apr_isalpha(text->bytes[1]));
}

/* Leaves out a text that cannot be used. */
static void judge(walk_t *walk, const record_t *record, text_t *text)
{
    const char *refused = model_text_refusal(text->bytes, text->len);

    if (refused) {
        report_skip(walk->report,
                    apr_pstrcat(walk->model->pool, "country database: a text ",
                                refused, NULL),
                    apr_psprintf(walk->model->pool, "%s record %u", walk->path,
                                 record->offset),
                    text->bytes, text->len);
        text->len = 0;
    }
}

/* The text at one place of the record, if one is there that can be used. */
static const char *read_text(walk_t *walk, text_t *text, const record_t *record,
                             const place_t *place)
{
    MMDB_entry_s entry = {.mmdb = &walk->mmdb, .offset = record->offset};
    MMDB_entry_data_s data;
    int status = MMDB_aget_value(&entry, &data, place->path);

    text->len = 0;
    if (status == MMDB_LOOKUP_PATH_DOES_NOT_MATCH_DATA_ERROR
        || status == MMDB_INVALID_LOOKUP_PATH_ERROR) {
        return NULL;
    }
    if (status != MMDB_SUCCESS) {
        return broken(walk, MMDB_strerror(status));
    }
    if (data.has_data && data.type == MMDB_DATA_TYPE_UTF8_STRING) {
        text->bytes = data.utf8_string;
        text->len = data.data_size;
        ml_text_trim(&text->bytes, &text->len);
        if (is_meant(place, text)) {
            judge(walk, record, text);
        }
        else {
            text->len = 0;
        }
    }
    return NULL;
}

/* The text at the first of `n` places where there is one. */
static const char *find_text(walk_t *walk, text_t *text, const record_t *record,
                             const place_t *places, int n)
{
    const char *wrong = NULL;
    int i;

    *text = (text_t){"", 0};
    for (i = 0; i < n && !wrong && text->len == 0; i++) {
        wrong = read_text(walk, text, record, &places[i]);
    }
    return wrong;
}

/* The value as a number; 0 if it is none. */
static int as_number(double *number, const MMDB_entry_data_s *data)
{
    if (!data->has_data) {
        return 0;
    }
    switch (data->type) {
    case MMDB_DATA_TYPE_DOUBLE:
        *number = data->double_value;
        return 1;
    case MMDB_DATA_TYPE_FLOAT:
        *number = data->float_value;
        return 1;
    case MMDB_DATA_TYPE_INT32:
        *number = data->int32;
        return 1;
    case MMDB_DATA_TYPE_UINT16:
        *number = data->uint16;
        return 1;
    case MMDB_DATA_TYPE_UINT32:
        *number = data->uint32;
        return 1;
    default:
        return 0;
    }
}

/* Whether the record has degrees there, of at most `most`. */
static int read_degrees(walk_t *walk, double *degrees, const record_t *record,
                        const char *const *path, double most)
{
    MMDB_entry_s entry = {.mmdb = &walk->mmdb, .offset = record->offset};
    MMDB_entry_data_s data;

    return MMDB_aget_value(&entry, &data, path) == MMDB_SUCCESS
           && as_number(degrees, &data) && *degrees >= -most
           && *degrees <= most;
}

static void find_place(walk_t *walk, record_t *record)
{
    static const char *const paths[][2][3] = {
        {{"location", "latitude", NULL}, {"location", "longitude", NULL}},
        {{"latitude", NULL}, {"longitude", NULL}},
    };
    int i;

    for (i = 0; i < 2 && !record->has_place; i++) {
        record->has_place =
            read_degrees(walk, &record->place.latitude, record, paths[i][0], 90)
            && read_degrees(walk, &record->place.longitude, record, paths[i][1],
                            180);
    }
}

static const char *read_record(walk_t *walk, record_t *record)
{
    static const place_t country[] = {
        {{"country", "iso_code", NULL}, 0},
        {{"registered_country", "iso_code", NULL}, 0},
        {{"country_code", NULL}, 0},
        {{"country", NULL}, 1},
    };
    static const place_t continent[] = {
        {{"continent", "code", NULL}, 0},
        {{"continent_code", NULL}, 0},
        {{"continent", NULL}, 1},
    };
    const char *wrong = find_text(walk, &record->country, record, country,
                                  (int)(sizeof(country) / sizeof(country[0])));

    if (!wrong) {
        wrong = find_text(walk, &record->continent, record, continent,
                          (int)(sizeof(continent) / sizeof(continent[0])));
    }
    find_place(walk, record);
    return wrong;
}

/* The record for the model, which is told only of a file that is sound. */
static void tell_model(walk_t *walk, record_t *record)
{
    record->geo.country_idx =
        model_country(walk->model, record->country.bytes, record->country.len);
    record->geo.continent = model_continent(
        walk->model, record->continent.bytes, record->continent.len);
    record->geo.place = record->has_place ? &record->place : NULL;
    record->geo.fact_idx = model_geo_fact(walk->model, &record->geo);
    record->is_known = 1;
}

static const char *record_at(walk_t *walk, record_t **record,
                             apr_uint32_t offset)
{
    apr_pool_t *pool = walk->model->pool;

    *record = apr_hash_get(walk->records, &offset, sizeof(offset));
    if (*record) {
        return NULL;
    }
    *record = apr_pcalloc(pool, sizeof(**record));
    (*record)->offset = offset;
    apr_hash_set(walk->records, &(*record)->offset, sizeof(offset), *record);
    return read_record(walk, *record);
}

/* --- the tree ------------------------------------------------------------ */

/* Prefixes through which files lead to their IPv4 tree: the tree itself, and
 * its aliases. */
static const struct {
    int depth;
    unsigned char prefix[16];
} v4_trees[] = {
    {V4_DEPTH, {0}},
    {96, {[10] = 0xff, [11] = 0xff}},
    {32, {0x20, 0x01}},
    {16, {0x20, 0x02}},
};
#define V4_TREE_N ((int)(sizeof(v4_trees) / sizeof(v4_trees[0])))

/* Whether the first `n` bits are the same. */
static int are_alike(const unsigned char *a, const unsigned char *b, int n)
{
    return memcmp(a, b, (apr_size_t)n / 8) == 0
           && (n % 8 == 0 || (a[n / 8] ^ b[n / 8]) >> (8 - n % 8) == 0);
}

static int is_alias(const walk_t *walk, int depth)
{
    int i;

    for (i = 1; i < V4_TREE_N; i++) {
        if (depth == v4_trees[i].depth
            && are_alike(walk->prefix, v4_trees[i].prefix, depth)) {
            return 1;
        }
    }
    return 0;
}

/* Whether the prefix is larger than one of those, and holds it. */
static int is_around_v4(const walk_t *walk, int depth)
{
    int i;

    for (i = 0; i < V4_TREE_N; i++) {
        if (depth < v4_trees[i].depth
            && are_alike(walk->prefix, v4_trees[i].prefix, depth)) {
            return 1;
        }
    }
    return 0;
}

static void add_network(walk_t *walk, record_t *record, int depth)
{
    int v4 = depth >= V4_DEPTH
             && are_alike(walk->prefix, v4_trees[0].prefix, V4_DEPTH);
    network_t network = {v4 ? ml_address_from_bytes(walk->prefix + 12, 4)
                            : ml_address_from_bytes(walk->prefix, 16),
                         v4 ? depth - V4_DEPTH : depth};

    walk->network_n++;
    walk->country_n += record->country.len > 0;
    if (!walk->adds) {
        return;
    }
    if (!record->is_known) {
        tell_model(walk, record);
    }
    model_add_geo(walk->model, &network, &record->geo);
    if (walk->network_n % PROGRESS_STEP == 0) {
        report_rows(walk->report, walk->network_n);
    }
}

static void set_bit(walk_t *walk, int depth, int on)
{
    unsigned char bit = (unsigned char)(0x80 >> depth % 8);

    walk->prefix[depth / 8] =
        (unsigned char)(on ? walk->prefix[depth / 8] | bit
                           : walk->prefix[depth / 8] & ~bit);
}

/* The record holds for the prefix, but not where that has an alias in it. */
static void add_prefix(walk_t *walk, record_t *record, int depth)
{
    if (is_alias(walk, depth)) {
        return;
    }
    if (!is_around_v4(walk, depth)) {
        add_network(walk, record, depth);
        return;
    }
    add_prefix(walk, record, depth + 1);
    set_bit(walk, depth, 1);
    add_prefix(walk, record, depth + 1);
    set_bit(walk, depth, 0);
}

static const char *walk_node(walk_t *walk, apr_uint64_t number, int depth);

static const char *walk_record(walk_t *walk, apr_uint64_t number, int type,
                               const MMDB_entry_s *entry, int depth)
{
    record_t *record;
    const char *wrong;

    if (is_alias(walk, depth)) {
        return NULL;
    }
    switch (type) {
    case MMDB_RECORD_TYPE_SEARCH_NODE:
        return walk_node(walk, number, depth);
    case MMDB_RECORD_TYPE_EMPTY:
        return NULL;
    case MMDB_RECORD_TYPE_DATA:
        wrong = record_at(walk, &record, entry->offset);
        if (!wrong
            && (record->country.len > 0 || record->continent.len > 0
                || record->has_place)) {
            add_prefix(walk, record, depth);
        }
        return wrong;
    default:
        return broken(walk, "its search tree is corrupt");
    }
}

static const char *walk_node(walk_t *walk, apr_uint64_t number, int depth)
{
    MMDB_search_node_s node;
    const char *wrong;
    int status;

    /* In a tree every node has one way to it.  Without this limit a small
     * file of nodes that share their children would take forever. */
    if (depth == ADDRESS_BITS
        || ++walk->node_n > walk->mmdb.metadata.node_count) {
        return broken(walk, "its search tree is not a tree");
    }
    status = MMDB_read_node(&walk->mmdb, (apr_uint32_t)number, &node);
    if (status != MMDB_SUCCESS) {
        return broken(walk, MMDB_strerror(status));
    }
    wrong = walk_record(walk, node.left_record, node.left_record_type,
                        &node.left_record_entry, depth + 1);
    if (!wrong) {
        set_bit(walk, depth, 1);
        wrong = walk_record(walk, node.right_record, node.right_record_type,
                            &node.right_record_entry, depth + 1);
        set_bit(walk, depth, 0);
    }
    return wrong;
}

/* --- the file ------------------------------------------------------------ */

/* libmaxminddb 1.7 computes the tree's size in 32 bits. */
static int tree_is_inside(const MMDB_s *mmdb)
{
    apr_uint64_t node_size = mmdb->metadata.record_size / 4;

    return mmdb->metadata.node_count * node_size + TREE_SEPARATOR
           <= (apr_uint64_t)mmdb->file_size;
}

static const char *walk_tree(walk_t *walk)
{
    int ip_version = walk->mmdb.metadata.ip_version;

    if (!tree_is_inside(&walk->mmdb)) {
        return broken(walk, "its search tree is larger than the file");
    }
    if (ip_version != 4 && ip_version != 6) {
        return broken(walk, "it has neither IPv4 nor IPv6 addresses");
    }
    walk->node_n = 0;
    walk->network_n = walk->country_n = 0;
    return walk_node(walk, 0, ip_version == 4 ? V4_DEPTH : 0);
}

/* Looks first, so that nothing is added of a file that is damaged. */
static const char *read_tree(walk_t *walk)
{
    static const char step[] = "countries of networks";
    const char *wrong;

    report_step(walk->report, step, 0);
    wrong = walk_tree(walk);
    if (!wrong && walk->country_n == 0) {
        wrong = "names no country";
    }
    if (!wrong) {
        report_step(walk->report, step, walk->network_n);
        walk->adds = 1;
        wrong = walk_tree(walk);
        report_step_done(walk->report, walk->network_n);
    }
    return wrong;
}

/* Why there is nothing to read, as a sentence; `*wrong` if it is read and is
 * not what it should be. */
static const char *open_database(const char **wrong, walk_t *walk)
{
    apr_pool_t *pool = walk->model->pool;
    apr_finfo_t info;
    apr_status_t failed = apr_stat(&info, walk->path, APR_FINFO_TYPE, pool);
    char text[120];
    int status;

    *wrong = NULL;
    if (failed) {
        return apr_pstrcat(pool, walk->path, " cannot be read: ",
                           apr_strerror(failed, text, sizeof(text)), NULL);
    }
    if (info.filetype != APR_REG) {
        return apr_pstrcat(pool, walk->path, " is not a regular file", NULL);
    }
    status = MMDB_open(walk->path, MMDB_MODE_MMAP, &walk->mmdb);
    if (status == MMDB_FILE_OPEN_ERROR) {
        return apr_pstrcat(pool, walk->path, " cannot be read: ",
                           apr_strerror(errno, text, sizeof(text)), NULL);
    }
    if (status != MMDB_SUCCESS) {
        *wrong = broken(walk, MMDB_strerror(status));
    }
    return NULL;
}

const char *maxmind_read(model_t *model, const input_t *input, report_t *report)
{
    walk_t *walk = apr_pcalloc(model->pool, sizeof(*walk));
    const char *failed, *wrong;

    if (!input_is_there(input, "countries of networks", report)) {
        return NULL;
    }
    walk->path = input->path;
    walk->model = model;
    walk->report = report;
    walk->records = apr_hash_make(model->pool);
    failed = open_database(&wrong, walk);
    if (!failed && !wrong) {
        wrong = read_tree(walk);
        MMDB_close(&walk->mmdb);
    }
    return failed  ? failed
           : wrong ? input_says_nothing(input, wrong, report, model->pool)
                   : NULL;
}
