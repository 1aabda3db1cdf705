/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables, columns and what a row of each means.  Knows nothing of databases
 * (db.h) and nothing of the cache file.
 *
 * Every table goes through read_row(), which refuses what cannot be used at
 * all, so that the functions of the tables see values that are there and texts
 * that are clean.
 */
#include "mm2.h"

#include <stddef.h>
#include <string.h>

#include "apr_lib.h"
#include "apr_strings.h"

#include "idmap.h"
#include "ml_text.h"

#define COLUMN_MAX 11
#define ASN_MAX APR_INT64_C(0xffffffff)

typedef struct {
    int active;
    int is_private;
} site_t;

typedef struct table_t table_t;

typedef struct {
    model_t *model;
    report_t *report;
    resolve_t *resolve;
    int network_flags;
    buffer_t site_rows;
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
    buffer_t arch_names;
    /* The row that is being read. */
    const table_t *table;
    const db_value_t *values;
    apr_uint64_t row_n;
    apr_pool_t *scratch; /* for what is said of one row */
} mm2_t;

typedef enum { OPTIONAL, NEEDED } need_e;

typedef struct {
    const char *name;
    db_type_e type;
    need_e need; /* NEEDED: there, of its type, and clean if a text */
} column_t;

/* The place of the row for those that point to it, or IDMAP_SKIPPED. */
typedef apr_uint32_t row_fn(mm2_t *m, const db_value_t *v);

struct table_t {
    const char *name;
    int may_lack; /* an older schema has no such table */
    const char *true_column;
    const char *order;
    apr_size_t map_off; /* of the idmap_t * in mm2_t; 0: nobody points here */
    row_fn *row;
    column_t columns[COLUMN_MAX]; /* the first: `id`, where there is one */
};

/* --- one row ------------------------------------------------------------ */

static int has_value(const db_value_t *value)
{
    return value->state == DB_VALUE;
}

static int is_clean(const db_value_t *text)
{
    return ml_text_is_clean(text->text, text->len, ML_TEXT_LINE);
}

static const char *copy_text(mm2_t *m, const db_value_t *text)
{
    return apr_pstrmemdup(m->model->pool, text->text, text->len);
}

/* A name that only messages show: empty if it cannot be used. */
static const char *copy_label(mm2_t *m, const db_value_t *text)
{
    return has_value(text) && is_clean(text) ? copy_text(m, text) : "";
}

/* "host 17", or for tables without an id "category_directory 3, 99". */
static const char *row_name(mm2_t *m)
{
    apr_pool_t *pool = m->scratch;
    const column_t *column = m->table->columns;
    const char *name = m->table->name;
    int i;

    if (!strcmp(column->name, "id")) {
        return has_value(m->values)
                   ? apr_psprintf(pool, "%s %" APR_INT64_T_FMT, name,
                                  m->values->number)
                   : apr_pstrcat(pool, name, " without id", NULL);
    }
    for (i = 0; column[i].name && column[i].type == DB_INT; i++) {
        const db_value_t *value = &m->values[i];

        name = apr_pstrcat(pool, name, i ? ", " : " ", column[i].name, " ",
                           has_value(value) ? apr_psprintf(
                               pool, "%" APR_INT64_T_FMT, value->number)
                                            : "NULL",
                           NULL);
    }
    return name;
}

/* Reports the row; `value` is the culprit, or NULL. */
static void skip(mm2_t *m, const char *kind, const db_value_t *value)
{
    int is_text = value && has_value(value) && value->text;

    report_skip(
        m->report, apr_pstrcat(m->scratch, m->table->name, ": ", kind, NULL),
        row_name(m), is_text ? value->text : NULL, is_text ? value->len : 0);
    apr_pool_clear(m->scratch);
}

static const char unclean[] = "text that is not UTF-8 or has control bytes";

/* Why the row cannot be used at all, or NULL. */
static const char *refusal(mm2_t *m, const db_value_t **value)
{
    int i;

    for (i = 0; m->table->columns[i].name; i++) {
        *value = &m->values[i];
        if (m->table->columns[i].need == OPTIONAL) {
            continue;
        }
        if ((*value)->state == DB_NULL) {
            *value = NULL;
            return apr_psprintf(m->scratch, "%s is NULL",
                                m->table->columns[i].name);
        }
        if ((*value)->state == DB_BAD) {
            return apr_psprintf(m->scratch, "%s is of another type",
                                m->table->columns[i].name);
        }
        if (m->table->columns[i].type == DB_TEXT && !is_clean(*value)) {
            return unclean;
        }
    }
    return NULL;
}

static void read_row(void *baton, const db_value_t *values)
{
    mm2_t *m = baton;
    const table_t *table = m->table;
    idmap_t *map =
        table->map_off ? *(idmap_t **)((char *)m + table->map_off) : NULL;
    const db_value_t *value;
    const char *refused;
    apr_uint32_t place = IDMAP_SKIPPED;

    m->values = values;
    if (++m->row_n % 1024 == 0) {
        report_rows(m->report, m->row_n);
    }
    refused = refusal(m, &value);
    if (!refused && map && idmap_find(map, values->number) != IDMAP_UNKNOWN) {
        refused = "an id that stands twice";
        value = NULL;
    }
    if (refused) {
        skip(m, refused, value);
    }
    else {
        place = table->row(m, values);
    }
    if (map && has_value(values)) {
        idmap_add(map, values->number, place);
    }
}

/* Whether no row before has had this name. */
static int is_new_name(mm2_t *m, apr_hash_t *names, const char *name,
                       const db_value_t *value)
{
    if (apr_hash_get(names, name, APR_HASH_KEY_STRING)) {
        skip(m, "a name that stands twice", value);
        return 0;
    }
    apr_hash_set(names, name, APR_HASH_KEY_STRING, name);
    return 1;
}

/* Whether the value names a row that can be used, and its place.  A row that
 * was skipped itself has been reported. */
static int refers(mm2_t *m, const idmap_t *map, const db_value_t *id,
                  apr_uint32_t *place)
{
    *place = has_value(id) ? idmap_find(map, id->number) : IDMAP_UNKNOWN;
    if (*place == IDMAP_UNKNOWN) {
        skip(m,
             has_value(id) ? "names a row that is not there" : "names no row",
             NULL);
    }
    return *place != IDMAP_UNKNOWN && *place != IDMAP_SKIPPED;
}

static void push_idx(mm2_t *m, apr_array_header_t **array, apr_uint32_t idx)
{
    if (!*array) {
        *array = apr_array_make(m->model->pool, 4, sizeof(idx));
    }
    APR_ARRAY_PUSH(*array, apr_uint32_t) = idx;
}

/* --- sites, hosts, categories ------------------------------------------- */

static apr_uint32_t read_site(mm2_t *m, const db_value_t *v)
{
    enum { ID, PRIVATE, ADMIN_ACTIVE, USER_ACTIVE };
    site_t *site = BUFFER_PUSH(&m->site_rows, site_t);

    site->active = v[ADMIN_ACTIVE].number && v[USER_ACTIVE].number;
    site->is_private = (int)v[PRIVATE].number;
    return BUFFER_N(&m->site_rows, site_t) - 1;
}

static void add_asn(mm2_t *m, apr_int64_t asn, apr_uint32_t host_idx)
{
    model_asn_host_t *asn_host =
        BUFFER_PUSH(&m->model->asn_hosts, model_asn_host_t);

    asn_host->asn = asn;
    asn_host->host_idx = host_idx;
}

static int is_asn(const db_value_t *asn)
{
    return has_value(asn) && asn->number >= 0 && asn->number <= ASN_MAX;
}

static apr_uint32_t read_host(mm2_t *m, const db_value_t *v)
{
    enum {
        ID,
        NAME,
        SITE_ID,
        ADMIN_ACTIVE,
        USER_ACTIVE,
        PRIVATE,
        COUNTRY,
        BANDWIDTH_INT,
        ASN,
        ASN_CLIENTS
    };
    apr_uint32_t place = BUFFER_N(&m->model->hosts, model_host_t), site_idx;
    const site_t no_site = {0, 0}, *site = &no_site;
    model_host_t *host;

    if (v[COUNTRY].state == DB_BAD
        || (has_value(&v[COUNTRY]) && !is_clean(&v[COUNTRY]))) {
        skip(m, "country is no text that can be used", &v[COUNTRY]);
        return IDMAP_SKIPPED;
    }
    if (v[SITE_ID].state != DB_NULL) {
        if (refers(m, m->sites, &v[SITE_ID], &site_idx)) {
            site = &BUFFER_AT(&m->site_rows, site_t)[site_idx];
        }
        else if (site_idx == IDMAP_UNKNOWN) {
            return IDMAP_SKIPPED;
        }
    }
    host = BUFFER_PUSH(&m->model->hosts, model_host_t);
    host->id = v[ID].number;
    host->name = copy_label(m, &v[NAME]);
    host->country_idx =
        has_value(&v[COUNTRY])
            ? model_country(m->model, v[COUNTRY].text, v[COUNTRY].len)
            : MODEL_NONE;
    host->bandwidth = 1;
    if (has_value(&v[BANDWIDTH_INT]) && v[BANDWIDTH_INT].number > 1) {
        host->bandwidth = v[BANDWIDTH_INT].number < 100000
                              ? (apr_uint32_t)v[BANDWIDTH_INT].number
                              : 100000;
    }
    host->asn_clients = (int)v[ASN_CLIENTS].number;
    host->active =
        site->active && v[ADMIN_ACTIVE].number && v[USER_ACTIVE].number;
    host->is_private = site->is_private || v[PRIVATE].number;
    if (is_asn(&v[ASN]) && host->asn_clients) {
        add_asn(m, v[ASN].number, place);
    }
    return place;
}

static apr_uint32_t read_peer_asn(mm2_t *m, const db_value_t *v)
{
    enum { ID, HOST_ID, ASN };
    apr_uint32_t host_idx;

    if (!is_asn(&v[ASN])) {
        skip(m, "asn is out of range", NULL);
    }
    else if (refers(m, m->hosts, &v[HOST_ID], &host_idx)
             && MODEL_AT(m->model, host)[host_idx].asn_clients) {
        add_asn(m, v[ASN].number, host_idx);
    }
    return IDMAP_SKIPPED;
}

static apr_uint32_t read_country_allowed(mm2_t *m, const db_value_t *v)
{
    enum { ID, HOST_ID, COUNTRY };
    apr_uint32_t host_idx, country_idx = MODEL_NONE;
    model_host_t *host;

    if (!refers(m, m->hosts, &v[HOST_ID], &host_idx)) {
        return IDMAP_SKIPPED;
    }
    host = &MODEL_AT(m->model, host)[host_idx];
    host->restricted = 1;
    if (has_value(&v[COUNTRY]) && is_clean(&v[COUNTRY])) {
        country_idx = model_country(m->model, v[COUNTRY].text, v[COUNTRY].len);
    }
    if (country_idx == MODEL_NONE) {
        skip(m, "no country that can be used (the host stays restricted)",
             &v[COUNTRY]);
        return IDMAP_SKIPPED;
    }
    push_idx(m, &host->allowed, country_idx);
    return IDMAP_SKIPPED;
}

static apr_uint32_t read_directory(mm2_t *m, const db_value_t *v)
{
    enum { ID, NAME };
    apr_uint32_t place = BUFFER_N(&m->model->directories, model_directory_t);
    const char *name = copy_text(m, &v[NAME]);
    model_directory_t *directory;

    if (!is_new_name(m, m->directory_names, name, &v[NAME])) {
        return IDMAP_SKIPPED;
    }
    directory = BUFFER_PUSH(&m->model->directories, model_directory_t);
    directory->id = v[ID].number;
    directory->name = name;
    return place;
}

static apr_uint32_t read_category(mm2_t *m, const db_value_t *v)
{
    enum { ID, TOPDIR_ID };
    model_category_t *category =
        BUFFER_PUSH(&m->model->categories, model_category_t);

    category->id = v[ID].number;
    category->carriers =
        apr_array_make(m->model->pool, 16, sizeof(apr_uint32_t));
    if (!refers(m, m->directories, &v[TOPDIR_ID], &category->topdir_idx)) {
        category->topdir_idx = MODEL_NONE;
    }
    return BUFFER_N(&m->model->categories, model_category_t) - 1;
}

/* Where the sub-path begins, or -1 if `top` is not at or above `name`. */
static apr_ssize_t subpath_off(const char *name, const char *top)
{
    apr_size_t len = strlen(top);

    if (len == 0) {
        return 0;
    }
    if (strncmp(name, top, len)) {
        return -1;
    }
    if (!name[len]) {
        return (apr_ssize_t)len;
    }
    return name[len] == '/' ? (apr_ssize_t)len + 1 : -1;
}

static apr_uint32_t read_category_directory(mm2_t *m, const db_value_t *v)
{
    enum { CATEGORY_ID, DIRECTORY_ID };
    apr_uint32_t category_idx, directory_idx, topdir_idx;
    model_directory_t *directories = MODEL_DIRECTORIES(m->model);
    model_placement_t **next, *placement;
    apr_ssize_t off;

    if (!refers(m, m->categories, &v[CATEGORY_ID], &category_idx)
        || !refers(m, m->directories, &v[DIRECTORY_ID], &directory_idx)) {
        return IDMAP_SKIPPED;
    }
    topdir_idx = MODEL_CATEGORIES(m->model)[category_idx].topdir_idx;
    if (topdir_idx == MODEL_NONE) {
        return IDMAP_SKIPPED; /* reported with the category */
    }
    off = subpath_off(directories[directory_idx].name,
                      directories[topdir_idx].name);
    if (off < 0) {
        skip(m, "the category's top directory is not above the directory",
             NULL);
        return IDMAP_SKIPPED;
    }
    next = &directories[directory_idx].placements;
    while (*next) {
        if ((*next)->category_idx == category_idx) {
            return IDMAP_SKIPPED;
        }
        next = &(*next)->next;
    }
    *next = placement = apr_pcalloc(m->model->pool, sizeof(*placement));
    placement->category_idx = category_idx;
    placement->subpath_off = (apr_uint32_t)off;
    return IDMAP_SKIPPED;
}

static apr_uint32_t read_host_category(mm2_t *m, const db_value_t *v)
{
    enum { ID, HOST_ID, CATEGORY_ID, ALWAYS_UP2DATE };
    model_host_category_t *host_category;
    apr_uint32_t host_idx, category_idx;

    if (!refers(m, m->hosts, &v[HOST_ID], &host_idx)
        || !refers(m, m->categories, &v[CATEGORY_ID], &category_idx)) {
        return IDMAP_SKIPPED;
    }
    host_category =
        BUFFER_PUSH(&m->model->host_categories, model_host_category_t);
    host_category->host_idx = host_idx;
    host_category->category_idx = category_idx;
    host_category->always_up2date = (int)v[ALWAYS_UP2DATE].number;
    return BUFFER_N(&m->model->host_categories, model_host_category_t) - 1;
}

/* Bytes of "scheme://", or 0. */
static apr_size_t scheme_len(const char *url)
{
    const char *c = url;

    if (!apr_isalpha(*c)) {
        return 0;
    }
    while (apr_isalnum(*c) || (*c && strchr("+.-", *c))) {
        c++;
    }
    return strncmp(c, "://", 3) ? 0 : (apr_size_t)(c + 3 - url);
}

static apr_uint32_t read_url(mm2_t *m, const db_value_t *v)
{
    enum { ID, HOST_CATEGORY_ID, URL, PRIVATE };
    model_host_category_t *host_category;
    apr_size_t len = v[URL].len, scheme;
    apr_uint32_t place;
    model_url_t *url;
    char *text;

    if (!refers(m, m->host_categories, &v[HOST_CATEGORY_ID], &place)) {
        return IDMAP_SKIPPED;
    }
    while (len > 0 && v[URL].text[len - 1] == '/') {
        len--;
    }
    text = apr_pstrmemdup(m->model->pool, v[URL].text, v[URL].len);
    scheme = scheme_len(text);
    if (scheme == 0 || len <= scheme) {
        skip(m, "a URL needs a scheme and something behind it", &v[URL]);
        return IDMAP_SKIPPED;
    }
    if (v[PRIVATE].number) {
        return IDMAP_SKIPPED;
    }
    text[len] = '\0';
    host_category = &MODEL_HOST_CATEGORIES(m->model)[place];
    if (!host_category->urls) {
        host_category->urls =
            apr_array_make(m->model->pool, 2, sizeof(model_url_t));
    }
    url = apr_array_push(host_category->urls);
    url->id = v[ID].number;
    url->url = text;
    return IDMAP_SKIPPED;
}

static apr_uint32_t read_up2date(mm2_t *m, const db_value_t *v)
{
    enum { HOST_CATEGORY_ID, DIRECTORY_ID };
    apr_uint32_t host_category_idx, directory_idx;

    if (refers(m, m->host_categories, &v[HOST_CATEGORY_ID], &host_category_idx)
        && refers(m, m->directories, &v[DIRECTORY_ID], &directory_idx)) {
        model_set_up2date(m->model, host_category_idx, directory_idx);
    }
    return IDMAP_SKIPPED;
}

static apr_uint32_t read_exclusive_host(mm2_t *m, const db_value_t *v)
{
    enum { ID, DIRECTORY_ID, HOST_ID };
    apr_uint32_t directory_idx, host_idx;

    if (refers(m, m->directories, &v[DIRECTORY_ID], &directory_idx)) {
        if (!refers(m, m->hosts, &v[HOST_ID], &host_idx)) {
            host_idx = MODEL_NONE; /* restricts all the same */
        }
        push_idx(m, &MODEL_DIRECTORIES(m->model)[directory_idx].exclusive,
                 host_idx);
    }
    return IDMAP_SKIPPED;
}

/* --- repositories and files --------------------------------------------- */

static apr_uint32_t read_version(mm2_t *m, const db_value_t *v)
{
    return 0;
}

static apr_uint32_t read_arch(mm2_t *m, const db_value_t *v)
{
    enum { ID, NAME };

    *BUFFER_PUSH(&m->arch_names, const char *) = copy_text(m, &v[NAME]);
    return BUFFER_N(&m->arch_names, const char *) - 1;
}

static apr_uint32_t read_repository(mm2_t *m, const db_value_t *v)
{
    enum { ID, PREFIX, VERSION_ID, ARCH_ID, DIRECTORY_ID, DISABLED };
    apr_uint32_t version, arch, directory_idx;
    model_repository_t *repository;

    if (v[PREFIX].len == 0) {
        skip(m, "prefix is empty", NULL);
    }
    else if (refers(m, m->versions, &v[VERSION_ID], &version)
             && refers(m, m->arches, &v[ARCH_ID], &arch)
             && refers(m, m->directories, &v[DIRECTORY_ID], &directory_idx)) {
        repository = BUFFER_PUSH(&m->model->repositories, model_repository_t);
        repository->id = v[ID].number;
        repository->prefix = copy_text(m, &v[PREFIX]);
        repository->arch = BUFFER_AT(&m->arch_names, const char *)[arch];
        repository->directory_idx = directory_idx;
        repository->disabled = (int)v[DISABLED].number;
    }
    return IDMAP_SKIPPED;
}

static apr_uint32_t read_redirect(mm2_t *m, const db_value_t *v)
{
    enum { ID, FROM_REPO, TO_REPO };
    model_redirect_t *redirect;

    if (v[TO_REPO].len == 0) {
        skip(m, "to_repo is empty", NULL);
        return IDMAP_SKIPPED;
    }
    redirect = BUFFER_PUSH(&m->model->redirects, model_redirect_t);
    redirect->id = v[ID].number;
    redirect->from = copy_text(m, &v[FROM_REPO]);
    redirect->to = copy_text(m, &v[TO_REPO]);
    return IDMAP_SKIPPED;
}

/* The hash in hexadecimal digits, or NULL. */
static const char *hash_of(mm2_t *m, const db_value_t *value, apr_size_t len)
{
    apr_size_t i = 0;

    if (value->state == DB_NULL || (has_value(value) && value->len == 0)) {
        return NULL;
    }
    if (has_value(value) && value->len == len) {
        while (i < len && apr_isxdigit(value->text[i])) {
            i++;
        }
    }
    if (i < len) {
        skip(m, "a hash that is not one (the rest is used)", value);
        return NULL;
    }
    return copy_text(m, value);
}

static apr_int64_t natural(const db_value_t *value)
{
    return has_value(value) && value->number >= 0 ? value->number : -1;
}

static apr_uint32_t read_file_detail(mm2_t *m, const db_value_t *v)
{
    enum {
        ID,
        DIRECTORY_ID,
        FILENAME,
        TIMESTAMP,
        SIZE,
        MD5,
        SHA1,
        SHA256,
        SHA512
    };
    static const apr_size_t hash_len[] = {32, 40, 64, 128};
    model_directory_t *directory;
    model_file_detail_t *detail;
    apr_uint32_t directory_idx;
    int i;

    if (v[FILENAME].len == 0) {
        skip(m, "filename is empty", NULL);
        return IDMAP_SKIPPED;
    }
    if (!refers(m, m->directories, &v[DIRECTORY_ID], &directory_idx)) {
        return IDMAP_SKIPPED;
    }
    directory = &MODEL_DIRECTORIES(m->model)[directory_idx];
    if (!directory->file_details) {
        directory->file_details =
            apr_array_make(m->model->pool, 2, sizeof(model_file_detail_t));
    }
    detail = apr_array_push(directory->file_details);
    detail->id = v[ID].number;
    detail->filename = copy_text(m, &v[FILENAME]);
    detail->timestamp = natural(&v[TIMESTAMP]);
    detail->size = natural(&v[SIZE]);
    for (i = 0; i < 4; i++) {
        detail->hashes[i] = hash_of(m, &v[MD5 + i], hash_len[i]);
    }
    return IDMAP_SKIPPED;
}

/* --- networks and places ------------------------------------------------ */

static apr_uint32_t read_location(mm2_t *m, const db_value_t *v)
{
    enum { ID, NAME };
    const char *name = copy_text(m, &v[NAME]);
    model_location_t *location;

    if (!is_new_name(m, m->location_names, name, &v[NAME])) {
        return IDMAP_SKIPPED;
    }
    location = BUFFER_PUSH(&m->model->locations, model_location_t);
    location->name = name;
    return BUFFER_N(&m->model->locations, model_location_t) - 1;
}

static apr_uint32_t read_host_location(mm2_t *m, const db_value_t *v)
{
    enum { ID, HOST_ID, LOCATION_ID };
    apr_uint32_t location_idx, host_idx;

    if (refers(m, m->locations, &v[LOCATION_ID], &location_idx)
        && refers(m, m->hosts, &v[HOST_ID], &host_idx)) {
        push_idx(m, &MODEL_AT(m->model, location)[location_idx].hosts,
                 host_idx);
    }
    return IDMAP_SKIPPED;
}

static void add_netblock(mm2_t *m, const network_t *network,
                         apr_uint32_t host_idx)
{
    model_add_network(m->model, network, MODEL_NETBLOCK, host_idx);
    m->model->netblock_n++;
}

/* A DNS name in a netblock stands for its addresses. */
static void resolve_netblock(mm2_t *m, const db_value_t *name,
                             apr_uint32_t host_idx)
{
    const char *refused = "a name (names are looked up with --resolve only)";
    apr_array_header_t *networks = NULL;
    int i;

    if (m->resolve) {
        refused = resolve_name(&networks, m->resolve, name->text, name->len,
                               m->network_flags);
    }
    if (refused) {
        skip(m, refused, name);
        return;
    }
    for (i = 0; i < networks->nelts; i++) {
        add_netblock(m, &APR_ARRAY_IDX(networks, i, network_t), host_idx);
    }
}

static apr_uint32_t read_netblock(mm2_t *m, const db_value_t *v)
{
    enum { ID, HOST_ID, NETBLOCK };
    const db_value_t *text = &v[NETBLOCK];
    apr_uint32_t host_idx;
    const char *refused;
    network_t network;

    if (!has_value(text)) {
        skip(m, "netblock is NULL", NULL);
        return IDMAP_SKIPPED;
    }
    if (!refers(m, m->hosts, &v[HOST_ID], &host_idx)) {
        return IDMAP_SKIPPED;
    }
    if (network_is_name(text->text, text->len)) {
        resolve_netblock(m, text, host_idx);
        return IDMAP_SKIPPED;
    }
    refused = network_parse(&network, text->text, text->len, m->network_flags);
    if (refused) {
        skip(m, refused, text);
    }
    else {
        add_netblock(m, &network, host_idx);
    }
    return IDMAP_SKIPPED;
}

static apr_uint32_t read_netblock_country(mm2_t *m, const db_value_t *v)
{
    enum { ID, NETBLOCK, COUNTRY };
    apr_uint32_t country_idx;
    const char *refused;
    network_t network;

    if (!has_value(&v[NETBLOCK])) {
        skip(m, "netblock is NULL", NULL);
        return IDMAP_SKIPPED;
    }
    refused = network_parse(&network, v[NETBLOCK].text, v[NETBLOCK].len,
                            m->network_flags);
    if (refused) {
        skip(m, refused, &v[NETBLOCK]);
        return IDMAP_SKIPPED;
    }
    country_idx = model_country(m->model, v[COUNTRY].text, v[COUNTRY].len);
    if (country_idx == MODEL_NONE) {
        skip(m, "country is empty", NULL);
        return IDMAP_SKIPPED;
    }
    model_add_network(m->model, &network, MODEL_NETBLOCK_COUNTRY, country_idx);
    m->model->country_network_n++;
    return IDMAP_SKIPPED;
}

static apr_uint32_t read_continent_redirect(mm2_t *m, const db_value_t *v)
{
    enum { ID, COUNTRY, CONTINENT };
    apr_uint32_t country_idx =
        model_country(m->model, v[COUNTRY].text, v[COUNTRY].len);

    if (country_idx == MODEL_NONE) {
        skip(m, "country is empty", NULL);
    }
    else {
        model_set_continent(m->model, copy_text(m, &v[COUNTRY]),
                            copy_text(m, &v[CONTINENT]));
    }
    return IDMAP_SKIPPED;
}

/* --- the schema --------------------------------------------------------- */

#define MAP(name) offsetof(mm2_t, name)
#define ID                   \
    {                        \
        "id", DB_INT, NEEDED \
    }

/* In the order in which rows may refer to those before them.  Of up2date rows
 * there are millions: nothing but their two numbers is asked for. */
/* clang-format off */
static const table_t tables[] = {
    {"site", 0, NULL, "id", MAP(sites), read_site,
     {ID, {"private", DB_BOOL, NEEDED}, {"admin_active", DB_BOOL, NEEDED},
      {"user_active", DB_BOOL, NEEDED}}},
    {"host", 0, NULL, "id", MAP(hosts), read_host,
     {ID, {"name", DB_TEXT, OPTIONAL}, {"site_id", DB_INT, OPTIONAL},
      {"admin_active", DB_BOOL, NEEDED}, {"user_active", DB_BOOL, NEEDED},
      {"private", DB_BOOL, NEEDED}, {"country", DB_TEXT, OPTIONAL},
      {"bandwidth_int", DB_INT, OPTIONAL}, {"asn", DB_INT, OPTIONAL},
      {"asn_clients", DB_BOOL, NEEDED}}},
    {"host_peer_asn", 1, NULL, "id", 0, read_peer_asn,
     {ID, {"host_id", DB_INT, OPTIONAL}, {"asn", DB_INT, NEEDED}}},
    {"host_country_allowed", 0, NULL, "id", 0, read_country_allowed,
     {ID, {"host_id", DB_INT, OPTIONAL}, {"country", DB_TEXT, OPTIONAL}}},
    {"directory", 0, NULL, "id", MAP(directories), read_directory,
     {ID, {"name", DB_TEXT, NEEDED}}},
    {"category", 0, NULL, "id", MAP(categories), read_category,
     {ID, {"topdir_id", DB_INT, OPTIONAL}}},
    {"category_directory", 0, NULL, "category_id", 0, read_category_directory,
     {{"category_id", DB_INT, OPTIONAL}, {"directory_id", DB_INT, OPTIONAL}}},
    {"host_category", 0, NULL, "id", MAP(host_categories), read_host_category,
     {ID, {"host_id", DB_INT, OPTIONAL}, {"category_id", DB_INT, OPTIONAL},
      {"always_up2date", DB_BOOL, NEEDED}}},
    {"host_category_url", 0, NULL, "id", 0, read_url,
     {ID, {"host_category_id", DB_INT, OPTIONAL}, {"url", DB_TEXT, NEEDED},
      {"private", DB_BOOL, NEEDED}}},
    {"host_category_dir", 0, "up2date", NULL, 0, read_up2date,
     {{"host_category_id", DB_INT, OPTIONAL},
      {"directory_id", DB_INT, OPTIONAL}}},
    {"directory_exclusive_host", 1, NULL, "id", 0, read_exclusive_host,
     {ID, {"directory_id", DB_INT, OPTIONAL}, {"host_id", DB_INT, OPTIONAL}}},
    {"version", 0, NULL, "id", MAP(versions), read_version,
     {ID}},
    {"arch", 0, NULL, "id", MAP(arches), read_arch,
     {ID, {"name", DB_TEXT, NEEDED}}},
    {"repository", 0, NULL, "id", 0, read_repository,
     {ID, {"prefix", DB_TEXT, NEEDED}, {"version_id", DB_INT, OPTIONAL},
      {"arch_id", DB_INT, OPTIONAL}, {"directory_id", DB_INT, OPTIONAL},
      {"disabled", DB_BOOL, NEEDED}}},
    {"repository_redirect", 0, NULL, "id", 0, read_redirect,
     {ID, {"from_repo", DB_TEXT, NEEDED}, {"to_repo", DB_TEXT, NEEDED}}},
    {"file_detail", 0, NULL, "id", 0, read_file_detail,
     {ID, {"directory_id", DB_INT, OPTIONAL}, {"filename", DB_TEXT, NEEDED},
      {"timestamp", DB_INT, OPTIONAL}, {"size", DB_INT, OPTIONAL},
      {"md5", DB_TEXT, OPTIONAL}, {"sha1", DB_TEXT, OPTIONAL},
      {"sha256", DB_TEXT, OPTIONAL}, {"sha512", DB_TEXT, OPTIONAL}}},
    {"location", 1, NULL, "id", MAP(locations), read_location,
     {ID, {"name", DB_TEXT, NEEDED}}},
    {"host_location", 1, NULL, "id", 0, read_host_location,
     {ID, {"host_id", DB_INT, OPTIONAL}, {"location_id", DB_INT, OPTIONAL}}},
    {"host_netblock", 0, NULL, "id", 0, read_netblock,
     {ID, {"host_id", DB_INT, OPTIONAL}, {"netblock", DB_TEXT, OPTIONAL}}},
    {"netblock_country", 1, NULL, "id", 0, read_netblock_country,
     {ID, {"netblock", DB_TEXT, OPTIONAL}, {"country", DB_TEXT, NEEDED}}},
    {"country_continent_redirect", 0, NULL, "id", 0, read_continent_redirect,
     {ID, {"country", DB_TEXT, NEEDED}, {"continent", DB_TEXT, NEEDED}}},
};
/* clang-format on */

static const char *read_table(mm2_t *m, db_t *db, const table_t *table)
{
    db_column_t columns[COLUMN_MAX];
    db_select_t select = {table->name, columns, 0, table->true_column,
                          table->order};
    const char *failed;
    int found = 1;

    if (table->may_lack) {
        failed = db_has_table(db, table->name, &found);
        if (failed || !found) {
            if (!failed) {
                report_warning(m->report,
                               "this database has no table %s; what it would "
                               "say is missing from the cache",
                               table->name);
            }
            return failed;
        }
    }
    for (; table->columns[select.column_n].name; select.column_n++) {
        columns[select.column_n].name = table->columns[select.column_n].name;
        columns[select.column_n].type = table->columns[select.column_n].type;
    }
    m->table = table;
    m->row_n = 0;
    report_step(m->report, table->name, db_estimate(db, table->name));
    failed = db_select(db, &select, read_row, m);
    if (!failed) {
        report_step_done(m->report, m->row_n);
    }
    return failed;
}

const char *mm2_read(model_t *model, db_t *db, int network_flags,
                     resolve_t *resolve, report_t *report)
{
    /* In the pool, whose cleanups look after the buffers in it. */
    mm2_t *m = apr_pcalloc(model->pool, sizeof(*m));
    idmap_t **maps[] = {&m->sites,       &m->hosts,     &m->categories,
                        &m->directories, &m->locations, &m->host_categories,
                        &m->versions,    &m->arches};
    const char *failed = NULL;
    apr_size_t i;

    m->model = model;
    m->report = report;
    m->resolve = resolve;
    m->network_flags = network_flags;
    m->directory_names = apr_hash_make(model->pool);
    m->location_names = apr_hash_make(model->pool);
    apr_pool_create(&m->scratch, model->pool);
    buffer_init(&m->site_rows, model->pool);
    buffer_init(&m->arch_names, model->pool);
    for (i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
        *maps[i] = idmap_create(model->pool);
    }
    for (i = 0; !failed && i < sizeof(tables) / sizeof(tables[0]); i++) {
        if (tables[i].row == read_up2date) {
            model_prepare_carriers(model);
        }
        failed = read_table(m, db, &tables[i]);
    }
    return failed;
}
