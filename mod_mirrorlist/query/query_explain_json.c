/* SPDX-License-Identifier: Apache-2.0
 *
 * An explanation for machines: one document a line, names that stay.
 */
#include "query_explain.h"

#include "apr_strings.h"

#include "query_json.h"

typedef struct {
    const explanation_t *e;
    json_t json;
    apr_pool_t *pool;
} writer_t;

static void write_categories(writer_t *w)
{
    const ml_cache_t *cache = w->e->asked.cache;
    const ml_directory_rec *directory = w->e->asked.directory;
    apr_uint32_t i;

    json_open(&w->json, "categories", '[');
    for (i = 0; directory && i < directory->subpath_n; i++) {
        apr_uint32_t idx =
            cache->subpath_categories[directory->subpath_first + i];

        json_label(&w->json, NULL, cache, cache->categories[idx].name);
    }
    json_close(&w->json, ']');
}

static void write_request(writer_t *w)
{
    const ml_asked_t *asked = &w->e->asked;

    json_open(&w->json, "request", '{');
    json_text(&w->json, "target", w->e->target);
    json_text(&w->json, "endpoint",
              asked->metalink ? "metalink" : "mirrorlist");
    json_text(&w->json, "repository", asked->repo);
    json_text(&w->json, "redirected_to", words_redirect(asked, w->pool));
    json_text(&w->json, "arch", asked->arch);
    json_text(&w->json, "directory",
              asked->directory
                  ? words_copy(asked->cache, asked->directory->name, w->pool)
                  : NULL);
    json_text(&w->json, "file",
              asked->directory && *asked->file ? asked->file : NULL);
    write_categories(w);
    json_close(&w->json, '}');
}

static void write_address(writer_t *w, const char *name,
                          const ml_address_t *address)
{
    char text[ML_ADDRESS_TEXT_LEN];

    if (address->family == ML_ADDRESS_NONE) {
        json_text(&w->json, name, NULL);
        return;
    }
    ml_address_format(text, address);
    json_text(&w->json, name, text);
}

static void write_networks(writer_t *w, const ml_route_rec *route)
{
    const ml_cache_t *cache = w->e->asked.cache;
    apr_uint32_t idx = route ? route->netblock_idx : ML_NONE;

    if (route && route->asn_idx != ML_NONE) {
        json_number(&w->json, "asn", cache->asns[route->asn_idx].number);
    }
    else {
        json_text(&w->json, "asn", NULL);
    }
    json_open(&w->json, "netblocks", '[');
    for (; idx != ML_NONE; idx = cache->netblocks[idx].parent_idx) {
        json_label(&w->json, NULL, cache, cache->netblock_networks[idx]);
    }
    json_close(&w->json, ']');
}

static void write_client(writer_t *w)
{
    const ml_asked_t *asked = &w->e->asked;
    const ml_client_t *client = &asked->client;
    int from_ip = asked->query.ip && asked->request->settings->ip_parameter;

    json_open(&w->json, "client", '{');
    write_address(w, "address", &client->address);
    json_text(&w->json, "from", from_ip ? "ip" : "connection");
    json_text(
        &w->json, "country",
        client->country_idx == ML_NONE
            ? NULL
            : words_copy(asked->cache,
                         asked->cache->countries[client->country_idx].code,
                         w->pool));
    json_text(&w->json, "country_source", words_country_source(client));
    write_address(w, "tunnelled", &client->tunnelled);
    write_networks(w, client->route);
    json_close(&w->json, '}');
}

/* --- hosts ---------------------------------------------------------------- */

static void write_urls(writer_t *w, const verdict_t *verdict)
{
    apr_uint32_t i;

    json_open(&w->json, "urls", '[');
    for (i = 0; i < verdict->shown_n; i++) {
        json_text(&w->json, NULL,
                  words_url(w->e->asked.cache, &w->e->list.urls,
                            verdict->shown[i].url, w->pool));
    }
    json_close(&w->json, ']');
}

static void write_taken(writer_t *w, const verdict_t *verdict)
{
    const ml_host_rec *host = &w->e->asked.cache->hosts[verdict->row->host_idx];

    json_text(&w->json, "pool", ml_pool_names[verdict->pool]);
    json_number(&w->json, "bandwidth", host->bandwidth);
    if (verdict->share >= 0) {
        json_share(&w->json, "share", verdict->share);
    }
    if (verdict->place) {
        json_number(&w->json, "place", verdict->place);
        write_urls(w, verdict);
    }
}

/* Members that mean nothing for this host are left out. */
static void write_verdict(writer_t *w, const verdict_t *verdict)
{
    json_open(&w->json, NULL, '{');
    if (verdict->row) {
        json_number(&w->json, "id", verdict->row->id);
        json_label(&w->json, "name", w->e->asked.cache, verdict->row->name);
    }
    else {
        json_text(&w->json, "name", w->e->host);
    }
    if (verdict->member != ML_NONE) {
        json_truth(&w->json, "always_up2date", verdict->always_up2date);
    }
    if (verdict->pool != ML_POOL_N) {
        write_taken(w, verdict);
    }
    if (verdict->why != WHY_LISTED) {
        json_text(&w->json, "reason", words_reason(verdict->why));
        json_text(&w->json, "text", words_verdict(w->e, verdict, w->pool));
    }
    json_close(&w->json, '}');
}

/* The verdicts from `i` on that name this pool; the next one. */
static apr_uint32_t write_verdicts(writer_t *w, const char *name,
                                   apr_uint32_t i, ml_pool_e pool)
{
    json_open(&w->json, name, '[');
    for (; i < w->e->n && w->e->verdicts[i].pool == pool; i++) {
        write_verdict(w, &w->e->verdicts[i]);
    }
    json_close(&w->json, ']');
    return i;
}

static void write_pools(writer_t *w)
{
    apr_uint32_t i = 0;
    int which;

    json_open(&w->json, "pools", '[');
    for (which = 0; which < ML_POOL_N; which++) {
        const char *why;
        int looked_at = words_pool(&why, w->e, (ml_pool_e)which, w->pool);

        json_open(&w->json, NULL, '{');
        json_text(&w->json, "name", ml_pool_names[which]);
        json_truth(&w->json, "looked_at", looked_at);
        json_text(&w->json, "text", why);
        i = write_verdicts(w, "hosts", i, (ml_pool_e)which);
        json_close(&w->json, '}');
    }
    json_close(&w->json, ']');
    write_verdicts(w, "left_out", i, ML_POOL_N);
}

static void write_hosts(writer_t *w)
{
    apr_uint32_t i;

    json_open(&w->json, "hosts", '[');
    for (i = 0; i < w->e->n; i++) {
        write_verdict(w, &w->e->verdicts[i]);
    }
    json_close(&w->json, ']');
}

void explain_as_json(const explanation_t *e, FILE *out, apr_pool_t *pool)
{
    writer_t w = {e, {out, 1}, pool};

    json_open(&w.json, NULL, '{');
    write_request(&w);
    write_client(&w);
    json_number(&w.json, "status", e->response.status);
    json_text(&w.json, "refusal",
              e->asked.refusal
                  ? apr_pstrmemdup(pool, e->asked.text, e->asked.text_len - 1)
                  : NULL);
    if (!e->asked.refusal && e->host) {
        write_hosts(&w);
    }
    else if (!e->asked.refusal) {
        write_pools(&w);
    }
    json_close(&w.json, '}');
    fputc('\n', out);
}
