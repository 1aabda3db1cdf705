/* SPDX-License-Identifier: Apache-2.0
 *
 * The lines of a text file, in bounded memory whatever the file holds.
 */
#ifndef LINES_H
#define LINES_H

#include "apr_pools.h"

#include "report.h"

typedef struct lines_t lines_t;

/* A line without its end (LF or CR LF), with a NUL in that place; may be
 * written to, valid until the next call. */
typedef struct {
    char *text;
    apr_size_t len;
    apr_uint64_t number; /* 1 is the first */
} line_t;

/* `what` is a constant that names the kind of file where lines are skipped.
 * NULL, or a sentence in `pool`. */
const char *lines_open(lines_t **lines, const char *path, const char *what,
                       report_t *report, apr_pool_t *pool);

/* The next line, *more is 0 if there is none.  A line longer than 64 kB is
 * skipped.  NULL, or a sentence in the pool of lines_open(). */
const char *lines_next(lines_t *lines, line_t *line, int *more);

/* Reports a line that cannot be used, and why. */
void lines_skip(lines_t *lines, const line_t *line, const char *reason);

/* Closes the file.  If `used` is 0 although there were lines to skip: a
 * warning, and for a file that is no text at all, a sentence. */
const char *lines_close(lines_t *lines, apr_uint64_t used);

#endif
