/* SPDX-License-Identifier: Apache-2.0
 *
 * What mirrorlist-query says of a cache file.  Each returns the exit code.
 */
#ifndef QUERY_FILE_H
#define QUERY_FILE_H

#include <stdio.h>

#include "query_options.h"

/* Writes JSON on a stream: an ml_json_put_fn. */
void file_put(void *out, const char *text, apr_size_t len);

/* Every byte of options->check, then what the content lacks. */
int file_check(const options_t *options, FILE *out, apr_pool_t *pool);

/* Header, counts, sizes; options->info names the file. */
int file_info(const options_t *options, FILE *out, apr_pool_t *pool);

#endif
