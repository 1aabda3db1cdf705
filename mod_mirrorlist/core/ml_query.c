/* SPDX-License-Identifier: Apache-2.0
 *
 * Spelling of the parameters.  What they mean is ml_answer.c's.
 */
#include "ml_query.h"

#include <stddef.h>
#include <string.h>

#include "apr_lib.h"
#include "apr_strings.h"

#include "ml_text.h"

typedef struct {
    const char *name;
    apr_size_t off; /* of the value in ml_query_t */
    int empty_is_absent;
} parameter_t;

static const parameter_t parameters[] = {
    {"path", offsetof(ml_query_t, path), 0},
    {"repo", offsetof(ml_query_t, repo), 0},
    {"arch", offsetof(ml_query_t, arch), 0},
    {"country", offsetof(ml_query_t, country), 0},
    {"ip", offsetof(ml_query_t, ip), 1},
    {"netblock", offsetof(ml_query_t, netblock), 0},
    {"protocol", offsetof(ml_query_t, protocol), 1},
    {"location", offsetof(ml_query_t, location), 0},
    {"version", offsetof(ml_query_t, version), 1},
};

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Percent-decodes in place; the bytes that are left, or -1. */
static apr_ssize_t decode(char *text)
{
    char *out = text, *in = text;

    while (*in) {
        if (*in == '%') {
            int high = hex_digit(in[1]);
            int low = high < 0 ? -1 : hex_digit(in[2]);

            if (low < 0) {
                return -1;
            }
            *out++ = (char)(high << 4 | low);
            in += 3;
        }
        else {
            *out++ = *in++;
        }
    }
    *out = '\0';
    return out - text;
}

/* NULL, or why a name or a value (in place, decoded) is refused. */
static const char *decode_part(char *text)
{
    apr_ssize_t len = decode(text);

    if (len < 0) {
        return "a percent sign in the query is not followed by two "
               "hexadecimal digits";
    }
    if (len > ML_QUERY_VALUE_MAX) {
        return "a name or a value in the query is longer than 2048 bytes";
    }
    if (!ml_text_is_clean(text, (apr_size_t)len, ML_TEXT_LINE)) {
        return "the query holds a control byte or is not UTF-8";
    }
    return NULL;
}

static char *trim(char *text)
{
    apr_size_t len;

    while (*text == ' ') {
        text++;
    }
    len = strlen(text);
    while (len > 0 && text[len - 1] == ' ') {
        text[--len] = '\0';
    }
    return text;
}

/* A country list without an item is absent. */
static const char *list_or_absent(const char *list)
{
    apr_size_t len;
    const char *rest = list;

    return list && ml_query_item(&rest, &len) ? list : NULL;
}

static void set(ml_query_t *query, const char **cc, const char *name,
                const char *value)
{
    apr_size_t i;

    if (!strcmp(name, "redirect")) {
        query->redirect = 1;
    }
    else if (!strcmp(name, "time")) {
        query->time = 1;
    }
    else if (!strcmp(name, "cc")) {
        *cc = value;
    }
    for (i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++) {
        if (!strcmp(name, parameters[i].name)) {
            *(const char **)((char *)query + parameters[i].off) =
                parameters[i].empty_is_absent && !*value ? NULL : value;
        }
    }
}

const char *ml_query_parse(ml_query_t *query, const char *args,
                           apr_pool_t *pool)
{
    char *rest = apr_pstrdup(pool, args ? args : "");
    const char *cc = NULL, *refused = NULL;
    int pieces = 0;

    memset(query, 0, sizeof(*query));
    while (rest && !refused) {
        char *name = rest, *value;

        rest = strchr(rest, '&');
        if (rest) {
            *rest++ = '\0';
        }
        if (!*name) {
            continue;
        }
        if (++pieces > ML_QUERY_PIECES_MAX) {
            return "the query has more than 64 parameters";
        }
        value = strchr(name, '=');
        if (value) {
            *value++ = '\0';
        }
        else {
            value = name + strlen(name);
        }
        refused = decode_part(name);
        /* Without a `=`, the value is the end of the name: already decoded. */
        if (!refused && *value) {
            refused = decode_part(value);
        }
        if (!refused) {
            set(query, &cc, name, trim(value));
        }
    }
    query->country = list_or_absent(query->country);
    if (!query->country) {
        query->country = list_or_absent(cc);
    }
    return refused;
}

const char *ml_query_item(const char **rest, apr_size_t *len)
{
    const char *item = *rest, *end;

    item += strspn(item, " ,");
    if (!*item) {
        return NULL;
    }
    end = item + strcspn(item, ",");
    *rest = end;
    while (end[-1] == ' ') {
        end--;
    }
    *len = (apr_size_t)(end - item);
    return item;
}
