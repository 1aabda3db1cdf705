/* SPDX-License-Identifier: Apache-2.0
 *
 * What it takes to say why a host is not in an answer: all the
 * rows that the other tables have left out.
 */
#include "compile.h"

#include <stdlib.h>

static apr_uint32_t row_flags(const model_host_t *host)
{
    apr_uint32_t flags = host->is_private ? ML_ROW_PRIVATE : 0;

    if (!host->active) {
        flags |= host->off ? host->off : ML_ROW_UNUSABLE;
    }
    return flags;
}

static void add_host_rows(image_t *image, const model_t *model,
                          const apr_uint32_t *host_map)
{
    const model_host_t *host = BUFFER_AT(&model->hosts);
    apr_uint32_t n = BUFFER_N(&model->hosts), i;

    for (i = 0; i < n; i++, host++) {
        ml_host_row_rec *row = BUFFER_PUSH(&image->host_rows);

        row->id = host->id;
        row->name = image_text(image, host->name);
        row->host_idx = host_map[i];
        row->flags = row_flags(host);
    }
}

static int carrier_order(const void *a_, const void *b_)
{
    const model_host_category_t *a = *(const model_host_category_t *const *)a_;
    const model_host_category_t *b = *(const model_host_category_t *const *)b_;

    if (a->category_idx != b->category_idx) {
        return a->category_idx < b->category_idx ? -1 : 1;
    }
    if (a->host_idx != b->host_idx) {
        return a->host_idx < b->host_idx ? -1 : 1;
    }
    return (a > b) - (a < b);
}

/* Every host_category, grouped by its category; their end is NULL. */
static const model_host_category_t **sorted_carriers(const model_t *model,
                                                     apr_pool_t *pool)
{
    const model_host_category_t *all = BUFFER_AT(&model->host_categories);
    apr_uint32_t n = BUFFER_N(&model->host_categories);
    const model_host_category_t **sorted =
        apr_pcalloc(pool, ((apr_size_t)n + 1) * sizeof(*sorted));
    apr_uint32_t i;

    for (i = 0; i < n; i++) {
        sorted[i] = &all[i];
    }
    qsort(sorted, n, sizeof(*sorted), carrier_order);
    return sorted;
}

apr_uint32_t *compile_category_map(const model_t *model, apr_pool_t *pool)
{
    apr_uint32_t n = BUFFER_N(&model->categories), i;
    const model_directory_t *directory = BUFFER_AT(&model->directories);
    apr_uint32_t directory_n = BUFFER_N(&model->directories);
    apr_uint32_t *map = apr_pcalloc(pool, ((apr_size_t)n + 1) * sizeof(*map));
    const model_placement_t *placement;
    apr_uint32_t place = 0;

    for (i = 0; i < directory_n; i++, directory++) {
        for (placement = directory->placements; placement;
             placement = placement->next) {
            map[placement->category_idx] = 1;
        }
    }
    for (i = 0; i < n; i++) {
        map[i] = map[i] ? place++ : ML_NONE;
    }
    return map;
}

static void add_carrier(image_t *image, const model_host_category_t *row)
{
    ml_carrier_rec *carrier = BUFFER_PUSH(&image->carriers);

    carrier->host_row_idx = row->host_idx;
    carrier->flags = (row->always_up2date ? ML_CARRIER_ALWAYS_UP2DATE : 0)
                     | (row->urls ? ML_CARRIER_PUBLIC_URL : 0);
}

static void add_categories(image_t *image, const model_t *model,
                           const apr_uint32_t *category_map)
{
    const model_category_t *category = BUFFER_AT(&model->categories);
    apr_uint32_t n = BUFFER_N(&model->categories), i;
    const model_host_category_t **next = sorted_carriers(model, image->pool);

    for (i = 0; i < n; i++, category++) {
        ml_category_rec rec = {.carrier_first = BUFFER_N(&image->carriers)};

        for (; *next && (*next)->category_idx == i; next++) {
            if (category_map[i] != ML_NONE) {
                add_carrier(image, *next);
            }
        }
        if (category_map[i] != ML_NONE) {
            rec.carrier_n = BUFFER_N(&image->carriers) - rec.carrier_first;
            rec.name = image_text(image, category->name ? category->name : "");
            *BUFFER_PUSH(&image->categories) = rec;
        }
    }
}

static int idx_order(const void *a_, const void *b_)
{
    apr_uint32_t a = *(const apr_uint32_t *)a_, b = *(const apr_uint32_t *)b_;

    return (a > b) - (a < b);
}

/* The hosts of one directory, each once; one that is not there counts. */
static void add_exclusive(image_t *image, apr_array_header_t *hosts,
                          apr_uint32_t directory_idx)
{
    const apr_uint32_t *idx = (const apr_uint32_t *)(void *)hosts->elts;
    int i;

    qsort(hosts->elts, (size_t)hosts->nelts, sizeof(*idx), idx_order);
    for (i = 0; i < hosts->nelts; i++) {
        if (i == 0 || idx[i] != idx[i - 1]) {
            *BUFFER_PUSH(&image->exclusive) =
                (ml_exclusive_rec){directory_idx, idx[i]};
        }
    }
}

static void add_directories(image_t *image, const model_t *model,
                            const apr_uint32_t *directory_map)
{
    const model_directory_t *directory = BUFFER_AT(&model->directories);
    apr_uint32_t n = BUFFER_N(&model->directories), i;

    for (i = 0; i < n; i++, directory++) {
        if (directory->exclusive && directory_map[i] != ML_NONE) {
            add_exclusive(image, directory->exclusive, directory_map[i]);
        }
    }
}

static int bad_netblock_order(const void *a_, const void *b_)
{
    const model_bad_netblock_t *a = *(const model_bad_netblock_t *const *)a_;
    const model_bad_netblock_t *b = *(const model_bad_netblock_t *const *)b_;

    if (a->host_idx != b->host_idx) {
        return a->host_idx < b->host_idx ? -1 : 1;
    }
    return (a > b) - (a < b);
}

static void add_bad_netblocks(image_t *image, const model_t *model)
{
    const model_bad_netblock_t *all = BUFFER_AT(&model->bad_netblocks);
    apr_uint32_t n = BUFFER_N(&model->bad_netblocks), i;
    const model_bad_netblock_t **sorted =
        apr_palloc(image->pool, ((apr_size_t)n + 1) * sizeof(*sorted));

    for (i = 0; i < n; i++) {
        sorted[i] = &all[i];
    }
    qsort(sorted, n, sizeof(*sorted), bad_netblock_order);
    for (i = 0; i < n; i++) {
        *BUFFER_PUSH(&image->bad_netblocks) = (ml_bad_netblock_rec){
            sorted[i]->host_idx, image_text(image, sorted[i]->sentence)};
    }
}

static void add_skipped(void *image_, const char *kind, apr_uint64_t rows)
{
    image_t *image = image_;
    ml_skipped_rec *skipped = BUFFER_PUSH(&image->skipped);

    skipped->kind = image_text(image, kind);
    skipped->rows = rows;
}

void compile_explain(image_t *image, const model_t *model,
                     const apr_uint32_t *host_map,
                     const apr_uint32_t *directory_map,
                     const apr_uint32_t *category_map, const report_t *report)
{
    add_host_rows(image, model, host_map);
    add_categories(image, model, category_map);
    add_directories(image, model, directory_map);
    add_bad_netblocks(image, model);
    report_each_kind(report, add_skipped, image);
}
