/* SPDX-License-Identifier: Apache-2.0
 *
 * What can be said of an entry whatever its field: its texts, its name in
 * messages, the directories that entries name.
 */
#include "protobuf_entry.h"

#include "apr_strings.h"

#include "ml_text.h"

const char *protobuf_text(const ProtobufCBinaryData *text)
{
    return text->len > 0 ? (const char *)text->data : "";
}

ProtobufCBinaryData protobuf_trim(const ProtobufCBinaryData *text)
{
    const char *trimmed = protobuf_text(text);
    apr_size_t len = text->len;

    ml_text_trim(&trimmed, &len);
    return (ProtobufCBinaryData){len, (uint8_t *)trimmed};
}

void protobuf_skip(protobuf_t *p, const char *reason, const char *row,
                   const ProtobufCBinaryData *value)
{
    report_skip(p->report,
                apr_pstrcat(p->scratch, p->field, ": ", reason, NULL), row,
                value ? protobuf_text(value) : NULL, value ? value->len : 0);
}

void protobuf_skip_text(protobuf_t *p, const char *reason,
                        const ProtobufCBinaryData *text)
{
    protobuf_skip(p, reason, p->field, text);
}

void protobuf_skip_id(protobuf_t *p, const char *reason, apr_int64_t id,
                      const ProtobufCBinaryData *value)
{
    protobuf_skip(
        p, reason,
        apr_psprintf(p->scratch, "%s %" APR_INT64_T_FMT, p->field, id), value);
}

int protobuf_is_clean(protobuf_t *p, const ProtobufCBinaryData *text)
{
    const char *refused = model_text_refusal(protobuf_text(text), text->len);

    if (refused) {
        protobuf_skip_text(
            p, apr_pstrcat(p->scratch, "its text ", refused, NULL), text);
    }
    return !refused;
}

int protobuf_is_usable(protobuf_t *p, const ProtobufCBinaryData *text)
{
    if (text->len == 0) {
        protobuf_skip_text(p, "its name is empty", text);
        return 0;
    }
    return protobuf_is_clean(p, text);
}

const char *protobuf_copy_text(protobuf_t *p, const ProtobufCBinaryData *text)
{
    return ml_text_copy(protobuf_text(text), text->len, p->model->pool);
}

apr_uint32_t protobuf_directory(protobuf_t *p, const ProtobufCBinaryData *text)
{
    apr_uint32_t n = BUFFER_N(&p->model->directories);
    const char *name =
        model_directory_name(protobuf_text(text), text->len, p->model->pool);
    apr_uint32_t place = model_place_of_name(p->directory_by_name, name, n);

    if (place == n) {
        model_directory_t *directory = BUFFER_PUSH(&p->model->directories);

        directory->name = name;
    }
    return place;
}
