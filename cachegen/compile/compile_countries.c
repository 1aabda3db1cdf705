/* SPDX-License-Identifier: Apache-2.0
 *
 * Countries in the order of their continents.
 */
#include "compile.h"

#include <stdlib.h>
#include <string.h>

#include "ml_cache.h"
#include "ml_text.h"

/* A continent's countries next to each other, those on none last. */
static int country_order(const void *a_, const void *b_)
{
    const model_country_t *a = *(const model_country_t *const *)a_;
    const model_country_t *b = *(const model_country_t *const *)b_;
    int order = !*a->continent - !*b->continent;

    if (!order) {
        order = strcmp(a->continent, b->continent);
    }
    return order ? order : strcmp(a->code, b->code);
}

static int code_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every continent of a country, or of networks whose country is unknown. */
static void add_continents(image_t *image, const model_t *model)
{
    apr_uint32_t country_n = BUFFER_N(&model->countries);
    apr_uint32_t fact_n, n = 0, i;
    const geo_fact_t *facts = geo_facts(model->geo, &fact_n);
    const char **codes = apr_palloc(
        image->pool, ((apr_size_t)country_n + fact_n + 1) * sizeof(*codes));

    for (i = 0; i < country_n; i++) {
        codes[n++] = BUFFER_AT(&model->countries)[i].continent;
    }
    for (i = 0; i < fact_n; i++) {
        codes[n++] = facts[i].country_idx == ML_NONE ? facts[i].continent : "";
    }
    qsort(codes, n, sizeof(*codes), code_order);
    for (i = 0; i < n; i++) {
        if (*codes[i] && (i == 0 || strcmp(codes[i - 1], codes[i]))) {
            BUFFER_PUSH(&image->continents)->code = image_text(image, codes[i]);
        }
    }
}

apr_uint32_t compile_find_continent(const image_t *image, const char *code)
{
    const ml_continent_rec *continents = BUFFER_AT(&image->continents);
    apr_uint32_t n = BUFFER_N(&image->continents), i;

    for (i = 0; i < n; i++) {
        ml_text_rec text = continents[i].code;

        if (!ml_text_order(image->text.buffer.data + text.off, text.len, code,
                           strlen(code))) {
            return i;
        }
    }
    return ML_NONE;
}

static void add_country(image_t *image, const model_country_t *from)
{
    ml_country_rec *country = BUFFER_PUSH(&image->countries);
    geo_degrees_t middle = {0, 0, 0};

    model_middle(&middle, from);
    country->code = image_text(image, from->code);
    country->place_idx = image_place(image, &middle);
    country->flags = from->known ? ML_COUNTRY_KNOWN : 0;
    country->continent_idx = compile_find_continent(image, from->continent);
    if (country->continent_idx != ML_NONE) {
        BUFFER_AT(&image->continents)
        [country->continent_idx].country_n++;
    }
}

/* Countries stand in the order of their continents. */
static void complete_runs(image_t *image)
{
    ml_continent_rec *continents = BUFFER_AT(&image->continents);
    apr_uint32_t n = BUFFER_N(&image->continents), end = 0, i;

    for (i = 0; i < n; i++) {
        continents[i].country_first = end;
        end += continents[i].country_n;
    }
}

apr_uint32_t *compile_countries(image_t *image, model_t *model)
{
    model_country_t *countries = BUFFER_AT(&model->countries);
    apr_uint32_t n = BUFFER_N(&model->countries), i;
    model_country_t **sorted =
        apr_palloc(image->pool, (n + 1) * sizeof(*sorted));
    apr_uint32_t *map = apr_palloc(image->pool, (n + 1) * sizeof(*map));
    apr_uint32_t *hashes = apr_palloc(image->pool, (n + 1) * sizeof(*hashes));

    model_complete_continents(model);
    add_continents(image, model);
    for (i = 0; i < n; i++) {
        sorted[i] = &countries[i];
    }
    qsort(sorted, n, sizeof(*sorted), country_order);
    for (i = 0; i < n; i++) {
        add_country(image, sorted[i]);
        map[sorted[i] - countries] = i;
        hashes[i] =
            ml_cache_hash(sorted[i]->code, strlen(sorted[i]->code), NULL, 0);
    }
    complete_runs(image);
    image_slots(&image->country_slots.buffer, hashes, n);
    return map;
}
