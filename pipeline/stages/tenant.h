/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * tenant: whose packets these are. Only those are looked up that have no flow: a flow knows its tenants.
 */
#ifndef PIPELINE_STAGES_TENANT_H
#define PIPELINE_STAGES_TENANT_H

#include "pipeline/burst.h"
#include "pipeline/worker.h"

/* Fills `from` and `to` of packets without a flow. */
void tenant_stage(struct worker *w, struct burst *b);

#endif
