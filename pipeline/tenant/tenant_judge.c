/* SPDX-License-Identifier: BSD-3-Clause */
/* Two walks up the tree. */
#include "pipeline/tenant/tenant_judge.h"

#include "pipeline/explain.h"

#include <rte_branch_prediction.h>

static void
consulted_note(
	struct explain *explain, uint16_t slot, bool ingress, int rule, enum rule_action action
)
{
	if (explain->n_rules < EXPLAIN_RULES_MAX)
		explain->rules[explain->n_rules++] = (struct explain_rules
		){.slot = slot, .ingress = ingress, .rule = rule, .action = action};
}

/* What one tenant has against it. */
static enum fate
level_reason(struct tenancy *t, uint16_t slot, bool ingress, const struct policy_packet *p)
{
	const struct tenant *tenant = &t->books.set->tenants[slot];
	const struct rule_list *list = ingress ? tenant->ingress : tenant->egress;
	enum rule_action action;
	int rule = RULE_DEFAULT;

	if (tenant->frozen)
		return FATE_TENANT_FROZEN;
	if (list == NULL)
		return FATE_NONE;
	if (p != NULL)
		rule = rule_list_eval(list, p, t->worker, &action);
	else
		action = rule_list_default(list);
	if (unlikely(t->explain != NULL))
		consulted_note(t->explain, slot, ingress, rule, action);
	if (action == RULE_ALLOW)
		return FATE_NONE;
	return action == RULE_DENY ? FATE_POLICY_DENIED : FATE_POLICY_REJECTED;
}

/* Returns whether the walk met a refusal that is enforced. */
static bool
side_judge(
	struct tenancy *t,
	uint16_t slot,
	bool ingress,
	const struct policy_packet *p,
	struct judgement *j
)
{
	for (; slot != TENANT_NONE; slot = t->books.set->tenants[slot].parent) {
		enum fate reason = level_reason(t, slot, ingress, p);
		bool audit = t->books.set->tenants[slot].audit;

		if (reason == FATE_NONE || (audit && j->reason != FATE_NONE))
			continue;
		*j = (struct judgement){.reason = reason, .level = slot, .audited = audit};
		if (!audit)
			return true;
	}
	return false;
}

struct judgement
tenant_judge(struct tenancy *t, uint16_t from, uint16_t to, const struct policy_packet *p)
{
	struct judgement j = {.reason = FATE_NONE, .level = TENANT_NONE};

	if (!side_judge(t, from, false, p, &j))
		(void)side_judge(t, to, true, p, &j); /* `j` says it */
	return j;
}
