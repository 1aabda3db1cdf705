/* SPDX-License-Identifier: Apache-2.0
 *
 * The answer to `redirect`.
 */
#ifndef ML_REDIRECT_H
#define ML_REDIRECT_H

#include "ml_response.h"

void ml_redirect(ml_response_t *response, const ml_decision_t *decision,
                 apr_pool_t *pool);

#endif
