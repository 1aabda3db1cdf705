/* SPDX-License-Identifier: Apache-2.0
 *
 * What is handed in with a request: everything that varies.
 */
#ifndef ML_REQUEST_H
#define ML_REQUEST_H

#include "ml_address.h"
#include "ml_random.h"

/* What an administrator sets. */
typedef struct {
    apr_uint32_t minimum;  /* hosts before the world is looked at */
    apr_uint32_t maximum;  /* hosts in an answer; 0: no limit */
    int ip_parameter;      /* `ip=` counts */
    int version_parameter; /* `version=` counts */
} ml_settings_t;

#define ML_SETTINGS_DEFAULT {5, 0, 1, 0}

typedef struct {
    const char *path;  /* ends in one of the endpoints, see below */
    const char *query; /* after the `?`, as it came; NULL: none */
    ml_address_t client;
    apr_int64_t now_s;   /* seconds since the epoch */
    ml_random_t *random; /* advanced */
    const ml_settings_t *settings;
} ml_request_t;

typedef enum {
    ML_SERVES_NOTHING,
    ML_SERVES_MIRRORLIST,
    ML_SERVES_METALINK
} ml_serves_e;

/* The endpoint in which the path ends. */
ml_serves_e ml_request_serves(const char *path);

#endif
