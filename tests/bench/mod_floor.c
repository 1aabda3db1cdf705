/* SPDX-License-Identifier: Apache-2.0
 *
 * What httpd alone can do: a handler that sends as many bytes as its request
 * names, `...&floor=BYTES`, from one constant buffer.  Beside it the cost of
 * mod_mirrorlist shows.
 */
#include <stdlib.h>
#include <string.h>

#include "httpd.h"

#include "apr_buckets.h"
#include "http_config.h"
#include "http_protocol.h"

#define FLOOR_MAX (1 << 22)

static const char *constant; /* FLOOR_MAX bytes, of the server's start */

static int answer_floor(request_rec *r)
{
    const char *wish = r->args ? strstr(r->args, "floor=") : NULL;
    apr_bucket_brigade *brigade;
    apr_size_t len;

    if (!r->handler || strcmp(r->handler, "floor") || !wish) {
        return DECLINED;
    }
    len = strtoul(wish + sizeof("floor=") - 1, NULL, 10);
    if (len > FLOOR_MAX) {
        return HTTP_BAD_REQUEST;
    }
    ap_set_content_type(r, "application/metalink+xml");
    apr_table_setn(r->headers_out, "Cache-Control", "private, no-store");
    ap_set_content_length(r, (apr_off_t)len);
    brigade = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    APR_BRIGADE_INSERT_TAIL(
        brigade,
        apr_bucket_immortal_create(constant, len, r->connection->bucket_alloc));
    APR_BRIGADE_INSERT_TAIL(brigade,
                            apr_bucket_eos_create(r->connection->bucket_alloc));
    return ap_pass_brigade(r->output_filters, brigade) == APR_SUCCESS
               ? OK
               : HTTP_INTERNAL_SERVER_ERROR;
}

static int fill_constant(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                         server_rec *server)
{
    char *bytes = apr_palloc(pconf, FLOOR_MAX);

    memset(bytes, '#', FLOOR_MAX);
    constant = bytes;
    return OK;
}

static void register_hooks(apr_pool_t *pool)
{
    ap_hook_post_config(fill_constant, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_handler(answer_floor, NULL, NULL, APR_HOOK_MIDDLE);
}

module AP_MODULE_DECLARE_DATA floor_module = {
    STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, register_hooks, 0};
