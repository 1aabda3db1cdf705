/* SPDX-License-Identifier: Apache-2.0
 *
 * The form of the hash tables.
 */
#include "ml_cache_check.h"

#define RUN_MAX 256 /* used slots in a row; a half-full table has dozens */

const char *ml_check_slots(const apr_uint32_t *slots, apr_uint32_t slot_n,
                           apr_uint32_t rec_n)
{
    apr_uint32_t i, used = 0, run = 0;

    if (slot_n == 0 || (slot_n & (slot_n - 1)) != 0) {
        return "slots: their number is not a power of two";
    }
    for (i = 0; i < slot_n; i++) {
        if (slots[i] > rec_n) {
            return "slots: one points past its table";
        }
        used += slots[i] != 0;
        run = slots[i] ? run + 1 : 0;
        if (run > RUN_MAX) {
            return "slots: a search would take too long";
        }
    }
    if (used != rec_n || used == slot_n) {
        return "slots: there must be one for each record";
    }
    return NULL;
}
