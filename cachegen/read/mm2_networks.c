/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows about places: locations, netblocks, countries and continents.
 */
#include "mm2_row.h"

apr_uint32_t mm2_read_location(mm2_t *m, const db_value_t *v)
{
    enum { ID, NAME };
    apr_uint32_t n = BUFFER_N(&m->model->locations);
    const char *name = mm2_copy_text(m, &v[NAME]);
    apr_uint32_t place = model_place_of_name(m->location_names, name, n);

    if (place == n) {
        BUFFER_PUSH(&m->model->locations)->name = name;
    }
    return place;
}

apr_uint32_t mm2_read_host_location(mm2_t *m, const db_value_t *v)
{
    enum { ID, HOST_ID, LOCATION_ID };
    apr_uint32_t location_idx, host_idx;

    if (mm2_refers(m, m->locations, &v[LOCATION_ID], &location_idx)
        && mm2_refers(m, m->hosts, &v[HOST_ID], &host_idx)) {
        model_push_idx(m->model,
                       &BUFFER_AT(&m->model->locations)[location_idx].hosts,
                       host_idx);
    }
    return IDMAP_SKIPPED;
}

apr_uint32_t mm2_read_netblock(mm2_t *m, const db_value_t *v)
{
    enum { ID, HOST_ID, NETBLOCK };
    const db_value_t *text = &v[NETBLOCK];
    apr_uint32_t host_idx;

    if (mm2_refers(m, m->hosts, &v[HOST_ID], &host_idx)) {
        netblock_add(m->netblocks, text->text, text->len, &host_idx, 1,
                     m->table->name, mm2_row_name(m));
        apr_pool_clear(m->scratch);
    }
    return IDMAP_SKIPPED;
}

apr_uint32_t mm2_read_netblock_country(mm2_t *m, const db_value_t *v)
{
    enum { ID, NETBLOCK, COUNTRY };

    netblock_add_country(m->netblocks, v[NETBLOCK].text, v[NETBLOCK].len,
                         v[COUNTRY].text, v[COUNTRY].len, m->table->name,
                         mm2_row_name(m));
    apr_pool_clear(m->scratch);
    return IDMAP_SKIPPED;
}

apr_uint32_t mm2_read_continent_redirect(mm2_t *m, const db_value_t *v)
{
    enum { ID, COUNTRY, CONTINENT };
    const char *refused =
        model_redirect_continent(m->model, mm2_copy_text(m, &v[COUNTRY]),
                                 mm2_copy_text(m, &v[CONTINENT]));

    if (refused) {
        mm2_skip(m, refused, NULL);
    }
    return IDMAP_SKIPPED;
}
