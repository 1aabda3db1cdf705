/* SPDX-License-Identifier: Apache-2.0
 *
 * The text files about the world's networks: the routing table and the
 * continents.  A bad line is skipped and reported; a file without a usable one
 * says nothing (input.h).  A file that is not there, and need not be, is not
 * read.
 *
 * The functions return NULL, or a sentence in the model's pool.
 */
#ifndef NETWORK_FILES_H
#define NETWORK_FILES_H

#include "input.h"
#include "model.h"
#include "report.h"

/* global_netblocks.txt: "PREFIX ASN ..." a line.  `flags` of network_parse();
 * only networks of a global routing table are taken. */
const char *network_file_read_asns(model_t *model, const input_t *input,
                                   int flags, report_t *report);

/* country_continent.csv: "CC,CONTINENT" a line, quoted or not, and maybe one
 * header line. */
const char *network_file_read_continents(model_t *model, const input_t *input,
                                         report_t *report);

#endif
