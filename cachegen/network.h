/* SPDX-License-Identifier: Apache-2.0
 *
 * A network: an address with the bits behind its prefix masked off.  Reads
 * the forms in which people type them.
 */
#ifndef NETWORK_H
#define NETWORK_H

#include "apr_pools.h"

#include "ml_address.h"

typedef struct {
    ml_address_t first; /* the first address */
    int length;         /* of the prefix: 0..32 or 0..128 */
} network_t;

#define NETWORK_ALLOW_LOOPBACK 1 /* networks inside 127.0.0.0/8, ::1 */
#define NETWORK_ROUTED 2         /* none but those of a global routing table */

/* Reads address, address/length or address/netmask, with blanks around it and
 * beside the slash, host bits set, v4-mapped v6 (96 bits and more are IPv4).
 * With NETWORK_ROUTED no address alone.  NULL, or a constant reason for the
 * refusal. */
const char *network_parse(network_t *network, const char *text, apr_size_t len,
                          int flags);

/* Why a well-formed network is not taken: it is the whole world, loopback
 * without NETWORK_ALLOW_LOOPBACK, or with NETWORK_ROUTED private, shared or
 * link-local.  A constant reason, or NULL. */
const char *network_refusal(const network_t *network, int flags);

/* The network of one address. */
network_t network_of_address(const ml_address_t *address);

/* Whether the text, blanks around it aside, has the form of a DNS name (and is
 * no address). */
int network_is_name(const char *text, apr_size_t len);

/* The last address. */
ml_address_t network_last(const network_t *network);

#endif
