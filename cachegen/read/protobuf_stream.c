/* SPDX-License-Identifier: Apache-2.0
 *
 * Knows protobuf's tags and lengths, and where the file ends.  What is in a
 * field is not known here.
 */
#include "protobuf_stream.h"

#include <string.h>

#include "apr_file_io.h"
#include "apr_strings.h"

#include "buffer.h"

#define READ_SIZE 262144 /* bytes, at least */
#define BYTES_MAX \
    16777216          /* of one field; a directory of 10,000 hosts has 1 MB */
#define VARINT_MAX 10 /* bytes */
#define FACTS (APR_FINFO_TYPE | APR_FINFO_SIZE | APR_FINFO_MTIME)

struct protobuf_stream_t {
    apr_pool_t *pool;
    const char *path;
    apr_file_t *file;
    apr_finfo_t opened;    /* the file as it was */
    buffer_t buffer;       /* its length is the room for what is read */
    apr_size_t begin;      /* of what was read and not taken */
    apr_size_t end;        /* of what was read */
    apr_uint64_t at;       /* of `begin` in the file */
    apr_uint64_t field_at; /* of the field at hand in the file */
    apr_uint64_t left;     /* bytes of the field at hand, not taken yet */
};

static const char *failure(const protobuf_stream_t *stream, apr_status_t status)
{
    char text[120];

    return apr_pstrcat(stream->pool, stream->path, " cannot be read: ",
                       apr_strerror(status, text, sizeof(text)), NULL);
}

const char *protobuf_stream_damage(const protobuf_stream_t *stream,
                                   const char *reason)
{
    return apr_psprintf(
        stream->pool,
        "%s is truncated, damaged or not a protobuf file: the field at "
        "byte %" APR_UINT64_T_FMT " %s",
        stream->path, stream->field_at, reason);
}

const char *protobuf_stream_open(protobuf_stream_t **wire_, const char *path,
                                 apr_pool_t *pool)
{
    protobuf_stream_t *stream = apr_pcalloc(pool, sizeof(*stream));
    apr_status_t status;

    stream->pool = pool;
    stream->path = path;
    buffer_init(&stream->buffer, pool);
    buffer_add(&stream->buffer, NULL, READ_SIZE);
    *wire_ = stream;
    /* Before it is opened: a pipe would wait for somebody to write. */
    status = apr_stat(&stream->opened, path, FACTS, pool);
    if (status == APR_SUCCESS && stream->opened.filetype != APR_REG) {
        return apr_pstrcat(pool, path, " is not a regular file", NULL);
    }
    if (status == APR_SUCCESS) {
        status = apr_file_open(&stream->file, path, APR_FOPEN_READ, 0, pool);
    }
    if (status == APR_SUCCESS) {
        status = apr_file_info_get(&stream->opened, FACTS, stream->file);
    }
    return status == APR_SUCCESS ? NULL : failure(stream, status);
}

/* Has `len` bytes in the buffer from `begin` on, fewer if the file ends. */
static const char *fill(protobuf_stream_t *stream, apr_size_t len)
{
    char *data = stream->buffer.data;

    if (stream->end - stream->begin >= len) {
        return NULL;
    }
    memmove(data, data + stream->begin, stream->end - stream->begin);
    stream->end -= stream->begin;
    stream->begin = 0;
    if (stream->buffer.len < len) {
        buffer_add(&stream->buffer, NULL, len - stream->buffer.len);
    }
    while (stream->end < len) {
        apr_size_t n = stream->buffer.len - stream->end;
        apr_status_t status =
            apr_file_read(stream->file, stream->buffer.data + stream->end, &n);

        if (status == APR_EOF) {
            break;
        }
        if (status != APR_SUCCESS) {
            return failure(stream, status);
        }
        stream->end += n;
    }
    return NULL;
}

static void take(protobuf_stream_t *stream, apr_size_t len)
{
    stream->begin += len;
    stream->at += len;
}

/* A varint that is in the buffer; 0 if there is none. */
static int take_varint(protobuf_stream_t *stream, apr_uint64_t *value)
{
    const char *data = stream->buffer.data + stream->begin;
    apr_size_t len = stream->end - stream->begin, i;

    *value = 0;
    for (i = 0; i < len && i < VARINT_MAX; i++) {
        *value |= (apr_uint64_t)(data[i] & 0x7f) << 7 * i;
        if (!(data[i] & 0x80)) {
            take(stream, i + 1);
            return 1;
        }
    }
    return 0;
}

/* What is left of the field at hand. */
static const char *skip(protobuf_stream_t *stream)
{
    apr_size_t buffered = stream->end - stream->begin;
    apr_status_t status = APR_SUCCESS;
    apr_off_t rest;

    if (stream->left <= buffered) {
        take(stream, (apr_size_t)stream->left);
    }
    else {
        rest = (apr_off_t)(stream->left - buffered);
        stream->at += stream->left;
        stream->begin = stream->end = 0;
        status = apr_file_seek(stream->file, APR_CUR, &rest);
    }
    stream->left = 0;
    return status == APR_SUCCESS ? NULL : failure(stream, status);
}

/* The field behind its tag; what is wrong with it, or NULL. */
static const char *take_head(protobuf_stream_t *stream, protobuf_field_t *field,
                             apr_uint64_t tag)
{
    enum { VARINT = 0, FIXED64 = 1, LENGTH = 2, FIXED32 = 5 };
    int known = 1;

    field->number = (apr_uint32_t)(tag >> 3);
    field->kind = WIRE_OTHER;
    switch (tag & 7) {
    case VARINT:
        field->kind = WIRE_NUMBER;
        known = take_varint(stream, &field->value);
        break;
    case FIXED64:
        stream->left = 8;
        break;
    case LENGTH:
        field->kind = WIRE_BYTES;
        known = take_varint(stream, &field->value);
        stream->left = field->value;
        break;
    case FIXED32:
        stream->left = 4;
        break;
    default:
        known = 0;
    }
    if (!known || field->number == 0 || tag > 0xffffffffu) {
        return "cannot be read";
    }
    return stream->left > (apr_uint64_t)stream->opened.size - stream->at
               ? "extends past the end of the file"
               : NULL;
}

const char *protobuf_stream_next(protobuf_stream_t *stream,
                                 protobuf_field_t *field, int *more)
{
    const char *failed = skip(stream), *wrong;
    apr_uint64_t tag;

    stream->field_at = stream->at;
    if (!failed) {
        failed = fill(stream, 2 * VARINT_MAX);
    }
    *more = !failed && stream->begin < stream->end;
    if (!*more) {
        return failed;
    }
    wrong = take_varint(stream, &tag) ? take_head(stream, field, tag)
                                      : "cannot be read";
    return wrong ? protobuf_stream_damage(stream, wrong) : NULL;
}

const char *protobuf_stream_bytes(protobuf_stream_t *stream,
                                  const apr_byte_t **bytes)
{
    apr_size_t len = (apr_size_t)stream->left;
    const char *failed;

    if (stream->left > BYTES_MAX) {
        return protobuf_stream_damage(stream,
                                      "is larger than any that MirrorManager "
                                      "writes");
    }
    failed = fill(stream, len);
    if (!failed && stream->end - stream->begin < len) {
        failed =
            protobuf_stream_damage(stream, "extends past the end of the file");
    }
    if (!failed) {
        *bytes = (const apr_byte_t *)stream->buffer.data + stream->begin;
        take(stream, len);
        stream->left = 0;
    }
    return failed;
}

const char *protobuf_stream_rewind(protobuf_stream_t *stream)
{
    apr_off_t start = 0;
    apr_status_t status = apr_file_seek(stream->file, APR_SET, &start);

    stream->begin = stream->end = 0;
    stream->at = stream->field_at = stream->left = 0;
    return status == APR_SUCCESS ? NULL : failure(stream, status);
}

const char *protobuf_stream_close(protobuf_stream_t *stream)
{
    apr_finfo_t now;
    apr_status_t status = apr_file_info_get(&now, FACTS, stream->file);

    apr_file_close(stream->file);
    buffer_free(&stream->buffer);
    if (status != APR_SUCCESS) {
        return failure(stream, status);
    }
    return now.size == stream->opened.size && now.mtime == stream->opened.mtime
               ? NULL
               : apr_pstrcat(stream->pool, stream->path,
                             " was changed while it was read", NULL);
}
