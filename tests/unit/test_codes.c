/* SPDX-License-Identifier: Apache-2.0
 *
 * Comma lists of countries and of schemes against a cache that knows some of
 * their items.
 */
#include "ml_codes.h"
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

/* "CODE/spelling " of each in its order; unknown ones without a code. */
static const char *countries_of(const char *list)
{
    const char *text = "", *code;
    ml_codes_t codes;
    apr_uint32_t i;

    ml_codes_countries(&codes, cache, list, pool);
    for (i = 0; i < codes.n; i++) {
        code = codes.idx[i] == ML_NONE
                   ? ""
                   : world_text(cache, cache->countries[codes.idx[i]].code);
        text = apr_pstrcat(pool, text, code, "/", codes.spelling[i], " ", NULL);
    }
    return text;
}

/* The same for schemes. */
static const char *schemes_of(const char *list)
{
    const char *text = "", *name;
    ml_codes_t codes;
    apr_uint32_t i;

    ml_codes_schemes(&codes, cache, list, pool);
    for (i = 0; i < codes.n; i++) {
        name = codes.idx[i] == ML_NONE
                   ? ""
                   : world_text(cache, cache->schemes[codes.idx[i]].name);
        text = apr_pstrcat(pool, text, name, "/", codes.spelling[i], " ", NULL);
    }
    return text;
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
    {"xx", "/xx "},
    {"xx,de,yy", "DE/de /xx /yy "},
    {"d,deu,de", "/d DE/de DEU/deu "},
    {"de e", "/de e "},
    /* the bytewise first spelling: capitals first */
    {"de,dE,De", "DE/De "},
    {"dE,de", "DE/dE "},
    {"de,DE,de", "DE/DE "},
    {"fr,de,FR,fR,de", "DE/de FR/FR "},
    {"xX,xx,Xx", "/Xx "},
    /* what `global` means is not known here */
    {"global", "/global "},
    {"Global,GLOBAL,fr", "FR/fr /GLOBAL "},
    /* ASCII is folded, nothing else */
    {"\xc3\xa4,ch", "CH/ch /\xc3\xa4 "},
    {"d\xc5\xbf", "/d\xc5\xbf "},
};

START_TEST(countries_are_found_once_in_their_first_spelling)
{
    ck_assert_str_eq(countries_of(country_lists[_i].list),
                     country_lists[_i].found);
}
END_TEST

static const struct {
    const char *list;
    const char *found;
} scheme_lists[] = {
    {NULL, ""},
    {"https", "https/https "},
    {"HTTPS", "https/HTTPS "},
    {"rsync,ftp,http,https", "ftp/ftp http/http https/https rsync/rsync "},
    {"http,HTTP,Http", "http/HTTP "},
    {"http, http ,,", "http/http "},
    {"xx,yy,XX", "/XX /yy "},
    {"xx,http", "http/http /xx "},
    {"zsync,gopher", "gopher/gopher zsync/zsync "},
    {"GOPHER", "gopher/GOPHER "},
    {",", ""},
    {" ,, ", ""},
    {"htt,httpss,http:", "/htt /http: /httpss "},
};

START_TEST(schemes_are_found_once_and_unknown_items_kept)
{
    ck_assert_str_eq(schemes_of(scheme_lists[_i].list), scheme_lists[_i].found);
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
    ml_codes_t codes;

    ml_codes_schemes(&codes, cache, list, pool);
    ck_assert_uint_eq(codes.n, 26);
    ml_codes_countries(&codes, cache, list, pool);
    ck_assert_uint_eq(codes.n, 26);
    memcpy(list + 2044, "\xc3\xa4,b", 4); /* without a comma at its end */
    ml_codes_schemes(&codes, cache, list, pool);
    ck_assert_uint_eq(codes.n, 27);
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("codes");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_loop_test(tests, countries_are_found_once_in_their_first_spelling,
                        0, N(country_lists));
    tcase_add_loop_test(tests, schemes_are_found_once_and_unknown_items_kept, 0,
                        N(scheme_lists));
    tcase_add_test(tests, a_full_list_is_counted_to_its_end);
    return unit_run("codes", tests);
}
