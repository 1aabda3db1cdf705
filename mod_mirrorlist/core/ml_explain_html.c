/* SPDX-License-Identifier: Apache-2.0
 *
 * An explanation for people who would rather look: the answer to their question
 * first, then whose question it was, and what came of it.
 */
#include "ml_explain_html.h"

#include "apr_strings.h"

#include "ml_human.h"
#include "ml_text.h"

/* Beside the styles of the page of mirrors. */
static const char style[] =
    "<style>\n"
    ".why tbody th::before{content:attr(data-n)}\n"
    ".why .pool th{padding-top:.8rem}\n"
    ".why .pool th::before{content:none}\n"
    ".why .pool th::first-letter{text-transform:uppercase}\n"
    ".why .pool code{font-weight:400;color:var(--soft)}\n"
    ".why th a{color:inherit;text-decoration-color:var(--edge)}\n"
    ".why .out td,.why .out th{color:var(--soft);font-weight:400}\n"
    ".why tr.hit{background:var(--tint)}\n"
    ".first dl>div{display:grid;grid-template-columns:6.2rem 1fr;"
    "padding:.25rem 0;align-items:baseline}\n"
    ".bad{border-left:.25rem solid var(--warn);padding-left:.7rem}\n"
    "select{font:inherit;color:inherit;background:var(--page);width:100%;"
    "border:1px solid var(--edge);border-radius:.4rem;padding:.45rem .6rem}\n"
    "@media(min-width:40rem){.facts{grid-template-columns:"
    "repeat(auto-fit,minmax(17.5rem,1fr))}"
    ".why thead th:first-child{width:36%}}\n"
    "@media(min-width:64rem){.why td:last-child{width:40%}}\n"
    "</style>\n";

/* --- the question --------------------------------------------------------- */

static void put_fact(ml_html_t *html, const char *name, const char *value)
{
    ml_html_printf(html, "<dd><small>%s</small> ", name);
    ml_html_text(html, value);
    ml_html_puts(html, "</dd>");
}

static void put_question(ml_explain_page_t *page)
{
    const ml_lookup_t *l = &page->e->d.lookup;
    const char *target = ml_explain_redirect(l, page->html.pool);
    ml_html_t *html = &page->html;
    apr_uint32_t i;

    ml_html_printf(html, "<div><dt>Question</dt><dd class=\"main\">%s</dd>",
                   l->redirects                          ? "redirect"
                   : l->endpoint == ML_ENDPOINT_METALINK ? "metalink"
                                                         : "mirrorlist");
    if (target) {
        put_fact(html, "leads to", target);
    }
    if (l->directory) {
        put_fact(html, "in",
                 ml_explain_copy(l->cache, l->directory->name, html->pool));
    }
    if (l->directory && *l->file) {
        put_fact(html, "file", l->file);
    }
    for (i = 0; l->directory && i < l->directory->subpath_n; i++) {
        apr_uint32_t idx =
            l->cache->subpaths[l->directory->subpath_first + i].category_idx;
        ml_text_rec name = l->cache->categories[idx].name;

        put_fact(html, "category",
                 name.len ? ml_explain_copy(l->cache, name, html->pool)
                          : "without a name");
    }
    ml_html_puts(html, "</div>\n");
}

static void put_country(ml_explain_page_t *page)
{
    const ml_client_t *client = &page->e->d.lookup.client;
    const char *source = ml_explain_country_source(client);
    ml_html_t *html = &page->html;

    if (!source) {
        ml_html_puts(html, "<dd>country unknown</dd>");
        return;
    }
    ml_html_puts(html, "<dd>");
    ml_html_country(html, client->country_idx);
    ml_html_printf(html, " <small>by %s</small></dd>",
                   strcmp(source, "netblock_country") ? "the country database"
                                                      : "netblock_country");
}

static void put_place(ml_explain_page_t *page)
{
    const ml_client_t *client = &page->e->d.lookup.client;
    const char *place = ml_explain_place(page->e, page->html.pool);
    ml_html_t *html = &page->html;

    if (client->continent_idx != ML_NONE) {
        ml_html_puts(html, "<dd>");
        ml_html_continent(html, client->continent_idx);
        ml_html_puts(html, "</dd>");
    }
    if (place) {
        ml_html_printf(html, "<dd>%s%s</dd>", place,
                       strcmp(ml_explain_place_source(client), "country")
                           ? ""
                           : " <small>the country's middle</small>");
    }
}

static void put_networks(ml_explain_page_t *page)
{
    const ml_route_rec *route = page->e->d.lookup.client.route;
    ml_html_t *html = &page->html;
    apr_uint32_t idx = route->netblock_idx;

    if (route->asn_idx != ML_NONE) {
        ml_html_printf(html, "<dd><small>ASN</small> %u</dd>",
                       html->cache->asns[route->asn_idx].number);
    }
    for (; idx != ML_NONE; idx = html->cache->netblocks[idx].parent_idx) {
        put_fact(html, "netblock",
                 ml_explain_copy(html->cache,
                                 html->cache->netblocks[idx].network,
                                 html->pool));
    }
    if (route->asn_idx == ML_NONE && route->netblock_idx == ML_NONE) {
        ml_html_puts(html, "<dd>in no mirror's network</dd>");
    }
}

static void put_client(ml_explain_page_t *page)
{
    const ml_client_t *client = &page->e->d.lookup.client;
    ml_html_t *html = &page->html;
    char text[ML_ADDRESS_TEXT_LEN];

    ml_html_puts(html, "<div><dt>Client</dt><dd class=\"main\">");
    if (client->address.family == ML_ADDRESS_NONE) {
        ml_html_puts(html, "not known</dd></div>\n");
        return;
    }
    ml_address_format(text, &client->address);
    ml_html_printf(html, "%s</dd><dd><small>from %s</small></dd>", text,
                   ml_explain_is_from_ip(page->e) ? "ip=" : "the connection");
    if (client->tunnelled.family != ML_ADDRESS_NONE) {
        ml_address_format(text, &client->tunnelled);
        put_fact(html, "tunnelled", text);
    }
    put_country(page);
    put_place(page);
    put_networks(page);
    ml_html_puts(html, "</div>\n");
}

static void put_setting(ml_html_t *html, const char *value,
                        const char *directive)
{
    ml_html_puts(html, "<dd>");
    ml_html_text(html, value);
    ml_html_printf(html, " <small>%s</small></dd>", directive);
}

static void put_settings(ml_explain_page_t *page)
{
    const ml_settings_t *settings = page->e->d.lookup.request->settings;
    apr_int64_t until_s = ml_explain_stable_until(page->e);
    ml_html_t *html = &page->html;
    apr_pool_t *pool = html->pool;

    ml_html_puts(html, "<div><dt>Settings</dt>");
    put_setting(html, apr_psprintf(pool, "at least %u", settings->minimum),
                "MirrorlistMinimum");
    if (settings->maximum) {
        put_setting(html, apr_psprintf(pool, "at most %u", settings->maximum),
                    "MirrorlistMaximum");
    }
    if (settings->nearest_km) {
        put_setting(html,
                    apr_psprintf(pool, "half at %s km",
                                 ml_human_number(settings->nearest_km, pool)),
                    "MirrorlistNearest");
    }
    if (until_s) {
        put_setting(html,
                    apr_psprintf(pool, "%s has one order until %s",
                                 ml_explain_stable_network(page->e, pool),
                                 ml_human_date(until_s, pool)),
                    "MirrorlistStableOrder");
    }
    if (settings->schemes) {
        put_setting(html, ml_explain_schemes(page->e, pool),
                    "MirrorlistSchemes");
    }
    if (!settings->ip_parameter) {
        put_setting(html, "ip= is ignored", "MirrorlistIpParameter");
    }
    ml_html_puts(html, "</div>\n");
}

static void put_answer(ml_explain_page_t *page)
{
    const ml_host_set_rec *set = page->e->d.choice.select.set;

    ml_html_printf(&page->html,
                   "<div><dt>Answer</dt><dd class=\"main\">%u listed</dd>"
                   "<dd>%u carry the directory</dd>"
                   "<dd><small>status</small> %d</dd></div>\n",
                   ml_explain_host_n(page->e), set->public_n + set->private_n,
                   page->e->response.status);
}

static void put_facts(ml_explain_page_t *page)
{
    ml_html_puts(&page->html, "<dl class=\"facts\">\n");
    if (page->html.choice) {
        put_answer(page);
    }
    put_client(page);
    put_question(page);
    ml_html_wishes(&page->html, "Wishes");
    put_settings(page);
    ml_html_data(&page->html);
    ml_html_puts(&page->html, "</dl>\n");
}

/* --- another question ----------------------------------------------------- */

static void put_form(ml_explain_page_t *page, int by_path)
{
    const ml_lookup_t *l = &page->e->d.lookup;
    int is_list = l->endpoint == ML_ENDPOINT_MIRRORLIST;
    ml_html_t *html = &page->html;

    ml_html_printf(html,
                   "<section class=\"ask\"><h2>Ask about a %s</h2>\n"
                   "<form>\n",
                   by_path ? "file or folder" : "repository");
    ml_html_field(html, "Mirror <small>its name, or a URL's host</small>",
                  "host", page->e->name, "");
    if (by_path) {
        ml_html_field(html, "File or folder", "path", l->path,
                      " required=\"required\"");
    }
    else {
        ml_html_field(html, "Repository", "repo", l->repo,
                      " required=\"required\"");
        ml_html_field(html, "Arch", "arch", l->arch, " required=\"required\"");
    }
    if (l->request->settings->ip_parameter) {
        ml_html_field(html, "Client's address", "ip", l->query.ip, "");
    }
    ml_html_field(html, "Country <small>or several: DE,FR</small>", "country",
                  l->query.country, "");
    ml_html_printf(html,
                   "<label><span>Answer</span><select name=\"endpoint\">"
                   "<option value=\"metalink\"%s>metalink</option>"
                   "<option value=\"mirrorlist\"%s>mirrorlist</option>"
                   "</select></label>\n<button>Explain</button>\n</form>\n"
                   "</section>\n",
                   is_list ? "" : " selected=\"selected\"",
                   is_list ? " selected=\"selected\"" : "");
}

static void put_forms(ml_explain_page_t *page)
{
    const ml_lookup_t *l = &page->e->d.lookup;

    if (!l->path) {
        put_form(page, 0);
    }
    if (l->path || !l->repo) {
        put_form(page, 1);
    }
}

/* --- the document --------------------------------------------------------- */

/* The answer to the question, as a heading; others that it is about below. */
static void put_heading(ml_explain_page_t *page)
{
    const ml_explanation_t *e = page->e;
    ml_html_t *html = &page->html;
    apr_uint32_t i;

    ml_html_puts(html, "<section class=\"what\">\n<h1>");
    if (e->d.lookup.refusal == ML_REFUSAL_NOTHING_ASKED) {
        ml_html_puts(html, "Why is a mirror listed, or not?");
    }
    else if (e->d.lookup.refusal) {
        ml_html_printf(html, "Refused with status %d", e->response.status);
    }
    else if (e->named_n == 1) {
        ml_explain_html_sentence(page, e->named);
    }
    else if (e->named_n > 1) {
        ml_html_printf(html, "%u mirrors are ", e->named_n);
        ml_html_text(html, e->name);
    }
    else {
        ml_html_printf(html, "%u of %u mirrors are listed",
                       ml_explain_host_n(e), e->verdict_n);
    }
    ml_html_puts(html, "</h1>\n");
    for (i = 0; e->named_n > 1 && i < e->named_n; i++) {
        ml_html_puts(html, "<p class=\"sentence\">");
        ml_explain_html_sentence(page, &e->named[i]);
        ml_html_puts(html, "</p>\n");
    }
    if (e->d.lookup.refusal == ML_REFUSAL_NOTHING_ASKED) {
        ml_html_puts(html, "<p>Ask about a repository, or about a file or a "
                           "folder, and see what becomes of each mirror.</p>"
                           "\n");
    }
    else if (e->d.lookup.refusal) {
        ml_html_puts(html, "<p class=\"sentence\">");
        ml_html_text(html, ml_html_refusal(&e->d.lookup, html->pool));
        ml_html_puts(html, "</p>\n");
    }
    ml_html_puts(html, "<p class=\"path\">");
    ml_html_text(html, ml_text_escape(e->target, strlen(e->target),
                                      ML_ESCAPE_BASE, html->pool));
    ml_html_puts(html, "</p>\n</section>\n");
}

static void put_footer(ml_explain_page_t *page)
{
    static const char *const forms[] = {"text", "json"};
    ml_html_t *html = &page->html;
    apr_size_t i;

    ml_html_puts(html, "</main>\n<footer><p>For machines:");
    for (i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
        ml_html_printf(html, " <a href=\"%s", page->link);
        if (page->e->name) {
            ml_html_text(html, ml_text_escape_value(page->e->name, html->pool));
        }
        ml_html_printf(html, "&amp;format=%s\">%s</a>", forms[i], forms[i]);
    }
    ml_html_puts(html, "</p><p>mod_mirrorlist</p></footer>\n"
                       "</body>\n</html>\n");
}

/* "?QUESTION&amp;endpoint=mirrorlist&amp;host=" */
static const char *link_of(const ml_lookup_t *l, apr_pool_t *pool)
{
    const char *query = l->request->query;
    ml_page_t link = {.pool = pool};

    query = ml_text_escape(query, strlen(query), ML_ESCAPE_BASE, pool);
    ml_page_puts(&link, "?");
    ml_page_escape(&link, query, strlen(query));
    ml_page_puts(&link, *query ? "&amp;" : "");
    ml_page_puts(&link, l->endpoint == ML_ENDPOINT_MIRRORLIST
                            ? "endpoint=mirrorlist&amp;host="
                            : "host=");
    return ml_text_copy(link.bytes, link.len, pool);
}

void ml_explain_html(ml_page_t *out, const ml_explanation_t *e)
{
    ml_explain_page_t page = {
        .html = {.page = *out,
                 .lookup = &e->d.lookup,
                 .choice = e->d.lookup.refusal ? NULL : &e->d.choice,
                 .cache = e->d.lookup.cache,
                 .pool = out->pool},
        .e = e,
        .link = link_of(&e->d.lookup, out->pool)};
    ml_html_t *html = &page.html;

    ml_html_puts(html, ml_html_head);
    ml_html_puts(html, style);
    ml_html_puts(html, "<title>Why: ");
    ml_html_text(html, e->name ? e->name : "mirrors");
    ml_html_printf(html,
                   "</title>\n</head>\n<body>\n<header>"
                   "<a href=\"?\">Mirrorlist, explained</a></header>\n"
                   "<main%s>\n",
                   e->d.lookup.refusal ? " class=\"refusal\"" : "");
    put_heading(&page);
    if (!e->d.lookup.refusal) {
        put_facts(&page);
        ml_explain_html_pools(&page);
        ml_explain_html_others(&page);
        ml_html_puts(html, "<div class=\"side\">\n");
        ml_explain_html_named(&page);
        put_forms(&page);
        ml_html_puts(html, "</div>\n");
    }
    else {
        put_forms(&page);
    }
    put_footer(&page);
    *out = html->page;
}
