/* SPDX-License-Identifier: Apache-2.0
 *
 * The file of captive hosts.
 */
#ifndef CAPTIVE_H
#define CAPTIVE_H

#include "input.h"
#include "model.h"
#include "report.h"

/* Marks the hosts that the file names, one a line.  After all hosts are known.
 * A name that is no host's is a warning.  NULL, or a sentence in the model's
 * pool. */
const char *captive_read(model_t *model, const input_t *input,
                         report_t *report);

#endif
