/* SPDX-License-Identifier: Apache-2.0
 *
 * Knows protobuf's tags and lengths, and where the file ends.  What is in a
 * field is not known here.
 */
#include "wire.h"

#include <string.h>

#include "apr_file_io.h"
#include "apr_strings.h"

#include "buffer.h"

#define READ_SIZE 262144 /* bytes, at least */
#define BYTES_MAX \
    16777216          /* of one field; a directory of 10,000 hosts has 1 MB */
#define VARINT_MAX 10 /* bytes */
#define FACTS (APR_FINFO_TYPE | APR_FINFO_SIZE | APR_FINFO_MTIME)

struct wire_t {
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

static const char *failure(const wire_t *wire, apr_status_t status)
{
    char text[120];

    return apr_pstrcat(wire->pool, wire->path, " cannot be read: ",
                       apr_strerror(status, text, sizeof(text)), NULL);
}

const char *wire_damage(const wire_t *wire, const char *reason)
{
    return apr_psprintf(wire->pool,
                        "%s is cut, damaged or no protobuf file: the field at "
                        "byte %" APR_UINT64_T_FMT " %s",
                        wire->path, wire->field_at, reason);
}

const char *wire_open(wire_t **wire_, const char *path, apr_pool_t *pool)
{
    wire_t *wire = apr_pcalloc(pool, sizeof(*wire));
    apr_status_t status;

    wire->pool = pool;
    wire->path = path;
    buffer_init(&wire->buffer, pool);
    buffer_add(&wire->buffer, NULL, READ_SIZE);
    *wire_ = wire;
    /* Before it is opened: a pipe would wait for somebody to write. */
    status = apr_stat(&wire->opened, path, FACTS, pool);
    if (status == APR_SUCCESS && wire->opened.filetype != APR_REG) {
        return apr_pstrcat(pool, path, " is no regular file", NULL);
    }
    if (status == APR_SUCCESS) {
        status = apr_file_open(&wire->file, path, APR_FOPEN_READ, 0, pool);
    }
    if (status == APR_SUCCESS) {
        status = apr_file_info_get(&wire->opened, FACTS, wire->file);
    }
    return status == APR_SUCCESS ? NULL : failure(wire, status);
}

/* Has `len` bytes in the buffer from `begin` on, fewer if the file ends. */
static const char *fill(wire_t *wire, apr_size_t len)
{
    char *data = wire->buffer.data;

    if (wire->end - wire->begin >= len) {
        return NULL;
    }
    memmove(data, data + wire->begin, wire->end - wire->begin);
    wire->end -= wire->begin;
    wire->begin = 0;
    if (wire->buffer.len < len) {
        buffer_add(&wire->buffer, NULL, len - wire->buffer.len);
    }
    while (wire->end < len) {
        apr_size_t n = wire->buffer.len - wire->end;
        apr_status_t status =
            apr_file_read(wire->file, wire->buffer.data + wire->end, &n);

        if (status == APR_EOF) {
            break;
        }
        if (status != APR_SUCCESS) {
            return failure(wire, status);
        }
        wire->end += n;
    }
    return NULL;
}

static void take(wire_t *wire, apr_size_t len)
{
    wire->begin += len;
    wire->at += len;
}

/* A varint that is in the buffer; 0 if there is none. */
static int take_varint(wire_t *wire, apr_uint64_t *value)
{
    const char *data = wire->buffer.data + wire->begin;
    apr_size_t len = wire->end - wire->begin, i;

    *value = 0;
    for (i = 0; i < len && i < VARINT_MAX; i++) {
        *value |= (apr_uint64_t)(data[i] & 0x7f) << 7 * i;
        if (!(data[i] & 0x80)) {
            take(wire, i + 1);
            return 1;
        }
    }
    return 0;
}

/* What is left of the field at hand. */
static const char *skip(wire_t *wire)
{
    apr_size_t buffered = wire->end - wire->begin;
    apr_status_t status = APR_SUCCESS;
    apr_off_t rest;

    if (wire->left <= buffered) {
        take(wire, (apr_size_t)wire->left);
    }
    else {
        rest = (apr_off_t)(wire->left - buffered);
        wire->at += wire->left;
        wire->begin = wire->end = 0;
        status = apr_file_seek(wire->file, APR_CUR, &rest);
    }
    wire->left = 0;
    return status == APR_SUCCESS ? NULL : failure(wire, status);
}

/* The field behind its tag; what is wrong with it, or NULL. */
static const char *take_head(wire_t *wire, wire_field_t *field,
                             apr_uint64_t tag)
{
    enum { VARINT = 0, FIXED64 = 1, LENGTH = 2, FIXED32 = 5 };
    int known = 1;

    field->number = (apr_uint32_t)(tag >> 3);
    field->kind = WIRE_OTHER;
    switch (tag & 7) {
    case VARINT:
        field->kind = WIRE_NUMBER;
        known = take_varint(wire, &field->value);
        break;
    case FIXED64:
        wire->left = 8;
        break;
    case LENGTH:
        field->kind = WIRE_BYTES;
        known = take_varint(wire, &field->value);
        wire->left = field->value;
        break;
    case FIXED32:
        wire->left = 4;
        break;
    default:
        known = 0;
    }
    if (!known || field->number == 0 || tag > 0xffffffffu) {
        return "cannot be read";
    }
    return wire->left > (apr_uint64_t)wire->opened.size - wire->at
               ? "goes on behind the end of the file"
               : NULL;
}

const char *wire_next(wire_t *wire, wire_field_t *field, int *more)
{
    const char *failed = skip(wire), *wrong;
    apr_uint64_t tag;

    wire->field_at = wire->at;
    if (!failed) {
        failed = fill(wire, 2 * VARINT_MAX);
    }
    *more = !failed && wire->begin < wire->end;
    if (!*more) {
        return failed;
    }
    wrong = take_varint(wire, &tag) ? take_head(wire, field, tag)
                                    : "cannot be read";
    return wrong ? wire_damage(wire, wrong) : NULL;
}

const char *wire_bytes(wire_t *wire, const apr_byte_t **bytes)
{
    apr_size_t len = (apr_size_t)wire->left;
    const char *failed;

    if (wire->left > BYTES_MAX) {
        return wire_damage(wire, "is larger than any that MirrorManager "
                                 "writes");
    }
    failed = fill(wire, len);
    if (!failed && wire->end - wire->begin < len) {
        failed = wire_damage(wire, "goes on behind the end of the file");
    }
    if (!failed) {
        *bytes = (const apr_byte_t *)wire->buffer.data + wire->begin;
        take(wire, len);
        wire->left = 0;
    }
    return failed;
}

const char *wire_rewind(wire_t *wire)
{
    apr_off_t start = 0;
    apr_status_t status = apr_file_seek(wire->file, APR_SET, &start);

    wire->begin = wire->end = 0;
    wire->at = wire->field_at = wire->left = 0;
    return status == APR_SUCCESS ? NULL : failure(wire, status);
}

const char *wire_close(wire_t *wire)
{
    apr_finfo_t now;
    apr_status_t status = apr_file_info_get(&now, FACTS, wire->file);

    apr_file_close(wire->file);
    buffer_free(&wire->buffer);
    if (status != APR_SUCCESS) {
        return failure(wire, status);
    }
    return now.size == wire->opened.size && now.mtime == wire->opened.mtime
               ? NULL
               : apr_pstrcat(wire->pool, wire->path,
                             " was changed while it was read", NULL);
}
