/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * claim: on ports with a kernel interface of leat's making (a TAP), what no claim takes is the kernel's.
 *
 * ARP, neighbour discovery, IGMP, MLD and everything that is not IP always go there, as in the XDP program: the kernel
 * keeps the neighbour tables and memberships of the interface. Malformed packets have their fate already.
 */
#ifndef PIPELINE_STAGES_CLAIM_H
#define PIPELINE_STAGES_CLAIM_H

#include "pipeline/burst.h"
#include "pipeline/worker.h"

void claim_stage(struct worker *w, struct burst *b);

#endif
