/* SPDX-License-Identifier: Apache-2.0
 *
 * Everything that goes into a cache, as plain records in memory: filled by
 * the readers (mm2.c and the network files), compiled by compile.c.  Places
 * (`_idx`) count records of the named array; ML_NONE is "none".  Texts are
 * trimmed (ml_text_trim(); names of directories and files are not), clean
 * UTF-8, live in the model's pool and end in a NUL.
 *
 * The functions are the rules that hold whatever the records come from.  One
 * that can refuse what it gets returns NULL, or a constant reason.
 */
#ifndef MODEL_H
#define MODEL_H

#include "apr_hash.h"
#include "apr_pools.h"
#include "apr_tables.h"

#include "buffer.h"
#include "geo.h"
#include "ml_cache_format.h"
#include "network.h"

typedef struct {
    const char *code;      /* upper case, not empty */
    const char *continent; /* "": on none */
    int has_continent;     /* somebody has said which, or that it has none */
    int known;             /* to a network or to the continents file */
    geo_sum_t v4; /* places of its networks, weighted by their addresses */
    geo_sum_t v6; /* likewise, each network once */
} model_country_t;

typedef struct {
    apr_int64_t id;
    const char *name;         /* "": unusable, and needed by no answer */
    apr_uint32_t country_idx; /* or ML_NONE */
    apr_uint32_t bandwidth;   /* 1..100000 */
    int asn_clients;
    int active;       /* all four switches */
    apr_uint32_t off; /* ML_ROW_...: those that are not, for messages */
    int is_private;
    int captive;                 /* clients in its netblocks get nobody else */
    geo_degrees_t place;         /* none: the middle of its country */
    int restricted;              /* to `allowed`, which may be empty */
    apr_array_header_t *allowed; /* of apr_uint32_t countries, or NULL */
} model_host_t;

typedef struct {
    apr_int64_t id;
    const char *url;    /* as stored, without trailing slashes */
    apr_uint32_t flags; /* ML_URL_...: families of addresses */
} model_url_t;

typedef struct {
    apr_uint32_t host_idx;
    apr_uint32_t category_idx;
    int always_up2date;
    apr_uint32_t bit;         /* among the category's carriers, or ML_NONE */
    apr_array_header_t *urls; /* of model_url_t: public ones, by id */
} model_host_category_t;

typedef struct {
    const char *name;             /* or NULL; needed by no answer */
    apr_uint32_t topdir_idx;      /* or ML_NONE */
    apr_array_header_t *carriers; /* of apr_uint32_t host_categories: active
                                     hosts with a public URL */
    apr_uint32_t word_n;          /* of 64 bits, one bit a carrier */
} model_category_t;

typedef struct {
    apr_int64_t id;
    const char *filename;
    ml_detail_rec rec;
} model_file_detail_t;

/* A category that counts for a directory. */
typedef struct model_placement_t {
    apr_uint32_t category_idx;
    apr_uint32_t subpath_off; /* in the directory's name */
    apr_uint64_t *bits;       /* carriers that are up to date */
    struct model_placement_t *next;
} model_placement_t;

typedef struct {
    const char *name;
    model_placement_t *placements;    /* in the order of their categories; NULL:
                                         not a known directory */
    apr_array_header_t *exclusive;    /* of apr_uint32_t hosts (ML_NONE: one
                                         that is not there), or NULL */
    apr_array_header_t *file_details; /* of model_file_detail_t, or NULL */
} model_directory_t;

typedef struct {
    apr_int64_t id;
    const char *prefix;
    const char *arch;
    apr_uint32_t directory_idx;
    int disabled;
} model_repository_t;

typedef struct {
    apr_int64_t id;
    const char *from;
    const char *to;
} model_redirect_t;

typedef struct {
    const char *name;
    apr_array_header_t *hosts; /* of apr_uint32_t */
} model_location_t;

typedef struct {
    apr_int64_t asn;
    apr_uint32_t host_idx;
} model_asn_host_t;

/* A netblock of the host that cannot be used, and why, as a sentence. */
typedef struct {
    apr_uint32_t host_idx;
    const char *sentence;
} model_bad_netblock_t;

/* What a network says; what the country database says is in model->geo.  Of two
 * equal networks in a layer the later one wins, but netblocks of several hosts
 * stand together. */
typedef enum {
    MODEL_NETBLOCK_COUNTRY, /* stronger than the database */
    MODEL_ASN,
    MODEL_NETBLOCK
} model_layer_e;

typedef struct {
    network_t network;
    model_layer_e layer;
    apr_uint32_t value; /* country, ASN, or host */
    apr_uint32_t order; /* in which they came */
} model_network_t;

typedef struct {
    apr_pool_t *pool;
    BUFFER_OF(model_country_t) countries;
    BUFFER_OF(model_host_t) hosts; /* ascending by id */
    BUFFER_OF(model_category_t) categories;
    BUFFER_OF(model_host_category_t) host_categories;
    BUFFER_OF(model_directory_t) directories;   /* ascending by id */
    BUFFER_OF(model_repository_t) repositories; /* ascending by id */
    BUFFER_OF(model_redirect_t) redirects;      /* ascending by id */
    BUFFER_OF(model_location_t) locations;
    BUFFER_OF(model_asn_host_t) asn_hosts;
    BUFFER_OF(model_network_t) networks;
    BUFFER_OF(model_bad_netblock_t) bad_netblocks;
    geo_t *geo;
    apr_hash_t *country_by_code; /* -> apr_uint32_t, its place + 1 */
    apr_uint64_t country_network_n;
    apr_uint64_t asn_network_n;
    apr_uint64_t netblock_n;
} model_t;

model_t *model_create(apr_pool_t *pool);

/* The host_category that has this bit among the category's carriers. */
static inline apr_uint32_t model_carrier(const model_category_t *category,
                                         apr_uint32_t bit)
{
    return APR_ARRAY_IDX(category->carriers, bit, apr_uint32_t);
}

/* The country of a text, upper-cased; ML_NONE if it is empty. */
apr_uint32_t model_country(model_t *model, const char *text, apr_size_t len);

/* The code of a continent, upper-cased; "" for none, as "--" is. */
const char *model_continent(model_t *model, const char *text, apr_size_t len);

/* Puts a country on a continent, as the continents file does, "--" for none; a
 * later call overrides. */
const char *model_set_continent(model_t *model, const char *country,
                                const char *continent);

/* The same, as country_continent_redirect does, from which nobody is known to
 * be in the country. */
const char *model_redirect_continent(model_t *model, const char *country,
                                     const char *continent);

/* What a record of the country database says: a country (ML_NONE: none), the
 * code of a continent ("": none), a place (NULL: none). */
typedef struct {
    apr_uint32_t country_idx;
    const char *continent;
    const geo_place_t *place;
    apr_uint32_t fact_idx; /* of model_geo_fact() */
} model_geo_t;

/* The number of what it says in model->geo. */
apr_uint32_t model_geo_fact(model_t *model, const model_geo_t *geo);

/* Adds a network of which the database says so.  The network follows all that
 * were added before. */
void model_add_geo(model_t *model, const network_t *network,
                   const model_geo_t *geo);

/* The middle of a country, as its networks' places lie around it; 0: none. */
int model_middle(geo_degrees_t *middle, const model_country_t *country);

/* Puts the host where its columns say (any bytes, or NULL), if those are two
 * numbers in range and not both zero. */
void model_place_host(model_host_t *host, const char *latitude,
                      apr_size_t latitude_len, const char *longitude,
                      apr_size_t longitude_len);

/* Countries that neither the continents file nor a redirect has put anywhere
 * lie where most of their networks do.  After all networks. */
void model_complete_continents(model_t *model);

/* Adds a network to a layer. */
void model_add_network(model_t *model, const network_t *network,
                       model_layer_e layer, apr_uint32_t value);

/* Keeps a netblock that cannot be used, for explanations. */
void model_add_bad_netblock(model_t *model, apr_uint32_t host_idx,
                            const char *sentence);

/* Adds a network whose country netblock_country says. */
const char *model_add_netblock_country(model_t *model, const network_t *network,
                                       const char *country, apr_size_t len);

/* Whether the number can be an ASN; and that the host has clients there. */
int model_is_asn(apr_int64_t number);
void model_add_asn(model_t *model, apr_int64_t asn, apr_uint32_t host_idx);

/* The weight of a host with so many Mbit/s. */
apr_uint32_t model_bandwidth(apr_int64_t mbits);

/* Restricts the host to this country, among others.  It stays restricted
 * where the text (any bytes, or NULL) is no country. */
const char *model_restrict(model_t *model, apr_uint32_t host_idx,
                           const char *country, apr_size_t len);

/* A clean text as a base URL, without slashes at its end.  A URL of files needs
 * no host. */
const char *model_url(const char **url, const char *text, apr_size_t len,
                      apr_pool_t *pool);
void model_add_url(model_t *model, apr_uint32_t host_category_idx,
                   apr_int64_t id, const char *url);

/* What a row says of a version of a file, into a record of zeros.  A number
 * that is not above 0 and a text that is NULL or empty are absent; any other
 * text, of any bytes, that is no hash refuses the whole row. */
void model_detail_numbers(ml_detail_rec *rec, apr_int64_t timestamp,
                          apr_int64_t size);
const char *model_detail_hash(ml_detail_rec *rec, ml_hash_e hash,
                              const char *text, apr_size_t len);

/* Adds the version to the directory, unless it has no hash at all. */
const char *model_add_file_detail(model_t *model, apr_uint32_t directory_idx,
                                  const model_file_detail_t *detail);

/* Why a trimmed text cannot stand in an answer, as a sentence without its
 * subject, or NULL. */
const char *model_text_refusal(const char *text, apr_size_t len);

/* The name of a directory: without slashes at its ends, one where there is a
 * run of them. */
const char *model_directory_name(const char *text, apr_size_t len,
                                 apr_pool_t *pool);

/* The category counts for the directory; its sub-path begins at this offset of
 * the directory's name.  A second time means nothing. */
void model_add_placement(model_t *model, apr_uint32_t directory_idx,
                         apr_uint32_t category_idx, apr_uint32_t subpath_off);

/* The place of the first record that had this name: `place` if this is the
 * first.  Two records of one name mean the same thing. */
apr_uint32_t model_place_of_name(apr_hash_t *names, const char *name,
                                 apr_uint32_t place);

/* Adds to an array of places, which is made with the first one. */
void model_push_idx(model_t *model, apr_array_header_t **array,
                    apr_uint32_t idx);

/* After all hosts, categories, host_categories and URLs are known: who can
 * carry at all.  Before the first call of model_set_up2date(). */
void model_prepare_carriers(model_t *model);

/* The host_category is up to date in the directory.  Means nothing where the
 * category does not count for the directory. */
void model_set_up2date(model_t *model, apr_uint32_t host_category_idx,
                       apr_uint32_t directory_idx);

#endif
