/* SPDX-License-Identifier: Apache-2.0
 *
 * The fields of a response's header.
 */
#include "ml_response.h"

#include <string.h>

void ml_response_add(ml_response_t *response, const char *name,
                     const char *value)
{
    if (response->field_n < ML_FIELD_MAX) {
        response->fields[response->field_n++] = (ml_field_t){name, value};
    }
}

const char *ml_response_field(const ml_response_t *response, const char *name)
{
    int i;

    for (i = 0; i < response->field_n; i++) {
        if (!strcmp(response->fields[i].name, name)) {
            return response->fields[i].value;
        }
    }
    return NULL;
}
