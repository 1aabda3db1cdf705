/* SPDX-License-Identifier: Apache-2.0
 *
 * Any request to a sound cache gets an answer that its readers take, and so
 * does the question why it is this one.  The
 * input's first bytes are switches, settings, seed and address; the rest is
 * the query.
 */
#include <stdlib.h>
#include <string.h>

#include "judge.h"
#include "ml_explain.h"
#include "target.h"

enum {
    METALINK = 1,
    IP_PARAMETER_OFF = 2,
    VERSION_PARAMETER = 4,
    CLIENT_V6 = 8,
    CLIENT_NONE = 16,
    NO_QUERY = 32,
    NO_CACHE = 64,
    ACCEPT = 128
};

enum {
    MINIMUM = 15, /* hosts */
    NEAREST = 16,
    STABLE_ORDER = 32,
    SCHEMES = 64,
    NO_SCHEMES = 128
};

typedef struct {
    unsigned char switches;
    unsigned char settings;
    unsigned char maximum;
    unsigned char seed;
    unsigned char client[16]; /* network order; IPv4: the first four */
} input_t;

static void set(ml_settings_t *settings, const input_t *input)
{
    static const char *const schemes[] = {"https", "ftp", "gopher", "none"};

    settings->minimum = input->settings & MINIMUM;
    settings->maximum = input->maximum;
    settings->nearest_km = input->settings & NEAREST ? 1000 : 0;
    settings->stable_s = input->settings & STABLE_ORDER ? 3600 : 0;
    settings->schemes =
        input->settings & (SCHEMES | NO_SCHEMES) ? schemes : NULL;
    settings->scheme_n =
        input->settings & NO_SCHEMES ? 0 : sizeof(schemes) / sizeof(schemes[0]);
    settings->ip_parameter = !(input->switches & IP_PARAMETER_OFF);
    settings->version_parameter = (input->switches & VERSION_PARAMETER) != 0;
}

static const char *query_of(const uint8_t *data, size_t size, apr_pool_t *pool)
{
    char *query = apr_palloc(pool, size + 1);

    memcpy(query, data, size);
    query[size] = '\0';
    return query;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ml_settings_t settings = ML_SETTINGS_DEFAULT;
    ml_request_t request = {.now_s = 1700000000, .settings = &settings};
    ml_response_t response;
    ml_random_t random;
    apr_pool_t *pool;
    input_t input;

    if (size < sizeof(input)) {
        return 0;
    }
    memcpy(&input, data, sizeof(input));
    pool = target_pool();
    set(&settings, &input);
    ml_random_seed(&random, input.seed);
    request.random = &random;
    request.path = input.switches & METALINK ? "/metalink" : "/mirrorlist";
    request.accept =
        input.switches & ACCEPT ? "application/metalink4+xml" : NULL;
    if (!(input.switches & CLIENT_NONE)) {
        request.client = ml_address_from_bytes(
            input.client, input.switches & CLIENT_V6 ? 16 : 4);
    }
    if (!(input.switches & NO_QUERY)) {
        request.query =
            query_of(data + sizeof(input), size - sizeof(input), pool);
    }
    ml_answer(&response, input.switches & NO_CACHE ? NULL : target_cache(),
              &request, pool);
    judge_response(&response, &request);
    judge_body(&response);
    ml_explain_answer(&response,
                      input.switches & NO_CACHE ? NULL : target_cache(),
                      &request, pool);
    judge_explanation(&response);
    apr_pool_destroy(pool);
    return 0;
}
