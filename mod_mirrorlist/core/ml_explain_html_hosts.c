/* SPDX-License-Identifier: Apache-2.0
 *
 * The hosts on the page of an explanation: one with all that is known of it,
 * and all of them with what became of each.
 */
#include "ml_explain_html.h"

#include "apr_strings.h"

#include "ml_human.h"
#include "ml_text.h"

static void put_mark(ml_html_t *html, const char *mark)
{
    ml_html_printf(html, " <b class=\"private\">%s</b>", mark);
}

static void put_marks(ml_html_t *html, const ml_verdict_t *verdict)
{
    if (verdict->row->flags & ML_ROW_PRIVATE) {
        put_mark(html, "private");
    }
    if (verdict->host && verdict->host->flags & ML_HOST_CAPTIVE) {
        put_mark(html, "captive");
    }
}

/* --- one host ------------------------------------------------------------- */

void ml_explain_html_sentence(ml_explain_page_t *page,
                              const ml_verdict_t *verdict)
{
    ml_html_t *html = &page->html;
    const char *name = ml_explain_host(page->e, verdict, html->pool);

    if (verdict->why == ML_WHY_UNKNOWN) {
        ml_html_puts(html, "There is no mirror ");
        ml_html_text(html, name);
        return;
    }
    ml_html_puts(html, "<bdi>");
    ml_html_text(html, name);
    ml_html_puts(html, verdict->place ? "</bdi> is listed: "
                                      : "</bdi> is not listed \u2014 ");
    ml_html_text(html, ml_explain_verdict(page->e, verdict, html->pool));
}

static void put_fact(ml_html_t *html, const char *name, const char *value)
{
    ml_html_printf(html, "<div><dt>%s</dt><dd>", name);
    ml_html_text(html, value);
    ml_html_puts(html, "</dd></div>\n");
}

/* With as many digits as say something. */
static const char *weight_of(const ml_explain_page_t *page,
                             const ml_verdict_t *verdict)
{
    double weight = ml_explain_weight(page->e, verdict);

    return weight < 100
               ? apr_psprintf(page->html.pool, "%.2f", weight)
               : ml_human_number((apr_uint64_t)weight, page->html.pool);
}

static void put_weight(ml_explain_page_t *page, const ml_verdict_t *verdict)
{
    ml_html_t *html = &page->html;
    const char *why;

    ml_explain_pool(&why, page->e, verdict->pool, html->pool);
    put_fact(
        html, "Pool",
        apr_pstrcat(html->pool, ml_pools[verdict->pool].name, ": ", why, NULL));
    put_fact(
        html, "Bandwidth",
        apr_psprintf(html->pool, "%s Mbit/s",
                     ml_human_number(verdict->host->bandwidth, html->pool)));
    if (verdict->share < 0) {
        return;
    }
    if (html->choice->select.draw.nearness > 0) {
        put_fact(html, "Weight",
                 apr_pstrcat(html->pool, weight_of(page, verdict),
                             ", after its distance", NULL));
    }
    ml_html_puts(html, "<div><dt>Share</dt><dd>");
    ml_html_share(html, verdict->share);
    ml_html_puts(html, " of the first places in its pool</dd></div>\n");
}

static void put_urls(ml_explain_page_t *page, const ml_verdict_t *verdict)
{
    ml_html_t *html = &page->html;
    apr_uint32_t i;

    for (i = 0; i < verdict->shown_n; i++) {
        ml_html_puts(html, "<div><dt>URL</dt><dd>");
        ml_html_url(html, verdict->shown[i].url, page->e->tails, 1);
        ml_html_puts(html, "</dd></div>\n");
    }
}

static void put_bad_netblocks(ml_explain_page_t *page,
                              const ml_verdict_t *verdict)
{
    ml_html_t *html = &page->html;
    const ml_bad_netblock_rec *bad;
    apr_uint32_t n = ml_explain_bad_netblocks(&bad, page->e, verdict), i;

    ml_html_puts(html,
                 n > 0 ? "<p>Netblocks that could not be used:</p>\n" : "");
    for (i = 0; i < n; i++) {
        ml_html_puts(html, "<p class=\"bad\">");
        ml_html_label(html, bad[i].sentence);
        ml_html_puts(html, "</p>\n");
    }
}

static void put_named(ml_explain_page_t *page, const ml_verdict_t *verdict)
{
    const ml_host_rec *host = verdict->host;
    ml_html_t *html = &page->html;

    ml_html_puts(html, "<section class=\"first\"><h2>");
    ml_html_text(html, ml_explain_host(page->e, verdict, html->pool));
    put_marks(html, verdict);
    ml_html_puts(html, "</h2>\n<dl>\n");
    put_fact(html, "Id",
             apr_psprintf(html->pool, "%" APR_INT64_T_FMT, verdict->row->id));
    if (host && host->country_idx != ML_NONE) {
        ml_html_puts(html, "<div><dt>Country</dt><dd>");
        ml_html_country(html, host->country_idx);
        ml_html_distance(html, host, " &#183; ");
        ml_html_puts(html, "</dd></div>\n");
    }
    if (verdict->member != ML_NONE) {
        put_fact(html, "Up to date",
                 verdict->always_up2date ? "always (always_up2date)"
                                         : "as the crawler saw it");
    }
    if (verdict->pool != ML_POOL_NONE) {
        put_weight(page, verdict);
    }
    put_urls(page, verdict);
    ml_html_puts(html, "</dl>\n");
    put_bad_netblocks(page, verdict);
    ml_html_puts(html, "</section>\n");
}

void ml_explain_html_named(ml_explain_page_t *page)
{
    apr_uint32_t i;

    for (i = 0; i < page->e->named_n; i++) {
        if (page->e->named[i].row) {
            put_named(page, &page->e->named[i]);
        }
    }
}

/* --- all of them ---------------------------------------------------------- */

/* By its id where there is no name that could be asked for. */
static void put_name(ml_explain_page_t *page, const ml_verdict_t *verdict)
{
    ml_html_t *html = &page->html;
    const char *name = ml_explain_host(page->e, verdict, html->pool);

    ml_html_printf(html, "<a href=\"%s", page->link);
    if (verdict->row->name.len > 0) {
        ml_html_text(html, ml_text_escape_value(name, html->pool));
    }
    else {
        ml_html_printf(html, "%" APR_INT64_T_FMT, verdict->row->id);
    }
    ml_html_puts(html, "\">");
    ml_html_text(html, name);
    ml_html_puts(html, "</a>");
    put_marks(html, verdict);
}

static void put_bandwidth(ml_html_t *html, const ml_host_rec *host)
{
    ml_html_printf(html, "%s Mbit/s",
                   ml_human_number(host->bandwidth, html->pool));
}

static int is_named(const ml_explain_page_t *page, const ml_verdict_t *verdict)
{
    apr_uint32_t i;

    for (i = 0; i < page->e->named_n; i++) {
        if (page->e->named[i].row == verdict->row) {
            return 1;
        }
    }
    return 0;
}

static void put_start(ml_explain_page_t *page, const ml_verdict_t *verdict)
{
    ml_html_t *html = &page->html;

    ml_html_puts(html, is_named(page, verdict) ? "<tr class=\"hit\">"
                       : verdict->place        ? "<tr>"
                                               : "<tr class=\"out\">");
    if (verdict->place) {
        ml_html_printf(html, "<th data-n=\"%u\">", verdict->place);
    }
    else {
        ml_html_puts(html, "<th>");
    }
    put_name(page, verdict);
    ml_html_puts(html, "</th><td>");
    if (verdict->host) {
        ml_html_country(html, verdict->host->country_idx);
    }
    ml_html_puts(html, "</td><td>");
    if (verdict->host) {
        ml_html_distance(html, verdict->host, "");
    }
    ml_html_puts(html, "</td>");
}

static void put_row(ml_explain_page_t *page, const ml_verdict_t *verdict,
                    double most)
{
    ml_html_t *html = &page->html;

    put_start(page, verdict);
    if (verdict->share >= 0) {
        ml_html_printf(html, "<td style=\"--s:%.0f%%\">",
                       100 * verdict->share / most);
        ml_html_share(html, verdict->share);
        ml_html_puts(html, "</td><td>");
    }
    else {
        ml_html_puts(html, "<td></td><td>");
    }
    put_bandwidth(html, verdict->host);
    if (verdict->share >= 0 && html->choice->select.draw.nearness > 0) {
        ml_html_printf(html, ", weighs %s", weight_of(page, verdict));
    }
    if (verdict->why != ML_WHY_LISTED) {
        ml_html_puts(html, "; ");
        ml_html_text(html, ml_explain_verdict(page->e, verdict, html->pool));
    }
    ml_html_puts(html, "</td></tr>\n");
}

static void put_pool_heading(ml_explain_page_t *page, ml_pool_e which)
{
    ml_html_t *html = &page->html;
    const char *why;
    int looked_at = ml_explain_pool(&why, page->e, which, html->pool);

    ml_html_printf(html,
                   "<tbody>\n<tr class=\"pool\"><th colspan=\"5\" "
                   "scope=\"rowgroup\">%s <code>%s</code> <small>%s",
                   ml_pools[which].title, ml_pools[which].name,
                   looked_at ? "" : "not looked at, ");
    ml_html_text(html, why);
    ml_html_puts(html, "</small></th></tr>\n");
}

static void start_table(ml_html_t *html, const char *heading, const char *share,
                        const char *last)
{
    ml_html_printf(html,
                   "<section class=\"list why\"><h2>%s</h2>\n<table>\n"
                   "<thead><tr><th>Mirror</th><th>Country</th>"
                   "<th>Distance</th><th>%s</th><th>%s</th></tr></thead>\n",
                   heading, share, last);
}

void ml_explain_html_pools(ml_explain_page_t *page)
{
    const ml_verdict_t *next = page->e->verdicts, *verdict;
    const ml_verdict_t *end = next + page->e->verdict_n;
    int which;

    start_table(&page->html, "The pools, in their order", "Comes first",
                "Bandwidth, and why it is not shown");
    for (which = 0; which < ML_POOL_N; which++) {
        double most = 0;

        put_pool_heading(page, (ml_pool_e)which);
        for (verdict = next; verdict < end && verdict->pool == (ml_pool_e)which;
             verdict++) {
            most = verdict->share > most ? verdict->share : most;
        }
        for (; next < verdict; next++) {
            put_row(page, next, most);
        }
        ml_html_puts(&page->html, "</tbody>\n");
    }
    ml_html_puts(&page->html, "</table>\n</section>\n");
}

/* Whether it is among those that one reason keeps out of all pools. */
static int is_out(const ml_verdict_t *verdict, ml_why_e why)
{
    return verdict->pool == ML_POOL_NONE && verdict->why == why;
}

static void put_reason_heading(ml_html_t *html, ml_why_e why, int n)
{
    char *words = apr_pstrdup(html->pool, ml_explain_reason(why)), *c;

    for (c = words; *c; c++) {
        *c = *c == '_' ? ' ' : *c;
    }
    ml_html_printf(html,
                   "<tbody>\n<tr class=\"pool\"><th colspan=\"5\" "
                   "scope=\"rowgroup\">%s <small>%d %s</small></th></tr>\n",
                   words, n, n == 1 ? "mirror" : "mirrors");
}

static void put_reason(ml_explain_page_t *page, ml_why_e why)
{
    const ml_verdict_t *verdicts = page->e->verdicts;
    apr_uint32_t n = page->e->verdict_n, i;
    ml_html_t *html = &page->html;
    int out = 0;

    for (i = 0; i < n; i++) {
        out += is_out(&verdicts[i], why);
    }
    if (out == 0) {
        return;
    }
    put_reason_heading(html, why, out);
    for (i = 0; i < n; i++) {
        if (is_out(&verdicts[i], why)) {
            put_start(page, &verdicts[i]);
            ml_html_puts(html, "<td>");
            if (verdicts[i].host) {
                put_bandwidth(html, verdicts[i].host);
            }
            ml_html_puts(html, "</td><td>");
            ml_html_text(html,
                         ml_explain_verdict(page->e, &verdicts[i], html->pool));
            ml_html_puts(html, "</td></tr>\n");
        }
    }
    ml_html_puts(html, "</tbody>\n");
}

void ml_explain_html_others(ml_explain_page_t *page)
{
    const ml_explanation_t *e = page->e;
    int why;

    if (e->verdict_n == 0
        || e->verdicts[e->verdict_n - 1].pool != ML_POOL_NONE) {
        return;
    }
    start_table(&page->html, "In no pool, by reason", "Bandwidth", "Why");
    for (why = 0; why < ML_WHY_N; why++) {
        put_reason(page, (ml_why_e)why);
    }
    ml_html_puts(&page->html, "</table>\n</section>\n");
}
