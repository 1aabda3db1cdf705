/* SPDX-License-Identifier: Apache-2.0
 *
 * One table for both: an option and its key in the configuration file differ
 * only in their spelling.
 */
#include "options.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "apr_getopt.h"
#include "apr_lib.h"
#include "apr_strings.h"

#include "text_lines.h"
#include "ml_text.h"

#define CONFIG "/etc/mirrormanager/mirrorlist-cachegen.conf"
#define DATA "/var/lib/mirrormanager/"
#define GEOIP "/usr/share/GeoIP/GeoLite2-Country.mmdb"
#define YEAR_9999 APR_INT64_C(253402300799)
#define DEFAULT_MAX_SHRINK 20 /* percent */

typedef enum {
    KIND_URL,  /* const char *, read as a database's URL */
    KIND_TEXT, /* const char * */
    KIND_FILE, /* input_t */
    KIND_TIME, /* apr_int64_t */
    KIND_PERCENT,
    KIND_FLAG,
    KIND_QUIET, /* of the level */
    KIND_VERBOSE,
    KIND_CONFIG, /* handled where the command line is read */
    KIND_HELP,
    KIND_VERSION
} kind_e;

typedef struct {
    const char *name;
    kind_e kind;
    apr_size_t off; /* in options_t */
    const char *help;
} option_t;

#define AT(field) offsetof(options_t, field)

static const option_t table[] = {
    {"config", KIND_CONFIG, 0,
     "FILE       KEY=VALUE lines, or MirrorManager's own file\n"
     "                          [" CONFIG "]"},
    {"database", KIND_URL, AT(database),
     "URL      postgresql://user@host:port/name or sqlite:/path"},
    {"protobuf", KIND_TEXT, AT(protobuf),
     "FILE     MirrorManager's mirrorlist_cache.proto instead"},
    {"geoip", KIND_FILE, AT(geoip),
     "FILE        countries of networks, MaxMind format\n"
     "                          [" GEOIP "]"},
    {"netblocks", KIND_FILE, AT(netblocks),
     "FILE    routing table, \"PREFIX ASN\" lines\n"
     "                          [" DATA "global_netblocks.txt]"},
    {"continents", KIND_FILE, AT(continents),
     "FILE   \"CC,CONTINENT\" lines\n"
     "                          [" DATA "country_continent.csv]"},
    {"captive", KIND_FILE, AT(captive),
     "FILE      names of hosts whose netblocks' clients get nobody else"},
    {"output", KIND_TEXT, AT(output), "FILE       [" DATA "mirrorlist.cache]"},
    {"time", KIND_TIME, AT(time_s), "SECONDS      creation time [now]"},
    {"resolve", KIND_FLAG, AT(resolve),
     "          look up DNS names in netblocks"},
    {"address-families", KIND_FLAG, AT(address_families),
     " ask DNS which URLs have IPv4 and IPv6 addresses"},
    {"allow-loopback", KIND_FLAG, AT(allow_loopback),
     "   take netblocks inside 127.0.0.0/8 and ::1"},
    {"max-shrink", KIND_PERCENT, AT(max_shrink),
     "PERCENT  loss that is still published [20]"},
    {"force", KIND_FLAG, AT(force), "            publish whatever was lost"},
    {"if-changed", KIND_FLAG, AT(if_changed),
     "       publish only what differs or is over an hour old"},
    {"quiet", KIND_QUIET, AT(level), "            no progress"},
    {"verbose", KIND_VERBOSE, AT(level), "          name every skipped row"},
    {"help", KIND_HELP, 0, "             show this text"},
    {"version", KIND_VERSION, 0, "          show the version"},
};
#define TABLE_N ((int)(sizeof(table) / sizeof(table[0])))
#define FIRST_CODE 256 /* apr_getopt's codes, above all characters */

static int has_value(kind_e kind)
{
    return kind <= KIND_PERCENT || kind == KIND_CONFIG;
}

/* --- values --------------------------------------------------------------- */

/* Decimal, up to `max`; 0 if the text is no such number. */
static int read_number(apr_int64_t *number, const char *text, apr_int64_t max)
{
    apr_int64_t n = 0;

    if (!*text) {
        return 0;
    }
    for (; *text; text++) {
        if (!apr_isdigit(*text) || n > (max - (*text - '0')) / 10) {
            return 0;
        }
        n = n * 10 + *text - '0';
    }
    *number = n;
    return 1;
}

static int read_flag(int *flag, const char *text)
{
    static const char *const words[2][4] = {{"0", "no", "off", "false"},
                                            {"1", "yes", "on", "true"}};
    int on, i;

    for (on = 0; on < 2; on++) {
        for (i = 0; i < 4; i++) {
            if (!strcasecmp(text, words[on][i])) {
                *flag = on;
                return 1;
            }
        }
    }
    return 0;
}

/* SQLAlchemy's URLs as ours: without the driver; sqlite:///x is relative,
 * sqlite:////x absolute.  NULL if it is no URL. */
static const char *read_url(const char *text, apr_pool_t *pool)
{
    apr_size_t scheme = strcspn(text, ":+/");
    apr_size_t driver = strcspn(text + scheme, ":/");
    const char *rest = text + scheme + driver;

    if (*rest != ':' || scheme == 0) {
        return NULL;
    }
    if (strncmp(text, "sqlite", scheme) || scheme != 6) {
        return apr_pstrcat(pool, apr_pstrmemdup(pool, text, scheme), rest,
                           NULL);
    }
    rest++;
    if (!strncmp(rest, "///", 3)) {
        rest += 3;
    }
    else if (!strncmp(rest, "//", 2)) {
        return NULL; /* SQLite has no hosts */
    }
    return *rest ? apr_pstrcat(pool, "sqlite:", rest, NULL) : NULL;
}

/* Stores the value of an option or a key; 0 if it cannot be read. */
static int set(options_t *options, const option_t *option, const char *value,
               apr_pool_t *pool)
{
    void *field = (char *)options + option->off;
    apr_int64_t n;
    int on;

    switch (option->kind) {
    case KIND_URL:
        *(const char **)field = read_url(value, pool);
        return *(const char **)field != NULL;
    case KIND_TEXT:
        *(const char **)field = value;
        return *value != '\0';
    case KIND_FILE:
        ((input_t *)field)->path = value;
        ((input_t *)field)->named = 1;
        return *value != '\0';
    case KIND_TIME:
        return read_number(field, value, YEAR_9999);
    case KIND_PERCENT:
        if (!read_number(&n, value, 100)) {
            return 0;
        }
        *(int *)field = (int)n;
        return 1;
    case KIND_FLAG:
        return read_flag(field, value);
    case KIND_QUIET:
    case KIND_VERBOSE:
        if (!read_flag(&on, value)) {
            return 0;
        }
        if (on) {
            *(report_level_e *)field =
                option->kind == KIND_QUIET ? REPORT_QUIET : REPORT_VERBOSE;
        }
        return 1;
    default:
        return 0;
    }
}

/* --- the configuration file ----------------------------------------------- */

/* Whether `key` is the option's name in upper case with underscores. */
static int is_key(const option_t *option, const char *key)
{
    const char *name = option->name;

    for (; *name; name++, key++) {
        if (*key != (*name == '-' ? '_' : apr_toupper(*name))) {
            return 0;
        }
    }
    return *key == '\0' && option->kind < KIND_CONFIG;
}

static const option_t *option_of_key(const char *key)
{
    int i;

    if (!strcmp(key, "DB_URL") || !strcmp(key, "SQLALCHEMY_DATABASE_URI")) {
        key = "DATABASE";
    }
    for (i = 0; i < TABLE_N; i++) {
        if (is_key(&table[i], key)) {
            return &table[i];
        }
    }
    return NULL;
}

typedef struct {
    options_t *options;
    const char *path;
    apr_pool_t *pool;
} config_t;

/* The value without Python's quotes and what may follow them. */
static const char *read_value(const char *text, apr_size_t len,
                              apr_pool_t *pool)
{
    const char *end;

    ml_text_trim(&text, &len);
    end = len > 0 && (*text == '"' || *text == '\'')
              ? memchr(text + 1, *text, len - 1)
              : NULL;
    if (end) {
        text++;
        len = (apr_size_t)(end - text);
        ml_text_trim(&text, &len);
    }
    return apr_pstrndup(pool, text, len);
}

/* Whether somebody meant a key of this file: KEY=VALUE at the start of a line,
 * while Python puts blanks around the sign. */
static int is_meant_as_key(const line_t *line, const char *equals)
{
    const char *end = line->text + line->len, *c = line->text;

    while ((*c >= 'A' && *c <= 'Z') || *c == '_') {
        c++;
    }
    return !line->indented && c == equals && c > line->text
           && (equals + 1 == end
               || ml_text_word_len(equals + 1, (apr_size_t)(end - equals - 1)));
}

/* Lines that are not ours are left alone: the file may be MirrorManager's,
 * which is a Python program. */
static const char *read_line(void *config_, const line_t *line)
{
    config_t *config = config_;
    const char *equals = memchr(line->text, '=', line->len), *text = line->text;
    apr_size_t len = equals ? (apr_size_t)(equals - text) : 0;
    const option_t *option;
    const char *key, *value;

    if (!equals || line->too_long) {
        return NULL;
    }
    ml_text_trim(&text, &len);
    key = apr_pstrndup(config->pool, text, len);
    option = option_of_key(key);
    if (!option && is_meant_as_key(line, equals)) {
        fprintf(stderr,
                "mirrorlist-cachegen: warning: %s line %" APR_UINT64_T_FMT
                ": %s is no key of this file, the line is left alone\n",
                config->path, line->number, key);
    }
    if (!option) {
        return NULL;
    }
    value = read_value(equals + 1,
                       (apr_size_t)(line->text + line->len - equals - 1),
                       config->pool);
    return set(config->options, option, value, config->pool)
               ? NULL
               : apr_psprintf(config->pool,
                              "%s line %" APR_UINT64_T_FMT
                              ": the value of %s cannot be read",
                              config->path, line->number, key);
}

/* --- the command line ----------------------------------------------------- */

static void print_help(void)
{
    int i;

    puts("Usage: mirrorlist-cachegen --database URL [OPTION...]\n\n"
         "Makes mod_mirrorlist's cache from MirrorManager's database.\n");
    for (i = 0; i < TABLE_N; i++) {
        printf("  --%s %s\n", table[i].name, table[i].help);
    }
    puts("\nEach option but --config, --help and --version may stand in the\n"
         "configuration file as NAME=VALUE, in upper case with underscores;\n"
         "there DB_URL and SQLALCHEMY_DATABASE_URI name the database too.\n\n"
         "Exit status: 0 published or unchanged, 2 input or output failed,\n"
         "3 refused by --max-shrink or empty, 64 usage.");
}

static void apr_table(apr_getopt_option_t options[TABLE_N + 1])
{
    int i;

    for (i = 0; i < TABLE_N; i++) {
        options[i].name = table[i].name;
        options[i].optch = FIRST_CODE + i;
        options[i].has_arg = has_value(table[i].kind);
        options[i].description = table[i].help;
    }
    memset(&options[TABLE_N], 0, sizeof(options[TABLE_N]));
}

static const options_t defaults = {
    .geoip = {GEOIP, 0},
    .netblocks = {DATA "global_netblocks.txt", 0},
    .continents = {DATA "country_continent.csv", 0},
    .output = DATA "mirrorlist.cache",
    .time_s = -1,
    .max_shrink = DEFAULT_MAX_SHRINK,
    .level = REPORT_NORMAL,
};

/* Over what the configuration file said; `config` gets its name. */
static options_result_e read_arguments(options_t *options, const char **config,
                                       const char **error, int argc,
                                       const char *const *argv,
                                       apr_pool_t *pool)
{
    apr_getopt_option_t long_options[TABLE_N + 1];
    apr_getopt_t *getopt;
    const char *value;
    apr_status_t rv;
    int code;

    apr_table(long_options);
    apr_getopt_init(&getopt, pool, argc, argv);
    getopt->errfn = NULL;
    while ((rv = apr_getopt_long(getopt, long_options, &code, &value))
           == APR_SUCCESS) {
        const option_t *option = &table[code - FIRST_CODE];

        if (option->kind == KIND_HELP) {
            print_help();
            return OPTIONS_DONE;
        }
        if (option->kind == KIND_VERSION) {
            puts("mirrorlist-cachegen " MIRRORLIST_VERSION);
            return OPTIONS_DONE;
        }
        if (option->kind == KIND_CONFIG) {
            *config = value;
        }
        else if (!set(options, option, value ? value : "1", pool)) {
            *error =
                apr_psprintf(pool, "--%s cannot be '%s'", option->name, value);
            return OPTIONS_USAGE;
        }
    }
    if (rv != APR_EOF) {
        *error = apr_psprintf(
            pool, "unknown option, or one without its value: %s",
            argv[getopt->ind <= argc ? getopt->ind - 1 : argc - 1]);
        return OPTIONS_USAGE;
    }
    if (getopt->ind < argc) {
        *error =
            apr_psprintf(pool, "what is '%s'? Options only", argv[getopt->ind]);
        return OPTIONS_USAGE;
    }
    return OPTIONS_RUN;
}

static void warn_of_password(const char *url)
{
    const char *authority = strstr(url, "://");
    apr_size_t len = authority ? strcspn(authority + 3, "/?") : 0;
    const char *at = authority ? memchr(authority + 3, '@', len) : NULL;

    if (strstr(url, "password=")
        || (at
            && memchr(authority + 3, ':', (apr_size_t)(at - authority - 3)))) {
        fputs("mirrorlist-cachegen: warning: every user of this machine can "
              "read a password on the command line; the configuration file "
              "is the place for it\n",
              stderr);
    }
}

/* The source is one: what the command line names replaces what the file
 * does. */
static options_result_e settle_source(options_t *options,
                                      const options_t *arguments,
                                      const char **error)
{
    if (arguments->database) {
        warn_of_password(arguments->database);
        options->protobuf = arguments->protobuf;
    }
    else if (arguments->protobuf) {
        options->database = NULL;
    }
    if (options->database && options->protobuf) {
        *error = "a database and a protobuf file are given; one is enough";
        return OPTIONS_USAGE;
    }
    if (!options->database && !options->protobuf) {
        *error = "no database is given (--database, or DATABASE= in the "
                 "configuration file)";
        return OPTIONS_USAGE;
    }
    return OPTIONS_RUN;
}

options_result_e options_read(options_t *options, const char **error, int argc,
                              const char *const *argv, apr_pool_t *pool)
{
    options_t arguments = defaults;
    const char *config = NULL;
    options_result_e result;

    /* Once to find the file and all mistakes, then over what the file says. */
    result = read_arguments(&arguments, &config, error, argc, argv, pool);
    if (result != OPTIONS_RUN) {
        return result;
    }
    *options = defaults;
    if (config || access(CONFIG, F_OK) == 0) {
        config_t file = {options, config ? config : CONFIG, pool};

        *error = text_lines_read(file.path, read_line, &file, pool);
        if (*error) {
            return OPTIONS_INPUT;
        }
    }
    read_arguments(options, &config, error, argc, argv, pool);
    return settle_source(options, &arguments, error);
}
