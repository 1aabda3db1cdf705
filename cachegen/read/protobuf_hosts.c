/* SPDX-License-Identifier: Apache-2.0
 *
 * Entries about hosts: who there is, and the lists of hosts for a place.
 */
#include "protobuf_entry.h"

#include <stdlib.h>

#include "apr_strings.h"

apr_uint32_t protobuf_note_host(protobuf_t *p, apr_int64_t id)
{
    apr_uint32_t place = idmap_find(p->hosts, id);
    model_host_t *host;

    if (place == IDMAP_UNKNOWN) {
        place = BUFFER_N(&p->model->hosts);
        idmap_add(p->hosts, id, place);
        host = BUFFER_PUSH(&p->model->hosts);
        host->id = id;
        host->name = "";
        host->country_idx = ML_NONE;
        host->bandwidth = model_bandwidth(0);
        host->active = 1;
    }
    return place;
}

static void note_hosts(protobuf_t *p, const int64_t *ids, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++) {
        protobuf_note_host(p, ids[i]);
    }
}

void protobuf_note_hosts_of_text(protobuf_t *p, const void *entry)
{
    const TextIds *list = entry;

    note_hosts(p, list->value, list->n_value);
}

void protobuf_note_hosts_of_asn(protobuf_t *p, const void *entry)
{
    const IdIds *list = entry;

    note_hosts(p, list->value, list->n_value);
}

/* A bad country costs its host. */
void protobuf_note_country(protobuf_t *p, const void *entry)
{
    const IdText *country = entry;
    apr_uint32_t place = protobuf_note_host(p, country->key);
    model_host_t *host = &BUFFER_AT(&p->model->hosts)[place];
    const ProtobufCBinaryData value = protobuf_trim(&country->value);
    const char *text = protobuf_text(&value);
    const char *refused = model_text_refusal(text, value.len);

    if (refused) {
        host->active = 0;
        protobuf_skip_id(p,
                         apr_pstrcat(p->scratch, "its country ", refused, NULL),
                         country->key, &value);
    }
    else {
        host->country_idx = model_country(p->model, text, value.len);
    }
}

void protobuf_note_bandwidth(protobuf_t *p, const void *entry)
{
    const IdInt *bandwidth = entry;
    apr_uint32_t place = protobuf_note_host(p, bandwidth->key);

    BUFFER_AT(&p->model->hosts)
    [place].bandwidth = model_bandwidth(bandwidth->value);
}

void protobuf_note_allowed(protobuf_t *p, const void *entry)
{
    const IdTexts *allowed = entry;
    apr_uint32_t place = protobuf_note_host(p, allowed->key);
    ProtobufCBinaryData country = {0, NULL};
    size_t i, n = allowed->n_value;

    /* A list of no country restricts like one of no usable country. */
    for (i = 0; i < (n > 0 ? n : 1); i++) {
        const char *refused;

        if (n > 0) {
            country = protobuf_trim(&allowed->value[i]);
        }
        refused = model_restrict(p->model, place, protobuf_text(&country),
                                 country.len);
        if (refused) {
            protobuf_skip_id(p, refused, allowed->key, &country);
        }
    }
}

static int host_order(const void *a_, const void *b_)
{
    const model_host_t *a = a_, *b = b_;

    return (a->id > b->id) - (a->id < b->id);
}

void protobuf_sort_hosts(protobuf_t *p)
{
    model_host_t *hosts = BUFFER_AT(&p->model->hosts);
    apr_uint32_t n = BUFFER_N(&p->model->hosts), i;

    if (n > 0) {
        qsort(hosts, n, sizeof(*hosts), host_order);
    }
    p->hosts = idmap_create(p->model->pool);
    for (i = 0; i < n; i++) {
        idmap_add(p->hosts, hosts[i].id, i);
    }
}

apr_uint32_t protobuf_host(const protobuf_t *p, apr_int64_t id)
{
    apr_uint32_t place = idmap_find(p->hosts, id);

    return place != IDMAP_UNKNOWN && BUFFER_AT(&p->model->hosts)[place].active
               ? place
               : ML_NONE;
}

void protobuf_add_location(protobuf_t *p, const void *entry)
{
    const TextIds *location = entry;
    const ProtobufCBinaryData key = protobuf_trim(&location->key);
    apr_uint32_t n = BUFFER_N(&p->model->locations), place;
    const char *name;
    size_t i;

    if (!protobuf_is_usable(p, &key)) {
        return;
    }
    name = protobuf_copy_text(p, &key);
    place = model_place_of_name(p->location_by_name, name, n);
    if (place == n) {
        BUFFER_PUSH(&p->model->locations)->name = name;
    }
    for (i = 0; i < location->n_value; i++) {
        apr_uint32_t host_idx = protobuf_host(p, location->value[i]);

        if (host_idx != ML_NONE) {
            model_push_idx(p->model,
                           &BUFFER_AT(&p->model->locations)[place].hosts,
                           host_idx);
        }
    }
}

void protobuf_add_asn(protobuf_t *p, const void *entry)
{
    const IdIds *asn = entry;
    size_t i;

    if (!model_is_asn(asn->key)) {
        protobuf_skip_id(p, "asn is out of range", asn->key, NULL);
        return;
    }
    for (i = 0; i < asn->n_value; i++) {
        apr_uint32_t host_idx = protobuf_host(p, asn->value[i]);

        if (host_idx != ML_NONE) {
            model_add_asn(p->model, asn->key, host_idx);
        }
    }
}

void protobuf_add_netblock(protobuf_t *p, const void *entry)
{
    const TextIds *netblock = entry;
    apr_uint32_t *hosts =
        apr_palloc(p->scratch, (netblock->n_value + 1) * sizeof(*hosts));
    apr_size_t host_n = 0, i;

    for (i = 0; i < netblock->n_value; i++) {
        hosts[host_n] = protobuf_host(p, netblock->value[i]);
        host_n += hosts[host_n] != ML_NONE;
    }
    netblock_add(p->netblocks, protobuf_text(&netblock->key), netblock->key.len,
                 hosts, host_n, p->field, p->field);
}
