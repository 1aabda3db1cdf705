/* SPDX-License-Identifier: Apache-2.0 */
#include "mod_mirrorlist_scratch.h"

/* Making an answer waits for nobody, so hardly more are under way at once than
 * there are processors. */
#define IDLE_MAX 32

static apr_pool_t *idle[IDLE_MAX];

apr_pool_t *scratch_take(apr_pool_t *like)
{
    apr_pool_t *scratch = NULL;
    int i;

    for (i = 0; i < IDLE_MAX; i++) {
        if (__atomic_load_n(&idle[i], __ATOMIC_RELAXED)) {
            scratch = __atomic_exchange_n(&idle[i], NULL, __ATOMIC_ACQUIRE);
            if (scratch) {
                return scratch;
            }
        }
    }
    /* Nobody's child: a process may end while others still write in it. */
    apr_pool_create_unmanaged_ex(&scratch, apr_pool_abort_get(like), NULL);
    return scratch;
}

void scratch_give_back(apr_pool_t *scratch)
{
    int i;

    apr_pool_clear(scratch);
    for (i = 0; i < IDLE_MAX; i++) {
        apr_pool_t *none = NULL;

        if (__atomic_compare_exchange_n(&idle[i], &none, scratch, 0,
                                        __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
            return;
        }
    }
    apr_pool_destroy(scratch);
}
