/* SPDX-License-Identifier: Apache-2.0
 *
 * The formats of the text files about networks: what a line of each says.
 */
#include "network_files.h"

#include <string.h>

#include "apr_lib.h"
#include "apr_strings.h"

#include "text_lines.h"
#include "ml_text.h"

#define PROGRESS_STEP 4096 /* lines between two calls of report_rows() */

/* --- a file of such lines ------------------------------------------------ */

typedef struct file_t file_t;

/* Puts what a line says into the model, and counts it if it says something.
 * NULL, or a constant reason why it cannot be used. */
typedef const char *line_reader_fn(file_t *file, const line_t *line);

struct file_t {
    const char *what; /* kind of file, in messages */
    const char *path;
    line_reader_fn *read_line;
    model_t *model;
    report_t *report;
    int flags;           /* of network_parse() */
    int begun;           /* a line was read before */
    apr_uint64_t used;   /* lines that say something */
    apr_pool_t *scratch; /* for one line */
};

static const char *take_line(void *file_, const line_t *line)
{
    file_t *file = file_;
    const char *refused =
        line->too_long ? "line too long" : file->read_line(file, line);

    file->begun = 1;
    if (refused) {
        report_skip(file->report,
                    apr_pstrcat(file->scratch, file->what, ": ", refused, NULL),
                    apr_psprintf(file->scratch, "%s line %" APR_UINT64_T_FMT,
                                 file->path, line->number),
                    line->text, line->len);
    }
    else if (file->used % PROGRESS_STEP == 0) {
        report_rows(file->report, file->used);
    }
    apr_pool_clear(file->scratch);
    return NULL;
}

static const char *read_file(file_t *file, const input_t *input)
{
    apr_pool_t *pool = file->model->pool;
    const char *failed;

    if (!input_is_there(input, file->what, file->report)) {
        return NULL;
    }
    file->path = input->path;
    apr_pool_create(&file->scratch, pool);
    report_step(file->report, file->what, 0);
    failed = text_lines_read(file->path, take_line, file, pool);
    apr_pool_destroy(file->scratch);
    if (!failed && file->used == 0) {
        failed = input_says_nothing(input, "has no line that can be used",
                                    file->report, pool);
    }
    if (!failed) {
        report_step_done(file->report, file->used);
    }
    return failed;
}

/* --- ASN networks -------------------------------------------------------- */

/* Decimal, and nothing else in the word. */
static const char *parse_asn(apr_uint32_t *asn, const char *word,
                             apr_size_t len)
{
    static const char none[] = "no ASN after the network";
    apr_uint64_t n = 0;
    apr_size_t i;

    for (i = 0; i < len && n <= 0xffffffff; i++) {
        if (!apr_isdigit(word[i])) {
            return none;
        }
        n = n * 10 + (apr_uint64_t)(word[i] - '0');
    }
    if (len == 0 || n > 0xffffffff) {
        return none;
    }
    if (n == 0 || n == 23456) { /* RFC 7607, RFC 6793 */
        return "a reserved ASN";
    }
    *asn = (apr_uint32_t)n;
    return NULL;
}

/* The first two words; what follows them is ignored. */
static const char *read_route(file_t *file, const line_t *line)
{
    apr_size_t prefix_len = ml_text_word_len(line->text, line->len);
    const char *word = line->text + prefix_len;
    apr_size_t rest = line->len - prefix_len;
    network_t network;
    const char *refused =
        network_parse(&network, line->text, prefix_len, file->flags);
    apr_uint32_t asn;

    ml_text_trim(&word, &rest);
    if (!refused) {
        refused = parse_asn(&asn, word, ml_text_word_len(word, rest));
    }
    if (!refused) {
        model_add_network(file->model, &network, MODEL_ASN, asn);
        file->model->asn_network_n++;
        file->used++;
    }
    return refused;
}

const char *network_file_read_asns(model_t *model, const input_t *input,
                                   int flags, report_t *report)
{
    file_t file = {.what = "routing table",
                   .read_line = read_route,
                   .model = model,
                   .report = report,
                   .flags = flags | NETWORK_ROUTED};

    return read_file(&file, input);
}

/* --- continents ---------------------------------------------------------- */

typedef struct {
    const char *text;
    apr_size_t len;
} field_t;

/* Takes a field off the line, without its comma, blanks and quotes. */
static field_t take_field(const char **line, apr_size_t *len)
{
    const char *comma = memchr(*line, ',', *len);
    field_t field = {*line, comma ? (apr_size_t)(comma - *line) : *len};
    apr_size_t used = field.len + (comma != NULL);

    *line += used;
    *len -= used;
    ml_text_trim(&field.text, &field.len);
    while (field.len > 0 && *field.text == '"') {
        field.text++;
        field.len--;
    }
    while (field.len > 0 && field.text[field.len - 1] == '"') {
        field.len--;
    }
    ml_text_trim(&field.text, &field.len);
    return field;
}

static int is_two_letters(field_t field)
{
    return field.len == 2 && apr_isalpha(field.text[0])
           && apr_isalpha(field.text[1]);
}

static const char *field_refusal(file_t *file, const char *name, field_t field)
{
    const char *refused = model_text_refusal(field.text, field.len);

    return refused ? apr_pstrcat(file->scratch, name, " ", refused, NULL)
                   : NULL;
}

/* What follows a second comma is ignored. */
static const char *read_continent(file_t *file, const line_t *line)
{
    apr_pool_t *pool = file->model->pool;
    const char *rest = line->text, *refused;
    apr_size_t len = line->len;
    field_t country = take_field(&rest, &len);
    field_t continent = take_field(&rest, &len);

    if (!file->begun && !is_two_letters(country)) {
        return NULL; /* a header */
    }
    refused = field_refusal(file, "country", country);
    if (!refused) {
        refused = field_refusal(file, "continent", continent);
    }
    if (!refused) {
        refused = model_set_continent(
            file->model, ml_text_copy(country.text, country.len, pool),
            ml_text_copy(continent.text, continent.len, pool));
        file->used += !refused;
    }
    return refused;
}

const char *network_file_read_continents(model_t *model, const input_t *input,
                                         report_t *report)
{
    file_t file = {.what = "continents",
                   .read_line = read_continent,
                   .model = model,
                   .report = report};

    return read_file(&file, input);
}
