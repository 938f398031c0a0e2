/* SPDX-License-Identifier: BSD-3-Clause */
/* decode: packets that came on a feed's line are taken apart into messages, which are counted by type and reason. */
#ifndef PIPELINE_STAGES_DECODE_H
#define PIPELINE_STAGES_DECODE_H

#include "pipeline/burst.h"
#include "pipeline/worker.h"

void decode_stage(struct worker *w, struct burst *b);

#endif
