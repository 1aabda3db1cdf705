/* SPDX-License-Identifier: Apache-2.0
 *
 * One table for the command line and the configuration file: an option and its
 * key differ only in their spelling.
 */
#include "options.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "apr_lib.h"
#include "apr_strings.h"

#include "ml_command.h"
#include "ml_text.h"
#include "text_lines.h"

#define CONFIG "/etc/mirrormanager/mirrorlist-cachegen.conf"
#define DATA "/var/lib/mirrormanager/"
#define GEOIP "/usr/share/GeoIP/GeoLite2-Country.mmdb"
#define DEFAULT_MAX_SHRINK 20 /* percent */

/* --- values --------------------------------------------------------------- */

/* SQLAlchemy's URLs as ours: without the driver; sqlite:///x is relative,
 * sqlite:////x absolute.  NULL if it is no URL. */
static const char *plain_url(const char *text, apr_pool_t *pool)
{
    apr_size_t scheme = strcspn(text, ":+/");
    apr_size_t driver = strcspn(text + scheme, ":/");
    const char *rest = text + scheme + driver;

    if (*rest != ':' || scheme == 0) {
        return NULL;
    }
    if (strncmp(text, "sqlite", scheme) || scheme != 6) {
        return apr_pstrcat(pool, ml_text_copy(text, scheme, pool), rest, NULL);
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

static int read_url(void *place, const char *text, apr_pool_t *pool)
{
    const char *url = plain_url(text, pool);

    *(const char **)place = url;
    return url != NULL;
}

static int read_file(void *input_, const char *text, apr_pool_t *pool)
{
    input_t *input = input_;

    input->path = text;
    input->named = 1;
    return *text != '\0';
}

static int read_percent(void *place, const char *text, apr_pool_t *pool)
{
    apr_uint64_t n;

    if (!ml_text_number(&n, text, 100)) {
        return 0;
    }
    *(int *)place = (int)n;
    return 1;
}

static int read_level(report_level_e *level, report_level_e value,
                      const char *text)
{
    int on;

    if (!ml_option_flag(&on, text, NULL)) {
        return 0;
    }
    *level = on ? value : *level;
    return 1;
}

static int read_quiet(void *place, const char *text, apr_pool_t *pool)
{
    return read_level(place, REPORT_QUIET, text);
}

static int read_verbose(void *place, const char *text, apr_pool_t *pool)
{
    return read_level(place, REPORT_VERBOSE, text);
}

/* --- options -------------------------------------------------------------- */

#define AT(field) offsetof(options_t, field)

static const ml_option_t table[] = {
    {"config", "FILE", ml_option_text, AT(config),
     "KEY=VALUE lines, or MirrorManager's own file\n[" CONFIG "]"},
    {"database", "URL", read_url, AT(database),
     "postgresql://user@host:port/name or sqlite:/path"},
    {"protobuf", "FILE", ml_option_text, AT(protobuf),
     "MirrorManager's mirrorlist_cache.proto instead"},
    {"geoip", "FILE", read_file, AT(geoip),
     "countries of networks, MaxMind format\n[" GEOIP "]"},
    {"netblocks", "FILE", read_file, AT(netblocks),
     "routing table, \"PREFIX ASN\" lines\n[" DATA "global_netblocks.txt]"},
    {"continents", "FILE", read_file, AT(continents),
     "\"CC,CONTINENT\" lines\n[" DATA "country_continent.csv]"},
    {"captive", "FILE", read_file, AT(captive),
     "names of hosts whose netblocks' clients get nobody else"},
    {"output", "FILE", ml_option_text, AT(output),
     "[" DATA "mirrorlist.cache]"},
    {"time", "SECONDS", ml_option_time, AT(time_s), "creation time [now]"},
    {"resolve", NULL, ml_option_flag, AT(resolve),
     "look up DNS names in netblocks"},
    {"address-families", NULL, ml_option_flag, AT(address_families),
     "ask DNS which URLs have IPv4 and IPv6 addresses"},
    {"allow-loopback", NULL, ml_option_flag, AT(allow_loopback),
     "take netblocks inside 127.0.0.0/8 and ::1"},
    {"max-shrink", "PERCENT", read_percent, AT(max_shrink),
     "loss that is still published [20]"},
    {"force", NULL, ml_option_flag, AT(force), "publish whatever was lost"},
    {"if-changed", NULL, ml_option_flag, AT(if_changed),
     "publish only what differs or is over an hour old"},
    {"quiet", NULL, read_quiet, AT(level), "no progress"},
    {"verbose", NULL, read_verbose, AT(level), "name every skipped row"},
};
#define TABLE_N ((int)(sizeof(table) / sizeof(table[0])))

static const ml_command_t command = {
    "mirrorlist-cachegen",
    "Usage: mirrorlist-cachegen --database URL [OPTION...]\n\n"
    "Makes mod_mirrorlist's cache from MirrorManager's database.",
    "Each option but --config, --help and --version may stand in the\n"
    "configuration file as NAME=VALUE, in upper case with underscores;\n"
    "there DB_URL and SQLALCHEMY_DATABASE_URI name the database too.\n\n"
    "Exit status: 0 published or unchanged, 2 input or output failed,\n"
    "3 refused by --max-shrink or empty, 64 usage.",
    table,
    TABLE_N,
};

/* --- the configuration file ----------------------------------------------- */

/* Whether `key` is the option's name in upper case with underscores. */
static int is_key(const ml_option_t *option, const char *key)
{
    const char *name = option->name;

    for (; *name; name++, key++) {
        if (*key != (*name == '-' ? '_' : apr_toupper(*name))) {
            return 0;
        }
    }
    return *key == '\0';
}

static const ml_option_t *option_of_key(const char *key)
{
    int i;

    if (!strcmp(key, "DB_URL") || !strcmp(key, "SQLALCHEMY_DATABASE_URI")) {
        key = "DATABASE";
    }
    for (i = 0; i < TABLE_N; i++) {
        if (table[i].off != AT(config) && is_key(&table[i], key)) {
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
    const ml_option_t *option;
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
                ": %s is not an option, so the line is ignored\n",
                config->path, line->number, key);
    }
    if (!option) {
        return NULL;
    }
    value = read_value(equals + 1,
                       (apr_size_t)(line->text + line->len - equals - 1),
                       config->pool);
    return option->read((char *)config->options + option->off, value,
                        config->pool)
               ? NULL
               : apr_psprintf(config->pool,
                              "%s line %" APR_UINT64_T_FMT
                              ": the value of %s is not valid",
                              config->path, line->number, key);
}

/* --- the command line ----------------------------------------------------- */

static const options_t defaults = {
    .geoip = {GEOIP, 0},
    .netblocks = {DATA "global_netblocks.txt", 0},
    .continents = {DATA "country_continent.csv", 0},
    .output = DATA "mirrorlist.cache",
    .time_s = -1,
    .max_shrink = DEFAULT_MAX_SHRINK,
    .level = REPORT_NORMAL,
};

/* Over what the configuration file said. */
static options_result_e read_arguments(options_t *options, const char **error,
                                       int argc, const char *const *argv,
                                       apr_pool_t *pool)
{
    apr_array_header_t *rest = apr_array_make(pool, 1, sizeof(char *));

    switch (ml_command_read(options, rest, error, &command, argc, argv, pool)) {
    case ML_COMMAND_DONE:
        return OPTIONS_DONE;
    case ML_COMMAND_USAGE:
        return OPTIONS_USAGE;
    case ML_COMMAND_RUN:
        break;
    }
    if (rest->nelts > 0) {
        *error = apr_psprintf(pool, "unexpected argument '%s'",
                              APR_ARRAY_IDX(rest, 0, const char *));
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
              "read a password on the command line: put it into the "
              "configuration file\n",
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
        *error = "both a database and a protobuf file are given: choose one";
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
    options_result_e result;

    /* Once to find the file and all mistakes, then over what the file says. */
    result = read_arguments(&arguments, error, argc, argv, pool);
    if (result != OPTIONS_RUN) {
        return result;
    }
    *options = defaults;
    if (arguments.config || access(CONFIG, F_OK) == 0) {
        config_t file = {options, arguments.config ? arguments.config : CONFIG,
                         pool};

        *error = text_lines_read(file.path, read_line, &file, pool);
        if (*error) {
            return OPTIONS_INPUT;
        }
    }
    read_arguments(options, error, argc, argv, pool);
    return settle_source(options, &arguments, error);
}
