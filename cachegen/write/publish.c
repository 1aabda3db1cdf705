/* SPDX-License-Identifier: Apache-2.0
 *
 * Locks, syncs, renames; and the comparison of what a new cache holds with
 * what the published one does.
 */
#include "publish.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apr_strings.h"

#include "copy.h"
#include "ml_load.h"
#include "write.h"

#define LINKS_MAX 40 /* as the kernel has it */
#define HOUR_S 3600  /* an unchanged cache is published again after this */

struct publish_t {
    apr_pool_t *pool;
    const char *path; /* of the file itself, whatever links lead there */
    const char *good; /* its copy, beside the name that was given; likewise */
    const char *temporary;
    const char *copy; /* what becomes the copy */
    int fd;           /* of the temporary file, locked; -1: closed */
    int is_there;     /* the temporary file is ours to remove */
};

static const char *system_error(publish_t *p, const char *path,
                                const char *what)
{
    return apr_psprintf(p->pool, "%s %s: %s", path, what, strerror(errno));
}

static apr_status_t clean_up(void *p_)
{
    publish_t *p = p_;

    if (p->is_there) {
        unlink(p->temporary);
    }
    if (p->fd >= 0) {
        close(p->fd);
    }
    return APR_SUCCESS;
}

/* Whether the name still means the file that was opened: another run may have
 * published it between our open and our lock. */
static int still_named(const publish_t *p)
{
    struct stat by_fd, by_name;

    return fstat(p->fd, &by_fd) == 0 && lstat(p->temporary, &by_name) == 0
           && by_fd.st_dev == by_name.st_dev && by_fd.st_ino == by_name.st_ino;
}

/* A symbolic link stays one: its target is replaced, or made. */
static const char *follow_links(const char *path, apr_pool_t *pool)
{
    char target[PATH_MAX];
    int links;

    for (links = 0; links < LINKS_MAX; links++) {
        ssize_t len = readlink(path, target, sizeof(target) - 1);

        if (len < 0) {
            break;
        }
        target[len] = '\0';
        path = *target == '/'
                   ? apr_pstrdup(pool, target)
                   : apr_pstrcat(pool, dirname(apr_pstrdup(pool, path)), "/",
                                 target, NULL);
    }
    return path;
}

static int open_temporary(const char *path)
{
    return open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
}

/* One that a killed run of another user left, root's perhaps, is not ours to
 * write; but the folder is.  Whether that run still has it. */
static int remove_foreign(const char *path)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    int held = 0;

    if (fd >= 0) {
        held = flock(fd, LOCK_EX | LOCK_NB) != 0;
        if (!held) {
            unlink(path);
        }
        close(fd);
    }
    return held;
}

static const char *other_run(const publish_t *p)
{
    return apr_psprintf(p->pool, "another run is writing %s", p->path);
}

const char *publish_open(publish_t **publish, const char *path,
                         apr_pool_t *pool)
{
    publish_t *p = apr_pcalloc(pool, sizeof(*p));
    int locked;

    p->path = follow_links(path, pool);
    p->good = follow_links(apr_pstrcat(pool, path, ".good", NULL), pool);
    p->copy = apr_pstrcat(pool, p->good, ".copy", NULL);
    p->pool = pool;
    p->temporary = apr_pstrcat(pool, p->path, ".tmp", NULL);
    p->fd = open_temporary(p->temporary);
    if (p->fd < 0 && errno == EACCES) {
        if (remove_foreign(p->temporary)) {
            return other_run(p);
        }
        p->fd = open_temporary(p->temporary);
    }
    if (p->fd < 0) {
        return system_error(p, p->temporary, "cannot be created");
    }
    apr_pool_cleanup_register(pool, p, clean_up, apr_pool_cleanup_null);
    locked = flock(p->fd, LOCK_EX | LOCK_NB) == 0;
    if (!locked && errno != EWOULDBLOCK) {
        return system_error(p, p->temporary, "cannot be locked");
    }
    if (!locked || !still_named(p)) {
        return other_run(p);
    }
    p->is_there = 1;
    *publish = p;
    return NULL;
}

/* Writes and syncs; then the same code that the server uses reads it. */
static const char *write_and_check(publish_t *p, ml_cache_t **cache,
                                   const image_t *image, apr_int64_t created_s)
{
    const char *failed;

    if (ftruncate(p->fd, 0) != 0 || fchmod(p->fd, 0644) != 0) {
        return system_error(p, p->temporary, "cannot be written");
    }
    failed = write_image(p->fd, p->temporary, image, created_s);
    if (failed) {
        return failed;
    }
    if (fsync(p->fd) != 0) {
        return system_error(p, p->temporary, "cannot be written");
    }
    failed = ml_load_plain(cache, p->temporary, p->pool);
    return failed
               ? apr_psprintf(p->pool, "%s was written, but is not valid: %s",
                              p->temporary, failed)
               : NULL;
}

/* What is compared: a count that falls too far is no refresh. */
static const struct {
    const char *name;
    apr_size_t off;
} compared[] = {
    {"hosts", offsetof(ml_counts_rec, hosts)},
    {"directories", offsetof(ml_counts_rec, directories)},
    {"directories that a host carries",
     offsetof(ml_counts_rec, carried_directories)},
    {"(host, directory) pairs", offsetof(ml_counts_rec, pairs)},
    {"repositories", offsetof(ml_counts_rec, repositories)},
    {"file details", offsetof(ml_counts_rec, file_details)},
    {"ASN networks", offsetof(ml_counts_rec, asn_networks)},
    {"country networks", offsetof(ml_counts_rec, country_networks)},
    {"netblocks", offsetof(ml_counts_rec, netblocks)},
};

/* The losses above the limit, as a sentence, or NULL. */
static const char *shrunk(publish_t *p, const ml_cache_t *new,
                          const ml_cache_t *old, int max_shrink)
{
    const char *lost = NULL;
    apr_size_t i;

    for (i = 0; i < sizeof(compared) / sizeof(compared[0]); i++) {
        apr_uint64_t was = *(const apr_uint64_t *)((const char *)old->counts
                                                   + compared[i].off);
        apr_uint64_t is = *(const apr_uint64_t *)((const char *)new->counts
                                                  + compared[i].off);

        if (is < was && (double)(was - is) * 100 > (double)was * max_shrink) {
            lost = apr_psprintf(
                p->pool,
                "%s%s%s from %" APR_UINT64_T_FMT " to %" APR_UINT64_T_FMT,
                lost ? lost : "", lost ? ", " : "", compared[i].name, was, is);
        }
    }
    return lost ? apr_psprintf(p->pool,
                               "%s is not replaced: the new cache lost more "
                               "than %d %%: %s (--force publishes it)",
                               p->path, max_shrink, lost)
                : NULL;
}

/* Whether only the creation time differs. */
static int is_same(const ml_cache_t *new, const ml_cache_t *old)
{
    return new->header->file_size == old->header->file_size
           && !memcmp(new->header + 1, old->header + 1,
                      (apr_size_t) new->header->file_size
                          - sizeof(*new->header));
}

static const char *sync_folder(publish_t *p)
{
    const char *folder = dirname(apr_pstrdup(p->pool, p->path));
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const char *failed = NULL;

    if (fd < 0 || fsync(fd) != 0) {
        failed = system_error(p, folder, "cannot be synced");
    }
    if (fd >= 0) {
        close(fd);
    }
    return failed;
}

/* What is still wrong once the file is published is no failure. */
static void warn(report_t *report, const char *what)
{
    if (what) {
        report_warning(report, "%s", what);
    }
}

static const char *move_copy(publish_t *p)
{
    const char *failed;

    if (rename(p->copy, p->good) == 0) {
        return NULL;
    }
    failed = system_error(p, p->good, "cannot be replaced");
    unlink(p->copy);
    return failed;
}

/* The copy is made while the temporary file's lock keeps other runs away. */
static const char *move_into_place(publish_t *p, const ml_cache_t *new,
                                   report_t *report)
{
    const char *no_copy = copy_make(p->copy, new, p->fd, p->pool);

    if (rename(p->temporary, p->path) != 0) {
        const char *failed = system_error(p, p->path, "cannot be replaced");

        if (!no_copy) {
            unlink(p->copy);
        }
        return failed;
    }
    p->is_there = 0;
    warn(report, no_copy ? no_copy : move_copy(p));
    warn(report, sync_folder(p));
    return NULL;
}

/* A run that was killed between the two left an older copy. */
static const char *mend_copy(publish_t *p, const ml_cache_t *old)
{
    const char *failed = NULL;

    if (!copy_is_made(p->good, p->path, old)) {
        failed = copy_make(p->copy, old, -1, p->pool);
        failed = failed ? failed : move_copy(p);
    }
    return failed;
}

/* An unchanged file stays for an hour; one of the future would for years. */
static int may_stay(const ml_cache_t *new, const ml_cache_t *old,
                    const publish_rules_t *rules)
{
    return rules->if_changed && is_same(new, old)
           && rules->created_s - old->header->created_s <= HOUR_S
           && !ml_cache_is_ahead(old, rules->now_s);
}

/* What nobody can be served without, as a sentence, or NULL. */
static const char *empty(publish_t *p, const ml_cache_t *new)
{
    const char *what = new->counts->repositories == 0 ? "repository"
                       : new->counts->hosts == 0
                           ? "host that carries a directory"
                           : NULL;

    return what ? apr_psprintf(p->pool,
                               "%s is not published: the new cache has no %s "
                               "(--force publishes it)",
                               p->path, what)
                : NULL;
}

publish_result_e publish(publish_t *p, const image_t *image,
                         const publish_rules_t *rules, report_t *report,
                         apr_uint64_t *size, const char **error)
{
    ml_cache_t *new, *old;
    const char *refused;
    struct stat st;

    *error = write_and_check(p, &new, image, rules->created_s);
    if (*error) {
        return PUBLISH_FAILED;
    }
    *size = new->header->file_size;
    if (ml_cache_is_ahead(new, rules->now_s)) {
        report_warning(report,
                       "the creation time is %" APR_INT64_T_FMT
                       " s in the future: servers will warn about this cache",
                       rules->created_s - rules->now_s);
    }
    if (lstat(p->path, &st) == 0) {
        refused = ml_load_plain(&old, p->path, p->pool);
        if (refused) {
            report_warning(report, "%s cannot be compared with the new one: %s",
                           p->path, refused);
        }
        else {
            if (may_stay(new, old, rules)) {
                warn(report, mend_copy(p, old));
                return PUBLISH_UNCHANGED;
            }
            *error =
                rules->force ? NULL : shrunk(p, new, old, rules->max_shrink);
            if (*error) {
                return PUBLISH_REFUSED;
            }
        }
    }
    *error = rules->force ? NULL : empty(p, new);
    if (*error) {
        return PUBLISH_REFUSED;
    }
    *error = move_into_place(p, new, report);
    return *error ? PUBLISH_FAILED : PUBLISH_DONE;
}
