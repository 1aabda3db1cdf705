/* SPDX-License-Identifier: Apache-2.0
 *
 * Fields and text lists are judged here, documents in judge_metalink.c.
 */
#include "judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge_metalink.h"
#include "ml_query.h"
#include "ml_text.h"

#define LINE_MAX_LEN 4095 /* what clients read at once, without the NUL */
/* A client that asks for a name of 2,048 odd bytes gets them percent-encoded,
 * and its own name is not cut. */
#define URL_MAX_LEN (LINE_MAX_LEN + 3 * ML_QUERY_VALUE_MAX)

void judge(int holds, const char *sentence)
{
    if (!holds) {
        fprintf(stderr, "judge: not so: %s\n", sentence);
        abort();
    }
}

static int is_one_of(const char *text, const char *const *texts)
{
    while (*texts && strcmp(text, *texts)) {
        texts++;
    }
    return *texts != NULL;
}

/* What no client may ever get, even from a file that was made to harm it. */
static void judge_bytes(const ml_response_t *response)
{
    const char *c;

    judge(ml_text_is_clean(response->body, response->body_len, ML_TEXT_LINES),
          "a body is UTF-8 without control bytes");
    for (c = response->location; c && *c; c++) {
        judge(*c > 0x20 && *c < 0x7f, "a redirect goes to visible ASCII");
    }
}

static void judge_facts(const ml_response_t *response)
{
    static const char *const pools[] = {
        "location",  "netblocks", "asn",  "country", "geoip",
        "continent", "global",    "none", NULL,
    };
    const char *const *facts = response->facts;
    int i;

    for (i = 0; i < ML_FACT_N; i++) {
        judge(!facts[i]
                  || (*facts[i] && strlen(facts[i]) <= ML_FACT_LEN_MAX
                      && !facts[i][strspn(facts[i], "abcdefghijklmnopqrstuvwxyz"
                                                    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                    "0123456789._+:/-")]),
              "a fact is 1 to 128 harmless bytes");
    }
    judge(facts[ML_FACT_DATE] && strlen(facts[ML_FACT_DATE]) == 10,
          "the date is always known");
    judge(!facts[ML_FACT_LOG] || !strcmp(facts[ML_FACT_LOG], "1"),
          "mirrorlist-log is 1 or nothing");
    judge(!facts[ML_FACT_LOG]
              || (facts[ML_FACT_CLIENT] && facts[ML_FACT_COUNTRY]),
          "what counts has a client and a country");
    judge(!facts[ML_FACT_FOUND] == !facts[ML_FACT_HOSTS],
          "pool and number of hosts are known together");
    if (facts[ML_FACT_FOUND]) {
        judge(is_one_of(facts[ML_FACT_FOUND], pools), "a pool has a name");
        judge(!strcmp(facts[ML_FACT_FOUND], "none")
                  == !strcmp(facts[ML_FACT_HOSTS], "0"),
              "hosts come from a pool");
    }
}

void judge_response(const ml_response_t *response, int metalink)
{
    const char *location = response->location;

    judge(response->status == 200 || response->status == 302
              || response->status == 400 || response->status == 404
              || response->status == 503,
          "a known status");
    judge(!strcmp(response->content_type,
                  metalink ? "application/metalink+xml" : "text/plain"),
          "the endpoint's media type");
    judge(!location == (response->status != 302),
          "a redirect has a place, nothing else has");
    judge(!response->retry_after_s == (response->status != 503),
          "only 503 says when to retry");
    judge(response->body != NULL, "there is a body, even if it is empty");
    judge_bytes(response);
    judge_facts(response);
}

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
    const char *said = response->facts[ML_FACT_HOSTS];

    judge((said ? strtoul(said, NULL, 10) : 0) == hosts->n,
          "the fact is the number of hosts listed");
}

static void judge_text(const ml_response_t *response)
{
    const char *line = response->body, *end = line + response->body_len;
    judge_hosts_t hosts;

    judge(response->body_len > 0 && end[-1] == '\n', "the last line ends");
    judge(*line == '#', "the first line is a header");
    judge_hosts_start(&hosts);
    while (line < end) {
        const char *newline = memchr(line, '\n', (apr_size_t)(end - line));
        apr_size_t len = (apr_size_t)(newline - line);

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

static void judge_redirect(const ml_response_t *response)
{
    judge_hosts_t hosts;

    judge(response->body_len == 0, "a redirect has no body");
    judge_hosts_start(&hosts);
    if (response->location) {
        judge(!strncasecmp(response->location, "http", 4),
              "a redirect goes to https or http");
        judge_hosts_add(&hosts, response->location, strlen(response->location));
    }
    judge_hosts_end(&hosts, response);
}

void judge_body(const ml_response_t *response, int metalink)
{
    if (metalink) {
        judge_metalink(response);
    }
    else if (response->body_len > 0) {
        judge_text(response);
    }
    else {
        judge_redirect(response);
    }
}
