/* SPDX-License-Identifier: Apache-2.0
 *
 * Metalink documents through libxml2: no error, no warning, and the element
 * trees that clients know.
 */
#include "judge_forms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

static int is_element(const xmlNode *node, const char *name)
{
    return node && node->type == XML_ELEMENT_NODE
           && !strcmp((const char *)node->name, name);
}

/* The node itself, or the next one that is more than blanks. */
static xmlNode *solid(xmlNode *node)
{
    while (node && xmlIsBlankNode(node)) {
        node = node->next;
    }
    return node;
}

static xmlNode *first_in(xmlNode *node)
{
    return solid(node->children);
}

static xmlNode *next_of(xmlNode *node)
{
    return solid(node->next);
}

/* The content of a node without elements in it, judged as a line. */
static const char *text_in(const xmlNode *node)
{
    judge(node->children && !node->children->next
              && node->children->type == XML_TEXT_NODE,
          "an element holds one text");
    return (const char *)node->children->content;
}

static const char *attribute(const xmlNode *node, const char *name)
{
    const xmlAttr *attr = xmlHasProp(node, (const xmlChar *)name);

    judge(attr != NULL, "an element has its attributes");
    return attr->children ? (const char *)attr->children->content : "";
}

static int is_number(const char *text)
{
    return *text && !text[strspn(text, "0123456789")] && *text != '0';
}

static int is_digest(const char *text, apr_size_t len)
{
    return strlen(text) == len && !text[strspn(text, "0123456789abcdef")];
}

/* `<mm0:timestamp>`, `<size>` and `<verification>`, each at its place and
 * `needed` of the first two at least; the node behind them. */
static xmlNode *judge_details(xmlNode *node, int needed)
{
    static const char *const types[] = {"md5", "sha1", "sha256", "sha512"};
    static const apr_size_t lens[] = {32, 40, 64, 128};
    int type = 0;
    xmlNode *hash;

    if (is_element(node, "timestamp")) {
        judge(is_number(text_in(node)), "a timestamp is a number");
        node = next_of(node);
        needed--;
    }
    if (is_element(node, "size")) {
        judge(is_number(text_in(node)), "a size is a number");
        node = next_of(node);
        needed--;
    }
    judge(needed <= 0, "an alternate has a timestamp and a size");
    judge(is_element(node, "verification") && first_in(node),
          "there is a hash");
    for (hash = first_in(node); hash; hash = next_of(hash), type++) {
        judge(is_element(hash, "hash"), "a <verification> holds hashes");
        while (type < 4 && strcmp(attribute(hash, "type"), types[type])) {
            type++;
        }
        judge(type < 4, "hashes are known and in their order");
        judge(is_digest(text_in(hash), lens[type]), "a hash is one");
    }
    return next_of(node);
}

static xmlNode *judge_alternates(xmlNode *node)
{
    xmlNode *one;

    if (!is_element(node, "alternates")) {
        return node;
    }
    judge(first_in(node) != NULL, "<mm0:alternates> holds one");
    for (one = first_in(node); one; one = next_of(one)) {
        judge(is_element(one, "alternate"), "alternates are alternates");
        judge(!judge_details(first_in(one), 2),
              "nothing follows an alternate's details");
    }
    return next_of(node);
}

static void judge_url(xmlNode *url, judge_hosts_t *hosts)
{
    const char *text = text_in(url);
    const char *protocol = attribute(url, "protocol");
    long expected;

    judge(is_element(url, "url"), "<resources> holds URLs");
    judge_hosts_add(hosts, text, strlen(text));
    judge(!strncasecmp(text, protocol, strlen(protocol))
              && !strncmp(text + strlen(protocol), "://", 3),
          "`protocol` is the URL's");
    judge(!strcmp(protocol, attribute(url, "type")), "`type` is `protocol`");
    attribute(url, "location");
    expected = 101 - (long)hosts->n;
    judge(strtol(attribute(url, "preference"), NULL, 10)
              == (expected < 1 ? 1 : expected),
          "preference is 100, one less a host, never below 1");
}

static void judge_file(xmlNode *file, judge_hosts_t *hosts)
{
    xmlNode *node, *url;

    judge(*attribute(file, "name"), "a file has a name");
    node = judge_alternates(judge_details(first_in(file), 0));
    judge(is_element(node, "resources") && !next_of(node),
          "<resources> is there, and the last");
    judge(!strcmp(attribute(node, "maxconnections"), "1"),
          "one connection a client");
    for (url = first_in(node); url; url = next_of(url)) {
        judge_url(url, hosts);
    }
}

static void judge_is_root(const xmlNode *root, const char *space)
{
    judge(is_element(root, "metalink") && !root->next && !root->prev && root->ns
              && !strcmp((const char *)root->ns->href, space),
          "the root is <metalink>");
}

static void judge_root(xmlNode *root, const ml_response_t *response)
{
    xmlNode *node = first_in(root);
    judge_hosts_t hosts;

    judge_is_root(root, "http://www.metalinker.org/");
    judge(!strcmp(attribute(root, "version"), "3.0")
              && !strcmp(attribute(root, "type"), "dynamic")
              && !strcmp(attribute(root, "generator"), "mirrormanager")
              && strlen(attribute(root, "pubdate")) == 29,
          "the root has its attributes");
    judge(node && !next_of(node), "the root holds one thing");
    judge_hosts_start(&hosts);
    if (is_element(node, "files")) {
        judge(response->status == 200, "files are an answer");
        node = first_in(node);
        judge(is_element(node, "file") && !next_of(node), "there is one file");
        judge_file(node, &hosts);
    }
    else {
        judge(node->type == XML_COMMENT_NODE, "else a comment says why");
    }
    judge_hosts_end(&hosts, response);
}

/* --- Metalink 4 ------------------------------------------------------------
 */

static void judge_location4(const xmlNode *url)
{
    const char *location;

    if (xmlHasProp(url, (const xmlChar *)"location")) {
        location = attribute(url, "location");
        judge(strlen(location) == 2 && location[0] >= 'a' && location[0] <= 'z'
                  && location[1] >= 'a' && location[1] <= 'z',
              "a location has two letters");
    }
}

static void judge_file4(xmlNode *file, const ml_response_t *response)
{
    static const char *const types[] = {"md5", "sha-1", "sha-256", "sha-512",
                                        NULL};
    const char *const *type = types;
    xmlNode *node = first_in(file);
    judge_hosts_t hosts;

    judge(is_element(file, "file") && *attribute(file, "name"),
          "a file has a name");
    if (is_element(node, "size")) {
        judge(is_number(text_in(node)), "a size is a number");
        node = next_of(node);
    }
    judge(is_element(node, "hash"), "there is a hash");
    for (; is_element(node, "hash"); node = next_of(node)) {
        while (*type && strcmp(attribute(node, "type"), *type)) {
            type++;
        }
        judge(*type++ != NULL, "hashes are known, once, and in their order");
        text_in(node);
    }
    judge_hosts_start(&hosts);
    for (; node; node = next_of(node)) {
        judge(is_element(node, "url"), "URLs come last");
        judge_hosts_add(&hosts, text_in(node), strlen(text_in(node)));
        judge(strtoul(attribute(node, "priority"), NULL, 10) == hosts.n,
              "priority is 1, one more a host");
        judge_location4(node);
    }
    judge_hosts_end(&hosts, response);
}

static void judge_root4(xmlNode *root, const ml_response_t *response)
{
    xmlNode *node = first_in(root);

    judge_is_root(root, "urn:ietf:params:xml:ns:metalink");
    judge(is_element(node, "generator")
              && !strcmp(text_in(node), "mirrormanager"),
          "the generator comes first");
    node = next_of(node);
    judge(is_element(node, "published") && strlen(text_in(node)) == 20,
          "then the time");
    node = next_of(node);
    judge(node && !next_of(node), "and one file");
    judge_file4(node, response);
}

/* --- both ------------------------------------------------------------------
 */

static void judge_document(const ml_response_t *response,
                           void judge_tree(xmlNode *root,
                                           const ml_response_t *response))
{
    xmlDoc *document;

    xmlResetLastError();
    document = xmlReadMemory(response->body, (int)response->body_len, NULL,
                             NULL, XML_PARSE_NONET | XML_PARSE_PEDANTIC);
    judge(document != NULL, "a document is well-formed");
    judge(!xmlGetLastError(), "libxml2 has nothing to warn of");
    judge_tree(xmlDocGetRootElement(document), response);
    xmlFreeDoc(document);
}

void judge_metalink(const ml_response_t *response)
{
    judge_document(response, judge_root);
}

void judge_metalink4(const ml_response_t *response)
{
    judge_document(response, judge_root4);
}
