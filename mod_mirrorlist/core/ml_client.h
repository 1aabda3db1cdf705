/* SPDX-License-Identifier: Apache-2.0
 *
 * What an address says of its client: the route around it and the country.
 */
#ifndef ML_CLIENT_H
#define ML_CLIENT_H

#include "ml_address.h"
#include "ml_cache.h"

typedef struct {
    ml_address_t address;
    const ml_route_rec *route;         /* NULL: no address */
    apr_uint32_t country_idx;          /* ML_NONE: unknown */
    const ml_route_rec *country_route; /* that says so; NULL: no address */
    ml_address_t tunnelled; /* it is that one's; ML_ADDRESS_NONE: no tunnel */
} ml_client_t;

/* `address` may be ML_ADDRESS_NONE: nothing is known of that client. */
void ml_client_find(ml_client_t *client, const ml_cache_t *cache,
                    const ml_address_t *address);

#endif
