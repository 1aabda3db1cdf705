/* SPDX-License-Identifier: Apache-2.0
 *
 * The formats of the network files.  The tree of a MaxMind file is walked
 * here; its records are read by libmaxminddb, each once however many networks
 * point to it.
 */
#include "networks.h"

#include <errno.h>
#include <string.h>

#include <maxminddb.h>

#include "apr_file_info.h"
#include "apr_hash.h"
#include "apr_lib.h"
#include "apr_strings.h"

#include "lines.h"
#include "ml_text.h"

#define PROGRESS_STEP 4096 /* rows between two calls of report_rows() */

/* --- countries of networks ------------------------------------------------ */

#define V4_DEPTH 96 /* ::/96 is the IPv4 tree, and only that */
#define ADDRESS_BITS 128
#define TREE_SEPARATOR 16 /* bytes between tree and data */

typedef struct {
    apr_uint32_t offset; /* of the record in the file's data */
    const char *code;    /* NULL: it names no country */
    apr_size_t len;
} country_t;

typedef struct {
    MMDB_s mmdb;
    const char *path;
    network_country_fn *found;
    void *baton;
    report_t *report;
    apr_pool_t *pool;
    apr_hash_t *countries; /* offset -> country_t */
    apr_uint32_t node_n;   /* nodes visited */
    apr_uint64_t network_n;
    unsigned char prefix[16]; /* the walk's address so far, then zeros */
} walk_t;

static const char *broken(const walk_t *walk, const char *why)
{
    return apr_pstrcat(walk->pool, walk->path,
                       " cannot be read as a MaxMind database: ", why, NULL);
}

static int only_blanks(const char *text, apr_size_t len)
{
    while (len > 0 && text[len - 1] == ' ') {
        len--;
    }
    return len == 0;
}

static void report_unclean(walk_t *walk, const country_t *country,
                           const MMDB_entry_data_s *text)
{
    report_skip(
        walk->report,
        "country database: text that is not UTF-8 or has control "
        "bytes",
        apr_psprintf(walk->pool, "%s record %u", walk->path, country->offset),
        text->utf8_string, text->data_size);
}

/* The text at `path` of the record, if there is one that can be used. */
static const char *read_code(walk_t *walk, country_t *country,
                             const char *const *path)
{
    MMDB_entry_s entry = {.mmdb = &walk->mmdb, .offset = country->offset};
    MMDB_entry_data_s text;
    int status = MMDB_aget_value(&entry, &text, path);
    const char *code;
    apr_size_t len;

    if (status == MMDB_LOOKUP_PATH_DOES_NOT_MATCH_DATA_ERROR
        || status == MMDB_INVALID_LOOKUP_PATH_ERROR) {
        return NULL;
    }
    if (status != MMDB_SUCCESS) {
        return broken(walk, MMDB_strerror(status));
    }
    if (!text.has_data || text.type != MMDB_DATA_TYPE_UTF8_STRING) {
        return NULL;
    }
    code = text.utf8_string;
    len = text.data_size;
    ml_text_trim(&code, &len);
    if (!ml_text_is_clean(code, len, ML_TEXT_LINE)) {
        report_unclean(walk, country, &text);
    }
    else if (len > 0) {
        country->code = code;
        country->len = len;
    }
    return NULL;
}

static const char *read_country(walk_t *walk, country_t **country_,
                                apr_uint32_t offset)
{
    static const char *const paths[][3] = {
        {"country", "iso_code", NULL},
        {"registered_country", "iso_code", NULL},
        {"country_code", NULL}};
    const char *failed = NULL;
    country_t *country;
    int i;

    *country_ = apr_hash_get(walk->countries, &offset, sizeof(offset));
    if (*country_) {
        return NULL;
    }
    country = apr_pcalloc(walk->pool, sizeof(*country));
    country->offset = offset;
    for (i = 0; i < 3 && !failed && !country->code; i++) {
        failed = read_code(walk, country, paths[i]);
    }
    apr_hash_set(walk->countries, &country->offset, sizeof(country->offset),
                 country);
    *country_ = country;
    return failed;
}

static int is_zero(const unsigned char *bytes, int len)
{
    while (len > 0 && bytes[len - 1] == 0) {
        len--;
    }
    return len == 0;
}

/* Prefixes through which files lead to their IPv4 tree a second time. */
static int is_alias(const walk_t *walk, int depth)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    static const unsigned char teredo[4] = {0x20, 0x01};
    static const unsigned char six_to_four[2] = {0x20, 0x02};

    return (depth == 96 && memcmp(walk->prefix, mapped, 12) == 0)
           || (depth == 32 && memcmp(walk->prefix, teredo, 4) == 0)
           || (depth == 16 && memcmp(walk->prefix, six_to_four, 2) == 0);
}

static void hand_over(walk_t *walk, const country_t *country, int v4,
                      int length)
{
    const unsigned char *bytes = v4 ? walk->prefix + 12 : walk->prefix;
    network_t network = {ml_address_from_bytes(bytes, v4 ? 4 : 16), length};

    walk->found(walk->baton, &network, country->code, country->len);
    if (++walk->network_n % PROGRESS_STEP == 0) {
        report_rows(walk->report, walk->network_n);
    }
}

/* What the record says holds for the prefix. */
static const char *walk_data(walk_t *walk, const MMDB_entry_s *entry, int depth)
{
    int v4 = is_zero(walk->prefix, 12);
    country_t *country;
    const char *failed = read_country(walk, &country, entry->offset);

    if (failed || !country->code) {
        return failed;
    }
    if (depth < V4_DEPTH) {
        hand_over(walk, country, 0, depth);
    }
    else {
        hand_over(walk, country, v4, v4 ? depth - V4_DEPTH : depth);
    }
    if (depth < V4_DEPTH && v4) {
        hand_over(walk, country, 1, 0); /* ::/96 is somewhere in it */
    }
    return NULL;
}

static const char *walk_node(walk_t *walk, apr_uint64_t node, int depth);

static const char *walk_record(walk_t *walk, apr_uint64_t record, int type,
                               const MMDB_entry_s *entry, int depth)
{
    if (is_alias(walk, depth)) {
        return NULL;
    }
    switch (type) {
    case MMDB_RECORD_TYPE_SEARCH_NODE:
        return walk_node(walk, record, depth);
    case MMDB_RECORD_TYPE_EMPTY:
        return NULL;
    case MMDB_RECORD_TYPE_DATA:
        return walk_data(walk, entry, depth);
    default:
        return broken(walk, "its search tree is corrupt");
    }
}

static const char *walk_node(walk_t *walk, apr_uint64_t number, int depth)
{
    unsigned char *byte = &walk->prefix[depth / 8];
    unsigned char bit = (unsigned char)(0x80 >> depth % 8);
    MMDB_search_node_s node;
    const char *failed;
    int status;

    /* In a tree every node has one way to it.  Without this limit a small
     * file of nodes that share their children would take forever. */
    if (depth == ADDRESS_BITS
        || ++walk->node_n > walk->mmdb.metadata.node_count) {
        return broken(walk, "its search tree is no tree");
    }
    status = MMDB_read_node(&walk->mmdb, (apr_uint32_t)number, &node);
    if (status != MMDB_SUCCESS) {
        return broken(walk, MMDB_strerror(status));
    }
    failed = walk_record(walk, node.left_record, node.left_record_type,
                         &node.left_record_entry, depth + 1);
    if (!failed) {
        *byte |= bit;
        failed = walk_record(walk, node.right_record, node.right_record_type,
                             &node.right_record_entry, depth + 1);
        *byte &= (unsigned char)~bit;
    }
    return failed;
}

/* libmaxminddb 1.7 computes the tree's size in 32 bits. */
static int tree_is_inside(const MMDB_s *mmdb)
{
    apr_uint64_t node_size = mmdb->metadata.record_size / 4;

    return mmdb->metadata.node_count * node_size + TREE_SEPARATOR
           <= (apr_uint64_t)mmdb->file_size;
}

static const char *walk_tree(walk_t *walk)
{
    int ip_version = walk->mmdb.metadata.ip_version;

    if (!tree_is_inside(&walk->mmdb)) {
        return broken(walk, "its search tree is larger than the file");
    }
    if (ip_version != 4 && ip_version != 6) {
        return broken(walk, "it has neither IPv4 nor IPv6 addresses");
    }
    return walk_node(walk, 0, ip_version == 4 ? V4_DEPTH : 0);
}

static const char *open_database(walk_t *walk)
{
    apr_finfo_t info;
    apr_status_t failed =
        apr_stat(&info, walk->path, APR_FINFO_TYPE, walk->pool);
    char text[120];
    int status;

    if (failed) {
        return apr_pstrcat(walk->pool, walk->path, " cannot be read: ",
                           apr_strerror(failed, text, sizeof(text)), NULL);
    }
    if (info.filetype != APR_REG) {
        return apr_pstrcat(walk->pool, walk->path, " is not a regular file",
                           NULL);
    }
    status = MMDB_open(walk->path, MMDB_MODE_MMAP, &walk->mmdb);
    if (status == MMDB_FILE_OPEN_ERROR) {
        return apr_pstrcat(walk->pool, walk->path, " cannot be read: ",
                           apr_strerror(errno, text, sizeof(text)), NULL);
    }
    return status == MMDB_SUCCESS ? NULL : broken(walk, MMDB_strerror(status));
}

const char *networks_read_countries(const char *path, network_country_fn *found,
                                    void *baton, report_t *report,
                                    apr_pool_t *pool)
{
    walk_t *walk = apr_pcalloc(pool, sizeof(*walk));
    const char *failed;

    walk->path = path;
    walk->found = found;
    walk->baton = baton;
    walk->report = report;
    walk->pool = pool;
    walk->countries = apr_hash_make(pool);
    report_step(report, "countries of networks", 0);
    failed = open_database(walk);
    if (!failed) {
        failed = walk_tree(walk);
        MMDB_close(&walk->mmdb);
    }
    if (!failed) {
        report_step_done(report, walk->network_n);
    }
    return failed;
}

/* --- ASN networks --------------------------------------------------------- */

static const char blank[] = " \t";

/* Decimal, and nothing else in the word. */
static int parse_asn(apr_uint32_t *asn, const char *word, apr_size_t len)
{
    apr_uint64_t n = 0;
    apr_size_t i;

    for (i = 0; i < len; i++) {
        if (!apr_isdigit(word[i])) {
            return 0;
        }
        n = n * 10 + (apr_uint64_t)(word[i] - '0');
        if (n > 0xffffffff) {
            return 0;
        }
    }
    *asn = (apr_uint32_t)n;
    return len > 0;
}

/* The first two words of the text; what follows them is ignored. */
static const char *parse_route(network_t *network, apr_uint32_t *asn,
                               const char *text, const char *end, int flags)
{
    apr_size_t prefix_len = strcspn(text, blank);
    const char *word = text + prefix_len + strspn(text + prefix_len, blank);
    apr_size_t word_len = strcspn(word, blank);
    const char *refused =
        network_parse(network, text, prefix_len, flags | NETWORK_NEEDS_LENGTH);

    if (refused) {
        return refused;
    }
    if (!parse_asn(asn, word, word_len)
        || (word[word_len] == '\0' && word + word_len != end)) {
        return "no ASN after the network";
    }
    return NULL;
}

const char *networks_read_asns(const char *path, int flags,
                               network_asn_fn *found, void *baton,
                               report_t *report, apr_pool_t *pool)
{
    apr_uint64_t network_n = 0;
    const char *failed, *refused;
    lines_t *lines;
    line_t line;
    int more;

    report_step(report, "routing table", 0);
    failed = lines_open(&lines, path, "routing table", report, pool);
    while (!failed && !(failed = lines_next(lines, &line, &more)) && more) {
        const char *text = line.text + strspn(line.text, blank);
        const char *end = line.text + line.len;
        network_t network;
        apr_uint32_t asn;

        if (*text == '#' || text == end) {
            continue;
        }
        refused = parse_route(&network, &asn, text, end, flags);
        if (refused) {
            lines_skip(lines, &line, refused);
            continue;
        }
        found(baton, &network, asn);
        if (++network_n % PROGRESS_STEP == 0) {
            report_rows(report, network_n);
        }
    }
    if (!failed) {
        failed = lines_close(lines, network_n);
    }
    if (!failed) {
        report_step_done(report, network_n);
    }
    return failed;
}

/* --- continents ----------------------------------------------------------- */

/* Without blanks and quotes around it, in upper case; written over `text`. */
static char *clean_field(char *text, char *end)
{
    static const char around[] = " \"";
    char *c;

    text += strspn(text, around);
    while (end > text && strchr(around, end[-1])) {
        end--;
    }
    *end = '\0';
    for (c = text; c < end; c++) {
        *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
    }
    return text;
}

/* Splits the line in place; what follows a second comma is ignored. */
static const char *parse_continent(char **country, char **continent,
                                   line_t *line)
{
    char *comma = strchr(line->text, ',');

    if (!ml_text_is_clean(line->text, line->len, ML_TEXT_LINE)) {
        return "text that is not UTF-8 or has control bytes";
    }
    if (!comma) {
        return "no comma";
    }
    /* Judged before the line is changed: it may have to be shown. */
    if (strspn(line->text, " \"") == (apr_size_t)(comma - line->text)) {
        return "no country";
    }
    *continent = comma + 1;
    if (strspn(*continent, " \"") >= strcspn(*continent, ",")) {
        return "no continent";
    }
    *country = clean_field(line->text, comma);
    *continent = clean_field(*continent, *continent + strcspn(*continent, ","));
    if (strcmp(*continent, "--") == 0) {
        **continent = '\0';
    }
    return NULL;
}

const char *networks_read_continents(const char *path, continent_fn *found,
                                     void *baton, report_t *report,
                                     apr_pool_t *pool)
{
    apr_uint64_t country_n = 0;
    const char *failed, *refused;
    char *country, *continent;
    lines_t *lines;
    line_t line;
    int more;

    report_step(report, "continents", 0);
    failed = lines_open(&lines, path, "continents", report, pool);
    while (!failed && !(failed = lines_next(lines, &line, &more)) && more) {
        if (line.number == 1 || only_blanks(line.text, line.len)) {
            continue;
        }
        refused = parse_continent(&country, &continent, &line);
        if (refused) {
            lines_skip(lines, &line, refused);
            continue;
        }
        found(baton, country, continent);
        country_n++;
    }
    if (!failed) {
        failed = lines_close(lines, country_n);
    }
    if (!failed) {
        report_step_done(report, country_n);
    }
    return failed;
}
