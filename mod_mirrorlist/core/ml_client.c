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
    client->route = client->country_route = NULL;
    client->tunnelled = (ml_address_t){ML_ADDRESS_NONE, 0, 0};
    client->country_idx = ML_NONE;
    if (address->family == ML_ADDRESS_NONE) {
        return;
    }
    client->route = ml_cache_find_route(cache, address);
    client->country_route = client->route;
    tunnelled = ml_address_tunnelled(address);
    if (tunnelled.family != ML_ADDRESS_NONE
        && !(client->route->flags & ML_ROUTE_NETBLOCK_COUNTRY)) {
        client->country_route = ml_cache_find_route(cache, &tunnelled);
        client->tunnelled = tunnelled;
    }
    client->country_idx = client->country_route->country_idx;
}
