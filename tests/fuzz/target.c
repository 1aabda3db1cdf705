/* SPDX-License-Identifier: Apache-2.0
 *
 * The linker wraps apr_palloc() and its like: a pool's blocks lie side by
 * side in one large one, where an overflow hits the neighbour unseen.  Here
 * each is a block of malloc() of exactly its size, freed with its pool.
 */
#include "target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apr_general.h"

#include "ml_load.h"

void *__wrap_apr_palloc(apr_pool_t *pool, apr_size_t size);
char *__wrap_apr_pstrdup(apr_pool_t *pool, const char *text);
char *__wrap_apr_pstrmemdup(apr_pool_t *pool, const char *text, apr_size_t len);

static apr_status_t free_block(void *block)
{
    free(block);
    return APR_SUCCESS;
}

void *__wrap_apr_palloc(apr_pool_t *pool, apr_size_t size)
{
    void *block = malloc(size);

    if (block) {
        apr_pool_cleanup_register(pool, block, free_block,
                                  apr_pool_cleanup_null);
    }
    return block;
}

char *__wrap_apr_pstrdup(apr_pool_t *pool, const char *text)
{
    return text ? __wrap_apr_pstrmemdup(pool, text, strlen(text)) : NULL;
}

char *__wrap_apr_pstrmemdup(apr_pool_t *pool, const char *text, apr_size_t len)
{
    char *copy = text ? __wrap_apr_palloc(pool, len + 1) : NULL;

    if (copy) {
        memcpy(copy, text, len);
        copy[len] = '\0';
    }
    return copy;
}

apr_pool_t *target_pool(void)
{
    static int initialised;
    apr_pool_t *pool;

    if (!initialised++) {
        apr_initialize();
    }
    apr_pool_create(&pool, NULL);
    return pool;
}

static void give_up(const char *what)
{
    fprintf(stderr, "MIRRORLIST_FUZZ_CACHE: %s\n", what);
    exit(2);
}

const ml_cache_t *target_cache(void)
{
    static ml_cache_t *cache;

    if (!cache) {
        const char *path = getenv("MIRRORLIST_FUZZ_CACHE");
        const char *refused;

        if (!path) {
            give_up("it must name a cache file");
        }
        refused = ml_load_plain(&cache, path, target_pool());
        if (refused) {
            give_up(refused);
        }
    }
    return cache;
}

const char *target_cache_bytes(apr_size_t *size)
{
    const ml_header_rec *header = target_cache()->header;

    *size = (apr_size_t)header->file_size;
    return (const char *)header;
}
