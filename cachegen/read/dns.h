/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks name servers for the addresses of names: many names at once, each name
 * once for IPv4 and once for IPv6.
 *
 * First note the names, then ask for them all, then look at the answers.
 */
#ifndef DNS_H
#define DNS_H

#include "apr_pools.h"
#include "apr_tables.h"

#include "report.h"

typedef struct dns_t dns_t;

/* What is known of a name's addresses of one family; of two families the
 * larger word speaks for the name. */
typedef enum {
    DNS_ABSENT,    /* there are none: a name server has said so */
    DNS_FAILED,    /* no name server gave an answer that can be used */
    DNS_TOO_LATE,  /* nor did one within the name's time */
    DNS_NOT_ASKED, /* the time of all names was up before */
    DNS_PRESENT
} dns_answer_e;

typedef struct {
    const char *name; /* in lower case, without a dot at its end */
    dns_answer_e v4;
    dns_answer_e v6;
    apr_array_header_t *addresses; /* of ml_address_t, in any order */
} dns_name_t;

dns_t *dns_create(apr_pool_t *pool);

/* Notes a name for which network_is_name() holds; blanks around it, the case
 * of its letters and a dot at its end are nothing.  The same name has the same
 * record, which lives as long as `dns` and is DNS_NOT_ASKED before dns_ask().
 */
const dns_name_t *dns_note(dns_t *dns, const char *name, apr_size_t len);

/* Asks for all names that were noted: ten seconds for each, a minute for all.
 * Names in this machine's hosts file are not asked for.  NULL, or a sentence
 * why no name server can be asked. */
const char *dns_ask(dns_t *dns, report_t *report);

#endif
