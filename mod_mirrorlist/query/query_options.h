/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line of mirrorlist-query.
 */
#ifndef QUERY_OPTIONS_H
#define QUERY_OPTIONS_H

#include "ml_answer.h"

enum {
    EXIT_OK = 0,
    EXIT_FINDINGS = 1,
    EXIT_INVALID = 2,
    EXIT_USAGE_ERROR = 64
};

typedef struct {
    const char *cache;
    const char *target; /* the request, or NULL */
    int batch;          /* each line of standard input is a request */
    const char *check;  /* the file to check, or NULL */
    const char *info;   /* the file to describe, or NULL */
    int explain;
    const char *host; /* explain this one alone; NULL: all */
    int json;
    ml_address_t client;
    const char *accept; /* the request's field; NULL: none */
    int seeded;
    apr_uint64_t seed;
    apr_int64_t now_s; /* seconds since the epoch */
    ml_settings_t settings;
} options_t;

/* -1 to go on, or the exit code: what there was to say has been said. */
int options_read(options_t *options, int argc, const char *const *argv,
                 apr_pool_t *pool);

/* Says on stderr what is wrong; EXIT_USAGE_ERROR. */
int options_error(const char *format, const char *what);

#endif
