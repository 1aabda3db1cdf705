/* SPDX-License-Identifier: Apache-2.0
 *
 * An explanation for people.
 */
#include "ml_explain.h"

#include <string.h>

#include "apr_strings.h"

#include "ml_comment.h"

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
}

static void print_country(const printer_t *p)
{
    const ml_client_t *client = &p->e->d.lookup.client;
    const char *source = ml_explain_country_source(client), *of = "";
    char text[ML_ADDRESS_TEXT_LEN];
    ml_text_rec code;

    if (client->tunnelled.family != ML_ADDRESS_NONE) {
        ml_address_format(text, &client->tunnelled);
        of = apr_pstrcat(p->pool, " (of the tunnelled address ", text, ")",
                         NULL);
    }
    if (!source) {
        print_field(p, "country", apr_pstrcat(p->pool, "unknown", of, NULL));
        return;
    }
    code = p->e->d.lookup.cache->countries[client->country_idx].code;
    print_field(
        p, "country",
        apr_pstrcat(
            p->pool, ml_explain_copy(p->e->d.lookup.cache, code, p->pool),
            strcmp(source, "netblock_country") ? ", from the country database"
                                               : ", from netblock_country",
            of, NULL));
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
    int from_ip = p->e->d.lookup.query.ip
                  && p->e->d.lookup.request->settings->ip_parameter;
    char text[ML_ADDRESS_TEXT_LEN];

    if (client->address.family == ML_ADDRESS_NONE) {
        return;
    }
    ml_address_format(text, &client->address);
    ml_page_printf(p->page, "Client %s, from %s\n", text,
                   from_ip ? "ip=" : "the connection (--client)");
    print_country(p);
    print_networks(p, client->route);
}

static void print_answer(const printer_t *p)
{
    const ml_explanation_t *e = p->e;

    if (e->d.lookup.refusal) {
        ml_page_printf(p->page, "Refused with status %d: %s",
                       e->response.status,
                       ml_comment_refusal(&e->d.lookup, p->pool));
        return;
    }
    ml_page_printf(
        p->page, "Answer %d with %u host%s of %u that carry the directory\n",
        e->response.status, e->d.choice.host_n,
        e->d.choice.host_n == 1 ? "" : "s",
        e->d.choice.select.set->public_n + e->d.choice.select.set->private_n);
}

/* --- hosts ---------------------------------------------------------------- */

/* A host that a pool has taken. */
static void print_taken(const printer_t *p, const ml_verdict_t *verdict)
{
    const ml_cache_t *cache = p->e->d.lookup.cache;
    const ml_host_rec *host = &cache->hosts[verdict->row->host_idx];

    if (verdict->place) {
        ml_page_printf(p->page, "  %4u. ", verdict->place);
    }
    else {
        ml_page_puts(p->page, "     -  ");
    }
    ml_page_printf(p->page, "%-*s %6u Mbit/s", p->width,
                   ml_explain_host(p->e, verdict, p->pool), host->bandwidth);
    if (verdict->share >= 0) {
        ml_page_printf(p->page, " %5.1f %%", verdict->share * 100);
    }
    if (!verdict->place) {
        ml_page_printf(p->page, "  %s",
                       ml_explain_verdict(p->e, verdict, p->pool));
    }
    ml_page_puts(p->page, "\n");
}

static void print_pools(const printer_t *p)
{
    apr_uint32_t i = 0;
    int which;

    for (which = 0; which < ML_POOL_N; which++) {
        const char *why;
        int looked_at = ml_explain_pool(&why, p->e, (ml_pool_e)which, p->pool);

        ml_page_printf(p->page, "Pool %s: %s%s\n", ml_pools[which].name,
                       looked_at ? "" : "not looked at, ", why);
        for (; i < p->e->n && p->e->verdicts[i].pool == (ml_pool_e)which; i++) {
            print_taken(p, &p->e->verdicts[i]);
        }
    }
    ml_page_puts(p->page, i < p->e->n ? "Left out\n" : "");
    for (; i < p->e->n; i++) {
        ml_page_printf(p->page, "        %-*s %s\n", p->width,
                       ml_explain_host(p->e, &p->e->verdicts[i], p->pool),
                       ml_explain_verdict(p->e, &p->e->verdicts[i], p->pool));
    }
}

/* One host, with all that is said of it. */
static void print_host(const printer_t *p, const ml_verdict_t *verdict)
{
    const ml_cache_t *cache = p->e->d.lookup.cache;
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
    if (verdict->pool != ML_POOL_N) {
        const char *why;

        ml_explain_pool(&why, p->e, verdict->pool, p->pool);
        print_field(p, "pool",
                    apr_pstrcat(p->pool, ml_pools[verdict->pool].name, ": ",
                                why, NULL));
        print_field(
            p, "weight",
            apr_psprintf(p->pool, "%u Mbit/s",
                         cache->hosts[verdict->row->host_idx].bandwidth));
    }
    if (verdict->share >= 0) {
        print_field(
            p, "share",
            apr_psprintf(p->pool, "%.1f %% of its pool", verdict->share * 100));
    }
    for (i = 0; i < verdict->shown_n; i++) {
        print_field(p, "URL",
                    ml_explain_url(p->e, verdict->shown[i].url, p->pool));
    }
}

static int name_width(const ml_explanation_t *e, apr_pool_t *pool)
{
    int width = 0;
    apr_uint32_t i;

    for (i = 0; i < e->n; i++) {
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
    print_answer(&p);
    if (e->d.lookup.refusal) {
        return;
    }
    if (!e->host) {
        print_pools(&p);
        return;
    }
    for (i = 0; i < e->n; i++) {
        print_host(&p, &e->verdicts[i]);
    }
}
