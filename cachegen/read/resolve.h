/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks up the DNS names that people typed where a network belongs: each name
 * once, and never longer than a budget for all of them together.
 */
#ifndef RESOLVE_H
#define RESOLVE_H

#include "apr_pools.h"
#include "apr_tables.h"
#include "apr_time.h"

#include "network.h"

typedef struct resolve_t resolve_t;

/* `budget`: time that all look-ups together may take, in microseconds. */
resolve_t *resolve_create(apr_interval_time_t budget, apr_pool_t *pool);

/* The addresses of a name for which network_is_name() holds, as network_t,
 * sorted, each once, at least one; they live in the pool of resolve_create().
 * `flags` of network_parse().  NULL, or a constant reason. */
const char *resolve_name(apr_array_header_t **networks, resolve_t *resolve,
                         const char *name, apr_size_t len, int flags);

#endif
