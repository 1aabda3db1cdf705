/* SPDX-License-Identifier: Apache-2.0
 *
 * Who carries what: the bits of every directory are completed, and the hosts
 * that carry anything get their places in the image.
 */
#include "compile.h"

#include <string.h>

static int bit_is_set(const apr_uint64_t *bits, apr_uint32_t bit)
{
    return bits[bit / 64] >> bit % 64 & 1;
}

static void set_bit(apr_uint64_t *bits, apr_uint32_t bit)
{
    bits[bit / 64] |= (apr_uint64_t)1 << bit % 64;
}

/* Carriers of the category that are always up to date. */
static apr_uint64_t *always_up2date(const model_t *model,
                                    const model_category_t *category)
{
    apr_uint64_t *bits =
        apr_pcalloc(model->pool, (category->word_n + 1) * sizeof(*bits));
    int bit;

    for (bit = 0; bit < category->carriers->nelts; bit++) {
        if (BUFFER_AT(&model->host_categories)[model_carrier(category,
                                                             (apr_uint32_t)bit)]
                .always_up2date) {
            set_bit(bits, (apr_uint32_t)bit);
        }
    }
    return bits;
}

static int is_exclusive(const apr_array_header_t *exclusive,
                        apr_uint32_t host_idx)
{
    int i;

    for (i = 0; i < exclusive->nelts; i++) {
        if (APR_ARRAY_IDX(exclusive, i, apr_uint32_t) == host_idx) {
            return 1;
        }
    }
    return 0;
}

static void drop_others(const model_t *model, const model_category_t *category,
                        apr_uint64_t *bits, const apr_array_header_t *exclusive)
{
    int bit;

    for (bit = 0; bit < category->carriers->nelts; bit++) {
        apr_uint32_t carrier = model_carrier(category, (apr_uint32_t)bit);

        if (!is_exclusive(
                exclusive,
                BUFFER_AT(&model->host_categories)[carrier].host_idx)) {
            bits[bit / 64] &= ~((apr_uint64_t)1 << bit % 64);
        }
    }
}

/* Completes the bits of one placement, and adds them to its category's. */
static void settle(model_t *model, const model_directory_t *directory,
                   model_placement_t *placement, const apr_uint64_t *always,
                   apr_uint64_t *ever)
{
    const model_category_t *category =
        &BUFFER_AT(&model->categories)[placement->category_idx];
    apr_uint32_t w;

    if (!placement->bits) {
        placement->bits =
            apr_pcalloc(model->pool, (category->word_n + 1) * sizeof(*always));
    }
    for (w = 0; w < category->word_n; w++) {
        placement->bits[w] |= always[w];
    }
    if (directory->exclusive) {
        drop_others(model, category, placement->bits, directory->exclusive);
    }
    for (w = 0; w < category->word_n; w++) {
        ever[w] |= placement->bits[w];
    }
}

/* Hosts that carry anything get a place in the image, others ML_NONE. */
static void map_hosts(model_t *model, apr_uint32_t *host_map)
{
    model_category_t *categories = BUFFER_AT(&model->categories);
    apr_uint32_t category_n = BUFFER_N(&model->categories);
    model_directory_t *directory = BUFFER_AT(&model->directories);
    apr_uint32_t n = BUFFER_N(&model->directories);
    apr_uint32_t host_n = BUFFER_N(&model->hosts);
    apr_uint64_t **always =
        apr_palloc(model->pool, (category_n + 1) * sizeof(*always));
    apr_uint64_t **ever =
        apr_palloc(model->pool, (category_n + 1) * sizeof(*ever));
    model_placement_t *placement;
    apr_uint32_t i, place = 0;
    int bit;

    for (i = 0; i < category_n; i++) {
        always[i] = always_up2date(model, &categories[i]);
        ever[i] = apr_pcalloc(model->pool,
                              (categories[i].word_n + 1) * sizeof(**ever));
    }
    for (i = 0; i < n; i++, directory++) {
        for (placement = directory->placements; placement;
             placement = placement->next) {
            settle(model, directory, placement, always[placement->category_idx],
                   ever[placement->category_idx]);
        }
    }
    memset(host_map, 0, host_n * sizeof(*host_map));
    for (i = 0; i < category_n; i++) {
        for (bit = 0; bit < categories[i].carriers->nelts; bit++) {
            apr_uint32_t carrier =
                model_carrier(&categories[i], (apr_uint32_t)bit);

            if (bit_is_set(ever[i], (apr_uint32_t)bit)) {
                host_map[BUFFER_AT(&model->host_categories)[carrier].host_idx] =
                    1;
            }
        }
    }
    for (i = 0; i < host_n; i++) {
        host_map[i] = host_map[i] ? place++ : ML_NONE;
    }
}

static void add_allowed(image_t *image, const model_host_t *host,
                        const apr_uint32_t *country_map, ml_host_rec *rec)
{
    int n = host->allowed ? host->allowed->nelts : 0, i;
    apr_uint32_t *allowed =
        apr_palloc(image->pool, ((apr_size_t)n + 1) * sizeof(*allowed));

    for (i = 0; i < n; i++) {
        allowed[i] = country_map[APR_ARRAY_IDX(host->allowed, i, apr_uint32_t)];
    }
    image_list(&image->allowed.buffer, allowed, (apr_uint32_t)n,
               &rec->allowed_first, &rec->allowed_n);
}

static void add_hosts(image_t *image, model_t *model,
                      const apr_uint32_t *country_map,
                      const apr_uint32_t *host_map)
{
    const model_host_t *host = BUFFER_AT(&model->hosts);
    apr_uint32_t n = BUFFER_N(&model->hosts), i;

    for (i = 0; i < n; i++, host++) {
        ml_host_rec *rec;

        if (host_map[i] == ML_NONE) {
            continue;
        }
        rec = BUFFER_PUSH(&image->hosts);
        rec->id = host->id;
        rec->name = image_text(image, host->name);
        rec->country_idx = host->country_idx == ML_NONE
                               ? ML_NONE
                               : country_map[host->country_idx];
        rec->place_idx = image_place(image, &host->place);
        if (rec->place_idx == ML_NONE && rec->country_idx != ML_NONE) {
            rec->place_idx =
                BUFFER_AT(&image->countries)[rec->country_idx].place_idx;
        }
        rec->bandwidth = host->bandwidth;
        *BUFFER_PUSH(&image->weights) = (float)host->bandwidth;
        rec->flags = (host->is_private ? ML_HOST_PRIVATE : 0)
                     | (host->restricted ? ML_HOST_RESTRICTED : 0)
                     | (host->captive ? ML_HOST_CAPTIVE : 0);
        add_allowed(image, host, country_map, rec);
    }
}

void compile_hosts(image_t *image, model_t *model,
                   const apr_uint32_t *country_map, apr_uint32_t *host_map)
{
    map_hosts(model, host_map);
    add_hosts(image, model, country_map, host_map);
}
