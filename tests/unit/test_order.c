/* SPDX-License-Identifier: Apache-2.0
 *
 * A file of the other byte order, as a big-endian machine sees ours: turned, it
 * is the file that this machine would have read.  That the widths are those of
 * the records is compared in tests/cache.
 */
#include "world.h"

static char *file, *other; /* in this order, and in the other one */
static apr_uint64_t size;

static void set_up(void)
{
    world_t *world = world_create();
    apr_uint32_t category = world_category(world), n;
    apr_uint32_t directory = world_directory(world, "pub/a/repodata");
    ml_header_rec *header;
    ml_section_rec *entry;

    world_place(world, directory, category, 0);
    world_mirror(world, category, "DE");
    world_mirror(world, category, "FR");
    world_repository(world, "a", "x86_64", directory);
    file = world_bytes(world, &size);

    other = apr_pmemdup(pool, file, size);
    header = (ml_header_rec *)other;
    entry = (ml_section_rec *)(header + 1);
    for (n = 0; n < header->section_n; n++) {
        ml_order_turn_section(entry[n].id, other + entry[n].off,
                              entry[n].rec_n);
    }
    ml_order_turn_contents(entry, header->section_n);
    ml_order_turn_header(header);
    header->crc32 = __builtin_bswap32(ml_cache_crc32(other, size));
}

START_TEST(a_file_of_the_other_order_becomes_one_of_this)
{
    ck_assert(memcmp(other, file, size));
    ml_order_turn_file(other, size);
    ck_assert(!memcmp(other, file, size));
}
END_TEST

START_TEST(a_damaged_file_stays_damaged)
{
    const char *refused;
    ml_cache_t *cache;

    other[size - 1] ^= 1;
    ml_order_turn_file(other, size);
    refused = ml_cache_open(&cache, other, size, pool);
    ck_assert_str_eq(refused, "the checksum is wrong");
}
END_TEST

/* Its numbers lead anywhere: nothing beyond its bytes is touched, and it is
 * left to ml_cache_open() to refuse it. */
START_TEST(what_is_no_file_is_turned_within_its_bytes)
{
    static const apr_uint64_t sizes[] = {0, 39, 40, 63, 64, 65, 200};
    ml_cache_t *cache;
    char *exact;
    int i;

    for (i = 0; i < N(sizes); i++) {
        exact = malloc(sizes[i] ? sizes[i] : 1);
        memcpy(exact, other, sizes[i]);
        ml_order_turn_file(exact, sizes[i]);
        ck_assert_ptr_nonnull(ml_cache_open(&cache, exact, sizes[i], pool));
        memset(exact, 0xff, sizes[i]);
        ml_order_turn_file(exact, sizes[i]);
        ck_assert_ptr_nonnull(ml_cache_open(&cache, exact, sizes[i], pool));
        free(exact);
    }
}
END_TEST

int main(void)
{
    TCase *tests = unit_case("order");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, a_file_of_the_other_order_becomes_one_of_this);
    tcase_add_test(tests, a_damaged_file_stays_damaged);
    tcase_add_test(tests, what_is_no_file_is_turned_within_its_bytes);
    return unit_run("order", tests);
}
