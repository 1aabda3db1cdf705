/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a file line by line through one buffer.  What a line means is not
 * known here, only that it could be nothing.
 */
#include "text_lines.h"

#include <string.h>

#include "apr_file_io.h"
#include "apr_strings.h"

#include "ml_text.h"

#define BUFFER_SIZE 65536

typedef struct {
    apr_file_t *file;
    apr_uint64_t number; /* of the line taken last */
    apr_size_t begin;    /* of what was read and not taken */
    apr_size_t end;
    int eof;
    int too_long; /* the line began before `begin` */
    char buffer[BUFFER_SIZE];
} lines_t;

/* More bytes behind those that are left. */
static apr_status_t fill(lines_t *lines)
{
    apr_size_t room;
    apr_status_t status;

    memmove(lines->buffer, lines->buffer + lines->begin,
            lines->end - lines->begin);
    lines->end -= lines->begin;
    lines->begin = 0;
    if (lines->end == BUFFER_SIZE) {
        lines->too_long = 1;
        lines->end = 0;
    }
    room = BUFFER_SIZE - lines->end;
    status = apr_file_read(lines->file, lines->buffer + lines->end, &room);
    if (status == APR_EOF) {
        lines->eof = 1;
        return APR_SUCCESS;
    }
    lines->end += status == APR_SUCCESS ? room : 0;
    return status;
}

/* The line from `begin` to the newline or the end of the file. */
static void take(lines_t *lines, line_t *line, const char *newline)
{
    const char *start = lines->buffer + lines->begin;
    apr_size_t len =
        newline ? (apr_size_t)(newline - start) : lines->end - lines->begin;

    lines->begin += len + (newline != NULL);
    line->number = ++lines->number;
    line->too_long = lines->too_long;
    lines->too_long = 0;
    if (line->number == 1) {
        ml_text_skip_mark(&start, &len);
    }
    line->text = start;
    line->len = len;
    ml_text_trim(&line->text, &line->len);
    line->indented = line->text > start;
}

/* The next line, whatever it holds; *more is 0 if there is none. */
static apr_status_t next(lines_t *lines, line_t *line, int *more)
{
    apr_status_t status = APR_SUCCESS;
    const char *newline;

    while (!(newline = memchr(lines->buffer + lines->begin, '\n',
                              lines->end - lines->begin))
           && !lines->eof && status == APR_SUCCESS) {
        status = fill(lines);
    }
    *more = status == APR_SUCCESS
            && (newline || lines->end > lines->begin || lines->too_long);
    if (*more) {
        take(lines, line, newline);
    }
    return status;
}

static int is_nothing(const line_t *line)
{
    return !line->too_long && (line->len == 0 || *line->text == '#');
}

const char *text_lines_read(const char *path, text_lines_fn *fn, void *baton,
                            apr_pool_t *pool)
{
    lines_t *lines = apr_pcalloc(pool, sizeof(*lines));
    apr_status_t status =
        apr_file_open(&lines->file, path, APR_FOPEN_READ, 0, pool);
    const char *failed = NULL;
    char text[120];
    line_t line;
    int more = 1;

    while (status == APR_SUCCESS && more && !failed) {
        status = next(lines, &line, &more);
        if (more && !is_nothing(&line)) {
            failed = fn(baton, &line);
        }
    }
    if (lines->file) {
        apr_file_close(lines->file);
    }
    return status == APR_SUCCESS
               ? failed
               : apr_pstrcat(pool, path, " cannot be read: ",
                             apr_strerror(status, text, sizeof(text)), NULL);
}
