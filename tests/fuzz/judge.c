/* SPDX-License-Identifier: Apache-2.0
 *
 * Text lists and redirects are judged here, other forms in files of their own.
 */
#include "judge.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "judge_forms.h"
#include "ml_query.h"
#include "ml_text.h"

#define LINE_MAX_LEN 4095 /* what clients read at once, without the NUL */
/* A client that asks for a name of 2,048 odd bytes gets them percent-encoded,
 * and its own name is not cut. */
#define URL_MAX_LEN (LINE_MAX_LEN + 3 * ML_QUERY_VALUE_MAX)

/* The part of a URL that names its host, or 0. */
static apr_size_t host_of(const char **host, const char *url, apr_size_t len)
{
    const char *colon = memchr(url, ':', len);
    const char *end;

    if (!colon || url + len - colon < 4 || memcmp(colon, "://", 3)) {
        return 0;
    }
    *host = colon + 3;
    end = memchr(*host, '/', (apr_size_t)(url + len - *host));
    return end ? (apr_size_t)(end - *host) : 0;
}

void judge_hosts_start(judge_hosts_t *hosts)
{
    hosts->n = 0;
}

void judge_hosts_add(judge_hosts_t *hosts, const char *url, apr_size_t len)
{
    const char *name;
    apr_size_t name_len = host_of(&name, url, len);
    apr_uint32_t i;

    judge(name_len > 0, "a URL has a scheme, a host and a path");
    for (i = 0; i < len; i++) {
        judge(url[i] > 0x20 && url[i] < 0x7f && !strchr("\"<>\\^`{|}", url[i]),
              "a URL holds only bytes that stand raw");
    }
    for (i = 0; i < hosts->n; i++) {
        if (hosts->len[i] == name_len
            && !memcmp(hosts->name[i], name, name_len)) {
            judge(i + 1 == hosts->n, "a host is listed once");
            return;
        }
    }
    judge(hosts->n < JUDGE_HOSTS_MAX, "room for all hosts of the cache");
    hosts->name[hosts->n] = name;
    hosts->len[hosts->n++] = name_len;
}

void judge_hosts_end(const judge_hosts_t *hosts, const ml_response_t *response)
{
    judge(strtoul(response->facts[ML_FACT_HOSTS], NULL, 10) == hosts->n,
          "the fact is the number of hosts listed");
}

static void judge_text(const ml_response_t *response)
{
    const char *line = response->body, *end = line + response->body_len;
    judge_hosts_t hosts;

    judge(response->body_len > 0 && end[-1] == '\n', "the last line ends");
    judge_hosts_start(&hosts);
    if (response->kind == ML_KIND_NOT_FOUND && *line != '#') {
        /* A metalink was asked for in a form that has no failure document. */
        line = memchr(line, '\n', response->body_len) + 1;
        judge(line == end, "a file without a metalink is one line");
    }
    while (line < end) {
        const char *newline = memchr(line, '\n', (apr_size_t)(end - line));
        apr_size_t len = (apr_size_t)(newline - line);

        judge(line > response->body || *line == '#',
              "the first line is a header");
        judge(len <= (*line == '#' ? LINE_MAX_LEN : URL_MAX_LEN),
              "a line has at most 4,095 bytes, but for a long name's");
        judge(ml_text_is_clean(line, len, ML_TEXT_LINE),
              "a line is UTF-8 without control bytes");
        if (*line != '#') {
            judge_hosts_add(&hosts, line, len);
        }
        line = newline + 1;
    }
    judge_hosts_end(&hosts, response);
}

/* --- redirects -------------------------------------------------------------
 */

static int starts_with(const char *text, const char *start)
{
    return !strncmp(text, start, strlen(start));
}

/* <URL>; rel=duplicate; pri=N of the hosts that follow. */
static void judge_duplicate(const char *link, judge_hosts_t *hosts)
{
    const char *end = strchr(link, '>');
    apr_uint32_t before = hosts->n;

    judge(*link == '<' && end, "a link begins with what it leads to");
    judge_hosts_add(hosts, link + 1, (apr_size_t)(end - link) - 1);
    judge(hosts->n == before + 1, "each link leads to another host");
    judge(starts_with(end, ">; rel=duplicate; pri="), "a link has its rank");
    end += strlen(">; rel=duplicate; pri=");
    judge(strtoul(end, NULL, 10) == hosts->n, "a link's rank is its place");
    end += strspn(end, "0123456789");
    judge(!*end || (starts_with(end, "; geo=") && end[strlen("; geo=")]),
          "after the rank comes a country or nothing");
}

static void judge_links(const ml_response_t *response, judge_hosts_t *hosts)
{
    int described = 0, i;

    for (i = 0; i < response->field_n; i++) {
        const ml_field_t *field = &response->fields[i];

        if (!strcmp(field->name, "Link")) {
            judge(!described, "the description is the last link");
            described = starts_with(field->value, "<metalink?path=");
            if (!described) {
                judge_duplicate(field->value, hosts);
            }
        }
        else if (!strcmp(field->name, "Digest")) {
            judge(described, "what has a digest is described");
            judge(starts_with(field->value, "SHA-256=")
                      && strlen(field->value) == strlen("SHA-256=") + 44,
                  "a digest is 32 bytes");
        }
    }
    judge(hosts->n <= 5, "at most four others are named");
}

static void judge_redirect(const ml_response_t *response)
{
    const char *location = ml_response_field(response, "Location");
    judge_hosts_t hosts;

    judge(response->body_len == 0, "a redirect has no body");
    judge_hosts_start(&hosts);
    if (location) {
        judge(!strncasecmp(location, "http", 4),
              "a redirect goes to https or http");
        judge_hosts_add(&hosts, location, strlen(location));
    }
    judge_hosts_end(&hosts, response);
    judge_links(response, &hosts);
}

void judge_body(const ml_response_t *response)
{
    const char *type = response->content_type;

    if (response->body_len == 0) {
        judge_redirect(response);
    }
    else if (!strcmp(type, JUDGE_METALINK)) {
        judge_metalink(response);
    }
    else if (!strcmp(type, JUDGE_METALINK4)) {
        judge_metalink4(response);
    }
    else if (!strcmp(type, JUDGE_JSON)) {
        judge_json(response);
    }
    else if (!strcmp(type, JUDGE_HTML)) {
        judge_html(response);
    }
    else {
        judge_text(response);
    }
}
