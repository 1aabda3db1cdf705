/* SPDX-License-Identifier: Apache-2.0
 *
 * The files about the world's networks: the country database in MaxMind's
 * format, the routing table, the continents.  Each reader hands over what it
 * finds; a file that is not what its name says is one sentence with its name
 * and line, a single bad line is skipped and reported.
 */
#ifndef NETWORKS_H
#define NETWORKS_H

#include "apr_pools.h"

#include "network.h"
#include "report.h"

typedef void network_country_fn(void *baton, const network_t *network,
                                const char *country, apr_size_t len);
typedef void network_asn_fn(void *baton, const network_t *network,
                            apr_uint32_t asn);
typedef void continent_fn(void *baton, const char *country,
                          const char *continent);

/* Walks the whole search tree.  Country: country.iso_code, else
 * registered_country.iso_code, else country_code, as stored, of the first that
 * is a clean text; networks without one are not handed over.  The file's
 * aliases of the IPv4 tree are left out, its ::/96 is IPv4; what it says of a
 * larger network around ::/96 is handed over for all of IPv4 too.  NULL, or a
 * sentence in `pool`. */
const char *networks_read_countries(const char *path, network_country_fn *found,
                                    void *baton, report_t *report,
                                    apr_pool_t *pool);

/* global_netblocks.txt: "PREFIX ASN ..." a line.  `flags` of network_parse();
 * a prefix without a length is always refused. */
const char *networks_read_asns(const char *path, int flags,
                               network_asn_fn *found, void *baton,
                               report_t *report, apr_pool_t *pool);

/* country_continent.csv: "CC,CONTINENT" a line after one header line; both
 * trimmed, unquoted and upper-cased; "--" is handed over as "".  The strings
 * are gone when the callback returns. */
const char *networks_read_continents(const char *path, continent_fn *found,
                                     void *baton, report_t *report,
                                     apr_pool_t *pool);

#endif
