/* SPDX-License-Identifier: Apache-2.0
 *
 * The endpoints, by the end of a path.
 */
#include "ml_request.h"

#include <string.h>

static int ends_in(const char *text, const char *end)
{
    apr_size_t text_len = strlen(text), end_len = strlen(end);

    return text_len >= end_len && !strcmp(text + text_len - end_len, end);
}

ml_endpoint_e ml_request_endpoint(const char *path)
{
    return ends_in(path, "/mirrorlist") ? ML_ENDPOINT_MIRRORLIST
           : ends_in(path, "/metalink") ? ML_ENDPOINT_METALINK
                                        : ML_ENDPOINT_NONE;
}
