/* SPDX-License-Identifier: Apache-2.0
 *
 * check_mutants torn|sealed SEED N: N random mutants of the sound cache.
 * Torn ones are refused by their checksum, every one; sealed ones (checksum
 * and size made right) are refused, or every request to them is answered.
 *
 * check_mutants write SEED: a torn mutant, on stdout.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "judge.h"
#include "ml_random.h"
#include "target.h"

#define BLOCK_MAX 4096

typedef struct {
    char *bytes;
    apr_size_t size;
    apr_size_t room;
    ml_random_t random;
} mutant_t;

static apr_size_t below(mutant_t *m, apr_size_t n)
{
    return n > 0 ? ml_random_below(&m->random, (apr_uint32_t)n) : 0;
}

/* Anywhere in the file, but each section as often as every other. */
static apr_size_t place(mutant_t *m)
{
    apr_size_t size, off, len;
    const char *sound = target_cache_bytes(&size);
    const ml_header_rec *header = (const ml_header_rec *)sound;
    const ml_section_rec *entry = (const ml_section_rec *)(header + 1);
    apr_size_t n = below(m, header->section_n + 1);

    off = n == header->section_n ? 0 : entry[n].off;
    len = n == header->section_n ? entry[0].off
                                 : entry[n].rec_n * entry[n].rec_len;
    off += below(m, len);
    return off < m->size ? off : below(m, m->size);
}

static void flip(mutant_t *m)
{
    m->bytes[place(m)] ^= (char)(1 << below(m, 8));
}

static void overwrite(mutant_t *m)
{
    static const apr_uint32_t words[] = {
        0, 1, 2, 0x7fffffff, 0x80000000u, ML_NONE - 1, ML_NONE,
    };
    apr_size_t at = place(m) & ~(apr_size_t)3;
    apr_size_t n = below(m, sizeof(words) / sizeof(words[0]) + 3);
    apr_uint32_t word = n < sizeof(words) / sizeof(words[0])
                            ? words[n]
                            : (apr_uint32_t)ml_random_next(&m->random) >> n * 2;

    if (at + sizeof(word) <= m->size) {
        memcpy(m->bytes + at, &word, sizeof(word));
    }
}

static void swap(mutant_t *m)
{
    apr_size_t a = place(m), b = place(m), low = a < b ? a : b;
    apr_size_t high = a < b ? b : a, len = below(m, BLOCK_MAX), i;

    len = len < high - low ? len : high - low;
    len = len < m->size - high ? len : m->size - high;
    for (i = 0; i < len; i++) {
        char kept = m->bytes[low + i];

        m->bytes[low + i] = m->bytes[high + i];
        m->bytes[high + i] = kept;
    }
}

static void cut(mutant_t *m)
{
    apr_size_t at = place(m);
    apr_size_t len = below(m, 2) ? m->size - at : below(m, BLOCK_MAX);

    len = len < m->size - at ? len : m->size - at;
    memmove(m->bytes + at, m->bytes + at + len, m->size - at - len);
    m->size -= len;
}

static void insert(mutant_t *m)
{
    apr_size_t at = place(m), len = below(m, 64) + 1, i;

    if (m->size + len > m->room) {
        return;
    }
    memmove(m->bytes + at + len, m->bytes + at, m->size - at);
    m->size += len;
    for (i = 0; i < len; i++) {
        m->bytes[at + i] = (char)ml_random_next(&m->random);
    }
}

/* One to four changes of the sound cache, which they leave another. */
static void mutate(mutant_t *m)
{
    static void (*const ways[])(mutant_t *) = {
        flip, overwrite, overwrite, swap, cut, insert,
    };
    apr_size_t sound_size;
    const char *sound = target_cache_bytes(&sound_size);
    apr_size_t n;

    m->size = sound_size;
    memcpy(m->bytes, sound, sound_size);
    do {
        for (n = below(m, 4) + 1; n > 0 && m->size > 0; n--) {
            ways[below(m, sizeof(ways) / sizeof(ways[0]))](m);
        }
    } while (m->size == sound_size && !memcmp(m->bytes, sound, sound_size));
}

/* Whether they were all treated as they should be; else aborted. */
static int check(mutant_t *m, int sealed, unsigned long n)
{
    unsigned long accepted = 0, i;

    for (i = 0; i < n; i++) {
        mutate(m);
        if (sealed) {
            ask_seal(m->bytes, m->size);
        }
        accepted +=
            (unsigned long)ask_bytes(m->bytes, m->size, (apr_uint32_t)i);
        judge(sealed || accepted == 0, "a torn cache is refused");
    }
    printf("%lu mutants, %lu accepted\n", n, accepted);
    return 0;
}

int main(int argc, char **argv)
{
    mutant_t m;
    int code;

    if (argc < 3 || (argc < 4 && strcmp(argv[1], "write"))) {
        fprintf(stderr, "check_mutants torn|sealed SEED N | write SEED\n");
        return 64;
    }
    ml_random_seed(&m.random, strtoul(argv[2], NULL, 10));
    target_cache_bytes(&m.room);
    m.room += BLOCK_MAX;
    m.bytes = malloc(m.room);
    if (!strcmp(argv[1], "write")) {
        mutate(&m);
        code = fwrite(m.bytes, 1, m.size, stdout) != m.size;
    }
    else {
        code =
            check(&m, !strcmp(argv[1], "sealed"), strtoul(argv[3], NULL, 10));
    }
    free(m.bytes);
    return code;
}
