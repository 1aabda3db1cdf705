/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line and the configuration file of mirrorlist-cachegen.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "apr_pools.h"
#include "apr_time.h"

#include "input.h"
#include "report.h"

typedef struct {
    const char *config;   /* of the command line; NULL: the usual one */
    const char *database; /* postgresql:// or sqlite:PATH, never SQLAlchemy's */
    const char *protobuf; /* instead of a database */
    input_t geoip;
    input_t netblocks;
    input_t continents;
    input_t captive; /* path NULL: none */
    const char *output;
    apr_int64_t time_s; /* creation time; -1: now */
    int resolve;
    int address_families;
    int allow_loopback;
    int max_shrink; /* percent */
    int force;
    int if_changed;
    report_level_e level;
} options_t;

typedef enum {
    OPTIONS_RUN,
    OPTIONS_DONE,  /* --help, --version: said, exit 0 */
    OPTIONS_INPUT, /* a configuration file that cannot be read: exit 2 */
    OPTIONS_USAGE  /* exit 64 */
} options_result_e;

/* Reads the command line, then the configuration file for what it left open,
 * then the defaults.  For INPUT and USAGE `*error` is a sentence in `pool`. */
options_result_e options_read(options_t *options, const char **error, int argc,
                              const char *const *argv, apr_pool_t *pool);

#endif
