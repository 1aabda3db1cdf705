/* SPDX-License-Identifier: Apache-2.0
 *
 * Options as one table; what they may be combined with.
 */
#include "query_options.h"

#include <stdio.h>
#include <string.h>

#include "apr_general.h"
#include "apr_getopt.h"
#include "apr_tables.h"
#include "apr_time.h"

#include "ml_text.h"

#define DEFAULT_CACHE "/var/lib/mirrormanager/mirrorlist.cache"

/* Reads an option's value into its place; whether it could be read. */
typedef int read_fn(void *place, const char *value, apr_pool_t *pool);

static int read_text(void *place, const char *text, apr_pool_t *pool)
{
    *(const char **)place = text;
    return 1;
}

/* An empty one is none. */
static int read_name(void *place, const char *text, apr_pool_t *pool)
{
    *(const char **)place = *text ? text : NULL;
    return 1;
}

/* Of an option without a value. */
static int set(void *place, const char *value, apr_pool_t *pool)
{
    return *(int *)place = 1;
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

static int read_time(void *place, const char *text, apr_pool_t *pool)
{
    apr_uint64_t n;

    if (!ml_text_number(&n, text, ML_TIME_MAX)) {
        return 0;
    }
    *(apr_int64_t *)place = (apr_int64_t)n;
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

static const struct {
    const char *name;
    const char *value; /* in the help; NULL: it takes none */
    read_fn *read;     /* NULL: says something and stops */
    apr_size_t off;    /* of its place in options_t */
    const char *help;
} table[] = {
    {"cache", "FILE", read_text, AT(cache), "cache to ask [" DEFAULT_CACHE "]"},
    {"client", "ADDRESS", read_address, AT(client),
     "the client's address [127.0.0.1]"},
    {"accept", "VALUE", read_text, AT(accept), "the request's Accept [none]"},
    {"seed", "N", read_seed, 0, "repeatable order of the hosts"},
    {"time", "SECONDS", read_time, AT(now_s), "clock, since the epoch [now]"},
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
    {"batch", NULL, set, AT(batch), "requests from standard input, one a line"},
    {"explain", NULL, set, AT(explain),
     "tell why each host is, or is not, listed"},
    {"host", "NAME", read_name, AT(host), "with --explain: this host alone"},
    {"check", "FILE", read_text, AT(check),
     "check a cache file, then its content"},
    {"info", "FILE", read_text, AT(info), "tell what is in a cache file"},
    {"json", NULL, set, AT(json), "with --explain or --info: for machines"},
    {"help", NULL, NULL, 0, "show this text"},
    {"version", NULL, NULL, 0, "show the version"},
};
#define OPTION_N (sizeof(table) / sizeof(*table))

int options_error(const char *format, const char *what)
{
    fprintf(stderr, "mirrorlist-query: ");
    fprintf(stderr, format, what);
    fprintf(stderr, "\nTry 'mirrorlist-query --help'.\n");
    return EXIT_USAGE_ERROR;
}

static void print_help(void)
{
    apr_size_t i;

    puts("Usage: mirrorlist-query [OPTION...] "
         "'/metalink?repo=NAME&arch=ARCH'\n"
         "       mirrorlist-query --explain [--host NAME] [--json] "
         "[OPTION...] REQUEST\n"
         "       mirrorlist-query --check FILE\n"
         "       mirrorlist-query --info FILE [--json]\n\n"
         "Prints what mod_mirrorlist answers: status, headers and body.\n");
    for (i = 0; i < OPTION_N; i++) {
        printf("  --%s%s%s  %s\n", table[i].name, table[i].value ? " " : "",
               table[i].value ? table[i].value : "", table[i].help);
    }
    puts("\nExit status: 0 answered or valid, 1 --check has found something,\n"
         "2 the file cannot be used, 64 usage.");
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

#define FIRST 256 /* below are the codes of short options */

/* The table as apr reads it: an option's code is its row, from FIRST on. */
static void fill_getopt_table(apr_getopt_option_t *rows)
{
    apr_size_t i;

    for (i = 0; i < OPTION_N; i++) {
        rows[i] = (apr_getopt_option_t){
            .name = table[i].name,
            .optch = FIRST + (int)i,
            .has_arg = table[i].value != NULL,
        };
    }
    rows[i] = (apr_getopt_option_t){.name = NULL};
}

/* -1 to go on, or the exit code. */
static int read_option(options_t *options, apr_size_t row, const char *value,
                       apr_pool_t *pool)
{
    read_fn *read = table[row].read;

    if (read) {
        return read((char *)options + table[row].off, value, pool)
                   ? -1
                   : options_error("'%s' is no value for this option", value);
    }
    if (!strcmp(table[row].name, "help")) {
        print_help();
    }
    else {
        puts("mirrorlist-query " MIRRORLIST_VERSION);
    }
    return EXIT_OK;
}

int options_read(options_t *options, int argc, const char *const *argv,
                 apr_pool_t *pool)
{
    apr_getopt_option_t rows[OPTION_N + 1];
    apr_getopt_t *getopt;
    const char *value;
    apr_status_t rv;
    int option, code;

    set_defaults(options);
    fill_getopt_table(rows);
    apr_getopt_init(&getopt, pool, argc, argv);
    getopt->errfn = NULL;
    getopt->interleave = 1;
    while ((rv = apr_getopt_long(getopt, rows, &option, &value))
           == APR_SUCCESS) {
        code = read_option(options, (apr_size_t)(option - FIRST), value, pool);
        if (code >= 0) {
            return code;
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
