/* SPDX-License-Identifier: BSD-3-Clause */
/* From a packet to a flow that has a verdict. */
#include "pipeline/tenant/flow_judge.h"

#include "pipeline/explain.h"
#include "pipeline/flow/flow_track.h"
#include "pipeline/tenant/flow_open.h"
#include "pipeline/tenant/flow_pass.h"
#include "pipeline/tenant/tenant_judge.h"

/* What has no flow: limits and `frozen` of the tenant that it is from hold all the same. */
static enum fate
flowless_pass(struct tenancy *t, const struct packet *p, uint16_t payer, uint32_t bytes)
{
	uint16_t level;
	enum fate fate = tenant_frozen(t->books.set, p->from, &level);

	if (fate != FATE_NONE)
		fate = tenant_refusal_count(&t->books, payer, level, fate);
	if (fate == FATE_NONE)
		fate = tenant_charge(&t->books, payer, bytes);
	if (fate == FATE_NONE) {
		counter_add(&t->books.accounts[payer].packets[0], 1);
		counter_add(&t->books.accounts[payer].bytes[0], bytes);
	}
	return fate;
}

/* An error or a fragment that belongs to nothing known: dropped, or, where that is only audited, let pass. */
static enum fate
stray_pass(
	struct tenancy *t, const struct packet *p, uint16_t payer, uint32_t bytes, enum fate reason
)
{
	enum fate fate = tenant_refusal_count(&t->books, payer, payer, reason);

	return fate == FATE_NONE ? flowless_pass(t, p, payer, bytes) : fate;
}

/* Moves the flow to the account of another tenant, where that one's limits allow it. */
static enum fate
flow_payer_change(
	struct tenancy *t, struct flow_table *table, struct flow *f, const struct packet *p
)
{
	uint16_t old = flow_payer(f), payer = tenant_payer(p->from, p->to);
	enum fate fate = FATE_NONE;

	if (payer != old) {
		fate = flow_admit(t, p, payer);
		if (fate != FATE_NONE)
			return fate;
		tenant_flow_close(&t->books, old);
		flow_table_owner_change(table, f, old, payer);
	}
	f->from = p->from;
	f->to = p->to;
	return FATE_NONE;
}

static void
flow_verdict_set(struct tenancy *t, struct flow *f, const struct judgement *j)
{
	f->verdict = (uint8_t)j->reason;
	f->flags &= (uint8_t)~FLOW_AUDITED;
	if (j->audited)
		f->flags |= FLOW_AUDITED;
	f->generation = t->books.set->generation;
	if (unlikely(t->explain != NULL)) {
		t->explain->flow = EXPLAIN_FLOW_JUDGED_AGAIN;
	}
}

/*
 * The tenants have changed since the flow was judged. It is judged as its initiator began it, whoever speaks now. Returns
 * false where the flow has ended: one of its tenants is gone, or the one that would pay for it now does not admit it.
 */
static bool
flow_judge_again(
	struct tenancy *t,
	struct flow *f,
	const struct flow_candidate *c,
	bool from_initiator,
	enum fate *fate
)
{
	const struct tenant *tenants = t->books.set->tenants;
	uint16_t in = c->m->port, out = t->forward_to[c->m->port];
	struct policy_packet policy;
	struct flow_tuple tuple;
	struct judgement j;

	*fate = FATE_NONE;
	flow_key_read(f->key, c->p->kind, (f->flags & FLOW_INITIATOR_HIGH) != 0, &tuple);
	tenancy_parties(
		t,
		&tuple,
		c->p,
		from_initiator ? in : out,
		from_initiator ? out : in,
		&c->p->from,
		&c->p->to
	);
	tenant_account_renew(&t->books, tenant_payer(c->p->from, c->p->to));
	if (tenants[f->from].used && tenants[f->to].used)
		*fate = flow_payer_change(t, c->table, f, c->p);
	if (!tenants[f->from].used || !tenants[f->to].used || *fate != FATE_NONE) {
		tenancy_flow_end(t, c->table, f, TENANT_FLOW_REMOVED);
		return false;
	}
	policy = policy_packet_of(&tuple);
	j = tenant_judge(t, f->from, f->to, &policy);
	flow_verdict_set(t, f, &j);
	return true;
}

/* The packet's flow as it is now, fit to be used; NULL where it has none. */
static struct flow *
flow_renew(
	struct tenancy *t, const struct flow_candidate *c, bool quoting, bool *initiator, enum fate *fate
)
{
	struct flow *f = flow_table_find(c->table, &c->key, c->hash);

	*fate = FATE_NONE;
	if (f == NULL)
		return NULL;
	if (!quoting && flow_is_reopened(f, c->p)) {
		tenancy_flow_end(t, c->table, f, TENANT_FLOW_REOPENED);
		return NULL;
	}
	*initiator = (c->src_high == ((f->flags & FLOW_INITIATOR_HIGH) != 0)) != quoting;
	if (f->generation != t->books.set->generation &&
	    !flow_judge_again(t, f, c, *initiator, fate))
		return NULL;
	return f;
}

/* `*flow`: as it was found when the burst began; the tenants of a packet without one are known since then. */
static enum fate
candidate_judge(struct tenancy *t, struct flow_candidate *c, bool quoting, struct flow **flow)
{
	bool parties_known = *flow == NULL;
	uint16_t payer;
	bool initiator;
	enum fate fate;

	c->src_high = flow_key_make(&c->tuple, &c->key);
	c->table = tenancy_flows(t, c->p->kind);
	c->hash = flow_table_hash(c->table, &c->key);
	*flow = flow_renew(t, c, quoting, &initiator, &fate);
	if (fate != FATE_NONE)
		return fate;
	if (*flow != NULL) {
		c->p->from = (*flow)->from;
		c->p->to = (*flow)->to;
		return flow_pass(t, *flow, c->p, c->bytes, c->zone, initiator, quoting);
	}
	if (!parties_known)
		tenancy_packet_parties(t, c->m, c->p);
	payer = tenant_payer(c->p->from, c->p->to);
	tenant_account_renew(&t->books, payer);
	if (quoting)
		return stray_pass(t, c->p, payer, c->bytes, FATE_FLOW_UNKNOWN);
	if (c->p->flags & PACKET_LATER_FRAGMENT)
		return stray_pass(t, c->p, payer, c->bytes, FATE_FRAG_BEFORE_FIRST);
	return flow_open(t, c, flow);
}

enum fate
packet_judge(
	struct tenancy *t, const struct rte_mbuf *m, struct packet *p, struct flow **flow
)
{
	struct flow_candidate c = {
		.m = m,
		.p = p,
		.bytes = rte_pktmbuf_pkt_len(m),
		.zone = flow_zone(t->link_of[m->port], p),
	};
	enum flow_subject subject =
		flow_subject_find(t->fragments, t->tick, c.zone, m, p, &c.tuple);
	uint16_t payer;

	if (subject == FLOW_SUBJECT_OWN || subject == FLOW_SUBJECT_QUOTED)
		return candidate_judge(t, &c, subject == FLOW_SUBJECT_QUOTED, flow);
	payer = tenant_payer(p->from, p->to);
	tenant_account_renew(&t->books, payer);
	if (subject == FLOW_SUBJECT_NONE)
		return flowless_pass(t, p, payer, c.bytes);
	if (subject == FLOW_SUBJECT_UNKNOWN)
		return stray_pass(t, p, payer, c.bytes, FATE_FLOW_UNKNOWN);
	return stray_pass(t, p, payer, c.bytes, FATE_FRAG_BEFORE_FIRST);
}
