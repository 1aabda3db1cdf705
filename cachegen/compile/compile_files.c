/* SPDX-License-Identifier: Apache-2.0
 *
 * File details as the text that Metalink documents show of them.  Escaping
 * for XML is libxml2's.
 */
#include "compile.h"

#include <stdlib.h>
#include <string.h>

#include <libxml/entities.h>
#include <libxml/xmlmemory.h>

#include "apr_strings.h"

static int newest_first(const void *a_, const void *b_)
{
    const model_file_detail_t *a = a_, *b = b_;
    int order = strcmp(a->filename, b->filename);

    if (order) {
        return order;
    }
    if (a->timestamp != b->timestamp) {
        return a->timestamp > b->timestamp ? -1 : 1; /* absent: -1 */
    }
    return (a->id > b->id) - (a->id < b->id);
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
static void add_detail(buffer_t *out, const model_file_detail_t *detail,
                       const char *indent)
{
    static const char *const before_hash[] = {
        " <hash type=\"md5\">",
        " <hash type=\"sha1\">",
        " <hash type=\"sha256\">",
        " <hash type=\"sha512\">",
    };
    int i;

    add_number(out, indent, "mm0:timestamp", detail->timestamp);
    add_number(out, indent, "size", detail->size);
    add(out, indent, "<verification>\n", "", "");
    for (i = 0; i < 4; i++) {
        if (detail->hashes[i]) {
            add(out, indent, before_hash[i], detail->hashes[i], "</hash>\n");
        }
    }
    add(out, indent, "</verification>\n", "", "");
}

/* The `n` versions of one file, newest first. */
static void add_file(image_t *image, const model_file_detail_t *details, int n)
{
    ml_file_rec *file = IMAGE_PUSH(image, files, ml_file_rec);
    xmlChar *name =
        xmlEncodeSpecialChars(NULL, (const xmlChar *)details->filename);
    buffer_t out = {NULL, 0, 0};
    int i;

    add(&out, "  ", "<file name=\"", (const char *)name, "\">\n");
    add_detail(&out, details, "   ");
    if (n > 1) {
        add(&out, "   ", "<mm0:alternates>\n", "", "");
        for (i = 1; i < n; i++) {
            add(&out, "    ", "<mm0:alternate>\n", "", "");
            add_detail(&out, &details[i], "      ");
            add(&out, "    ", "</mm0:alternate>\n", "", "");
        }
        add(&out, "   ", "</mm0:alternates>\n", "", "");
    }
    file->name = image_text(image, details->filename);
    file->block = image_block(image, out.data, out.len);
    buffer_free(&out);
    xmlFree(name);
}

void compile_files(image_t *image, apr_array_header_t *file_details,
                   ml_directory_rec *directory)
{
    model_file_detail_t *details;
    int i, n;

    directory->file_first = IMAGE_N(image, files, ml_file_rec);
    if (file_details) {
        details = (model_file_detail_t *)file_details->elts;
        qsort(details, (size_t)file_details->nelts, sizeof(*details),
              newest_first);
        for (i = 0; i < file_details->nelts; i += n) {
            for (n = 1;
                 i + n < file_details->nelts
                 && !strcmp(details[i + n].filename, details[i].filename);
                 n++) {
            }
            add_file(image, &details[i], n);
        }
    }
    directory->file_n =
        IMAGE_N(image, files, ml_file_rec) - directory->file_first;
}
