/* SPDX-License-Identifier: Apache-2.0
 *
 * Knows commas, quotes and escapes (RFC 8259).
 */
#include "ml_json.h"

#include <string.h>

#include "apr_strings.h"

#include "ml_text.h"

static void put(ml_json_t *json, const char *text)
{
    json->put(json->baton, text, strlen(text));
}

/* Bytes that are no UTF-8 become the characters of the same numbers. */
static void put_quoted(ml_json_t *json, const char *text, apr_size_t len)
{
    apr_size_t plain = 0, i, n;
    char escape[8];

    put(json, "\"");
    for (i = 0; i < len; i += n) {
        unsigned char c = (unsigned char)text[i];

        n = c < 0x80 ? 1 : ml_text_character(text + i, len - i);
        if (n > 0 && c >= 0x20 && c != '"' && c != '\\') {
            continue;
        }
        n = 1;
        apr_snprintf(escape, sizeof(escape),
                     c == '"' || c == '\\' ? "\\%c" : "\\u%04x", c);
        json->put(json->baton, text + plain, i - plain);
        put(json, escape);
        plain = i + 1;
    }
    json->put(json->baton, text + plain, len - plain);
    put(json, "\"");
}

/* What stands before a value. */
static void begin(ml_json_t *json, const char *name)
{
    if (!json->is_open) {
        put(json, ",");
    }
    json->is_open = 0;
    if (name) {
        put_quoted(json, name, strlen(name));
        put(json, ":");
    }
}

void ml_json_open(ml_json_t *json, const char *name, char bracket)
{
    begin(json, name);
    json->put(json->baton, &bracket, 1);
    json->is_open = 1;
}

void ml_json_close(ml_json_t *json, char bracket)
{
    json->put(json->baton, &bracket, 1);
    json->is_open = 0;
}

void ml_json_bytes(ml_json_t *json, const char *name, const char *text,
                   apr_size_t len)
{
    begin(json, name);
    put_quoted(json, text, len);
}

void ml_json_raw(ml_json_t *json, const char *name, const char *number)
{
    begin(json, name);
    put(json, number);
}

void ml_json_text(ml_json_t *json, const char *name, const char *text)
{
    if (text) {
        ml_json_bytes(json, name, text, strlen(text));
    }
    else {
        ml_json_raw(json, name, "null");
    }
}

void ml_json_number(ml_json_t *json, const char *name, apr_int64_t number)
{
    char digits[24];

    apr_snprintf(digits, sizeof(digits), "%" APR_INT64_T_FMT, number);
    ml_json_raw(json, name, digits);
}

void ml_json_truth(ml_json_t *json, const char *name, int truth)
{
    ml_json_raw(json, name, truth ? "true" : "false");
}

void ml_json_label(ml_json_t *json, const char *name, const ml_cache_t *cache,
                   ml_text_rec text)
{
    if (text.len > 0) {
        ml_json_bytes(json, name, ml_text(cache, text), text.len);
    }
    else {
        ml_json_raw(json, name, "null");
    }
}
