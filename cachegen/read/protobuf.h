/* SPDX-License-Identifier: Apache-2.0
 *
 * MirrorManager's mirrorlist_cache.proto: reads such a file into the model,
 * in place of a database.
 */
#ifndef PROTOBUF_H
#define PROTOBUF_H

#include "model.h"
#include "netblock.h"
#include "report.h"

/* Reads everything that a cache needs and the file says.  Entries that cannot
 * be used are reported and left out.  `time_s`: when the file was made, -1 if
 * it does not say that.  NULL, or a sentence in the model's pool. */
const char *protobuf_read(model_t *model, apr_int64_t *time_s, const char *path,
                          netblocks_t *netblocks, report_t *report);

#endif
