/* SPDX-License-Identifier: Apache-2.0
 *
 * What is missing is either fatal or a warning; which, is decided only here.
 */
#include "input.h"

#include <unistd.h>

#include "apr_strings.h"

int input_is_there(const input_t *input, const char *what, report_t *report)
{
    if (input->named || access(input->path, F_OK) == 0) {
        return 1;
    }
    report_warning(report, "there is no %s (%s): the cache is made without it",
                   input->path, what);
    return 0;
}

const char *input_says_nothing(const input_t *input, const char *why,
                               report_t *report, apr_pool_t *pool)
{
    if (input->named) {
        return apr_pstrcat(pool, input->path, " ", why, NULL);
    }
    report_warning(report, "%s %s: the cache is made without it", input->path,
                   why);
    return NULL;
}
