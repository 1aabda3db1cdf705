/* SPDX-License-Identifier: Apache-2.0
 *
 * From a row's id to its place in the model, at the speed of ten million
 * rows that each name two.
 */
#ifndef IDMAP_H
#define IDMAP_H

#include "apr_pools.h"

#define IDMAP_UNKNOWN 0xffffffffu /* there is no such row */
#define IDMAP_SKIPPED 0xfffffffeu /* it could not be used, and was reported */

typedef struct idmap_t idmap_t;

idmap_t *idmap_create(apr_pool_t *pool);

/* Remembers the place (or IDMAP_SKIPPED) of a row; 0 if the id is there
 * already, and then nothing changes. */
int idmap_add(idmap_t *map, apr_int64_t id, apr_uint32_t place);

apr_uint32_t idmap_find(const idmap_t *map, apr_int64_t id);

#endif
