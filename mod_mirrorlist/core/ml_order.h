/* SPDX-License-Identifier: Apache-2.0
 *
 * The file's numbers are little-endian, those in memory this machine's.  Where
 * the two differ a file is turned as a whole, after it was read and before it
 * is written: nothing else knows of it.
 */
#ifndef ML_ORDER_H
#define ML_ORDER_H

#include "ml_cache_format.h"

/* Whether nothing has to be turned here. */
#define ML_ORDER_IS_NATIVE (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)

/* Turns a file of the other order: header, contents and, as far as they lie
 * within the `size` bytes, the sections that this build knows.  The checksum
 * becomes that of the turned bytes if it was right before.  Refuses nothing:
 * ml_cache_open() is next. */
void ml_order_turn_file(void *base, apr_uint64_t size);

/* Turn parts of one, there or back. */
void ml_order_turn_header(ml_header_rec *header);
void ml_order_turn_contents(ml_section_rec *entries, apr_uint64_t n);
void ml_order_turn_section(apr_uint32_t id, void *records, apr_uint64_t n);

#endif
