/* SPDX-License-Identifier: BSD-3-Clause */
/* From a packet to a flow that has a verdict. */
#include "pipeline/tenant/flow_judge.h"

#include "pipeline/explain.h"
#include "pipeline/flow/flow_track.h"
#include "pipeline/tenant/flow_open.h"
#include "pipeline/tenant/flow_pass.h"
#include "pipeline/tenant/tenant_judge.h"
#include "pipeline/tenant/tenant_limits.h"

#include <netinet/in.h>
#include <string.h>

/* Of either side. It is one refusal: one in force, or else the first in audit mode. */
static enum fate
sides_frozen(const struct tenant_set *set, const struct packet *p, uint16_t *level)
{
	uint16_t other;
	enum fate fate = tenant_frozen(set, p->from, level);

	if (fate != FATE_NONE && !set->tenants[*level].audit)
		return fate;
	if (tenant_frozen(set, p->to, &other) == FATE_NONE)
		return fate;
	if (fate == FATE_NONE || !set->tenants[other].audit)
		*level = other;
	return FATE_TENANT_FROZEN;
}

/* What has no flow, and may pass: the limits of who pays hold all the same. */
static enum fate
flowless_pay(struct tenancy *t, uint16_t payer, uint32_t bytes)
{
	enum fate fate = tenant_charge(&t->books, payer, bytes);

	if (fate == FATE_NONE) {
		counter_add(&t->books.accounts[payer].packets[0], 1);
		counter_add(&t->books.accounts[payer].bytes[0], bytes);
	}
	return fate;
}

static enum fate
policy_ask(
	struct tenancy *t,
	const struct packet *p,
	uint16_t payer,
	const struct policy_packet *policy
)
{
	struct judgement j = tenant_judge(t, p->from, p->to, policy);

	if (j.reason == FATE_NONE)
		return FATE_NONE;
	return tenant_refusal_count(&t->books, payer, j.level, j.reason);
}

/* The rules on a packet by its own addresses alone, where it has no flow that they could have been asked for. */
static enum fate
stray_judge(struct tenancy *t, const struct packet *p, uint16_t payer)
{
	struct policy_packet policy = {
		.src = p->src,
		.dst = p->dst,
		.kind = p->kind,
		.protocol = p->ip_protocol,
		.icmp_type = p->icmp_type,
		.icmp_code = p->icmp_code,
	};

	return policy_ask(t, p, payer, &policy);
}

/*
 * An error or a fragment that belongs to nothing known is dropped. Where the one who pays is in audit mode it passes, if
 * the rules of all others let it.
 */
static enum fate
stray_pass(struct tenancy *t, const struct packet *p, uint32_t bytes, enum fate reason)
{
	uint16_t payer = tenant_payer(p->from, p->to);
	enum fate fate;

	tenant_account_renew(&t->books, payer);
	fate = tenant_refusal_count(&t->books, payer, payer, reason);
	if (fate == FATE_NONE)
		fate = stray_judge(t, p, payer);
	return fate == FATE_NONE ? flowless_pay(t, payer, bytes) : fate;
}

/* No flow's: the link's own business passes; of what else is not IP, whatever it carries, the defaults of the lists decide. */
static enum fate
unowned_pass(struct tenancy *t, const struct packet *p, uint32_t bytes)
{
	uint16_t payer = tenant_payer(p->from, p->to);
	enum fate fate;
	uint16_t level;

	tenant_account_renew(&t->books, payer);
	if (p->kind == PACKET_OTHER) {
		fate = policy_ask(t, p, payer, NULL);
	} else {
		fate = sides_frozen(t->books.set, p, &level);
		if (fate != FATE_NONE)
			fate = tenant_refusal_count(&t->books, payer, level, fate);
	}
	return fate == FATE_NONE ? flowless_pay(t, payer, bytes) : fate;
}

/* Moves the flow to the account of another tenant; where that one's limits do not allow it, the flow ends. */
static enum fate
flow_payer_change(
	struct tenancy *t, struct flow_table *table, struct flow *f, const struct packet *p
)
{
	uint16_t old = flow_payer(f), payer = tenant_payer(p->from, p->to);
	enum fate fate = FATE_NONE;

	if (payer != old) {
		/* Off the old counts first: the levels above both have no flow more than before. */
		tenant_flow_close(&t->books, old);
		fate = flow_admit(t, p, payer);
		if (fate != FATE_NONE) {
			counter_add(&t->books.accounts[old].flows_ended[TENANT_FLOW_REMOVED], 1);
			flow_table_remove(table, f, old);
			return fate;
		}
		flow_table_owner_change(table, f, old, payer);
	}
	f->from = p->from;
	f->to = p->to;
	return FATE_NONE;
}

/*
 * The refusal of a flow that lives, counted. Where it is only audited the packet counts itself as such (flow_audit_count), but
 * the level has judged.
 */
static enum fate
flow_refusal_count(struct tenancy *t, const struct flow *f, const struct judgement *j)
{
	if (!j->audited)
		return tenant_refusal_count(&t->books, flow_payer(f), j->level, j->reason);
	tenant_account_renew(&t->books, j->level);
	counter_add(&t->books.accounts[j->level].refusals[tenant_reason(j->reason)], 1);
	return FATE_NONE;
}

/*
 * A verdict against the flow is not in force for the packets to come: each is judged anew, so that the hits of rules and the
 * refusals of levels are as many as the packets dropped. It costs what the same packets cost that open no flow.
 */
static enum fate
flow_verdict_set(struct tenancy *t, struct flow *f, const struct judgement *j)
{
	f->verdict = (uint8_t)j->reason;
	f->flags &= (uint8_t)~FLOW_AUDITED;
	if (j->audited)
		f->flags |= FLOW_AUDITED;
	if (j->reason == FATE_NONE || j->audited)
		f->generation = t->books.set->generation;
	if (unlikely(t->explain != NULL))
		t->explain->flow = EXPLAIN_FLOW_JUDGED_AGAIN;
	return j->reason == FATE_NONE ? FATE_NONE : flow_refusal_count(t, f, j);
}

/*
 * The tenants have changed since the flow was judged, or it was refused. It is judged as its initiator began it, whoever
 * speaks now. Returns false where the flow has ended: one of its tenants is gone, or the one that would pay for it now does
 * not admit it.
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
	if (!tenants[f->from].used || !tenants[f->to].used) {
		tenancy_flow_end(t, c->table, f, TENANT_FLOW_REMOVED);
		return false;
	}
	*fate = flow_payer_change(t, c->table, f, c->p);
	if (*fate != FATE_NONE)
		return false;
	policy = policy_packet_of(&tuple);
	j = tenant_judge(t, f->from, f->to, &policy);
	*fate = flow_verdict_set(t, f, &j);
	/* Its timeout may be shorter now. */
	flow_table_rearm(c->table, f, f->seen + tenants[flow_payer(f)].timeout_ticks[f->state]);
	return true;
}

/* The packet's flow as it is now, fit to be used; NULL where it has none. */
static struct flow *
flow_renew(
	struct tenancy *t,
	const struct flow_candidate *c,
	bool quoting,
	bool *initiator,
	enum fate *fate
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

static bool
tenant_is_or_above(const struct tenant_set *set, uint16_t above, uint16_t slot)
{
	while (slot != above && slot != TENANT_NONE)
		slot = set->tenants[slot].parent;
	return slot == above;
}

/*
 * Is an error about a flow part of it? Of the host that the quoted packet went to, whichever tenant's it is, and of routers
 * of the flow's tenants, of one above them, or nobody's.
 */
static bool
error_is_of_flow(const struct tenancy *t, const struct flow_candidate *c, const struct flow *f)
{
	const struct tenant_set *set = t->books.set;

	return memcmp(&c->p->src, &c->tuple.dst, sizeof(c->p->src)) == 0 ||
	       tenant_is_or_above(set, c->p->from, f->from) ||
	       tenant_is_or_above(set, c->p->from, f->to);
}

/*
 * An error about a known flow, from the side that the quoted packet went to, back to its sender. A router on the way may have
 * any tenant's address: its errors pass too, path MTU discovery needs them, but as packets of that tenant, which pays. So
 * nobody else's limits can be used up with them.
 */
static enum fate
error_pass(
	struct tenancy *t, const struct flow_candidate *c, struct flow **flow, bool from_initiator
)
{
	tenancy_packet_parties(t, c->m, c->p);
	if (error_is_of_flow(t, c, *flow))
		return flow_quote_pass(t, *flow, c->m, from_initiator);
	*flow = NULL;
	return unowned_pass(t, c->p, c->bytes);
}

/* There is no such flow yet, and the packet's tenants are known. */
static enum fate
unknown_judge(struct tenancy *t, const struct flow_candidate *c, bool quoting, struct flow **flow)
{
	const struct packet *p = c->p;

	if (p->flags & PACKET_LATER_FRAGMENT)
		return stray_pass(t, p, c->bytes, FATE_FRAG_BEFORE_FIRST);
	/* ICMP that asks nothing. Even where it is let pass: a flow would let pass other types with it. */
	if (quoting || (p->ip_protocol != IPPROTO_TCP && !flow_may_open(p, false)))
		return stray_pass(t, p, c->bytes, FATE_FLOW_UNKNOWN);
	return flow_open(t, c, flow);
}

/* `*flow`: as it was found when the burst began; the tenants of a packet without one are known since then. */
static enum fate
candidate_judge(struct tenancy *t, struct flow_candidate *c, bool quoting, struct flow **flow)
{
	bool parties_known = *flow == NULL;
	bool initiator;
	enum fate fate;

	c->src_high = flow_key_make(&c->tuple, &c->key);
	c->table = tenancy_flows(t, c->p->kind);
	c->hash = flow_table_hash(c->table, &c->key);
	*flow = flow_renew(t, c, quoting, &initiator, &fate);
	if (fate != FATE_NONE)
		return fate;
	if (*flow != NULL && quoting)
		return error_pass(t, c, flow, initiator);
	if (*flow != NULL)
		return flow_pass(t, *flow, c->m, c->p, initiator);
	if (!parties_known)
		tenancy_packet_parties(t, c->m, c->p);
	return unknown_judge(t, c, quoting, flow);
}

enum fate
packet_judge(struct tenancy *t, const struct rte_mbuf *m, struct packet *p, struct flow **flow)
{
	struct flow_candidate c = {.m = m, .p = p, .bytes = rte_pktmbuf_pkt_len(m)};

	switch (tenancy_subject_find(t, m, p, &c.tuple)) {
	case FLOW_SUBJECT_OWN:
		return candidate_judge(t, &c, false, flow);
	case FLOW_SUBJECT_QUOTED:
		return candidate_judge(t, &c, true, flow);
	case FLOW_SUBJECT_ORPHAN:
		return stray_pass(t, p, c.bytes, FATE_FRAG_BEFORE_FIRST);
	case FLOW_SUBJECT_UNKNOWN:
		return stray_pass(t, p, c.bytes, FATE_FLOW_UNKNOWN);
	default:
		return unowned_pass(t, p, c.bytes);
	}
}
