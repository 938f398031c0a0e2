/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * dispatch: the only place that acts on fates. Undecided packets are decided by the forwarding pairs, then the burst is
 * scattered once: to the outlets of its output ports, or back to the pool, counted.
 */
#ifndef PIPELINE_STAGES_DISPATCH_H
#define PIPELINE_STAGES_DISPATCH_H

#include "pipeline/burst.h"
#include "pipeline/worker.h"

/* What becomes of a packet that came in by that port, when the stages before are through with it. */
enum fate packet_fate(const struct worker *w, uint16_t port, const struct packet *p);

/* The burst owns no mbuf afterwards. FATE_FORWARD, FATE_TO_KERNEL and the answers to
 * rejected packets are counted later, when the port has taken the packet. */
void dispatch_stage(struct worker *w, struct burst *b);

#endif
