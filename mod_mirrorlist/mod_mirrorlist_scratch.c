/* SPDX-License-Identifier: Apache-2.0 */
#include "mod_mirrorlist_scratch.h"

/* Making an answer waits for nobody, so hardly more are made at once than there
 * are processors; the others wait for their clients. */
#define IDLE_MAX 16

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

static void give_back(apr_pool_t *scratch)
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

/* --- buckets, as apr_buckets_heap.c has them -------------------------------
 */

typedef struct {
    apr_bucket_refcount refcount; /* first, for apr_bucket_shared_...() */
    apr_pool_t *scratch;
    const char *bytes;
} shared_t;

static void destroy(void *shared_)
{
    shared_t *shared = shared_;

    if (apr_bucket_shared_destroy(shared)) {
        give_back(shared->scratch);
        apr_bucket_free(shared);
    }
}

static apr_status_t read_bytes(apr_bucket *bucket, const char **bytes,
                               apr_size_t *len, apr_read_type_e block)
{
    const shared_t *shared = bucket->data;

    *bytes = shared->bytes + bucket->start;
    *len = bucket->length;
    return APR_SUCCESS;
}

static const apr_bucket_type_t scratch_type = {
    "MIRRORLIST",
    5,
    APR_BUCKET_DATA,
    destroy,
    read_bytes,
    apr_bucket_setaside_noop,
    apr_bucket_shared_split,
    apr_bucket_shared_copy,
};

apr_bucket *scratch_bucket(apr_pool_t *scratch, const char *bytes,
                           apr_size_t len, apr_bucket_alloc_t *alloc)
{
    apr_bucket *bucket = apr_bucket_alloc(sizeof(*bucket), alloc);
    shared_t *shared = apr_bucket_alloc(sizeof(*shared), alloc);

    APR_BUCKET_INIT(bucket);
    bucket->free = apr_bucket_free;
    bucket->list = alloc;
    shared->scratch = scratch;
    shared->bytes = bytes;
    bucket = apr_bucket_shared_make(bucket, shared, 0, len);
    bucket->type = &scratch_type;
    return bucket;
}
