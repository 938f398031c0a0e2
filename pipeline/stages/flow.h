/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * flow: finds the flow of every packet of a burst, all at once so that the memory's delays overlap. Nothing is made and
 * nothing judged here.
 */
#ifndef PIPELINE_STAGES_FLOW_H
#define PIPELINE_STAGES_FLOW_H

#include "pipeline/burst.h"
#include "pipeline/worker.h"

/* Fills b->flows and the worker's lookup. */
void flow_stage(struct worker *w, struct burst *b);

#endif
