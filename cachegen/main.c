/* SPDX-License-Identifier: Apache-2.0
 *
 * mirrorlist-cachegen: the order of a run, and what becomes of its result.
 *
 *   1. options and configuration file
 *   2. lock the output, so that a second run stops here
 *   3. files about networks: the quick ones to fail
 *   4. the database, in one snapshot, or MirrorManager's protobuf file
 *   5. names that name servers know, with the database left alone
 *   6. compile
 *   7. write, check, compare, publish
 */
#include <stdio.h>
#include <stdlib.h>

#include "apr_general.h"
#include "apr_strings.h"
#include "apr_time.h"

#include "captive.h"
#include "compile.h"
#include "db.h"
#include "dns.h"
#include "families.h"
#include "maxmind.h"
#include "mm2.h"
#include "model.h"
#include "netblock.h"
#include "network_files.h"
#include "options.h"
#include "protobuf.h"
#include "publish.h"
#include "report.h"

enum { EXIT_OK = 0, EXIT_INPUT = 2, EXIT_REFUSED = 3, EXIT_USAGE_ERROR = 64 };

typedef struct {
    const options_t *options;
    model_t *model;
    report_t *report;
    apr_int64_t time_s; /* when the source was made; -1: now */
    apr_pool_t *pool;
} run_t;

static int fail(const char *sentence, int code)
{
    fprintf(stderr, "mirrorlist-cachegen: %s\n", sentence);
    return code;
}

/* --- 3. files about networks --------------------------------------------- */

static int network_flags(const options_t *options)
{
    return options->allow_loopback ? NETWORK_ALLOW_LOOPBACK : 0;
}

static const char *read_files(run_t *run)
{
    const options_t *options = run->options;
    const char *failed;

    failed = network_file_read_continents(run->model, &options->continents,
                                          run->report);
    if (!failed) {
        failed = network_file_read_asns(run->model, &options->netblocks,
                                        network_flags(options), run->report);
    }
    if (!failed) {
        failed = maxmind_read(run->model, &options->geoip, run->report);
    }
    return failed;
}

/* --- 4. the database or the protobuf file --------------------------------- */

static const char *read_rows(run_t *run, netblocks_t *netblocks)
{
    const options_t *options = run->options;
    const char *failed;
    db_t *db;

    if (options->protobuf) {
        return protobuf_read(run->model, &run->time_s, options->protobuf,
                             netblocks, run->report);
    }
    failed = db_open(&db, options->database, run->pool);
    if (!failed) {
        failed = mm2_read(run->model, db, netblocks, run->report);
        db_close(db);
    }
    return failed;
}

/* --- 5. names that name servers know -------------------------------------- */

static void look_up(run_t *run, dns_t *dns, netblocks_t *netblocks)
{
    families_t *families = run->options->address_families
                               ? families_note(run->model, dns, run->pool)
                               : NULL;
    const char *failed = dns_ask(dns, run->report);

    if (failed) {
        report_warning(run->report, "%s", failed);
    }
    netblocks_settle(netblocks);
    if (families) {
        families_settle(families, run->report);
    }
}

static const char *read_source(run_t *run)
{
    const options_t *options = run->options;
    dns_t *dns = options->resolve || options->address_families
                     ? dns_create(run->pool)
                     : NULL;
    netblocks_t *netblocks =
        netblocks_create(run->model, network_flags(options),
                         options->resolve ? dns : NULL, run->report, run->pool);
    const char *failed = read_rows(run, netblocks);

    if (!failed) {
        failed = captive_read(run->model, &options->captive, run->report);
    }
    if (!failed && dns) {
        look_up(run, dns, netblocks);
    }
    return failed;
}

/* --- 7. the result -------------------------------------------------------- */

static int say_result(const run_t *run, publish_result_e result,
                      const image_t *image, apr_uint64_t size,
                      const char *error, apr_time_t started)
{
    const ml_counts_rec *counts = BUFFER_AT(&image->counts);

    report_totals(run->report);
    if (result == PUBLISH_FAILED) {
        return fail(error, EXIT_INPUT);
    }
    if (result == PUBLISH_REFUSED) {
        return fail(error, EXIT_REFUSED);
    }
    printf("cache %s: %s%" APR_UINT64_T_FMT " directories, %" APR_UINT64_T_FMT
           " hosts, %" APR_UINT64_T_FMT " repositories, %" APR_UINT64_T_FMT
           " bytes, %" APR_UINT64_T_FMT " skipped rows, %.1f s\n",
           run->options->output,
           result == PUBLISH_UNCHANGED ? "unchanged, " : "",
           counts->directories, counts->hosts, counts->repositories, size,
           counts->skipped_rows,
           (double)(apr_time_now() - started) / APR_USEC_PER_SEC);
    return EXIT_OK;
}

static int run_all(const options_t *options, apr_pool_t *pool)
{
    apr_time_t started = apr_time_now();
    publish_rules_t rules = {.now_s = apr_time_sec(started),
                             .max_shrink = options->max_shrink,
                             .force = options->force,
                             .if_changed = options->if_changed};
    run_t run = {options, model_create(pool),
                 report_create(options->level, pool), -1, pool};
    publish_result_e result;
    apr_uint64_t size = 0;
    publish_t *output;
    const char *failed;
    image_t *image;

    failed = publish_open(&output, options->output, pool);
    if (!failed) {
        failed = read_files(&run);
    }
    if (!failed) {
        failed = read_source(&run);
    }
    if (failed) {
        report_totals(run.report);
        return fail(failed, EXIT_INPUT);
    }
    rules.created_s = options->time_s >= 0 ? options->time_s
                      : run.time_s >= 0    ? run.time_s
                                           : rules.now_s;
    image = compile(run.model, run.report, pool);
    result = publish(output, image, &rules, run.report, &size, &failed);
    return say_result(&run, result, image, size, failed, started);
}

static int out_of_memory(int status)
{
    return exit(fail("out of memory", EXIT_INPUT)), status;
}

int main(int argc, const char *const *argv)
{
    options_t options;
    apr_pool_t *pool;
    const char *error;
    int code;

    apr_app_initialize(&argc, &argv, NULL);
    atexit(apr_terminate);
    apr_pool_create_ex(&pool, NULL, out_of_memory, NULL);

    switch (options_read(&options, &error, argc, argv, pool)) {
    case OPTIONS_DONE:
        return EXIT_OK;
    case OPTIONS_INPUT:
        return fail(error, EXIT_INPUT);
    case OPTIONS_USAGE:
        fail(error, 0);
        fprintf(stderr, "Try 'mirrorlist-cachegen --help'.\n");
        return EXIT_USAGE_ERROR;
    case OPTIONS_RUN:
        break;
    }
    code = run_all(&options, pool);
    apr_pool_destroy(pool);
    return fflush(stdout) == 0 ? code : EXIT_INPUT;
}
