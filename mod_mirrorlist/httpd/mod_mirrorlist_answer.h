/* SPDX-License-Identifier: Apache-2.0
 *
 * Between httpd's requests and the core's.
 */
#ifndef MOD_MIRRORLIST_ANSWER_H
#define MOD_MIRRORLIST_ANSWER_H

#include "apr_buckets.h"

#include "ml_answer.h"
#include "mod_mirrorlist.h"

/* All that a request asks with; `*settings` are of its section of the
 * configuration.  Lives as long as the request. */
ml_request_t answer_request(ml_settings_t *settings, const request_rec *r);

/* Sends a response, whose body is a bucket of the connection's.  A handler's
 * result. */
int answer_send(request_rec *r, const ml_response_t *response,
                apr_bucket *body);

/* The handlers of requests and of their explanations. */
void answer_register_hooks(void);
void explain_register_hooks(void);

#endif
