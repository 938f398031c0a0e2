/* SPDX-License-Identifier: BSD-3-Clause */
/* A walk that a reload lengthens and never takes back: ten reloads a second do not keep it from coming round. */
#include "pipeline/tenant/flow_retire.h"

#include "pipeline/tenant/tenancy.h"

/* For one turn: about a microsecond, where there is anything to do at all. */
enum {
	OWNED_BUDGET = 16, /* flows ended */
	SLOTS_BUDGET = 128, /* of tenants that are gone: most have no flow */
	PLACES_BUDGET = 64, /* of a table, in the order of memory */
	PLACES_OF_AN_END = 4, /* what ending a flow costs of these */
};

/* How many flows of the owner were ended; fewer than `budget` means that none is left. */
static unsigned
owner_retire(struct tenancy *t, struct flow_table *table, uint16_t slot, unsigned budget)
{
	unsigned n = 0;
	struct flow *f;

	while (n < budget && (f = flow_table_owner_first(table, slot)) != NULL) {
		tenancy_flow_end(t, table, f, TENANT_FLOW_REMOVED);
		n++;
	}
	return n;
}

static void
owned_retire(struct tenancy *t)
{
	const struct tenant_set *set = t->books.set;
	unsigned budget = OWNED_BUDGET;
	unsigned end = RTE_MIN(t->retire.removed + SLOTS_BUDGET, set->n_removed);

	while (t->retire.removed < end) {
		uint16_t slot = set->removed[t->retire.removed];

		budget -= owner_retire(t, t->flows4, slot, budget);
		budget -= owner_retire(t, t->flows6, slot, budget);
		if (budget == 0)
			return;
		t->retire.removed++;
	}
}

static bool
flow_is_gone(const struct tenant_set *set, const struct flow *f)
{
	return !set->tenants[f->from].used || !set->tenants[f->to].used;
}

/* `i`: of `place` and `left`. */
static void
table_retire(struct tenancy *t, struct flow_table *table, unsigned i)
{
	struct flow_retire *r = &t->retire;
	unsigned budget = PLACES_BUDGET;

	while (r->left[i] > 0 && budget > 0) {
		struct flow *f = flow_table_at(table, r->place[i]);

		r->left[i]--;
		budget--;
		if (++r->place[i] == flow_table_capacity(table))
			r->place[i] = 0;
		if (f == NULL || !flow_is_gone(t->books.set, f))
			continue;
		tenancy_flow_end(t, table, f, TENANT_FLOW_REMOVED);
		budget -= RTE_MIN(budget, (unsigned)PLACES_OF_AN_END);
	}
}

void
flow_retire(struct tenancy *t)
{
	const struct tenant_set *set = t->books.set;
	struct flow_retire *r = &t->retire;

	if (r->generation != set->generation) {
		r->generation = set->generation;
		r->removed = 0;
		if (set->n_removed > 0) {
			r->left[0] = flow_table_capacity(t->flows4);
			r->left[1] = flow_table_capacity(t->flows6);
		}
	}
	owned_retire(t);
	table_retire(t, t->flows4, 0);
	table_retire(t, t->flows6, 1);
}
