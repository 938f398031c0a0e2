/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * May the initiator of a flow speak to the responder? The egress lists of its tenant and of all above it, and the ingress
 * lists of the responder's and of all above that, must all allow it, and none of them may be frozen.
 */
#ifndef PIPELINE_TENANT_TENANT_JUDGE_H
#define PIPELINE_TENANT_TENANT_JUDGE_H

#include "pipeline/policy/rule.h"
#include "pipeline/tenant/tenancy.h"

struct judgement {
	enum fate reason; /* FATE_NONE: nothing is against it */
	uint16_t level; /* the first tenant that is against it */
	bool audited; /* only tenants in audit mode are */
};

/* Nothing is counted but the hits of the rules. Without a `p` (what is not IP) only the lists' defaults are asked. */
struct judgement
tenant_judge(struct tenancy *t, uint16_t from, uint16_t to, const struct policy_packet *p);

#endif
