/* SPDX-License-Identifier: Apache-2.0
 *
 * What people type as a netblock becomes networks of the model.  How a network
 * is written is network.c's, how a name is looked up dns.c's.
 */
#include "netblock.h"

#include <string.h>

#include "apr_strings.h"

#include "ml_text.h"

struct netblocks_t {
    model_t *model;
    int flags; /* of network_parse() */
    dns_t *dns;
    report_t *report;
    apr_pool_t *pool;
    apr_array_header_t *named; /* of named_t: they wait for dns_ask() */
};

typedef struct {
    const dns_name_t *name;
    const char *text; /* as typed */
    apr_size_t len;
    const apr_uint32_t *hosts;
    apr_size_t host_n;
    const char *table;
    const char *row;
} named_t;

netblocks_t *netblocks_create(model_t *model, int flags, dns_t *dns,
                              report_t *report, apr_pool_t *pool)
{
    netblocks_t *netblocks = apr_palloc(pool, sizeof(*netblocks));

    netblocks->model = model;
    netblocks->flags = flags;
    netblocks->dns = dns;
    netblocks->report = report;
    netblocks->pool = pool;
    netblocks->named = apr_array_make(pool, 4, sizeof(named_t));
    return netblocks;
}

/* Several netblocks in one field, between commas or semicolons. */
typedef struct {
    const char *text; /* the one at hand, without blanks around it */
    apr_size_t len;
    const char *rest;
    apr_size_t rest_len;
    const char *separators;
} list_t;

/* A text that is longer than a text may be counts as one, to be refused. */
static list_t list_of(const char *text, apr_size_t len)
{
    list_t list = {.rest = text, .rest_len = len};

    ml_text_trim(&list.rest, &list.rest_len);
    list.separators = list.rest_len > ML_TEXT_MAX ? "" : ",;";
    return list;
}

/* The next one, 0 if there is none.  A comma at the end is no mistake. */
static int next(list_t *list)
{
    const char *c = list->rest, *end = c + list->rest_len;

    if (list->text && list->rest_len == 0) {
        return 0;
    }
    while (c < end && !(*c && strchr(list->separators, *c))) {
        c++;
    }
    list->text = list->rest;
    list->len = (apr_size_t)(c - list->rest);
    ml_text_trim(&list->text, &list->len);
    list->rest = c < end ? c + 1 : end;
    list->rest_len = (apr_size_t)(end - list->rest);
    ml_text_trim(&list->rest, &list->rest_len);
    return 1;
}

static void add_network(model_t *model, const network_t *network,
                        const apr_uint32_t *hosts, apr_size_t host_n)
{
    apr_size_t i;

    for (i = 0; i < host_n; i++) {
        model_add_network(model, network, MODEL_NETBLOCK, hosts[i]);
        model->netblock_n++;
    }
}

/* Says why, and keeps it for those who ask why a host was not chosen. */
static void refuse(netblocks_t *netblocks, const char *reason, const char *text,
                   apr_size_t len, const apr_uint32_t *hosts, apr_size_t host_n,
                   const char *table, const char *row)
{
    const char *sentence =
        report_sentence(row, reason, text, len, netblocks->pool);
    apr_size_t i;

    report_skip(netblocks->report,
                apr_pstrcat(netblocks->pool, table, ": ", reason, NULL), row,
                text, len);
    for (i = 0; i < host_n; i++) {
        model_add_bad_netblock(netblocks->model, hosts[i], sentence);
    }
}

static void add_one(netblocks_t *netblocks, const char *text, apr_size_t len,
                    const apr_uint32_t *hosts, apr_size_t host_n,
                    const char *table, const char *row)
{
    apr_pool_t *pool = netblocks->pool;
    const char *refused;
    network_t network;
    named_t *named;

    if (!network_is_name(text, len)) {
        refused = network_parse(&network, text, len, netblocks->flags);
        if (refused) {
            refuse(netblocks, refused, text, len, hosts, host_n, table, row);
        }
        else {
            add_network(netblocks->model, &network, hosts, host_n);
        }
    }
    else if (!netblocks->dns) {
        refuse(netblocks, "a name (looked up only with --resolve)", text, len,
               hosts, host_n, table, row);
    }
    else {
        named = apr_array_push(netblocks->named);
        named->name = dns_note(netblocks->dns, text, len);
        named->text = ml_text_copy(text, len, pool);
        named->len = len;
        named->hosts = apr_pmemdup(pool, hosts, host_n * sizeof(*hosts));
        named->host_n = host_n;
        named->table = apr_pstrdup(pool, table);
        named->row = apr_pstrdup(pool, row);
    }
}

void netblock_add(netblocks_t *netblocks, const char *text, apr_size_t len,
                  const apr_uint32_t *hosts, apr_size_t host_n,
                  const char *table, const char *row)
{
    list_t list = list_of(text, len);

    while (next(&list)) {
        add_one(netblocks, list.text, list.len, hosts, host_n, table, row);
    }
}

void netblock_add_country(netblocks_t *netblocks, const char *text,
                          apr_size_t len, const char *country,
                          apr_size_t country_len, const char *table,
                          const char *row)
{
    list_t list = list_of(text, len);

    while (next(&list)) {
        network_t network;
        const char *refused =
            network_parse(&network, list.text, list.len, netblocks->flags);

        if (!refused) {
            refused = model_add_netblock_country(netblocks->model, &network,
                                                 country, country_len);
        }
        if (refused) {
            refuse(netblocks, refused, list.text, list.len, NULL, 0, table,
                   row);
        }
    }
}

/* Adds what addresses of the name may be added; why none, or NULL. */
static const char *add_addresses(netblocks_t *netblocks, const named_t *named)
{
    static const char *const reasons[] = {
        [DNS_ABSENT] = "a name without an address",
        [DNS_FAILED] = "a name that cannot be looked up now",
        [DNS_TOO_LATE] = "a name whose look-up took too long",
        [DNS_NOT_ASKED] = "a name for which no time was left",
        [DNS_PRESENT] = NULL,
    };
    const dns_name_t *name = named->name;
    const char *refused = reasons[name->v4 > name->v6 ? name->v4 : name->v6];
    int added = 0, i;

    for (i = 0; i < name->addresses->nelts; i++) {
        network_t network = network_of_address(
            &APR_ARRAY_IDX(name->addresses, i, ml_address_t));
        const char *reason = network_refusal(&network, netblocks->flags);

        if (reason) {
            refused = reason;
        }
        else {
            add_network(netblocks->model, &network, named->hosts,
                        named->host_n);
            added = 1;
        }
    }
    return added ? NULL : refused;
}

void netblocks_settle(netblocks_t *netblocks)
{
    int i;

    for (i = 0; i < netblocks->named->nelts; i++) {
        const named_t *named = &APR_ARRAY_IDX(netblocks->named, i, named_t);
        const char *refused = add_addresses(netblocks, named);

        if (refused) {
            refuse(netblocks, refused, named->text, named->len, named->hosts,
                   named->host_n, named->table, named->row);
        }
    }
}
