/* SPDX-License-Identifier: Apache-2.0
 *
 * An explanation for machines: one document a line, names that stay.
 */
#include "ml_explain.h"

#include <string.h>

#include "apr_strings.h"

#include "ml_comment.h"
#include "ml_json.h"

typedef struct {
    const ml_explanation_t *e;
    ml_json_t json;
    apr_pool_t *pool;
} writer_t;

static void write_categories(writer_t *w)
{
    const ml_cache_t *cache = w->e->d.lookup.cache;
    const ml_directory_rec *directory = w->e->d.lookup.directory;
    apr_uint32_t i;

    ml_json_open(&w->json, "categories", '[');
    for (i = 0; directory && i < directory->subpath_n; i++) {
        apr_uint32_t idx =
            cache->subpaths[directory->subpath_first + i].category_idx;

        ml_json_label(&w->json, NULL, cache, cache->categories[idx].name);
    }
    ml_json_close(&w->json, ']');
}

static void write_request(writer_t *w)
{
    const ml_lookup_t *lookup = &w->e->d.lookup;

    ml_json_open(&w->json, "request", '{');
    ml_json_text(&w->json, "target", w->e->target);
    ml_json_text(&w->json, "endpoint",
                 lookup->endpoint == ML_ENDPOINT_METALINK ? "metalink"
                                                          : "mirrorlist");
    ml_json_text(&w->json, "repository", lookup->repo);
    ml_json_text(&w->json, "redirected_to",
                 ml_explain_redirect(lookup, w->pool));
    ml_json_text(&w->json, "arch", lookup->arch);
    ml_json_text(
        &w->json, "directory",
        lookup->directory
            ? ml_explain_copy(lookup->cache, lookup->directory->name, w->pool)
            : NULL);
    ml_json_text(&w->json, "file",
                 lookup->directory && *lookup->file ? lookup->file : NULL);
    write_categories(w);
    ml_json_close(&w->json, '}');
}

static void write_address(writer_t *w, const char *name,
                          const ml_address_t *address)
{
    char text[ML_ADDRESS_TEXT_LEN];

    if (address->family == ML_ADDRESS_NONE) {
        ml_json_text(&w->json, name, NULL);
        return;
    }
    ml_address_format(text, address);
    ml_json_text(&w->json, name, text);
}

static void write_networks(writer_t *w, const ml_route_rec *route)
{
    const ml_cache_t *cache = w->e->d.lookup.cache;
    apr_uint32_t idx = route ? route->netblock_idx : ML_NONE;

    if (route && route->asn_idx != ML_NONE) {
        ml_json_number(&w->json, "asn", cache->asns[route->asn_idx].number);
    }
    else {
        ml_json_text(&w->json, "asn", NULL);
    }
    ml_json_open(&w->json, "netblocks", '[');
    for (; idx != ML_NONE; idx = cache->netblocks[idx].parent_idx) {
        ml_json_label(&w->json, NULL, cache, cache->netblocks[idx].network);
    }
    ml_json_close(&w->json, ']');
}

static void write_client(writer_t *w)
{
    const ml_lookup_t *lookup = &w->e->d.lookup;
    const ml_client_t *client = &lookup->client;
    int from_ip = lookup->query.ip && lookup->request->settings->ip_parameter;

    ml_json_open(&w->json, "client", '{');
    write_address(w, "address", &client->address);
    ml_json_text(&w->json, "from", from_ip ? "ip" : "connection");
    ml_json_text(&w->json, "country",
                 client->country_idx == ML_NONE
                     ? NULL
                     : ml_explain_copy(
                           lookup->cache,
                           lookup->cache->countries[client->country_idx].code,
                           w->pool));
    ml_json_text(&w->json, "country_source", ml_explain_country_source(client));
    write_address(w, "tunnelled", &client->tunnelled);
    write_networks(w, client->route);
    ml_json_close(&w->json, '}');
}

/* --- hosts ---------------------------------------------------------------- */

static void write_urls(writer_t *w, const ml_verdict_t *verdict)
{
    apr_uint32_t i;

    ml_json_open(&w->json, "urls", '[');
    for (i = 0; i < verdict->shown_n; i++) {
        ml_json_text(&w->json, NULL,
                     ml_explain_url(w->e, verdict->shown[i].url, w->pool));
    }
    ml_json_close(&w->json, ']');
}

static void write_taken(writer_t *w, const ml_verdict_t *verdict)
{
    const ml_host_rec *host =
        &w->e->d.lookup.cache->hosts[verdict->row->host_idx];

    ml_json_text(&w->json, "pool", ml_pools[verdict->pool].name);
    ml_json_number(&w->json, "bandwidth", host->bandwidth);
    if (verdict->share >= 0) {
        ml_json_raw(&w->json, "share",
                    apr_psprintf(w->pool, "%.6f", verdict->share));
    }
    if (verdict->place) {
        ml_json_number(&w->json, "place", verdict->place);
        write_urls(w, verdict);
    }
}

/* Members that mean nothing for this host are left out. */
static void write_verdict(writer_t *w, const ml_verdict_t *verdict)
{
    ml_json_open(&w->json, NULL, '{');
    if (verdict->row) {
        ml_json_number(&w->json, "id", verdict->row->id);
        ml_json_label(&w->json, "name", w->e->d.lookup.cache,
                      verdict->row->name);
    }
    else {
        ml_json_text(&w->json, "name", w->e->host);
    }
    if (verdict->member != ML_NONE) {
        ml_json_truth(&w->json, "always_up2date", verdict->always_up2date);
    }
    if (verdict->pool != ML_POOL_N) {
        write_taken(w, verdict);
    }
    if (verdict->why != ML_WHY_LISTED) {
        ml_json_text(&w->json, "reason", ml_explain_reason(verdict->why));
        ml_json_text(&w->json, "text",
                     ml_explain_verdict(w->e, verdict, w->pool));
    }
    ml_json_close(&w->json, '}');
}

/* The verdicts from `i` on that name this pool; the next one. */
static apr_uint32_t write_verdicts(writer_t *w, const char *name,
                                   apr_uint32_t i, ml_pool_e pool)
{
    ml_json_open(&w->json, name, '[');
    for (; i < w->e->n && w->e->verdicts[i].pool == pool; i++) {
        write_verdict(w, &w->e->verdicts[i]);
    }
    ml_json_close(&w->json, ']');
    return i;
}

static void write_pools(writer_t *w)
{
    apr_uint32_t i = 0;
    int which;

    ml_json_open(&w->json, "pools", '[');
    for (which = 0; which < ML_POOL_N; which++) {
        const char *why;
        int looked_at = ml_explain_pool(&why, w->e, (ml_pool_e)which, w->pool);

        ml_json_open(&w->json, NULL, '{');
        ml_json_text(&w->json, "name", ml_pools[which].name);
        ml_json_truth(&w->json, "looked_at", looked_at);
        ml_json_text(&w->json, "text", why);
        i = write_verdicts(w, "hosts", i, (ml_pool_e)which);
        ml_json_close(&w->json, '}');
    }
    ml_json_close(&w->json, ']');
    write_verdicts(w, "left_out", i, ML_POOL_N);
}

static void write_hosts(writer_t *w)
{
    apr_uint32_t i;

    ml_json_open(&w->json, "hosts", '[');
    for (i = 0; i < w->e->n; i++) {
        write_verdict(w, &w->e->verdicts[i]);
    }
    ml_json_close(&w->json, ']');
}

void ml_explain_json(ml_page_t *page, const ml_explanation_t *e)
{
    apr_pool_t *pool = page->pool;
    writer_t w = {e, ML_JSON(ml_page_put, page), pool};
    const char *refusal =
        e->d.lookup.refusal ? ml_comment_refusal(&e->d.lookup, pool) : NULL;

    ml_json_open(&w.json, NULL, '{');
    write_request(&w);
    write_client(&w);
    ml_json_number(&w.json, "status", e->response.status);
    ml_json_text(&w.json, "refusal",
                 refusal ? apr_pstrndup(pool, refusal, strlen(refusal) - 1)
                         : NULL);
    if (!e->d.lookup.refusal && e->host) {
        write_hosts(&w);
    }
    else if (!e->d.lookup.refusal) {
        write_pools(&w);
    }
    ml_json_close(&w.json, '}');
    ml_page_puts(page, "\n");
}
