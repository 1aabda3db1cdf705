/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line of both tools: one table of options says what is read, where
 * it goes and what --help tells of it.  --help and --version come by
 * themselves.
 */
#ifndef ML_COMMAND_H
#define ML_COMMAND_H

#include "apr_pools.h"
#include "apr_tables.h"

/* Reads a value into its place; whether it could be read.  Values live as long
 * as the command line. */
typedef int ml_option_fn(void *place, const char *value, apr_pool_t *pool);

typedef struct {
    const char *name;  /* without dashes */
    const char *value; /* what --help calls it; NULL: none, "1" is read */
    ml_option_fn *read;
    apr_size_t off;   /* of the place in the tool's options */
    const char *help; /* one line, or two */
} ml_option_t;

typedef struct {
    const char *name;  /* of the tool */
    const char *usage; /* before the options in --help */
    const char *notes; /* behind them */
    const ml_option_t *options;
    int n;
} ml_command_t;

typedef enum {
    ML_COMMAND_RUN,
    ML_COMMAND_DONE, /* --help, --version: said */
    ML_COMMAND_USAGE /* a mistake; exit 64 is meant for it */
} ml_command_e;

/* Reads the command line over `options`, which hold the defaults.  What is no
 * option is pushed to `operands` (const char *).  For USAGE `*error` is a
 * sentence in `pool`. */
ml_command_e ml_command_read(void *options, apr_array_header_t *operands,
                             const char **error, const ml_command_t *command,
                             int argc, const char *const *argv,
                             apr_pool_t *pool);

/* A text that is not empty (const char *). */
int ml_option_text(void *place, const char *text, apr_pool_t *pool);

/* yes, on, true or 1, and their opposites (int). */
int ml_option_flag(void *place, const char *text, apr_pool_t *pool);

/* Seconds since the epoch, up to the year 9999 (apr_int64_t). */
int ml_option_time(void *place, const char *text, apr_pool_t *pool);

#endif
