/* SPDX-License-Identifier: Apache-2.0
 *
 * The lines of a text file, in bounded memory whatever the file holds.
 */
#ifndef TEXT_LINES_H
#define TEXT_LINES_H

#include "apr_pools.h"

/* Valid until the callback returns. */
typedef struct {
    const char *text; /* without blanks around it */
    apr_size_t len;
    apr_uint64_t number; /* 1 is the first */
    int indented;        /* blanks stood before it */
    int too_long;        /* over 64 kB: this is its end */
} line_t;

/* NULL, or a sentence that ends the reading. */
typedef const char *text_lines_fn(void *baton, const line_t *line);

/* Hands over each line that holds something: blank ones are nothing, nor are
 * those that begin with #, a byte order mark, and the CR before an LF.  NULL,
 * or a sentence: the callback's, or one in `pool` if the file cannot be read.
 */
const char *text_lines_read(const char *path, text_lines_fn *fn, void *baton,
                            apr_pool_t *pool);

#endif
