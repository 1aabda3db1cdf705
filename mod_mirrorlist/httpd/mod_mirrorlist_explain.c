/* SPDX-License-Identifier: Apache-2.0
 *
 * The handler for those who ask why a mirror is not listed.  It counts nothing
 * and leaves no facts: it answers no client.
 */
#include "mod_mirrorlist_answer.h"

#include "http_protocol.h"
#include "http_request.h"

#include "ml_explain.h"

#define HANDLER "mirrorlist-explain"

static int explain(request_rec *r)
{
    const generation_t *generation = conf_generation(r);
    ml_settings_t settings;
    ml_request_t request = answer_request(&settings, r);
    ml_response_t *response = apr_palloc(r->pool, sizeof(*response));

    ml_explain_answer(response, generation ? generation->cache : NULL, &request,
                      r->pool);
    return answer_send(r, response,
                       apr_bucket_pool_create(response->body,
                                              response->body_len, r->pool,
                                              r->connection->bucket_alloc));
}

static int answer(request_rec *r)
{
    if (!r->handler || strcmp(r->handler, HANDLER)) {
        return DECLINED;
    }
    if (r->method_number != M_GET) {
        ap_allow_methods(r, REPLACE_ALLOW, "GET", "HEAD", NULL);
        apr_table_setn(r->err_headers_out, "Cache-Control", ML_CACHE_CONTROL);
        return HTTP_METHOD_NOT_ALLOWED;
    }
    return explain(r);
}

void explain_register_hooks(void)
{
    ap_hook_handler(answer, NULL, NULL, APR_HOOK_MIDDLE);
}
