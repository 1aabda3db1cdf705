/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers as people read them.  All texts live in `pool`.
 */
#ifndef ML_HUMAN_H
#define ML_HUMAN_H

#include "apr_pools.h"

/* "2026-11-24 10:00:00 UTC"; the mere seconds of a time that no calendar has.
 */
const char *ml_human_date(apr_int64_t seconds, apr_pool_t *pool);

/* "1 h 3 min": the two largest units of a time. */
const char *ml_human_duration(apr_int64_t seconds, apr_pool_t *pool);

/* "1,234,567" */
const char *ml_human_number(apr_uint64_t number, apr_pool_t *pool);

/* "40.4 MB" */
const char *ml_human_bytes(apr_uint64_t bytes, apr_pool_t *pool);

#endif
