/* SPDX-License-Identifier: Apache-2.0
 *
 * From overlapping networks to disjoint ranges of addresses, each with all
 * that is known of it.
 */
#ifndef RANGES_H
#define RANGES_H

#include "image.h"
#include "model.h"

/* Fills the image's routes, netblocks, asns, v4_* and v6_*.  `country_map`
 * and `host_map` give the image's places for the model's (ML_NONE: a host
 * that is not in the image).  Gives up
 * model->networks and the ranges of model->geo. */
void ranges_compile(image_t *image, model_t *model,
                    const apr_uint32_t *country_map,
                    const apr_uint32_t *host_map);

#endif
