/* SPDX-License-Identifier: Apache-2.0
 *
 * UTF-8 and the two escapings.  Knows which bytes mean something in a URL or
 * in XML, and nothing about where an answer puts them.
 */
#include "ml_text.h"

#include <stdarg.h>
#include <string.h>

#include "apr_strings.h"
#include "apr_time.h"

#include "ml_bytes.h"

/* RFC 3629; the two that are no characters in XML count as invalid. */
apr_size_t ml_text_character(const char *text, apr_size_t left)
{
    const unsigned char *s = (const unsigned char *)text;

    if (s[0] < 0xc2 || s[0] > 0xf4) {
        return 0;
    }
    if (s[0] < 0xe0) {
        return left >= 2 && (s[1] & 0xc0) == 0x80 ? 2 : 0;
    }
    if (s[0] < 0xf0) {
        if (left < 3 || (s[1] & 0xc0) != 0x80 || (s[2] & 0xc0) != 0x80
            || (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f)
            || (s[0] == 0xef && s[1] == 0xbf && s[2] >= 0xbe)) {
            return 0;
        }
        return 3;
    }
    if (left < 4 || (s[1] & 0xc0) != 0x80 || (s[2] & 0xc0) != 0x80
        || (s[3] & 0xc0) != 0x80 || (s[0] == 0xf0 && s[1] < 0x90)
        || (s[0] == 0xf4 && s[1] > 0x8f)) {
        return 0;
    }
    return 4;
}

/* Where a byte is neither a graphic character of ASCII nor a blank, nor an
 * allowed newline. */
static ml_bytes_t odd_bytes(ml_bytes_t b, ml_text_e kind)
{
    ml_bytes_t odd = (ml_bytes_t)(b < ' ') | (ml_bytes_t)(b > '~');

    return kind == ML_TEXT_LINES ? odd & (ml_bytes_t)(b != '\n') : odd;
}

int ml_text_is_clean(const char *text, apr_size_t len, ml_text_e kind)
{
    const char *end = text + len;

    while (text < end) {
        apr_size_t left = (apr_size_t)(end - text);
        unsigned char c = (unsigned char)*text;
        apr_size_t n = 1;

        if (left >= sizeof(ml_bytes_t)
            && !ml_bytes_any(odd_bytes(ml_bytes_at(text), kind))) {
            n = sizeof(ml_bytes_t);
        }
        else if (c >= 0x80) {
            n = ml_text_character(text, left);
        }
        else if ((c < 0x20 && !(c == '\n' && kind == ML_TEXT_LINES))
                 || c == 0x7f) {
            n = 0;
        }
        if (n == 0) {
            return 0;
        }
        text += n;
    }
    return 1;
}

int ml_text_order(const char *a, apr_size_t a_len, const char *b,
                  apr_size_t b_len)
{
    int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

    return order ? order : (a_len > b_len) - (a_len < b_len);
}

char ml_text_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

char ml_text_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

char *ml_text_copy(const char *text, apr_size_t len, apr_pool_t *pool)
{
    char *copy = apr_palloc(pool, len + 1);

    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

char *ml_text_fold(const char *text, apr_size_t len, char fold(char),
                   apr_pool_t *pool)
{
    char *folded = apr_palloc(pool, len + 1);
    apr_size_t i;

    for (i = 0; i < len; i++) {
        folded[i] = fold(text[i]);
    }
    folded[len] = '\0';
    return folded;
}

int ml_text_number(apr_uint64_t *number, const char *text, apr_uint64_t max)
{
    apr_uint64_t n = 0;

    if (!*text) {
        return 0;
    }
    for (; *text; text++) {
        apr_uint64_t digit = (apr_uint64_t)(*text - '0');

        if (*text < '0' || *text > '9' || digit > max
            || n > (max - digit) / 10) {
            return 0;
        }
        n = n * 10 + digit;
    }
    *number = n;
    return 1;
}

const char *ml_text_scheme(const char *text, apr_size_t len, apr_pool_t *pool)
{
    const char *scheme = ml_text_fold(text, len, ml_text_lower, pool);
    apr_size_t n = strspn(scheme, "abcdefghijklmnopqrstuvwxyz0123456789+.-");

    return *scheme >= 'a' && *scheme <= 'z' && n == len ? scheme : NULL;
}

const char *ml_text_iso_time(apr_int64_t seconds, apr_pool_t *pool)
{
    apr_time_exp_t t;

    apr_time_exp_gmt(&t, apr_time_from_sec(seconds));
    return apr_psprintf(pool, "%04d-%02d-%02dT%02d:%02d:%02dZ",
                        t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
                        t.tm_min, t.tm_sec);
}

/* The bytes of the blank at `s`, or 0. */
static apr_size_t blank_len(const unsigned char *s, apr_size_t left)
{
    unsigned int three;

    if (s[0] <= 0x20 || s[0] == 0x7f) {
        return 1;
    }
    if (left >= 2 && s[0] == 0xc2 && (s[1] == 0x85 || s[1] == 0xa0)) {
        return 2;
    }
    if (left < 3) {
        return 0;
    }
    three = (unsigned int)s[0] << 16 | (unsigned int)s[1] << 8 | s[2];
    switch (three) {
    case 0xe19a80: /* U+1680 */
    case 0xe280a8: /* U+2028 */
    case 0xe280a9: /* U+2029 */
    case 0xe280af: /* U+202F */
    case 0xe2819f: /* U+205F */
    case 0xe38080: /* U+3000 */
        return 3;
    default: /* U+2000 to U+200A */
        return three >= 0xe28080 && three <= 0xe2808a ? 3 : 0;
    }
}

void ml_text_trim(const char **text, apr_size_t *len)
{
    const unsigned char *s = (const unsigned char *)*text, *end = s + *len;
    apr_size_t n;

    while (s < end && (n = blank_len(s, (apr_size_t)(end - s)))) {
        s += n;
    }
    for (n = 1; n <= 3 && n <= (apr_size_t)(end - s);) {
        if (blank_len(end - n, n) == n) {
            end -= n;
            n = 1;
        }
        else {
            n++;
        }
    }
    *text = (const char *)s;
    *len = (apr_size_t)(end - s);
}

apr_size_t ml_text_word_len(const char *text, apr_size_t len)
{
    const unsigned char *s = (const unsigned char *)text;
    apr_size_t n = 0;

    while (n < len && !blank_len(s + n, len - n)) {
        n++;
    }
    return n;
}

void ml_text_skip_mark(const char **text, apr_size_t *len)
{
    if (*len >= 3 && !memcmp(*text, "\xef\xbb\xbf", 3)) {
        *text += 3;
        *len -= 3;
    }
}

static int stands_raw(unsigned char c, ml_escape_e kind)
{
    if (c <= 0x20 || c >= 0x7f || strchr("\"<>\\^`{|}", c)) {
        return 0;
    }
    return kind == ML_ESCAPE_BASE || !strchr("#%?", c);
}

/* The same of sixteen bytes, for base URLs: where one does not. */
static ml_bytes_t escaped_bytes(ml_bytes_t b)
{
    return (ml_bytes_t)(b <= ' ') | (ml_bytes_t)(b == '"')
           | (ml_bytes_t)(b == '<') | (ml_bytes_t)(b == '>')
           | (ml_bytes_t)(b == '\\') | (ml_bytes_t)(b == '^')
           | (ml_bytes_t)(b == '`')
           | ((ml_bytes_t)(b > 'z') & (ml_bytes_t)(b != '~'));
}

/* Hardly ever does a run hold one. */
static int holds_escaped(const char *text)
{
    return ml_bytes_any(escaped_bytes(ml_bytes_at(text))
                        | escaped_bytes(ml_bytes_at(text + 16))
                        | escaped_bytes(ml_bytes_at(text + 32))
                        | escaped_bytes(ml_bytes_at(text + 48)));
}

apr_uint64_t ml_text_find_escaped(const char *text, apr_size_t len)
{
    apr_uint64_t found = 0;
    apr_size_t i;

    if (len == 64 && !holds_escaped(text)) {
        return 0;
    }
    for (i = 0; i < len; i++) {
        if (!stands_raw((unsigned char)text[i], ML_ESCAPE_BASE)) {
            found |= (apr_uint64_t)1 << i;
        }
    }
    return found;
}

char *ml_text_escape(const char *text, apr_size_t len, ml_escape_e kind,
                     apr_pool_t *pool)
{
    static const char digits[] = "0123456789ABCDEF";
    char *escaped = apr_palloc(pool, 3 * len + 1);
    char *out = escaped;

    for (; len; len--, text++) {
        unsigned char c = (unsigned char)*text;

        if (stands_raw(c, kind)) {
            *out++ = (char)c;
        }
        else {
            *out++ = '%';
            *out++ = digits[c >> 4];
            *out++ = digits[c & 15];
        }
    }
    *out = '\0';
    return escaped;
}

const char *ml_text_escape_value(const char *text, apr_pool_t *pool)
{
    const char *escaped =
        ml_text_escape(text, strlen(text), ML_ESCAPE_PATH, pool);
    char *value = apr_palloc(pool, 3 * strlen(escaped) + 1), *out = value;

    for (; *escaped; escaped++) {
        if (*escaped == '&') {
            memcpy(out, "%26", 3);
            out += 3;
        }
        else {
            *out++ = *escaped;
        }
    }
    *out = '\0';
    return value;
}

const char *ml_text_entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    default:
        return NULL;
    }
}

#define ENTITY_MAX 6 /* bytes */

const char *ml_text_escape_xml(const char *text, apr_pool_t *pool)
{
    char *escaped, *out;

    if (!strpbrk(text, "&<>\"")) {
        return text;
    }
    out = escaped = apr_palloc(pool, ENTITY_MAX * strlen(text) + 1);
    for (; *text; text++) {
        const char *entity = ml_text_entity(*text);

        if (entity) {
            out = apr_cpystrn(out, entity, ENTITY_MAX + 1);
        }
        else {
            *out++ = *text;
        }
    }
    *out = '\0';
    return escaped;
}

const char *ml_text_split_dashes(const char *text, apr_size_t *len,
                                 apr_pool_t *pool)
{
    apr_size_t n = 0, i;
    char *split, *out;

    for (i = 1; i < *len; i++) {
        n += text[i] == '-' && text[i - 1] == '-';
    }
    if (n == 0) {
        return text;
    }
    out = split = apr_palloc(pool, *len + n);
    for (i = 0; i < *len; i++) {
        if (i > 0 && text[i] == '-' && text[i - 1] == '-') {
            *out++ = ' ';
        }
        *out++ = text[i];
    }
    *len += n;
    return split;
}

void ml_line_start(ml_line_t *line)
{
    line->len = 0;
    line->cut = 0;
}

void ml_line_add(ml_line_t *line, const char *text, apr_size_t len)
{
    if (len > ML_LINE_MAX - line->len) {
        len = ML_LINE_MAX - line->len;
        /* A later, shorter part must not close the gap. */
        line->cut = 1;
    }
    memcpy(line->bytes + line->len, text, len);
    line->len += len;
}

void ml_line_addv(ml_line_t *line, ...)
{
    const char *text;
    va_list texts;

    va_start(texts, line);
    while ((text = va_arg(texts, const char *))) {
        ml_line_add(line, text, strlen(text));
    }
    va_end(texts);
}

/* The bytes of an unfinished character at the end of the line. */
static apr_size_t unfinished_len(const ml_line_t *line)
{
    const unsigned char *bytes = (const unsigned char *)line->bytes;
    apr_size_t start = line->len;

    while (start > 0 && (bytes[start - 1] & 0xc0) == 0x80) {
        start--;
    }
    if (start == 0 || bytes[start - 1] < 0x80) {
        return 0;
    }
    start--;
    return ml_text_character(line->bytes + start, line->len - start)
               ? 0
               : line->len - start;
}

void ml_line_finish(ml_line_t *line)
{
    if (line->cut) {
        line->len -= unfinished_len(line);
        memcpy(line->bytes + line->len, "...", 3);
        line->len += 3;
    }
    line->bytes[line->len++] = '\n';
}
