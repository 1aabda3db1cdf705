/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows about hosts: who they are, what they carry, under which URLs.
 */
#include "mm2_row.h"

#include <string.h>

apr_uint32_t mm2_read_site(mm2_t *m, const db_value_t *v)
{
    enum { ID, PRIVATE, ADMIN_ACTIVE, USER_ACTIVE };
    mm2_site_t *site = BUFFER_PUSH(&m->site_rows);

    site->off = (v[ADMIN_ACTIVE].number ? 0 : ML_ROW_SITE_ADMIN_OFF)
                | (v[USER_ACTIVE].number ? 0 : ML_ROW_SITE_USER_OFF);
    site->is_private = (int)v[PRIVATE].number;
    return BUFFER_N(&m->site_rows) - 1;
}

static int is_asn(const db_value_t *asn)
{
    return mm2_has_value(asn) && model_is_asn(asn->number);
}

/* A name that only messages show: empty if it cannot be used. */
static const char *copy_label(mm2_t *m, const db_value_t *text)
{
    return mm2_has_value(text) && mm2_is_clean(text) ? mm2_copy_text(m, text)
                                                     : "";
}

apr_uint32_t mm2_read_host(mm2_t *m, const db_value_t *v)
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
        ASN_CLIENTS,
        LATITUDE,
        LONGITUDE
    };
    apr_uint32_t place = BUFFER_N(&m->model->hosts), site_idx;
    const mm2_site_t no_site = {ML_ROW_NO_SITE, 0}, *site = &no_site;
    model_host_t *host;

    if (v[SITE_ID].state != DB_NULL) {
        if (!mm2_refers(m, m->sites, &v[SITE_ID], &site_idx)) {
            return IDMAP_SKIPPED;
        }
        site = &BUFFER_AT(&m->site_rows)[site_idx];
    }
    host = BUFFER_PUSH(&m->model->hosts);
    host->id = v[ID].number;
    host->name = copy_label(m, &v[NAME]);
    host->country_idx =
        mm2_has_value(&v[COUNTRY])
            ? model_country(m->model, v[COUNTRY].text, v[COUNTRY].len)
            : ML_NONE;
    host->bandwidth = model_bandwidth(
        mm2_has_value(&v[BANDWIDTH_INT]) ? v[BANDWIDTH_INT].number : 1);
    host->asn_clients = (int)v[ASN_CLIENTS].number;
    model_place_host(host, v[LATITUDE].text, v[LATITUDE].len, v[LONGITUDE].text,
                     v[LONGITUDE].len);
    host->off = site->off | (v[ADMIN_ACTIVE].number ? 0 : ML_ROW_HOST_ADMIN_OFF)
                | (v[USER_ACTIVE].number ? 0 : ML_ROW_HOST_USER_OFF);
    host->active = !host->off;
    host->is_private = site->is_private || v[PRIVATE].number;
    if (is_asn(&v[ASN]) && host->asn_clients) {
        model_add_asn(m->model, v[ASN].number, place);
    }
    return place;
}

apr_uint32_t mm2_read_peer_asn(mm2_t *m, const db_value_t *v)
{
    enum { ID, HOST_ID, ASN };
    apr_uint32_t host_idx;

    if (!is_asn(&v[ASN])) {
        mm2_skip(m, "asn is out of range", &v[ASN]);
    }
    else if (mm2_refers(m, m->hosts, &v[HOST_ID], &host_idx)
             && BUFFER_AT(&m->model->hosts)[host_idx].asn_clients) {
        model_add_asn(m->model, v[ASN].number, host_idx);
    }
    return IDMAP_SKIPPED;
}

apr_uint32_t mm2_read_country_allowed(mm2_t *m, const db_value_t *v)
{
    enum { ID, HOST_ID, COUNTRY };
    const db_value_t *country = &v[COUNTRY];
    apr_uint32_t host_idx;
    const char *refused;

    if (mm2_refers(m, m->hosts, &v[HOST_ID], &host_idx)) {
        refused = model_restrict(m->model, host_idx,
                                 mm2_has_value(country) ? country->text : NULL,
                                 country->len);
        if (refused) {
            mm2_skip(m, refused, country);
        }
    }
    return IDMAP_SKIPPED;
}

apr_uint32_t mm2_read_directory(mm2_t *m, const db_value_t *v)
{
    enum { ID, NAME };
    apr_uint32_t n = BUFFER_N(&m->model->directories);
    const char *name =
        model_directory_name(v[NAME].text, v[NAME].len, m->model->pool);
    apr_uint32_t place = model_place_of_name(m->directory_names, name, n);

    if (place == n) {
        model_directory_t *directory = BUFFER_PUSH(&m->model->directories);

        directory->name = name;
    }
    return place;
}

apr_uint32_t mm2_read_category(mm2_t *m, const db_value_t *v)
{
    enum { ID, NAME, TOPDIR_ID };
    model_category_t *category = BUFFER_PUSH(&m->model->categories);

    category->name = copy_label(m, &v[NAME]);
    category->carriers =
        apr_array_make(m->model->pool, 16, sizeof(apr_uint32_t));
    if (!mm2_refers(m, m->directories, &v[TOPDIR_ID], &category->topdir_idx)) {
        category->topdir_idx = ML_NONE;
    }
    return BUFFER_N(&m->model->categories) - 1;
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

apr_uint32_t mm2_read_category_directory(mm2_t *m, const db_value_t *v)
{
    enum { CATEGORY_ID, DIRECTORY_ID };
    apr_uint32_t category_idx, directory_idx, topdir_idx;
    const model_directory_t *directories = BUFFER_AT(&m->model->directories);
    apr_ssize_t off;

    if (!mm2_refers(m, m->categories, &v[CATEGORY_ID], &category_idx)
        || !mm2_refers(m, m->directories, &v[DIRECTORY_ID], &directory_idx)) {
        return IDMAP_SKIPPED;
    }
    topdir_idx = BUFFER_AT(&m->model->categories)[category_idx].topdir_idx;
    if (topdir_idx == ML_NONE) {
        return IDMAP_SKIPPED; /* reported with the category */
    }
    off = subpath_off(directories[directory_idx].name,
                      directories[topdir_idx].name);
    if (off < 0) {
        mm2_skip(m, "the directory is outside its category's top directory",
                 NULL);
        return IDMAP_SKIPPED;
    }
    model_add_placement(m->model, directory_idx, category_idx,
                        (apr_uint32_t)off);
    return IDMAP_SKIPPED;
}

apr_uint32_t mm2_read_host_category(mm2_t *m, const db_value_t *v)
{
    enum { ID, HOST_ID, CATEGORY_ID, ALWAYS_UP2DATE };
    model_host_category_t *host_category;
    apr_uint32_t host_idx, category_idx;

    if (!mm2_refers(m, m->hosts, &v[HOST_ID], &host_idx)
        || !mm2_refers(m, m->categories, &v[CATEGORY_ID], &category_idx)) {
        return IDMAP_SKIPPED;
    }
    host_category = BUFFER_PUSH(&m->model->host_categories);
    host_category->host_idx = host_idx;
    host_category->category_idx = category_idx;
    host_category->always_up2date = (int)v[ALWAYS_UP2DATE].number;
    return BUFFER_N(&m->model->host_categories) - 1;
}

apr_uint32_t mm2_read_url(mm2_t *m, const db_value_t *v)
{
    enum { ID, HOST_CATEGORY_ID, URL, PRIVATE };
    const char *url, *refused;
    apr_uint32_t place;

    if (!mm2_refers(m, m->host_categories, &v[HOST_CATEGORY_ID], &place)) {
        return IDMAP_SKIPPED;
    }
    refused = model_url(&url, v[URL].text, v[URL].len, m->model->pool);
    if (refused) {
        mm2_skip(m, refused, &v[URL]);
    }
    else if (!v[PRIVATE].number) {
        model_add_url(m->model, place, v[ID].number, url);
    }
    return IDMAP_SKIPPED;
}

apr_uint32_t mm2_read_up2date(mm2_t *m, const db_value_t *v)
{
    enum { HOST_CATEGORY_ID, DIRECTORY_ID };
    apr_uint32_t host_category_idx, directory_idx;

    if (mm2_refers(m, m->host_categories, &v[HOST_CATEGORY_ID],
                   &host_category_idx)
        && mm2_refers(m, m->directories, &v[DIRECTORY_ID], &directory_idx)) {
        model_set_up2date(m->model, host_category_idx, directory_idx);
    }
    return IDMAP_SKIPPED;
}

apr_uint32_t mm2_read_exclusive_host(mm2_t *m, const db_value_t *v)
{
    enum { ID, DIRECTORY_ID, HOST_ID };
    apr_uint32_t directory_idx, host_idx;

    if (mm2_refers(m, m->directories, &v[DIRECTORY_ID], &directory_idx)) {
        if (!mm2_refers(m, m->hosts, &v[HOST_ID], &host_idx)) {
            host_idx = ML_NONE; /* restricts all the same */
        }
        model_push_idx(
            m->model,
            &BUFFER_AT(&m->model->directories)[directory_idx].exclusive,
            host_idx);
    }
    return IDMAP_SKIPPED;
}
