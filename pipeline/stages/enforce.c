/* SPDX-License-Identifier: BSD-3-Clause */
/* The warm path; pipeline/tenant/flow_judge.c has the rest. */
#include "pipeline/stages/enforce.h"

#include "pipeline/explain.h"
#include "pipeline/flow/flow_track.h"
#include "pipeline/tenant/charge_run.h"
#include "pipeline/tenant/flow_judge.h"
#include "pipeline/tenant/flow_pass.h"

#include <rte_branch_prediction.h>
#include <rte_prefetch.h>

enum { PREFETCH_AHEAD = 4 };

/* What the loop needs of the tenancy, in registers: nothing of it changes during a burst. */
struct view {
	uint32_t generation, tick;
	struct tenant_account *accounts;
	uint64_t src_high, quoting, whole;
};

/* May the packet go by what its flow was found to be when the burst began? */
static inline bool
flow_is_in_force(const struct view *v, const struct burst *b, uint32_t i)
{
	const struct flow *f = b->flows[i];

	/* A SYN may begin a new connection on the endpoints of an old one; an error may be somebody else's. */
	return f != NULL && f->generation == v->generation &&
	       (b->packets[i].tcp_flags & TCP_SYN) == 0 && (v->quoting >> i & 1) == 0;
}

static inline bool
packet_is_from_initiator(const struct view *v, const struct flow *f, uint32_t i)
{
	bool src_high = (v->src_high >> i & 1) != 0;

	return src_high == ((f->flags & FLOW_INITIATOR_HIGH) != 0);
}

/*
 * Most packets: the flow lets them pass and stays what it is, and there is credit. False: nothing has been done. A SYN never
 * passes here: of TCP's states only an established connection has packets that change nothing.
 */
static inline bool
plain_pass(struct charge_run *run, const struct view *v, const struct burst *b, uint32_t i)
{
	struct flow *f = b->flows[i];
	uint32_t bytes = rte_pktmbuf_pkt_len(b->mbufs[i]);
	bool from_initiator = packet_is_from_initiator(v, f, i);
	struct tenant_account *account = &v->accounts[flow_payer(f)];

	if (unlikely(f->generation != v->generation || f->verdict != FATE_NONE))
		return false;
	if (unlikely(flow_state_may_change(f, b->packets[i].tcp_flags, from_initiator)))
		return false;
	if (unlikely(!charge_run_pay(run, account, bytes)))
		return false;
	flow_count(account, f, bytes, from_initiator, v->tick);
	return true;
}

/* What passes only because somebody is in audit mode is sampled; --explain wants to know who is against it. */
static void
refusal_note(struct tenancy *t, struct packet *p, const struct flow *f)
{
	struct tenant_books *books = &t->books;

	if (f != NULL) {
		p->from = f->from;
		p->to = f->to;
	}
	if (books->audited != FATE_NONE)
		audit_note(&t->audit, p, books->refused_at, books->audited, books->now_ns);
	if (t->explain != NULL) {
		t->explain->level = books->refused_at;
		t->explain->audited = books->audited != FATE_NONE;
	}
	books->audited = FATE_NONE;
	books->refused_at = TENANT_NONE;
}

/* All others. Returns whether the flows of the burst are still those that were found: `sure` so far. */
static __rte_noinline bool
packet_enforce(struct tenancy *t, const struct view *v, struct burst *b, uint32_t i, bool sure)
{
	struct packet *p = &b->packets[i];
	struct flow *f = b->flows[i];
	enum fate fate;

	if (sure && flow_is_in_force(v, b, i)) {
		bool from_initiator = packet_is_from_initiator(v, f, i);

		fate = flow_pass(t, f, b->mbufs[i], p, from_initiator);
	} else {
		fate = packet_judge(t, b->mbufs[i], p, &b->flows[i]);
		sure = t->lookup.removals == tenancy_removals(t);
	}
	p->fate = (uint8_t)fate;
	if (unlikely(t->books.refused_at != TENANT_NONE))
		refusal_note(t, p, b->flows[i]);
	return sure;
}

/* The accounts of a thousand tenants are beyond the first cache: 20 % of this stage. */
static inline void
account_prefetch(const struct view *v, const struct burst *b, uint32_t i)
{
	if (i < b->n && b->flows[i] != NULL)
		rte_prefetch0(&v->accounts[flow_payer(b->flows[i])]);
}

/*
 * Plain packets from the i-th on. Returns the first one that is none, or the number of packets. Out of line: what all others
 * need would take the registers of this loop.
 */
static __rte_noinline uint32_t
plain_row_pass(const struct view *v, const struct burst *b, uint32_t i)
{
	const struct view view = *v;
	const uint32_t n = b->n;
	struct charge_run run = charge_run_begin(NULL);

	for (; i < n; i++) {
		account_prefetch(&view, b, i + PREFETCH_AHEAD);
		if (unlikely((view.whole >> i & 1) == 0 || !plain_pass(&run, &view, b, i)))
			break;
	}
	charge_run_end(&run);
	return i;
}

void
enforce_stage(struct worker *w, struct burst *b)
{
	struct tenancy *t = w->tenancy;
	const struct view v = {
		.generation = t->books.set->generation,
		.tick = t->tick,
		.accounts = t->books.accounts,
		.src_high = t->lookup.src_high,
		.quoting = t->lookup.quoting,
		.whole = t->lookup.whole,
	};
	bool sure = true; /* no flow has been removed since they were found */

	for (uint32_t i = 0; i < b->n; i++) {
		if (sure)
			i = plain_row_pass(&v, b, i);
		if (i < b->n && b->packets[i].fate == FATE_NONE)
			sure = packet_enforce(t, &v, b, i, sure);
	}
}
