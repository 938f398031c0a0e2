/* SPDX-License-Identifier: BSD-3-Clause */
/* The warm path; pipeline/tenant/flow_judge.c has the rest. */
#include "pipeline/stages/enforce.h"

#include "pipeline/explain.h"
#include "pipeline/flow/flow_track.h"
#include "pipeline/tenant/flow_judge.h"
#include "pipeline/tenant/flow_pass.h"

#include <rte_branch_prediction.h>
#include <rte_prefetch.h>

enum { PREFETCH_AHEAD = 4 };

/* What the loop needs of the tenancy, in registers: nothing of it changes during a burst. */
struct view {
	uint32_t generation;
	struct tenant_account *accounts;
	uint64_t src_high, quoting;
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

static inline enum fate
warm_pass(struct tenancy *t, const struct view *v, const struct burst *b, uint32_t i)
{
	struct flow *f = b->flows[i];
	bool src_high = (v->src_high >> i & 1) != 0;
	bool from_initiator = src_high == ((f->flags & FLOW_INITIATOR_HIGH) != 0);
	struct tenant_account *account = &v->accounts[flow_payer(f)];

	return flow_pass(t, account, f, b->mbufs[i], &b->packets[i], from_initiator);
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

/* The accounts of a thousand tenants are beyond the first cache: 20 % of this stage. */
static inline void
account_prefetch(const struct view *v, const struct burst *b, uint32_t i)
{
	if (i < b->n && b->flows[i] != NULL)
		rte_prefetch0(&v->accounts[flow_payer(b->flows[i])]);
}

void
enforce_stage(struct worker *w, struct burst *b)
{
	struct tenancy *t = w->tenancy;
	const struct view v = {
		.generation = t->books.set->generation,
		.accounts = t->books.accounts,
		.src_high = t->lookup.src_high,
		.quoting = t->lookup.quoting,
	};
	bool sure = true; /* no flow has been removed since they were found */

	for (uint32_t i = 0; i < b->n; i++) {
		struct packet *p = &b->packets[i];
		enum fate fate;

		account_prefetch(&v, b, i + PREFETCH_AHEAD);
		if (p->fate != FATE_NONE)
			continue;
		if (likely(sure && flow_is_in_force(&v, b, i))) {
			fate = warm_pass(t, &v, b, i);
		} else {
			fate = packet_judge(t, b->mbufs[i], p, &b->flows[i]);
			sure = t->lookup.removals == tenancy_removals(t);
		}
		p->fate = (uint8_t)fate;
		if (unlikely(t->books.refused_at != TENANT_NONE))
			refusal_note(t, p, b->flows[i]);
	}
}
