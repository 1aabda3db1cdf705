/* SPDX-License-Identifier: Apache-2.0
 *
 * The country database, in MaxMind's format: of countries, or of cities.
 */
#ifndef MAXMIND_H
#define MAXMIND_H

#include "input.h"
#include "model.h"
#include "report.h"

/* Walks the whole search tree and adds each network whose record names a
 * country, a continent or a place.  The file's aliases of the IPv4 tree are
 * left out, its ::/96 is IPv4.  A file that is damaged, or that names no
 * country, says nothing (input.h).  NULL, or a sentence in the model's pool. */
const char *maxmind_read(model_t *model, const input_t *input,
                         report_t *report);

#endif
