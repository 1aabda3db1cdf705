/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes of a file's own: shared by the file system until one of the two is
 * written to (FICLONE), or written again.  Never a hard link.
 */
#include "copy.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/fs.h>

#include "apr_strings.h"

#include "write.h"

#define CHUNK_LEN 65536

/* Whether the file has just the bytes of the cache. */
static int has_bytes(int fd, const ml_cache_t *cache)
{
    const char *expected = (const char *)cache->header;
    apr_uint64_t left = cache->header->file_size;
    char bytes[CHUNK_LEN];
    ssize_t n;

    while ((n = read(fd, bytes, sizeof(bytes))) > 0) {
        if ((apr_uint64_t)n > left || memcmp(bytes, expected, (apr_size_t)n)) {
            return 0;
        }
        expected += n;
        left -= (apr_uint64_t)n;
    }
    return n == 0 && left == 0;
}

/* 0, or errno. */
static int fill(int fd, const ml_cache_t *cache, int from_fd)
{
    int error;

    if (fchmod(fd, 0644) != 0) {
        return errno;
    }
    if (ioctl(fd, FICLONE, from_fd) != 0) {
        error = write_bytes(fd, cache->header,
                            (apr_size_t)cache->header->file_size);
        if (error) {
            return error;
        }
    }
    return fsync(fd) == 0 && lseek(fd, 0, SEEK_SET) == 0 ? 0 : errno;
}

const char *copy_make(const char *path, const ml_cache_t *cache, int from_fd,
                      apr_pool_t *pool)
{
    const char *failed = NULL;
    int fd, error;

    unlink(path); /* of a run that was killed */
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0) {
        return apr_psprintf(pool, "%s cannot be created: %s", path,
                            strerror(errno));
    }
    error = fill(fd, cache, from_fd);
    if (error) {
        failed = apr_psprintf(pool, "%s cannot be written: %s", path,
                              strerror(error));
    }
    else if (!has_bytes(fd, cache)) {
        failed =
            apr_pstrcat(pool, path, " was written, but is not valid", NULL);
    }
    close(fd);
    if (failed) {
        unlink(path);
    }
    return failed;
}

int copy_is_made(const char *path, const char *original,
                 const ml_cache_t *cache)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct stat copy, st;
    int made;

    if (fd < 0) {
        return 0;
    }
    made = fstat(fd, &copy) == 0 && stat(original, &st) == 0
           && (copy.st_dev != st.st_dev || copy.st_ino != st.st_ino)
           && has_bytes(fd, cache);
    close(fd);
    return made;
}
