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

/* The older ones follow the newest: their numbers keep equals in order. */
static void add_file(protobuf_t *p, apr_uint32_t directory_idx,
                     const FileDetailsCacheFilesType *file)
{
    const char *filename = protobuf_copy_text(p, &file->filename), *refused;
    size_t i;
    int j;

    for (i = 0; i < file->n_filedetails; i++) {
        const FileDetailsType *version = file->filedetails[i];
        const ProtobufCBinaryData *hashes[] = {
            &version->md5, &version->sha1, &version->sha256, &version->sha512};
        model_file_detail_t *detail =
            model_add_file_detail(p->model, directory_idx);

        detail->id = (apr_int64_t)i;
        detail->filename = filename;
        if (version->has_timestamp && version->timestamp <= APR_INT64_MAX) {
            detail->timestamp = (apr_int64_t)version->timestamp;
        }
        if (version->has_size && version->size <= APR_INT64_MAX) {
            detail->size = (apr_int64_t)version->size;
        }
        for (j = 0; j < 4; j++) {
            refused = model_set_hash(detail, j, protobuf_text(hashes[j]),
                                     hashes[j]->len, p->model->pool);
            if (refused) {
                protobuf_skip_text(p, refused, hashes[j]);
            }
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
