/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Limits at every level of the tree: a packet or a flow passes only if the tenant and all above it let it.
 *
 * For packets a worker takes credit ahead at each level that limits them, 50 us of that level's rate at a time, and spends
 * it without touching anything shared: tenant_credit.h. So the limits hold over all workers, however many tenants share
 * them.
 *
 * A level in audit mode counts what it would have refused and lets it pass, unpaid. Levels in audit mode above it are
 * then not asked: had it been in force, the packet would not have reached them. A packet that another level drops is
 * counted only there.
 *
 * Reasons are fates of FATE_CLASS_TENANT. Refusals are counted in the accounts: `drops` or `audits` of the payer,
 * `refusals` of the level that refused.
 */
#ifndef PIPELINE_TENANT_TENANT_LIMITS_H
#define PIPELINE_TENANT_TENANT_LIMITS_H

#include "pipeline/fate.h"
#include "pipeline/tenant/tenant.h"

#include <rte_branch_prediction.h>

#include <stdbool.h>

/* The slow half of tenant_charge: asks all levels that lack credit for some. */
enum fate tenant_charge_slow(struct tenant_books *books, uint16_t payer, uint32_t bytes);

/* The fast half: pays where every level has credit. Else nothing was taken, and the levels must be asked. */
static inline bool
tenant_account_charge(struct tenant_account *payer, uint32_t bytes)
{
	for (const struct tenant_account *a = payer; a != NULL; a = a->next) {
		if (unlikely(a->packet_credit <= 0 || a->byte_credit < (int64_t)bytes))
			return false;
	}
	for (struct tenant_account *a = payer; a != NULL; a = a->next) {
		a->packet_credit--;
		a->byte_credit -= bytes;
	}
	return true;
}

/*
 * One packet of so many bytes, paid by that tenant. FATE_NONE: it may pass and is paid; it is not counted as passed.
 * Else the reason; then nothing was taken.
 */
static inline enum fate
tenant_charge(struct tenant_books *books, uint16_t payer, uint32_t bytes)
{
	if (likely(tenant_account_charge(&books->accounts[payer], bytes)))
		return FATE_NONE;
	return tenant_charge_slow(books, payer, bytes);
}

/* The packet that was just charged does not pass after all: what it paid is given back. */
void tenant_charge_back(struct tenant_books *books, uint16_t payer, uint32_t bytes);

/*
 * Before a tenant is used under a set of another generation than before: its account, and those above, are made that
 * set's. Credit of limits that are no more is forgotten, and counts of another tenant that had the slot.
 */
void tenant_account_renew(struct tenant_books *books, uint16_t slot);

/*
 * One more flow of that tenant: FATE_NONE, or why not (flows.rate, flows.max); then nothing was taken. On
 * FATE_TENANT_FLOWS_MAX the caller may evict and try again: nothing is counted until tenant_refusal_count. `level` is
 * the slot that refused, which is none in audit mode: what those would have refused has been counted and is opened.
 */
enum fate tenant_flow_open(struct tenant_books *books, uint16_t payer, uint16_t *level);

/*
 * One flow less, of the tenant and all above it. Not counted in `flows_ended`. A tenant that is gone still needs its
 * `parent` in the set.
 */
void tenant_flow_close(struct tenant_books *books, uint16_t payer);

/*
 * FATE_TENANT_FROZEN where the tenant or one above it is frozen, and which, one in force before one in audit mode; else
 * FATE_NONE.
 */
enum fate tenant_frozen(const struct tenant_set *set, uint16_t slot, uint16_t *level);

/*
 * A refusal at `level` of a packet that `payer` pays for. Returns the reason, or FATE_NONE where the level is in audit
 * mode and the packet passes.
 */
enum fate
tenant_refusal_count(struct tenant_books *books, uint16_t payer, uint16_t level, enum fate reason);

#endif
