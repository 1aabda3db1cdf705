/* SPDX-License-Identifier: Apache-2.0
 *
 * What is handed in with a request: everything that varies.
 */
#ifndef ML_REQUEST_H
#define ML_REQUEST_H

#include "ml_address.h"
#include "ml_random.h"

/* What an administrator sets, named as its directive is. */
typedef struct {
    apr_uint32_t minimum;       /* hosts before the world is looked at */
    apr_uint32_t maximum;       /* hosts in an answer; 0: no limit */
    apr_uint32_t nearest_km;    /* at which a mirror counts half; 0: off */
    apr_uint32_t stable_s;      /* seconds of one order; 0: off */
    const char *const *schemes; /* in lower case; NULL: all may be shown */
    apr_uint32_t scheme_n;
    int ip_parameter;      /* `ip=` counts */
    int version_parameter; /* `version=` counts */
} ml_settings_t;

#define ML_SETTINGS_DEFAULT {.minimum = 5, .ip_parameter = 1}

typedef struct {
    const char *path;   /* ends in one of the endpoints, see below */
    const char *query;  /* after the `?`, as it came; NULL: none */
    const char *accept; /* the field's value; NULL: none */
    ml_address_t client;
    apr_int64_t now_s;   /* seconds since the epoch */
    ml_random_t *random; /* advanced */
    const ml_settings_t *settings;
} ml_request_t;

/* Whose rules hold for what is asked for and which URLs are shown. */
typedef enum {
    ML_ENDPOINT_NONE,
    ML_ENDPOINT_MIRRORLIST,
    ML_ENDPOINT_METALINK
} ml_endpoint_e;

/* The endpoint in which the path ends. */
ml_endpoint_e ml_request_endpoint(const char *path);

#endif
