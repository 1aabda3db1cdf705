/* SPDX-License-Identifier: Apache-2.0
 *
 * mirrorlist-query --info: what a file says of itself.
 */
#include "query_file.h"

#include <stdlib.h>
#include <string.h>

#include "apr_strings.h"

#include "ml_json.h"
#include "ml_load.h"
#include "ml_text.h"

/* Each number of ml_counts_rec, as it is named there and for people. */
#define COUNTS(X)                                             \
    X(hosts, "hosts that carry a directory")                  \
    X(directories, "directories")                             \
    X(carried_directories, "directories that a host carries") \
    X(pairs, "pairs of a host and a directory")               \
    X(repositories, "repositories")                           \
    X(file_details, "file details")                           \
    X(asn_networks, "networks of ASNs")                       \
    X(country_networks, "networks of countries")              \
    X(netblocks, "netblocks")                                 \
    X(skipped_rows, "skipped rows")

/* URLs by what is known of their hosts' addresses. */
static const struct {
    const char *name;
    const char *words;
    apr_uint32_t flags; /* ML_URL_..., all of them */
} url_kinds[] = {
    {"all", "in all", 0},
    {"without_ipv4", "whose host has no IPv4 address", ML_URL_NO_V4},
    {"without_ipv6", "whose host has no IPv6 address", ML_URL_NO_V6},
    {"without_address", "whose host has neither", ML_URL_NO_V4 | ML_URL_NO_V6},
};
#define URL_KIND_N (sizeof(url_kinds) / sizeof(url_kinds[0]))

static apr_uint32_t count_places(const ml_cache_t *cache)
{
    return cache->places_n;
}

static apr_uint32_t count_placed(const ml_cache_t *cache)
{
    apr_uint32_t n = 0, i;

    for (i = 0; i < cache->hosts_n; i++) {
        n += cache->hosts[i].place_idx != ML_NONE;
    }
    return n;
}

static apr_uint32_t count_captive(const ml_cache_t *cache)
{
    apr_uint32_t n = 0, i;

    for (i = 0; i < cache->hosts_n; i++) {
        n += (cache->hosts[i].flags & ML_HOST_CAPTIVE) != 0;
    }
    return n;
}

/* What is known of where hosts and clients are, and of whose clients get
 * nobody else. */
static const struct {
    const char *name;
    const char *words;
    apr_uint32_t (*count)(const ml_cache_t *cache);
} place_counts[] = {
    {"places", "places of hosts, countries and clients", count_places},
    {"hosts_with_place", "hosts with a place", count_placed},
    {"captive_hosts", "captive hosts", count_captive},
};
#define PLACE_COUNT_N (sizeof(place_counts) / sizeof(place_counts[0]))

typedef struct {
    const char *code; /* NULL: hosts without a country */
    apr_uint32_t n;
} country_t;

typedef struct {
    const ml_cache_t *cache;
    const char *path;
    const char *made;     /* as ISO 8601 writes it */
    apr_int64_t age_s;    /* negative: made in the future */
    country_t *countries; /* most hosts first */
    apr_uint32_t country_n;
} info_t;

static const char *section_name(apr_uint32_t id)
{
    switch (id) {
#define X(id_, name, rec) \
    case id_:             \
        return #name;
        ML_SECTIONS(X)
#undef X
    default:
        return NULL;
    }
}

static const ml_section_rec *contents(const ml_cache_t *cache)
{
    return (const ml_section_rec *)(cache->header + 1);
}

static int country_order(const void *a_, const void *b_)
{
    const country_t *a = a_, *b = b_;

    if (a->n != b->n) {
        return a->n > b->n ? -1 : 1;
    }
    if (!a->code || !b->code) {
        return !a->code - !b->code;
    }
    return strcmp(a->code, b->code);
}

static void count_countries(info_t *info, apr_pool_t *pool)
{
    const ml_cache_t *cache = info->cache;
    apr_uint32_t n = cache->countries_n, i;
    country_t *countries =
        apr_pcalloc(pool, ((apr_size_t)n + 1) * sizeof(*countries));

    for (i = 0; i < n; i++) {
        ml_text_rec code = cache->countries[i].code;

        countries[i].code = ml_text_copy(ml_text(cache, code), code.len, pool);
    }
    for (i = 0; i < cache->hosts_n; i++) {
        apr_uint32_t idx = cache->hosts[i].country_idx;

        countries[idx == ML_NONE ? n : idx].n++;
    }
    qsort(countries, (apr_size_t)n + 1, sizeof(*countries), country_order);
    info->countries = countries;
    while (info->country_n <= n && countries[info->country_n].n > 0) {
        info->country_n++;
    }
}

static apr_uint32_t count_urls(const ml_cache_t *cache, apr_uint32_t flags)
{
    apr_uint32_t n = 0, i;

    for (i = 0; i < cache->urls_n; i++) {
        n += (cache->urls[i].flags & flags) == flags;
    }
    return n;
}

void file_put(void *out, const char *text, apr_size_t len)
{
    fwrite(text, 1, len, out);
}

/* --- for people ----------------------------------------------------------- */

/* "2 d 3 h", of the two largest units. */
static const char *duration(apr_int64_t seconds, apr_pool_t *pool)
{
    static const struct {
        int seconds;
        const char *name;
    } units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
    int i = 0;

    while (i < 3 && seconds < units[i].seconds) {
        i++;
    }
    if (i == 3) {
        return apr_psprintf(pool, "%d s", (int)seconds);
    }
    return apr_psprintf(
        pool, "%" APR_INT64_T_FMT " %s %d %s", seconds / units[i].seconds,
        units[i].name, (int)(seconds % units[i].seconds / units[i + 1].seconds),
        units[i + 1].name);
}

static void print_counts(const ml_counts_rec *counts, FILE *out)
{
    fputs("Counts\n", out);
#define X(name, words) \
    fprintf(out, "  %12" APR_UINT64_T_FMT "  %s\n", counts->name, words);
    COUNTS(X)
#undef X
}

static void print_urls(const ml_cache_t *cache, FILE *out)
{
    apr_size_t i;

    fputs("URLs\n", out);
    for (i = 0; i < URL_KIND_N; i++) {
        fprintf(out, "  %12u  %s\n", count_urls(cache, url_kinds[i].flags),
                url_kinds[i].words);
    }
}

static void print_places(const ml_cache_t *cache, FILE *out)
{
    apr_size_t i;

    fputs("Places\n", out);
    for (i = 0; i < PLACE_COUNT_N; i++) {
        fprintf(out, "  %12u  %s\n", place_counts[i].count(cache),
                place_counts[i].words);
    }
}

static void print_skipped(const ml_cache_t *cache, FILE *out)
{
    apr_uint32_t i;

    fputs(cache->skipped_n > 0 ? "Skipped rows\n" : "", out);
    for (i = 0; i < cache->skipped_n; i++) {
        ml_text_rec kind = cache->skipped[i].kind;

        fprintf(out, "  %12" APR_UINT64_T_FMT "  %.*s\n",
                cache->skipped[i].rows, (int)kind.len, ml_text(cache, kind));
    }
}

static void print_sections(const ml_header_rec *header,
                           const ml_section_rec *section, FILE *out)
{
    apr_uint32_t i;

    fputs("Sections                    records        bytes\n", out);
    for (i = 0; i < header->section_n; i++, section++) {
        const char *name = section_name(section->id);

        fprintf(out,
                "  %2u %-18s %11" APR_UINT64_T_FMT " %12" APR_UINT64_T_FMT "\n",
                section->id, name ? name : "(not known)", section->rec_n,
                section->rec_n * section->rec_len);
    }
}

static void print_countries(const info_t *info, FILE *out)
{
    apr_uint32_t i;

    fputs("Hosts by country\n", out);
    for (i = 0; i < info->country_n; i++) {
        fprintf(out, "  %12u  %s\n", info->countries[i].n,
                info->countries[i].code ? info->countries[i].code
                                        : "(without a country)");
    }
}

static void print_text(const info_t *info, FILE *out, apr_pool_t *pool)
{
    const ml_header_rec *header = info->cache->header;

    fprintf(out,
            "%s: format %u.%u, %" APR_UINT64_T_FMT " bytes, checksum %08x\n",
            info->path, header->version_major, header->version_minor,
            header->file_size, header->crc32);
    fprintf(out, "Made %s, %s %s\n", info->made,
            duration(info->age_s < 0 ? -info->age_s : info->age_s, pool),
            info->age_s < 0 ? "from now" : "ago");
    print_counts(info->cache->counts, out);
    print_urls(info->cache, out);
    print_places(info->cache, out);
    print_skipped(info->cache, out);
    print_sections(header, contents(info->cache), out);
    print_countries(info, out);
}

/* --- for machines --------------------------------------------------------- */

static void write_header(ml_json_t *json, const info_t *info)
{
    const ml_header_rec *header = info->cache->header;

    ml_json_text(json, "file", info->path);
    ml_json_open(json, "format", '{');
    ml_json_number(json, "major", header->version_major);
    ml_json_number(json, "minor", header->version_minor);
    ml_json_close(json, '}');
    ml_json_number(json, "size", (apr_int64_t)header->file_size);
    ml_json_number(json, "checksum", header->crc32);
    ml_json_number(json, "created", header->created_s);
    ml_json_text(json, "made", info->made);
    ml_json_number(json, "age", info->age_s);
}

static void write_counts(ml_json_t *json, const ml_cache_t *cache)
{
    apr_uint32_t i;

    ml_json_open(json, "counts", '{');
#define X(name, words) \
    ml_json_number(json, #name, (apr_int64_t)cache->counts->name);
    COUNTS(X)
#undef X
    ml_json_close(json, '}');
    ml_json_open(json, "skipped_rows", '[');
    for (i = 0; i < cache->skipped_n; i++) {
        ml_json_open(json, NULL, '{');
        ml_json_label(json, "kind", cache, cache->skipped[i].kind);
        ml_json_number(json, "rows", (apr_int64_t)cache->skipped[i].rows);
        ml_json_close(json, '}');
    }
    ml_json_close(json, ']');
}

static void write_urls(ml_json_t *json, const ml_cache_t *cache)
{
    apr_size_t i;

    ml_json_open(json, "urls", '{');
    for (i = 0; i < URL_KIND_N; i++) {
        ml_json_number(json, url_kinds[i].name,
                       count_urls(cache, url_kinds[i].flags));
    }
    ml_json_close(json, '}');
}

static void write_places(ml_json_t *json, const ml_cache_t *cache)
{
    apr_size_t i;

    ml_json_open(json, "places", '{');
    for (i = 0; i < PLACE_COUNT_N; i++) {
        ml_json_number(json, place_counts[i].name,
                       place_counts[i].count(cache));
    }
    ml_json_close(json, '}');
}

static void write_sections(ml_json_t *json, const ml_header_rec *header,
                           const ml_section_rec *section)
{
    apr_uint32_t i;

    ml_json_open(json, "sections", '[');
    for (i = 0; i < header->section_n; i++, section++) {
        ml_json_open(json, NULL, '{');
        ml_json_number(json, "id", section->id);
        ml_json_text(json, "name", section_name(section->id));
        ml_json_number(json, "records", (apr_int64_t)section->rec_n);
        ml_json_number(json, "bytes",
                       (apr_int64_t)(section->rec_n * section->rec_len));
        ml_json_close(json, '}');
    }
    ml_json_close(json, ']');
}

static void write_json(const info_t *info, FILE *out)
{
    ml_json_t json = ML_JSON(file_put, out);
    apr_uint32_t i;

    ml_json_open(&json, NULL, '{');
    write_header(&json, info);
    write_counts(&json, info->cache);
    write_urls(&json, info->cache);
    write_places(&json, info->cache);
    write_sections(&json, info->cache->header, contents(info->cache));
    ml_json_open(&json, "hosts_by_country", '[');
    for (i = 0; i < info->country_n; i++) {
        ml_json_open(&json, NULL, '{');
        ml_json_text(&json, "country", info->countries[i].code);
        ml_json_number(&json, "hosts", info->countries[i].n);
        ml_json_close(&json, '}');
    }
    ml_json_close(&json, ']');
    ml_json_close(&json, '}');
    fputc('\n', out);
}

int file_info(const options_t *options, FILE *out, apr_pool_t *pool)
{
    info_t info = {.path = options->info};
    ml_cache_t *cache;
    const char *refused = ml_load_plain(&cache, options->info, pool);

    if (refused) {
        fprintf(stderr, "mirrorlist-query: %s: %s\n", options->info, refused);
        return EXIT_INVALID;
    }
    info.cache = cache;
    info.made = ml_text_iso_time(cache->header->created_s, pool);
    info.age_s = options->now_s - cache->header->created_s;
    count_countries(&info, pool);
    if (options->json) {
        write_json(&info, out);
    }
    else {
        print_text(&info, out, pool);
    }
    return EXIT_OK;
}
