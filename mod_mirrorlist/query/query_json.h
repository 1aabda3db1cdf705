/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON on a stream, in one line, as it comes: no tree, no memory.
 */
#ifndef QUERY_JSON_H
#define QUERY_JSON_H

#include <stdio.h>

#include "ml_cache.h"

typedef struct {
    FILE *out;
    int is_first; /* of the object or array that is open */
} json_t;

/* `name` NULL: a member of an array, or the whole document. */
void json_open(json_t *json, const char *name, char bracket);
void json_close(json_t *json, char bracket);

/* A text that is NULL becomes null; bytes that are not UTF-8 become the
 * characters of the same numbers. */
void json_text(json_t *json, const char *name, const char *text);
void json_number(json_t *json, const char *name, apr_int64_t number);
void json_share(json_t *json, const char *name, double share);
void json_truth(json_t *json, const char *name, int truth);

/* A text of the cache, null if it is empty. */
void json_label(json_t *json, const char *name, const ml_cache_t *cache,
                ml_text_rec text);

#endif
