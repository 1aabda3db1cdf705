/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a cache file with read(), not mmap(): a file that is truncated later
 * must not kill those who use it.
 */
#include "ml_load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apr_strings.h"

#include "ml_cache_open.h"
#include "ml_order.h"

static void stamp_from_stat(ml_load_stamp_t *stamp, const struct stat *st)
{
    stamp->device = (apr_uint64_t)st->st_dev;
    stamp->inode = (apr_uint64_t)st->st_ino;
    stamp->size = (apr_uint64_t)st->st_size;
    stamp->modified_ns =
        st->st_mtim.tv_sec * APR_INT64_C(1000000000) + st->st_mtim.tv_nsec;
    stamp->changed_ns =
        st->st_ctim.tv_sec * APR_INT64_C(1000000000) + st->st_ctim.tv_nsec;
}

int ml_load_stamp(ml_load_stamp_t *stamp, const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0) {
        return 0;
    }
    stamp_from_stat(stamp, &st);
    return 1;
}

int ml_load_same_stamp(const ml_load_stamp_t *a, const ml_load_stamp_t *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size
           && a->modified_ns == b->modified_ns
           && a->changed_ns == b->changed_ns;
}

static const char *system_error(const char *what, apr_pool_t *pool)
{
    char text[120];

    return apr_psprintf(pool, "%s: %s", what,
                        apr_strerror(errno, text, sizeof(text)));
}

/* Exactly `size` bytes. */
static const char *read_all(int fd, char *bytes, apr_size_t size,
                            apr_pool_t *pool)
{
    while (size > 0) {
        ssize_t n = read(fd, bytes, size);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return system_error("cannot be read", pool);
        }
        if (n == 0) {
            return "the file became shorter while it was read";
        }
        bytes += n;
        size -= (apr_size_t)n;
    }
    return NULL;
}

static const char *load_fd(ml_cache_t **cache, ml_load_stamp_t *stamp, int fd,
                           apr_uint64_t max_size, ml_load_alloc_fn *alloc,
                           void *baton, apr_pool_t *pool)
{
    ml_load_stamp_t after;
    const char *refused;
    struct stat st;
    void *bytes;

    if (fstat(fd, &st) != 0) {
        return system_error("cannot be read", pool);
    }
    if (!S_ISREG(st.st_mode)) {
        return "this is not a regular file";
    }
    stamp_from_stat(stamp, &st);
    if (stamp->size == 0) {
        return "the file is empty";
    }
    if (stamp->size > max_size) {
        return apr_psprintf(pool,
                            "the file has %" APR_UINT64_T_FMT " bytes, more "
                            "than the %" APR_UINT64_T_FMT " allowed",
                            stamp->size, max_size);
    }
    bytes = alloc(baton, (apr_size_t)stamp->size);
    if (!bytes) {
        return apr_psprintf(
            pool, "there is no memory for %" APR_UINT64_T_FMT " bytes",
            stamp->size);
    }
    refused = read_all(fd, bytes, (apr_size_t)stamp->size, pool);
    if (refused) {
        return refused;
    }
    if (fstat(fd, &st) != 0) {
        return system_error("cannot be read", pool);
    }
    stamp_from_stat(&after, &st);
    /* A rename or a new link changes only the last of them. */
    if (after.size != stamp->size || after.modified_ns != stamp->modified_ns) {
        return "the file changed while it was read";
    }
    if (!ML_ORDER_IS_NATIVE) {
        ml_order_turn_file(bytes, stamp->size);
    }
    return ml_cache_open(cache, bytes, stamp->size, pool);
}

const char *ml_load(ml_cache_t **cache, ml_load_stamp_t *stamp,
                    const char *path, apr_uint64_t max_size,
                    ml_load_alloc_fn *alloc, void *baton, apr_pool_t *pool)
{
    /* O_NONBLOCK: a fifo of that name must not stop the server. */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    const char *refused;

    if (fd < 0) {
        return system_error("cannot be opened", pool);
    }
    refused = load_fd(cache, stamp, fd, max_size, alloc, baton, pool);
    close(fd);
    return refused;
}

static apr_status_t free_bytes(void *bytes)
{
    free(bytes);
    return APR_SUCCESS;
}

static void *alloc_plain(void *baton, apr_size_t size)
{
    apr_pool_t *pool = baton;
    void *bytes = calloc(1, size);

    if (bytes) {
        apr_pool_cleanup_register(pool, bytes, free_bytes,
                                  apr_pool_cleanup_null);
    }
    return bytes;
}

const char *ml_load_plain(ml_cache_t **cache, const char *path,
                          apr_pool_t *pool)
{
    ml_load_stamp_t stamp;

    return ml_load(cache, &stamp, path, APR_SIZE_MAX, alloc_plain, pool, pool);
}
