/* SPDX-License-Identifier: Apache-2.0
 *
 * What the reply of a name server says.
 */
#ifndef DNS_REPLY_H
#define DNS_REPLY_H

#include "apr_tables.h"

#include "dns.h"
#include "ml_address.h"

/* Reads the reply to a question for the addresses of `name` of one family,
 * adds what it holds of them to `addresses`, ml_address_t each, and says what
 * is known now: DNS_PRESENT, DNS_ABSENT or DNS_FAILED. */
dns_answer_e dns_reply_read(apr_array_header_t *addresses,
                            const unsigned char *reply, apr_size_t len,
                            const char *name, ml_family_e family);

#endif
