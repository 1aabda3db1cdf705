/* SPDX-License-Identifier: Apache-2.0
 *
 * apr_getopt reads; an option's code is its row.
 */
#include "ml_command.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "apr_getopt.h"
#include "apr_strings.h"

#include "ml_cache_format.h"
#include "ml_text.h"

#define FIRST 256 /* below are the codes of short options */

/* --- values --------------------------------------------------------------- */

int ml_option_text(void *place, const char *text, apr_pool_t *pool)
{
    *(const char **)place = text;
    return *text != '\0';
}

int ml_option_flag(void *place, const char *text, apr_pool_t *pool)
{
    static const char *const words[2][4] = {{"0", "no", "off", "false"},
                                            {"1", "yes", "on", "true"}};
    int on, i;

    for (on = 0; on < 2; on++) {
        for (i = 0; i < 4; i++) {
            if (!strcasecmp(text, words[on][i])) {
                *(int *)place = on;
                return 1;
            }
        }
    }
    return 0;
}

int ml_option_time(void *place, const char *text, apr_pool_t *pool)
{
    apr_uint64_t n;

    if (!ml_text_number(&n, text, ML_TIME_MAX)) {
        return 0;
    }
    *(apr_int64_t *)place = (apr_int64_t)n;
    return 1;
}

/* --- help ----------------------------------------------------------------- */

static int width(const ml_option_t *option)
{
    return (int)strlen(option->name)
           + (option->value ? 1 + (int)strlen(option->value) : 0);
}

static void print_row(const ml_option_t *option, int column)
{
    int first = (int)strcspn(option->help, "\n");
    const char *rest = option->help + first;

    printf("  --%s%s%-*s  %.*s\n", option->name, option->value ? " " : "",
           column - (int)strlen(option->name) - (option->value != NULL),
           option->value ? option->value : "", first, option->help);
    if (*rest) {
        printf("%*s%s\n", column + 6, "", rest + 1);
    }
}

static void print_help(const ml_command_t *command, const ml_option_t *options,
                       int n)
{
    int column = 0, i;

    for (i = 0; i < n; i++) {
        column = width(&options[i]) > column ? width(&options[i]) : column;
    }
    puts(command->usage);
    for (i = 0; i < n; i++) {
        print_row(&options[i], column);
    }
    printf("\n%s\n", command->notes);
}

/* --- the command line ----------------------------------------------------- */

static const ml_option_t common[] = {
    {.name = "help", .help = "show this text"},
    {.name = "version", .help = "show the version"},
};
enum { HELP, VERSION, COMMON_N };

static apr_getopt_option_t *apr_table(const ml_option_t *options, int n,
                                      apr_pool_t *pool)
{
    apr_getopt_option_t *rows = apr_pcalloc(pool, (n + 1) * sizeof(*rows));
    int i;

    for (i = 0; i < n; i++) {
        rows[i].name = options[i].name;
        rows[i].optch = FIRST + i;
        rows[i].has_arg = options[i].value != NULL;
    }
    return rows;
}

ml_command_e ml_command_read(void *options, apr_array_header_t *operands,
                             const char **error, const ml_command_t *command,
                             int argc, const char *const *argv,
                             apr_pool_t *pool)
{
    int n = command->n + COMMON_N, code;
    ml_option_t *rows = apr_palloc(pool, n * sizeof(*rows));
    apr_getopt_option_t *apr_rows;
    apr_getopt_t *getopt;
    const char *value;
    apr_status_t rv;

    memcpy(rows, command->options, command->n * sizeof(*rows));
    memcpy(rows + command->n, common, sizeof(common));
    apr_rows = apr_table(rows, n, pool);
    apr_getopt_init(&getopt, pool, argc, argv);
    getopt->errfn = NULL;
    getopt->interleave = 1;
    while ((rv = apr_getopt_long(getopt, apr_rows, &code, &value))
           == APR_SUCCESS) {
        const ml_option_t *option = &rows[code - FIRST];

        if (option == &rows[command->n + HELP]) {
            print_help(command, rows, n);
            return ML_COMMAND_DONE;
        }
        if (option == &rows[command->n + VERSION]) {
            printf("%s %s\n", command->name, MIRRORLIST_VERSION);
            return ML_COMMAND_DONE;
        }
        value = option->value ? value : "1";
        if (!option->read((char *)options + option->off, value, pool)) {
            *error = apr_psprintf(pool, "--%s: '%s' is not a valid value",
                                  option->name, value);
            return ML_COMMAND_USAGE;
        }
    }
    if (rv != APR_EOF) {
        *error = apr_psprintf(
            pool, "unknown option, or one that lacks its value: %s",
            argv[getopt->ind <= argc ? getopt->ind - 1 : argc - 1]);
        return ML_COMMAND_USAGE;
    }
    for (; getopt->ind < argc; getopt->ind++) {
        APR_ARRAY_PUSH(operands, const char *) = argv[getopt->ind];
    }
    return ML_COMMAND_RUN;
}
