/* SPDX-License-Identifier: Apache-2.0
 *
 * Words for what was looked up and chosen.  Countries are told where they have
 * hosts for this directory, whether or not a rule or an earlier pool took those
 * away.
 */
#include "ml_comment.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "apr_strings.h"

#include "ml_text.h"

/* --- refusals ------------------------------------------------------------- */

typedef enum {
    BARE,  /* the line is the sentence */
    ERROR, /* "# error: ", then it */
    TOPIC, /* what was asked for, as a header begins, then it */
    NAMED  /* the file, then it */
} start_e;

static const struct {
    int status;
    start_e start;
    const char *sentence; /* %: the value of the parameter */
    apr_size_t parameter; /* in ml_query_t */
} refusals[] = {
#define VALUE(field) offsetof(ml_query_t, field)
    [ML_REFUSAL_NONE] = {200, BARE, "", 0},
    [ML_REFUSAL_NO_CACHE] = {503, ERROR,
                             "no mirrorlist cache is loaded, try again later",
                             0},
    [ML_REFUSAL_PIECES] = {400, ERROR, "the query has more than 64 parameters",
                           0},
    [ML_REFUSAL_ESCAPE] = {400, ERROR,
                           "a percent sign in the query is not followed by "
                           "two hexadecimal digits",
                           0},
    [ML_REFUSAL_LENGTH] = {400, ERROR,
                           "a name or a value in the query is longer than "
                           "2048 bytes",
                           0},
    [ML_REFUSAL_BYTES] = {400, ERROR,
                          "the query holds a control byte or is not UTF-8", 0},
    [ML_REFUSAL_NOTHING_ASKED] = {200, BARE,
                                  "# either path=, or repo= and arch= must be "
                                  "specified",
                                  0},
    [ML_REFUSAL_PATH] = {404, TOPIC, "error: invalid path", 0},
    [ML_REFUSAL_DISABLED] = {200, TOPIC, "repo disabled", 0},
    [ML_REFUSAL_REPOSITORY] = {404, TOPIC, "error: invalid repo or arch", 0},
    [ML_REFUSAL_NO_DIRECTORY] = {404, TOPIC,
                                 "error: no directory for this repository", 0},
    [ML_REFUSAL_IP] = {400, ERROR, "ip=% is not an IP address", VALUE(ip)},
    [ML_REFUSAL_LIMIT] = {400, ERROR, "limit=% is not a number from 1 to 9999",
                          VALUE(limit)},
    [ML_REFUSAL_IPV] = {400, ERROR, "ipv=% is neither 4 nor 6", VALUE(ipv)},
    [ML_REFUSAL_FORMAT] = {400, ERROR,
                           "format=% is none of text, metalink, metalink4, "
                           "json and html",
                           VALUE(format)},
    [ML_REFUSAL_NO_DETAILS] = {404, NAMED, "not found or has no metalink", 0},
    [ML_REFUSAL_ENDPOINT] = {400, ERROR,
                             "endpoint=% is neither metalink nor mirrorlist",
                             VALUE(endpoint)},
    [ML_REFUSAL_EXPLANATION_FORMAT] = {400, ERROR,
                                       "format=% is none of text, json and "
                                       "html",
                                       VALUE(format)},
#undef VALUE
};
_Static_assert(sizeof(refusals) / sizeof(*refusals) == ML_REFUSAL_N,
               "refusals");

int ml_comment_status(ml_refusal_e refusal)
{
    return refusals[refusal].status;
}

static void add_text(ml_line_t *line, const ml_cache_t *cache, ml_text_rec text)
{
    ml_line_add(line, ml_text(cache, text), text.len);
}

/* What was asked for: the start of a header line. */
static void start_topic(ml_line_t *line, const ml_lookup_t *l)
{
    ml_line_start(line);
    if (l->path) {
        ml_line_addv(line, "# path = ", l->path, " ", NULL);
        return;
    }
    ml_line_addv(line, "# repo = ", NULL);
    if (l->prefix) {
        add_text(line, l->cache, l->prefix->name);
    }
    else {
        ml_line_addv(line, l->repo, NULL);
    }
    ml_line_addv(line, " arch = ", l->arch, " ", NULL);
}

/* No `#` line, so not cut to the length of one. */
static const char *no_details(const ml_lookup_t *l, apr_pool_t *pool)
{
    ml_text_rec name = l->directory->name;

    return apr_psprintf(pool, "%.*s/%s %s\n", (int)name.len,
                        ml_text(l->cache, name), l->file,
                        refusals[ML_REFUSAL_NO_DETAILS].sentence);
}

const char *ml_comment_refusal(const ml_lookup_t *l, apr_pool_t *pool)
{
    const char *sentence = refusals[l->refusal].sentence;
    const char *value = strchr(sentence, '%');
    ml_line_t line;

    switch (refusals[l->refusal].start) {
    case NAMED:
        return no_details(l, pool);
    case TOPIC:
        start_topic(&line, l);
        break;
    case ERROR:
        ml_line_start(&line);
        ml_line_addv(&line, "# error: ", NULL);
        break;
    case BARE:
        ml_line_start(&line);
        break;
    }
    if (value) {
        ml_line_add(&line, sentence, (apr_size_t)(value - sentence));
        sentence = value + 1;
        ml_line_addv(&line,
                     *(const char *const *)((const char *)&l->query
                                            + refusals[l->refusal].parameter),
                     NULL);
    }
    ml_line_addv(&line, sentence, NULL);
    ml_line_finish(&line);
    return ml_text_copy(line.bytes, line.len, pool);
}

/* --- repositories --------------------------------------------------------- */

static const char listed[] = "# following repositories are available:\n";

/* Those of one prefix, whose arches ascend. */
static const char *own_listing(apr_size_t *len, const ml_cache_t *cache,
                               const ml_prefix_rec *prefix, apr_pool_t *pool)
{
    const ml_repo_rec *repo = cache->repos + prefix->repo_first;
    const ml_repo_rec *end = repo + prefix->repo_n;
    char *text =
        apr_palloc(pool, sizeof(listed) + prefix->repo_n * sizeof(ml_line_t));
    char *out = text + sizeof(listed) - 1;
    ml_line_t line;

    memcpy(text, listed, sizeof(listed) - 1);
    for (; repo < end; repo++) {
        ml_line_start(&line);
        ml_line_addv(&line, "# repo=", NULL);
        add_text(&line, cache, repo->prefix);
        ml_line_addv(&line, "&arch=", NULL);
        add_text(&line, cache, repo->arch);
        ml_line_finish(&line);
        memcpy(out, line.bytes, line.len);
        out += line.len;
    }
    *len = (apr_size_t)(out - text);
    return text;
}

const char *ml_comment_listing(apr_size_t *len, const ml_lookup_t *l,
                               apr_pool_t *pool)
{
    *len = 0;
    if (l->refusal != ML_REFUSAL_REPOSITORY) {
        return "";
    }
    if (l->prefix && l->prefix->repo_n > 0) {
        return own_listing(len, l->cache, l->prefix, pool);
    }
    *len = l->cache->listing_n;
    return l->cache->listing;
}

const char *ml_comment_where_listed(const ml_lookup_t *l)
{
    return l->refusal == ML_REFUSAL_REPOSITORY
               ? "# the repositories are listed at mirrorlist, asked in the "
                 "same way\n"
               : "";
}

/* --- the header of a list ------------------------------------------------- */

typedef struct {
    ml_line_t *line;
    const ml_cache_t *cache;
    const ml_choice_t *choice;
    apr_pool_t *pool;
} header_t;

static void add_country(const header_t *h, apr_uint32_t idx)
{
    ml_line_addv(h->line, "country = ", NULL);
    add_text(h->line, h->cache, h->cache->countries[idx].code);
    ml_line_addv(h->line, " ", NULL);
}

static int spelling_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Codes as they were sent, sorted as they are printed. */
static void add_spelled(const header_t *h, const char *name,
                        const char **spelling, apr_uint32_t n)
{
    apr_uint32_t i;

    qsort(spelling, n, sizeof(*spelling), spelling_order);
    for (i = 0; i < n; i++) {
        ml_line_addv(h->line, name, " = ", spelling[i], " ", NULL);
    }
}

static void add_requested(const header_t *h)
{
    const ml_codes_t *codes = &h->choice->countries;
    const char **here = apr_palloc(h->pool, (codes->n + 1) * sizeof(*here));
    apr_uint32_t n = 0, i;

    if (h->choice->select.global) {
        ml_line_addv(h->line, "country = global ", NULL);
    }
    for (i = 0; i < codes->n; i++) {
        if (codes->idx[i] != ML_NONE
            && ml_select_group(h->cache, &h->choice->select, codes->idx[i])) {
            here[n++] = codes->spelling[i];
        }
    }
    add_spelled(h, "country", here, n);
}

static int code_order(const ml_cache_t *cache, apr_uint32_t a, apr_uint32_t b)
{
    ml_text_rec x = cache->countries[a].code, y = cache->countries[b].code;

    return ml_text_order(ml_text(cache, x), x.len, ml_text(cache, y), y.len);
}

/* The other countries of the requested ones' continents.  Each continent's run
 * is sorted by code, so the runs are merged. */
static void add_fallback(const header_t *h)
{
    const ml_cache_t *cache = h->cache;
    const ml_select_t *select = &h->choice->select;
    apr_uint32_t continent_n = cache->continents_n, i;
    const ml_group_rec **runs =
        apr_pcalloc(h->pool, (continent_n + 1) * sizeof(*runs));
    apr_uint32_t *left =
        apr_pcalloc(h->pool, (continent_n + 1) * sizeof(*left));
    char *requested = apr_pcalloc(h->pool, cache->countries_n + 1);

    for (i = 0; i < select->country_n; i++) {
        apr_uint32_t c = cache->countries[select->countries[i]].continent_idx;

        requested[select->countries[i]] = 1;
        if (c != ML_NONE) {
            runs[c] = ml_select_continent(cache, select->set, c, &left[c]);
        }
    }
    for (;;) {
        apr_uint32_t next = ML_NONE;

        for (i = 0; i < continent_n; i++) {
            if (left[i] > 0
                && (next == ML_NONE
                    || code_order(cache, runs[i]->country_idx,
                                  runs[next]->country_idx)
                           < 0)) {
                next = i;
            }
        }
        if (next == ML_NONE) {
            return;
        }
        if (!requested[runs[next]->country_idx]
            && !ml_select_excludes(select, runs[next]->country_idx)) {
            add_country(h, runs[next]->country_idx);
        }
        runs[next]++;
        left[next]--;
    }
}

/* The client's country, then the others of its continent. */
static void add_client(const header_t *h)
{
    const ml_select_t *select = &h->choice->select;
    apr_uint32_t country = select->client->country_idx, n, i;
    const ml_group_rec *groups;

    if (country != ML_NONE && ml_select_group(h->cache, select, country)) {
        add_country(h, country);
    }
    if (select->client->continent_idx == ML_NONE) {
        return;
    }
    groups = ml_select_continent(h->cache, select->set,
                                 select->client->continent_idx, &n);
    for (i = 0; i < n; i++) {
        if (groups[i].country_idx != country
            && !ml_select_excludes(select, groups[i].country_idx)) {
            add_country(h, groups[i].country_idx);
        }
    }
}

/* The networks of the client that count. */
static void add_networks(const header_t *h)
{
    const ml_select_t *select = &h->choice->select;
    const ml_route_rec *route = select->client->route;

    if (h->choice->selection.netblock_hit) {
        ml_line_addv(h->line, "Using preferred netblock ", NULL);
    }
    if (!select->skip_networks && route && route->asn_idx != ML_NONE
        && !h->choice->selection.captive) {
        ml_line_addv(
            h->line, "Using ASN ",
            apr_psprintf(h->pool, "%u", h->cache->asns[route->asn_idx].number),
            " ", NULL);
    }
}

void ml_comment_header(ml_line_t *line, const ml_lookup_t *l,
                       const ml_choice_t *choice, apr_pool_t *pool)
{
    const header_t h = {line, l->cache, choice, pool};

    start_topic(line, l);
    if (choice->select.location_idx != ML_NONE) {
        ml_line_addv(line, "Using location ", l->query.location, " ", NULL);
    }
    add_networks(&h);
    add_requested(&h);
    if (choice->selection.fallback) {
        add_fallback(&h);
    }
    if (choice->selection.looked_at_client) {
        add_client(&h);
    }
    if (choice->selection.looked_at_global) {
        ml_line_addv(line, "country = global ", NULL);
    }
    if (choice->excluded.n > 0) {
        add_spelled(&h, "exclude_country",
                    apr_pmemdup(pool, choice->excluded.spelling,
                                choice->excluded.n * sizeof(const char *)),
                    choice->excluded.n);
    }
    if (l->query.protocol) {
        ml_line_addv(line, "protocol = ", l->query.protocol, NULL);
    }
    ml_line_finish(line);
}

const char *ml_comment_time(const ml_cache_t *cache, apr_pool_t *pool)
{
    return apr_psprintf(pool,
                        "# database creation time: %" APR_INT64_T_FMT "\n",
                        cache->header->created_s);
}
