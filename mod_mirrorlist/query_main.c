/* SPDX-License-Identifier: Apache-2.0
 *
 * mirrorlist-query: the module's answer without httpd, and the check of a
 * cache file.  Reads options, calls the core, prints.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apr_general.h"
#include "apr_getopt.h"
#include "apr_strings.h"
#include "apr_time.h"

#include "ml_answer.h"
#include "ml_load.h"

#define DEFAULT_CACHE "/var/lib/mirrormanager/mirrorlist.cache"

enum { EXIT_OK = 0, EXIT_INVALID = 2, EXIT_USAGE_ERROR = 64 };

typedef struct {
    const char *cache;
    const char *check;
    const char *target;
    ml_address_t client;
    int seeded;
    apr_uint64_t seed;
    apr_int64_t now_s;
    ml_settings_t settings;
} options_t;

typedef enum {
    OPT_CACHE = 256,
    OPT_CLIENT,
    OPT_SEED,
    OPT_TIME,
    OPT_MINIMUM,
    OPT_MAXIMUM,
    OPT_IP,
    OPT_VERSION_PARAMETER,
    OPT_CHECK,
    OPT_HELP,
    OPT_VERSION
} option_e;

static const apr_getopt_option_t option_table[] = {
    {"cache", OPT_CACHE, 1, "FILE  cache to ask [" DEFAULT_CACHE "]"},
    {"client", OPT_CLIENT, 1, "ADDRESS  the client's address [127.0.0.1]"},
    {"seed", OPT_SEED, 1, "N  repeatable order of the hosts"},
    {"time", OPT_TIME, 1, "SECONDS  clock, since the epoch [now]"},
    {"minimum", OPT_MINIMUM, 1, "N  as MirrorlistMinimum [5]"},
    {"maximum", OPT_MAXIMUM, 1, "N  as MirrorlistMaximum [0, no limit]"},
    {"ip-parameter", OPT_IP, 1, "on|off  as MirrorlistIpParameter [on]"},
    {"version-parameter", OPT_VERSION_PARAMETER, 1,
     "on|off  as MirrorlistVersionParameter [off]"},
    {"check", OPT_CHECK, 1, "FILE  check every byte of a cache file"},
    {"help", OPT_HELP, 0, "show this text"},
    {"version", OPT_VERSION, 0, "show the version"},
    {NULL, 0, 0, NULL},
};

static int usage_error(const char *format, const char *what)
{
    fprintf(stderr, "mirrorlist-query: ");
    fprintf(stderr, format, what);
    fprintf(stderr, "\nTry 'mirrorlist-query --help'.\n");
    return EXIT_USAGE_ERROR;
}

static void print_help(void)
{
    const apr_getopt_option_t *option;

    puts("Usage: mirrorlist-query [OPTION...] "
         "'/metalink?repo=NAME&arch=ARCH'\n"
         "       mirrorlist-query --check FILE\n\n"
         "Prints what mod_mirrorlist answers: status, headers and body.\n");
    for (option = option_table; option->name; option++) {
        printf("  --%s%s%s\n", option->name, option->has_arg ? " " : "  ",
               option->description);
    }
    puts("\nExit status: 0 answered or valid, 2 the file cannot be used, "
         "64 usage.");
}

/* A decimal number up to `max`, or 0 for anything else. */
static int read_number(apr_uint64_t *number, const char *text, apr_uint64_t max)
{
    apr_uint64_t n = 0;

    if (!*text || text[strspn(text, "0123456789")]) {
        return 0;
    }
    for (; *text; text++) {
        apr_uint64_t digit = (apr_uint64_t)(*text - '0');

        if (n > (max - digit) / 10) {
            return 0;
        }
        n = n * 10 + digit;
    }
    *number = n;
    return 1;
}

static int read_switch(int *on, const char *text)
{
    *on = !strcmp(text, "on");
    return *on || !strcmp(text, "off");
}

/* Whether the option's value could be read. */
static int set_option(options_t *options, int option, const char *value)
{
    apr_uint64_t n;

    switch (option) {
    case OPT_CACHE:
        options->cache = value;
        return 1;
    case OPT_CHECK:
        options->check = value;
        return 1;
    case OPT_CLIENT:
        options->client = ml_address_parse(value);
        return options->client.family != ML_ADDRESS_NONE;
    case OPT_SEED:
        options->seeded = 1;
        return read_number(&options->seed, value, ~(apr_uint64_t)0);
    case OPT_TIME:
        if (!read_number(&n, value, 253402300799 /* the year 9999 */)) {
            return 0;
        }
        options->now_s = (apr_int64_t)n;
        return 1;
    case OPT_MINIMUM:
    case OPT_MAXIMUM:
        if (!read_number(&n, value, 0x7fffffff)) {
            return 0;
        }
        *(option == OPT_MINIMUM ? &options->settings.minimum
                                : &options->settings.maximum) = (apr_uint32_t)n;
        return 1;
    case OPT_IP:
        return read_switch(&options->settings.ip_parameter, value);
    default:
        return read_switch(&options->settings.version_parameter, value);
    }
}

/* -1 to go on, or the exit code. */
static int read_options(options_t *options, int argc, const char *const *argv,
                        apr_pool_t *pool)
{
    apr_getopt_t *getopt;
    const char *value;
    apr_status_t rv;
    int option;

    apr_getopt_init(&getopt, pool, argc, argv);
    getopt->errfn = NULL;
    getopt->interleave = 1;
    while ((rv = apr_getopt_long(getopt, option_table, &option, &value))
           == APR_SUCCESS) {
        if (option == OPT_HELP) {
            print_help();
            return EXIT_OK;
        }
        if (option == OPT_VERSION) {
            puts("mirrorlist-query " MIRRORLIST_VERSION);
            return EXIT_OK;
        }
        if (!set_option(options, option, value)) {
            return usage_error("'%s' is no value for this option", value);
        }
    }
    if (rv != APR_EOF) {
        return usage_error("unknown option, or one without its value: %s",
                           argv[getopt->ind < argc ? getopt->ind : argc - 1]);
    }
    if (getopt->ind < argc) {
        options->target = argv[getopt->ind++];
    }
    if (getopt->ind < argc) {
        return usage_error("one request at a time: '%s'", argv[getopt->ind]);
    }
    if (!options->target == !options->check) {
        return usage_error("give %s", "a request, or --check and a file");
    }
    return -1;
}

static int check_file(const char *path, apr_pool_t *pool)
{
    ml_cache_t *cache;
    const char *refused = ml_load_plain(&cache, path, pool);

    if (refused) {
        printf("%s is not valid: %s\n", path, refused);
        return EXIT_INVALID;
    }
    printf("%s is valid\n", path);
    return EXIT_OK;
}

static const char *reason_phrase(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 302:
        return "Found";
    case 400:
        return "Bad Request";
    case 404:
        return "Not Found";
    default:
        return "Service Unavailable";
    }
}

static void print_response(const ml_response_t *response)
{
    printf("HTTP/1.1 %d %s\nContent-Type: %s\nCache-Control: %s\n",
           response->status, reason_phrase(response->status),
           response->content_type, ML_CACHE_CONTROL);
    if (response->location) {
        printf("Location: %s\n", response->location);
    }
    if (response->retry_after_s) {
        printf("Retry-After: %d\n", response->retry_after_s);
    }
    printf("Content-Length: %" APR_SIZE_T_FMT "\n\n", response->body_len);
    fwrite(response->body, 1, response->body_len, stdout);
}

static int query(const options_t *options, apr_pool_t *pool)
{
    char *path = apr_pstrdup(pool, options->target);
    char *args = strchr(path, '?');
    ml_request_t request = {.path = path,
                            .client = options->client,
                            .now_s = options->now_s,
                            .settings = &options->settings};
    ml_response_t response;
    ml_random_t random;
    ml_cache_t *cache;
    const char *refused;

    if (args) {
        *args++ = '\0';
    }
    if (!ml_answer_serves(path)) {
        return usage_error("'%s' is no request: its path must end in "
                           "/mirrorlist or /metalink",
                           options->target);
    }
    refused = ml_load_plain(&cache, options->cache, pool);
    if (refused) {
        fprintf(stderr, "mirrorlist-query: %s: %s\n", options->cache, refused);
        return EXIT_INVALID;
    }
    if (options->seeded) {
        ml_random_seed(&random, options->seed);
    }
    else {
        apr_generate_random_bytes((unsigned char *)&random, sizeof(random));
    }
    request.query = args;
    request.random = &random;
    ml_answer(&response, cache, &request, pool);
    print_response(&response);
    return EXIT_OK;
}

int main(int argc, const char *const *argv)
{
    options_t options = {.cache = DEFAULT_CACHE,
                         .client = ml_address_parse("127.0.0.1"),
                         .now_s = apr_time_sec(apr_time_now()),
                         .settings = ML_SETTINGS_DEFAULT};
    apr_pool_t *pool;
    int code;

    apr_app_initialize(&argc, &argv, NULL);
    atexit(apr_terminate);
    apr_pool_create(&pool, NULL);
    code = read_options(&options, argc, argv, pool);
    if (code < 0) {
        code = options.check ? check_file(options.check, pool)
                             : query(&options, pool);
    }
    return fflush(stdout) == 0 ? code : EXIT_INVALID;
}
