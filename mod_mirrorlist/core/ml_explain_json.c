/* SPDX-License-Identifier: Apache-2.0
 *
 * An explanation for machines: one document a line, names that stay.
 */
#include "ml_explain.h"

#include "apr_strings.h"

#include "ml_json.h"

typedef struct {
    const ml_explanation_t *e;
    ml_json_t json;
    apr_pool_t *pool;
} writer_t;

/* --- the request ---------------------------------------------------------- */

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

/* A number that was asked for; 0: none was. */
static void write_wish(writer_t *w, const char *name, apr_int64_t number)
{
    if (number) {
        ml_json_number(&w->json, name, number);
    }
    else {
        ml_json_text(&w->json, name, NULL);
    }
}

static void write_wishes(writer_t *w)
{
    const ml_lookup_t *lookup = &w->e->d.lookup;
    const char *rest = lookup->query.exclude_country, *item;
    apr_size_t len;

    ml_json_open(&w->json, "excluded", '[');
    while (rest && (item = ml_query_item(&rest, &len))) {
        ml_json_bytes(&w->json, NULL, item, len);
    }
    ml_json_close(&w->json, ']');
    ml_json_truth(&w->json, "fallback", !ml_query_no_fallback(&lookup->query));
    write_wish(w, "limit", lookup->limit);
    write_wish(w, "ipv", lookup->ipv);
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
    write_wishes(w);
    ml_json_close(&w->json, '}');
}

/* --- settings ------------------------------------------------------------- */

static void write_stable_order(writer_t *w)
{
    apr_int64_t until_s = ml_explain_stable_until(w->e);

    if (until_s == 0) {
        ml_json_text(&w->json, "stable_order", NULL);
        return;
    }
    ml_json_open(&w->json, "stable_order", '{');
    ml_json_text(&w->json, "network", ml_explain_stable_network(w->e, w->pool));
    ml_json_number(&w->json, "until", until_s);
    ml_json_close(&w->json, '}');
}

static void write_schemes(writer_t *w)
{
    const ml_settings_t *settings = w->e->d.lookup.request->settings;
    apr_uint32_t i;

    if (!settings->schemes) {
        ml_json_text(&w->json, "schemes", NULL);
        return;
    }
    ml_json_open(&w->json, "schemes", '[');
    for (i = 0; i < settings->scheme_n; i++) {
        ml_json_text(&w->json, NULL, settings->schemes[i]);
    }
    ml_json_close(&w->json, ']');
}

static void write_settings(writer_t *w)
{
    const ml_settings_t *settings = w->e->d.lookup.request->settings;

    ml_json_open(&w->json, "settings", '{');
    ml_json_number(&w->json, "minimum", settings->minimum);
    ml_json_number(&w->json, "maximum", settings->maximum);
    ml_json_number(&w->json, "nearest", settings->nearest_km);
    write_stable_order(w);
    write_schemes(w);
    ml_json_close(&w->json, '}');
}

/* --- the client ----------------------------------------------------------- */

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

static void write_place(writer_t *w)
{
    const ml_client_t *client = &w->e->d.lookup.client;
    const ml_place_rec *place;

    if (client->place_idx == ML_NONE) {
        ml_json_text(&w->json, "place", NULL);
    }
    else {
        place = &w->e->d.lookup.cache->places[client->place_idx];
        ml_json_open(&w->json, "place", '[');
        ml_json_number(&w->json, NULL, place->latitude);
        ml_json_number(&w->json, NULL, place->longitude);
        ml_json_close(&w->json, ']');
    }
    ml_json_text(&w->json, "place_source", ml_explain_place_source(client));
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
    const ml_client_t *client = &w->e->d.lookup.client;

    ml_json_open(&w->json, "client", '{');
    write_address(w, "address", &client->address);
    ml_json_text(&w->json, "from",
                 ml_explain_is_from_ip(w->e) ? "ip" : "connection");
    ml_json_text(&w->json, "country",
                 ml_explain_country(w->e, client->country_idx, w->pool));
    ml_json_text(&w->json, "country_source", ml_explain_country_source(client));
    ml_json_text(&w->json, "continent", ml_explain_continent(w->e, w->pool));
    write_place(w);
    write_address(w, "tunnelled", &client->tunnelled);
    write_networks(w, client->route);
    ml_json_close(&w->json, '}');
}

/* --- hosts ---------------------------------------------------------------- */

static void write_row(writer_t *w, const ml_verdict_t *verdict)
{
    const ml_host_rec *host = verdict->host;
    int km = ml_explain_km(w->e, verdict);

    ml_json_number(&w->json, "id", verdict->row->id);
    ml_json_label(&w->json, "name", w->e->d.lookup.cache, verdict->row->name);
    if (host && host->country_idx != ML_NONE) {
        ml_json_text(&w->json, "country",
                     ml_explain_country(w->e, host->country_idx, w->pool));
    }
    if (km >= 0) {
        ml_json_number(&w->json, "km", km);
    }
    if (verdict->row->flags & ML_ROW_PRIVATE) {
        ml_json_truth(&w->json, "private", 1);
    }
    if (host && host->flags & ML_HOST_CAPTIVE) {
        ml_json_truth(&w->json, "captive", 1);
    }
}

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
    ml_json_text(&w->json, "pool", ml_pools[verdict->pool].name);
    ml_json_number(&w->json, "bandwidth", verdict->host->bandwidth);
    if (verdict->share >= 0) {
        ml_json_raw(
            &w->json, "weight",
            apr_psprintf(w->pool, "%.6f", ml_explain_weight(w->e, verdict)));
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
    if (verdict->row) {
        write_row(w, verdict);
    }
    else {
        ml_json_text(&w->json, "name", w->e->name);
    }
    if (verdict->member != ML_NONE) {
        ml_json_truth(&w->json, "always_up2date", verdict->always_up2date);
    }
    if (verdict->pool != ML_POOL_NONE) {
        write_taken(w, verdict);
    }
    if (verdict->why != ML_WHY_LISTED) {
        ml_json_text(&w->json, "reason", ml_explain_reason(verdict->why));
        ml_json_text(&w->json, "text",
                     ml_explain_verdict(w->e, verdict, w->pool));
    }
}

/* The verdicts from `next` on that name this pool; what is behind them. */
static const ml_verdict_t *write_verdicts(writer_t *w, const char *name,
                                          const ml_verdict_t *next,
                                          ml_pool_e pool)
{
    const ml_verdict_t *end = w->e->verdicts + w->e->verdict_n;

    ml_json_open(&w->json, name, '[');
    for (; next < end && next->pool == pool; next++) {
        ml_json_open(&w->json, NULL, '{');
        write_verdict(w, next);
        ml_json_close(&w->json, '}');
    }
    ml_json_close(&w->json, ']');
    return next;
}

static void write_pools(writer_t *w)
{
    const ml_verdict_t *next = w->e->verdicts;
    int which;

    ml_json_open(&w->json, "pools", '[');
    for (which = 0; which < ML_POOL_N; which++) {
        const char *why;
        int looked_at = ml_explain_pool(&why, w->e, (ml_pool_e)which, w->pool);

        ml_json_open(&w->json, NULL, '{');
        ml_json_text(&w->json, "name", ml_pools[which].name);
        ml_json_truth(&w->json, "looked_at", looked_at);
        ml_json_text(&w->json, "text", why);
        next = write_verdicts(w, "hosts", next, (ml_pool_e)which);
        ml_json_close(&w->json, '}');
    }
    ml_json_close(&w->json, ']');
    write_verdicts(w, "left_out", next, ML_POOL_NONE);
}

/* Netblocks of the host that cannot be used. */
static void write_bad_netblocks(writer_t *w, const ml_verdict_t *verdict)
{
    const ml_cache_t *cache = w->e->d.lookup.cache;
    const ml_bad_netblock_rec *bad;
    apr_uint32_t n = ml_explain_bad_netblocks(&bad, w->e, verdict), i;

    if (n == 0) {
        return;
    }
    ml_json_open(&w->json, "bad_netblocks", '[');
    for (i = 0; i < n; i++) {
        ml_json_label(&w->json, NULL, cache, bad[i].sentence);
    }
    ml_json_close(&w->json, ']');
}

static void write_named(writer_t *w)
{
    apr_uint32_t i;

    ml_json_open(&w->json, "hosts", '[');
    for (i = 0; i < w->e->named_n; i++) {
        ml_json_open(&w->json, NULL, '{');
        write_verdict(w, &w->e->named[i]);
        write_bad_netblocks(w, &w->e->named[i]);
        ml_json_close(&w->json, '}');
    }
    ml_json_close(&w->json, ']');
}

void ml_explain_json(ml_page_t *page, const ml_explanation_t *e)
{
    writer_t w = {e, ML_JSON(ml_page_put, page), page->pool};
    const char *refusal = ml_explain_refusal(e, page->pool);

    ml_json_open(&w.json, NULL, '{');
    write_request(&w);
    write_settings(&w);
    write_client(&w);
    ml_json_number(&w.json, "status", e->response.status);
    ml_json_text(&w.json, "refusal", refusal);
    if (!refusal && e->name) {
        write_named(&w);
    }
    else if (!refusal) {
        write_pools(&w);
    }
    ml_json_close(&w.json, '}');
    ml_page_puts(page, "\n");
}
