/* SPDX-License-Identifier: Apache-2.0
 *
 * A request to a cache, from its query to its response.  Knows none of either.
 */
#ifndef ASKING_H
#define ASKING_H

#include "edit.h"
#include "ml_answer.h"

static ml_cache_t *cache;
static ml_settings_t settings;
static ml_request_t request;
static ml_response_t response;

/* What every request starts with: no minimum, the address of a document. */
static inline void asking_set_up(void)
{
    static const ml_settings_t usual = ML_SETTINGS_DEFAULT;
    static ml_random_t random;

    settings = usual;
    memset(&request, 0, sizeof(request));
    ml_random_seed(&random, 1);
    request.client = ml_address_parse("192.0.2.1");
    request.now_s = 1795514400; /* 2026-11-24 10:00:00 UTC */
    request.random = &random;
    request.settings = &settings;
}

static inline void ask(const char *path, const char *query)
{
    request.path = path;
    request.query = query;
    memset(&response, 0xff, sizeof(response));
    ml_answer(&response, cache, &request, pool);
}

static inline const char *body(void)
{
    return unit_string(response.body, response.body_len);
}

/* "NAME: VALUE\n" of each field but Cache-Control, which all have. */
static inline const char *fields(void)
{
    const char *text = "";
    int i;

    for (i = 0; i < response.field_n; i++) {
        if (strcmp(response.fields[i].name, "Cache-Control")) {
            text = apr_pstrcat(pool, text, response.fields[i].name, ": ",
                               response.fields[i].value, "\n", NULL);
        }
    }
    ck_assert_str_eq(ml_response_field(&response, "Cache-Control"),
                     "private, no-store");
    return text;
}

#endif
