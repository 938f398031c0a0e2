/* SPDX-License-Identifier: BSD-3-Clause */
/* The warm path; pipeline/tenant/flow_judge.c has the rest. */
#include "pipeline/stages/enforce.h"

#include "pipeline/explain.h"
#include "pipeline/flow/flow_track.h"
#include "pipeline/tenant/flow_judge.h"
#include "pipeline/tenant/flow_pass.h"

#include <rte_branch_prediction.h>

/* May the packet go by what its flow was found to be when the burst began? */
static bool
flow_is_in_force(const struct tenancy *t, const struct flow *f, const struct packet *p)
{
	/* A SYN may begin a new connection on the endpoints of an old one. */
	return f != NULL && f->generation == t->books.set->generation &&
	       (p->tcp_flags & TCP_SYN) == 0;
}

static enum fate
warm_pass(struct tenancy *t, struct burst *b, uint32_t i)
{
	const struct flow_lookup *l = &t->lookup;
	const struct rte_mbuf *m = b->mbufs[i];
	const struct packet *p = &b->packets[i];
	struct flow *f = b->flows[i];
	bool quoting = (l->quoting >> i & 1) != 0;
	bool src_high = (l->src_high >> i & 1) != 0;
	bool initiator = src_high == ((f->flags & FLOW_INITIATOR_HIGH) != 0);

	return flow_pass(
		t,
		f,
		p,
		rte_pktmbuf_pkt_len(m),
		flow_zone(t->link_of[m->port], p),
		initiator != quoting, /* an error goes the other way than what it quotes */
		quoting
	);
}

/* What passes only because somebody is in audit mode is sampled; --explain wants to know who is against it. */
static void
refusal_note(struct tenancy *t, const struct packet *p)
{
	struct tenant_books *books = &t->books;

	if (books->audited != FATE_NONE)
		audit_note(&t->audit, p, books->refused_at, books->audited, books->now_ns);
	if (t->explain != NULL) {
		t->explain->level = books->refused_at;
		t->explain->audited = books->audited != FATE_NONE;
	}
	books->audited = FATE_NONE;
	books->refused_at = TENANT_NONE;
}

void
enforce_stage(struct worker *w, struct burst *b)
{
	struct tenancy *t = w->tenancy;
	bool sure = true; /* no flow has been removed since they were found */

	for (uint32_t i = 0; i < b->n; i++) {
		struct packet *p = &b->packets[i];
		enum fate fate;

		if (p->fate != FATE_NONE)
			continue;
		if (likely(sure && flow_is_in_force(t, b->flows[i], p))) {
			fate = warm_pass(t, b, i);
		} else {
			fate = packet_judge(t, b->mbufs[i], p, &b->flows[i]);
			sure = t->lookup.removals == tenancy_removals(t);
		}
		p->fate = (uint8_t)fate;
		if (unlikely(t->books.refused_at != TENANT_NONE))
			refusal_note(t, p);
	}
}
