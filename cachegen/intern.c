/* SPDX-License-Identifier: Apache-2.0
 *
 * A hash table with open addressing over the strings' numbers.
 */
#include "intern.h"

#include <string.h>

typedef struct {
    apr_uint64_t hash;
    apr_size_t off;
    apr_size_t len;
} entry_t;

struct intern_t {
    buffer_t *bytes;
    BUFFER_OF(entry_t) entries;
    BUFFER_OF(apr_uint32_t) slots; /* number + 1; a power of two */
};

intern_t *intern_create(buffer_t *bytes, apr_pool_t *pool)
{
    intern_t *intern = apr_pcalloc(pool, sizeof(*intern));

    intern->bytes = bytes;
    buffer_init(&intern->entries.buffer, pool);
    buffer_init(&intern->slots.buffer, pool);
    buffer_add(&intern->slots.buffer, NULL, 64 * sizeof(apr_uint32_t));
    return intern;
}

static apr_uint64_t hash_of(const void *bytes, apr_size_t len)
{
    const unsigned char *s = bytes;
    apr_uint64_t hash = 14695981039346656037u, word;

    for (; len >= 8; len -= 8, s += 8) {
        memcpy(&word, s, 8);
        hash = (hash ^ word) * 0x9fb21c651e98df25u;
        hash ^= hash >> 32;
    }
    while (len--) {
        hash = (hash ^ *s++) * 1099511628211u;
    }
    return hash ^ hash >> 29;
}

/* The slot of the string, or the empty one where it belongs. */
static apr_uint32_t *slot_of(const intern_t *intern, apr_uint64_t hash,
                             const void *bytes, apr_size_t len)
{
    apr_uint32_t *slots = BUFFER_AT(&intern->slots);
    apr_uint32_t mask = BUFFER_N(&intern->slots) - 1;
    apr_uint32_t slot = (apr_uint32_t)hash & mask;

    for (; slots[slot]; slot = (slot + 1) & mask) {
        const entry_t *entry = &BUFFER_AT(&intern->entries)[slots[slot] - 1];

        if (bytes && entry->hash == hash && entry->len == len
            && !memcmp(intern->bytes->data + entry->off, bytes, len)) {
            break;
        }
    }
    return &slots[slot];
}

static void grow(intern_t *intern)
{
    apr_uint32_t i;

    buffer_add(&intern->slots.buffer, NULL, intern->slots.buffer.len);
    memset(intern->slots.buffer.data, 0, intern->slots.buffer.len);
    for (i = 0; i < intern_n(intern); i++) {
        *slot_of(intern, BUFFER_AT(&intern->entries)[i].hash, NULL, 0) = i + 1;
    }
}

apr_uint32_t intern_add(intern_t *intern, const void *bytes, apr_size_t len)
{
    apr_uint64_t hash = hash_of(bytes, len);
    apr_uint32_t *slot = slot_of(intern, hash, bytes, len);
    apr_uint32_t n = intern_n(intern);
    entry_t *entry;

    if (*slot) {
        return *slot - 1;
    }
    *slot = n + 1;
    entry = BUFFER_PUSH(&intern->entries);
    entry->hash = hash;
    entry->off = intern->bytes->len;
    entry->len = len;
    buffer_add(intern->bytes, bytes ? bytes : "", len);
    if (2 * (n + 1) >= BUFFER_N(&intern->slots)) {
        grow(intern);
    }
    return n;
}

apr_uint32_t intern_n(const intern_t *intern)
{
    return BUFFER_N(&intern->entries);
}

apr_size_t intern_off(const intern_t *intern, apr_uint32_t number)
{
    return BUFFER_AT(&intern->entries)[number].off;
}
