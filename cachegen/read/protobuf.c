/* SPDX-License-Identifier: Apache-2.0
 *
 * The fields of MirrorManager's protobuf file, and the order in which they are
 * read.  What an entry means stands in protobuf_hosts.c, protobuf_carriers.c
 * and protobuf_names.c; where it begins and ends, stream.c knows.
 */
#include "protobuf.h"

#include <string.h>

#include "apr_strings.h"

#include "ml_cache_format.h"
#include "protobuf_entry.h"
#include "protobuf_stream.h"

enum { FIRST, THEN, READING_N };

static const struct {
    const char *field;
    protobuf_entry_fn *read[READING_N];
} fields[] = {
    {"NetblockCountryCache", {NULL, protobuf_add_netblock_country}},
    {"LocationCache", {protobuf_note_hosts_of_text, protobuf_add_location}},
    {"HCUrlCache", {protobuf_note_url, NULL}},
    {"FileDetailsCache", {NULL, protobuf_add_file_details}},
    {"DisabledRepositoryCache", {protobuf_note_disabled, NULL}},
    {"CountryContinentRedirectCache", {NULL, protobuf_add_continent}},
    {"RepositoryRedirectCache", {NULL, protobuf_add_redirect}},
    {"RepoArchToDirectoryName", {NULL, protobuf_add_repository}},
    {"HostAsnCache", {protobuf_note_hosts_of_asn, protobuf_add_asn}},
    {"HostCountryCache", {protobuf_note_country, NULL}},
    {"HostBandwidthCache", {protobuf_note_bandwidth, NULL}},
    {"HostCountryAllowedCache", {protobuf_note_allowed, NULL}},
    {"HostNetblockCache", {protobuf_note_hosts_of_text, protobuf_add_netblock}},
    {"MirrorListCache", {protobuf_note_listed, protobuf_add_listed}},
};

static protobuf_entry_fn *function_of(const char *field, int reading)
{
    apr_size_t i;

    for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (!strcmp(fields[i].field, field)) {
            return fields[i].read[reading];
        }
    }
    return NULL;
}

/* Whether the entry says what it is about, in its field number 1. */
static int has_key(protobuf_t *p, const ProtobufCMessage *entry, int reading)
{
    const ProtobufCFieldDescriptor *key =
        protobuf_c_message_descriptor_get_field(entry->descriptor, 1);
    int found = *(const protobuf_c_boolean *)((const char *)entry
                                              + key->quantifier_offset);

    if (!found && (reading == FIRST || !function_of(p->field, FIRST))) {
        protobuf_skip(p, apr_pstrcat(p->scratch, "has no ", key->name, NULL),
                      p->field, NULL);
    }
    return found;
}

static void *allocate(void *pool, size_t size)
{
    return apr_palloc(pool, size);
}

static void leave(void *pool, void *memory)
{
}

static const char *read_entry(protobuf_t *p, protobuf_stream_t *stream,
                              const protobuf_field_t *field,
                              const ProtobufCMessageDescriptor *type,
                              int reading)
{
    ProtobufCAllocator allocator = {allocate, leave, p->scratch};
    protobuf_entry_fn *function = function_of(p->field, reading);
    const apr_byte_t *bytes;
    ProtobufCMessage *entry;
    const char *failed;

    if (!function) {
        return NULL;
    }
    failed = protobuf_stream_bytes(stream, &bytes);
    if (failed) {
        return failed;
    }
    entry = protobuf_c_message_unpack(type, &allocator, (size_t)field->value,
                                      bytes);
    if (!entry) {
        return protobuf_stream_damage(
            stream, apr_psprintf(p->scratch, "is no %s", p->field));
    }
    if (has_key(p, entry, reading)) {
        function(p, entry);
    }
    apr_pool_clear(p->scratch);
    return NULL;
}

static const char *read_field(protobuf_t *p, protobuf_stream_t *stream,
                              const protobuf_field_t *field, int reading)
{
    const ProtobufCFieldDescriptor *known =
        protobuf_c_message_descriptor_get_field(&mirror_list__descriptor,
                                                field->number);

    if (!known) {
        return NULL;
    }
    p->field = known->name;
    if (known->type == PROTOBUF_C_TYPE_MESSAGE && field->kind == WIRE_BYTES) {
        return read_entry(p, stream, field, known->descriptor, reading);
    }
    /* The only number among them is the time. */
    if (known->type == PROTOBUF_C_TYPE_UINT64 && field->kind == WIRE_NUMBER
        && field->value <= ML_TIME_MAX) {
        p->time_s = (apr_int64_t)field->value;
    }
    return NULL;
}

static const char *read_all(protobuf_t *p, protobuf_stream_t *stream,
                            int reading)
{
    static const char *const names[READING_N] = {"protobuf, first pass",
                                                 "protobuf, second pass"};
    const char *failed = protobuf_stream_rewind(stream);
    apr_uint64_t entry_n = 0;
    protobuf_field_t field;
    int more = 1;

    report_step(p->report, names[reading], p->entry_n);
    while (!failed) {
        failed = protobuf_stream_next(stream, &field, &more);
        if (failed || !more) {
            break;
        }
        failed = read_field(p, stream, &field, reading);
        if (++entry_n % 1024 == 0) {
            report_rows(p->report, entry_n);
        }
    }
    if (!failed) {
        report_step_done(p->report, entry_n);
    }
    p->entry_n = entry_n;
    return failed;
}

static const char *read_wire(protobuf_t *p, protobuf_stream_t *stream,
                             const char *path)
{
    const char *failed = read_all(p, stream, FIRST);

    if (!failed && BUFFER_N(&p->listed) == 0) {
        failed = apr_pstrcat(p->model->pool, path,
                             " has no directory: it is truncated or not a "
                             "mirrorlist_cache.proto",
                             NULL);
    }
    if (!failed) {
        protobuf_sort_hosts(p);
        protobuf_settle_carriers(p);
        failed = read_all(p, stream, THEN);
    }
    return failed ? failed : protobuf_stream_close(stream);
}

const char *protobuf_read(model_t *model, apr_int64_t *time_s, const char *path,
                          netblocks_t *netblocks, report_t *report)
{
    /* In the pool, whose cleanups look after the buffers in it. */
    protobuf_t *p = apr_pcalloc(model->pool, sizeof(*p));
    const char *failed;
    protobuf_stream_t *stream;

    p->model = model;
    p->report = report;
    p->netblocks = netblocks;
    p->time_s = -1;
    p->hosts = idmap_create(model->pool);
    p->public_hosts = idmap_create(model->pool);
    p->urls = idmap_create(model->pool);
    p->disabled = apr_hash_make(model->pool);
    p->category_by_top = apr_hash_make(model->pool);
    p->directory_by_name = apr_hash_make(model->pool);
    p->location_by_name = apr_hash_make(model->pool);
    buffer_init(&p->url_texts.buffer, model->pool);
    buffer_init(&p->carrier_bytes, model->pool);
    buffer_init(&p->carrier.buffer, model->pool);
    buffer_init(&p->listed.buffer, model->pool);
    p->carriers = intern_create(&p->carrier_bytes, model->pool);
    apr_pool_create(&p->scratch, model->pool);
    failed = protobuf_stream_open(&stream, path, model->pool);
    if (!failed) {
        failed = read_wire(p, stream, path);
    }
    if (!failed && p->time_s < 0) {
        report_warning(report,
                       "%s does not say when it was made: without --time the "
                       "cache counts as made now",
                       path);
    }
    *time_s = p->time_s;
    return failed;
}
