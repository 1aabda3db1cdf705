/* SPDX-License-Identifier: Apache-2.0
 *
 * Knows bytes, not what they mean.
 */
#include "buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buffer_free(buffer_t *buffer)
{
    free(buffer->data);
    memset(buffer, 0, sizeof(*buffer));
}

static apr_status_t free_data(void *buffer)
{
    buffer_free(buffer);
    return APR_SUCCESS;
}

void buffer_init(buffer_t *buffer, apr_pool_t *pool)
{
    memset(buffer, 0, sizeof(*buffer));
    apr_pool_cleanup_register(pool, buffer, free_data, apr_pool_cleanup_null);
}

void *buffer_add(buffer_t *buffer, const void *bytes, apr_size_t len)
{
    char *added;

    if (len > buffer->room - buffer->len || !buffer->data) {
        apr_size_t room = buffer->room + buffer->room / 2 + len + 256;
        char *data = realloc(buffer->data, room);

        if (!data) {
            fprintf(stderr, "mirrorlist-cachegen: out of memory\n");
            exit(2);
        }
        buffer->data = data;
        buffer->room = room;
    }
    added = buffer->data + buffer->len;
    if (bytes) {
        memcpy(added, bytes, len);
    }
    else {
        memset(added, 0, len);
    }
    buffer->len += len;
    return added;
}

typedef struct {
    apr_uint64_t hash;
    apr_size_t off;
    apr_size_t len;
} entry_t;

struct intern_t {
    buffer_t *bytes;
    buffer_t entries;
    buffer_t slots; /* number + 1; a power of two */
};

intern_t *intern_create(buffer_t *bytes, apr_pool_t *pool)
{
    intern_t *intern = apr_pcalloc(pool, sizeof(*intern));

    intern->bytes = bytes;
    buffer_init(&intern->entries, pool);
    buffer_init(&intern->slots, pool);
    buffer_add(&intern->slots, NULL, 64 * sizeof(apr_uint32_t));
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
    apr_uint32_t *slots = BUFFER_AT(&intern->slots, apr_uint32_t);
    apr_uint32_t mask = BUFFER_N(&intern->slots, apr_uint32_t) - 1;
    apr_uint32_t slot = (apr_uint32_t)hash & mask;

    for (; slots[slot]; slot = (slot + 1) & mask) {
        const entry_t *entry =
            &BUFFER_AT(&intern->entries, entry_t)[slots[slot] - 1];

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

    buffer_add(&intern->slots, NULL, intern->slots.len);
    memset(intern->slots.data, 0, intern->slots.len);
    for (i = 0; i < intern_n(intern); i++) {
        *slot_of(intern, BUFFER_AT(&intern->entries, entry_t)[i].hash, NULL,
                 0) = i + 1;
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
    entry = BUFFER_PUSH(&intern->entries, entry_t);
    entry->hash = hash;
    entry->off = intern->bytes->len;
    entry->len = len;
    buffer_add(intern->bytes, bytes ? bytes : "", len);
    if (2 * (n + 1) >= BUFFER_N(&intern->slots, apr_uint32_t)) {
        grow(intern);
    }
    return n;
}

apr_uint32_t intern_n(const intern_t *intern)
{
    return BUFFER_N(&intern->entries, entry_t);
}

apr_size_t intern_off(const intern_t *intern, apr_uint32_t number)
{
    return BUFFER_AT(&intern->entries, entry_t)[number].off;
}
