/* SPDX-License-Identifier: Apache-2.0
 *
 * The JSON form of an answer.  What is not known is left out.
 */
#include "apr_strings.h"

#include "ml_comment.h"
#include "ml_detail.h"
#include "ml_json.h"
#include "ml_render.h"

#define VERSION 1 /* of the names and their meaning */

typedef struct {
    ml_json_t json;
    const ml_decision_t *d;
    const ml_cache_t *cache;
    apr_pool_t *pool;
} writer_t;

static void label(writer_t *w, const char *name, ml_text_rec text)
{
    ml_json_bytes(&w->json, name, ml_text(w->cache, text), text.len);
}

static void write_question(writer_t *w)
{
    const ml_lookup_t *l = &w->d->lookup;

    if (l->path) {
        ml_json_text(&w->json, "path", l->path);
    }
    else {
        label(w, "repo", l->prefix->name);
        ml_json_text(&w->json, "arch", l->arch);
    }
    label(w, "directory", l->directory->name);
    if (*l->file) {
        ml_json_text(&w->json, "file", l->file);
    }
}

static void write_client(writer_t *w)
{
    const ml_client_t *client = &w->d->lookup.client;
    char text[ML_ADDRESS_TEXT_LEN];

    ml_json_open(&w->json, "client", '{');
    if (client->address.family != ML_ADDRESS_NONE) {
        ml_address_format(text, &client->address);
        ml_json_text(&w->json, "address", text);
    }
    if (client->country_idx != ML_NONE) {
        label(w, "country", w->cache->countries[client->country_idx].code);
    }
    if (client->continent_idx != ML_NONE) {
        label(w, "continent", w->cache->continents[client->continent_idx].code);
    }
    if (client->route && client->route->asn_idx != ML_NONE) {
        ml_json_number(&w->json, "asn",
                       w->cache->asns[client->route->asn_idx].number);
    }
    if (client->place_idx != ML_NONE) {
        const ml_place_rec *place = &w->cache->places[client->place_idx];

        ml_json_open(&w->json, "place", '[');
        ml_json_number(&w->json, NULL, place->latitude);
        ml_json_number(&w->json, NULL, place->longitude);
        ml_json_close(&w->json, ']');
    }
    ml_json_close(&w->json, '}');
}

/* --- details -------------------------------------------------------------- */

static void write_detail(writer_t *w, const ml_detail_rec *detail)
{
    char digits[ML_HASH_DIGITS_MAX];
    int hash;

    ml_json_open(&w->json, NULL, '{');
    if (detail->flags & ML_DETAIL_TIMESTAMP) {
        ml_json_number(&w->json, "timestamp", detail->timestamp_s);
    }
    if (detail->flags & ML_DETAIL_SIZE) {
        ml_json_number(&w->json, "size", detail->size);
    }
    for (hash = 0; hash < ML_HASH_N; hash++) {
        if (ml_detail_has(detail, (ml_hash_e)hash)) {
            char *end = ml_detail_digits(digits, detail, (ml_hash_e)hash);

            ml_json_bytes(&w->json, ml_hashes[hash].name, digits,
                          (apr_size_t)(end - digits));
        }
    }
    ml_json_close(&w->json, '}');
}

static void write_details(writer_t *w)
{
    const ml_file_rec *file = w->d->lookup.details;
    apr_uint32_t i;

    if (file) {
        ml_json_open(&w->json, "details", '[');
        for (i = 0; i < file->detail_n; i++) {
            write_detail(w, &w->cache->details[file->detail_first + i]);
        }
        ml_json_close(&w->json, ']');
    }
}

/* --- mirrors -------------------------------------------------------------- */

static void write_facts(writer_t *w, const ml_shown_t *shown)
{
    const ml_host_rec *host = ml_choice_host(&w->d->choice, w->cache, shown);
    int km = ml_draw_whole_km(w->cache, w->d->lookup.client.place_idx,
                              host->place_idx);

    if (host->name.len > 0) {
        label(w, "name", host->name);
    }
    if (host->country_idx != ML_NONE) {
        label(w, "country", w->cache->countries[host->country_idx].code);
    }
    if (host->flags & ML_HOST_PRIVATE) {
        ml_json_truth(&w->json, "private", 1);
    }
    ml_json_text(&w->json, "pool",
                 ml_pools[ml_choice_pool(&w->d->choice, shown)].name);
    ml_json_number(&w->json, "bandwidth", host->bandwidth);
    if (km >= 0) {
        ml_json_number(&w->json, "km", km);
    }
}

static void write_mirrors(writer_t *w)
{
    const ml_tail_t *tails = ml_render_tails(&w->d->lookup, 0, "", w->pool);
    const ml_shown_t *shown = w->d->choice.shown;
    const ml_shown_t *end = shown + w->d->choice.shown_n;

    ml_json_open(&w->json, "mirrors", '[');
    while (shown < end) {
        apr_uint32_t host = shown->host;

        ml_json_open(&w->json, NULL, '{');
        write_facts(w, shown);
        ml_json_open(&w->json, "urls", '[');
        for (; shown < end && shown->host == host; shown++) {
            ml_json_text(&w->json, NULL,
                         ml_render_url(w->cache, shown->url, tails, w->pool));
        }
        ml_json_close(&w->json, ']');
        ml_json_close(&w->json, '}');
    }
    ml_json_close(&w->json, ']');
}

void ml_form_json_answer(ml_response_t *response, const ml_decision_t *d,
                         apr_pool_t *pool)
{
    ml_page_t page = {.pool = pool};
    writer_t w = {ML_JSON(ml_page_put, &page), d, d->lookup.cache, pool};

    ml_json_open(&w.json, NULL, '{');
    ml_json_number(&w.json, "version", VERSION);
    ml_json_number(&w.json, "date", d->lookup.request->now_s);
    ml_json_number(&w.json, "created", w.cache->header->created_s);
    write_question(&w);
    write_client(&w);
    ml_json_text(&w.json, "found", ml_pools[d->choice.pool].name);
    write_details(&w);
    write_mirrors(&w);
    ml_json_close(&w.json, '}');
    ml_page_puts(&page, "\n");
    ml_page_end(&page, response);
}

/* The error line of the text form, without its sign and its end. */
void ml_form_json_refusal(ml_response_t *response, const ml_decision_t *d,
                          apr_pool_t *pool)
{
    const char *text = ml_comment_refusal(&d->lookup, pool);
    ml_page_t page = {.pool = pool};
    ml_json_t json = ML_JSON(ml_page_put, &page);

    text += strncmp(text, "# ", 2) ? 0 : 2;
    ml_json_open(&json, NULL, '{');
    ml_json_number(&json, "version", VERSION);
    ml_json_bytes(&json, "error", text, strlen(text) - 1);
    ml_json_close(&json, '}');
    ml_page_puts(&page, "\n");
    ml_page_end(&page, response);
}
