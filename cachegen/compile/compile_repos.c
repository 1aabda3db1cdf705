/* SPDX-License-Identifier: Apache-2.0
 *
 * Names that clients ask for: repositories, prefixes, redirects followed to
 * their ends, and the list that an unknown name is answered with.
 */
#include "compile.h"

#include <stdlib.h>
#include <string.h>

#include "apr_strings.h"

#include "ml_cache.h"
#include "ml_text.h"

/* What is known of a name while redirects are followed. */
typedef struct name_t {
    const char *name;
    apr_uint32_t place; /* in image->prefixes, or ML_NONE yet */
    int is_prefix;      /* of a repository */
    int disabled;
    const model_redirect_t *redirect;
    apr_uint32_t walk;  /* the last chain that came by */
    int is_settled;     /* `end` is known */
    struct name_t *end; /* of its redirects, NULL: a loop */
} name_t;

static name_t *name_of(apr_hash_t *names, const char *text, apr_pool_t *pool)
{
    name_t *name = apr_hash_get(names, text, APR_HASH_KEY_STRING);

    if (!name) {
        name = apr_pcalloc(pool, sizeof(*name));
        name->name = text;
        name->place = ML_NONE;
        apr_hash_set(names, text, APR_HASH_KEY_STRING, name);
    }
    return name;
}

static apr_uint32_t place_prefix(image_t *image, name_t *name)
{
    if (name->place == ML_NONE) {
        ml_prefix_rec *prefix = BUFFER_PUSH(&image->prefixes);

        prefix->name = image_text(image, name->name);
        prefix->target_idx = ML_NONE;
        prefix->disabled = (apr_uint32_t)name->disabled;
        name->place = BUFFER_N(&image->prefixes) - 1;
    }
    return name->place;
}

static const char repodata[] = "/repodata";

static int is_repodata(const char *name)
{
    apr_size_t len = strlen(name);

    return len >= sizeof(repodata) - 1
           && !strcmp(name + len - (sizeof(repodata) - 1), repodata);
}

/* Known directories that end in "/repodata", by name. */
static apr_hash_t *find_repodata(image_t *image, model_t *model,
                                 const apr_uint32_t *directory_map)
{
    const model_directory_t *directories = BUFFER_AT(&model->directories);
    apr_uint32_t n = BUFFER_N(&model->directories), i;
    apr_hash_t *found = apr_hash_make(image->pool);

    for (i = 0; i < n; i++) {
        if (directory_map[i] != ML_NONE && is_repodata(directories[i].name)) {
            apr_hash_set(found, directories[i].name, APR_HASH_KEY_STRING,
                         &directory_map[i]);
        }
    }
    return found;
}

static apr_uint32_t repodata_of(image_t *image, apr_hash_t *found,
                                const char *directory)
{
    const apr_uint32_t *idx =
        apr_hash_get(found,
                     is_repodata(directory)
                         ? directory
                         : apr_pstrcat(image->pool, directory, repodata, NULL),
                     APR_HASH_KEY_STRING);

    return idx ? *idx : ML_NONE;
}

static int repository_order(const void *a_, const void *b_)
{
    const model_repository_t *a = *(const model_repository_t *const *)a_;
    const model_repository_t *b = *(const model_repository_t *const *)b_;
    int order = strcmp(a->prefix, b->prefix);

    return order ? order : strcmp(a->arch, b->arch);
}

/* Each prefix and arch once, ascending; the smallest id wins.  Their number in
 * `*kept`. */
static const model_repository_t **sorted_repositories(apr_uint32_t *kept,
                                                      model_t *model,
                                                      report_t *report,
                                                      apr_pool_t *pool)
{
    const model_repository_t *repository = BUFFER_AT(&model->repositories);
    apr_uint32_t n = BUFFER_N(&model->repositories), i;
    const model_repository_t **sorted =
        apr_palloc(pool, ((apr_size_t)n + 1) * sizeof(*sorted));
    apr_hash_t *seen = apr_hash_make(pool);

    *kept = 0;
    for (i = 0; i < n; i++, repository++) {
        const char *key =
            apr_pstrcat(pool, repository->prefix, "\n", repository->arch, NULL);

        if (apr_hash_get(seen, key, APR_HASH_KEY_STRING)) {
            const char *shown = apr_pstrcat(pool, repository->prefix, " ",
                                            repository->arch, NULL);

            report_skip(report,
                        "repository: another row has this prefix and arch",
                        apr_psprintf(pool, "repository %" APR_INT64_T_FMT,
                                     repository->id),
                        shown, strlen(shown));
            continue;
        }
        apr_hash_set(seen, key, APR_HASH_KEY_STRING, repository);
        sorted[(*kept)++] = repository;
    }
    qsort(sorted, *kept, sizeof(*sorted), repository_order);
    return sorted;
}

/* Counts a repository, which follows the others of its prefix. */
static void add_to_prefix(image_t *image, const name_t *name)
{
    ml_prefix_rec *prefix = &BUFFER_AT(&image->prefixes)[name->place];

    if (prefix->repo_n++ == 0) {
        prefix->repo_first = BUFFER_N(&image->repos);
    }
}

static void add_repos(image_t *image, model_t *model, apr_hash_t *names,
                      const apr_uint32_t *directory_map, report_t *report)
{
    apr_hash_t *found = find_repodata(image, model, directory_map);
    apr_uint32_t n, i;
    const model_repository_t **sorted =
        sorted_repositories(&n, model, report, image->pool);

    for (i = 0; i < n; i++) {
        const model_repository_t *repository = sorted[i];
        ml_repo_rec *repo;

        add_to_prefix(image, name_of(names, repository->prefix, image->pool));
        repo = BUFFER_PUSH(&image->repos);
        repo->prefix = image_text(image, repository->prefix);
        repo->arch = image_text(image, repository->arch);
        repo->directory_idx = directory_map[repository->directory_idx];
        repo->repodata_idx = repodata_of(
            image, found,
            BUFFER_AT(&model->directories)[repository->directory_idx].name);
    }
}

/* Every row counts, also one that stands twice: whether it disables. */
static void add_prefixes(image_t *image, model_t *model, apr_hash_t *names)
{
    const model_repository_t *repositories = BUFFER_AT(&model->repositories);
    apr_uint32_t n = BUFFER_N(&model->repositories), i;

    for (i = 0; i < n; i++) {
        name_t *name = name_of(names, repositories[i].prefix, image->pool);

        name->is_prefix = 1;
        name->disabled |= repositories[i].disabled;
    }
    for (i = 0; i < n; i++) {
        place_prefix(image,
                     name_of(names, repositories[i].prefix, image->pool));
    }
}

static void skip_redirect(report_t *report, const char *kind,
                          const model_redirect_t *redirect, apr_pool_t *pool)
{
    report_skip(report, kind,
                apr_psprintf(pool, "repository_redirect %" APR_INT64_T_FMT,
                             redirect->id),
                redirect->from, strlen(redirect->from));
}

static name_t *next_of(apr_hash_t *names, const name_t *name, apr_pool_t *pool)
{
    return name_of(names, name->redirect->to, pool);
}

/* The end of the chain that begins with the redirect, or NULL for a loop.
 * Each name is walked over once, however many chains lead through it. */
static name_t *follow(apr_hash_t *names, const model_redirect_t *redirect,
                      apr_uint32_t walk, apr_pool_t *pool)
{
    name_t *start = name_of(names, redirect->from, pool), *name = start, *end;

    while (name->redirect && !name->is_settled && name->walk != walk) {
        name->walk = walk;
        name = next_of(names, name, pool);
    }
    end = name->is_settled ? name->end : name->redirect ? NULL : name;
    for (name = start; name->redirect && !name->is_settled;
         name = next_of(names, name, pool)) {
        name->is_settled = 1;
        name->end = end;
    }
    return end;
}

static void add_redirects(image_t *image, model_t *model, apr_hash_t *names,
                          report_t *report)
{
    const model_redirect_t *redirects = BUFFER_AT(&model->redirects);
    apr_uint32_t n = BUFFER_N(&model->redirects), i;

    for (i = 0; i < n; i++) {
        name_t *from = name_of(names, redirects[i].from, image->pool);

        if (!strcmp(redirects[i].from, redirects[i].to)) {
            continue; /* is nothing: a chain ends here */
        }
        if (from->redirect) {
            skip_redirect(report,
                          "repository_redirect: another row has this from_repo",
                          &redirects[i], image->pool);
            continue;
        }
        from->redirect = &redirects[i];
    }
    for (i = 0; i < n; i++) {
        name_t *from = name_of(names, redirects[i].from, image->pool), *end;
        apr_uint32_t from_idx, end_idx;

        if (from->redirect != &redirects[i]) {
            continue;
        }
        end = follow(names, &redirects[i], i + 1, image->pool);
        if (!end || !end->is_prefix) {
            skip_redirect(report,
                          end ? "repository_redirect: it does not end at a "
                                "repository's prefix"
                              : "repository_redirect: it leads into a loop",
                          &redirects[i], image->pool);
            continue;
        }
        from_idx = place_prefix(image, from);
        end_idx = place_prefix(image, end);
        BUFFER_AT(&image->prefixes)[from_idx].target_idx = end_idx;
    }
}

static int line_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *text_of(image_t *image, ml_text_rec text)
{
    return ml_text_copy(image->text.buffer.data + text.off, text.len,
                        image->pool);
}

/* Whole lines are sorted, then cut to what clients read. */
static void add_listing(image_t *image)
{
    const ml_repo_rec *repos = BUFFER_AT(&image->repos);
    apr_uint32_t n = BUFFER_N(&image->repos), i;
    const char **lines = apr_palloc(image->pool, (n + 1) * sizeof(*lines));
    static const char title[] = "# following repositories are available:\n";
    buffer_t *out = &image->listing.buffer;
    ml_line_t line;

    for (i = 0; i < n; i++) {
        lines[i] =
            apr_pstrcat(image->pool, "# repo=", text_of(image, repos[i].prefix),
                        "&arch=", text_of(image, repos[i].arch), NULL);
    }
    qsort(lines, n, sizeof(*lines), line_order);
    buffer_add(out, title, sizeof(title) - 1);
    for (i = 0; i < n; i++) {
        ml_line_start(&line);
        ml_line_addv(&line, lines[i], NULL);
        ml_line_finish(&line);
        buffer_add(out, line.bytes, line.len);
    }
}

static void add_slots(image_t *image)
{
    const ml_repo_rec *repos = BUFFER_AT(&image->repos);
    const ml_prefix_rec *prefixes = BUFFER_AT(&image->prefixes);
    apr_uint32_t repo_n = BUFFER_N(&image->repos);
    apr_uint32_t prefix_n = BUFFER_N(&image->prefixes), i;
    apr_uint32_t *hashes =
        apr_palloc(image->pool, (repo_n + prefix_n + 1) * sizeof(*hashes));
    const char *text = image->text.buffer.data;

    for (i = 0; i < repo_n; i++) {
        hashes[i] =
            ml_cache_hash(text + repos[i].prefix.off, repos[i].prefix.len,
                          text + repos[i].arch.off, repos[i].arch.len);
    }
    image_slots(&image->repo_slots.buffer, hashes, repo_n);
    for (i = 0; i < prefix_n; i++) {
        hashes[i] = ml_cache_hash(text + prefixes[i].name.off,
                                  prefixes[i].name.len, NULL, 0);
    }
    image_slots(&image->prefix_slots.buffer, hashes, prefix_n);
}

void compile_repos(image_t *image, model_t *model,
                   const apr_uint32_t *directory_map, report_t *report)
{
    apr_hash_t *names = apr_hash_make(image->pool);

    add_prefixes(image, model, names);
    add_repos(image, model, names, directory_map, report);
    add_redirects(image, model, names, report);
    add_listing(image);
    add_slots(image);
}
