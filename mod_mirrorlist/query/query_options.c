/* SPDX-License-Identifier: Apache-2.0
 *
 * Options as one table; what they may be combined with.
 */
#include "query_options.h"

#include <stdio.h>
#include <string.h>

#include "apr_getopt.h"
#include "apr_time.h"

#include "ml_text.h"

#define DEFAULT_CACHE "/var/lib/mirrormanager/mirrorlist.cache"

typedef enum {
    OPT_CACHE = 256,
    OPT_CLIENT,
    OPT_SEED,
    OPT_TIME,
    OPT_MINIMUM,
    OPT_MAXIMUM,
    OPT_IP,
    OPT_VERSION_PARAMETER,
    OPT_BATCH,
    OPT_EXPLAIN,
    OPT_HOST,
    OPT_CHECK,
    OPT_INFO,
    OPT_JSON,
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
    {"batch", OPT_BATCH, 0, "requests from standard input, one a line"},
    {"explain", OPT_EXPLAIN, 0, "tell why each host is, or is not, listed"},
    {"host", OPT_HOST, 1, "NAME  with --explain: this host alone"},
    {"check", OPT_CHECK, 1, "FILE  check a cache file, then its content"},
    {"info", OPT_INFO, 1, "FILE  tell what is in a cache file"},
    {"json", OPT_JSON, 0, "with --explain or --info: for machines"},
    {"help", OPT_HELP, 0, "show this text"},
    {"version", OPT_VERSION, 0, "show the version"},
    {NULL, 0, 0, NULL},
};

int options_error(const char *format, const char *what)
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
         "       mirrorlist-query --explain [--host NAME] [--json] "
         "[OPTION...] REQUEST\n"
         "       mirrorlist-query --check FILE\n"
         "       mirrorlist-query --info FILE [--json]\n\n"
         "Prints what mod_mirrorlist answers: status, headers and body.\n");
    for (option = option_table; option->name; option++) {
        printf("  --%s%s%s\n", option->name, option->has_arg ? " " : "  ",
               option->description);
    }
    puts("\nExit status: 0 answered or valid, 1 --check has found something,\n"
         "2 the file cannot be used, 64 usage.");
}

static int read_switch(int *on, const char *text)
{
    *on = !strcmp(text, "on");
    return *on || !strcmp(text, "off");
}

static int read_count(apr_uint32_t *count, const char *text)
{
    apr_uint64_t n;

    if (!ml_text_number(&n, text, 0x7fffffff)) {
        return 0;
    }
    *count = (apr_uint32_t)n;
    return 1;
}

static int read_time(apr_int64_t *seconds, const char *text)
{
    apr_uint64_t n;

    if (!ml_text_number(&n, text, ML_TIME_MAX)) {
        return 0;
    }
    *seconds = (apr_int64_t)n;
    return 1;
}

static int read_text(const char **kept, const char *text)
{
    *kept = text;
    return 1;
}

/* Whether the option's value could be read. */
static int set_option(options_t *options, int option, const char *value)
{
    switch (option) {
    case OPT_CACHE:
        return read_text(&options->cache, value);
    case OPT_CHECK:
        return read_text(&options->check, value);
    case OPT_INFO:
        return read_text(&options->info, value);
    case OPT_HOST:
        return read_text(&options->host, value);
    case OPT_BATCH:
        return options->batch = 1;
    case OPT_EXPLAIN:
        return options->explain = 1;
    case OPT_JSON:
        return options->json = 1;
    case OPT_CLIENT:
        options->client = ml_address_parse(value);
        return options->client.family != ML_ADDRESS_NONE;
    case OPT_SEED:
        options->seeded = 1;
        return ml_text_number(&options->seed, value, ~(apr_uint64_t)0);
    case OPT_TIME:
        return read_time(&options->now_s, value);
    case OPT_MINIMUM:
        return read_count(&options->settings.minimum, value);
    case OPT_MAXIMUM:
        return read_count(&options->settings.maximum, value);
    case OPT_IP:
        return read_switch(&options->settings.ip_parameter, value);
    default:
        return read_switch(&options->settings.version_parameter, value);
    }
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
    apr_getopt_t *getopt;
    const char *value;
    apr_status_t rv;
    int option;

    set_defaults(options);
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
            return options_error("'%s' is no value for this option", value);
        }
    }
    if (rv != APR_EOF) {
        return options_error("unknown option, or one without its value: %s",
                             argv[getopt->ind - 1]);
    }
    if (getopt->ind < argc) {
        options->target = argv[getopt->ind++];
    }
    if (getopt->ind < argc) {
        return options_error("one request at a time: '%s'", argv[getopt->ind]);
    }
    return check_combination(options);
}
