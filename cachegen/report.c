/* SPDX-License-Identifier: Apache-2.0
 *
 * Knows terminals and counts; what is worth saying is decided elsewhere.
 */
#include "report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apr_hash.h"
#include "apr_strings.h"
#include "apr_tables.h"
#include "apr_time.h"

#define NAMED_MAX 20     /* rows of a kind that are named */
#define VALUE_MAX 80     /* bytes of a value that are shown */
#define BAR_LEN 24       /* characters */
#define REDRAW_US 100000 /* of the terminal's line */
#define NAME_WIDTH 26    /* of the longest step's name */

typedef struct {
    apr_uint64_t rows;
} kind_t;

struct report_t {
    apr_pool_t *pool;
    report_level_e level;
    int terminal;      /* stdout is one */
    int line_is_drawn; /* on the terminal, without its end */
    const char *step;
    apr_uint64_t total; /* of the step's rows, 0: unknown */
    apr_time_t started; /* the step */
    apr_time_t drawn;
    apr_uint64_t skipped;
    apr_hash_t *kinds;              /* -> kind_t */
    apr_array_header_t *kind_names; /* in the order in which they came up */
};

report_t *report_create(report_level_e level, apr_pool_t *pool)
{
    report_t *report = apr_pcalloc(pool, sizeof(*report));

    report->pool = pool;
    report->level = level;
    report->terminal = isatty(STDOUT_FILENO);
    report->kinds = apr_hash_make(pool);
    report->kind_names = apr_array_make(pool, 8, sizeof(const char *));
    return report;
}

/* --- progress ------------------------------------------------------------- */

static void clear_line(report_t *report)
{
    if (report->line_is_drawn) {
        fputs("\r\033[K", stdout);
        fflush(stdout);
        report->line_is_drawn = 0;
    }
}

static void draw_line(report_t *report, apr_uint64_t rows)
{
    printf("\r\033[K%-*s ", NAME_WIDTH, report->step);
    if (report->total > 0) {
        int done = rows < report->total ? (int)(rows * BAR_LEN / report->total)
                                        : BAR_LEN;
        int i;

        putchar('[');
        for (i = 0; i < BAR_LEN; i++) {
            putchar(i < done ? '#' : '.');
        }
        printf("] %3d %% ", done * 100 / BAR_LEN);
    }
    printf("%" APR_UINT64_T_FMT " rows", rows);
    fflush(stdout);
    report->line_is_drawn = 1;
    report->drawn = apr_time_now();
}

void report_step(report_t *report, const char *name, apr_uint64_t total)
{
    report->step = name;
    report->total = total;
    report->started = apr_time_now();
    if (report->terminal && report->level != REPORT_QUIET) {
        draw_line(report, 0);
    }
}

void report_rows(report_t *report, apr_uint64_t rows)
{
    if (report->terminal && report->level != REPORT_QUIET
        && apr_time_now() - report->drawn >= REDRAW_US) {
        draw_line(report, rows);
    }
}

void report_step_done(report_t *report, apr_uint64_t rows)
{
    if (report->level == REPORT_QUIET) {
        return;
    }
    clear_line(report);
    printf("%-*s %10" APR_UINT64_T_FMT " rows %7.1f s\n", NAME_WIDTH,
           report->step, rows,
           (double)(apr_time_now() - report->started) / APR_USEC_PER_SEC);
    fflush(stdout);
}

/* --- rows that cannot be used --------------------------------------------- */

static kind_t *kind_of(report_t *report, const char *name)
{
    kind_t *kind = apr_hash_get(report->kinds, name, APR_HASH_KEY_STRING);

    if (!kind) {
        name = apr_pstrdup(report->pool, name);
        kind = apr_pcalloc(report->pool, sizeof(*kind));
        apr_hash_set(report->kinds, name, APR_HASH_KEY_STRING, kind);
        APR_ARRAY_PUSH(report->kind_names, const char *) = name;
    }
    return kind;
}

/* Any bytes as one printable word. */
static const char *printable(const char *value, apr_size_t len,
                             apr_pool_t *pool)
{
    apr_size_t shown = len < VALUE_MAX ? len : VALUE_MAX, i;
    char *word = apr_palloc(pool, 4 * shown + sizeof("\"\"...")), *out = word;

    *out++ = '"';
    for (i = 0; i < shown; i++) {
        unsigned char c = (unsigned char)value[i];

        if (c == '"' || c == '\\') {
            *out++ = '\\';
            *out++ = (char)c;
        }
        else if (c < 0x20 || c >= 0x7f) {
            out += apr_snprintf(out, sizeof("\\x00"), "\\x%02x", c);
        }
        else {
            *out++ = (char)c;
        }
    }
    strcpy(out, shown < len ? "\"..." : "\"");
    return word;
}

const char *report_sentence(const char *row, const char *reason,
                            const char *value, apr_size_t value_len,
                            apr_pool_t *pool)
{
    return apr_pstrcat(pool, row, ": ", reason, value ? ": " : "",
                       value ? printable(value, value_len, pool) : "", NULL);
}

void report_skip(report_t *report, const char *kind_name, const char *row,
                 const char *value, apr_size_t value_len)
{
    const char *reason = strstr(kind_name, ": ");
    kind_t *kind = kind_of(report, kind_name);

    report->skipped++;
    kind->rows++;
    if (kind->rows > NAMED_MAX && report->level != REPORT_VERBOSE) {
        return;
    }
    clear_line(report);
    fprintf(stderr, "skipped %s\n",
            report_sentence(row, reason ? reason + 2 : kind_name, value,
                            value_len, report->pool));
}

apr_uint64_t report_skipped(const report_t *report)
{
    return report->skipped;
}

static int name_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void report_each_kind(const report_t *report, report_kind_fn *kind, void *baton)
{
    apr_array_header_t *names =
        apr_array_copy(report->pool, report->kind_names);
    int i;

    qsort(names->elts, (size_t)names->nelts, sizeof(const char *), name_order);
    for (i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);
        const kind_t *found =
            apr_hash_get(report->kinds, name, APR_HASH_KEY_STRING);

        kind(baton, name, found->rows);
    }
}

void report_totals(report_t *report)
{
    int i;

    clear_line(report);
    for (i = 0; i < report->kind_names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(report->kind_names, i, const char *);
        const kind_t *kind =
            apr_hash_get(report->kinds, name, APR_HASH_KEY_STRING);

        if (kind->rows > NAMED_MAX) {
            fprintf(stderr, "skipped %" APR_UINT64_T_FMT " rows in total: %s\n",
                    kind->rows, name);
        }
    }
}

void report_warning(report_t *report, const char *format, ...)
{
    va_list arguments;

    clear_line(report);
    fputs("mirrorlist-cachegen: warning: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

void report_names(report_t *report, const char *what,
                  const apr_array_header_t *names)
{
    int n = names->nelts, i;

    if (n == 0) {
        return;
    }
    clear_line(report);
    fprintf(stderr, "mirrorlist-cachegen: warning: %s: %d (", what, n);
    for (i = 0; i < n; i++) {
        if (i == NAMED_MAX && report->level != REPORT_VERBOSE) {
            fprintf(stderr, ", and %d more", n - i);
            break;
        }
        fprintf(stderr, "%s%s", i > 0 ? ", " : "",
                APR_ARRAY_IDX(names, i, const char *));
    }
    fputs(")\n", stderr);
}
