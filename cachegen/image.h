/* SPDX-License-Identifier: Apache-2.0
 *
 * The sections of a cache file in memory, before they are written.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include "buffer.h"
#include "geo.h"
#include "intern.h"
#include "ml_cache_format.h"

typedef struct {
    apr_pool_t *pool;
#define X(id, name, rec) BUFFER_OF(rec) name;
    ML_SECTIONS(X)
#undef X
    intern_t *texts; /* of text */
    intern_t *spots; /* of places */
} image_t;

image_t *image_create(apr_pool_t *pool);

/* Stores a text once. */
ml_text_rec image_text(image_t *image, const char *text);

/* Stores a place once: its index, ML_NONE for none. */
apr_uint32_t image_place(image_t *image, const geo_degrees_t *degrees);

/* Fills the slots of a table: `hash` of each of its `n` records in order. */
void image_slots(buffer_t *slots, const apr_uint32_t *hashes, apr_uint32_t n);

/* Adds a list of indexes to a section: ascending, each once, without ML_NONE.
 * Sorts `idx`. */
void image_list(buffer_t *section, apr_uint32_t *idx, apr_uint32_t n,
                apr_uint32_t *first, apr_uint32_t *kept);

#endif
