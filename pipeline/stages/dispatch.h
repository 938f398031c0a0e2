/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * dispatch: the only place that acts on fates. Undecided packets are decided by the forwarding pairs, then the burst is
 * scattered once: to the outlets of its output ports, or back to the pool, counted.
 */
#ifndef PIPELINE_STAGES_DISPATCH_H
#define PIPELINE_STAGES_DISPATCH_H

#include "pipeline/burst.h"
#include "pipeline/worker.h"

/* The burst owns no mbuf afterwards. FATE_FORWARD and FATE_TO_KERNEL are counted later, when the port has taken the packet. */
void dispatch_stage(struct worker *w, struct burst *b);

#endif
