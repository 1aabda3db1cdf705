/* SPDX-License-Identifier: Apache-2.0
 *
 * File details: which of them are kept, and in which order.
 */
#include "compile.h"

#include <stdlib.h>
#include <string.h>

#include "apr_strings.h"

#include "ml_detail.h"

/* A file's versions next to each other: complete ones, newest first, then the
 * others. */
static int detail_order(const void *a_, const void *b_)
{
    const model_file_detail_t *a = a_, *b = b_;
    int order = strcmp(a->filename, b->filename);
    int complete = ml_detail_is_complete(&a->rec);

    if (!order) {
        order = ml_detail_is_complete(&b->rec) - complete;
    }
    if (!order && complete && a->rec.timestamp_s != b->rec.timestamp_s) {
        order = a->rec.timestamp_s > b->rec.timestamp_s ? -1 : 1;
    }
    return order ? order : (a->id > b->id) - (a->id < b->id);
}

static void add_file(image_t *image, const model_file_detail_t *details, int n)
{
    ml_file_rec *file = BUFFER_PUSH(&image->files);
    int i;

    file->detail_first = BUFFER_N(&image->details);
    file->detail_n = (apr_uint32_t)n;
    for (i = 0; i < n; i++) {
        *BUFFER_PUSH(&image->details) = details[i].rec;
    }
    file->name = image_text(image, details->filename);
}

/* How many of the `n` versions of a file are kept: the first, and as its
 * alternates those that are complete.  One that is not makes yum drop the
 * whole document. */
static int kept(const model_file_detail_t *details, int n)
{
    int i = 1;

    while (i < n && ml_detail_is_complete(&details[i].rec)) {
        i++;
    }
    return i;
}

void compile_files(image_t *image, apr_array_header_t *file_details,
                   ml_directory_rec *directory)
{
    model_file_detail_t *details;
    int i, n;

    directory->file_first = BUFFER_N(&image->files);
    if (file_details) {
        details = (model_file_detail_t *)file_details->elts;
        qsort(details, (size_t)file_details->nelts, sizeof(*details),
              detail_order);
        for (i = 0; i < file_details->nelts; i += n) {
            for (n = 1;
                 i + n < file_details->nelts
                 && !strcmp(details[i + n].filename, details[i].filename);
                 n++) {
            }
            add_file(image, &details[i], kept(&details[i], n));
        }
    }
    directory->file_n = BUFFER_N(&image->files) - directory->file_first;
}
