/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts and hash tables of the image; what else is in it, compile.c knows.
 */
#include "image.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

image_t *image_create(apr_pool_t *pool)
{
    image_t *image = apr_pcalloc(pool, sizeof(*image));

    image->pool = pool;
#define X(id, name, rec) buffer_init(&image->name.buffer, pool);
    ML_SECTIONS(X)
#undef X
    image->texts = intern_create(&image->text.buffer, pool);
    image->spots = intern_create(&image->places.buffer, pool);
    return image;
}

ml_text_rec image_text(image_t *image, const char *text)
{
    apr_size_t len = strlen(text);
    apr_uint32_t number = intern_add(image->texts, text, len);
    ml_text_rec rec = {(apr_uint32_t)intern_off(image->texts, number),
                       (apr_uint32_t)len};

    return rec;
}

apr_uint32_t image_place(image_t *image, const geo_degrees_t *degrees)
{
    double up = degrees->latitude * (M_PI / 180);
    double along = degrees->longitude * (M_PI / 180);
    const ml_place_rec rec = {
        degrees->latitude,
        degrees->longitude,
        (float)(cos(up) * cos(along)),
        (float)(cos(up) * sin(along)),
        (float)sin(up),
    };

    return degrees->known ? intern_add(image->spots, &rec, sizeof(rec))
                          : ML_NONE;
}

void image_slots(buffer_t *slots, const apr_uint32_t *hashes, apr_uint32_t n)
{
    apr_uint32_t slot_n = 2, i;
    apr_uint32_t *table;

    while (slot_n < 2 * n) {
        slot_n *= 2;
    }
    table = buffer_add(slots, NULL, slot_n * sizeof(*table));
    for (i = 0; i < n; i++) {
        apr_uint32_t slot = hashes[i] & (slot_n - 1);

        while (table[slot]) {
            slot = (slot + 1) & (slot_n - 1);
        }
        table[slot] = i + 1;
    }
}

static int idx_order(const void *a_, const void *b_)
{
    apr_uint32_t a = *(const apr_uint32_t *)a_, b = *(const apr_uint32_t *)b_;

    return (a > b) - (a < b);
}

void image_list(buffer_t *section, apr_uint32_t *idx, apr_uint32_t n,
                apr_uint32_t *first, apr_uint32_t *kept)
{
    apr_uint32_t i;

    *first = (apr_uint32_t)(section->len / sizeof(*idx));
    qsort(idx, n, sizeof(*idx), idx_order);
    for (i = 0; i < n && idx[i] != ML_NONE; i++) {
        if (i == 0 || idx[i] != idx[i - 1]) {
            buffer_add(section, &idx[i], sizeof(*idx));
        }
    }
    *kept = (apr_uint32_t)(section->len / sizeof(*idx)) - *first;
}
