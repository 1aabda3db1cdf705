/* SPDX-License-Identifier: Apache-2.0
 *
 * The page for people, put together; its parts have files of their own.  No
 * scripts, nothing from elsewhere, well-formed as XML too.
 */
#include "ml_form_html.h"

#include "apr_strings.h"

#include "ml_comment.h"
#include "ml_text.h"

/* --- the mirrors, gathered ------------------------------------------------ */

/* The weights of all that could have come first in the pool. */
static double sum_weights(const ml_html_t *html, ml_pool_e pool)
{
    const ml_choice_t *choice = html->choice;
    apr_uint32_t i = pool > 0 ? choice->selection.end[pool - 1] : 0;
    double sum = 0;

    for (; i < choice->selection.end[pool]; i++) {
        if (ml_select_accepts(html->cache, &choice->shown_filter,
                              choice->select.set,
                              choice->selection.members[i])) {
            sum += ml_choice_weight(choice, html->cache, i);
        }
    }
    return sum;
}

static void gather(ml_html_t *html)
{
    const ml_choice_t *choice = html->choice;
    ml_html_mirror_t *mirrors =
        apr_palloc(html->pool, choice->host_n * sizeof(*mirrors));
    ml_pool_e pool = ML_POOL_NONE;
    double sum = 0;
    apr_uint32_t i;

    for (i = 0; i < choice->shown_n; i++) {
        const ml_shown_t *shown = &choice->shown[i];
        ml_html_mirror_t *mirror = &mirrors[shown->host];

        if (i > 0 && shown->host == shown[-1].host) {
            mirror->url_n++;
            continue;
        }
        *mirror = (ml_html_mirror_t){
            .host = ml_choice_host(choice, html->cache, shown),
            .shown = shown,
            .url_n = 1,
            .pool = ml_choice_pool(choice, shown),
            .share = -1,
        };
        if (ml_pools[mirror->pool].weighted) {
            if (mirror->pool != pool) {
                pool = mirror->pool;
                sum = sum_weights(html, pool);
            }
            mirror->share =
                ml_choice_weight(choice, html->cache, shown->order) / sum;
        }
    }
    html->mirrors = mirrors;
    html->mirror_n = choice->host_n;
}

/* --- the document --------------------------------------------------------- */

/* The same question, for a machine. */
static void put_form_link(ml_html_t *html, ml_form_e form, const char *title)
{
    const char *piece = html->lookup->request->query;

    ml_html_puts(html, "<a href=\"?");
    while (piece && *piece) {
        apr_size_t len = strcspn(piece, "&");

        if (len > 0 && strncmp(piece, "format=", 7)) {
            ml_html_text(
                html, ml_text_escape(piece, len, ML_ESCAPE_BASE, html->pool));
            ml_html_puts(html, "&amp;");
        }
        piece += len + (piece[len] == '&');
    }
    ml_html_printf(html, "format=%s\">%s</a>", ml_forms[form].name, title);
}

static void put_footer(ml_html_t *html)
{
    const ml_lookup_t *l = html->lookup;
    int form;

    ml_html_puts(html, "<footer>");
    if (html->choice) {
        ml_html_puts(html, "<p>For machines:");
        for (form = 0; form < ML_FORM_HTML; form++) {
            if (ml_forms[form].endpoint != ML_ENDPOINT_METALINK || l->details
                || l->repo) {
                ml_html_puts(html, " ");
                put_form_link(html, (ml_form_e)form, ml_forms[form].title);
            }
        }
        ml_html_puts(html, "</p><p>Land on the map: Natural Earth</p>");
    }
    ml_html_puts(html, "<p>mod_mirrorlist</p></footer>\n</body>\n</html>\n");
}

static void start(ml_html_t *html, const ml_decision_t *d, apr_pool_t *pool)
{
    *html = (ml_html_t){.page = {.pool = pool},
                        .lookup = &d->lookup,
                        .choice = d->lookup.refusal ? NULL : &d->choice,
                        .cache = d->lookup.cache,
                        .pool = pool};
    ml_html_puts(html, ml_html_head);
}

static void finish(ml_html_t *html, ml_response_t *response)
{
    ml_html_puts(html, "</main>\n");
    put_footer(html);
    ml_page_end(&html->page, response);
    ml_response_add(response, "Content-Security-Policy", ML_HTML_POLICY);
    ml_response_add(response, "X-Content-Type-Options", "nosniff");
}

static void put_contents(ml_html_t *html)
{
    ml_html_puts(html, "<nav aria-label=\"On this page\">");
    if (ml_html_has_map(html)) {
        ml_html_puts(html, "<a href=\"#map\">Map</a>");
    }
    if (html->lookup->details) {
        ml_html_puts(html, "<a href=\"#check\">Check</a>");
    }
    ml_html_puts(html, "<a href=\"#ask\">Ask</a>");
    if (html->mirror_n > 0) {
        ml_html_puts(html, "<a href=\"#mirrors\">Mirrors</a>");
    }
    ml_html_puts(html, "</nav>");
}

void ml_form_html_answer(ml_response_t *response, const ml_decision_t *d,
                         apr_pool_t *pool)
{
    ml_html_t html;

    start(&html, d, pool);
    gather(&html);
    ml_html_puts(&html, "<title>Mirrors: ");
    ml_html_text(&html, d->lookup.path ? d->lookup.path : d->lookup.repo);
    ml_html_puts(&html, "</title>\n</head>\n<body>\n<header>"
                        "<a href=\"?format=html\">Mirrorlist</a>");
    put_contents(&html);
    ml_html_puts(&html, "</header>\n<main>\n");
    ml_html_heading(&html);
    ml_html_facts(&html);
    ml_html_map(&html);
    ml_html_puts(&html, "<div class=\"side\">\n");
    ml_html_first(&html);
    ml_html_file(&html);
    ml_html_ask(&html);
    ml_html_puts(&html, "</div>\n");
    ml_html_mirrors(&html);
    finish(&html, response);
}

/* --- refusals ------------------------------------------------------------- */

static const char *heading_of(const ml_lookup_t *l, int status)
{
    if (l->refusal == ML_REFUSAL_NOTHING_ASKED) {
        return "Which mirrors?";
    }
    switch (status) {
    case 200:
        return "Switched off";
    case 400:
        return "This cannot be read";
    case 404:
        return "Not found";
    default:
        return "No data at the moment";
    }
}

const char *ml_html_refusal(const ml_lookup_t *l, apr_pool_t *pool)
{
    static const char *const signs[] = {"# ", "error: "};
    const char *text = ml_comment_refusal(l, pool);
    apr_size_t i;

    for (i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
        apr_size_t len = strlen(signs[i]);

        text += strncmp(text, signs[i], len) ? 0 : len;
    }
    return ml_text_copy(text, strlen(text) - 1, pool);
}

/* The arches that the repository does have. */
static void put_arches(ml_html_t *html)
{
    const ml_prefix_rec *prefix = html->lookup->prefix;
    apr_uint32_t i;

    if (!prefix || prefix->repo_n == 0 || prefix->disabled) {
        return;
    }
    ml_html_puts(html, "<p>It is there for");
    for (i = 0; i < prefix->repo_n; i++) {
        const ml_repo_rec *repo = &html->cache->repos[prefix->repo_first + i];
        const char *arch = ml_text_copy(ml_text(html->cache, repo->arch),
                                        repo->arch.len, html->pool);

        ml_html_puts(html, " <a href=\"?repo=");
        ml_html_text(html,
                     ml_text_escape_value(html->lookup->repo, html->pool));
        ml_html_puts(html, "&amp;arch=");
        ml_html_text(html, ml_text_escape_value(arch, html->pool));
        ml_html_puts(html, "&amp;format=html\">");
        ml_html_text(html, arch);
        ml_html_puts(html, "</a>");
    }
    ml_html_puts(html, "</p>\n");
}

void ml_form_html_refusal(ml_response_t *response, const ml_decision_t *d,
                          apr_pool_t *pool)
{
    const char *heading = heading_of(&d->lookup, response->status);
    ml_html_t html;

    start(&html, d, pool);
    ml_html_printf(&html,
                   "<title>Mirrors: %s</title>\n</head>\n<body>\n<header>"
                   "<a href=\"?format=html\">Mirrorlist</a></header>\n"
                   "<main class=\"refusal\">\n<section class=\"what\">\n"
                   "<h1>%s</h1>\n",
                   heading, heading);
    if (d->lookup.refusal == ML_REFUSAL_NOTHING_ASKED) {
        ml_html_puts(&html, "<p>Ask for a repository, or for a file or a "
                            "folder, and see who has it near you.</p>\n");
    }
    else {
        ml_html_puts(&html, "<p class=\"sentence\">");
        ml_html_text(&html, ml_html_refusal(&d->lookup, pool));
        ml_html_puts(&html, "</p>\n");
    }
    if (d->lookup.refusal == ML_REFUSAL_REPOSITORY) {
        put_arches(&html);
    }
    ml_html_puts(&html, "</section>\n");
    ml_html_ask_anything(&html);
    finish(&html, response);
}
