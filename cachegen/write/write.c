/* SPDX-License-Identifier: Apache-2.0
 *
 * Sizes first, then bytes: the table of contents is computed, and what was
 * written is held against it.
 */
#include "write.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "apr_strings.h"

#include "ml_order.h"

#define X(id, name, rec) +1
enum { SECTION_N = 0 ML_SECTIONS(X) };
#undef X

#define ALIGNED(n) (((n) + 7) & ~(apr_uint64_t)7)

typedef struct {
    ml_header_rec header;
    ml_section_rec sections[SECTION_N];
} front_t;

_Static_assert(sizeof(front_t)
                   == sizeof(ml_header_rec)
                          + SECTION_N * sizeof(ml_section_rec),
               "nothing between header and contents");

/* The contents, and their sections' bytes in the same order. */
static void plan(front_t *front, const buffer_t *buffers[SECTION_N],
                 const image_t *image)
{
    apr_uint64_t off = sizeof(*front);
    ml_section_rec *section = front->sections;

#define X(id_, name, rec)                                  \
    off = ALIGNED(off);                                    \
    section->id = id_;                                     \
    section->rec_len = sizeof(rec);                        \
    section->off = off;                                    \
    section->rec_n = image->name.buffer.len / sizeof(rec); \
    off += image->name.buffer.len;                         \
    *buffers++ = &image->name.buffer;                      \
    section++;
    ML_SECTIONS(X)
#undef X
    front->header.file_size = off;
}

typedef struct {
    int fd;
    apr_uint64_t off;
    uLong crc;
    int error; /* errno of the first write that failed */
} sink_t;

int write_bytes(int fd, const void *bytes, apr_size_t len)
{
    const char *next = bytes;

    while (len > 0) {
        ssize_t n = write(fd, next, len);

        if (n == 0 || (n < 0 && errno != EINTR)) {
            return n ? errno : ENOSPC;
        }
        if (n > 0) {
            next += n;
            len -= (apr_size_t)n;
        }
    }
    return 0;
}

static void put(sink_t *sink, const void *bytes, apr_size_t len)
{
    if (len == 0) {
        return; /* of nothing, zlib takes the place for a new beginning */
    }
    sink->crc = crc32_z(sink->crc, bytes, len);
    sink->off += len;
    if (!sink->error) {
        sink->error = write_bytes(sink->fd, bytes, len);
    }
}

static front_t in_file_order(front_t front)
{
    if (!ML_ORDER_IS_NATIVE) {
        ml_order_turn_header(&front.header);
        ml_order_turn_contents(front.sections, SECTION_N);
    }
    return front;
}

static void put_section(sink_t *sink, const ml_section_rec *section,
                        const buffer_t *buffer)
{
    if (!ML_ORDER_IS_NATIVE) {
        ml_order_turn_section(section->id, buffer->data, section->rec_n);
    }
    put(sink, buffer->data, buffer->len);
    if (!ML_ORDER_IS_NATIVE) {
        ml_order_turn_section(section->id, buffer->data, section->rec_n);
    }
}

const char *write_image(int fd, const char *path, const image_t *image,
                        apr_int64_t created_s)
{
    static const char zeros[8];
    const buffer_t *buffers[SECTION_N];
    sink_t sink = {fd, 0, 0, 0};
    front_t front, out;
    int i;

    memset(&front, 0, sizeof(front));
    memcpy(front.header.magic, ML_MAGIC, sizeof(front.header.magic));
    front.header.endian = ML_ENDIAN;
    front.header.version_major = ML_VERSION_MAJOR;
    front.header.version_minor = ML_VERSION_MINOR;
    front.header.created_s = created_s;
    front.header.section_n = SECTION_N;
    plan(&front, buffers, image);

    out = in_file_order(front);
    put(&sink, &out, sizeof(out));
    for (i = 0; i < SECTION_N; i++) {
        if (front.sections[i].rec_n >= ML_NONE) {
            return apr_psprintf(image->pool,
                                "%s: the data is too large for the format "
                                "(section %u)",
                                path, front.sections[i].id);
        }
        put(&sink, zeros, front.sections[i].off - sink.off);
        put_section(&sink, &front.sections[i], buffers[i]);
    }
    if (sink.off != front.header.file_size) {
        return apr_psprintf(image->pool,
                            "%s: %" APR_UINT64_T_FMT " bytes "
                            "were written instead of %" APR_UINT64_T_FMT,
                            path, sink.off, front.header.file_size);
    }
    front.header.crc32 = (apr_uint32_t)sink.crc;
    out = in_file_order(front);
    if (!sink.error) {
        ssize_t n = pwrite(fd, &out.header, sizeof(out.header), 0);

        if (n != sizeof(out.header)) {
            sink.error = n < 0 ? errno : ENOSPC;
        }
    }
    return sink.error ? apr_psprintf(image->pool, "%s cannot be written: %s",
                                     path, strerror(sink.error))
                      : NULL;
}
