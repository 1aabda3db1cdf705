/* SPDX-License-Identifier: Apache-2.0
 *
 * Holds every host of the directory's categories against the selection.
 */
#include "ml_explain.h"

#include <stdlib.h>
#include <string.h>

#include "apr_strings.h"

/* What is known of a host row in this directory. */
#define IN_CATEGORY 1u /* has one of the directory's */
#define PUBLIC_URL 2u  /* there */
#define EXCLUSIVE 4u   /* the directory is for it, among others */
#define ALWAYS 8u      /* up to date, for a category with a public URL */
#define DONE 16u       /* has a verdict */

typedef struct {
    ml_explanation_t *e;
    const ml_cache_t *cache;
    unsigned char *known;      /* by row: the bits above */
    apr_uint32_t *row_of_host; /* in host_rows */
    apr_uint32_t *member_of;   /* by row; ML_NONE: does not carry it */
    int is_exclusive;          /* the directory */
} work_t;

/* --- what there is to know ------------------------------------------------ */

static unsigned char known_of(const ml_carrier_rec *carrier)
{
    if (!(carrier->flags & ML_CARRIER_PUBLIC_URL)) {
        return IN_CATEGORY;
    }
    return carrier->flags & ML_CARRIER_ALWAYS_UP2DATE
               ? IN_CATEGORY | PUBLIC_URL | ALWAYS
               : IN_CATEGORY | PUBLIC_URL;
}

static void note_categories(work_t *w)
{
    const ml_directory_rec *directory = w->e->d.lookup.directory;
    apr_uint32_t i, j;

    for (i = 0; i < directory->subpath_n; i++) {
        const ml_category_rec *category =
            &w->cache
                 ->categories[w->cache->subpaths[directory->subpath_first + i]
                                  .category_idx];

        for (j = 0; j < category->carrier_n; j++) {
            const ml_carrier_rec *carrier =
                &w->cache->carriers[category->carrier_first + j];

            w->known[carrier->host_row_idx] |= known_of(carrier);
        }
    }
}

static void note_exclusive(work_t *w)
{
    apr_uint32_t directory_idx =
        (apr_uint32_t)(w->e->d.lookup.directory - w->cache->directories);
    apr_uint32_t i;

    for (i = 0; i < w->cache->exclusive_n; i++) {
        const ml_exclusive_rec *rec = &w->cache->exclusive[i];

        if (rec->directory_idx == directory_idx) {
            w->is_exclusive = 1;
            if (rec->host_row_idx != ML_NONE) {
                w->known[rec->host_row_idx] |= EXCLUSIVE;
            }
        }
    }
}

static void note_members(work_t *w, apr_pool_t *pool)
{
    const ml_cache_t *cache = w->cache;
    const ml_host_set_rec *set = w->e->d.choice.select.set;
    apr_uint32_t n = set->public_n + set->private_n, i;

    w->row_of_host =
        apr_palloc(pool, ((apr_size_t)cache->hosts_n + 1) * sizeof(i));
    w->member_of =
        apr_palloc(pool, ((apr_size_t)cache->host_rows_n + 1) * sizeof(i));
    for (i = 0; i < cache->host_rows_n; i++) {
        w->member_of[i] = ML_NONE;
        if (cache->host_rows[i].host_idx != ML_NONE) {
            w->row_of_host[cache->host_rows[i].host_idx] = i;
        }
    }
    for (i = set->member_first; i < set->member_first + n; i++) {
        w->member_of[w->row_of_host[cache->members[i].host_idx]] = i;
    }
}

/* --- verdicts ------------------------------------------------------------- */

static ml_verdict_t *add_verdict(work_t *w, apr_uint32_t row_idx)
{
    ml_verdict_t *verdict = &w->e->verdicts[w->e->n++];

    memset(verdict, 0, sizeof(*verdict));
    verdict->row = &w->cache->host_rows[row_idx];
    verdict->member = w->member_of[row_idx];
    verdict->pool = ML_POOL_N;
    verdict->share = -1;
    verdict->always_up2date =
        verdict->member != ML_NONE && w->known[row_idx] & ALWAYS;
    w->known[row_idx] |= DONE;
    return verdict;
}

static double weight_of(const work_t *w, apr_uint32_t member)
{
    return ml_draw_weight(&w->e->d.choice.select.draw, w->cache,
                          w->cache->members[member].host_idx);
}

/* Why a host that was taken is not shown. */
static ml_why_e why_not_shown(const work_t *w, apr_uint32_t member)
{
    const ml_explanation_t *e = w->e;

    if (!ml_select_accepts(w->cache, &e->d.choice.select.accepted,
                           e->d.choice.select.set, member)) {
        return ML_WHY_PROTOCOL;
    }
    if (!ml_select_accepts(w->cache, &e->d.choice.shown_filter,
                           e->d.choice.select.set, member)) {
        return ML_WHY_ENDPOINT;
    }
    return e->d.lookup.redirects ? ML_WHY_REDIRECT : ML_WHY_MAXIMUM;
}

/* A redirect leads to the first host alone. */
static int is_answered(const ml_choice_t *choice, const ml_lookup_t *l,
                       const ml_shown_t *shown)
{
    return !l->redirects || shown == choice->shown;
}

/* The hosts from `first` to `end`, which one pool has taken. */
static void add_pool(work_t *w, ml_pool_e pool, apr_uint32_t first,
                     apr_uint32_t end, const ml_shown_t **next)
{
    const ml_choice_t *choice = &w->e->d.choice;
    const ml_shown_t *last = choice->shown + choice->shown_n;
    double sum = 0;
    apr_uint32_t i;

    for (i = first; i < end; i++) {
        sum += weight_of(w, choice->selection.members[i]);
    }
    for (i = first; i < end; i++) {
        apr_uint32_t member = choice->selection.members[i];
        apr_uint32_t host_idx = w->cache->members[member].host_idx;
        ml_verdict_t *verdict = add_verdict(w, w->row_of_host[host_idx]);

        verdict->pool = pool;
        if (ml_pools[pool].weighted) {
            verdict->share = weight_of(w, member) / sum;
        }
        verdict->shown = *next;
        for (; *next < last && (*next)->order == i; (*next)++) {
            if (is_answered(choice, &w->e->d.lookup, *next)) {
                verdict->place = (*next)->host + 1;
                verdict->shown_n++;
            }
        }
        if (!verdict->place) {
            verdict->why = why_not_shown(w, member);
        }
    }
}

static void add_taken(work_t *w)
{
    const ml_choice_t *choice = &w->e->d.choice;
    const ml_shown_t *next = choice->shown;
    apr_uint32_t first = 0;
    int pool;

    for (pool = 0; pool < ML_POOL_N; pool++) {
        apr_uint32_t end = choice->selection.end[pool];

        add_pool(w, (ml_pool_e)pool, first, end, &next);
        first = end;
    }
}

/* Why no pool has taken a host that carries the directory. */
static ml_why_e why_not_taken(const work_t *w, const ml_verdict_t *verdict)
{
    const ml_choice_t *choice = &w->e->d.choice;
    apr_uint32_t position = verdict->member - choice->select.set->member_first;

    if (verdict->row->flags & ML_ROW_PRIVATE) {
        return ML_WHY_PRIVATE;
    }
    if (choice->selection.fates[position] == ML_FATE_COUNTRY_RULE) {
        return ML_WHY_COUNTRY_RULE;
    }
    return choice->selection.looked_at_client ? ML_WHY_ENOUGH
                                              : ML_WHY_OTHER_COUNTRIES;
}

static ml_why_e why_not_carried(const work_t *w, apr_uint32_t row_idx)
{
    if (w->cache->host_rows[row_idx].flags & ML_ROW_INACTIVE) {
        return ML_WHY_INACTIVE;
    }
    if (!(w->known[row_idx] & PUBLIC_URL)) {
        return ML_WHY_NO_PUBLIC_URL;
    }
    return w->is_exclusive && !(w->known[row_idx] & EXCLUSIVE)
               ? ML_WHY_EXCLUSIVE
               : ML_WHY_NOT_UP_TO_DATE;
}

static void add_others(work_t *w)
{
    apr_uint32_t i;

    for (i = 0; i < w->cache->host_rows_n; i++) {
        if (w->known[i] & IN_CATEGORY && !(w->known[i] & DONE)) {
            ml_verdict_t *verdict = add_verdict(w, i);

            verdict->why = verdict->member == ML_NONE
                               ? why_not_carried(w, i)
                               : why_not_taken(w, verdict);
        }
    }
}

/* --- one host ------------------------------------------------------------- */

/* By its name, or by its id. */
static int is_wanted(const work_t *w, const ml_host_row_rec *row,
                     apr_pool_t *pool)
{
    return !strcmp(ml_explain_copy(w->cache, row->name, pool), w->e->host)
           || !strcmp(apr_psprintf(pool, "%" APR_INT64_T_FMT, row->id),
                      w->e->host);
}

static int row_order(const void *a_, const void *b_)
{
    const ml_verdict_t *a = a_, *b = b_;

    return (a->row > b->row) - (a->row < b->row);
}

/* Leaves the hosts that are wanted, and those without the category. */
static void narrow(work_t *w, apr_pool_t *pool)
{
    ml_explanation_t *e = w->e;
    apr_uint32_t kept = 0, i;

    for (i = 0; i < w->cache->host_rows_n; i++) {
        if (!(w->known[i] & DONE)) {
            add_verdict(w, i)->why = ML_WHY_NO_CATEGORY;
        }
    }
    for (i = 0; i < e->n; i++) {
        if (is_wanted(w, e->verdicts[i].row, pool)) {
            e->verdicts[kept++] = e->verdicts[i];
        }
    }
    qsort(e->verdicts, kept, sizeof(*e->verdicts), row_order);
    if (kept == 0) {
        e->verdicts[kept++] = (ml_verdict_t){.why = ML_WHY_UNKNOWN,
                                             .member = ML_NONE,
                                             .pool = ML_POOL_N,
                                             .share = -1};
    }
    e->n = kept;
}

void ml_explain_request(ml_explanation_t *e, const ml_cache_t *cache,
                        const ml_request_t *request, const char *target,
                        const char *host, apr_pool_t *pool)
{
    work_t w = {.e = e, .cache = cache};

    memset(e, 0, sizeof(*e));
    e->target = target;
    e->host = host;
    ml_decide(&e->d, cache, request, pool);
    ml_write(&e->response, &e->d, pool);
    if (e->d.lookup.refusal) {
        return;
    }
    e->tails = ml_render_tails(&e->d.lookup, 0, "", pool);
    e->verdicts = apr_palloc(pool, ((apr_size_t)cache->host_rows_n + 1)
                                       * sizeof(*e->verdicts));
    w.known = apr_pcalloc(pool, cache->host_rows_n + 1);
    note_categories(&w);
    note_exclusive(&w);
    note_members(&w, pool);
    add_taken(&w);
    add_others(&w);
    if (host) {
        narrow(&w, pool);
    }
}
