/* SPDX-License-Identifier: Apache-2.0
 *
 * From the model to the image: all work that requests shall not do.
 */
#ifndef COMPILE_H
#define COMPILE_H

#include "image.h"
#include "model.h"
#include "report.h"

/* The model's arrays may be sorted; it is of no use afterwards. */
image_t *compile(model_t *model, report_t *report, apr_pool_t *pool);

/* The continent of that code, ML_NONE for none: "" is none's. */
apr_uint32_t compile_find_continent(const image_t *image, const char *code);

/* Sections of their own, in compile_repos.c: repositories, prefixes with
 * their redirects, the listing.  `directory_map` gives the image's directory
 * for each of the model's, or ML_NONE. */
void compile_repos(image_t *image, model_t *model,
                   const apr_uint32_t *directory_map, report_t *report);

/* In compile_hosts.c: completes the model's placements and fills `host_map`:
 * the image's place of each of the model's hosts, ML_NONE if it carries
 * nothing. */
void compile_hosts(image_t *image, model_t *model,
                   const apr_uint32_t *country_map, apr_uint32_t *host_map);

/* In host_sets.c: URLs, and the host sets of directories, after
 * compile_hosts(). */
typedef struct host_sets_t host_sets_t;
host_sets_t *host_sets_create(image_t *image, model_t *model,
                              const apr_uint32_t *host_map);
/* The set of a known directory, and how many hosts are in it. */
apr_uint32_t host_sets_of(host_sets_t *sets, const model_directory_t *directory,
                          const ml_subpath_rec *subpaths, apr_uint32_t *host_n);

/* In compile_explain.c: what answers are explained with, once all
 * other tables are there. */
void compile_explain(image_t *image, const model_t *model,
                     const apr_uint32_t *host_map,
                     const apr_uint32_t *directory_map,
                     const apr_uint32_t *category_map, const report_t *report);

/* The image's places of the categories that count for any directory; for the
 * others ML_NONE. */
apr_uint32_t *compile_category_map(const model_t *model, apr_pool_t *pool);

/* And in compile_files.c: the files of one directory. */
void compile_files(image_t *image, apr_array_header_t *file_details,
                   ml_directory_rec *directory);

#endif
