/* SPDX-License-Identifier: Apache-2.0
 *
 * What every program of unit tests needs: a pool that lives for one test, a
 * folder for all of them, and the run with check's usual summary.  Knows
 * nothing of what is tested.
 */
#ifndef UNIT_H
#define UNIT_H

#include <check.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "apr_general.h"
#include "apr_pools.h"
#include "apr_strings.h"

#include "ml_text.h"

#define N(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* Of the test that runs. */
static apr_pool_t *pool;

/* For files of the tests; it goes with them after the last one, failed tests
 * too. */
static char unit_folder[PATH_MAX];

static inline void unit_make_folder(const char *name)
{
    const char *parent = getenv("TMPDIR");

    snprintf(unit_folder, sizeof(unit_folder), "%s/test_%s.XXXXXX",
             parent && *parent ? parent : P_tmpdir, name);
    if (!mkdtemp(unit_folder)) {
        perror(unit_folder);
        exit(EXIT_FAILURE);
    }
}

static inline void unit_remove_folder(void)
{
    DIR *folder = opendir(unit_folder);
    struct dirent *entry;

    while (folder && (entry = readdir(folder))) {
        unlinkat(dirfd(folder), entry->d_name, 0);
    }
    if (folder) {
        closedir(folder);
    }
    rmdir(unit_folder);
}

static inline void unit_set_up(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
}

static inline void unit_tear_down(void)
{
    apr_pool_destroy(pool);
    apr_terminate();
}

/* Bytes without an end, as a string for comparison. */
static inline const char *unit_string(const char *bytes, apr_size_t len)
{
    return ml_text_copy(bytes, len, pool);
}

static inline TCase *unit_case(const char *name)
{
    TCase *tests = tcase_create(name);

    tcase_add_checked_fixture(tests, unit_set_up, unit_tear_down);
    return tests;
}

/* The exit code of main(). */
static inline int unit_run(const char *name, TCase *tests)
{
    Suite *suite = suite_create(name);
    SRunner *runner;
    int failed;

    unit_make_folder(name);
    suite_add_tcase(suite, tests);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    unit_remove_folder();
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
