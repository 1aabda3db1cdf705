/* SPDX-License-Identifier: Apache-2.0
 *
 * Knows DNS messages (RFC 1035).  That a name has no address is believed only
 * if a reply says so clearly: NXDOMAIN, or no error and no record (RFC 2308).
 * Whatever else comes without an address is no answer.
 */
#include "dns_reply.h"

#include <arpa/nameser.h>
#include <strings.h>

#include "apr_strings.h"

#define CNAME_MAX 16 /* of a chain; more are a loop */

/* Replaces the name by the one of which it is an alias, wherever that is
 * said.  1, or 0 at the end of the chain, -1 if the message is damaged. */
static int follow_alias(ns_msg *message, char name[NS_MAXDNAME])
{
    ns_rr record;
    int i;

    for (i = 0; i < ns_msg_count(*message, ns_s_an); i++) {
        if (ns_parserr(message, ns_s_an, i, &record) != 0) {
            return -1;
        }
        if (ns_rr_type(record) == ns_t_cname && ns_rr_class(record) == ns_c_in
            && !strcasecmp(ns_rr_name(record), name)) {
            return ns_name_uncompress(ns_msg_base(*message),
                                      ns_msg_end(*message), ns_rr_rdata(record),
                                      name, NS_MAXDNAME)
                           < 0
                       ? -1
                       : 1;
        }
    }
    return 0;
}

/* DNS_FAILED if there are addresses, but not of this name. */
static dns_answer_e take_addresses(apr_array_header_t *addresses,
                                   ns_msg *message, const char *name,
                                   ml_family_e family)
{
    ns_type type = family == ML_ADDRESS_V4 ? ns_t_a : ns_t_aaaa;
    unsigned len = family == ML_ADDRESS_V4 ? NS_INADDRSZ : NS_IN6ADDRSZ;
    dns_answer_e answer = DNS_ABSENT;
    ns_rr record;
    int i;

    for (i = 0; i < ns_msg_count(*message, ns_s_an); i++) {
        if (ns_parserr(message, ns_s_an, i, &record) != 0) {
            return DNS_FAILED;
        }
        if (ns_rr_type(record) != type) {
            continue;
        }
        if (ns_rr_class(record) == ns_c_in && ns_rr_rdlen(record) == len
            && !strcasecmp(ns_rr_name(record), name)) {
            APR_ARRAY_PUSH(addresses, ml_address_t) =
                ml_address_from_bytes(ns_rr_rdata(record), len);
            answer = DNS_PRESENT;
        }
        else if (answer == DNS_ABSENT) {
            answer = DNS_FAILED;
        }
    }
    return answer;
}

/* Whether the server only says who else could be asked. */
static int is_referral(ns_msg *message)
{
    int names_others = 0, i;
    ns_rr record;

    for (i = 0; i < ns_msg_count(*message, ns_s_ns); i++) {
        if (ns_parserr(message, ns_s_ns, i, &record) != 0) {
            return 1;
        }
        if (ns_rr_type(record) == ns_t_soa) {
            return 0;
        }
        names_others |= ns_rr_type(record) == ns_t_ns;
    }
    return names_others;
}

dns_answer_e dns_reply_read(apr_array_header_t *addresses,
                            const unsigned char *reply, apr_size_t len,
                            const char *name, ml_family_e family)
{
    char owner[NS_MAXDNAME];
    dns_answer_e answer;
    ns_msg message;
    int more = 1, i;

    if (ns_initparse(reply, (int)len, &message) != 0
        || !ns_msg_getflag(message, ns_f_qr)
        || ns_msg_getflag(message, ns_f_opcode) != ns_o_query) {
        return DNS_FAILED;
    }
    if (ns_msg_getflag(message, ns_f_rcode) == ns_r_nxdomain) {
        return DNS_ABSENT;
    }
    if (ns_msg_getflag(message, ns_f_rcode) != ns_r_noerror) {
        return DNS_FAILED;
    }
    apr_cpystrn(owner, name, sizeof(owner));
    for (i = 0; more == 1 && i <= CNAME_MAX; i++) {
        more = follow_alias(&message, owner);
    }
    if (more != 0) {
        return DNS_FAILED;
    }
    answer = take_addresses(addresses, &message, owner, family);
    return answer == DNS_ABSENT
                   && (ns_msg_getflag(message, ns_f_tc)
                       || is_referral(&message))
               ? DNS_FAILED
               : answer;
}
