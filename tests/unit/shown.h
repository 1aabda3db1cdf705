/* SPDX-License-Identifier: Apache-2.0
 *
 * A decision whose URLs are handed in, for the forms to write down.  Knows
 * records and stages, not what a form makes of them.
 */
#ifndef SHOWN_H
#define SHOWN_H

#include "edit.h"
#include "ml_render.h"

#define SHOWN_NOW_S 1795514400 /* 2026-11-24 10:00:00 UTC */

static ml_cache_t *cache;
static ml_decision_t decision;
static ml_response_t response;
static ml_shown_t shown[200];

/* What a request for the directory would have been read as. */
static inline void shown_look_up(void)
{
    static ml_request_t request = {.now_s = SHOWN_NOW_S};
    ml_lookup_t *l = &decision.lookup;

    l->cache = cache;
    l->request = &request;
    l->path = "asked/for";
    l->directory = &cache->directories[0];
    l->file = "";
    l->client.country_idx = l->client.continent_idx = l->client.place_idx =
        ML_NONE;
}

/* One directory in two categories, whose sub-paths are "os/a b&c" and "".  The
 * first host is in DE, the other one private and nowhere. */
static inline void shown_set_up(void)
{
    world_t *world = world_create();
    apr_uint32_t above = world_category(world), same = world_category(world);
    apr_uint32_t pub = world_host(world, "DE"), own = world_host(world, "");
    apr_uint32_t dir = world_directory(world, "pub/os/a b&c");
    apr_uint32_t pub_part = world_part(world, pub, above);
    apr_uint32_t own_part = world_part(world, own, same);

    model_set_continent(world->model, "DE", "EU");
    world_host_at(world, own)->is_private = 1;
    world_url(world, pub_part, 1, "https://m1/x&y");
    world_url(world, pub_part, 2, "ftp://m1/pub");
    world_url(world, own_part, 3, "HTTP://m2/it's");
    world_place(world, dir, above, 4);
    world_place(world, dir, same, 12);
    world_file(world, dir, 1, "f&.iso");
    world_up2date(world, pub_part, dir);
    world_up2date(world, own_part, dir);
    cache = world_cache(world);

    memset(&response, 0, sizeof(response));
    memset(&decision, 0, sizeof(decision));
    shown_look_up();
    decision.choice.shown = shown;
    decision.choice.pool = ML_POOL_NONE;
    decision.choice.select.client = &decision.lookup.client;
    decision.choice.select.location_idx = ML_NONE;
    decision.choice.selection.members =
        apr_pcalloc(pool, N(shown) * sizeof(apr_uint32_t));
}

static inline apr_uint32_t shown_member(apr_uint32_t url_idx)
{
    apr_uint32_t i;

    for (i = 0; i < cache->members_n; i++) {
        apr_uint32_t last = cache->members[i].url_first;

        while (!(cache->urls[last].flags & ML_URL_LAST)) {
            last++;
        }
        if (url_idx >= cache->members[i].url_first && url_idx <= last) {
            return i;
        }
    }
    ck_abort_msg("no host has URL %u", url_idx);
    return ML_NONE;
}

/* The URL that begins so, of the host at this position of the answer. */
static inline void show(const char *start, apr_uint32_t host)
{
    ml_choice_t *choice = &decision.choice;
    apr_uint32_t i;

    for (i = 0; i < cache->urls_n; i++) {
        const ml_url_rec *url = &cache->urls[i];

        if (!strncmp(world_text(cache, url->url), start, strlen(start))) {
            shown[choice->shown_n++] = (ml_shown_t){url, host, host};
            choice->host_n = host + 1;
            choice->selection.members[host] = shown_member(i);
            return;
        }
    }
    ck_abort_msg("no URL begins with %s", start);
}

/* The file "f&.iso" is what is asked for. */
static inline void shown_file(void)
{
    decision.lookup.file = "f&.iso";
    decision.lookup.details =
        ml_cache_find_file(cache, decision.lookup.directory, "f&.iso", 6);
    ck_assert_ptr_nonnull(decision.lookup.details);
}

/* What the form writes. */
static inline const char *written(ml_form_write_fn *write)
{
    write(&response, &decision, pool);
    ck_assert_uint_eq(response.body_len,
                      strlen(unit_string(response.body, response.body_len)));
    return unit_string(response.body, response.body_len);
}

#endif
