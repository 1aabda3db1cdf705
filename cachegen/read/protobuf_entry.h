/* SPDX-License-Identifier: Apache-2.0
 *
 * Shared by the readers of MirrorManager's protobuf file, and only by them.
 *
 * The file may have a gigabyte: never more than one of its entries is unpacked
 * at a time.  Entries come in any order and name each other, so the file is
 * read twice: first who there is (protobuf_note_*), then the rest
 * (protobuf_add_*).
 */
#ifndef PROTOBUF_ENTRY_H
#define PROTOBUF_ENTRY_H

#include "apr_hash.h"

#include "idmap.h"
#include "mirrorlist_cache.pb-c.h"
#include "model.h"
#include "intern.h"
#include "netblock.h"
#include "report.h"

/* An entry of MirrorListCache; ML_NONE: it cannot be used. */
typedef struct {
    apr_uint32_t directory_idx;
    apr_uint32_t category_idx;
} protobuf_listed_t;

typedef struct {
    model_t *model;
    report_t *report;
    netblocks_t *netblocks;
    apr_int64_t time_s;    /* -1: the file does not say */
    idmap_t *hosts;        /* id -> place in the model */
    idmap_t *public_hosts; /* ids; carriers that are not here are
                              private */
    idmap_t *urls;         /* id -> place in `url_texts` */
    BUFFER_OF(const char *) url_texts;
    apr_hash_t *disabled;          /* prefixes */
    apr_hash_t *category_by_top;   /* -> category's place + 1 */
    apr_hash_t *directory_by_name; /* likewise */
    apr_hash_t *location_by_name;  /* likewise */
    intern_t *carriers;            /* in the order of the host_categories */
    buffer_t carrier_bytes;        /* of each: category, host's id, URLs' ids */
    BUFFER_OF(apr_int64_t) carrier;      /* the one at hand */
    BUFFER_OF(protobuf_listed_t) listed; /* each entry in its order */
    apr_uint32_t listed_n; /* entries of it that the second reading has met */
    apr_int64_t detail_n;  /* file details so far */
    const char *field;     /* that is being read */
    apr_uint64_t entry_n;  /* in the file, once it was read */
    apr_pool_t *scratch;   /* of one entry */
} protobuf_t;

/* An unpacked message of the field's type. */
typedef void protobuf_entry_fn(protobuf_t *p, const void *entry);

/* The bytes of a text, which is no string: its end is its length. */
const char *protobuf_text(const ProtobufCBinaryData *text);

/* The text without blanks around it: every text but the names of directories
 * and files is read through this. */
ProtobufCBinaryData protobuf_trim(const ProtobufCBinaryData *text);

/* The text in the model's pool. */
const char *protobuf_copy_text(protobuf_t *p, const ProtobufCBinaryData *text);

/* Report an entry that cannot be used, and why: one that `row` names, one that
 * its text names, one that its number does.  `value` is the culprit, or NULL.
 */
void protobuf_skip(protobuf_t *p, const char *reason, const char *row,
                   const ProtobufCBinaryData *value);
void protobuf_skip_text(protobuf_t *p, const char *reason,
                        const ProtobufCBinaryData *text);
void protobuf_skip_id(protobuf_t *p, const char *reason, apr_int64_t id,
                      const ProtobufCBinaryData *value);

/* Whether the text can stand in an answer, and is not empty; if not, its entry
 * is reported. */
int protobuf_is_clean(protobuf_t *p, const ProtobufCBinaryData *text);
int protobuf_is_usable(protobuf_t *p, const ProtobufCBinaryData *text);

/* The directory of that name, in no category if it is new. */
apr_uint32_t protobuf_directory(protobuf_t *p, const ProtobufCBinaryData *text);

/* In protobuf_hosts.c. */

/* The place of a host in the first reading: every id that has a place, a
 * property or a URL is one. */
apr_uint32_t protobuf_note_host(protobuf_t *p, apr_int64_t id);
protobuf_entry_fn protobuf_note_hosts_of_text;
protobuf_entry_fn protobuf_note_hosts_of_asn;
protobuf_entry_fn protobuf_note_country;
protobuf_entry_fn protobuf_note_bandwidth;
protobuf_entry_fn protobuf_note_allowed;

/* Between the readings: the hosts get their places. */
void protobuf_sort_hosts(protobuf_t *p);
/* From then on the place of a host; ML_NONE if its country has cost it. */
apr_uint32_t protobuf_host(const protobuf_t *p, apr_int64_t id);
protobuf_entry_fn protobuf_add_location;
protobuf_entry_fn protobuf_add_asn;
protobuf_entry_fn protobuf_add_netblock;

/* In protobuf_carriers.c. */
protobuf_entry_fn protobuf_note_url;
protobuf_entry_fn protobuf_note_listed;
/* Between the readings, with the hosts in their places: who can carry. */
void protobuf_settle_carriers(protobuf_t *p);
protobuf_entry_fn protobuf_add_listed;

/* In protobuf_names.c. */
protobuf_entry_fn protobuf_note_disabled;
protobuf_entry_fn protobuf_add_repository;
protobuf_entry_fn protobuf_add_redirect;
protobuf_entry_fn protobuf_add_file_details;
protobuf_entry_fn protobuf_add_netblock_country;
protobuf_entry_fn protobuf_add_continent;

#endif
