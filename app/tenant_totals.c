/* SPDX-License-Identifier: BSD-3-Clause */
/* Sums over accounts. */
#include "app/tenant_totals.h"

#include "app/clock.h"
#include "pipeline/counters.h"
#include "pipeline/tenant/tenant_credit.h"
#include "pipeline/tenant/tenant_quota.h"

/* Adds n counters to as many sums. */
static void
counters_sum(uint64_t *sums, const uint64_t *counters, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		sums[i] += counter_read(&counters[i]);
}

static void
account_sum(struct tenant_totals *totals, const struct tenant_account *account)
{
	counters_sum(totals->packets, account->packets, 2);
	counters_sum(totals->bytes, account->bytes, 2);
	counters_sum(&totals->flows_created, &account->flows_created, 1);
	counters_sum(totals->flows_ended, account->flows_ended, TENANT_FLOW_ENDS);
	counters_sum(totals->drops, account->drops, TENANT_REASONS);
	counters_sum(totals->audits, account->audits, TENANT_REASONS);
	counters_sum(totals->refusals, account->refusals, TENANT_REASONS);
}

static void
tenant_sum(const struct tenants *t, uint16_t slot, struct tenant_totals *totals)
{
	uint32_t incarnation = t->set->tenants[slot].incarnation;

	for (unsigned i = 0; i < t->n_workers; i++) {
		const struct tenancy *worker = t->workers[i];
		const struct tenant_account *account = &worker->books.accounts[slot];

		totals->flows += flow_table_owner_flows(worker->flows4, slot);
		totals->flows += flow_table_owner_flows(worker->flows6, slot);
		/* Else the counts are of another tenant, which had the slot before. */
		if (__atomic_load_n(&account->incarnation, __ATOMIC_RELAXED) == incarnation)
			account_sum(totals, account);
	}
}

void
tenant_totals_own(const struct tenants *t, uint16_t slot, struct tenant_totals *totals)
{
	*totals = (struct tenant_totals){0};
	tenant_sum(t, slot, totals);
}

static bool
tenant_is_below(const struct tenant_set *set, uint16_t slot, uint16_t ancestor)
{
	while (slot != ancestor && slot != TENANT_NONE)
		slot = set->tenants[slot].parent;
	return slot == ancestor;
}

void
tenant_totals_subtree(const struct tenants *t, uint16_t slot, struct tenant_totals *totals)
{
	struct tenant_totals own;

	tenant_totals_own(t, slot, &own);
	*totals = own;
	for (uint16_t i = 0; i < t->n_slots; i++) {
		if (i != slot && t->set->tenants[i].used && tenant_is_below(t->set, i, slot))
			tenant_sum(t, i, totals);
	}
	for (unsigned reason = 0; reason < TENANT_REASONS; reason++)
		totals->refusals[reason] = own.refusals[reason];
}

/* What workers have taken of it ahead and not used. Endless credit is that of what is not limited. */
static uint64_t
quota_ahead(const struct tenants *t, uint16_t slot)
{
	bool bytes = t->set->tenants[slot].limits.quota.unit == TENANT_QUOTA_BYTES;
	uint64_t ahead = 0;

	for (unsigned i = 0; i < t->n_workers; i++) {
		const struct tenant_account *a = &t->workers[i]->books.accounts[slot];
		int64_t credit = __atomic_load_n(
			bytes ? &a->byte_credit : &a->packet_credit, __ATOMIC_RELAXED
		);

		if (credit > 0 && credit < TENANT_CREDIT_ENDLESS / 2)
			ahead += (uint64_t)credit;
	}
	return ahead;
}

uint64_t
tenant_totals_quota_left(const struct tenants *t, uint16_t slot)
{
	const struct tenant *tenant = &t->set->tenants[slot];
	uint64_t left;

	left = tenant_quota_left(tenant, &t->usage[slot], clock_unix_ns());
	if (left == UINT64_MAX)
		return left;
	return RTE_MIN(left + quota_ahead(t, slot), tenant->limits.quota.amount);
}
