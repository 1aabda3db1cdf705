/* SPDX-License-Identifier: Apache-2.0
 *
 * The few rules that hold whatever the records come from.
 */
#include "model.h"

#include <string.h>

#include "apr_strings.h"

model_t *model_create(apr_pool_t *pool)
{
    model_t *model = apr_pcalloc(pool, sizeof(*model));
    buffer_t *buffers[] = {
        &model->countries,       &model->hosts,       &model->categories,
        &model->host_categories, &model->directories, &model->repositories,
        &model->redirects,       &model->locations,   &model->asn_hosts,
        &model->networks,
    };
    apr_size_t i;

    for (i = 0; i < sizeof(buffers) / sizeof(buffers[0]); i++) {
        buffer_init(buffers[i], pool);
    }
    model->pool = pool;
    model->country_by_code = apr_hash_make(pool);
    return model;
}

/* Trimmed of blanks and in ASCII upper case. */
static char *upper_trimmed(const char *text, apr_size_t len, apr_pool_t *pool)
{
    char *upper, *c;

    while (len > 0 && *text == ' ') {
        text++;
        len--;
    }
    while (len > 0 && text[len - 1] == ' ') {
        len--;
    }
    upper = apr_pstrmemdup(pool, text, len);
    for (c = upper; *c; c++) {
        if (*c >= 'a' && *c <= 'z') {
            *c = (char)(*c - 'a' + 'A');
        }
    }
    return upper;
}

apr_uint32_t model_country(model_t *model, const char *text, apr_size_t len)
{
    char *code = upper_trimmed(text, len, model->pool);
    model_country_t *country;
    apr_uint32_t n, *place;

    if (!*code) {
        return MODEL_NONE;
    }
    place = apr_hash_get(model->country_by_code, code, APR_HASH_KEY_STRING);
    if (place) {
        return *place;
    }
    n = BUFFER_N(&model->countries, model_country_t);
    country = BUFFER_PUSH(&model->countries, model_country_t);
    country->code = code;
    country->continent = "";
    place = apr_pmemdup(model->pool, &n, sizeof(n));
    apr_hash_set(model->country_by_code, code, APR_HASH_KEY_STRING, place);
    return n;
}

void model_set_continent(model_t *model, const char *country,
                         const char *continent)
{
    apr_uint32_t idx = model_country(model, country, strlen(country));

    if (idx != MODEL_NONE) {
        char *name = upper_trimmed(continent, strlen(continent), model->pool);

        MODEL_COUNTRIES(model)[idx].continent = strcmp(name, "--") ? name : "";
    }
}

void model_add_network(model_t *model, const network_t *network,
                       model_layer_e layer, apr_uint32_t value)
{
    apr_uint32_t n = BUFFER_N(&model->networks, model_network_t);
    model_network_t *added = BUFFER_PUSH(&model->networks, model_network_t);

    added->order = n;
    added->network = *network;
    added->layer = layer;
    added->value = value;
}

void model_prepare_carriers(model_t *model)
{
    model_host_category_t *host_category = MODEL_HOST_CATEGORIES(model);
    apr_uint32_t n = BUFFER_N(&model->host_categories, model_host_category_t);
    model_category_t *categories = MODEL_CATEGORIES(model);
    apr_uint32_t i;

    for (i = 0; i < n; i++, host_category++) {
        model_category_t *category = &categories[host_category->category_idx];
        const model_host_t *host =
            &MODEL_AT(model, host)[host_category->host_idx];

        host_category->bit = MODEL_NONE;
        if (host->active && host_category->urls) {
            host_category->bit = (apr_uint32_t)category->carriers->nelts;
            APR_ARRAY_PUSH(category->carriers, apr_uint32_t) = i;
        }
    }
    n = BUFFER_N(&model->categories, model_category_t);
    for (i = 0; i < n; i++) {
        categories[i].word_n =
            ((apr_uint32_t)categories[i].carriers->nelts + 63) / 64;
    }
}

void model_set_up2date(model_t *model, apr_uint32_t host_category_idx,
                       apr_uint32_t directory_idx)
{
    const model_host_category_t *host_category =
        &MODEL_HOST_CATEGORIES(model)[host_category_idx];
    model_placement_t *placement =
        MODEL_DIRECTORIES(model)[directory_idx].placements;

    if (host_category->bit == MODEL_NONE) {
        return;
    }
    for (; placement; placement = placement->next) {
        if (placement->category_idx == host_category->category_idx) {
            if (!placement->bits) {
                placement->bits = apr_pcalloc(
                    model->pool,
                    MODEL_CATEGORIES(model)[placement->category_idx].word_n
                        * sizeof(*placement->bits));
            }
            placement->bits[host_category->bit / 64] |=
                (apr_uint64_t)1 << host_category->bit % 64;
            return;
        }
    }
}
