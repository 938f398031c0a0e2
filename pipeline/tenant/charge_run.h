/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Packets in a row whose payers have the same levels above them, as most of a burst: what those levels pay is kept in
 * registers, and taken from their accounts at the end of the row. Packet by packet each charge of a common parent would
 * wait for the one before, which has just been stored.
 *
 * Until charge_run_end the accounts above the payers are behind: nothing else may look at any account before.
 */
#ifndef PIPELINE_TENANT_CHARGE_RUN_H
#define PIPELINE_TENANT_CHARGE_RUN_H

#include "pipeline/tenant/tenant.h"

#include <rte_branch_prediction.h>
#include <rte_common.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct charge_run {
	struct tenant_account *above; /* the lowest of the common levels; NULL: there is none */
	int64_t packets, bytes; /* what all of them still have */
	int64_t packets_first, bytes_first; /* what they had when it began */
};

static inline struct charge_run
charge_run_begin(struct tenant_account *above)
{
	struct charge_run run = {.above = above, .packets = INT64_MAX, .bytes = INT64_MAX};

	for (const struct tenant_account *a = above; a != NULL; a = a->next) {
		run.packets = RTE_MIN(run.packets, a->packet_credit);
		run.bytes = RTE_MIN(run.bytes, a->byte_credit);
	}
	run.packets_first = run.packets;
	run.bytes_first = run.bytes;
	return run;
}

/* The accounts are what they are again. May be called twice. */
static inline void
charge_run_end(struct charge_run *run)
{
	for (struct tenant_account *a = run->above; a != NULL; a = a->next) {
		a->packet_credit -= run->packets_first - run->packets;
		a->byte_credit -= run->bytes_first - run->bytes;
	}
	run->packets_first = run->packets;
	run->bytes_first = run->bytes;
}

/* True: all levels have paid for a packet of so many bytes. False: one has no credit, and none has paid. */
static inline bool
charge_run_pay(struct charge_run *run, struct tenant_account *payer, uint32_t bytes)
{
	/* A payer that is one of the levels above has another one above it. */
	if (unlikely(payer->next != run->above)) {
		charge_run_end(run);
		*run = charge_run_begin(payer->next);
	}
	if (unlikely(payer->packet_credit <= 0 || payer->byte_credit < (int64_t)bytes))
		return false;
	if (unlikely(run->packets <= 0 || run->bytes < (int64_t)bytes))
		return false;
	payer->packet_credit--;
	payer->byte_credit -= bytes;
	run->packets--;
	run->bytes -= bytes;
	return true;
}

#endif
