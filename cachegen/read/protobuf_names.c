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
    const ProtobufCBinaryData key = protobuf_trim(&prefix->key);

    if (prefix->value && protobuf_is_clean(p, &key)) {
        apr_hash_set(p->disabled, protobuf_copy_text(p, &key),
                     APR_HASH_KEY_STRING, "");
    }
}

/* "PREFIX+ARCH": no arch has a plus, but prefixes may.  Without a plus all of
 * the key is the prefix. */
static int split_key(ProtobufCBinaryData *prefix, ProtobufCBinaryData *arch,
                     const ProtobufCBinaryData *key)
{
    size_t behind = key->len; /* of the last plus */

    while (behind > 0 && key->data[behind - 1] != '+') {
        behind--;
    }
    *prefix = *arch = *key;
    if (behind > 0) {
        prefix->len = behind - 1;
        arch->data += behind;
        arch->len -= behind;
    }
    *prefix = protobuf_trim(prefix);
    *arch = protobuf_trim(arch);
    return behind > 0;
}

void protobuf_add_repository(protobuf_t *p, const void *entry)
{
    const TextText *named = entry;
    ProtobufCBinaryData prefix, arch;
    int has_plus = split_key(&prefix, &arch, &named->key);
    model_repository_t *repository;
    apr_uint32_t n = BUFFER_N(&p->model->repositories);
    apr_uint32_t directory_idx;

    /* A row without a prefix is no mistake. */
    if ((has_plus && prefix.len == 0) || !protobuf_is_clean(p, &prefix)
        || !protobuf_is_clean(p, &arch)
        || !protobuf_is_clean(p, &named->value)) {
        return;
    }
    if (!has_plus || arch.len == 0 || named->value.len == 0) {
        protobuf_skip_text(p,
                           !has_plus ? "no plus between a prefix and an arch"
                           : arch.len == 0 ? "arch is empty"
                                           : "names no directory",
                           &named->key);
        return;
    }
    directory_idx = protobuf_directory(p, &named->value);
    repository = BUFFER_PUSH(&p->model->repositories);
    repository->id = n;
    repository->prefix = protobuf_copy_text(p, &prefix);
    repository->arch = protobuf_copy_text(p, &arch);
    repository->directory_idx = directory_idx;
    repository->disabled =
        apr_hash_get(p->disabled, repository->prefix, APR_HASH_KEY_STRING)
        != NULL;
}

void protobuf_add_redirect(protobuf_t *p, const void *entry)
{
    const TextText *step = entry;
    const ProtobufCBinaryData from = protobuf_trim(&step->key);
    const ProtobufCBinaryData to = protobuf_trim(&step->value);
    apr_uint32_t n = BUFFER_N(&p->model->redirects);
    model_redirect_t *redirect;

    if (!protobuf_is_usable(p, &from) || !protobuf_is_clean(p, &to)) {
        return;
    }
    if (to.len == 0) {
        protobuf_skip_text(p, "its target is empty", &from);
        return;
    }
    redirect = BUFFER_PUSH(&p->model->redirects);
    redirect->id = n;
    redirect->from = protobuf_copy_text(p, &from);
    redirect->to = protobuf_copy_text(p, &to);
}

static apr_int64_t number(int is_there, apr_uint64_t number)
{
    return is_there && number <= APR_INT64_MAX ? (apr_int64_t)number : 0;
}

/* Why the version cannot be used, and the culprit; or NULL. */
static const char *read_detail(ml_detail_rec *rec,
                               const FileDetailsType *version,
                               ProtobufCBinaryData *culprit)
{
    const ProtobufCBinaryData hashes[ML_HASH_N] = {
        [ML_HASH_MD5] = protobuf_trim(&version->md5),
        [ML_HASH_SHA1] = protobuf_trim(&version->sha1),
        [ML_HASH_SHA256] = protobuf_trim(&version->sha256),
        [ML_HASH_SHA512] = protobuf_trim(&version->sha512),
    };
    const char *refused = NULL;
    int i;

    model_detail_numbers(rec,
                         number(version->has_timestamp, version->timestamp),
                         number(version->has_size, version->size));
    for (i = 0; !refused && i < ML_HASH_N; i++) {
        *culprit = hashes[i];
        refused =
            model_detail_hash(rec, i, protobuf_text(culprit), culprit->len);
    }
    return refused;
}

/* The older ones follow the newest: their numbers keep equals in order. */
static void add_file(protobuf_t *p, apr_uint32_t directory_idx,
                     const FileDetailsCacheFilesType *file)
{
    const char *filename = protobuf_copy_text(p, &file->filename), *refused;
    const ProtobufCBinaryData *culprit;
    ProtobufCBinaryData hash;
    size_t i;

    for (i = 0; i < file->n_filedetails; i++) {
        model_file_detail_t detail = {.id = p->detail_n++,
                                      .filename = filename};

        refused = read_detail(&detail.rec, file->filedetails[i], &hash);
        culprit = refused ? &hash : NULL;
        if (!refused) {
            refused = model_add_file_detail(p->model, directory_idx, &detail);
        }
        if (refused) {
            protobuf_skip(
                p, refused,
                apr_pstrcat(
                    p->scratch, p->field, " ",
                    BUFFER_AT(&p->model->directories)[directory_idx].name, "/",
                    filename, NULL),
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
    const ProtobufCBinaryData country = protobuf_trim(&netblock->value);

    if (protobuf_is_clean(p, &country)) {
        netblock_add_country(p->netblocks, protobuf_text(&netblock->key),
                             netblock->key.len, protobuf_text(&country),
                             country.len, p->field, p->field);
    }
}

void protobuf_add_continent(protobuf_t *p, const void *entry)
{
    const TextText *redirect = entry;
    const ProtobufCBinaryData country = protobuf_trim(&redirect->key);
    const ProtobufCBinaryData continent = protobuf_trim(&redirect->value);
    const char *refused;

    if (protobuf_is_clean(p, &country) && protobuf_is_clean(p, &continent)) {
        refused =
            model_redirect_continent(p->model, protobuf_copy_text(p, &country),
                                     protobuf_copy_text(p, &continent));
        if (refused) {
            protobuf_skip_text(p, refused, &country);
        }
    }
}
