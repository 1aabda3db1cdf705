/* SPDX-License-Identifier: Apache-2.0
 *
 * Units and separators, in English.
 */
#include "ml_human.h"

#include <string.h>

#include "apr_strings.h"
#include "apr_time.h"

#include "ml_cache_format.h"

const char *ml_human_date(apr_int64_t seconds, apr_pool_t *pool)
{
    apr_time_exp_t t;

    if (seconds < 0 || seconds > ML_TIME_MAX) {
        return apr_psprintf(pool, "%" APR_INT64_T_FMT " s after 1970", seconds);
    }
    apr_time_exp_gmt(&t, apr_time_from_sec(seconds));
    return apr_psprintf(pool, "%04d-%02d-%02d %02d:%02d:%02d UTC",
                        t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
                        t.tm_min, t.tm_sec);
}

const char *ml_human_duration(apr_int64_t seconds, apr_pool_t *pool)
{
    static const struct {
        const char *name;
        int seconds;
    } units[] = {{"d", 86400}, {"h", 3600}, {"min", 60}, {"s", 1}};
    int i = 0;

    if (seconds < 0) {
        return apr_pstrcat(pool, "-", ml_human_duration(-seconds, pool), NULL);
    }
    while (i < 3 && seconds < units[i].seconds) {
        i++;
    }
    if (i == 3 || seconds % units[i].seconds < units[i + 1].seconds) {
        return apr_psprintf(pool, "%" APR_INT64_T_FMT " %s",
                            seconds / units[i].seconds, units[i].name);
    }
    return apr_psprintf(pool, "%" APR_INT64_T_FMT " %s %" APR_INT64_T_FMT " %s",
                        seconds / units[i].seconds, units[i].name,
                        seconds % units[i].seconds / units[i + 1].seconds,
                        units[i + 1].name);
}

const char *ml_human_number(apr_uint64_t number, apr_pool_t *pool)
{
    const char *digits = apr_psprintf(pool, "%" APR_UINT64_T_FMT, number);
    apr_size_t len = strlen(digits), i;
    char *text = apr_palloc(pool, 2 * len), *out = text;

    for (i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) {
            *out++ = ',';
        }
        *out++ = digits[i];
    }
    *out = '\0';
    return text;
}

const char *ml_human_bytes(apr_uint64_t bytes, apr_pool_t *pool)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    double size = (double)bytes / 1000;
    int i = 0;

    if (bytes < 1000) {
        return apr_psprintf(pool, "%d bytes", (int)bytes);
    }
    for (; size >= 1000; i++) {
        size /= 1000;
    }
    return apr_psprintf(pool, "%.1f %s", size, units[i]);
}
