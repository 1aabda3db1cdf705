/* SPDX-License-Identifier: Apache-2.0
 *
 * Entries about repositories, files, and the countries of networks.
 */
#include "protobuf_entry.h"

#include <string.h>

#include "apr_strings.h"

void protobuf_note_disabled(protobuf_t *p, const void *entry)
{
    const TextBool *prefix = entry;

    if (prefix->value && protobuf_is_clean(p, &prefix->key)) {
        apr_hash_set(p->disabled, protobuf_copy_text(p, &prefix->key),
                     APR_HASH_KEY_STRING, "");
    }
}

/* No arch has a plus, but prefixes may. */
void protobuf_add_repository(protobuf_t *p, const void *entry)
{
    const TextText *named = entry;
    const char *key, *plus;
    model_repository_t *repository;
    apr_uint32_t n = BUFFER_N(&p->model->repositories, model_repository_t);
    apr_uint32_t directory_idx;

    if (!protobuf_is_clean(p, &named->key)) {
        return;
    }
    key = protobuf_copy_text(p, &named->key);
    plus = strrchr(key, '+');
    /* A row without a prefix is no mistake. */
    if (plus == key || !protobuf_is_clean(p, &named->value)) {
        return;
    }
    if (!plus || named->value.len == 0) {
        protobuf_skip_text(p,
                           plus ? "names no directory"
                                : "no plus between a prefix and an arch",
                           &named->key);
        return;
    }
    directory_idx = protobuf_directory(p, &named->value);
    repository = BUFFER_PUSH(&p->model->repositories, model_repository_t);
    repository->id = n;
    repository->prefix =
        apr_pstrmemdup(p->model->pool, key, (apr_size_t)(plus - key));
    repository->arch = plus + 1;
    repository->directory_idx = directory_idx;
    repository->disabled =
        apr_hash_get(p->disabled, repository->prefix, APR_HASH_KEY_STRING)
        != NULL;
}

void protobuf_add_redirect(protobuf_t *p, const void *entry)
{
    const TextText *step = entry;
    apr_uint32_t n = BUFFER_N(&p->model->redirects, model_redirect_t);
    model_redirect_t *redirect;

    if (!protobuf_is_clean(p, &step->key)
        || !protobuf_is_clean(p, &step->value)) {
        return;
    }
    if (step->value.len == 0) {
        protobuf_skip_text(p, "its target is empty", &step->key);
        return;
    }
    redirect = BUFFER_PUSH(&p->model->redirects, model_redirect_t);
    redirect->id = n;
    redirect->from = protobuf_copy_text(p, &step->key);
    redirect->to = protobuf_copy_text(p, &step->value);
}

static apr_int64_t number(int is_there, apr_uint64_t number)
{
    return is_there && number <= APR_INT64_MAX ? (apr_int64_t)number : 0;
}

/* Why the version cannot be used, and the culprit, or NULL. */
static const char *read_detail(ml_detail_rec *rec,
                               const FileDetailsType *version,
                               const ProtobufCBinaryData **culprit)
{
    const ProtobufCBinaryData *hashes[ML_HASH_N] = {
        [ML_HASH_MD5] = &version->md5,
        [ML_HASH_SHA1] = &version->sha1,
        [ML_HASH_SHA256] = &version->sha256,
        [ML_HASH_SHA512] = &version->sha512,
    };
    const char *refused = NULL;
    int i;

    model_detail_numbers(rec,
                         number(version->has_timestamp, version->timestamp),
                         number(version->has_size, version->size));
    for (i = 0; !refused && i < ML_HASH_N; i++) {
        *culprit = hashes[i];
        refused =
            model_detail_hash(rec, i, protobuf_text(hashes[i]), hashes[i]->len);
    }
    return refused;
}

/* The older ones follow the newest: their numbers keep equals in order. */
static void add_file(protobuf_t *p, apr_uint32_t directory_idx,
                     const FileDetailsCacheFilesType *file)
{
    const char *filename = protobuf_copy_text(p, &file->filename), *refused;
    const ProtobufCBinaryData *culprit;
    size_t i;

    for (i = 0; i < file->n_filedetails; i++) {
        model_file_detail_t detail = {.id = p->detail_n++,
                                      .filename = filename};

        refused = read_detail(&detail.rec, file->filedetails[i], &culprit);
        if (!refused) {
            culprit = NULL;
            refused = model_add_file_detail(p->model, directory_idx, &detail);
        }
        if (refused) {
            protobuf_skip(
                p, refused,
                apr_pstrcat(p->scratch, p->field, " ",
                            MODEL_DIRECTORIES(p->model)[directory_idx].name,
                            "/", filename, NULL),
                culprit);
        }
    }
}

void protobuf_add_file_details(protobuf_t *p, const void *entry)
{
    const FileDetailsCacheDirectoryType *directory = entry;
    apr_uint32_t directory_idx;
    size_t i;

    if (!protobuf_is_clean(p, &directory->directory)) {
        return;
    }
    directory_idx = protobuf_directory(p, &directory->directory);
    for (i = 0; i < directory->n_filedetailscachefiles; i++) {
        const FileDetailsCacheFilesType *file =
            directory->filedetailscachefiles[i];

        if (file->filename.len == 0) {
            protobuf_skip_text(p, "filename is empty", &directory->directory);
        }
        else if (protobuf_is_clean(p, &file->filename)) {
            add_file(p, directory_idx, file);
        }
    }
}

void protobuf_add_netblock_country(protobuf_t *p, const void *entry)
{
    const TextText *netblock = entry;
    const char *refused;
    network_t network;

    if (!protobuf_is_clean(p, &netblock->value)) {
        return;
    }
    refused = network_parse(&network, protobuf_text(&netblock->key),
                            netblock->key.len, p->network_flags);
    if (!refused) {
        refused = model_add_netblock_country(p->model, &network,
                                             protobuf_text(&netblock->value),
                                             netblock->value.len);
    }
    if (refused) {
        protobuf_skip_text(p, refused, &netblock->key);
    }
}

void protobuf_add_continent(protobuf_t *p, const void *entry)
{
    const TextText *country = entry;
    const char *refused;

    if (protobuf_is_clean(p, &country->key)
        && protobuf_is_clean(p, &country->value)) {
        refused = model_redirect_continent(
            p->model, protobuf_copy_text(p, &country->key),
            protobuf_copy_text(p, &country->value));
        if (refused) {
            protobuf_skip_text(p, refused, &country->key);
        }
    }
}
