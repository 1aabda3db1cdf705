/* SPDX-License-Identifier: Apache-2.0
 *
 * The order of the compilation, and the tables that need little of it:
 * countries, directories, locations, counts.
 */
#include "compile.h"

#include <stdlib.h>
#include <string.h>

#include "apr_strings.h"

#include "ml_cache.h"
#include "ml_text.h"
#include "ranges.h"

/* --- countries ----------------------------------------------------------- */

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

/* The image's places of the model's countries. */
static apr_uint32_t *compile_countries(image_t *image, model_t *model)
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

/* --- directories --------------------------------------------------------- */

/* The sub-path with its slash, as it stands in URLs.  Mostly that is the end
 * of the directory's name, which is stored with a slash for this. */
static ml_text_rec subpath_text(image_t *image, const char *name,
                                ml_text_rec with_slash, apr_uint32_t off,
                                apr_pool_t *scratch)
{
    const char *subpath = name + off;
    const char *escaped =
        ml_text_escape(subpath, strlen(subpath), ML_ESCAPE_PATH, scratch);

    if (!*subpath) {
        return image_text(image, "");
    }
    if (strcmp(escaped, subpath)) {
        return image_text(image, apr_pstrcat(scratch, escaped, "/", NULL));
    }
    with_slash.off += off;
    with_slash.len -= off;
    return with_slash;
}

static void compile_directory(image_t *image, host_sets_t *sets,
                              const model_directory_t *directory,
                              const apr_uint32_t *category_map,
                              ml_counts_rec *counts, apr_pool_t *scratch)
{
    ml_text_rec name =
        image_text(image, apr_pstrcat(scratch, directory->name, "/", NULL));
    ml_directory_rec rec = {.name = {name.off, name.len - 1}};
    const model_placement_t *placement;
    apr_uint32_t host_n;

    rec.subpath_first = BUFFER_N(&image->subpaths);
    for (placement = directory->placements; placement;
         placement = placement->next) {
        ml_subpath_rec subpath = {subpath_text(image, directory->name, name,
                                               placement->subpath_off, scratch),
                                  category_map[placement->category_idx]};

        *BUFFER_PUSH(&image->subpaths) = subpath;
        rec.subpath_n++;
    }
    rec.host_set_idx =
        host_sets_of(sets, directory,
                     BUFFER_AT(&image->subpaths) + rec.subpath_first, &host_n);
    compile_files(image, directory->file_details, &rec);
    *BUFFER_PUSH(&image->directories) = rec;

    counts->directories++;
    counts->carried_directories += host_n > 0;
    counts->pairs += host_n;
}

/* Known directories go in; the map has their places, ML_NONE for others. */
static apr_uint32_t *compile_directories(image_t *image, model_t *model,
                                         host_sets_t *sets,
                                         const apr_uint32_t *category_map,
                                         ml_counts_rec *counts,
                                         report_t *report)
{
    const model_directory_t *directories = BUFFER_AT(&model->directories);
    apr_uint32_t n = BUFFER_N(&model->directories), i;
    apr_uint32_t *map = apr_palloc(image->pool, (n + 1) * sizeof(*map));
    apr_uint32_t *hashes = apr_palloc(image->pool, (n + 1) * sizeof(*hashes));
    apr_uint32_t place = 0;
    apr_pool_t *scratch;

    apr_pool_create(&scratch, image->pool);
    report_step(report, "host sets", n);
    for (i = 0; i < n; i++) {
        map[i] = ML_NONE;
        if (directories[i].placements) {
            compile_directory(image, sets, &directories[i], category_map,
                              counts, scratch);
            apr_pool_clear(scratch);
            hashes[place] = ml_cache_hash(directories[i].name,
                                          strlen(directories[i].name), NULL, 0);
            map[i] = place++;
        }
        if (i % 1024 == 0) {
            report_rows(report, i);
        }
    }
    report_step_done(report, n);
    image_slots(&image->directory_slots.buffer, hashes, place);
    return map;
}

/* --- the rest ------------------------------------------------------------ */

static void compile_locations(image_t *image, model_t *model,
                              const apr_uint32_t *host_map)
{
    const model_location_t *location = BUFFER_AT(&model->locations);
    apr_uint32_t n = BUFFER_N(&model->locations), i;
    apr_uint32_t *hashes = apr_palloc(image->pool, (n + 1) * sizeof(*hashes));

    for (i = 0; i < n; i++, location++) {
        int host_n = location->hosts ? location->hosts->nelts : 0, j;
        apr_uint32_t *hosts =
            apr_palloc(image->pool, ((apr_size_t)host_n + 1) * sizeof(*hosts));
        ml_location_rec rec = {.name = image_text(image, location->name)};

        for (j = 0; j < host_n; j++) {
            hosts[j] =
                host_map[APR_ARRAY_IDX(location->hosts, j, apr_uint32_t)];
        }
        image_list(&image->host_lists.buffer, hosts, (apr_uint32_t)host_n,
                   &rec.host_first, &rec.host_n);
        *BUFFER_PUSH(&image->locations) = rec;
        hashes[i] =
            ml_cache_hash(location->name, strlen(location->name), NULL, 0);
    }
    image_slots(&image->location_slots.buffer, hashes, n);
}

image_t *compile(model_t *model, report_t *report, apr_pool_t *pool)
{
    image_t *image = image_create(pool);
    ml_counts_rec *counts = BUFFER_PUSH(&image->counts);
    apr_uint32_t host_n = BUFFER_N(&model->hosts);
    apr_uint32_t *host_map = apr_palloc(pool, (host_n + 1) * sizeof(*host_map));
    apr_uint32_t *country_map = compile_countries(image, model);
    apr_uint32_t *category_map = compile_category_map(model, pool);
    apr_uint32_t *directory_map;
    host_sets_t *sets;

    compile_hosts(image, model, country_map, host_map);
    sets = host_sets_create(image, model, host_map);
    directory_map =
        compile_directories(image, model, sets, category_map, counts, report);
    compile_repos(image, model, directory_map, report);
    compile_locations(image, model, host_map);
    report_step(report, "address ranges", 0);
    ranges_compile(image, model, country_map, host_map);
    report_step_done(report,
                     BUFFER_N(&image->v4_starts) + BUFFER_N(&image->v6_starts));

    counts->hosts = BUFFER_N(&image->hosts);
    counts->repositories = BUFFER_N(&image->repos);
    counts->file_details = BUFFER_N(&image->details);
    counts->asn_networks = model->asn_network_n;
    counts->country_networks = model->country_network_n;
    counts->netblocks = model->netblock_n;
    counts->skipped_rows = report_skipped(report);
    compile_explain(image, model, host_map, directory_map, category_map,
                    report);
    return image;
}
