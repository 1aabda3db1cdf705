/* SPDX-License-Identifier: Apache-2.0
 *
 * The options, and what they may be combined with.
 */
#include "query_options.h"

#include <stdio.h>
#include <string.h>

#include "apr_general.h"
#include "apr_tables.h"
#include "apr_time.h"

#include "ml_command.h"
#include "ml_text.h"

#define DEFAULT_CACHE "/var/lib/mirrormanager/mirrorlist.cache"

/* An empty one is none. */
static int read_name(void *place, const char *text, apr_pool_t *pool)
{
    *(const char **)place = *text ? text : NULL;
    return 1;
}

static int read_switch(void *place, const char *text, apr_pool_t *pool)
{
    int *on = place;

    *on = !strcmp(text, "on");
    return *on || !strcmp(text, "off");
}

static int read_count(void *place, const char *text, apr_pool_t *pool)
{
    apr_uint64_t n;

    if (!ml_text_number(&n, text, 0x7fffffff)) {
        return 0;
    }
    *(apr_uint32_t *)place = (apr_uint32_t)n;
    return 1;
}

static int read_seed(void *place, const char *text, apr_pool_t *pool)
{
    options_t *options = place;

    options->seeded = 1;
    return ml_text_number(&options->seed, text, ~(apr_uint64_t)0);
}

static int read_address(void *place, const char *text, apr_pool_t *pool)
{
    ml_address_t *address = place;

    *address = ml_address_parse(text);
    return address->family != ML_ADDRESS_NONE;
}

/* With commas; `all` is all of them. */
static int read_schemes(void *place, const char *text, apr_pool_t *pool)
{
    ml_settings_t *settings = place;
    apr_array_header_t *schemes = apr_array_make(pool, 4, sizeof(char *));
    apr_size_t len;

    settings->schemes = NULL;
    settings->scheme_n = 0;
    if (!strcmp(text, "all")) {
        return 1;
    }
    for (; *text; text += len + (text[len] == ',')) {
        const char *scheme;

        len = strcspn(text, ",");
        scheme = ml_text_scheme(text, len, pool);
        if (!scheme) {
            return 0;
        }
        APR_ARRAY_PUSH(schemes, const char *) = scheme;
    }
    settings->schemes = (const char *const *)schemes->elts;
    settings->scheme_n = (apr_uint32_t)schemes->nelts;
    return schemes->nelts > 0;
}

#define AT(field) APR_OFFSETOF(options_t, field)
#define SETTING(field) (AT(settings) + APR_OFFSETOF(ml_settings_t, field))

static const ml_option_t table[] = {
    {"cache", "FILE", ml_option_text, AT(cache),
     "cache to ask [" DEFAULT_CACHE "]"},
    {"client", "ADDRESS", read_address, AT(client),
     "the client's address [127.0.0.1]"},
    {"accept", "VALUE", ml_option_text, AT(accept),
     "the request's Accept [none]"},
    {"seed", "N", read_seed, 0, "repeatable order of the hosts"},
    {"time", "SECONDS", ml_option_time, AT(now_s),
     "clock, since the epoch [now]"},
    {"minimum", "N", read_count, SETTING(minimum), "as MirrorlistMinimum [5]"},
    {"maximum", "N", read_count, SETTING(maximum),
     "as MirrorlistMaximum [0, no limit]"},
    {"nearest", "KM", read_count, SETTING(nearest_km),
     "as MirrorlistNearest [0, off]"},
    {"stable-order", "SECONDS", read_count, SETTING(stable_s),
     "as MirrorlistStableOrder [0, off]"},
    {"schemes", "LIST", read_schemes, AT(settings),
     "as MirrorlistSchemes, with commas [all]"},
    {"ip-parameter", "on|off", read_switch, SETTING(ip_parameter),
     "as MirrorlistIpParameter [on]"},
    {"version-parameter", "on|off", read_switch, SETTING(version_parameter),
     "as MirrorlistVersionParameter [off]"},
    {"batch", NULL, ml_option_flag, AT(batch),
     "requests from standard input, one a line"},
    {"explain", NULL, ml_option_flag, AT(explain),
     "tell why each host is, or is not, listed"},
    {"host", "NAME", read_name, AT(host), "with --explain: this host alone"},
    {"check", "FILE", ml_option_text, AT(check),
     "check a cache file, then its content"},
    {"info", "FILE", ml_option_text, AT(info), "tell what is in a cache file"},
    {"json", NULL, ml_option_flag, AT(json),
     "with --explain or --info: for machines"},
};

static const ml_command_t command = {
    "mirrorlist-query",
    "Usage: mirrorlist-query [OPTION...] '/metalink?repo=NAME&arch=ARCH'\n"
    "       mirrorlist-query --explain [--host NAME] [--json] [OPTION...] "
    "REQUEST\n"
    "       mirrorlist-query --check FILE\n"
    "       mirrorlist-query --info FILE [--json]\n\n"
    "Prints what mod_mirrorlist answers: status, headers and body.",
    "Exit status: 0 answered or valid, 1 --check has found something,\n"
    "2 the file cannot be used, 64 usage.",
    table,
    sizeof(table) / sizeof(table[0]),
};

int options_error(const char *format, const char *what)
{
    fprintf(stderr, "mirrorlist-query: ");
    fprintf(stderr, format, what);
    fprintf(stderr, "\nTry 'mirrorlist-query --help'.\n");
    return EXIT_USAGE_ERROR;
}

/* What only makes sense with something else. */
static int check_combination(const options_t *options)
{
    int asks = options->target || options->batch;

    if (!asks + !options->check + !options->info != 2
        || (options->target && options->batch)) {
        return options_error("give %s", "a request, or one of --batch, "
                                        "--check FILE and --info FILE");
    }
    if (options->explain && !asks) {
        return options_error("%s needs a request", "--explain");
    }
    if (options->host && !options->explain) {
        return options_error("%s needs --explain", "--host");
    }
    if (options->json && !options->explain && !options->info) {
        return options_error("%s needs --explain or --info", "--json");
    }
    return -1;
}

static void set_defaults(options_t *options)
{
    *options = (options_t){.cache = DEFAULT_CACHE,
                           .client = ml_address_parse("127.0.0.1"),
                           .now_s = apr_time_sec(apr_time_now()),
                           .settings = ML_SETTINGS_DEFAULT};
}

int options_read(options_t *options, int argc, const char *const *argv,
                 apr_pool_t *pool)
{
    apr_array_header_t *requests = apr_array_make(pool, 1, sizeof(char *));
    const char *error;

    set_defaults(options);
    switch (ml_command_read(options, requests, &error, &command, argc, argv,
                            pool)) {
    case ML_COMMAND_DONE:
        return EXIT_OK;
    case ML_COMMAND_USAGE:
        return options_error("%s", error);
    case ML_COMMAND_RUN:
        break;
    }
    if (requests->nelts > 1) {
        return options_error("one request at a time: '%s'",
                             APR_ARRAY_IDX(requests, 1, const char *));
    }
    if (requests->nelts == 1) {
        options->target = APR_ARRAY_IDX(requests, 0, const char *);
    }
    return check_combination(options);
}
