/* SPDX-License-Identifier: Apache-2.0
 *
 * MirrorManager2's schema: reads its tables into the model.
 */
#ifndef MM2_H
#define MM2_H

#include "db.h"
#include "model.h"
#include "netblock.h"
#include "report.h"

/* Reads every table that a cache needs.  Rows that cannot be used are
 * reported and left out.  NULL, or a sentence in the model's pool. */
const char *mm2_read(model_t *model, db_t *db, netblocks_t *netblocks,
                     report_t *report);

#endif
