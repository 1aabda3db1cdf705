/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a file line by line through one buffer.  What a line means is not
 * known here, only that it could not be used.
 */
#include "lines.h"

#include <string.h>

#include "apr_file_io.h"
#include "apr_strings.h"

#define BUFFER_SIZE 65536

struct lines_t {
    apr_pool_t *pool;
    apr_pool_t *scratch; /* for one message */
    report_t *report;
    apr_file_t *file;
    const char *path;
    const char *what;
    apr_uint64_t number;  /* of the line read last */
    apr_uint64_t skipped; /* lines */
    apr_size_t begin;     /* of what was read and not handed over */
    apr_size_t end;
    int eof;
    int too_long; /* the line began before `begin` */
    int binary;   /* a skipped line held a NUL byte */
    char buffer[BUFFER_SIZE + 1];
};

static const char *failure(const lines_t *lines, apr_status_t status)
{
    char text[120];

    return apr_pstrcat(lines->pool, lines->path, " cannot be read: ",
                       apr_strerror(status, text, sizeof(text)), NULL);
}

const char *lines_open(lines_t **lines_, const char *path, const char *what,
                       report_t *report, apr_pool_t *pool)
{
    lines_t *lines = apr_pcalloc(pool, sizeof(*lines));
    apr_status_t status;

    lines->pool = pool;
    apr_pool_create(&lines->scratch, pool);
    lines->report = report;
    lines->path = path;
    lines->what = what;
    *lines_ = lines;
    status = apr_file_open(&lines->file, path, APR_FOPEN_READ, 0, pool);
    return status == APR_SUCCESS ? NULL : failure(lines, status);
}

/* More bytes behind those that are left. */
static const char *fill(lines_t *lines)
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
        return NULL;
    }
    if (status != APR_SUCCESS) {
        return failure(lines, status);
    }
    lines->end += room;
    return NULL;
}

/* The line from `begin` to the newline or the end of the file. */
static void take(lines_t *lines, line_t *line, const char *newline)
{
    line->text = lines->buffer + lines->begin;
    line->number = ++lines->number;
    line->len = newline ? (apr_size_t)(newline - line->text)
                        : lines->end - lines->begin;
    lines->begin += line->len + (newline != NULL);
    if (line->len > 0 && line->text[line->len - 1] == '\r') {
        line->len--;
    }
    line->text[line->len] = '\0';
}

const char *lines_next(lines_t *lines, line_t *line, int *more)
{
    const char *failed = NULL;

    while (!failed) {
        apr_size_t left = lines->end - lines->begin;
        const char *newline = memchr(lines->buffer + lines->begin, '\n', left);

        if (!newline && !lines->eof) {
            failed = fill(lines);
            continue;
        }
        *more = newline || left > 0 || lines->too_long;
        if (!*more) {
            return NULL;
        }
        take(lines, line, newline);
        if (!lines->too_long) {
            return NULL;
        }
        lines->too_long = 0;
        lines_skip(lines, line, "line too long");
    }
    return failed;
}

void lines_skip(lines_t *lines, const line_t *line, const char *reason)
{
    char kind[128];
    char number[32];
    char *row;

    apr_snprintf(kind, sizeof(kind), "%s: %s", lines->what, reason);
    apr_snprintf(number, sizeof(number), " line %" APR_UINT64_T_FMT,
                 line->number);
    row = apr_pstrcat(lines->scratch, lines->path, number, NULL);
    report_skip(lines->report, kind, row, line->text, line->len);
    apr_pool_clear(lines->scratch);
    lines->skipped++;
    lines->binary |= memchr(line->text, '\0', line->len) != NULL;
}

const char *lines_close(lines_t *lines, apr_uint64_t used)
{
    apr_file_close(lines->file);
    apr_pool_destroy(lines->scratch);
    if (used > 0 || lines->skipped == 0) {
        return NULL;
    }
    if (lines->binary) {
        return apr_pstrcat(lines->pool, lines->path, " is no text file", NULL);
    }
    report_warning(lines->report, "%s: no line of it can be used", lines->path);
    return NULL;
}
