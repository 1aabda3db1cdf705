/* SPDX-License-Identifier: Apache-2.0
 *
 * Which families of addresses the hosts of public URLs have.
 */
#ifndef FAMILIES_H
#define FAMILIES_H

#include "dns.h"
#include "model.h"
#include "report.h"

typedef struct families_t families_t;

/* Notes the host names of all public URLs of the model, which must not grow
 * any more. */
families_t *families_note(model_t *model, dns_t *dns, apr_pool_t *pool);

/* After dns_ask(): sets the flags of the URLs, and names the hosts that have
 * no address at all or of which nothing was said. */
void families_settle(families_t *families, report_t *report);

#endif
