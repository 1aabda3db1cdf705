/* SPDX-License-Identifier: Apache-2.0
 *
 * The part of the header line that tells how hosts were selected.
 */
#ifndef ML_HEADER_H
#define ML_HEADER_H

#include "ml_select.h"
#include "ml_text.h"

/* `spelling`: of each of select->countries, as the client sent it. */
void ml_header_add_selection(ml_line_t *line, const ml_cache_t *cache,
                             const ml_select_t *select,
                             const ml_selection_t *selection,
                             const char *const *spelling, apr_pool_t *pool);

#endif
