/* SPDX-License-Identifier: Apache-2.0
 *
 * An explanation for people.
 */
#include "ml_explain.h"

#include <string.h>

#include "apr_strings.h"

#include "ml_text.h"

#define NAME_WIDTH_MAX 40 /* longer names move their line's columns */

typedef struct {
    const ml_explanation_t *e;
    ml_page_t *page;
    int width; /* of the hosts' names */
    apr_pool_t *pool;
} printer_t;

static void print_field(const printer_t *p, const char *name, const char *value)
{
    ml_page_printf(p->page, "  %-12s%s\n", name, value);
}

static void print_repository(const printer_t *p)
{
    const ml_lookup_t *lookup = &p->e->d.lookup;
    const char *target = ml_explain_redirect(lookup, p->pool);

    print_field(p, "repository",
                target ? apr_pstrcat(p->pool, lookup->repo, ", redirected to ",
                                     target, NULL)
                       : lookup->repo);
    print_field(p, "arch", lookup->arch);
}

static void print_categories(const printer_t *p)
{
    const ml_cache_t *cache = p->e->d.lookup.cache;
    const ml_directory_rec *directory = p->e->d.lookup.directory;
    apr_uint32_t i;

    for (i = 0; i < directory->subpath_n; i++) {
        apr_uint32_t idx =
            cache->subpaths[directory->subpath_first + i].category_idx;
        const char *name =
            ml_explain_copy(cache, cache->categories[idx].name, p->pool);

        print_field(p, "category", *name ? name : "(without a name)");
    }
}

static void print_wishes(const printer_t *p)
{
    const ml_lookup_t *lookup = &p->e->d.lookup;

    if (lookup->query.exclude_country) {
        print_field(p, "excluded", lookup->query.exclude_country);
    }
    if (ml_query_no_fallback(&lookup->query)) {
        print_field(p, "fallback", lookup->query.fallback);
    }
    if (lookup->limit) {
        print_field(p, "limit", lookup->query.limit);
    }
    if (lookup->ipv) {
        print_field(p, "ipv", lookup->query.ipv);
    }
}

static void print_request(const printer_t *p)
{
    const ml_lookup_t *lookup = &p->e->d.lookup;

    ml_page_printf(p->page, "Request %s\n", p->e->target);
    if (lookup->repo) {
        print_repository(p);
    }
    if (lookup->directory) {
        print_field(
            p, "directory",
            ml_explain_copy(lookup->cache, lookup->directory->name, p->pool));
        if (*lookup->file) {
            print_field(p, "file", lookup->file);
        }
        print_categories(p);
    }
    print_wishes(p);
}

/* What is not as it is by default, besides what the pools tell. */
static void print_settings(const printer_t *p)
{
    const ml_settings_t *settings = p->e->d.lookup.request->settings;
    apr_int64_t until_s = ml_explain_stable_until(p->e);

    if (!settings->nearest_km && !until_s && !settings->schemes) {
        return;
    }
    ml_page_puts(p->page, "Settings\n");
    if (settings->nearest_km) {
        print_field(p, "nearness",
                    apr_psprintf(p->pool,
                                 "a mirror at %u km counts half "
                                 "(MirrorlistNearest)",
                                 settings->nearest_km));
    }
    if (until_s) {
        print_field(p, "order",
                    apr_psprintf(p->pool,
                                 "the same for %s until %s "
                                 "(MirrorlistStableOrder %u)",
                                 ml_explain_stable_network(p->e, p->pool),
                                 ml_text_iso_time(until_s, p->pool),
                                 settings->stable_s));
    }
    if (settings->schemes) {
        print_field(p, "schemes",
                    apr_pstrcat(p->pool, ml_explain_schemes(p->e, p->pool),
                                " (MirrorlistSchemes)", NULL));
    }
}

static void print_country(const printer_t *p)
{
    const ml_client_t *client = &p->e->d.lookup.client;
    const char *source = ml_explain_country_source(client);
    const char *of = "", *code = "unknown", *from = "";
    char text[ML_ADDRESS_TEXT_LEN];

    if (client->tunnelled.family != ML_ADDRESS_NONE) {
        ml_address_format(text, &client->tunnelled);
        of = apr_pstrcat(p->pool, " (of the tunnelled address ", text, ")",
                         NULL);
    }
    if (source) {
        code = ml_explain_country(p->e, client->country_idx, p->pool);
        from = strcmp(source, "netblock_country")
                   ? ", from the country database"
                   : ", from netblock_country";
    }
    print_field(p, "country", apr_pstrcat(p->pool, code, from, of, NULL));
}

static void print_place(const printer_t *p)
{
    const char *continent = ml_explain_continent(p->e, p->pool);
    const char *place = ml_explain_place(p->e, p->pool), *from = "";

    print_field(p, "continent", continent ? continent : "unknown");
    if (place) {
        from =
            strcmp(ml_explain_place_source(&p->e->d.lookup.client), "country")
                ? ", from the country database"
                : ", the middle of the country";
    }
    print_field(p, "place",
                place ? apr_pstrcat(p->pool, place, from, NULL) : "unknown");
}

static void print_networks(const printer_t *p, const ml_route_rec *route)
{
    const ml_cache_t *cache = p->e->d.lookup.cache;
    apr_uint32_t idx;

    print_field(
        p, "ASN",
        route->asn_idx == ML_NONE
            ? "none in which hosts have clients"
            : apr_psprintf(p->pool, "%u", cache->asns[route->asn_idx].number));
    if (route->netblock_idx == ML_NONE) {
        print_field(p, "netblock", "none of a host");
    }
    for (idx = route->netblock_idx; idx != ML_NONE;
         idx = cache->netblocks[idx].parent_idx) {
        print_field(
            p, "netblock",
            ml_explain_copy(cache, cache->netblocks[idx].network, p->pool));
    }
}

static void print_client(const printer_t *p)
{
    const ml_client_t *client = &p->e->d.lookup.client;
    char text[ML_ADDRESS_TEXT_LEN];

    if (client->address.family == ML_ADDRESS_NONE) {
        return;
    }
    ml_address_format(text, &client->address);
    ml_page_printf(p->page, "Client %s, from %s\n", text,
                   ml_explain_is_from_ip(p->e) ? "ip=" : "the connection");
    print_country(p);
    print_place(p);
    print_networks(p, client->route);
}

static void print_answer(const printer_t *p)
{
    const ml_explanation_t *e = p->e;
    const ml_host_set_rec *set = e->d.choice.select.set;
    const char *refusal = ml_explain_refusal(e, p->pool);
    apr_uint32_t n;

    if (refusal) {
        ml_page_printf(p->page, "Refused with status %d: %s\n",
                       e->response.status, refusal);
        return;
    }
    n = ml_explain_host_n(e);
    ml_page_printf(p->page,
                   "Answer %d with %u host%s of %u that carry the directory\n",
                   e->response.status, n, n == 1 ? "" : "s",
                   set->public_n + set->private_n);
}

/* --- hosts ---------------------------------------------------------------- */

/* Bandwidth, distance, weight, share, as far as they are known and count. */
static void print_numbers(const printer_t *p, const ml_verdict_t *verdict)
{
    int km = ml_explain_km(p->e, verdict);

    ml_page_printf(p->page, " %6u Mbit/s", verdict->host->bandwidth);
    if (km >= 0) {
        ml_page_printf(p->page, " %5d km", km);
    }
    if (verdict->share >= 0) {
        if (p->e->d.lookup.request->settings->nearest_km) {
            ml_page_printf(p->page, "  weight %8.2f",
                           ml_explain_weight(p->e, verdict));
        }
        ml_page_printf(p->page, " %5.1f %%", verdict->share * 100);
    }
}

/* A host that a pool has taken. */
static void print_taken(const printer_t *p, const ml_verdict_t *verdict)
{
    if (verdict->place) {
        ml_page_printf(p->page, "  %4u. ", verdict->place);
    }
    else {
        ml_page_puts(p->page, "     -  ");
    }
    ml_page_printf(p->page, "%-*s", p->width,
                   ml_explain_host(p->e, verdict, p->pool));
    print_numbers(p, verdict);
    if (verdict->host->flags & ML_HOST_CAPTIVE) {
        ml_page_puts(p->page, "  captive");
    }
    if (!verdict->place) {
        ml_page_printf(p->page, "  %s",
                       ml_explain_verdict(p->e, verdict, p->pool));
    }
    ml_page_puts(p->page, "\n");
}

static void print_pools(const printer_t *p)
{
    const ml_verdict_t *next = p->e->verdicts;
    const ml_verdict_t *end = next + p->e->verdict_n;
    int which;

    for (which = 0; which < ML_POOL_N; which++) {
        const char *why;
        int looked_at = ml_explain_pool(&why, p->e, (ml_pool_e)which, p->pool);

        ml_page_printf(p->page, "Pool %s: %s%s\n", ml_pools[which].name,
                       looked_at ? "" : "not looked at, ", why);
        for (; next < end && next->pool == (ml_pool_e)which; next++) {
            print_taken(p, next);
        }
    }
    ml_page_puts(p->page, next < end ? "Left out\n" : "");
    for (; next < end; next++) {
        ml_page_printf(p->page, "        %-*s %s\n", p->width,
                       ml_explain_host(p->e, next, p->pool),
                       ml_explain_verdict(p->e, next, p->pool));
    }
}

/* --- one host ------------------------------------------------------------- */

static void print_pool(const printer_t *p, const ml_verdict_t *verdict)
{
    const char *why;

    ml_explain_pool(&why, p->e, verdict->pool, p->pool);
    print_field(
        p, "pool",
        apr_pstrcat(p->pool, ml_pools[verdict->pool].name, ": ", why, NULL));
    print_field(p, "bandwidth",
                apr_psprintf(p->pool, "%u Mbit/s", verdict->host->bandwidth));
    if (verdict->share >= 0) {
        print_field(
            p, "weight",
            apr_psprintf(p->pool, "%.2f", ml_explain_weight(p->e, verdict)));
        print_field(p, "share",
                    apr_psprintf(p->pool,
                                 "%.1f %% of the first places in its "
                                 "pool",
                                 verdict->share * 100));
    }
}

static void print_bad_netblocks(const printer_t *p, const ml_verdict_t *verdict)
{
    const ml_cache_t *cache = p->e->d.lookup.cache;
    const ml_bad_netblock_rec *bad;
    apr_uint32_t n = ml_explain_bad_netblocks(&bad, p->e, verdict), i;

    for (i = 0; i < n; i++) {
        print_field(p, "not used",
                    ml_explain_copy(cache, bad[i].sentence, p->pool));
    }
}

static void print_host(const printer_t *p, const ml_verdict_t *verdict)
{
    int km = ml_explain_km(p->e, verdict);
    apr_uint32_t i;

    ml_page_printf(p->page, "Host %s", ml_explain_host(p->e, verdict, p->pool));
    if (verdict->row) {
        ml_page_printf(p->page, " (id %" APR_INT64_T_FMT ")", verdict->row->id);
    }
    ml_page_printf(p->page, ": %s\n",
                   ml_explain_verdict(p->e, verdict, p->pool));
    if (verdict->always_up2date) {
        print_field(p, "up to date", "always (always_up2date)");
    }
    if (verdict->host && verdict->host->flags & ML_HOST_CAPTIVE) {
        print_field(p, "captive", "clients in its netblocks get nobody else");
    }
    if (km >= 0) {
        print_field(p, "distance", apr_psprintf(p->pool, "%d km", km));
    }
    if (verdict->pool != ML_POOL_NONE) {
        print_pool(p, verdict);
    }
    for (i = 0; i < verdict->shown_n; i++) {
        print_field(p, "URL",
                    ml_explain_url(p->e, verdict->shown[i].url, p->pool));
    }
    print_bad_netblocks(p, verdict);
}

static int name_width(const ml_explanation_t *e, apr_pool_t *pool)
{
    int width = 0;
    apr_uint32_t i;

    for (i = 0; i < e->verdict_n; i++) {
        int len = (int)strlen(ml_explain_host(e, &e->verdicts[i], pool));

        width = len > width ? len : width;
    }
    return width < NAME_WIDTH_MAX ? width : NAME_WIDTH_MAX;
}

void ml_explain_text(ml_page_t *page, const ml_explanation_t *e)
{
    printer_t p = {e, page, name_width(e, page->pool), page->pool};
    apr_uint32_t i;

    print_request(&p);
    print_client(&p);
    print_settings(&p);
    print_answer(&p);
    if (!e->name && !e->d.lookup.refusal) {
        print_pools(&p);
    }
    for (i = 0; i < e->named_n; i++) {
        print_host(&p, &e->named[i]);
    }
}
