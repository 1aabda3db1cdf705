/* SPDX-License-Identifier: Apache-2.0
 *
 * The few rules that hold whatever the records come from.
 */
#include "model.h"

#include <string.h>
#include <strings.h>

#include "apr_lib.h"
#include "apr_strings.h"

#include "ml_detail.h"
#include "ml_text.h"

#define ASN_MAX APR_INT64_C(0xffffffff)
#define BANDWIDTH_MAX 100000 /* Mbit/s */

model_t *model_create(apr_pool_t *pool)
{
    model_t *model = apr_pcalloc(pool, sizeof(*model));
    buffer_t *buffers[] = {
        &model->countries.buffer,     &model->hosts.buffer,
        &model->categories.buffer,    &model->host_categories.buffer,
        &model->directories.buffer,   &model->repositories.buffer,
        &model->redirects.buffer,     &model->locations.buffer,
        &model->asn_hosts.buffer,     &model->networks.buffer,
        &model->bad_netblocks.buffer,
    };
    apr_size_t i;

    for (i = 0; i < sizeof(buffers) / sizeof(buffers[0]); i++) {
        buffer_init(buffers[i], pool);
    }
    model->pool = pool;
    model->country_by_code = apr_hash_make(pool);
    model->geo = geo_create(pool);
    return model;
}

/* In ASCII upper case. */
static char *upper_case(const char *text, apr_size_t len, apr_pool_t *pool)
{
    return ml_text_fold(text, len, ml_text_upper, pool);
}

apr_uint32_t model_country(model_t *model, const char *text, apr_size_t len)
{
    char *code = upper_case(text, len, model->pool);
    model_country_t *country;
    apr_uint32_t n, *place;

    if (!*code) {
        return ML_NONE;
    }
    place = apr_hash_get(model->country_by_code, code, APR_HASH_KEY_STRING);
    if (place) {
        return *place;
    }
    n = BUFFER_N(&model->countries);
    country = BUFFER_PUSH(&model->countries);
    country->code = code;
    country->continent = "";
    place = apr_pmemdup(model->pool, &n, sizeof(n));
    apr_hash_set(model->country_by_code, code, APR_HASH_KEY_STRING, place);
    return n;
}

void model_add_bad_netblock(model_t *model, apr_uint32_t host_idx,
                            const char *sentence)
{
    model_bad_netblock_t *added = BUFFER_PUSH(&model->bad_netblocks);

    added->host_idx = host_idx;
    added->sentence = apr_pstrdup(model->pool, sentence);
}

const char *model_continent(model_t *model, const char *text, apr_size_t len)
{
    return len == 2 && !memcmp(text, "--", 2)
               ? ""
               : upper_case(text, len, model->pool);
}

static const char no_country[] = "country is empty";

static const char *set_continent(model_t *model, const char *country,
                                 const char *continent, int known)
{
    model_country_t *rec;
    apr_uint32_t idx;

    if (!*country) {
        return no_country;
    }
    if (!*continent) {
        return "continent is empty (write -- for none)";
    }
    idx = model_country(model, country, strlen(country));
    rec = &BUFFER_AT(&model->countries)[idx];
    rec->continent = model_continent(model, continent, strlen(continent));
    rec->has_continent = 1;
    rec->known |= known;
    return NULL;
}

const char *model_set_continent(model_t *model, const char *country,
                                const char *continent)
{
    return set_continent(model, country, continent, 1);
}

const char *model_redirect_continent(model_t *model, const char *country,
                                     const char *continent)
{
    return set_continent(model, country, continent, 0);
}

void model_add_network(model_t *model, const network_t *network,
                       model_layer_e layer, apr_uint32_t value)
{
    apr_uint32_t n = BUFFER_N(&model->networks);
    model_network_t *added = BUFFER_PUSH(&model->networks);

    added->order = n;
    added->network = *network;
    added->layer = layer;
    added->value = value;
    if (layer == MODEL_NETBLOCK_COUNTRY) {
        BUFFER_AT(&model->countries)[value].known = 1;
    }
}

const char *model_add_netblock_country(model_t *model, const network_t *network,
                                       const char *country, apr_size_t len)
{
    apr_uint32_t country_idx = model_country(model, country, len);

    if (country_idx == ML_NONE) {
        return no_country;
    }
    model_add_network(model, network, MODEL_NETBLOCK_COUNTRY, country_idx);
    model->country_network_n++;
    return NULL;
}

int model_is_asn(apr_int64_t number)
{
    return number >= 0 && number <= ASN_MAX;
}

void model_add_asn(model_t *model, apr_int64_t asn, apr_uint32_t host_idx)
{
    model_asn_host_t *asn_host = BUFFER_PUSH(&model->asn_hosts);

    asn_host->asn = asn;
    asn_host->host_idx = host_idx;
}

apr_uint32_t model_bandwidth(apr_int64_t mbits)
{
    return mbits < 1
               ? 1
               : (apr_uint32_t)(mbits < BANDWIDTH_MAX ? mbits : BANDWIDTH_MAX);
}

const char *model_restrict(model_t *model, apr_uint32_t host_idx,
                           const char *country, apr_size_t len)
{
    model_host_t *host = &BUFFER_AT(&model->hosts)[host_idx];
    apr_uint32_t country_idx = ML_NONE;

    host->restricted = 1;
    if (country && !model_text_refusal(country, len)) {
        country_idx = model_country(model, country, len);
    }
    if (country_idx == ML_NONE) {
        return "country cannot be used (the host stays restricted)";
    }
    model_push_idx(model, &host->allowed, country_idx);
    return NULL;
}

/* Bytes of "scheme://", or 0. */
static apr_size_t scheme_len(const char *url)
{
    const char *c = url;

    if (!apr_isalpha(*c)) {
        return 0;
    }
    while (apr_isalnum(*c) || (*c && strchr("+.-", *c))) {
        c++;
    }
    return strncmp(c, "://", 3) ? 0 : (apr_size_t)(c + 3 - url);
}

/* Whether a host stands behind "scheme://", between user and port. */
static int has_host(const char *host, const char *end)
{
    const char *c;

    for (c = host; c < end && !strchr("/?#", *c); c++) {
        if (*c == '@') {
            host = c + 1;
        }
    }
    if (host < c && *host == '[') {
        return host + 1 < c && host[1] != ']';
    }
    return host < c && *host != ':';
}

const char *model_url(const char **url, const char *text, apr_size_t len,
                      apr_pool_t *pool)
{
    char *copy;
    apr_size_t scheme;

    while (len > 0 && text[len - 1] == '/') {
        len--;
    }
    copy = ml_text_copy(text, len, pool);
    scheme = scheme_len(copy);
    if (scheme == 0 || len <= scheme) {
        return "a URL needs a scheme and something after it";
    }
    if (strncasecmp(copy, "file:", 5) && !has_host(copy + scheme, copy + len)) {
        return "a URL needs a host";
    }
    *url = copy;
    return NULL;
}

void model_add_url(model_t *model, apr_uint32_t host_category_idx,
                   apr_int64_t id, const char *url)
{
    model_host_category_t *host_category =
        &BUFFER_AT(&model->host_categories)[host_category_idx];
    model_url_t *added;

    if (!host_category->urls) {
        host_category->urls =
            apr_array_make(model->pool, 2, sizeof(model_url_t));
    }
    added = apr_array_push(host_category->urls);
    added->id = id;
    added->url = url;
    added->flags = 0;
}

void model_detail_numbers(ml_detail_rec *rec, apr_int64_t timestamp,
                          apr_int64_t size)
{
    if (timestamp > 0) {
        rec->timestamp_s = timestamp;
        rec->flags |= ML_DETAIL_TIMESTAMP;
    }
    if (size > 0) {
        rec->size = size;
        rec->flags |= ML_DETAIL_SIZE;
    }
}

/* The value of a hexadecimal digit, or -1. */
static int digit_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

const char *model_detail_hash(ml_detail_rec *rec, ml_hash_e hash,
                              const char *text, apr_size_t len)
{
    static const char *const refusals[ML_HASH_N] = {
#define X(name, NAME, digits) \
    [ML_HASH_##NAME] = #name " is not " #digits " hexadecimal digits",
        ML_HASHES(X)
#undef X
    };
    apr_byte_t *bytes = (apr_byte_t *)rec + ml_hashes[hash].off;
    apr_size_t i;

    if (len == 0) {
        return NULL;
    }
    if (len != 2 * ml_hashes[hash].len) {
        return refusals[hash];
    }
    for (i = 0; i < len; i++) {
        int value = digit_value(text[i]);

        if (value < 0) {
            return refusals[hash];
        }
        bytes[i / 2] = (apr_byte_t)(bytes[i / 2] << 4 | value);
    }
    rec->flags |= ML_DETAIL_HASH(hash);
    return NULL;
}

const char *model_add_file_detail(model_t *model, apr_uint32_t directory_idx,
                                  const model_file_detail_t *detail)
{
    model_directory_t *directory =
        &BUFFER_AT(&model->directories)[directory_idx];

    if (!(detail->rec.flags & ML_DETAIL_HASHES)) {
        return "has no hash";
    }
    if (!directory->file_details) {
        directory->file_details =
            apr_array_make(model->pool, 2, sizeof(model_file_detail_t));
    }
    APR_ARRAY_PUSH(directory->file_details, model_file_detail_t) = *detail;
    return NULL;
}

const char *model_text_refusal(const char *text, apr_size_t len)
{
    if (len > ML_TEXT_MAX) {
        return "has more than 4,096 bytes";
    }
    return ml_text_is_clean(text, len, ML_TEXT_LINE)
               ? NULL
               : "is not UTF-8 or holds control bytes";
}

const char *model_directory_name(const char *text, apr_size_t len,
                                 apr_pool_t *pool)
{
    char *name = apr_palloc(pool, len + 1), *out = name;
    const char *end = text + len;

    for (; text < end; text++) {
        if (*text != '/') {
            *out++ = *text;
        }
        else if (out > name && out[-1] != '/') {
            *out++ = '/';
        }
    }
    out -= out > name && out[-1] == '/';
    *out = '\0';
    return name;
}

void model_add_placement(model_t *model, apr_uint32_t directory_idx,
                         apr_uint32_t category_idx, apr_uint32_t subpath_off)
{
    model_placement_t **next =
        &BUFFER_AT(&model->directories)[directory_idx].placements;

    while (*next) {
        if ((*next)->category_idx == category_idx) {
            return;
        }
        next = &(*next)->next;
    }
    *next = apr_pcalloc(model->pool, sizeof(**next));
    (*next)->category_idx = category_idx;
    (*next)->subpath_off = subpath_off;
}

apr_uint32_t model_place_of_name(apr_hash_t *names, const char *name,
                                 apr_uint32_t place)
{
    /* The places themselves, from 1 on, stand where pointers would. */
    apr_uintptr_t known =
        (apr_uintptr_t)apr_hash_get(names, name, APR_HASH_KEY_STRING);

    if (!known) {
        known = (apr_uintptr_t)place + 1;
        apr_hash_set(names, name, APR_HASH_KEY_STRING, (void *)known);
    }
    return (apr_uint32_t)(known - 1);
}

void model_push_idx(model_t *model, apr_array_header_t **array,
                    apr_uint32_t idx)
{
    if (!*array) {
        *array = apr_array_make(model->pool, 4, sizeof(idx));
    }
    APR_ARRAY_PUSH(*array, apr_uint32_t) = idx;
}

void model_prepare_carriers(model_t *model)
{
    model_host_category_t *host_category = BUFFER_AT(&model->host_categories);
    apr_uint32_t n = BUFFER_N(&model->host_categories);
    model_category_t *categories = BUFFER_AT(&model->categories);
    apr_uint32_t i;

    for (i = 0; i < n; i++, host_category++) {
        model_category_t *category = &categories[host_category->category_idx];
        const model_host_t *host =
            &BUFFER_AT(&model->hosts)[host_category->host_idx];

        host_category->bit = ML_NONE;
        if (host->active && host_category->urls) {
            host_category->bit = (apr_uint32_t)category->carriers->nelts;
            APR_ARRAY_PUSH(category->carriers, apr_uint32_t) = i;
        }
    }
    n = BUFFER_N(&model->categories);
    for (i = 0; i < n; i++) {
        categories[i].word_n =
            ((apr_uint32_t)categories[i].carriers->nelts + 63) / 64;
    }
}

void model_set_up2date(model_t *model, apr_uint32_t host_category_idx,
                       apr_uint32_t directory_idx)
{
    const model_host_category_t *host_category =
        &BUFFER_AT(&model->host_categories)[host_category_idx];
    model_placement_t *placement =
        BUFFER_AT(&model->directories)[directory_idx].placements;

    if (host_category->bit == ML_NONE) {
        return;
    }
    for (; placement; placement = placement->next) {
        if (placement->category_idx == host_category->category_idx) {
            if (!placement->bits) {
                placement->bits = apr_pcalloc(
                    model->pool,
                    BUFFER_AT(&model->categories)[placement->category_idx]
                            .word_n
                        * sizeof(*placement->bits));
            }
            placement->bits[host_category->bit / 64] |=
                (apr_uint64_t)1 << host_category->bit % 64;
            return;
        }
    }
}
