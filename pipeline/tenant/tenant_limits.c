/* SPDX-License-Identifier: BSD-3-Clause */
/* The way up the tree: all levels let it pass, or nothing was taken. */
#include "pipeline/tenant/tenant_limits.h"

#include "pipeline/counters.h"
#include "pipeline/tenant/tenant_credit.h"

#include <limits.h>

/* A packet or flow on its way up. */
struct ascent {
	struct tenant_books *books;
	uint16_t payer;
	uint32_t bytes;
	/* The lowest level in audit mode that would have refused it: how far up, which, why. */
	unsigned audited_height;
	uint16_t audited_level;
	enum fate audited_reason; /* FATE_NONE: none would have */
};

static struct ascent
ascent_begin(struct tenant_books *books, uint16_t payer, uint32_t bytes)
{
	return (struct ascent){
		.books = books,
		.payer = payer,
		.bytes = bytes,
		.audited_height = UINT_MAX,
	};
}

static const struct tenant *
level_tenant(const struct ascent *a, uint16_t slot)
{
	return &a->books->set->tenants[slot];
}

/* In audit mode, and at or above the level that would have refused it. */
static bool
level_is_spared(const struct ascent *a, uint16_t slot, unsigned height)
{
	return height >= a->audited_height && level_tenant(a, slot)->audit;
}

/* Does a refusal at that level stop it? Else it is remembered. */
static bool
level_stops(struct ascent *a, uint16_t slot, unsigned height, enum fate reason)
{
	if (!level_tenant(a, slot)->audit)
		return true;
	if (height < a->audited_height) {
		a->audited_height = height;
		a->audited_level = slot;
		a->audited_reason = reason;
	}
	return false;
}

static void
ascent_passed(const struct ascent *a)
{
	if (a->audited_reason != FATE_NONE)
		(void)tenant_refusal_count(/* in audit mode: it passes */
					   a->books,
					   a->payer,
					   a->audited_level,
					   a->audited_reason
		);
}

/* Asks all levels in turn that limit packets. FATE_NONE, or the reason, counted. */
static enum fate
packet_levels_ask(
	struct ascent *a,
	enum fate (*ask)(struct tenant_books *books, uint16_t slot, uint32_t bytes)
)
{
	const struct tenant_account *accounts = a->books->accounts;
	unsigned height = 0;

	for (uint16_t slot = a->payer; slot != TENANT_NONE; slot = accounts[slot].above) {
		enum fate reason = FATE_NONE;

		if (!level_is_spared(a, slot, height))
			reason = ask(a->books, slot, a->bytes);
		if (reason != FATE_NONE && level_stops(a, slot, height, reason))
			return tenant_refusal_count(a->books, a->payer, slot, reason);
		height++;
	}
	return FATE_NONE;
}

static void
packet_levels_trim(struct tenant_books *books, uint16_t payer)
{
	for (uint16_t slot = payer; slot != TENANT_NONE; slot = books->accounts[slot].above)
		tenant_credit_trim(books, slot);
}

static void
packet_levels_spend(const struct ascent *a)
{
	unsigned height = 0;

	for (uint16_t slot = a->payer; slot != TENANT_NONE; height++) {
		struct tenant_account *account = &a->books->accounts[slot];

		if (!level_is_spared(a, slot, height)) {
			account->packet_credit--;
			account->byte_credit -= a->bytes;
		}
		slot = account->above;
	}
}

/*
 * All levels are asked before anything is taken, so that a refusal writes to nothing shared and costs no level below
 * its tokens. Only where another worker was faster in between something must be given back.
 */
enum fate
tenant_charge_slow(struct tenant_books *books, uint16_t payer, uint32_t bytes)
{
	struct ascent a = ascent_begin(books, payer, bytes);
	enum fate fate;

	tenant_account_renew(books, payer);
	fate = packet_levels_ask(&a, tenant_credit_check);
	if (fate != FATE_NONE)
		return fate;
	fate = packet_levels_ask(&a, tenant_credit_take);
	if (fate != FATE_NONE) {
		packet_levels_trim(books, payer);
		return fate;
	}
	packet_levels_spend(&a);
	ascent_passed(&a);
	return FATE_NONE;
}

void
tenant_charge_back(struct tenant_books *books, uint16_t payer, uint32_t bytes)
{
	for (uint16_t slot = payer; slot != TENANT_NONE;) {
		struct tenant_account *account = &books->accounts[slot];

		account->packet_credit++;
		account->byte_credit += bytes;
		/* In audit mode it may not have paid: then it keeps the credit, but the bucket gets nothing. */
		if (!books->set->tenants[slot].audit)
			tenant_credit_trim(books, slot);
		slot = account->above;
	}
}

static void
counts_clear(uint64_t *counts, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		__atomic_store_n(&counts[i], 0, __ATOMIC_RELAXED);
}

static void
account_counts_clear(struct tenant_account *a)
{
	counts_clear(a->packets, RTE_DIM(a->packets));
	counts_clear(a->bytes, RTE_DIM(a->bytes));
	counts_clear(&a->flows_created, 1);
	counts_clear(a->flows_ended, RTE_DIM(a->flows_ended));
	counts_clear(a->drops, RTE_DIM(a->drops));
	counts_clear(a->audits, RTE_DIM(a->audits));
	counts_clear(a->refusals, RTE_DIM(a->refusals));
}

static uint16_t
limited_level_above(const struct tenant_set *set, uint16_t slot)
{
	do
		slot = set->tenants[slot].parent;
	while (slot != TENANT_NONE && !tenant_credit_is_limited(&set->tenants[slot].limits));
	return slot;
}

static void
level_account_renew(struct tenant_books *books, uint16_t slot)
{
	uint32_t incarnation = books->set->tenants[slot].incarnation;
	struct tenant_account *a = &books->accounts[slot];

	if (a->incarnation != incarnation) {
		account_counts_clear(a);
		a->packet_credit = 0;
		a->byte_credit = 0;
		__atomic_store_n(&a->incarnation, incarnation, __ATOMIC_RELEASE);
	}
	a->above = limited_level_above(books->set, slot);
	a->next = a->above != TENANT_NONE ? &books->accounts[a->above] : NULL;
	tenant_credit_renew(books, slot);
	__atomic_store_n(&a->generation, books->set->generation, __ATOMIC_RELAXED);
}

void
tenant_account_renew(struct tenant_books *books, uint16_t slot)
{
	const struct tenant_set *set = books->set;

	/* Where one level has been renewed all above it have. */
	for (; slot != TENANT_NONE; slot = set->tenants[slot].parent) {
		if (likely(books->accounts[slot].generation == set->generation))
			return;
		level_account_renew(books, slot);
	}
}

enum fate
tenant_refusal_count(struct tenant_books *books, uint16_t payer, uint16_t level, enum fate reason)
{
	bool audit = books->set->tenants[level].audit;
	struct tenant_account *account = &books->accounts[payer];
	unsigned i = tenant_reason(reason);

	/* Counts on an account that is still another tenant's would be lost. */
	tenant_account_renew(books, payer);
	tenant_account_renew(books, level);
	counter_add(audit ? &account->audits[i] : &account->drops[i], 1);
	counter_add(&books->accounts[level].refusals[i], 1);
	books->refused_at = level;
	if (audit)
		books->audited = (uint8_t)reason;
	return audit ? FATE_NONE : reason;
}

enum fate
tenant_frozen(const struct tenant_set *set, uint16_t slot, uint16_t *level)
{
	enum fate fate = FATE_NONE;

	for (; slot != TENANT_NONE; slot = set->tenants[slot].parent) {
		const struct tenant *tenant = &set->tenants[slot];

		if (!tenant->frozen || (tenant->audit && fate != FATE_NONE))
			continue;
		*level = slot;
		fate = FATE_TENANT_FROZEN;
		if (!tenant->audit)
			break;
	}
	return fate;
}

/* Flows. The rate is asked first: a flow that is beyond it must not have another one evicted. */
static enum fate
flow_rate_check(struct ascent *a, uint16_t *level)
{
	unsigned height = 0;

	for (uint16_t slot = a->payer; slot != TENANT_NONE; height++) {
		const struct tenant *tenant = level_tenant(a, slot);

		if (tenant->limits.flows.per_second != 0 && !level_is_spared(a, slot, height) &&
		    !meter_is_open(&a->books->usage[slot].flow_meter, a->books->now_ns) &&
		    level_stops(a, slot, height, FATE_TENANT_FLOWS_RATE)) {
			*level = slot;
			return FATE_TENANT_FLOWS_RATE;
		}
		slot = tenant->parent;
	}
	return FATE_NONE;
}

/* Counts a flow at one level, unless it would be beyond `max`. */
static bool
flow_count_below(struct tenant_usage *usage, uint64_t max)
{
	uint64_t flows = __atomic_load_n(&usage->flows, __ATOMIC_RELAXED);

	do {
		if (flows >= max)
			return false;
	} while (!__atomic_compare_exchange_n(
		&usage->flows, &flows, flows + 1, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED
	));
	return true;
}

/* One flow less at the levels from `slot` up to, not including, `end`. */
static void
flow_levels_uncount(struct tenant_books *books, uint16_t slot, uint16_t end)
{
	for (; slot != end; slot = books->set->tenants[slot].parent)
		__atomic_fetch_sub(&books->usage[slot].flows, 1, __ATOMIC_RELAXED);
}

/* Levels in audit mode count it whatever their maximum says: it will be there, and closed there. */
static enum fate
flow_levels_count(struct ascent *a, uint16_t *level)
{
	unsigned height = 0;

	for (uint16_t slot = a->payer; slot != TENANT_NONE; height++) {
		struct tenant_usage *usage = &a->books->usage[slot];
		const struct tenant *tenant = level_tenant(a, slot);
		bool spared = level_is_spared(a, slot, height);

		if (!flow_count_below(usage, spared ? UINT64_MAX : tenant->limits.flows_max)) {
			if (level_stops(a, slot, height, FATE_TENANT_FLOWS_MAX)) {
				flow_levels_uncount(a->books, a->payer, slot);
				*level = slot;
				return FATE_TENANT_FLOWS_MAX;
			}
			(void)flow_count_below(usage, UINT64_MAX); /* always true */
		}
		slot = tenant->parent;
	}
	return FATE_NONE;
}

static void
flow_rate_give(const struct ascent *a, uint16_t end)
{
	for (uint16_t slot = a->payer; slot != end; slot = level_tenant(a, slot)->parent) {
		const struct meter_rate *rate = &level_tenant(a, slot)->limits.flows;

		/* In audit mode it may not have paid. */
		if (rate->per_second != 0 && !level_tenant(a, slot)->audit)
			meter_give(&a->books->usage[slot].flow_meter, rate, 1);
	}
}

/* Other workers may have been faster since flow_rate_check. */
static enum fate
flow_rate_take(struct ascent *a, uint16_t *level)
{
	unsigned height = 0;

	for (uint16_t slot = a->payer; slot != TENANT_NONE; height++) {
		const struct tenant *tenant = level_tenant(a, slot);
		const struct meter_rate *rate = &tenant->limits.flows;

		if (rate->per_second != 0 && !level_is_spared(a, slot, height) &&
		    !meter_take(&a->books->usage[slot].flow_meter, rate, a->books->now_ns, 1) &&
		    level_stops(a, slot, height, FATE_TENANT_FLOWS_RATE)) {
			flow_rate_give(a, slot);
			*level = slot;
			return FATE_TENANT_FLOWS_RATE;
		}
		slot = tenant->parent;
	}
	return FATE_NONE;
}

static void
flow_peak_raise(struct tenant_usage *usage)
{
	uint64_t flows = __atomic_load_n(&usage->flows, __ATOMIC_RELAXED);
	uint64_t peak = __atomic_load_n(&usage->flows_peak, __ATOMIC_RELAXED);

	while (flows > peak &&
	       !__atomic_compare_exchange_n(
		       &usage->flows_peak, &peak, flows, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED
	       ))
		;
}

enum fate
tenant_flow_open(struct tenant_books *books, uint16_t payer, uint16_t *level)
{
	struct ascent a = ascent_begin(books, payer, 0);
	enum fate fate = flow_rate_check(&a, level);

	if (fate == FATE_NONE)
		fate = flow_levels_count(&a, level);
	if (fate != FATE_NONE)
		return fate;
	fate = flow_rate_take(&a, level);
	if (fate != FATE_NONE) {
		flow_levels_uncount(books, payer, TENANT_NONE);
		return fate;
	}
	for (uint16_t slot = payer; slot != TENANT_NONE; slot = books->set->tenants[slot].parent)
		flow_peak_raise(&books->usage[slot]);
	ascent_passed(&a);
	return FATE_NONE;
}

void
tenant_flow_close(struct tenant_books *books, uint16_t payer)
{
	flow_levels_uncount(books, payer, TENANT_NONE);
}
