/* SPDX-License-Identifier: Apache-2.0
 *
 * The netblocks of hosts, as people typed them.
 */
#ifndef NETBLOCK_H
#define NETBLOCK_H

#include "model.h"
#include "resolve.h"

/* Adds what somebody typed as a netblock of the hosts.  `flags` of
 * network_parse(); `resolve` NULL: names are refused. */
const char *netblock_add(model_t *model, const char *text, apr_size_t len,
                         const apr_uint32_t *hosts, apr_size_t host_n,
                         int flags, resolve_t *resolve);

#endif
