/* SPDX-License-Identifier: Apache-2.0
 *
 * What an address says of its client: the route around it, the country, the
 * continent, the place.
 */
#ifndef ML_CLIENT_H
#define ML_CLIENT_H

#include "ml_address.h"
#include "ml_cache.h"

typedef struct {
    ml_address_t address;              /* of a NAT64 client: the IPv4 one */
    const ml_route_rec *route;         /* NULL: no address */
    apr_uint32_t country_idx;          /* ML_NONE: unknown */
    apr_uint32_t continent_idx;        /* likewise */
    apr_uint32_t place_idx;            /* likewise */
    const ml_route_rec *country_route; /* that says so; NULL: no address */
    ml_address_t tunnelled; /* it is that one's; ML_ADDRESS_NONE: no tunnel */
} ml_client_t;

/* `address` may be ML_ADDRESS_NONE: nothing is known of that client. */
void ml_client_find(ml_client_t *client, const ml_cache_t *cache,
                    const ml_address_t *address);

#endif
