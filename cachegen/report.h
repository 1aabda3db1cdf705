/* SPDX-License-Identifier: Apache-2.0
 *
 * What a run says: progress on stdout, skipped rows and warnings on stderr.
 * Rows are counted by kind; the first 20 of a kind are named, then a total.
 */
#ifndef REPORT_H
#define REPORT_H

#include "apr_pools.h"
#include "apr_tables.h"

typedef enum { REPORT_QUIET, REPORT_NORMAL, REPORT_VERBOSE } report_level_e;

typedef struct report_t report_t;

/* QUIET leaves out the progress, VERBOSE names every skipped row. */
report_t *report_create(report_level_e level, apr_pool_t *pool);

/* Begins a step ("hosts"); `total` is the expected number of rows for the
 * bar, 0 if unknown.  On a terminal the line is redrawn as rows come in. */
void report_step(report_t *report, const char *name, apr_uint64_t total);
void report_rows(report_t *report, apr_uint64_t rows);
/* Ends the step with its final number of rows: the one line of the step. */
void report_step_done(report_t *report, apr_uint64_t rows);

/* A row that cannot be used.  `kind` says where and why ("host_netblock: not
 * an address or network"); `row` names it ("host_netblock 17").  `value`, which
 * may be NULL and any bytes, is shown quoted and escaped, cut at 80 bytes. */
void report_skip(report_t *report, const char *kind, const char *row,
                 const char *value, apr_size_t value_len);
/* What is said of such a row, without the word "skipped", in `pool`. */
const char *report_sentence(const char *row, const char *reason,
                            const char *value, apr_size_t value_len,
                            apr_pool_t *pool);
apr_uint64_t report_skipped(const report_t *report);
/* Each kind of skipped rows, sorted by name. */
typedef void report_kind_fn(void *baton, const char *kind, apr_uint64_t rows);
void report_each_kind(const report_t *report, report_kind_fn *kind,
                      void *baton);

/* The lines with the number of rows of each kind that had over 20. */
void report_totals(report_t *report);

/* A warning about things that have names, if there are any (const char *):
 * how many, and which, the first 20 or with VERBOSE all. */
void report_names(report_t *report, const char *what,
                  const apr_array_header_t *names);

/* A line on stderr that does not count as a row. */
void report_warning(report_t *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
