/* SPDX-License-Identifier: Apache-2.0
 *
 * The counters and their history in shared memory, and what counts as what.
 *
 *     s->process->pool                lives as long as the parent
 *       retained_t ("mod_mirrorlist_counters") found again by its key
 *         pool
 *           apr_shm
 *             segment_t               aligned to a cache line here
 *               samples, a ring       the parent writes, everybody reads
 *               slots, by connection  a child adds, everybody reads
 *
 * Children of all configurations write to the same segment, so that nothing
 * ever counts backwards.
 */
#include "mod_mirrorlist_counters.h"

#include "apr_shm.h"

#include "ml_text.h"

#define RETAINED_KEY "mod_mirrorlist_counters"
#define RETAINED_LAYOUT 1 /* of the structs below and of COUNTERS */
#define CACHE_LINE 64
#define SLOT_N 256 /* more than there are threads at work */
#define LINE_N \
    ((COUNTER_N * sizeof(apr_uint64_t) + CACHE_LINE - 1) / CACHE_LINE)

typedef struct {
    apr_uint64_t n[LINE_N * CACHE_LINE / sizeof(apr_uint64_t)];
} slot_t;

typedef struct {
    slot_t slots[SLOT_N];
    counters_sample_t samples[COUNTERS_SAMPLE_N]; /* at its number modulo N */
    apr_uint64_t sample_n;                        /* taken so far */
    apr_time_t since;
} segment_t;

typedef struct {
    /* These three stay what and where they are in every release. */
    apr_uint32_t layout;
    apr_uint32_t size; /* of the segment */
    apr_pool_t *pool;
    segment_t *segment; /* NULL: no memory */
} retained_t;

_Static_assert(sizeof(slot_t) % CACHE_LINE == 0, "slot");
/* Kinds and pools index their counters. */
_Static_assert(COUNTER_ANSWER_HTML == (int)ML_FORM_HTML, "forms");
_Static_assert(COUNTER_ANSWER_503 == (int)ML_KIND_UNAVAILABLE, "kinds");
_Static_assert(COUNTER_POOL_NONE - COUNTER_POOL_LOCATION == ML_POOL_NONE,
               "pools");

const counter_name_t counter_names[COUNTER_N] = {
#define X(id, value, title) {value, title},
#define POOL(id, value, title, weighted) {value, title},
#define CONTINENT(code, name) {#code, name},
    COUNTERS(X, POOL, CONTINENT)
#undef CONTINENT
#undef POOL
#undef X
};

#define FAMILY(from, to) COUNTER_##from, COUNTER_##to - COUNTER_##from + 1

const counter_family_t counter_families[COUNTER_FAMILY_N] = {
    {"requests", "answer", NULL, "Answers", "Requests by what was answered.",
     FAMILY(ANSWER_LIST, ANSWER_OPTIONS)},
    {"lists", "pool", NULL, "First mirror from",
     "Requests that a list was made for, by the pool of its first mirror.",
     FAMILY(POOL_LOCATION, POOL_NONE)},
    {"clients", "continent", NULL, "Clients from",
     "Requests by the continent of the client's country.",
     FAMILY(CONTINENT_AF, CONTINENT_UNKNOWN)},
    {"body_bytes", NULL, "bytes", "Bytes",
     "Bytes of the bodies of all answers.", FAMILY(BODY_BYTES, BODY_BYTES)},
};

/* The process's own; set before children are made. */
static segment_t *segment;

/* --- shared memory -------------------------------------------------------- */

/* Zeros, aligned to a cache line; apr_shm's own alignment is that of 8. */
static segment_t *make_segment(apr_pool_t *pool)
{
    apr_shm_t *shm;
    apr_uintptr_t base;

    if (apr_shm_create(&shm, sizeof(segment_t) + CACHE_LINE, NULL, pool)
        != APR_SUCCESS) {
        return NULL;
    }
    base = (apr_uintptr_t)apr_shm_baseaddr_get(shm);
    return (segment_t *)APR_ALIGN(base, CACHE_LINE);
}

/* An anonymous mapping is zero: the first sample says that nothing has been
 * counted. */
static void begin(segment_t *fresh)
{
    fresh->since = apr_time_now();
    fresh->samples[0].at = fresh->since;
    fresh->sample_n = 1;
}

void counters_open(server_rec *s)
{
    retained_t *retained = ap_retained_data_get(RETAINED_KEY);

    if (retained
        && (retained->layout != RETAINED_LAYOUT
            || retained->size != sizeof(segment_t))) {
        apr_pool_destroy(retained->pool);
        retained = NULL;
    }
    if (!retained) {
        retained = ap_retained_data_create(RETAINED_KEY, sizeof(*retained));
        retained->layout = RETAINED_LAYOUT;
        retained->size = sizeof(segment_t);
        apr_pool_create(&retained->pool, s->process->pool);
        retained->segment = make_segment(retained->pool);
        if (retained->segment) {
            begin(retained->segment);
        }
    }
    segment = retained->segment;
    if (!segment) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, s,
                     "no shared memory for counters; nothing is counted");
    }
}

/* --- counting ------------------------------------------------------------- */

static void add(slot_t *slot, counter_e counter, apr_uint64_t n)
{
    __atomic_fetch_add(&slot->n[counter], n, __ATOMIC_RELAXED);
}

static slot_t *slot_of(const request_rec *r)
{
    return &segment->slots[(unsigned long)r->connection->id % SLOT_N];
}

static counter_e continent_of(const ml_response_t *response,
                              const generation_t *generation)
{
    if (response->continent_idx != ML_NONE) {
        return generation->continents[response->continent_idx];
    }
    return response->country_idx == ML_NONE ? COUNTER_CONTINENT_UNKNOWN
                                            : COUNTER_CONTINENT_OTHER;
}

void counters_count(const request_rec *r, const ml_response_t *response,
                    const generation_t *generation)
{
    slot_t *slot;

    if (!segment) {
        return;
    }
    slot = slot_of(r);
    add(slot, COUNTER_ANSWER_LIST + response->kind, 1);
    add(slot, continent_of(response, generation), 1);
    if (*response->facts[ML_FACT_FOUND]) {
        add(slot, COUNTER_POOL_LOCATION + (int)response->pool, 1);
    }
    if (!r->header_only) {
        add(slot, COUNTER_BODY_BYTES, response->body_len);
    }
}

/* Of whose country nothing was looked for. */
void counters_count_other(const request_rec *r, counter_e counter)
{
    if (segment) {
        add(slot_of(r), counter, 1);
        add(slot_of(r), COUNTER_CONTINENT_UNKNOWN, 1);
    }
}

const unsigned char *counters_of_continents(const ml_cache_t *cache,
                                            apr_pool_t *pool)
{
    unsigned char *continents = apr_palloc(pool, cache->continents_n + 1);
    apr_uint32_t i;
    int counter;

    for (i = 0; i < cache->continents_n; i++) {
        ml_text_rec code = cache->continents[i].code;

        continents[i] = COUNTER_CONTINENT_OTHER;
        for (counter = COUNTER_CONTINENT_AF; counter < COUNTER_CONTINENT_OTHER;
             counter++) {
            if (!ml_text_order(ml_text(cache, code), code.len,
                               counter_names[counter].value, 2)) {
                continents[i] = (unsigned char)counter;
            }
        }
    }
    return continents;
}

/* --- reading -------------------------------------------------------------- */

void counters_read(counters_sample_t *sample, apr_time_t now)
{
    int slot, i;

    memset(sample, 0, sizeof(*sample));
    sample->at = now;
    for (slot = 0; segment && slot < SLOT_N; slot++) {
        for (i = 0; i < COUNTER_N; i++) {
            sample->n[i] +=
                __atomic_load_n(&segment->slots[slot].n[i], __ATOMIC_RELAXED);
        }
    }
}

apr_uint64_t counters_sum(const counters_sample_t *sample,
                          counter_family_e family)
{
    const counter_family_t *f = &counter_families[family];
    apr_uint64_t sum = 0;
    int i;

    for (i = 0; i < f->n; i++) {
        sum += sample->n[f->first + i];
    }
    return sum;
}

/* The monitor hook is called more often while children end; and a clock may
 * have been put back. */
void counters_sample(apr_time_t now)
{
    apr_uint64_t n;
    apr_time_t last;

    if (!segment) {
        return;
    }
    n = segment->sample_n;
    last = segment->samples[(n - 1) % COUNTERS_SAMPLE_N].at;
    if (now >= last && now < last + COUNTERS_INTERVAL) {
        return;
    }
    counters_read(&segment->samples[n % COUNTERS_SAMPLE_N], now);
    __atomic_store_n(&segment->sample_n, n + 1, __ATOMIC_RELEASE);
}

/* Leaves out the oldest sample of a full ring: the parent may be writing over
 * it. */
int counters_history(counters_sample_t **samples, apr_pool_t *pool)
{
    apr_uint64_t end, n, i;

    if (!segment) {
        return 0;
    }
    end = __atomic_load_n(&segment->sample_n, __ATOMIC_ACQUIRE);
    n = end < COUNTERS_SAMPLE_N ? end : COUNTERS_SAMPLE_N - 1;
    *samples = apr_palloc(pool, n * sizeof(**samples));
    for (i = 0; i < n; i++) {
        (*samples)[i] = segment->samples[(end - n + i) % COUNTERS_SAMPLE_N];
    }
    return (int)n;
}

apr_time_t counters_since(void)
{
    return segment ? segment->since : 0;
}
