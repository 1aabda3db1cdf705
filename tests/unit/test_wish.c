/* SPDX-License-Identifier: Apache-2.0
 *
 * The lists country= and protocol= against a cache that knows some of their
 * items.
 */
#include "ml_wish.h"
#include "world.h"

static ml_cache_t *cache;

static void set_up(void)
{
    static const char *const codes[] = {"FR", "DE", "GLOBAL", "CH", "DEU"};
    world_t *world = world_create();
    apr_uint32_t category = world_category(world), part;
    int i;

    for (i = 0; i < N(codes); i++) {
        world_country(world, codes[i]);
    }
    part = world_part(world, world_host(world, "DE"), category);
    world_url(world, part, 1, "zsync://m.example");
    world_url(world, part, 2, "Gopher://m.example");
    cache = world_cache(world);
}

/* "CODE/spelling " of each, and whether the world was asked for. */
static const char *countries_of(const char *list)
{
    ml_countries_t countries;
    const char *text = "";
    apr_uint32_t i;

    ml_wish_countries(&countries, cache, list, pool);
    for (i = 0; i < countries.n; i++) {
        text = apr_pstrcat(
            pool, text,
            world_text(cache, cache->countries[countries.idx[i]].code), "/",
            countries.spelling[i], " ", NULL);
    }
    return countries.global ? apr_pstrcat(pool, text, "+global", NULL) : text;
}

/* The accepted schemes, and how many different items there were. */
static const char *protocols_of(const char *list)
{
    ml_protocols_t protocols;
    const char *text = "";
    apr_uint32_t i;

    ml_wish_protocols(&protocols, cache, list, pool);
    for (i = 0; i < cache->schemes_n; i++) {
        if (protocols.accepted[i]) {
            text = apr_pstrcat(pool, text,
                               world_text(cache, cache->schemes[i].name), " ",
                               NULL);
        }
    }
    return list ? apr_psprintf(pool, "%s%u", text, protocols.n) : text;
}

static const struct {
    const char *list;
    const char *found;
} country_lists[] = {
    {NULL, ""},
    {"de", "DE/de "},
    {"De", "DE/De "},
    {"fr,de", "DE/de FR/fr "},
    {" fr , de ", "DE/de FR/fr "},
    {"xx", ""},
    {"xx,de,yy", "DE/de "},
    {"d,deu,de", "DE/de DEU/deu "},
    {"de e", ""},
    /* the bytewise first spelling: capitals first */
    {"de,dE,De", "DE/De "},
    {"dE,de", "DE/dE "},
    {"de,DE,de", "DE/DE "},
    {"fr,de,FR,fR,de", "DE/de FR/FR "},
    /* the world, even if a country is called so */
    {"global", "+global"},
    {"Global,GLOBAL,fr", "FR/fr +global"},
    {"globa,globals", ""},
    /* ASCII is folded, nothing else */
    {"\xc3\xa4,ch", "CH/ch "},
    {"d\xc5\xbf", ""},
};

START_TEST(countries_are_found_once_in_their_first_spelling)
{
    ck_assert_str_eq(countries_of(country_lists[_i].list),
                     country_lists[_i].found);
}
END_TEST

static const struct {
    const char *list;
    const char *found; /* and the number of different items */
} protocol_lists[] = {
    {"https", "https 1"},
    {"HTTPS", "https 1"},
    {"rsync,ftp,http,https", "https http ftp rsync 4"},
    {"http,HTTP,Http", "http 1"},
    {"http, http ,,", "http 1"},
    {"xx", "1"},
    {"xx,yy,XX", "2"},
    {"xx,http", "http 2"},
    {"zsync,gopher", "gopher zsync 2"},
    {"GOPHER", "gopher 1"},
    {",", "0"},
    {" ,, ", "0"},
    {"htt,httpss,http:", "3"},
};

START_TEST(schemes_are_accepted_and_different_items_counted)
{
    ck_assert_str_eq(protocols_of(protocol_lists[_i].list),
                     protocol_lists[_i].found);
}
END_TEST

START_TEST(without_a_list_every_scheme_is_accepted)
{
    ck_assert_str_eq(protocols_of(NULL), "https http ftp rsync gopher zsync ");
}
END_TEST

/* The longest list that a query can hold. */
static const char *full_list(void)
{
    char *list = apr_palloc(pool, 2049);
    int i;

    for (i = 0; i < 1024; i++) {
        list[2 * i] = (char)('a' + i % 26);
        list[2 * i + 1] = ',';
    }
    list[2048] = '\0';
    return list;
}

START_TEST(a_full_list_is_counted_to_its_end)
{
    char *list = apr_pstrdup(pool, full_list());

    ck_assert_str_eq(protocols_of(list), "26");
    ck_assert_str_eq(countries_of(list), "");
    memcpy(list + 2044, "\xc3\xa4,b", 4); /* without a comma at its end */
    ck_assert_str_eq(protocols_of(list), "27");
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("wish");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_loop_test(tests, countries_are_found_once_in_their_first_spelling,
                        0, N(country_lists));
    tcase_add_loop_test(tests, schemes_are_accepted_and_different_items_counted,
                        0, N(protocol_lists));
    tcase_add_test(tests, without_a_list_every_scheme_is_accepted);
    tcase_add_test(tests, a_full_list_is_counted_to_its_end);
    return unit_run("wish", tests);
}
