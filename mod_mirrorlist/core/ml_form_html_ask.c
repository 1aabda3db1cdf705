/* SPDX-License-Identifier: Apache-2.0
 *
 * The forms of the page: for a repository, for a path.
 */
#include "ml_form_html.h"

/* A form would send a blank as a plus, which means a plus here. */
void ml_html_field(ml_html_t *html, const char *label, const char *name,
                   const char *value, const char *more)
{
    ml_html_printf(html, "<label><span>%s</span><input name=\"%s\" value=\"",
                   label, name);
    ml_html_text(html, value ? value : "");
    ml_html_printf(html,
                   "\"%s pattern=\"[^ ]*\" title=\"without "
                   "blanks\" spellcheck=\"false\"/></label>\n",
                   more);
}

static void put_option(ml_html_t *html, ml_text_rec value)
{
    ml_html_puts(html, "<option value=\"");
    ml_html_label(html, value);
    ml_html_puts(html, "\"></option>");
}

/* --- proposals ------------------------------------------------------------ */

static void propose_repositories(ml_html_t *html)
{
    const ml_cache_t *cache = html->cache;
    apr_uint32_t i;

    ml_html_puts(html, "<datalist id=\"repos\">");
    for (i = 0; i < cache->prefixes_n; i++) {
        if (cache->prefixes[i].repo_n > 0 && !cache->prefixes[i].disabled) {
            put_option(html, cache->prefixes[i].name);
        }
    }
    ml_html_puts(html, "</datalist>\n");
}

/* Of the repository. */
static void propose_arches(ml_html_t *html)
{
    const ml_prefix_rec *prefix = html->lookup->prefix;
    apr_uint32_t i;

    if (!prefix) {
        return;
    }
    ml_html_puts(html, "<datalist id=\"arches\">");
    for (i = 0; i < prefix->repo_n; i++) {
        put_option(html, html->cache->repos[prefix->repo_first + i].arch);
    }
    ml_html_puts(html, "</datalist>\n");
}

/* Those in which mirrors are. */
static void propose_countries(ml_html_t *html)
{
    const ml_cache_t *cache = html->cache;
    const ml_host_set_rec *set = html->choice->select.set;
    apr_uint32_t i;

    ml_html_puts(html, "<datalist id=\"countries\">");
    for (i = 0; i < set->group_n; i++) {
        apr_uint32_t idx = cache->groups[set->group_first + i].country_idx;

        if (idx != ML_NONE) {
            ml_html_puts(html, "<option value=\"");
            ml_html_label(html, cache->countries[idx].code);
            ml_html_puts(html, "\">");
            ml_html_country(html, idx);
            ml_html_puts(html, "</option>");
        }
    }
    ml_html_puts(html, "</datalist>\n");
}

/* --- forms ---------------------------------------------------------------- */

static void start_form(ml_html_t *html)
{
    ml_html_puts(html, "<form>\n<input type=\"hidden\" name=\"format\" "
                       "value=\"html\"/>\n");
}

static void end_form(ml_html_t *html)
{
    const ml_query_t *query = &html->lookup->query;

    ml_html_field(html, "Country <small>or several: DE,FR</small>", "country",
                  query->country, html->choice ? " list=\"countries\"" : "");
    if (html->lookup->request->settings->ip_parameter) {
        ml_html_field(html, "Address <small>instead of yours</small>", "ip",
                      query->ip, "");
    }
    ml_html_puts(html, "<button>Show mirrors</button>\n</form>\n");
}

static void put_repository_form(ml_html_t *html)
{
    start_form(html);
    ml_html_field(html, "Repository", "repo", html->lookup->repo,
                  html->choice || !html->cache
                      ? " required=\"required\""
                      : " required=\"required\" list=\"repos\"");
    ml_html_field(html, "Arch", "arch", html->lookup->arch,
                  html->lookup->prefix
                      ? " required=\"required\" list=\"arches\""
                      : " required=\"required\"");
    end_form(html);
}

static void put_path_form(ml_html_t *html)
{
    start_form(html);
    ml_html_field(html, "File or folder", "path", html->lookup->path,
                  " required=\"required\"");
    end_form(html);
}

void ml_html_ask(ml_html_t *html)
{
    ml_html_puts(html, "<section class=\"ask\" id=\"ask\">"
                       "<h2>Ask for something else</h2>\n");
    if (html->lookup->path) {
        put_path_form(html);
    }
    else {
        propose_arches(html);
        put_repository_form(html);
    }
    propose_countries(html);
    ml_html_puts(html, "</section>\n");
}

void ml_html_ask_anything(ml_html_t *html)
{
    ml_html_puts(html, "<section class=\"ask\"><h2>A repository</h2>\n");
    if (html->cache) {
        propose_repositories(html);
        propose_arches(html);
    }
    put_repository_form(html);
    ml_html_puts(html, "</section>\n<section class=\"ask\">"
                       "<h2>A file or folder</h2>\n");
    put_path_form(html);
    ml_html_puts(html, "</section>\n");
}
