/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about places and continents: what the country database adds to what the
 * rows say.
 */
#include "model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "apr_strings.h"

/* --- the country database ------------------------------------------------- */

apr_uint32_t model_geo_fact(model_t *model, const model_geo_t *geo)
{
    geo_fact_t fact = {geo->country_idx, {0, 0, 0}, geo->continent, 0};

    if (geo->place) {
        fact.place = geo_degrees(geo->place);
    }
    return geo_fact(model->geo, &fact);
}

void model_add_geo(model_t *model, const network_t *network,
                   const model_geo_t *geo)
{
    geo_add(model->geo, network, geo->fact_idx);
    if (geo->country_idx != ML_NONE) {
        model_country_t *country =
            &BUFFER_AT(&model->countries)[geo->country_idx];

        country->known = 1;
        model->country_network_n++;
        if (geo->place && network->first.family == ML_ADDRESS_V4) {
            geo_sum_add(&country->v4, geo->place,
                        ldexp(1, 32 - network->length));
        }
        else if (geo->place) {
            geo_sum_add(&country->v6, geo->place, 1);
        }
    }
}

int model_middle(geo_degrees_t *middle, const model_country_t *country)
{
    geo_place_t place;

    if (!geo_sum_place(&place,
                       country->v4.n > 0 ? &country->v4 : &country->v6)) {
        return 0;
    }
    *middle = geo_degrees(&place);
    return 1;
}

/* --- continents ----------------------------------------------------------- */

typedef struct {
    apr_uint32_t country_idx;
    const char *continent;
    apr_uint64_t network_n;
} vote_t;

static int vote_order(const void *a_, const void *b_)
{
    const vote_t *a = a_, *b = b_;

    if (a->country_idx != b->country_idx) {
        return a->country_idx < b->country_idx ? -1 : 1;
    }
    return strcmp(a->continent, b->continent);
}

static apr_uint32_t sorted_votes(vote_t **votes, const model_t *model)
{
    apr_uint32_t n, vote_n = 0, i;
    const geo_fact_t *facts = geo_facts(model->geo, &n);

    *votes = apr_palloc(model->pool, ((apr_size_t)n + 1) * sizeof(**votes));
    for (i = 0; i < n; i++) {
        if (facts[i].country_idx != ML_NONE && *facts[i].continent) {
            (*votes)[vote_n++] = (vote_t){
                facts[i].country_idx, facts[i].continent, facts[i].network_n};
        }
    }
    qsort(*votes, vote_n, sizeof(**votes), vote_order);
    return vote_n;
}

void model_complete_continents(model_t *model)
{
    model_country_t *countries = BUFFER_AT(&model->countries);
    apr_uint32_t country_n = BUFFER_N(&model->countries);
    apr_uint64_t *most =
        apr_pcalloc(model->pool, ((apr_size_t)country_n + 1) * sizeof(*most));
    apr_uint32_t n, i, j;
    vote_t *votes;

    n = sorted_votes(&votes, model);
    for (i = 0; i < n; i = j) {
        model_country_t *country = &countries[votes[i].country_idx];
        apr_uint64_t networks = 0;

        for (j = i; j < n && vote_order(&votes[i], &votes[j]) == 0; j++) {
            networks += votes[j].network_n;
        }
        /* Of a tie the first code. */
        if (!country->has_continent && networks > most[votes[i].country_idx]) {
            most[votes[i].country_idx] = networks;
            country->continent = votes[i].continent;
        }
    }
}

/* --- hosts ---------------------------------------------------------------- */

/* The whole text as a number of degrees up to `most`. */
static int read_degrees(double *degrees, const char *text, apr_size_t len,
                        double most)
{
    char copy[64], *end;

    if (!text || len == 0 || len >= sizeof(copy)) {
        return 0;
    }
    memcpy(copy, text, len);
    copy[len] = '\0';
    if (copy[strspn(copy, "+-.0123456789eE")]) {
        return 0; /* strtod() knows more words than this */
    }
    *degrees = strtod(copy, &end);
    return end == copy + len && *degrees >= -most && *degrees <= most;
}

void model_place_host(model_host_t *host, const char *latitude,
                      apr_size_t latitude_len, const char *longitude,
                      apr_size_t longitude_len)
{
    geo_place_t place;

    if (read_degrees(&place.latitude, latitude, latitude_len, 90)
        && read_degrees(&place.longitude, longitude, longitude_len, 180)
        && (place.latitude != 0 || place.longitude != 0)) {
        host->place = geo_degrees(&place);
    }
}
