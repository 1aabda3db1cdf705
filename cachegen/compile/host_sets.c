/* SPDX-License-Identifier: Apache-2.0
 *
 * The hosts of a directory with their URLs.  Many directories are carried by
 * the same hosts with the same URLs: each set is stored once.
 */
#include "compile.h"

#include <stdlib.h>
#include <string.h>

#include "apr_strings.h"

#include "ml_text.h"

/* A host_category that carries a directory, with the sub-path it needs. */
typedef struct {
    apr_uint32_t host_idx; /* in the image */
    apr_uint32_t host_category_idx;
    apr_uint32_t subpath_idx;
} carrier_t;

typedef struct {
    const model_url_t *url;
    ml_url_rec rec;
} candidate_t;

struct host_sets_t {
    image_t *image;
    model_t *model;
    const apr_uint32_t *host_map;
    apr_hash_t *scheme_by_name;         /* -> apr_uint32_t place */
    intern_t *lists;                    /* of urls, the bytes of each */
    BUFFER_OF(apr_uint32_t) list_first; /* in urls */
    intern_t *sets;                     /* of host_sets: bytes of members */
    intern_t *shapes; /* category and bits of directories in one category */
    buffer_t shape_bytes;
    BUFFER_OF(apr_uint32_t) set_of_shape;
    apr_uint32_t *list_of;         /* first URL of each host_category alone */
    BUFFER_OF(carrier_t) carriers; /* of the directory at hand */
    BUFFER_OF(candidate_t) candidates; /* of the host at hand */
    BUFFER_OF(ml_url_rec) urls;        /* likewise */
    BUFFER_OF(ml_member_rec) members;  /* of the directory at hand */
    apr_pool_t *scratch;
};

/* --- URLs ---------------------------------------------------------------- */

static char *scheme_of(const char *url, apr_pool_t *pool)
{
    return ml_text_fold(url, strcspn(url, ":"), ml_text_lower, pool);
}

static int text_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_scheme(host_sets_t *s, const char *name)
{
    apr_uint32_t *place = apr_palloc(s->image->pool, sizeof(*place));

    *place = BUFFER_N(&s->image->schemes);
    BUFFER_PUSH(&s->image->schemes)->name = image_text(s->image, name);
    apr_hash_set(s->scheme_by_name, name, APR_HASH_KEY_STRING, place);
}

/* The four that have a rank, then the others in their order. */
static void add_schemes(host_sets_t *s)
{
    static const char *const ranked[] = {"https", "http", "ftp", "rsync"};
    const model_host_category_t *host_category =
        BUFFER_AT(&s->model->host_categories);
    apr_uint32_t n = BUFFER_N(&s->model->host_categories), i;
    apr_hash_t *seen = apr_hash_make(s->image->pool);
    apr_array_header_t *others =
        apr_array_make(s->image->pool, 4, sizeof(const char *));
    int j;

    for (j = 0; j < ML_SCHEME_OTHER; j++) {
        add_scheme(s, ranked[j]);
    }
    for (i = 0; i < n; i++, host_category++) {
        for (j = 0; host_category->urls && j < host_category->urls->nelts;
             j++) {
            const char *name = scheme_of(
                APR_ARRAY_IDX(host_category->urls, j, model_url_t).url,
                s->image->pool);

            if (!apr_hash_get(s->scheme_by_name, name, APR_HASH_KEY_STRING)
                && !apr_hash_get(seen, name, APR_HASH_KEY_STRING)) {
                apr_hash_set(seen, name, APR_HASH_KEY_STRING, name);
                APR_ARRAY_PUSH(others, const char *) = name;
            }
        }
    }
    qsort(others->elts, (size_t)others->nelts, sizeof(const char *),
          text_order);
    for (j = 0; j < others->nelts; j++) {
        add_scheme(s, APR_ARRAY_IDX(others, j, const char *));
    }
}

/* Metalink's opening of a <url>, up to its preference. */
static const char *element_start(host_sets_t *s, apr_uint32_t country_idx,
                                 const char *scheme)
{
    ml_text_rec code = {0, 0};
    const char *location;

    if (country_idx != ML_NONE) {
        code = BUFFER_AT(&s->image->countries)[country_idx].code;
    }
    location =
        ml_text_escape_xml(ml_text_copy(s->image->text.buffer.data + code.off,
                                        code.len, s->scratch),
                           s->scratch);
    return apr_pstrcat(s->scratch, "    <url protocol=\"", scheme, "\" type=\"",
                       scheme, "\" location=\"", location, "\" preference=\"",
                       NULL);
}

static void set_element(host_sets_t *s, ml_url_rec *url, apr_uint32_t host_idx,
                        const char *scheme, const char *base)
{
    const ml_host_rec *host = &BUFFER_AT(&s->image->hosts)[host_idx];
    const char *start = element_start(s, host->country_idx, scheme);

    url->preference_off = (apr_uint32_t)strlen(start);
    url->element = image_text(
        s->image,
        apr_pstrcat(s->scratch, start, "00\"",
                    host->flags & ML_HOST_PRIVATE ? " mm0:private=\"True\">"
                                                  : ">",
                    ml_text_escape_xml(base, s->scratch), NULL));
}

static void add_candidate(host_sets_t *s, const carrier_t *carrier,
                          const model_url_t *url)
{
    candidate_t *candidate = BUFFER_PUSH(&s->candidates);
    const char *scheme = scheme_of(url->url, s->scratch);
    const char *base = apr_pstrcat(
        s->scratch,
        ml_text_escape(url->url, strlen(url->url), ML_ESCAPE_BASE, s->scratch),
        "/", NULL);
    const apr_uint32_t *scheme_idx =
        apr_hash_get(s->scheme_by_name, scheme, APR_HASH_KEY_STRING);

    candidate->url = url;
    candidate->rec.url = image_text(s->image, base);
    set_element(s, &candidate->rec, carrier->host_idx, scheme, base);
    candidate->rec.scheme_idx = *scheme_idx;
    candidate->rec.subpath_idx = carrier->subpath_idx;
    candidate->rec.flags = url->flags;
}

static int candidate_order(const void *a_, const void *b_)
{
    const candidate_t *a = a_, *b = b_;
    apr_uint32_t a_rank = a->rec.scheme_idx, b_rank = b->rec.scheme_idx;

    a_rank = a_rank < ML_SCHEME_OTHER ? a_rank : ML_SCHEME_OTHER;
    b_rank = b_rank < ML_SCHEME_OTHER ? b_rank : ML_SCHEME_OTHER;
    if (a_rank != b_rank) {
        return a_rank < b_rank ? -1 : 1;
    }
    return (a->url->id > b->url->id) - (a->url->id < b->url->id);
}

/* The URL as a client would see it, but for the file. */
static const char *whole_url(const host_sets_t *s, const ml_url_rec *url,
                             const ml_subpath_rec *subpaths)
{
    const char *text = s->image->text.buffer.data;
    ml_text_rec subpath = subpaths[url->subpath_idx].path;

    return apr_pstrcat(
        s->scratch, ml_text_copy(text + url->url.off, url->url.len, s->scratch),
        ml_text_copy(text + subpath.off, subpath.len, s->scratch), NULL);
}

/* Keeps the URL unless one that is kept already is the same. */
static void keep_url(host_sets_t *s, apr_hash_t *kept, const ml_url_rec *url,
                     const ml_subpath_rec *subpaths)
{
    const char *whole = whole_url(s, url, subpaths);

    if (!apr_hash_get(kept, whole, APR_HASH_KEY_STRING)) {
        apr_hash_set(kept, whole, APR_HASH_KEY_STRING, whole);
        *BUFFER_PUSH(&s->urls) = *url;
    }
}

/* The first URL of one host, through each of its `n` carriers. */
static apr_uint32_t build_list(host_sets_t *s, const carrier_t *carriers,
                               apr_uint32_t n, const ml_subpath_rec *subpaths)
{
    apr_hash_t *kept = apr_hash_make(s->scratch);
    const candidate_t *candidates;
    apr_uint32_t known = intern_n(s->lists), list, i;

    s->candidates.buffer.len = s->urls.buffer.len = 0;
    for (i = 0; i < n; i++) {
        const apr_array_header_t *urls =
            BUFFER_AT(&s->model->host_categories)[carriers[i].host_category_idx]
                .urls;
        int j;

        for (j = 0; j < urls->nelts; j++) {
            add_candidate(s, &carriers[i],
                          &APR_ARRAY_IDX(urls, j, model_url_t));
        }
    }
    candidates = BUFFER_AT(&s->candidates);
    n = BUFFER_N(&s->candidates);
    qsort(s->candidates.buffer.data, n, sizeof(*candidates), candidate_order);
    for (i = 0; i < n; i++) {
        keep_url(s, kept, &candidates[i].rec, subpaths);
    }
    apr_pool_clear(s->scratch);
    n = BUFFER_N(&s->urls);
    BUFFER_AT(&s->urls)[n - 1].flags |= ML_URL_LAST;
    list = intern_add(s->lists, s->urls.buffer.data, s->urls.buffer.len);
    if (list == known) {
        *BUFFER_PUSH(&s->list_first) = BUFFER_N(&s->image->urls) - n;
    }
    return BUFFER_AT(&s->list_first)[list];
}

/* Nearly always a host carries a directory in one category, the directory's
 * only one: then its list is the same everywhere. */
static apr_uint32_t url_list(host_sets_t *s, const carrier_t *carriers,
                             apr_uint32_t n, const ml_subpath_rec *subpaths)
{
    apr_uint32_t *known = &s->list_of[carriers->host_category_idx];

    if (n > 1 || carriers->subpath_idx > 0) {
        return build_list(s, carriers, n, subpaths);
    }
    if (*known == ML_NONE) {
        *known = build_list(s, carriers, n, subpaths);
    }
    return *known;
}

/* --- host sets ----------------------------------------------------------- */

static int carrier_order(const void *a_, const void *b_)
{
    const carrier_t *a = a_, *b = b_;

    if (a->host_idx != b->host_idx) {
        return a->host_idx < b->host_idx ? -1 : 1;
    }
    if (a->subpath_idx != b->subpath_idx) {
        return a->subpath_idx < b->subpath_idx ? -1 : 1;
    }
    return (a->host_category_idx > b->host_category_idx)
           - (a->host_category_idx < b->host_category_idx);
}

/* All carriers of a directory, a host's next to each other. */
static void collect_carriers(host_sets_t *s, const model_directory_t *directory)
{
    const model_placement_t *placement;
    apr_uint32_t subpath_idx = 0, w;

    s->carriers.buffer.len = 0;
    for (placement = directory->placements; placement;
         placement = placement->next, subpath_idx++) {
        const model_category_t *category =
            &BUFFER_AT(&s->model->categories)[placement->category_idx];

        for (w = 0; w < category->word_n; w++) {
            apr_uint64_t bits = placement->bits[w];

            for (; bits; bits &= bits - 1) {
                carrier_t *carrier = BUFFER_PUSH(&s->carriers);

                carrier->host_category_idx = model_carrier(
                    category, w * 64 + (apr_uint32_t)__builtin_ctzll(bits));
                carrier->host_idx =
                    s->host_map[BUFFER_AT(&s->model->host_categories)
                                    [carrier->host_category_idx]
                                        .host_idx];
                carrier->subpath_idx = subpath_idx;
            }
        }
    }
    if (s->carriers.buffer.len > 0) {
        qsort(s->carriers.buffer.data, BUFFER_N(&s->carriers),
              sizeof(carrier_t), carrier_order);
    }
}

/* Non-private members by country, then private ones; each by host. */
static int member_order(const void *a_, const void *b_, void *hosts_)
{
    const ml_member_rec *a = a_, *b = b_;
    const ml_host_rec *hosts = hosts_;
    const ml_host_rec *x = &hosts[a->host_idx], *y = &hosts[b->host_idx];
    apr_uint32_t x_private = x->flags & ML_HOST_PRIVATE;
    apr_uint32_t y_private = y->flags & ML_HOST_PRIVATE;

    if (x_private != y_private) {
        return x_private ? 1 : -1;
    }
    if (!x_private && x->country_idx != y->country_idx) {
        return x->country_idx < y->country_idx ? -1 : 1;
    }
    return (a->host_idx > b->host_idx) - (a->host_idx < b->host_idx);
}

static void collect_members(host_sets_t *s, const ml_subpath_rec *subpaths)
{
    const carrier_t *carriers = BUFFER_AT(&s->carriers);
    apr_uint32_t n = BUFFER_N(&s->carriers), i, end;

    s->members.buffer.len = 0;
    for (i = 0; i < n; i = end) {
        ml_member_rec *member;

        for (end = i + 1;
             end < n && carriers[end].host_idx == carriers[i].host_idx; end++) {
        }
        member = BUFFER_PUSH(&s->members);
        member->host_idx = carriers[i].host_idx;
        member->url_first = url_list(s, &carriers[i], end - i, subpaths);
    }
    if (s->members.buffer.len > 0) {
        qsort_r(s->members.buffer.data, BUFFER_N(&s->members),
                sizeof(ml_member_rec), member_order,
                s->image->hosts.buffer.data);
    }
}

/* URLs from the first of a list to its last. */
static apr_uint32_t url_n(image_t *image, apr_uint32_t first)
{
    const ml_url_rec *urls = BUFFER_AT(&image->urls) + first;
    apr_uint32_t n = 0;

    while (!(urls[n].flags & ML_URL_LAST)) {
        n++;
    }
    return n + 1;
}

/* The record of a set whose members stand at the end of the image's. */
static void add_host_set(host_sets_t *s, apr_uint32_t n)
{
    image_t *image = s->image;
    const ml_host_rec *hosts = BUFFER_AT(&image->hosts);
    ml_host_set_rec set = {.member_first = BUFFER_N(&image->members) - n,
                           .group_first = BUFFER_N(&image->groups)};
    const ml_member_rec *members =
        BUFFER_AT(&image->members) + set.member_first;
    ml_group_rec *group = NULL;
    apr_uint32_t i;

    for (i = 0; i < n; i++) {
        const ml_host_rec *host = &hosts[members[i].host_idx];

        set.url_n += url_n(image, members[i].url_first);
        if (host->flags & ML_HOST_PRIVATE) {
            set.private_n++;
            continue;
        }
        if (!group || group->country_idx != host->country_idx) {
            group = BUFFER_PUSH(&image->groups);
            group->country_idx = host->country_idx;
            group->member_first = set.member_first + i;
        }
        group->member_n++;
        group->flags |=
            host->flags & ML_HOST_RESTRICTED ? ML_GROUP_RESTRICTED : 0;
        set.public_n++;
    }
    set.group_n = BUFFER_N(&image->groups) - set.group_first;
    *BUFFER_PUSH(&image->host_sets) = set;
}

static apr_uint32_t build_set(host_sets_t *s,
                              const model_directory_t *directory,
                              const ml_subpath_rec *subpaths)
{
    apr_uint32_t known = intern_n(s->sets), set;

    collect_carriers(s, directory);
    collect_members(s, subpaths);
    set = intern_add(s->sets, s->members.buffer.data, s->members.buffer.len);
    if (set == known) {
        add_host_set(s, BUFFER_N(&s->members));
    }
    return set;
}

/* Directories of one category and the same carriers have the same set,
 * whatever they are called: most are decided here. */
static apr_uint32_t set_by_shape(host_sets_t *s,
                                 const model_directory_t *directory,
                                 const ml_subpath_rec *subpaths)
{
    const model_placement_t *placement = directory->placements;
    apr_uint32_t word_n =
        BUFFER_AT(&s->model->categories)[placement->category_idx].word_n;
    apr_uint32_t known = intern_n(s->shapes), shape;
    apr_uint64_t *key = apr_palloc(s->scratch, (word_n + 1) * sizeof(*key));

    key[0] = placement->category_idx;
    memcpy(key + 1, placement->bits, word_n * sizeof(*key));
    shape = intern_add(s->shapes, key, (word_n + 1) * sizeof(*key));
    apr_pool_clear(s->scratch);
    if (shape == known) {
        apr_uint32_t set = build_set(s, directory, subpaths);

        *BUFFER_PUSH(&s->set_of_shape) = set;
    }
    return BUFFER_AT(&s->set_of_shape)[shape];
}

apr_uint32_t host_sets_of(host_sets_t *s, const model_directory_t *directory,
                          const ml_subpath_rec *subpaths, apr_uint32_t *host_n)
{
    apr_uint32_t set = directory->placements->next
                           ? build_set(s, directory, subpaths)
                           : set_by_shape(s, directory, subpaths);
    const ml_host_set_rec *rec = &BUFFER_AT(&s->image->host_sets)[set];

    *host_n = rec->public_n + rec->private_n;
    return set;
}

host_sets_t *host_sets_create(image_t *image, model_t *model,
                              const apr_uint32_t *host_map)
{
    host_sets_t *s = apr_pcalloc(image->pool, sizeof(*s));
    buffer_t *buffers[] = {&s->shape_bytes,       &s->set_of_shape.buffer,
                           &s->list_first.buffer, &s->carriers.buffer,
                           &s->candidates.buffer, &s->urls.buffer,
                           &s->members.buffer};
    apr_uint32_t n = BUFFER_N(&model->host_categories);
    apr_size_t i;

    for (i = 0; i < sizeof(buffers) / sizeof(buffers[0]); i++) {
        buffer_init(buffers[i], image->pool);
    }
    apr_pool_create(&s->scratch, image->pool);
    s->list_of = apr_palloc(image->pool, (n + 1) * sizeof(*s->list_of));
    memset(s->list_of, 0xff, n * sizeof(*s->list_of));
    s->image = image;
    s->model = model;
    s->host_map = host_map;
    s->scheme_by_name = apr_hash_make(image->pool);
    s->lists = intern_create(&image->urls.buffer, image->pool);
    s->sets = intern_create(&image->members.buffer, image->pool);
    s->shapes = intern_create(&s->shape_bytes, image->pool);
    add_schemes(s);
    return s;
}
