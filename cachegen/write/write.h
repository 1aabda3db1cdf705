/* SPDX-License-Identifier: Apache-2.0
 *
 * From the image to the bytes of a file.
 */
#ifndef WRITE_H
#define WRITE_H

#include "image.h"

/* Writes the cache to the descriptor, from its start.  NULL, or a sentence in
 * the image's pool that names `path`. */
const char *write_image(int fd, const char *path, const image_t *image,
                        apr_int64_t created_s);

/* All of the bytes, from where the descriptor stands; 0, or errno of what
 * failed.  A disk that takes nothing is a full one. */
int write_bytes(int fd, const void *bytes, apr_size_t len);

#endif
