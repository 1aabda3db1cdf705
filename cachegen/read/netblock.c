/* SPDX-License-Identifier: Apache-2.0
 *
 * What people type as a netblock becomes networks of the model.  How a network
 * is written is network.c's, how a name is looked up resolve.c's.
 */
#include "netblock.h"

static void add_netblock(model_t *model, const network_t *network,
                         const apr_uint32_t *hosts, apr_size_t host_n)
{
    apr_size_t i;

    for (i = 0; i < host_n; i++) {
        model_add_network(model, network, MODEL_NETBLOCK, hosts[i]);
        model->netblock_n++;
    }
}

const char *netblock_add(model_t *model, const char *text, apr_size_t len,
                         const apr_uint32_t *hosts, apr_size_t host_n,
                         int flags, resolve_t *resolve)
{
    apr_array_header_t *networks;
    const char *refused;
    network_t network;
    int i;

    if (!network_is_name(text, len)) {
        refused = network_parse(&network, text, len, flags);
        if (!refused) {
            add_netblock(model, &network, hosts, host_n);
        }
        return refused;
    }
    if (!resolve) {
        return "a name (names are looked up with --resolve only)";
    }
    refused = resolve_name(&networks, resolve, text, len, flags);
    for (i = 0; !refused && i < networks->nelts; i++) {
        add_netblock(model, &APR_ARRAY_IDX(networks, i, network_t), hosts,
                     host_n);
    }
    return refused;
}
