/* SPDX-License-Identifier: Apache-2.0
 *
 * The cache file: what the compiler writes and the reader trusts after one
 * check.  This header is all that the two share about it.
 *
 *     +-----------------+ 0
 *     | ml_header_rec   | magic, version, size, checksum, creation time
 *     +-----------------+
 *     | ml_section_rec  | one per section, ascending by offset
 *     +-----------------+
 *     | sections        | each 8-aligned, in order, zeros between them
 *     +-----------------+ file_size
 *
 *     name --slots--> directories --> host_sets --> groups --> members
 *                         |                (one a country)     /      \
 *                         +--> subpaths                    hosts     urls
 *                         +--> files --> details             |
 *     prefixes --> repos --> directories                 countries
 *     address --> v4/v6 ranges --> routes --> country, place, asns, netblocks
 *                                                   \--> host_lists --> hosts
 *
 * and, to explain an answer, what has kept hosts out of those:
 *
 *     subpaths --> categories --> carriers --> host_rows
 *
 * Numbers are little-endian.  `_idx` counts records of the named section,
 * `_first` and `_n` name a run of them; ML_NONE is "none".  Unknown sections
 * are covered by the checksum and skipped; a new meaning of a known one needs
 * a new major version.
 */
#ifndef ML_CACHE_FORMAT_H
#define ML_CACHE_FORMAT_H

#include "apr.h"

#define ML_MAGIC "\211mirror\n" /* 8 bytes; a text-mode copy breaks it */
#define ML_ENDIAN 0x01020304u
#define ML_VERSION_MAJOR 1
#define ML_VERSION_MINOR 0
#define ML_NONE 0xffffffffu
#define ML_TIME_MAX APR_INT64_C(253402300799) /* the end of the year 9999 */
/* Bytes of a text that somebody wrote, and of what becomes of texts: each byte
 * percent-encoded or escaped for XML, some texts one behind the other.  Texts
 * may overlap; with these bounds a file is checked in time linear in its size.
 */
#define ML_TEXT_MAX 4096
#define ML_ESCAPED_MAX (16 * ML_TEXT_MAX)
/* Leading address bits of the first-level indexes. */
#define ML_V4_INDEX_BITS 16
#define ML_V6_INDEX_BITS 16

typedef struct {
    char magic[8];
    apr_uint32_t endian;
    apr_uint16_t version_major;
    apr_uint16_t version_minor;
    apr_uint64_t file_size; /* bytes */
    apr_int64_t created_s;  /* seconds since the epoch */
    apr_uint32_t section_n;
    apr_uint32_t crc32; /* zlib's, of the file with this field zero */
} ml_header_rec;

typedef struct {
    apr_uint32_t id;
    apr_uint32_t rec_len; /* bytes of one record */
    apr_uint64_t off;     /* bytes from the start of the file */
    apr_uint64_t rec_n;
} ml_section_rec;

/* A run of bytes of the text section: UTF-8 without control bytes. */
typedef struct {
    apr_uint32_t off; /* bytes from the start of the section */
    apr_uint32_t len;
} ml_text_rec;

/* What the file holds, for messages and for comparing two files. */
typedef struct {
    apr_uint64_t hosts; /* that carry a directory */
    apr_uint64_t directories;
    apr_uint64_t carried_directories; /* that a host carries */
    apr_uint64_t pairs;               /* (host, directory) */
    apr_uint64_t repositories;
    apr_uint64_t file_details;
    apr_uint64_t asn_networks;
    apr_uint64_t country_networks;
    apr_uint64_t netblocks;
    apr_uint64_t skipped_rows;
} ml_counts_rec;

#define ML_COUNTRY_KNOWN 1u /* to a network, or to the continents file */

/* Whole degrees, and the same as a point on a sphere of radius 1. */
typedef struct {
    apr_int16_t latitude;  /* -90..90, north is positive */
    apr_int16_t longitude; /* -180..180, east is positive */
    float x;
    float y;
    float z;
} ml_place_rec;

/* Ascending by (continent, code), so that a continent is a run. */
typedef struct {
    ml_text_rec code; /* upper case */
    apr_uint32_t continent_idx;
    apr_uint32_t flags;
    apr_uint32_t place_idx; /* its middle */
} ml_country_rec;

typedef struct {
    ml_text_rec code; /* upper case */
    apr_uint32_t country_first;
    apr_uint32_t country_n;
} ml_continent_rec;

#define ML_HOST_PRIVATE 1u    /* or its site is */
#define ML_HOST_RESTRICTED 2u /* to the countries in `allowed` */
#define ML_HOST_CAPTIVE 4u    /* clients in its netblocks get nobody else */
#define ML_HOST_FLAGS 7u

/* Ascending by id. */
typedef struct {
    apr_int64_t id;
    ml_text_rec name;
    apr_uint32_t country_idx;
    apr_uint32_t bandwidth; /* Mbit/s, 1..100000: the weight */
    apr_uint32_t flags;
    apr_uint32_t allowed_first;
    apr_uint32_t allowed_n;
    apr_uint32_t place_idx;
} ml_host_rec;

/* The first four are those of ml_scheme_e, whatever the database holds. */
typedef struct {
    ml_text_rec name; /* lower case, without "://" */
} ml_scheme_rec;

typedef enum {
    ML_SCHEME_HTTPS,
    ML_SCHEME_HTTP,
    ML_SCHEME_FTP,
    ML_SCHEME_RSYNC,
    ML_SCHEME_OTHER /* this and all above: equal rank */
} ml_scheme_e;

/* It is known that what the URL names has no address of that family. */
#define ML_URL_NO_V4 1u
#define ML_URL_NO_V6 2u
#define ML_URL_LAST 4u /* of its list */
#define ML_URL_FLAGS 7u

/* A base URL of a host for a category, escaped, one slash at its end. */
typedef struct {
    ml_text_rec url;
    ml_text_rec element; /* Metalink's <url ...>, then it, escaped for XML */
    apr_uint32_t preference_off; /* bytes of it before its preference, "00" */
    apr_uint32_t scheme_idx;
    apr_uint32_t subpath_idx; /* which of its directory's follows, from 0 */
    apr_uint32_t flags;
} ml_url_rec;

/* A host, and the first of its public URLs: https, http, ftp, rsync, others;
 * then by id. */
typedef struct {
    apr_uint32_t host_idx;
    apr_uint32_t url_first;
} ml_member_rec;

#define ML_GROUP_RESTRICTED 1u /* a host of it is */

/* The non-private members of one country, ascending by host. */
typedef struct {
    apr_uint32_t country_idx; /* ML_NONE: hosts without one, always last */
    apr_uint32_t member_first;
    apr_uint32_t member_n;
    apr_uint32_t flags;
} ml_group_rec;

/* The hosts that carry a directory, each once: the groups, then the private
 * ones ascending by host. */
typedef struct {
    apr_uint32_t member_first;
    apr_uint32_t public_n;
    apr_uint32_t private_n;
    apr_uint32_t group_first;
    apr_uint32_t group_n;
    apr_uint32_t url_n; /* of all members */
} ml_host_set_rec;

/* What is between the URL of a host for a category and the directory's files:
 * escaped, one slash at its end. */
typedef struct {
    ml_text_rec path; /* empty: the directory is the category's topmost */
    apr_uint32_t category_idx;
} ml_subpath_rec;

typedef struct {
    ml_text_rec name;
    apr_uint32_t host_set_idx;
    apr_uint32_t subpath_first; /* one for each category that counts */
    apr_uint32_t subpath_n;
    apr_uint32_t file_first; /* files with details, ascending by name */
    apr_uint32_t file_n;
} ml_directory_rec;

/* The hashes that a file may have, in the order in which answers have them.
 * X(name, NAME, hexadecimal digits). */
#define ML_HASHES(X)      \
    X(md5, MD5, 32)       \
    X(sha1, SHA1, 40)     \
    X(sha256, SHA256, 64) \
    X(sha512, SHA512, 128)

typedef enum {
#define X(name, NAME, digits) ML_HASH_##NAME,
    ML_HASHES(X)
#undef X
        ML_HASH_N
} ml_hash_e;

#define ML_DETAIL_TIMESTAMP 1u
#define ML_DETAIL_SIZE 2u
#define ML_DETAIL_COMPLETE 3u               /* both of them */
#define ML_DETAIL_HASH(hash) (4u << (hash)) /* for each ml_hash_e */
#define ML_DETAIL_HASHES (ML_DETAIL_HASH(ML_HASH_N) - ML_DETAIL_HASH(0))

/* What is known of a version of a file: at least one hash.  What its flags do
 * not name is zero. */
typedef struct {
    apr_int64_t timestamp_s; /* seconds since the epoch, above 0 */
    apr_int64_t size;        /* bytes, above 0 */
    apr_uint32_t flags;      /* what is there */
    apr_byte_t md5[16];      /* the hashes themselves, not their digits */
    apr_byte_t sha1[20];
    apr_byte_t sha256[32];
    apr_byte_t sha512[64];
} ml_detail_rec;

typedef struct {
    ml_text_rec name;
    apr_uint32_t detail_first; /* the file; then its alternates, newest first */
    apr_uint32_t detail_n;     /* above 1 only where all of them are complete */
} ml_file_rec;

/* Ascending by prefix, then by arch. */
typedef struct {
    ml_text_rec prefix;
    ml_text_rec arch;
    apr_uint32_t directory_idx; /* ML_NONE: not a known directory */
    apr_uint32_t repodata_idx;  /* the directory's repodata, likewise */
} ml_repo_rec;

/* A repository's prefix, or a name that is redirected to one. */
typedef struct {
    ml_text_rec name;
    apr_uint32_t target_idx; /* prefix at the end of the redirects */
    apr_uint32_t disabled;
    apr_uint32_t repo_first; /* its repositories */
    apr_uint32_t repo_n;
} ml_prefix_rec;

typedef struct {
    ml_text_rec name;
    apr_uint32_t host_first; /* in host_lists */
    apr_uint32_t host_n;
} ml_location_rec;

/* An ASN in which some host row, active or not, has clients. */
typedef struct {
    apr_uint32_t number;
    apr_uint32_t host_first; /* in host_lists: those that carry something */
    apr_uint32_t host_n;
} ml_asn_rec;

/* A netblock of hosts that carry something. */
typedef struct {
    ml_text_rec network;     /* "192.0.2.0/24" */
    apr_uint32_t parent_idx; /* next larger one around it, always before it */
    apr_uint32_t host_first; /* in host_lists */
    apr_uint32_t host_n;
} ml_netblock_rec;

#define ML_ROUTE_NETBLOCK_COUNTRY 1u /* the country is netblock_country's */
#define ML_ROUTE_NETBLOCK 2u         /* in a netblock of any host */
#define ML_ROUTE_FLAGS 3u

/* All that is known of an address. */
typedef struct {
    apr_uint32_t country_idx;
    apr_uint32_t continent_idx; /* of the country database, without a country */
    apr_uint32_t place_idx;     /* of the country database */
    apr_uint32_t asn_idx;
    apr_uint32_t netblock_idx; /* the most specific one */
    apr_uint32_t flags;
} ml_route_rec;

typedef struct {
    apr_uint64_t hi;
    apr_uint64_t lo;
} ml_v6_rec;

/* --- from here on: what only explanations read --------------------------- */

#define ML_ROW_NO_SITE 1u
#define ML_ROW_SITE_ADMIN_OFF 2u /* the four switches that make it active */
#define ML_ROW_SITE_USER_OFF 4u
#define ML_ROW_HOST_ADMIN_OFF 8u
#define ML_ROW_HOST_USER_OFF 16u
#define ML_ROW_UNUSABLE 32u /* inactive for another reason */
#define ML_ROW_INACTIVE 63u /* any of the above */
#define ML_ROW_PRIVATE 64u  /* or its site is */

/* Every host that there is, ascending by id. */
typedef struct {
    apr_int64_t id;
    ml_text_rec name;      /* empty: it has none that can be shown */
    apr_uint32_t host_idx; /* ML_NONE: carries nothing */
    apr_uint32_t flags;
} ml_host_row_rec;

/* That counts for a directory. */
typedef struct {
    ml_text_rec name; /* empty: it has none that can be shown */
    apr_uint32_t carrier_first;
    apr_uint32_t carrier_n;
} ml_category_rec;

#define ML_CARRIER_ALWAYS_UP2DATE 1u
#define ML_CARRIER_PUBLIC_URL 2u /* it has one */

/* A host's row for a category, ascending by host. */
typedef struct {
    apr_uint32_t host_row_idx;
    apr_uint32_t flags;
} ml_carrier_rec;

/* A host to which a directory is restricted, ascending by both. */
typedef struct {
    apr_uint32_t directory_idx;
    apr_uint32_t host_row_idx; /* ML_NONE: one that is not there */
} ml_exclusive_rec;

/* A netblock of a host that the compiler could not use, ascending by host. */
typedef struct {
    apr_uint32_t host_row_idx;
    ml_text_rec sentence; /* the row, the reason, the value */
} ml_bad_netblock_rec;

/* Rows that the compiler could not use. */
typedef struct {
    ml_text_rec kind;
    apr_uint64_t rows;
} ml_skipped_rec;

/* X(id, name, record).  `*_starts` are the first addresses of disjoint ranges
 * that cover everything, `*_routes` their routes, `*_index` for each leading
 * bits the last range that starts at or before them, and one past the last.
 * `listing` is the list of all repositories, one "# repo=R&arch=A" a line,
 * sorted, as an answer has it.  `weights` has the bandwidth of each host again,
 * where many are near.
 * `*_slots` are hash tables of ml_cache_hash(), linear probing, index + 1. */
#define ML_SECTIONS(X)                   \
    X(1, text, char)                     \
    X(2, listing, char)                  \
    X(3, counts, ml_counts_rec)          \
    X(4, countries, ml_country_rec)      \
    X(5, country_slots, apr_uint32_t)    \
    X(6, continents, ml_continent_rec)   \
    X(7, hosts, ml_host_rec)             \
    X(8, allowed, apr_uint32_t)          \
    X(9, schemes, ml_scheme_rec)         \
    X(10, urls, ml_url_rec)              \
    X(11, weights, float)                \
    X(12, members, ml_member_rec)        \
    X(13, groups, ml_group_rec)          \
    X(14, host_sets, ml_host_set_rec)    \
    X(15, subpaths, ml_subpath_rec)      \
    X(16, directories, ml_directory_rec) \
    X(17, directory_slots, apr_uint32_t) \
    X(18, files, ml_file_rec)            \
    X(19, repos, ml_repo_rec)            \
    X(20, repo_slots, apr_uint32_t)      \
    X(21, prefixes, ml_prefix_rec)       \
    X(22, prefix_slots, apr_uint32_t)    \
    X(23, locations, ml_location_rec)    \
    X(24, location_slots, apr_uint32_t)  \
    X(25, host_lists, apr_uint32_t)      \
    X(26, asns, ml_asn_rec)              \
    X(27, netblocks, ml_netblock_rec)    \
    X(28, routes, ml_route_rec)          \
    X(29, v4_starts, apr_uint32_t)       \
    X(30, v4_routes, apr_uint32_t)       \
    X(31, v4_index, apr_uint32_t)        \
    X(32, v6_starts, ml_v6_rec)          \
    X(33, v6_routes, apr_uint32_t)       \
    X(34, v6_index, apr_uint32_t)        \
    X(35, host_rows, ml_host_row_rec)    \
    X(36, categories, ml_category_rec)   \
    X(37, carriers, ml_carrier_rec)      \
    X(38, exclusive, ml_exclusive_rec)   \
    X(39, skipped, ml_skipped_rec)       \
    X(40, places, ml_place_rec)          \
    X(41, details, ml_detail_rec)        \
    X(42, bad_netblocks, ml_bad_netblock_rec)

_Static_assert(sizeof(ml_header_rec) == 40, "header");
_Static_assert(sizeof(ml_section_rec) == 24, "section");
_Static_assert(sizeof(ml_counts_rec) == 80, "counts");
_Static_assert(sizeof(ml_place_rec) == 16, "place");
_Static_assert(sizeof(ml_country_rec) == 20, "country");
_Static_assert(sizeof(ml_host_rec) == 40, "host");
_Static_assert(sizeof(ml_url_rec) == 32, "url");
_Static_assert(sizeof(ml_group_rec) == 16, "group");
_Static_assert(sizeof(ml_host_set_rec) == 24, "host set");
_Static_assert(sizeof(ml_directory_rec) == 28, "directory");
_Static_assert(sizeof(ml_file_rec) == 16, "file");
_Static_assert(sizeof(ml_detail_rec) == 152, "detail");
_Static_assert(sizeof(ml_repo_rec) == 24, "repository");
_Static_assert(sizeof(ml_prefix_rec) == 24, "prefix");
_Static_assert(sizeof(ml_route_rec) == 24, "route");
_Static_assert(sizeof(ml_host_row_rec) == 24, "host row");
_Static_assert(sizeof(ml_category_rec) == 16, "category");
_Static_assert(sizeof(ml_carrier_rec) == 8, "carrier");
_Static_assert(sizeof(ml_exclusive_rec) == 8, "exclusive host");
_Static_assert(sizeof(ml_bad_netblock_rec) == 12, "bad netblock");

#endif
