/* SPDX-License-Identifier: Apache-2.0
 *
 * An IP address as two numbers.  IPv4-mapped IPv6 is IPv4 from the moment it
 * is read, so that nobody later has to think of it.
 */
#ifndef ML_ADDRESS_H
#define ML_ADDRESS_H

#include "apr.h"

#define ML_ADDRESS_TEXT_LEN 46 /* bytes of the longest text and its NUL */

typedef enum { ML_ADDRESS_NONE, ML_ADDRESS_V4, ML_ADDRESS_V6 } ml_family_e;

typedef struct {
    ml_family_e family;
    apr_uint64_t hi; /* V6: the first 64 bits; else 0 */
    apr_uint64_t lo; /* V6: the last 64 bits; V4: its 32 bits */
} ml_address_t;

/* From the bytes in network order: 4 or 16 of them; any other `len` gives
 * ML_ADDRESS_NONE. */
ml_address_t ml_address_from_bytes(const void *bytes, apr_size_t len);

/* Reads what `ip=` takes: v4, v6, [v6], v4:port, ::ffff:v4.  ML_ADDRESS_NONE
 * for anything else: a zone, leading zeros, a bad port. */
ml_address_t ml_address_parse(const char *text);

/* Writes it as inet_ntop() does.  Not for ML_ADDRESS_NONE. */
void ml_address_format(char text[ML_ADDRESS_TEXT_LEN],
                       const ml_address_t *address);

/* The IPv4 address that a 6to4 (RFC 3056) or Teredo (RFC 4380) address
 * carries for its client; ML_ADDRESS_NONE for all other addresses. */
ml_address_t ml_address_tunnelled(const ml_address_t *address);

/* The IPv4 address inside one of 64:ff9b::/96, the prefix of NAT64 (RFC 6052);
 * ML_ADDRESS_NONE for all other addresses. */
ml_address_t ml_address_translated(const ml_address_t *address);

#endif
