/* SPDX-License-Identifier: Apache-2.0
 *
 * A small world and its pages.  Knows neither what a page says nor how.
 */
#ifndef PAGE_H
#define PAGE_H

#include "asking.h"

#define ASK_PUB "path=pub&format=html"

static world_t *world;

/* Host 1 is in DE like 2, 3 in FR; 4 is private and near 198.51.100.0/24; 5 is
 * at the office, in a country without a name. */
static inline void page_add_hosts(apr_uint32_t category)
{
    static const char *const countries[] = {"DE", "DE", "FR", "DE", "QX"};
    apr_uint32_t i;

    for (i = 0; i < (apr_uint32_t)N(countries); i++) {
        world_mirror(world, category, countries[i]);
    }
    world_url(world, 0, 1, "javascript://m1.example/%0Aalert(1)");
    world_host_at(world, 1)->bandwidth = 300;
    world_host_at(world, 3)->is_private = 1;
    world_network(world, "198.51.100.0/24", MODEL_NETBLOCK, 3);
    world_locate(world, world_location(world, "of<fice"), 4);
    world_network(world, "192.0.2.0/24", MODEL_ASN, 64500);
    world_asn(world, 64500, 3);
}

static inline void page_set_up(void)
{
    apr_uint32_t category, pub;

    world = world_create();
    category = world_category(world);
    pub = world_directory(world, "pub");
    model_set_continent(world->model, "DE", "EU");
    model_set_continent(world->model, "FR", "EU");
    world_geo(world, "192.0.2.0/24", "DE");
    page_add_hosts(category);
    world_place(world, pub, category, 3);
    world_place(world, world_directory(world, "pub/empty"),
                world_category(world), 9);
    world_file(world, pub, 1, "f.iso");
    world_file(world, pub, 2, "$(f)");
    world_repository(world, "f-1", "x86_64", pub);
    world_repository(world, "f-1", "a&b", pub);
    world_repository(world, "off", "x86_64", pub)->disabled = 1;
    world_redirect(world, "old", "f-1");
    cache = world_cache(world);
    asking_set_up();
}

static inline void page(const char *query)
{
    ask("/mirrorlist", query);
}

static inline void says(const char *text)
{
    ck_assert_msg(strstr(body(), text) != NULL, "not there: %s", text);
}

static inline void does_not_say(const char *text)
{
    ck_assert_msg(!strstr(body(), text), "there: %s", text);
}

static inline int count(const char *text)
{
    const char *rest = body();
    int n = 0;

    while ((rest = strstr(rest, text))) {
        rest += strlen(text);
        n++;
    }
    return n;
}

#endif
