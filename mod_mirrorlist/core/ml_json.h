/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON in one line, as it comes: no tree, no memory.
 */
#ifndef ML_JSON_H
#define ML_JSON_H

#include "ml_cache.h"

/* Takes what is written: a stream, a brigade, a page. */
typedef void ml_json_put_fn(void *baton, const char *text, apr_size_t len);

typedef struct {
    ml_json_put_fn *put;
    void *baton;
    int is_open; /* an object or array without a member so far */
} ml_json_t;

#define ML_JSON(put_, baton_) {.put = (put_), .baton = (baton_), .is_open = 1}

/* `name` NULL: a member of an array, or the whole document. */
void ml_json_open(ml_json_t *json, const char *name, char bracket);
void ml_json_close(ml_json_t *json, char bracket);

/* A text that is NULL becomes null; bytes that are not UTF-8 become the
 * characters of the same numbers. */
void ml_json_text(ml_json_t *json, const char *name, const char *text);
void ml_json_bytes(ml_json_t *json, const char *name, const char *text,
                   apr_size_t len);
void ml_json_number(ml_json_t *json, const char *name, apr_int64_t number);
void ml_json_truth(ml_json_t *json, const char *name, int truth);

/* A number as it is written elsewhere. */
void ml_json_raw(ml_json_t *json, const char *name, const char *number);

/* A text of the cache, null if it is empty. */
void ml_json_label(ml_json_t *json, const char *name, const ml_cache_t *cache,
                   ml_text_rec text);

#endif
