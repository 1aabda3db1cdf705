/* SPDX-License-Identifier: Apache-2.0
 *
 * Netblocks as people typed them: networks, or names of which name servers
 * know the addresses; one in a field, or several between commas or semicolons.
 */
#ifndef NETBLOCK_H
#define NETBLOCK_H

#include "dns.h"
#include "model.h"
#include "report.h"

typedef struct netblocks_t netblocks_t;

/* `flags` of network_parse(); `dns` NULL: names are refused. */
netblocks_t *netblocks_create(model_t *model, int flags, dns_t *dns,
                              report_t *report, apr_pool_t *pool);

/* Adds the netblocks of the hosts.  Each that cannot be used is reported, as of
 * this table and row; that of a name may be known only when
 * netblocks_settle() has seen it. */
void netblock_add(netblocks_t *netblocks, const char *text, apr_size_t len,
                  const apr_uint32_t *hosts, apr_size_t host_n,
                  const char *table, const char *row);

/* The same for netblocks of a country, which have no names. */
void netblock_add_country(netblocks_t *netblocks, const char *text,
                          apr_size_t len, const char *country,
                          apr_size_t country_len, const char *table,
                          const char *row);

/* After dns_ask(): the netblocks whose names have waited for it. */
void netblocks_settle(netblocks_t *netblocks);

#endif
