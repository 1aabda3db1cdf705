/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows about repositories and files: what clients ask for by name.
 */
#include "mm2_row.h"

apr_uint32_t mm2_read_version(mm2_t *m, const db_value_t *v)
{
    return 0;
}

apr_uint32_t mm2_read_arch(mm2_t *m, const db_value_t *v)
{
    enum { ID, NAME };

    *BUFFER_PUSH(&m->arch_names) = mm2_copy_text(m, &v[NAME]);
    return BUFFER_N(&m->arch_names) - 1;
}

apr_uint32_t mm2_read_repository(mm2_t *m, const db_value_t *v)
{
    enum { ID, PREFIX, VERSION_ID, ARCH_ID, DIRECTORY_ID, DISABLED };
    apr_uint32_t version, arch, directory_idx;
    model_repository_t *repository;

    if (mm2_refers(m, m->versions, &v[VERSION_ID], &version)
        && mm2_refers(m, m->arches, &v[ARCH_ID], &arch)
        && mm2_refers(m, m->directories, &v[DIRECTORY_ID], &directory_idx)) {
        repository = BUFFER_PUSH(&m->model->repositories);
        repository->id = v[ID].number;
        repository->prefix = mm2_copy_text(m, &v[PREFIX]);
        repository->arch = BUFFER_AT(&m->arch_names)[arch];
        repository->directory_idx = directory_idx;
        repository->disabled = (int)v[DISABLED].number;
    }
    return IDMAP_SKIPPED;
}

apr_uint32_t mm2_read_redirect(mm2_t *m, const db_value_t *v)
{
    enum { ID, FROM_REPO, TO_REPO };
    model_redirect_t *redirect = BUFFER_PUSH(&m->model->redirects);

    redirect->id = v[ID].number;
    redirect->from = mm2_copy_text(m, &v[FROM_REPO]);
    redirect->to = mm2_copy_text(m, &v[TO_REPO]);
    return IDMAP_SKIPPED;
}

apr_uint32_t mm2_read_file_detail(mm2_t *m, const db_value_t *v)
{
    enum { ID, DIRECTORY_ID, FILENAME, TIMESTAMP, SIZE, HASHES };
    model_file_detail_t detail = {.id = v[ID].number};
    const db_value_t *culprit = NULL;
    const char *refused = NULL;
    apr_uint32_t directory_idx;
    int i;

    if (v[FILENAME].len == 0) {
        mm2_skip(m, "filename is empty", NULL);
        return IDMAP_SKIPPED;
    }
    if (!mm2_refers(m, m->directories, &v[DIRECTORY_ID], &directory_idx)) {
        return IDMAP_SKIPPED;
    }
    detail.filename = mm2_copy_text(m, &v[FILENAME]);
    model_detail_numbers(&detail.rec, v[TIMESTAMP].number, v[SIZE].number);
    for (i = 0; !refused && i < ML_HASH_N; i++) {
        culprit = &v[HASHES + i];
        refused =
            model_detail_hash(&detail.rec, i, culprit->text, culprit->len);
    }
    if (!refused) {
        culprit = NULL;
        refused = model_add_file_detail(m->model, directory_idx, &detail);
    }
    if (refused) {
        mm2_skip(m, refused, culprit);
    }
    return IDMAP_SKIPPED;
}
