/* SPDX-License-Identifier: Apache-2.0
 *
 * A file that is read besides the database.  One that somebody named must be
 * there and say something; a default place may lack it, which costs a warning.
 */
#ifndef INPUT_H
#define INPUT_H

#include "apr_pools.h"

#include "report.h"

typedef struct {
    const char *path;
    int named; /* by an option or the configuration */
} input_t;

/* Whether the file is to be read: it is there, or must be.  `what` it would
 * tell. */
int input_is_there(const input_t *input, const char *what, report_t *report);

/* What becomes of a file that says nothing: NULL after a warning, or a sentence
 * in `pool`.  `why` follows the path. */
const char *input_says_nothing(const input_t *input, const char *why,
                               report_t *report, apr_pool_t *pool);

#endif
