/* SPDX-License-Identifier: Apache-2.0
 *
 * Knows commas, quotes and escapes.
 */
#include "query_json.h"

#include <string.h>

#include "ml_text.h"

static void put_text(json_t *json, const char *text, apr_size_t len)
{
    int is_utf8 = ml_text_is_clean(text, len, ML_TEXT_LINES);
    apr_size_t i;

    fputc('"', json->out);
    for (i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c == '"' || c == '\\') {
            fprintf(json->out, "\\%c", c);
        }
        else if (c < 0x20 || c == 0x7f || (c >= 0x80 && !is_utf8)) {
            fprintf(json->out, "\\u%04x", c);
        }
        else {
            fputc(c, json->out);
        }
    }
    fputc('"', json->out);
}

/* What stands before a value. */
static void begin(json_t *json, const char *name)
{
    if (!json->is_first) {
        fputs(", ", json->out);
    }
    json->is_first = 0;
    if (name) {
        put_text(json, name, strlen(name));
        fputs(": ", json->out);
    }
}

void json_open(json_t *json, const char *name, char bracket)
{
    begin(json, name);
    fputc(bracket, json->out);
    json->is_first = 1;
}

void json_close(json_t *json, char bracket)
{
    fputc(bracket, json->out);
    json->is_first = 0;
}

void json_text(json_t *json, const char *name, const char *text)
{
    begin(json, name);
    if (text) {
        put_text(json, text, strlen(text));
    }
    else {
        fputs("null", json->out);
    }
}

void json_number(json_t *json, const char *name, apr_int64_t number)
{
    begin(json, name);
    fprintf(json->out, "%" APR_INT64_T_FMT, number);
}

void json_share(json_t *json, const char *name, double share)
{
    begin(json, name);
    fprintf(json->out, "%.6f", share);
}

void json_truth(json_t *json, const char *name, int truth)
{
    begin(json, name);
    fputs(truth ? "true" : "false", json->out);
}

void json_label(json_t *json, const char *name, const ml_cache_t *cache,
                ml_text_rec text)
{
    begin(json, name);
    if (text.len > 0) {
        put_text(json, ml_text(cache, text), text.len);
    }
    else {
        fputs("null", json->out);
    }
}
