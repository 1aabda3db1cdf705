/* SPDX-License-Identifier: Apache-2.0
 *
 * The facts of the page: what was asked, by whom, of which data.
 */
#include "ml_form_html.h"

#include <stddef.h>

#include "apr_strings.h"

#include "ml_human.h"

/* --- what ----------------------------------------------------------------- */

static void put_what(ml_html_t *html)
{
    const ml_lookup_t *l = html->lookup;

    if (!l->path) {
        ml_html_puts(html, "<bdi>");
        ml_html_label(html, l->prefix->name);
        ml_html_puts(html, "</bdi> <small><bdi>");
        ml_html_text(html, l->arch);
        ml_html_puts(html, "</bdi></small>");
    }
    else if (*l->file) {
        ml_html_text(html, l->file);
    }
    else {
        ml_html_label(html, l->directory->name);
    }
}

static void put_where(ml_html_t *html)
{
    const ml_lookup_t *l = html->lookup;
    ml_text_rec name = l->directory->name;

    ml_html_puts(html, "<p class=\"path\">");
    if (!l->path
        && (strlen(l->repo) != l->prefix->name.len
            || memcmp(l->repo, ml_text(html->cache, l->prefix->name),
                      l->prefix->name.len))) {
        ml_html_text(html, l->repo);
        ml_html_puts(html, " leads here. ");
    }
    if (!l->path || *l->file) {
        ml_html_label(html, name);
        ml_html_puts(html, "/");
        if (!l->path) {
            ml_html_text(html, l->file);
        }
    }
    ml_html_puts(html, "</p>\n");
}

static void put_network(ml_html_t *html)
{
    const ml_route_rec *route = html->lookup->client.route;
    apr_uint32_t netblock_idx = route->netblock_idx;

    if (netblock_idx == ML_NONE && route->asn_idx == ML_NONE) {
        ml_html_puts(html, "<dd>No mirror names your network.</dd>");
    }
    if (netblock_idx != ML_NONE) {
        ml_html_puts(html, "<dd>");
        ml_html_label(html, html->cache->netblocks[netblock_idx].network);
        ml_html_puts(html, "</dd>");
    }
    if (route->asn_idx != ML_NONE) {
        ml_html_printf(html, "<dd>AS%u</dd>",
                       html->cache->asns[route->asn_idx].number);
    }
}

static void put_client(ml_html_t *html)
{
    const ml_client_t *client = &html->lookup->client;
    char text[ML_ADDRESS_TEXT_LEN];

    ml_html_printf(html, "<div><dt>You%s</dt><dd class=\"main\">",
                   html->lookup->query.ip
                           && html->lookup->request->settings->ip_parameter
                       ? ", as ip= says"
                       : "");
    if (client->address.family == ML_ADDRESS_NONE) {
        ml_html_puts(html, "not known</dd></div>\n");
        return;
    }
    ml_address_format(text, &client->address);
    ml_html_printf(html, "%s</dd><dd>", text);
    if (client->country_idx != ML_NONE) {
        ml_html_country(html, client->country_idx);
    }
    else if (client->continent_idx != ML_NONE) {
        ml_html_continent(html, client->continent_idx);
    }
    else {
        ml_html_puts(html, "No country is known.");
    }
    ml_html_puts(html, "</dd>");
    put_network(html);
    ml_html_puts(html, "</div>\n");
}

/* What else was wished, spelt as it is asked. */
void ml_html_wishes(ml_html_t *html, const char *title)
{
    static const struct {
        const char *name;
        apr_size_t off; /* in ml_query_t */
    } wishes[] = {
#define WISH(field) {#field, offsetof(ml_query_t, field)}
        WISH(country),  WISH(exclude_country), WISH(fallback), WISH(location),
        WISH(netblock), WISH(protocol),        WISH(limit),    WISH(ipv),
#undef WISH
    };
    const char *before =
        apr_pstrcat(html->pool, "<div><dt>", title, "</dt>", NULL);
    apr_size_t i;

    for (i = 0; i < sizeof(wishes) / sizeof(*wishes); i++) {
        const char *value =
            *(const char *const *)((const char *)&html->lookup->query
                                   + wishes[i].off);

        if (value) {
            ml_html_printf(html, "%s<dd><code>%s=", before, wishes[i].name);
            ml_html_text(html, value);
            ml_html_puts(html, "</code></dd>");
            before = "";
        }
    }
    if (!*before) {
        ml_html_puts(html, "</div>\n");
    }
}

void ml_html_data(ml_html_t *html)
{
    apr_int64_t created_s = html->cache->header->created_s;
    apr_int64_t age_s = html->lookup->request->now_s - created_s;

    ml_html_printf(
        html,
        "<div><dt>Data</dt><dd class=\"main\">%s%s</dd>"
        "<dd>made %s</dd></div>\n",
        age_s < 0 ? "of the future" : ml_human_duration(age_s, html->pool),
        age_s < 0 ? "" : " old", ml_human_date(created_s, html->pool));
}

/* How many mirrors each pool has given. */
static void put_pools(ml_html_t *html)
{
    apr_uint32_t i, n;

    ml_html_printf(html,
                   "<div><dt>Mirrors for you</dt><dd class=\"main\">%u</dd>",
                   html->mirror_n);
    for (i = 0; i < html->mirror_n; i += n) {
        ml_pool_e pool = html->mirrors[i].pool;

        n = 1;
        while (i + n < html->mirror_n && html->mirrors[i + n].pool == pool) {
            n++;
        }
        ml_html_printf(html, "<dd>%u &#183; ", n);
        ml_html_pool(html, pool);
        ml_html_puts(html, "</dd>");
    }
    ml_html_puts(html, "</div>\n");
}

void ml_html_heading(ml_html_t *html)
{
    ml_html_puts(html, "<section class=\"what\">\n<h1>");
    put_what(html);
    ml_html_puts(html, "</h1>\n");
    put_where(html);
    ml_html_puts(html, "</section>\n");
}

void ml_html_facts(ml_html_t *html)
{
    ml_html_puts(html, "<dl class=\"facts\">\n");
    put_client(html);
    put_pools(html);
    ml_html_wishes(html, "Your wishes");
    ml_html_data(html);
    ml_html_puts(html, "</dl>\n");
}
