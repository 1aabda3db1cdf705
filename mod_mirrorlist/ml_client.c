/* SPDX-License-Identifier: Apache-2.0
 *
 * One search in the table of addresses; a second one for tunnelled IPv4.
 */
#include "ml_client.h"

void ml_client_find(ml_client_t *client, const ml_cache_t *cache,
                    const ml_address_t *address)
{
    ml_address_t tunnelled;

    client->address = *address;
    client->route = NULL;
    client->country_idx = ML_NONE;
    if (address->family == ML_ADDRESS_NONE) {
        return;
    }
    client->route = ml_cache_find_route(cache, address);
    client->country_idx = client->route->country_idx;
    tunnelled = ml_address_tunnelled(address);
    if (tunnelled.family != ML_ADDRESS_NONE
        && !(client->route->flags & ML_ROUTE_NETBLOCK_COUNTRY)) {
        client->country_idx =
            ml_cache_find_route(cache, &tunnelled)->country_idx;
    }
}
