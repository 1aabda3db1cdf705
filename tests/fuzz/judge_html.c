/* SPDX-License-Identifier: Apache-2.0
 *
 * The page through libxml2: well-formed, nothing that runs, nothing from
 * elsewhere, and in its table the hosts of the answer.
 */
#include <string.h>
#include <strings.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "judge_forms.h"

static int is(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE
           && !strcmp((const char *)node->name, name);
}

static int starts_with(const char *text, const char *start)
{
    return !strncmp(text, start, strlen(start));
}

static int is_one_of(const char *text, const char *const *texts)
{
    while (*texts && strcmp(text, *texts)) {
        texts++;
    }
    return *texts != NULL;
}

/* Where a link may lead; `javascript` and others are no part of it. */
static int is_harmless(const char *href)
{
    static const char *const starts[] = {
        "?", "#", "data:,", "https://", "http://", "ftp://", "rsync://"};
    apr_size_t i;

    for (i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
        if (!strncasecmp(href, starts[i], strlen(starts[i]))) {
            return 1;
        }
    }
    return 0;
}

/* The value as libxml2 read it; attributes of a page have one text or none. */
static const char *value_of(const xmlAttr *attribute)
{
    return attribute->children ? (const char *)attribute->children->content
                               : "";
}

static const char *attribute_of(const xmlNode *node, const char *name)
{
    const xmlAttr *attribute = xmlHasProp(node, (const xmlChar *)name);

    return attribute ? value_of(attribute) : "";
}

static void judge_element(const xmlNode *node)
{
    static const char *const known[] = {
        "html",  "head",   "meta",   "link",       "style",   "title",
        "body",  "header", "nav",    "main",       "footer",  "section",
        "div",   "h1",     "h2",     "p",          "small",   "bdi",
        "b",     "i",      "span",   "a",          "code",    "dl",
        "dt",    "dd",     "figure", "figcaption", "svg",     "g",
        "path",  "circle", "use",    "table",      "thead",   "tbody",
        "tr",    "th",     "td",     "details",    "form",    "label",
        "input", "button", "option", "datalist",   "summary", "select",
        NULL};
    static const char *const fetching[] = {
        "src", "srcset", "action", "poster", "formaction", "data", NULL};
    const xmlAttr *attribute;

    judge(is_one_of((const char *)node->name, known),
          "a page has no element but its own");
    for (attribute = node->properties; attribute; attribute = attribute->next) {
        const char *name = (const char *)attribute->name;

        judge(!starts_with(name, "on") && !is_one_of(name, fetching),
              "no attribute runs or fetches anything");
        judge(strcmp(name, "href") || is_harmless(value_of(attribute)),
              "a link leads to a mirror or to another question");
    }
}

/* The URLs of a mirror, in the last cell of its row. */
static void judge_row(const xmlNode *row, judge_hosts_t *hosts)
{
    apr_uint32_t before = hosts->n;
    const xmlNode *url;

    for (url = row->last->children; url; url = url->next) {
        const char *text = attribute_of(url, is(url, "a") ? "href" : "title");

        if (url->type == XML_ELEMENT_NODE) {
            judge_hosts_add(hosts, text, strlen(text));
        }
    }
    judge(hosts->n == before + 1, "a row is a host");
}

static void judge_tree(const xmlNode *node, judge_hosts_t *hosts)
{
    for (; node; node = node->next) {
        if (node->type == XML_ELEMENT_NODE) {
            judge_element(node);
            if (hosts && is(node, "tr") && is(node->parent, "tbody")
                && !xmlHasProp(node, (const xmlChar *)"class")) {
                judge_row(node, hosts);
            }
            judge_tree(node->children, hosts);
        }
    }
}

void judge_page(const ml_response_t *response, judge_hosts_t *hosts)
{
    xmlDoc *document;

    judge(starts_with(ml_response_field(response, "Content-Security-Policy"),
                      "default-src 'none'; style-src 'unsafe-inline';"),
          "a page runs nothing");
    judge(!strcmp(ml_response_field(response, "X-Content-Type-Options"),
                  "nosniff"),
          "a page is what it says that it is");
    xmlResetLastError();
    document = xmlReadMemory(response->body, (int)response->body_len, NULL,
                             NULL, XML_PARSE_NONET | XML_PARSE_PEDANTIC);
    judge(document && !xmlGetLastError(), "a page is well-formed");
    judge_tree(xmlDocGetRootElement(document), hosts);
    xmlFreeDoc(document);
}

void judge_html(const ml_response_t *response)
{
    judge_hosts_t hosts;

    judge_hosts_start(&hosts);
    judge_page(response, &hosts);
    judge_hosts_end(&hosts, response);
}
