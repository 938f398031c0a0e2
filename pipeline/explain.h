/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the stages consulted for one packet: filled by them where a worker has one, which only --explain gives it.
 */
#ifndef PIPELINE_EXPLAIN_H
#define PIPELINE_EXPLAIN_H

#include "pipeline/policy/rule_list.h"
#include "pipeline/tenant/tenant.h"

#include <stdbool.h>
#include <stdint.h>

enum { EXPLAIN_RULES_MAX = 2 * (TENANT_DEPTH_MAX + 1) };

/* A rule list that was asked. */
struct explain_rules {
	uint16_t slot; /* whose */
	bool ingress; /* else egress */
	int rule; /* index, or RULE_DEFAULT */
	enum rule_action action;
};

enum explain_flow {
	EXPLAIN_FLOW_NONE, /* the packet belongs to none, or none was made */
	EXPLAIN_FLOW_FOUND,
	EXPLAIN_FLOW_MADE,
	EXPLAIN_FLOW_JUDGED_AGAIN, /* found, and the policy is a newer one */
};

struct explain {
	enum explain_flow flow;
	uint16_t level; /* the tenant that refused, or TENANT_NONE */
	bool audited; /* it would have, and is in audit mode */
	unsigned n_rules;
	struct explain_rules rules[EXPLAIN_RULES_MAX];
};

#endif
