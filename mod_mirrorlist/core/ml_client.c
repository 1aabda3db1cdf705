/* SPDX-License-Identifier: Apache-2.0
 *
 * One search in the table of addresses; a second one for IPv4 inside IPv6.
 */
#include "ml_client.h"

/* An address of a translator (RFC 6052) of which nothing is said in IPv6 is
 * IPv4 from here on. */
static void translate(ml_client_t *client, const ml_cache_t *cache)
{
    ml_address_t translated = ml_address_translated(&client->address);

    if (translated.family != ML_ADDRESS_NONE
        && !(client->route->flags
             & (ML_ROUTE_NETBLOCK_COUNTRY | ML_ROUTE_NETBLOCK))) {
        client->address = translated;
        client->route = ml_cache_find_route(cache, &translated);
    }
}

/* The country of a tunnelled client is that of its IPv4 address. */
static void find_country(ml_client_t *client, const ml_cache_t *cache)
{
    ml_address_t tunnelled = ml_address_tunnelled(&client->address);

    client->country_route = client->route;
    if (tunnelled.family != ML_ADDRESS_NONE
        && !(client->route->flags & ML_ROUTE_NETBLOCK_COUNTRY)) {
        client->country_route = ml_cache_find_route(cache, &tunnelled);
        client->tunnelled = tunnelled;
    }
    client->country_idx = client->country_route->country_idx;
    client->continent_idx = client->country_route->continent_idx;
    client->place_idx = client->country_route->place_idx;
    if (client->country_idx != ML_NONE) {
        const ml_country_rec *country = &cache->countries[client->country_idx];

        client->continent_idx = country->continent_idx;
        if (client->place_idx == ML_NONE) {
            client->place_idx = country->place_idx;
        }
    }
}

void ml_client_find(ml_client_t *client, const ml_cache_t *cache,
                    const ml_address_t *address)
{
    *client = (ml_client_t){
        .address = *address,
        .country_idx = ML_NONE,
        .continent_idx = ML_NONE,
        .place_idx = ML_NONE,
    };
    if (address->family != ML_ADDRESS_NONE) {
        client->route = ml_cache_find_route(cache, address);
        translate(client, cache);
        find_country(client, cache);
    }
}
