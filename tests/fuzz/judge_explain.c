/* SPDX-License-Identifier: Apache-2.0
 *
 * Explanations: a page, JSON by the letters of RFC 8259, or text.
 */
#include <string.h>

#include "judge_forms.h"
#include "ml_text.h"

/* --- JSON ----------------------------------------------------------------- */

typedef struct {
    const char *at;
    const char *end;
    int depth;
} reader_t;

static int next_is(const reader_t *r, char c)
{
    return r->at < r->end && *r->at == c;
}

static void expect(reader_t *r, const char *text)
{
    apr_size_t len = strlen(text);

    judge((apr_size_t)(r->end - r->at) >= len && !memcmp(r->at, text, len),
          "an explanation follows the grammar");
    r->at += len;
}

static void read_escape(reader_t *r)
{
    if (next_is(r, 'u')) {
        judge(r->end - r->at > 5 && strspn(r->at + 1, "0123456789abcdef") >= 4,
              "an escape has four digits");
        r->at += 5;
    }
    else {
        judge(next_is(r, '"') || next_is(r, '\\'),
              "no more is escaped than must be");
        r->at++;
    }
}

static void read_string(reader_t *r)
{
    expect(r, "\"");
    while (!next_is(r, '"')) {
        judge(r->at < r->end && (unsigned char)*r->at >= 0x20,
              "a string ends, and has no control byte");
        if (*r->at++ == '\\') {
            read_escape(r);
        }
    }
    expect(r, "\"");
}

static void read_digits(reader_t *r)
{
    const char *start = r->at;

    while (r->at < r->end && *r->at >= '0' && *r->at <= '9') {
        r->at++;
    }
    judge(r->at > start, "a number has digits");
}

static void read_number(reader_t *r)
{
    r->at += next_is(r, '-');
    judge(!next_is(r, '0') || r->end - r->at < 2 || r->at[1] < '0'
              || r->at[1] > '9',
          "a number has no leading zero");
    read_digits(r);
    if (next_is(r, '.')) {
        r->at++;
        read_digits(r);
    }
}

static void read_value(reader_t *r);

/* What stands between brackets, each with a name in an object. */
static void read_list(reader_t *r, const char *open, const char *close)
{
    expect(r, open);
    while (!next_is(r, *close)) {
        if (*open == '{') {
            read_string(r);
            expect(r, ":");
        }
        read_value(r);
        if (!next_is(r, *close)) {
            expect(r, ",");
            judge(!next_is(r, *close), "a comma stands between two");
        }
    }
    expect(r, close);
}

static void read_value(reader_t *r)
{
    judge(r->at < r->end && ++r->depth < 8, "an explanation is flat");
    switch (*r->at) {
    case '{':
        read_list(r, "{", "}");
        break;
    case '[':
        read_list(r, "[", "]");
        break;
    case '"':
        read_string(r);
        break;
    case 't':
        expect(r, "true");
        break;
    case 'f':
        expect(r, "false");
        break;
    case 'n':
        expect(r, "null");
        break;
    default:
        read_number(r);
    }
    r->depth--;
}

static void judge_document(const ml_response_t *response)
{
    reader_t r = {response->body, response->body + response->body_len, 0};

    judge(next_is(&r, '{'), "an explanation is an object");
    read_value(&r);
    expect(&r, "\n");
    judge(r.at == r.end, "an explanation is one line");
    judge(ml_text_is_clean(response->body, response->body_len, ML_TEXT_LINES),
          "an explanation is UTF-8 without control bytes");
}

/* --- all of them ---------------------------------------------------------- */

void judge_explanation(const ml_response_t *response)
{
    const char *type = response->content_type;

    judge(response->status == 200 || response->status == 400
              || response->status == 503,
          "an explanation is there, or cannot be had");
    judge(!ml_response_field(response, "Retry-After")
              == (response->status != 503),
          "only 503 says when to retry");
    judge(!strcmp(ml_response_field(response, "Cache-Control"),
                  "private, no-store"),
          "no explanation is stored");
    judge(response->body_len > 0
              && response->body[response->body_len - 1] == '\n',
          "the last line ends");
    if (!strcmp(type, JUDGE_HTML)) {
        judge_page(response, NULL);
    }
    else if (!strcmp(type, JUDGE_JSON)) {
        judge_document(response);
    }
    else {
        judge(!strcmp(type, "text/plain; charset=utf-8"),
              "an explanation has one of three forms");
    }
}
