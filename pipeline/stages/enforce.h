/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * enforce: policy, limits and the state of flows. The only stage that joins flows and policy.
 *
 * A packet of a flow that was judged under the tenants in force is charged and let pass by the flow's verdict. Every
 * other packet is judged: its flow again where the tenants have changed, else a new flow is opened if rules and limits of
 * both sides and of all levels allow it. What a refused packet comes to is its fate; an audited refusal passes, counted.
 */
#ifndef PIPELINE_STAGES_ENFORCE_H
#define PIPELINE_STAGES_ENFORCE_H

#include "pipeline/burst.h"
#include "pipeline/worker.h"

void enforce_stage(struct worker *w, struct burst *b);

#endif
