/* SPDX-License-Identifier: Apache-2.0
 *
 * The header line of a list: what it says of countries and networks.
 */
#include "asking.h"

/* Hosts 1 DE, 2 FR, 3 US, 4 JP, 5 private in CA.  192.0.2.0/24 is in DE, a
 * netblock of host 3 and a network of host 4. */
static void set_up(void)
{
    static const char *const countries[] = {"DE", "FR", "US", "JP", "CA"};
    static const char *const continents[] = {"EU", "EU", "NA", "AS", "NA"};
    world_t *world = world_create();
    apr_uint32_t category = world_category(world), i;

    for (i = 0; i < (apr_uint32_t)N(countries); i++) {
        world_mirror(world, category, countries[i]);
        model_set_continent(world->model, countries[i], continents[i]);
    }
    model_set_continent(world->model, "GR", "EU");
    model_set_continent(world->model, "MX", "NA");
    world_host_at(world, 4)->is_private = 1;
    world_geo(world, "192.0.2.0/24", "DE");
    world_network(world, "192.0.2.0/24", MODEL_NETBLOCK, 2);
    world_network(world, "192.0.2.0/24", MODEL_ASN, 64500);
    world_asn(world, 64500, 3);
    world_place(world, world_directory(world, "d"), category, 0);
    cache = world_cache(world);
    asking_set_up();
    settings.minimum = 1;
}

/* What stands between "# path = d " and the end of the line. */
static const char *header_for(const char *query)
{
    const char *text, *start = "# path = d ";

    ask("/mirrorlist", apr_pstrcat(pool, "path=d&", query, NULL));
    ck_assert_int_eq(response.status, 200);
    text = body();
    ck_assert_int_eq(strncmp(text, start, strlen(start)), 0);
    text += strlen(start);
    return unit_string(text, strcspn(text, "\n"));
}

#define NETWORKS "Using preferred netblock Using ASN 64500 "
#define AROUND "country = DE country = FR "

static const struct {
    const char *query;
    const char *header;
} headers[] = {
    {"", NETWORKS AROUND},
    {"netblock=0", AROUND},
    {"country=us", "country = us "},
    {"country=us,Fr,US,fr,zz,ca", "country = Fr country = US "},
    {"country=us,global", "country = global country = us "},
    {"country=GR,MX", "country = DE country = FR country = US "},
    {"country=zz", AROUND},
    {"country=zz,global", "country = global "},
    {"protocol=ftp", NETWORKS AROUND "country = global protocol = ftp"},
    /* without anything that was not asked for */
    {"fallback=0", NETWORKS AROUND},
    {"fallback=0&protocol=ftp", NETWORKS AROUND "protocol = ftp"},
    {"fallback=0&country=us", "country = us "},
    {"fallback=0&country=gr", ""},
    {"fallback=0&country=zz", ""},
    {"fallback=1&country=zz", AROUND},
    /* excluded countries, as they were sent */
    {"exclude_country=FR", NETWORKS "country = DE exclude_country = FR "},
    {"exclude_country=fr,zz,FR,de",
     NETWORKS "exclude_country = FR exclude_country = de "
              "exclude_country = zz "},
    {"exclude_country=us", "Using ASN 64500 " AROUND "exclude_country = us "},
    {"exclude_country=jp", NETWORKS AROUND "exclude_country = jp "},
    {"exclude_country=us&country=us,fr", "country = fr exclude_country = us "},
    {"exclude_country=de&country=gr", "country = FR exclude_country = de "},
    {"exclude_country=jp&protocol=x",
     NETWORKS AROUND "country = global exclude_country = jp protocol = x"},
    {"exclude_country=,%20", NETWORKS AROUND},
};

START_TEST(a_header_tells_where_hosts_were_looked_for)
{
    ck_assert_str_eq(header_for(headers[_i].query), headers[_i].header);
}
END_TEST

START_TEST(a_captive_host_ends_the_header)
{
    edit_host(cache, 3)->flags |= ML_HOST_CAPTIVE;
    ck_assert_str_eq(header_for(""), "Using preferred netblock ");
    ck_assert_str_eq(header_for("exclude_country=jp&protocol=ftp"),
                     "Using preferred netblock exclude_country = jp "
                     "protocol = ftp");
    ck_assert_str_eq(header_for("netblock=0"), AROUND);
    ck_assert_str_eq(header_for("exclude_country=us"),
                     "Using ASN 64500 " AROUND "exclude_country = us ");
}
END_TEST

START_TEST(a_known_continent_is_told_without_a_country)
{
    request.client = ml_address_parse("198.51.100.1");
    ck_assert_str_eq(header_for(""), "country = global ");
    edit_route(cache, "198.51.100.1")->continent_idx =
        cache->countries[ml_cache_find_country(cache, "DE", 2)].continent_idx;
    ck_assert_str_eq(header_for(""), AROUND);
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("comment");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_loop_test(tests, a_header_tells_where_hosts_were_looked_for, 0,
                        N(headers));
    tcase_add_test(tests, a_captive_host_ends_the_header);
    tcase_add_test(tests, a_known_continent_is_told_without_a_country);
    return unit_run("comment", tests);
}
