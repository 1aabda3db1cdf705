/* SPDX-License-Identifier: Apache-2.0
 *
 * Spelling of the parameters.  What they mean is known to ml_lookup.c and
 * ml_choose.c.
 */
#include "ml_query.h"

#include <stddef.h>
#include <string.h>

#include "apr_lib.h"
#include "apr_strings.h"

#include "ml_text.h"

typedef enum {
    ALWAYS, /* present, whatever the value */
    UNLESS_EMPTY,
    UNLESS_NO_ITEM /* a comma list */
} presence_e;

#define AT(field) offsetof(ml_query_t, field)

static const struct {
    const char *name;
    apr_size_t off; /* of the value in ml_query_t */
    presence_e presence;
} parameters[] = {
    {"path", AT(path), ALWAYS},
    {"repo", AT(repo), ALWAYS},
    {"arch", AT(arch), ALWAYS},
    {"country", AT(country), UNLESS_NO_ITEM},
    {"exclude_country", AT(exclude_country), UNLESS_NO_ITEM},
    {"fallback", AT(fallback), ALWAYS},
    {"limit", AT(limit), UNLESS_EMPTY},
    {"ip", AT(ip), UNLESS_EMPTY},
    {"ipv", AT(ipv), UNLESS_EMPTY},
    {"format", AT(format), UNLESS_EMPTY},
    {"protocol", AT(protocol), UNLESS_EMPTY},
    {"version", AT(version), UNLESS_EMPTY},
    {"netblock", AT(netblock), ALWAYS},
    {"location", AT(location), ALWAYS},
    {"host", AT(host), UNLESS_EMPTY},
    {"endpoint", AT(endpoint), UNLESS_EMPTY},
};
#define PARAMETER_N (sizeof(parameters) / sizeof(*parameters))

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

/* A name or a value, decoded in place. */
static ml_refusal_e decode_part(char *text)
{
    apr_ssize_t len = decode(text);

    if (len < 0) {
        return ML_REFUSAL_ESCAPE;
    }
    if (len > ML_QUERY_VALUE_MAX) {
        return ML_REFUSAL_LENGTH;
    }
    return ml_text_is_clean(text, (apr_size_t)len, ML_TEXT_LINE)
               ? ML_REFUSAL_NONE
               : ML_REFUSAL_BYTES;
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

static int is_present(presence_e presence, const char *value)
{
    apr_size_t len;

    return presence == ALWAYS || (presence == UNLESS_EMPTY && *value)
           || (presence == UNLESS_NO_ITEM && ml_query_item(&value, &len));
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
        *cc = is_present(UNLESS_NO_ITEM, value) ? value : NULL;
    }
    for (i = 0; i < PARAMETER_N; i++) {
        if (!strcmp(name, parameters[i].name)) {
            *(const char **)((char *)query + parameters[i].off) =
                is_present(parameters[i].presence, value) ? value : NULL;
        }
    }
}

/* Cuts `name=value` and decodes both. */
static ml_refusal_e read_piece(ml_query_t *query, const char **cc, char *name)
{
    char *value = strchr(name, '=');
    ml_refusal_e refusal;

    if (value) {
        *value++ = '\0';
    }
    else {
        value = name + strlen(name);
    }
    refusal = decode_part(name);
    /* Without a `=`, the value is the end of the name: already decoded. */
    if (!refusal && *value) {
        refusal = decode_part(value);
    }
    if (!refusal) {
        set(query, cc, name, trim(value));
    }
    return refusal;
}

ml_refusal_e ml_query_parse(ml_query_t *query, const char *args,
                            apr_pool_t *pool)
{
    char *rest = apr_pstrdup(pool, args ? args : "");
    ml_refusal_e first = ML_REFUSAL_NONE;
    const char *cc = NULL;
    int pieces = 0;

    memset(query, 0, sizeof(*query));
    while (rest) {
        ml_refusal_e refusal = ML_REFUSAL_NONE;
        char *piece = rest;

        rest = strchr(rest, '&');
        if (rest) {
            *rest++ = '\0';
        }
        if (*piece) {
            refusal = ++pieces > ML_QUERY_PIECES_MAX
                          ? ML_REFUSAL_PIECES
                          : read_piece(query, &cc, piece);
        }
        first = first ? first : refusal;
    }
    if (!query->country) {
        query->country = cc;
    }
    return first;
}

/* Whether it is one of the parameters that say how to explain. */
static int is_of_explanation(const char *piece, apr_size_t len,
                             apr_pool_t *pool)
{
    char *name = ml_text_copy(piece, len, pool);

    name[strcspn(name, "=")] = '\0';
    return decode_part(name) == ML_REFUSAL_NONE
           && (!strcmp(name, "host") || !strcmp(name, "endpoint")
               || !strcmp(name, "format"));
}

const char *ml_query_question(const char **explanation, const char *args,
                              apr_pool_t *pool)
{
    const char *piece = args ? args : "";
    apr_size_t room = strlen(piece) + 1, len;
    char *question = apr_palloc(pool, room), *own = apr_palloc(pool, room);
    char *outs[] = {question, own};
    int pieces[] = {0, 0};

    for (;; piece += len + 1) {
        int i;

        len = strcspn(piece, "&");
        i = is_of_explanation(piece, len, pool);
        if (pieces[i]++ > 0) {
            *outs[i]++ = '&';
        }
        memcpy(outs[i], piece, len);
        outs[i] += len;
        if (!piece[len]) {
            break;
        }
    }
    *outs[0] = *outs[1] = '\0';
    *explanation = own;
    return question;
}

int ml_query_no_fallback(const ml_query_t *query)
{
    return query->fallback && !strcmp(query->fallback, "0");
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
