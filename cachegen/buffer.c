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
