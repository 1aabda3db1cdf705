/* SPDX-License-Identifier: Apache-2.0
 *
 * From a temporary file to the published one, never anything in between: the
 * file under the published name is whole at every moment.
 */
#ifndef PUBLISH_H
#define PUBLISH_H

#include "image.h"
#include "report.h"

typedef struct publish_t publish_t;

typedef struct {
    apr_int64_t created_s;
    apr_int64_t now_s;
    int max_shrink; /* percent */
    int force;      /* publish whatever is lost */
    int if_changed;
} publish_rules_t;

typedef enum {
    PUBLISH_DONE,
    PUBLISH_UNCHANGED, /* left as it was, by if_changed */
    PUBLISH_REFUSED,   /* empty, or lost too much: `*error` says what */
    PUBLISH_FAILED     /* `*error` says why */
} publish_result_e;

/* Creates the temporary file beside `path` and locks it, so that a second run
 * is refused at once and a folder that cannot be written is found before the
 * work begins.  The pool's cleanup removes what was not published.  NULL, or
 * a sentence in `pool`. */
const char *publish_open(publish_t **publish, const char *path,
                         apr_pool_t *pool);

/* Writes, syncs, reads back and checks the image, compares it with the
 * published file, and renames it there unless it is empty; a copy of it becomes
 * `path`.good. */
publish_result_e publish(publish_t *publish, const image_t *image,
                         const publish_rules_t *rules, report_t *report,
                         apr_uint64_t *size, const char **error);

#endif
