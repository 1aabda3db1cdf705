/* SPDX-License-Identifier: Apache-2.0
 *
 * Names against names, byte by byte.
 */
#include "captive.h"

#include "apr_escape.h"
#include "apr_hash.h"
#include "apr_strings.h"

#include "ml_text.h"
#include "text_lines.h"

typedef struct {
    apr_hash_t *hosts;           /* name -> model_host_t */
    apr_array_header_t *unknown; /* const char *: names that no host has */
    apr_pool_t *pool;
} reader_t;

static const char *take_line(void *reader_, const line_t *line)
{
    reader_t *reader = reader_;
    model_host_t *host =
        apr_hash_get(reader->hosts, line->text, (apr_ssize_t)line->len);

    if (host) {
        host->captive = 1;
    }
    else {
        APR_ARRAY_PUSH(reader->unknown, const char *) = apr_pescape_echo(
            reader->pool, ml_text_copy(line->text, line->len, reader->pool), 1);
    }
    return NULL;
}

const char *captive_read(model_t *model, const input_t *input, report_t *report)
{
    reader_t reader = {apr_hash_make(model->pool),
                       apr_array_make(model->pool, 4, sizeof(const char *)),
                       model->pool};
    model_host_t *host = BUFFER_AT(&model->hosts);
    apr_uint32_t n = BUFFER_N(&model->hosts), i;
    const char *failed;

    if (!input->path
        || !input_is_there(input, "hosts whose clients get nobody else",
                           report)) {
        return NULL;
    }
    for (i = 0; i < n; i++, host++) {
        if (*host->name) {
            apr_hash_set(reader.hosts, host->name, APR_HASH_KEY_STRING, host);
        }
    }
    failed = text_lines_read(input->path, take_line, &reader, model->pool);
    report_names(report, "captive hosts that do not exist", reader.unknown);
    return failed;
}
