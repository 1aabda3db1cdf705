/* SPDX-License-Identifier: Apache-2.0
 *
 * From a question to its explanation.
 */
#include "ml_explain.h"

void ml_explain(ml_explanation_t *e, const ml_cache_t *cache,
                const ml_request_t *request, const char *target,
                const char *name, apr_pool_t *pool)
{
    memset(e, 0, sizeof(*e));
    e->target = target;
    e->name = name;
    ml_decide(&e->d, cache, request, pool);
    ml_write(&e->response, &e->d, pool);
    if (!e->d.lookup.refusal) {
        e->tails = ml_render_tails(&e->d.lookup, 0, "", pool);
        ml_explain_hosts(e, pool);
    }
}
