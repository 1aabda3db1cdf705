/* SPDX-License-Identifier: Apache-2.0
 *
 * Holds every host of the directory's categories against the choice.
 */
#include "ml_explain.h"

#include <string.h>

#include "ml_explain_find.h"

/* What is known of a host row in this directory. */
#define IN_CATEGORY 1u /* has one of the directory's */
#define PUBLIC_URL 2u  /* there */
#define EXCLUSIVE 4u   /* the directory is for it, among others */
#define ALWAYS 8u      /* up to date, for a category with a public URL */

typedef struct {
    ml_explanation_t *e;
    const ml_cache_t *cache;
    const ml_choice_t *choice;
    unsigned char *known;      /* by row: the bits above */
    apr_uint32_t *row_of_host; /* in host_rows */
    apr_uint32_t *member_of;   /* by row; ML_NONE: does not carry it */
    ml_verdict_t *verdicts;
    apr_uint32_t n;                  /* verdicts so far */
    const ml_verdict_t **verdict_of; /* by row; NULL: none so far */
    int is_exclusive;                /* the directory */
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

static void note_members(work_t *w)
{
    const ml_cache_t *cache = w->cache;
    const ml_host_set_rec *set = w->choice->select.set;
    apr_uint32_t n = set->public_n + set->private_n, i;

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

static ml_verdict_t *add_verdict(work_t *w, apr_uint32_t row_idx)
{
    const ml_host_row_rec *row = &w->cache->host_rows[row_idx];
    ml_verdict_t *verdict = &w->verdicts[w->n++];

    *verdict = (ml_verdict_t){
        .row = row,
        .host =
            row->host_idx == ML_NONE ? NULL : &w->cache->hosts[row->host_idx],
        .member = w->member_of[row_idx],
        .pool = ML_POOL_NONE,
        .share = -1,
    };
    verdict->always_up2date =
        verdict->member != ML_NONE && w->known[row_idx] & ALWAYS;
    w->verdict_of[row_idx] = verdict;
    return verdict;
}

/* --- hosts that a pool has taken ------------------------------------------ */

/* What takes the last URL away from a host that shows none. */
static ml_why_e why_no_url(const work_t *w, apr_uint32_t member)
{
    const ml_choice_t *choice = w->choice;
    const ml_filter_t *accepted = &choice->select.accepted;
    const ml_host_set_rec *set = choice->select.set;
    const unsigned char *shown =
        ml_select_schemes(&choice->shown_filter, set, member);
    int is_public = member < set->member_first + set->public_n;
    const ml_url_rec *url =
        w->cache->urls + w->cache->members[member].url_first;
    ml_why_e last = ML_WHY_SCHEMES;

    for (;; url++) {
        ml_why_e why =
            is_public && choice->allowed && !choice->allowed[url->scheme_idx]
                ? ML_WHY_SCHEMES
            : url->flags & accepted->hidden               ? ML_WHY_FAMILY
            : !accepted->private_schemes[url->scheme_idx] ? ML_WHY_PROTOCOL
            : !shown[url->scheme_idx]                     ? ML_WHY_ENDPOINT
                                                          : ML_WHY_LISTED;
        if (why == ML_WHY_LISTED) {
            return why;
        }
        last = why > last ? why : last;
        if (url->flags & ML_URL_LAST) {
            return last;
        }
    }
}

/* What ends the answer before a host that has a URL to show. */
static ml_why_e why_cut(const ml_lookup_t *l)
{
    apr_uint32_t maximum = l->request->settings->maximum;

    if (l->redirects) {
        return ML_WHY_REDIRECT;
    }
    return l->limit && (!maximum || l->limit < maximum) ? ML_WHY_LIMIT
                                                        : ML_WHY_MAXIMUM;
}

/* A redirect leads to the first host alone. */
static int is_answered(const work_t *w, const ml_shown_t *shown)
{
    return !w->e->d.lookup.redirects || shown == w->choice->shown;
}

/* The hosts from `first` to `end`, which one pool has taken. */
static void add_pool(work_t *w, ml_pool_e pool, apr_uint32_t first,
                     apr_uint32_t end, const ml_shown_t **next)
{
    const ml_choice_t *choice = w->choice;
    const ml_shown_t *last = choice->shown + choice->shown_n;
    ml_verdict_t *verdicts = w->verdicts + w->n, *verdict;
    double sum = 0;
    apr_uint32_t i;

    for (i = first; i < end; i++) {
        apr_uint32_t member = choice->selection.members[i];
        apr_uint32_t host_idx = w->cache->members[member].host_idx;

        verdict = add_verdict(w, w->row_of_host[host_idx]);
        verdict->pool = pool;
        verdict->shown = *next;
        for (; *next < last && (*next)->order == i; (*next)++) {
            if (is_answered(w, *next)) {
                verdict->place = (*next)->host + 1;
                verdict->shown_n++;
            }
        }
        if (!verdict->place) {
            verdict->why = why_no_url(w, member);
        }
        if (ml_pools[pool].weighted && !verdict->why) {
            verdict->share = ml_choice_weight(choice, w->cache, i);
            sum += verdict->share;
        }
        if (!verdict->place && !verdict->why) {
            verdict->why = why_cut(&w->e->d.lookup);
        }
    }
    for (verdict = verdicts; verdict < w->verdicts + w->n; verdict++) {
        verdict->share /= verdict->share > 0 ? sum : 1;
    }
}

static void add_taken(work_t *w)
{
    const ml_shown_t *next = w->choice->shown;
    apr_uint32_t first = 0;
    int pool;

    for (pool = 0; pool < ML_POOL_N; pool++) {
        apr_uint32_t end = w->choice->selection.end[pool];

        add_pool(w, (ml_pool_e)pool, first, end, &next);
        first = end;
    }
}

/* --- hosts that no pool has taken ----------------------------------------- */

/* Whether the pool that a captive host has kept empty would have it. */
static int has_clients_in_asn(const work_t *w, apr_uint32_t host_idx)
{
    const ml_route_rec *route = w->e->d.lookup.client.route;
    const ml_asn_rec *asn;
    apr_uint32_t i;

    if (!route || route->asn_idx == ML_NONE) {
        return 0;
    }
    asn = &w->cache->asns[route->asn_idx];
    for (i = 0; i < asn->host_n; i++) {
        if (w->cache->host_lists[asn->host_first + i] == host_idx) {
            return 1;
        }
    }
    return 0;
}

static ml_why_e why_not_taken(const work_t *w, const ml_verdict_t *verdict)
{
    const ml_selection_t *selection = &w->choice->selection;
    apr_uint32_t position =
        verdict->member - w->choice->select.set->member_first;

    if (ml_select_excludes(&w->choice->select, verdict->host->country_idx)) {
        return ML_WHY_EXCLUDED;
    }
    if (verdict->row->flags & ML_ROW_PRIVATE) {
        return selection->captive
                       && has_clients_in_asn(w, verdict->row->host_idx)
                   ? ML_WHY_CAPTIVE
                   : ML_WHY_PRIVATE;
    }
    if (selection->captive) {
        return ML_WHY_CAPTIVE;
    }
    if (selection->fates[position] == ML_FATE_COUNTRY_RULE) {
        return ML_WHY_COUNTRY_RULE;
    }
    return selection->requested_hit        ? ML_WHY_OTHER_COUNTRIES
           : w->choice->select.no_fallback ? ML_WHY_FALLBACK
                                           : ML_WHY_ENOUGH;
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
        if (w->known[i] & IN_CATEGORY && !w->verdict_of[i]) {
            ml_verdict_t *verdict = add_verdict(w, i);

            verdict->why = verdict->member == ML_NONE
                               ? why_not_carried(w, i)
                               : why_not_taken(w, verdict);
        }
    }
}

/* --- hosts that were asked for -------------------------------------------- */

static void add_named(work_t *w, apr_pool_t *pool)
{
    apr_uint32_t n = w->cache->host_rows_n, i;
    const unsigned char *found = ml_explain_find(w->cache, w->e->name, pool);
    ml_verdict_t *named =
        apr_palloc(pool, ((apr_size_t)n + 1) * sizeof(*named));

    w->e->named = named;
    for (i = 0; i < n; i++) {
        if (found[i]) {
            if (!w->verdict_of[i]) {
                add_verdict(w, i)->why = ML_WHY_NO_CATEGORY;
            }
            named[w->e->named_n++] = *w->verdict_of[i];
        }
    }
    if (w->e->named_n == 0) {
        named[w->e->named_n++] = (ml_verdict_t){.why = ML_WHY_UNKNOWN,
                                                .member = ML_NONE,
                                                .pool = ML_POOL_NONE,
                                                .share = -1};
    }
}

void ml_explain_hosts(ml_explanation_t *e, apr_pool_t *pool)
{
    const ml_cache_t *cache = e->d.lookup.cache;
    apr_size_t row_n = (apr_size_t)cache->host_rows_n + 1;
    apr_size_t host_n = (apr_size_t)cache->hosts_n + 1;
    work_t w = {.e = e, .cache = cache, .choice = &e->d.choice};

    w.known = apr_pcalloc(pool, row_n);
    w.row_of_host = apr_palloc(pool, host_n * sizeof(*w.row_of_host));
    w.member_of = apr_palloc(pool, row_n * sizeof(*w.member_of));
    w.verdicts = apr_palloc(pool, row_n * sizeof(*w.verdicts));
    w.verdict_of = apr_pcalloc(pool, row_n * sizeof(*w.verdict_of));
    note_categories(&w);
    note_exclusive(&w);
    note_members(&w);
    add_taken(&w);
    add_others(&w);
    e->verdicts = w.verdicts;
    e->verdict_n = w.n;
    if (e->name) {
        add_named(&w, pool);
    }
}
