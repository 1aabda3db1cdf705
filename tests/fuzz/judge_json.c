/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON by the letters of RFC 8259, without a blank between tokens, and with
 * the names that clients know in their order.
 */
#include <stdlib.h>
#include <string.h>

#include "judge_forms.h"

#define DEPTH_MAX 6

typedef struct {
    const char *at;
    const char *end;
    int depth;
    const ml_response_t *response;
    judge_hosts_t hosts;
    apr_uint32_t mirror_n;
    int has_error;
} reader_t;

/* A slice of the document. */
typedef struct {
    const char *text;
    apr_size_t len;
} slice_t;

static int is(slice_t slice, const char *text)
{
    return slice.len == strlen(text) && !memcmp(slice.text, text, slice.len);
}

/* What may stand in an object, by the name of the object or of its array; in
 * order. */
static const struct {
    const char *of;
    const char *names;
} objects[] = {
    {"", " version date created error repo arch path directory file client "
         "found details mirrors "},
    {"client", " address country continent asn place "},
    {"details", " timestamp size md5 sha1 sha256 sha512 "},
    {"mirrors", " name country private pool bandwidth km urls "},
};

static const char *names_of(slice_t object)
{
    apr_size_t i = 0;

    while (i < sizeof(objects) / sizeof(*objects)
           && !is(object, objects[i].of)) {
        i++;
    }
    judge(i < sizeof(objects) / sizeof(*objects), "objects are known");
    return objects[i].names;
}

/* Where the name stands among those that may still come; the place after it. */
static const char *next_name(const char *names, slice_t name)
{
    const char *found = names;

    while ((found = strchr(found, ' ')) && found[1]) {
        found++;
        if (!strncmp(found, name.text, name.len) && found[name.len] == ' ') {
            return found + name.len;
        }
    }
    judge(0, "names are known, once, in their order");
    return NULL;
}

static int peek(const reader_t *r)
{
    return r->at < r->end ? (unsigned char)*r->at : -1;
}

static void expect(reader_t *r, const char *text)
{
    apr_size_t len = strlen(text);

    judge((apr_size_t)(r->end - r->at) >= len && !memcmp(r->at, text, len),
          "a document follows the grammar");
    r->at += len;
}

static slice_t read_string(reader_t *r)
{
    slice_t slice;

    expect(r, "\"");
    slice.text = r->at;
    while (peek(r) != '"') {
        judge(peek(r) >= 0x20, "a string ends, and has no control byte");
        if (*r->at++ == '\\') {
            judge(peek(r) == '"' || peek(r) == '\\',
                  "no more is escaped than must be");
            r->at++;
        }
    }
    slice.len = (apr_size_t)(r->at - slice.text);
    expect(r, "\"");
    return slice;
}

static void read_number(reader_t *r)
{
    const char *start;

    r->at += peek(r) == '-';
    start = r->at;
    while (peek(r) >= '0' && peek(r) <= '9') {
        r->at++;
    }
    judge(r->at > start && (*start != '0' || r->at == start + 1),
          "a number has digits, and no leading zero");
}

static void read_value(reader_t *r, slice_t name);

static void read_members(reader_t *r, slice_t object)
{
    const char *names = names_of(object);

    r->mirror_n += is(object, "mirrors");
    while (peek(r) != '}') {
        slice_t name = read_string(r);

        names = next_name(names, name);
        r->has_error |= is(name, "error");
        expect(r, ":");
        read_value(r, name);
        if (peek(r) != '}') {
            expect(r, ",");
            judge(peek(r) == '"', "a comma stands between members");
        }
    }
}

static void read_elements(reader_t *r, slice_t array)
{
    while (peek(r) != ']') {
        read_value(r, array);
        if (peek(r) != ']') {
            expect(r, ",");
            judge(peek(r) != ']', "a comma stands between elements");
        }
    }
}

static void read_text(reader_t *r, slice_t name)
{
    slice_t text = read_string(r);

    if (is(name, "urls")) {
        judge_hosts_add(&r->hosts, text.text, text.len);
        judge(r->hosts.n == r->mirror_n, "a mirror is one host");
    }
    if (is(name, "found")) {
        judge(is(text, r->response->facts[ML_FACT_FOUND]),
              "the pool is that of the facts");
    }
}

static void read_value(reader_t *r, slice_t name)
{
    judge(++r->depth < DEPTH_MAX, "a document is flat");
    switch (peek(r)) {
    case '{':
        r->at++;
        read_members(r, name);
        expect(r, "}");
        break;
    case '[':
        r->at++;
        read_elements(r, name);
        expect(r, "]");
        break;
    case '"':
        read_text(r, name);
        break;
    case 't':
        expect(r, "true");
        judge(is(name, "private"), "only `private` is a truth");
        break;
    default:
        read_number(r);
    }
    r->depth--;
}

void judge_json(const ml_response_t *response)
{
    reader_t r = {.at = response->body,
                  .end = response->body + response->body_len,
                  .response = response};

    judge_hosts_start(&r.hosts);
    judge(peek(&r) == '{', "a document is an object");
    read_value(&r, (slice_t){"", 0});
    expect(&r, "\n");
    judge(r.at == r.end, "a document is one line");
    judge(r.has_error == (response->kind != (ml_kind_e)ML_FORM_JSON),
          "an error says so");
    judge(r.mirror_n == r.hosts.n, "a mirror has URLs");
    judge_hosts_end(&r.hosts, response);
}
