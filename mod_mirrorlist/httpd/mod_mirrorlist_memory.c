/* SPDX-License-Identifier: Apache-2.0 */
#include "mod_mirrorlist_memory.h"

/* Making an answer waits for nobody, so hardly more are made at once than there
 * are processors; the others wait for their clients. */
#define IDLE_MAX 16

static apr_pool_t *idle[IDLE_MAX];

apr_pool_t *memory_take(apr_pool_t *like)
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

/* --- buckets, as those of a heap ------------------------------------------ */

/* httpd hands a connection, and with it the memory where its buckets are, from
 * thread to thread in a way that ThreadSanitizer does not see. */
#define TOUCHES_BUCKET __attribute__((no_sanitize("thread")))

typedef struct {
    apr_bucket_refcount refcount; /* first, for apr_bucket_shared_...() */
    apr_pool_t *scratch;          /* in which this and the bytes are */
    const char *bytes;
} shared_t;

/* Releases what was written into the pool to the thread that destroys. */
static shared_t *share(apr_pool_t *scratch, const char *bytes)
{
    shared_t *shared = apr_palloc(scratch, sizeof(*shared));

    shared->bytes = bytes;
    __atomic_store_n(&shared->scratch, scratch, __ATOMIC_RELEASE);
    return shared;
}

static void destroy(void *shared_)
{
    shared_t *shared = shared_;

    if (apr_bucket_shared_destroy(shared)) {
        give_back(__atomic_load_n(&shared->scratch, __ATOMIC_ACQUIRE));
    }
}

TOUCHES_BUCKET
static apr_status_t read_bytes(apr_bucket *bucket, const char **bytes,
                               apr_size_t *len, apr_read_type_e block)
{
    const shared_t *shared = bucket->data;

    *bytes = shared->bytes + bucket->start;
    *len = bucket->length;
    return APR_SUCCESS;
}

static const apr_bucket_type_t memory_type = {
    "MIRRORLIST",
    5,
    APR_BUCKET_DATA,
    destroy,
    read_bytes,
    apr_bucket_setaside_noop,
    apr_bucket_shared_split,
    apr_bucket_shared_copy,
};

TOUCHES_BUCKET
apr_bucket *memory_bucket(apr_pool_t *scratch, const char *bytes,
                          apr_size_t len, apr_bucket_alloc_t *alloc)
{
    apr_bucket *bucket = apr_bucket_alloc(sizeof(*bucket), alloc);

    APR_BUCKET_INIT(bucket);
    bucket->free = apr_bucket_free;
    bucket->list = alloc;
    bucket = apr_bucket_shared_make(bucket, share(scratch, bytes), 0, len);
    bucket->type = &memory_type;
    return bucket;
}
