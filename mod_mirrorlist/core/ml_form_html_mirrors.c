/* SPDX-License-Identifier: Apache-2.0
 *
 * The mirrors of the page: the first one, then all of them, pool by pool.
 */
#include "ml_form_html.h"

#include "apr_strings.h"

#include "ml_human.h"

void ml_html_share(ml_html_t *html, double share)
{
    ml_html_printf(html, share < .0005 ? "&lt; 0.1 %%" : "%.1f %%",
                   100 * share);
}

static void put_private(ml_html_t *html, const ml_host_rec *host)
{
    if (host->flags & ML_HOST_PRIVATE) {
        ml_html_puts(html, " <b class=\"private\">private</b>");
    }
}

/* Only what browsers and downloaders know becomes a link: a mirror's scheme
 * may be anything, `javascript` too. */
void ml_html_url(ml_html_t *html, const ml_url_rec *url, const ml_tail_t *tails,
                 int whole)
{
    const char *text = ml_render_url(html->cache, url, tails, html->pool);
    int links = url->scheme_idx < ML_SCHEME_OTHER;

    ml_html_puts(html, links ? "<a href=\"" : "<span title=\"");
    ml_html_text(html, text);
    ml_html_puts(html, "\">");
    if (whole) {
        ml_html_text(html, text);
    }
    else {
        ml_html_label(html, html->cache->schemes[url->scheme_idx].name);
    }
    ml_html_puts(html, links ? "</a>" : "</span>");
}

static void put_urls(ml_html_t *html, const ml_shown_t *shown, apr_uint32_t n,
                     const ml_tail_t *tails)
{
    apr_uint32_t i;

    for (i = 0; i < n; i++) {
        ml_html_puts(html, i > 0 ? " " : "");
        ml_html_url(html, shown[i].url, tails, 0);
    }
}

/* --- the first ------------------------------------------------------------ */

static void put_chance(ml_html_t *html, const ml_html_mirror_t *mirror)
{
    const ml_request_t *request = html->lookup->request;
    apr_int64_t stable_s = request->settings->stable_s;

    ml_html_puts(html, "<p class=\"soft\">");
    if (mirror->share >= 0 && mirror->share < 1) {
        ml_html_puts(html, "Chance chose it, as in ");
        ml_html_share(html, mirror->share);
        ml_html_puts(html, " of such answers. ");
    }
    if (stable_s > 0
        && html->lookup->client.address.family != ML_ADDRESS_NONE) {
        ml_html_printf(html, "Your network keeps this order until %s.",
                       ml_human_date((request->now_s / stable_s + 1) * stable_s,
                                     html->pool));
    }
    ml_html_puts(html, "</p>\n");
}

void ml_html_first(ml_html_t *html)
{
    const ml_host_set_rec *set = html->choice->select.set;
    const ml_html_mirror_t *mirror = html->mirrors;
    const ml_tail_t *tails = ml_render_tails(html->lookup, 0, "", html->pool);

    if (html->mirror_n == 0) {
        ml_html_printf(html,
                       "<section class=\"first\"><h2>No mirror</h2>\n<p>%s</p>"
                       "\n</section>\n",
                       set->public_n + set->private_n == 0
                           ? "Nobody has it at the moment."
                           : "There are mirrors that have it, but none that "
                             "your question allows.");
        return;
    }
    ml_html_puts(html, "<section class=\"first\"><h2>Begin with</h2>\n"
                       "<p class=\"name\">");
    ml_html_name(html, mirror->host);
    put_private(html, mirror->host);
    ml_html_puts(html, "</p>\n<p>");
    ml_html_country(html, mirror->host->country_idx);
    ml_html_distance(html, mirror->host, " &#183; ");
    ml_html_puts(html, "</p>\n<p class=\"url\">");
    ml_html_url(html, mirror->shown->url, tails, 1);
    ml_html_puts(html, "</p>\n");
    if (mirror->url_n > 1) {
        ml_html_puts(html, "<p class=\"urls\">or by ");
        put_urls(html, mirror->shown + 1, mirror->url_n - 1, tails);
        ml_html_puts(html, "</p>\n");
    }
    put_chance(html, mirror);
    ml_html_puts(html, "</section>\n");
}

/* --- all ------------------------------------------------------------------ */

static void put_row(ml_html_t *html, const ml_html_mirror_t *mirror,
                    double most, const ml_tail_t *tails)
{
    ml_html_puts(html, "<tr><th>");
    ml_html_name(html, mirror->host);
    put_private(html, mirror->host);
    ml_html_puts(html, "</th><td>");
    ml_html_country(html, mirror->host->country_idx);
    ml_html_puts(html, "</td><td>");
    ml_html_distance(html, mirror->host, "");
    if (mirror->share < 0) {
        ml_html_puts(html, "</td><td></td><td>");
    }
    else {
        ml_html_printf(html, "</td><td style=\"--s:%.0f%%\">",
                       100 * mirror->share / most);
        ml_html_share(html, mirror->share);
        ml_html_puts(html, "</td><td>");
    }
    put_urls(html, mirror->shown, mirror->url_n, tails);
    ml_html_puts(html, "</td></tr>\n");
}

/* The mirrors of one pool, beginning with `first`; what is behind them. */
static const ml_html_mirror_t *
put_pool(ml_html_t *html, const ml_html_mirror_t *first, const ml_tail_t *tails)
{
    const ml_html_mirror_t *end = first, *mirror;
    double most = 0;

    while (end < html->mirrors + html->mirror_n && end->pool == first->pool) {
        most = end->share > most ? end->share : most;
        end++;
    }
    ml_html_puts(html, "<tbody>\n<tr class=\"pool\"><th colspan=\"5\" "
                       "scope=\"rowgroup\">");
    ml_html_pool(html, first->pool);
    ml_html_printf(html, " <small>%d %s. ", (int)(end - first),
                   end - first == 1 ? "mirror" : "mirrors");
    ml_html_reason(html, first->pool);
    ml_html_puts(html, "</small></th></tr>\n");
    for (mirror = first; mirror < end; mirror++) {
        put_row(html, mirror, most, tails);
    }
    ml_html_puts(html, "</tbody>\n");
    return end;
}

void ml_html_mirrors(ml_html_t *html)
{
    const ml_html_mirror_t *mirror = html->mirrors;
    const ml_html_mirror_t *end = mirror + html->mirror_n;
    const ml_tail_t *tails = ml_render_tails(html->lookup, 0, "", html->pool);

    if (mirror == end) {
        return;
    }
    ml_html_puts(html,
                 "<section class=\"list\" id=\"mirrors\"><h2>All mirrors, in "
                 "their order</h2>\n<p class=\"soft\">In a group chance "
                 "decides: with more bandwidth");
    ml_html_puts(html, html->choice->select.draw.nearness > 0
                           ? " and nearer to you"
                           : "");
    ml_html_puts(html, ", a mirror comes first more "
                       "often.</p>\n<table>\n<thead><tr><th>Mirror</th>"
                       "<th>Country</th><th>Distance</th><th>Comes first</th>"
                       "<th>Links</th></tr></thead>\n");
    while (mirror < end) {
        mirror = put_pool(html, mirror, tails);
    }
    ml_html_puts(html, "</table>\n</section>\n");
}
