/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows about places: locations, netblocks, countries and continents.
 */
#include "mm2_row.h"

apr_uint32_t mm2_read_location(mm2_t *m, const db_value_t *v)
{
    enum { ID, NAME };
    apr_uint32_t n = BUFFER_N(&m->model->locations, model_location_t);
    const char *name = mm2_copy_text(m, &v[NAME]);
    apr_uint32_t place = mm2_place_of_name(m->location_names, name, n);

    if (place == n) {
        BUFFER_PUSH(&m->model->locations, model_location_t)->name = name;
    }
    return place;
}

apr_uint32_t mm2_read_host_location(mm2_t *m, const db_value_t *v)
{
    enum { ID, HOST_ID, LOCATION_ID };
    apr_uint32_t location_idx, host_idx;

    if (mm2_refers(m, m->locations, &v[LOCATION_ID], &location_idx)
        && mm2_refers(m, m->hosts, &v[HOST_ID], &host_idx)) {
        mm2_push_idx(m, &MODEL_AT(m->model, location)[location_idx].hosts,
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
        mm2_skip(m, refused, name);
        return;
    }
    for (i = 0; i < networks->nelts; i++) {
        add_netblock(m, &APR_ARRAY_IDX(networks, i, network_t), host_idx);
    }
}

apr_uint32_t mm2_read_netblock(mm2_t *m, const db_value_t *v)
{
    enum { ID, HOST_ID, NETBLOCK };
    const db_value_t *text = &v[NETBLOCK];
    apr_uint32_t host_idx;
    const char *refused;
    network_t network;

    if (!mm2_has_value(text)) {
        mm2_skip(m, "netblock is NULL", NULL);
        return IDMAP_SKIPPED;
    }
    if (!mm2_refers(m, m->hosts, &v[HOST_ID], &host_idx)) {
        return IDMAP_SKIPPED;
    }
    if (network_is_name(text->text, text->len)) {
        resolve_netblock(m, text, host_idx);
        return IDMAP_SKIPPED;
    }
    refused = network_parse(&network, text->text, text->len, m->network_flags);
    if (refused) {
        mm2_skip(m, refused, text);
    }
    else {
        add_netblock(m, &network, host_idx);
    }
    return IDMAP_SKIPPED;
}

apr_uint32_t mm2_read_netblock_country(mm2_t *m, const db_value_t *v)
{
    enum { ID, NETBLOCK, COUNTRY };
    apr_uint32_t country_idx;
    const char *refused;
    network_t network;

    if (!mm2_has_value(&v[NETBLOCK])) {
        mm2_skip(m, "netblock is NULL", NULL);
        return IDMAP_SKIPPED;
    }
    refused = network_parse(&network, v[NETBLOCK].text, v[NETBLOCK].len,
                            m->network_flags);
    if (refused) {
        mm2_skip(m, refused, &v[NETBLOCK]);
        return IDMAP_SKIPPED;
    }
    country_idx = model_country(m->model, v[COUNTRY].text, v[COUNTRY].len);
    if (country_idx == MODEL_NONE) {
        mm2_skip(m, "country is empty", NULL);
        return IDMAP_SKIPPED;
    }
    model_add_network(m->model, &network, MODEL_NETBLOCK_COUNTRY, country_idx);
    m->model->country_network_n++;
    return IDMAP_SKIPPED;
}

apr_uint32_t mm2_read_continent_redirect(mm2_t *m, const db_value_t *v)
{
    enum { ID, COUNTRY, CONTINENT };
    apr_uint32_t country_idx =
        model_country(m->model, v[COUNTRY].text, v[COUNTRY].len);

    const char *continent = mm2_copy_text(m, &v[CONTINENT]);

    if (country_idx == MODEL_NONE) {
        mm2_skip(m, "country is empty", NULL);
    }
    else if (!continent[strspn(continent, " ")]) {
        mm2_skip(m, "continent is empty (none is --)", NULL);
    }
    else {
        model_set_continent(m->model, mm2_copy_text(m, &v[COUNTRY]), continent);
    }
    return IDMAP_SKIPPED;
}
