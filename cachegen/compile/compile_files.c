/* SPDX-License-Identifier: Apache-2.0
 *
 * File details: which of them are kept, as records and as the text that
 * Metalink documents show of them.  Escaping for XML is libxml2's.
 */
#include "compile.h"

#include <stdlib.h>
#include <string.h>

#include <libxml/entities.h>
#include <libxml/xmlmemory.h>

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

static void add(buffer_t *out, const char *indent, const char *before,
                const char *value, const char *after)
{
    buffer_add(out, indent, strlen(indent));
    buffer_add(out, before, strlen(before));
    buffer_add(out, value, strlen(value));
    buffer_add(out, after, strlen(after));
}

static void add_number(buffer_t *out, const char *indent, const char *element,
                       apr_int64_t number)
{
    char before[40], after[40], value[24];

    if (number > 0) {
        apr_snprintf(before, sizeof(before), "<%s>", element);
        apr_snprintf(after, sizeof(after), "</%s>\n", element);
        apr_snprintf(value, sizeof(value), "%" APR_INT64_T_FMT, number);
        add(out, indent, before, value, after);
    }
}

/* What is known of one version of the file, at an indentation. */
static void add_detail(buffer_t *out, const ml_detail_rec *detail,
                       const char *indent)
{
    char digits[ML_HASH_DIGITS_MAX + 1];
    int i;

    add_number(out, indent, "mm0:timestamp", detail->timestamp_s);
    add_number(out, indent, "size", detail->size);
    add(out, indent, "<verification>\n", "", "");
    for (i = 0; i < ML_HASH_N; i++) {
        if (ml_detail_has(detail, i)) {
            *ml_detail_digits(digits, detail, i) = '\0';
            add(out, indent, " <hash type=\"", ml_hashes[i].name, "\">");
            add(out, digits, "</hash>\n", "", "");
        }
    }
    add(out, indent, "</verification>\n", "", "");
}

/* Metalink's <file> of the `n` versions, up to its <resources>. */
static void add_block(buffer_t *out, const model_file_detail_t *details, int n)
{
    xmlChar *name =
        xmlEncodeSpecialChars(NULL, (const xmlChar *)details->filename);
    int i;

    add(out, "  ", "<file name=\"", (const char *)name, "\">\n");
    xmlFree(name);
    add_detail(out, &details->rec, "   ");
    if (n > 1) {
        add(out, "   ", "<mm0:alternates>\n", "", "");
        for (i = 1; i < n; i++) {
            add(out, "    ", "<mm0:alternate>\n", "", "");
            add_detail(out, &details[i].rec, "      ");
            add(out, "    ", "</mm0:alternate>\n", "", "");
        }
        add(out, "   ", "</mm0:alternates>\n", "", "");
    }
}

static void add_file(image_t *image, const model_file_detail_t *details, int n)
{
    ml_file_rec *file = BUFFER_PUSH(&image->files);
    buffer_t out = {NULL, 0, 0};
    int i;

    file->detail_first = BUFFER_N(&image->details);
    file->detail_n = (apr_uint32_t)n;
    for (i = 0; i < n; i++) {
        *BUFFER_PUSH(&image->details) = details[i].rec;
    }
    add_block(&out, details, n);
    file->name = image_text(image, details->filename);
    file->block = image_block(image, out.data, out.len);
    buffer_free(&out);
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
