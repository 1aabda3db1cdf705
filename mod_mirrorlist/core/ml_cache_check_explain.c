/* SPDX-License-Identifier: Apache-2.0
 *
 * The walk over what only explanations read: it would rather refuse a
 * file than explain an answer with another host's reasons.
 */
#include "ml_cache_check.h"

static const char *check_host_row(const ml_cache_t *cache,
                                  const ml_host_row_rec *row)
{
    const ml_host_rec *host;

    if (row->host_idx == ML_NONE) {
        return NULL;
    }
    host = &cache->hosts[row->host_idx];
    if (row->id != host->id || (row->flags & ML_ROW_INACTIVE)
        || !(row->flags & ML_ROW_PRIVATE) != !(host->flags & ML_HOST_PRIVATE)) {
        return "host_rows: one contradicts its host";
    }
    return NULL;
}

static const char *check_host_rows(const ml_cache_t *cache, apr_pool_t *scratch)
{
    const char *wrong = NULL;
    apr_uint32_t next = 0, i;

    for (i = 0; !wrong && i < cache->host_rows_n; i++) {
        const ml_host_row_rec *row = &cache->host_rows[i];

        if (!text_is_in(cache, row->name)
            || (row->host_idx != ML_NONE
                && (row->host_idx != next++
                    || row->host_idx >= cache->hosts_n))) {
            return "host_rows: a name or host does not exist";
        }
        if (row->flags & ~(ML_ROW_INACTIVE | ML_ROW_PRIVATE)) {
            return "host_rows: unknown flags";
        }
        if (i > 0 && row[-1].id >= row->id) {
            return "host_rows: not in ascending order";
        }
        wrong = check_host_row(cache, row);
    }
    return wrong                    ? wrong
           : next == cache->hosts_n ? NULL
                                    : "host_rows: a host has no row";
}

static const char *check_carriers(const ml_cache_t *cache,
                                  const ml_category_rec *category)
{
    const ml_carrier_rec *carriers = cache->carriers + category->carrier_first;
    apr_uint32_t i;

    for (i = 0; i < category->carrier_n; i++) {
        if (carriers[i].host_row_idx >= cache->host_rows_n) {
            return "carriers: a host does not exist";
        }
        if (carriers[i].flags
            & ~(ML_CARRIER_ALWAYS_UP2DATE | ML_CARRIER_PUBLIC_URL)) {
            return "carriers: unknown flags";
        }
        if (i > 0 && carriers[i - 1].host_row_idx > carriers[i].host_row_idx) {
            return "carriers: not in ascending order";
        }
    }
    return NULL;
}

static const char *check_categories(const ml_cache_t *cache,
                                    apr_pool_t *scratch)
{
    const char *wrong = NULL;
    apr_uint32_t next = 0, i;

    for (i = 0; !wrong && i < cache->categories_n; i++) {
        const ml_category_rec *category = &cache->categories[i];

        if (!text_is_in(cache, category->name)) {
            return "categories: a name does not exist";
        }
        if (category->carrier_first != next
            || !run_is_in(next, category->carrier_n, cache->carriers_n)) {
            return "categories: each must have its own run of carriers";
        }
        next += category->carrier_n;
        wrong = check_carriers(cache, category);
    }
    return wrong                       ? wrong
           : next == cache->carriers_n ? NULL
                                       : "carriers: one is in no category";
}

static const char *check_exclusive(const ml_cache_t *cache, apr_pool_t *scratch)
{
    apr_uint32_t i;

    for (i = 0; i < cache->exclusive_n; i++) {
        const ml_exclusive_rec *rec = &cache->exclusive[i];

        if (rec->directory_idx >= cache->directories_n
            || !idx_or_none(rec->host_row_idx, cache->host_rows_n)) {
            return "exclusive: a directory or host does not exist";
        }
        if (i > 0
            && (rec[-1].directory_idx > rec->directory_idx
                || (rec[-1].directory_idx == rec->directory_idx
                    && rec[-1].host_row_idx >= rec->host_row_idx))) {
            return "exclusive: not in ascending order";
        }
    }
    return NULL;
}

static const char *check_bad_netblocks(const ml_cache_t *cache,
                                       apr_pool_t *scratch)
{
    const ml_bad_netblock_rec *bad = cache->bad_netblocks;
    apr_uint32_t i;

    for (i = 0; i < cache->bad_netblocks_n; i++) {
        if (bad[i].host_row_idx >= cache->host_rows_n
            || !text_is_in(cache, bad[i].sentence)) {
            return "bad_netblocks: a host or sentence does not exist";
        }
        if (i > 0 && bad[i - 1].host_row_idx > bad[i].host_row_idx) {
            return "bad_netblocks: not in ascending order";
        }
    }
    return NULL;
}

static const char *check_skipped(const ml_cache_t *cache, apr_pool_t *scratch)
{
    apr_uint32_t i;

    for (i = 0; i < cache->skipped_n; i++) {
        if (!text_is_in(cache, cache->skipped[i].kind)) {
            return "skipped: a kind does not exist";
        }
    }
    return NULL;
}

const char *ml_check_explain(const ml_cache_t *cache, apr_pool_t *scratch)
{
    static ml_check_fn *const checks[] = {
        check_host_rows,     check_categories, check_exclusive,
        check_bad_netblocks, check_skipped,
    };
    const char *wrong = NULL;
    apr_size_t i;

    for (i = 0; !wrong && i < sizeof(checks) / sizeof(checks[0]); i++) {
        wrong = checks[i](cache, scratch);
    }
    return wrong;
}
