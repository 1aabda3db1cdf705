/* SPDX-License-Identifier: Apache-2.0
 *
 * Entries about what hosts carry, under which URLs.
 *
 * The file knows no categories.  Directories under one top directory (the
 * name without the sub-path) make one, and each pair of a host and the base
 * URLs it has there is a carrier of that category.
 */
#include "protobuf_entry.h"

#include <stdlib.h>
#include <string.h>

#include "apr_strings.h"

#include "ml_text.h"

void protobuf_note_url(protobuf_t *p, const void *entry)
{
    const IdText *base = entry;
    apr_uint32_t place = BUFFER_N(&p->url_texts);
    const ProtobufCBinaryData value = protobuf_trim(&base->value);
    const char *text = protobuf_text(&value), *url, *refused;

    refused = model_text_refusal(text, value.len);
    if (refused) {
        refused = apr_pstrcat(p->scratch, "its URL ", refused, NULL);
    }
    else {
        refused = model_url(&url, text, value.len, p->model->pool);
    }
    if (!idmap_add(p->urls, base->key, refused ? IDMAP_SKIPPED : place)) {
        refused = "its id is not unique";
    }
    if (refused) {
        protobuf_skip_id(p, refused, base->key, &value);
        return;
    }
    *BUFFER_PUSH(&p->url_texts) = url;
}

static apr_uint32_t category_of_top(protobuf_t *p, const char *top)
{
    apr_uint32_t n = BUFFER_N(&p->model->categories);
    apr_uint32_t place = model_place_of_name(p->category_by_top, top, n);

    if (place == n) {
        model_category_t *category = BUFFER_PUSH(&p->model->categories);

        category->name = top;           /* the file does not say a better one */
        category->topdir_idx = ML_NONE; /* may be no directory at all */
        category->carriers =
            apr_array_make(p->model->pool, 16, sizeof(apr_uint32_t));
    }
    return place;
}

/* Where the sub-path begins in the name, or -1 if it is not its end. */
static apr_ssize_t subpath_off(const char *name, const char *subpath)
{
    apr_size_t len = strlen(name), off = len - strlen(subpath);

    if (!*subpath) {
        return (apr_ssize_t)len;
    }
    if (off > len || strcmp(name + off, subpath)
        || (off > 0 && name[off - 1] != '/')) {
        return -1;
    }
    return (apr_ssize_t)off;
}

/* The directory of an entry and its category there, or ML_NONE if that
 * cannot be. */
static protobuf_listed_t note_directory(protobuf_t *p,
                                        const MirrorListCacheType *entry)
{
    protobuf_listed_t listed = {ML_NONE, ML_NONE};
    const char *name, *subpath;
    apr_ssize_t off;

    if (!protobuf_is_clean(p, &entry->directory)) {
        return listed;
    }
    subpath = model_directory_name(protobuf_text(&entry->subpath),
                                   entry->subpath.len, p->scratch);
    listed.directory_idx = protobuf_directory(p, &entry->directory);
    name = BUFFER_AT(&p->model->directories)[listed.directory_idx].name;
    off = subpath_off(name, subpath);
    if (off < 0) {
        protobuf_skip_text(p, "its name does not end in its sub-path",
                           &entry->directory);
        return (protobuf_listed_t){ML_NONE, ML_NONE};
    }
    listed.category_idx = category_of_top(
        p, ml_text_copy(name, (apr_size_t)(off > 0 && *subpath ? off - 1 : off),
                        p->model->pool));
    model_add_placement(p->model, listed.directory_idx, listed.category_idx,
                        (apr_uint32_t)off);
    return listed;
}

static int id_order(const void *a_, const void *b_)
{
    const apr_int64_t *a = a_, *b = b_;

    return (*a > *b) - (*a < *b);
}

/* The number of the carrier, in whatever order its URLs come. */
static apr_uint32_t carrier_of(protobuf_t *p, apr_uint32_t category_idx,
                               const IdIds *host)
{
    p->carrier.buffer.len = 0;
    *BUFFER_PUSH(&p->carrier) = category_idx;
    *BUFFER_PUSH(&p->carrier) = host->key;
    if (host->n_value > 0) {
        qsort(buffer_add(&p->carrier.buffer, host->value,
                         host->n_value * sizeof(apr_int64_t)),
              host->n_value, sizeof(apr_int64_t), id_order);
    }
    return intern_add(p->carriers, p->carrier.buffer.data,
                      p->carrier.buffer.len);
}

static void note_public(protobuf_t *p, const int64_t *ids, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++) {
        idmap_add(p->public_hosts, ids[i], 0);
    }
}

void protobuf_note_listed(protobuf_t *p, const void *entry_)
{
    const MirrorListCacheType *entry = entry_;
    protobuf_listed_t listed = note_directory(p, entry);
    size_t i;

    *BUFFER_PUSH(&p->listed) = listed;
    if (listed.directory_idx == ML_NONE) {
        return;
    }
    for (i = 0; i < entry->n_byhostid; i++) {
        protobuf_note_host(p, entry->byhostid[i]->key);
        carrier_of(p, listed.category_idx, entry->byhostid[i]);
    }
    note_public(p, entry->global, entry->n_global);
    for (i = 0; i < entry->n_bycountry; i++) {
        note_public(p, entry->bycountry[i]->value,
                    entry->bycountry[i]->n_value);
    }
}

static void add_carrier(protobuf_t *p, const apr_int64_t *ids, apr_size_t n)
{
    apr_uint32_t host_category_idx = BUFFER_N(&p->model->host_categories);
    model_host_category_t *host_category =
        BUFFER_PUSH(&p->model->host_categories);
    apr_size_t i;

    host_category->category_idx = (apr_uint32_t)ids[0];
    host_category->host_idx = idmap_find(p->hosts, ids[1]);
    BUFFER_AT(&p->model->hosts)
    [host_category->host_idx].is_private =
        idmap_find(p->public_hosts, ids[1]) == IDMAP_UNKNOWN;
    for (i = 2; i < n; i++) {
        apr_uint32_t place = idmap_find(p->urls, ids[i]);

        if (place == IDMAP_UNKNOWN) {
            protobuf_skip(p, "names a base URL that does not exist",
                          apr_psprintf(p->scratch,
                                       "%s, host %" APR_INT64_T_FMT
                                       ", base URL %" APR_INT64_T_FMT,
                                       p->field, ids[1], ids[i]),
                          NULL);
        }
        else if (place != IDMAP_SKIPPED) {
            model_add_url(p->model, host_category_idx, ids[i],
                          BUFFER_AT(&p->url_texts)[place]);
        }
    }
}

void protobuf_settle_carriers(protobuf_t *p)
{
    apr_uint32_t n = intern_n(p->carriers), i;

    p->field = "MirrorListCache";
    for (i = 0; i < n; i++) {
        apr_size_t off = intern_off(p->carriers, i);
        apr_size_t end =
            i + 1 < n ? intern_off(p->carriers, i + 1) : p->carrier_bytes.len;

        add_carrier(p, (const apr_int64_t *)(p->carrier_bytes.data + off),
                    (end - off) / sizeof(apr_int64_t));
        apr_pool_clear(p->scratch);
    }
    model_prepare_carriers(p->model);
}

void protobuf_add_listed(protobuf_t *p, const void *entry_)
{
    const MirrorListCacheType *entry = entry_;
    apr_uint32_t number = p->listed_n++, carrier;
    protobuf_listed_t listed;
    size_t i;

    /* A file that is being written to is refused at its end; until then it
     * shall do no harm. */
    if (number >= BUFFER_N(&p->listed)) {
        return;
    }
    listed = BUFFER_AT(&p->listed)[number];
    if (listed.directory_idx == ML_NONE) {
        return;
    }
    for (i = 0; i < entry->n_byhostid; i++) {
        carrier = carrier_of(p, listed.category_idx, entry->byhostid[i]);
        if (carrier < BUFFER_N(&p->model->host_categories)) {
            model_set_up2date(p->model, carrier, listed.directory_idx);
        }
    }
}
