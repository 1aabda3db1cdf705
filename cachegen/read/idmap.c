/* SPDX-License-Identifier: Apache-2.0
 *
 * Open addressing over (id, place) pairs, at most half full.
 */
#include "idmap.h"

#include <string.h>

#include "buffer.h"

typedef struct {
    apr_int64_t id;
    apr_uint32_t place;
    apr_uint32_t used;
} pair_t;

typedef BUFFER_OF(pair_t) pairs_t;

struct idmap_t {
    pairs_t pairs; /* a power of two */
    apr_uint32_t n;
};

idmap_t *idmap_create(apr_pool_t *pool)
{
    idmap_t *map = apr_pcalloc(pool, sizeof(*map));

    buffer_init(&map->pairs.buffer, pool);
    buffer_add(&map->pairs.buffer, NULL, 64 * sizeof(pair_t));
    return map;
}

/* The pair of the id, or the unused one where it belongs. */
static pair_t *pair_of(const pairs_t *pairs, apr_int64_t id)
{
    pair_t *all = BUFFER_AT(pairs);
    apr_uint32_t mask = BUFFER_N(pairs) - 1;
    apr_uint32_t slot =
        (apr_uint32_t)((apr_uint64_t)id * 0x9e3779b97f4a7c15u >> 32) & mask;

    while (all[slot].used && all[slot].id != id) {
        slot = (slot + 1) & mask;
    }
    return &all[slot];
}

static void grow(idmap_t *map)
{
    pairs_t old = map->pairs;
    apr_uint32_t i, n = BUFFER_N(&old);

    memset(&map->pairs, 0, sizeof(map->pairs));
    buffer_add(&map->pairs.buffer, NULL, 2 * old.buffer.len);
    for (i = 0; i < n; i++) {
        pair_t *pair = &BUFFER_AT(&old)[i];

        if (pair->used) {
            *pair_of(&map->pairs, pair->id) = *pair;
        }
    }
    buffer_free(&old.buffer);
}

int idmap_add(idmap_t *map, apr_int64_t id, apr_uint32_t place)
{
    pair_t *pair = pair_of(&map->pairs, id);

    if (pair->used) {
        return 0;
    }
    pair->id = id;
    pair->place = place;
    pair->used = 1;
    if (2 * ++map->n >= BUFFER_N(&map->pairs)) {
        grow(map);
    }
    return 1;
}

apr_uint32_t idmap_find(const idmap_t *map, apr_int64_t id)
{
    const pair_t *pair = pair_of(&map->pairs, id);

    return pair->used ? pair->place : IDMAP_UNKNOWN;
}
