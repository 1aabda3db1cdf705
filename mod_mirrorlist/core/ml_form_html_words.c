/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts, and what stands behind codes and numbers.
 */
#include "ml_form_html.h"

#include <stdarg.h>

#include "apr_strings.h"

#include "ml_human.h"
#include "ml_names.h"

void ml_html_puts(ml_html_t *html, const char *markup)
{
    ml_page_puts(&html->page, markup);
}

void ml_html_printf(ml_html_t *html, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    ml_page_puts(&html->page, apr_pvsprintf(html->pool, format, values));
    va_end(values);
}

void ml_html_text(ml_html_t *html, const char *text)
{
    ml_page_escape(&html->page, text, strlen(text));
}

void ml_html_label(ml_html_t *html, ml_text_rec text)
{
    ml_page_escape(&html->page, ml_text(html->cache, text), text.len);
}

void ml_html_name(ml_html_t *html, const ml_host_rec *host)
{
    if (host->name.len > 0) {
        ml_html_label(html, host->name);
    }
    else {
        ml_html_printf(html, "host %" APR_INT64_T_FMT, host->id);
    }
}

void ml_html_country(ml_html_t *html, apr_uint32_t country_idx)
{
    ml_text_rec code;
    const char *name;

    if (country_idx == ML_NONE) {
        return;
    }
    code = html->cache->countries[country_idx].code;
    name = ml_names_country(ml_text(html->cache, code), code.len);
    if (name) {
        ml_html_puts(html, name);
    }
    else {
        ml_html_label(html, code);
    }
}

void ml_html_continent(ml_html_t *html, apr_uint32_t continent_idx)
{
    ml_text_rec code = html->cache->continents[continent_idx].code;
    const char *name = ml_names_continent(ml_text(html->cache, code), code.len);

    if (name) {
        ml_html_puts(html, name);
    }
    else {
        ml_html_label(html, code);
    }
}

void ml_html_distance(ml_html_t *html, const ml_host_rec *host,
                      const char *before)
{
    int km = ml_draw_whole_km(html->cache, html->lookup->client.place_idx,
                              host->place_idx);

    if (km > 0) {
        ml_html_printf(html, "%s%s km", before,
                       ml_human_number((apr_uint64_t)km, html->pool));
    }
    else if (km == 0) {
        ml_html_printf(html, "%snear", before);
    }
}

void ml_html_pool(ml_html_t *html, ml_pool_e pool)
{
    const ml_client_t *client = &html->lookup->client;

    switch (pool) {
    case ML_POOL_LOCATION:
        ml_html_puts(html, "The location ");
        ml_html_text(html, html->lookup->query.location);
        break;
    case ML_POOL_NETBLOCK:
        ml_html_puts(html, "Your own network");
        break;
    case ML_POOL_ASN:
        ml_html_printf(html, "Your provider's network, AS%u",
                       html->cache->asns[client->route->asn_idx].number);
        break;
    case ML_POOL_COUNTRY:
        ml_html_puts(html, html->choice->selection.fallback
                               ? "Around what you asked for"
                               : "Where you asked for");
        break;
    case ML_POOL_CLIENT_COUNTRY:
        ml_html_puts(html, "Your country, ");
        ml_html_country(html, client->country_idx);
        break;
    case ML_POOL_CONTINENT:
        ml_html_puts(html, "Your continent, ");
        ml_html_continent(html, client->continent_idx);
        break;
    case ML_POOL_GLOBAL:
        ml_html_puts(html, html->choice->pool == pool
                               ? "The whole world"
                               : "The rest of the world");
        break;
    case ML_POOL_NONE:
        break;
    }
}

void ml_html_reason(ml_html_t *html, ml_pool_e pool)
{
    switch (pool) {
    case ML_POOL_LOCATION:
        ml_html_puts(html, "You named it. All have the same chance.");
        break;
    case ML_POOL_NETBLOCK:
        ml_html_puts(html, "They name it as one that they serve; the narrower "
                           "network comes first.");
        if (html->choice->selection.captive) {
            ml_html_puts(html, " Whoever runs them wants this network to use "
                               "nobody else.");
        }
        break;
    case ML_POOL_ASN:
        ml_html_puts(html, "They serve it. All have the same chance.");
        break;
    case ML_POOL_COUNTRY:
        ml_html_puts(html, html->choice->selection.fallback
                               ? "No mirror is in the countries that you "
                                 "named; these are on their continents."
                               : "You named the countries.");
        break;
    case ML_POOL_CLIENT_COUNTRY:
        ml_html_puts(html, "Your address belongs to this country.");
        break;
    case ML_POOL_CONTINENT:
        ml_html_puts(html, "After a country come the others of its "
                           "continent.");
        break;
    case ML_POOL_GLOBAL:
        ml_html_printf(html, "Fewer than %u mirrors were found nearer.",
                       html->lookup->request->settings->minimum);
        break;
    case ML_POOL_NONE:
        break;
    }
}
