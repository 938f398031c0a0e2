/* SPDX-License-Identifier: BSD-3-Clause */
/* State, charge, policy, place: the cheap refusals come first, and what was charged in vain is given back. */
#include "pipeline/tenant/flow_open.h"

#include "pipeline/explain.h"
#include "pipeline/flow/flow_track.h"
#include "pipeline/tenant/flow_pass.h"
#include "pipeline/tenant/tenant_judge.h"
#include "pipeline/tenant/tenant_limits.h"

#include <rte_byteorder.h>

#include <netinet/in.h>

struct policy_packet
policy_packet_of(const struct flow_tuple *t)
{
	struct policy_packet p = {
		.src = t->src,
		.dst = t->dst,
		.kind = t->kind,
		.protocol = flow_tuple_protocol(t),
		.has_ports = flow_class_has_ports(t->flow_class),
	};

	if (p.has_ports) {
		p.src_port = rte_be_to_cpu_16(t->src_port_be);
		p.dst_port = rte_be_to_cpu_16(t->dst_port_be);
	} else if (t->flow_class == FLOW_CLASS_ICMP) {
		p.icmp_type = (uint8_t)rte_be_to_cpu_16(t->dst_port_be);
	}
	return p;
}

/* Ends an old flow of the tenant's, in the table of that IP version or in the other. */
static bool
flow_evict(struct tenancy *t, uint8_t kind, bool either, uint16_t payer)
{
	struct flow_table *table = tenancy_flows(t, kind);
	struct flow *victim = flow_table_victim(table, payer);

	if (victim == NULL && either) {
		table = kind == PACKET_IPV4 ? t->flows6 : t->flows4;
		victim = flow_table_victim(table, payer);
	}
	if (victim == NULL)
		return false;
	tenancy_flow_end(t, table, victim, TENANT_FLOW_EVICTED);
	return true;
}

enum fate
flow_admit(struct tenancy *t, const struct packet *p, uint16_t payer)
{
	uint16_t level;
	enum fate fate = tenant_flow_open(&t->books, payer, &level);

	if (fate == FATE_TENANT_FLOWS_MAX && t->books.set->tenants[payer].evict &&
	    flow_evict(t, p->kind, true, payer))
		fate = tenant_flow_open(&t->books, payer, &level);
	if (fate == FATE_NONE)
		return FATE_NONE;
	return tenant_refusal_count(&t->books, payer, level, fate);
}

/* The state of TCP does not let it open a flow. */
static enum fate
opening_check(struct tenancy *t, const struct packet *p, uint16_t payer)
{
	if (p->ip_protocol == IPPROTO_TCP && tcp_flags_are_bad(p->tcp_flags))
		return FATE_TCP_BAD_FLAGS;
	if (flow_may_open(p, t->books.set->tenants[payer].pickup))
		return FATE_NONE;
	return tenant_refusal_count(&t->books, payer, payer, FATE_FLOW_NO_SYN);
}

/* A place in the table for an admitted flow, or NULL. */
static struct flow *
flow_place(struct tenancy *t, const struct flow_candidate *c, uint16_t payer)
{
	const struct tenant *tenant = &t->books.set->tenants[payer];
	uint32_t expires = t->tick + tenant->timeout_ticks[flow_first_state(c->p)];
	struct flow *f = flow_table_insert(c->table, &c->key, c->hash, payer, expires);

	if (f == NULL && tenant->evict && flow_evict(t, c->p->kind, false, payer))
		f = flow_table_insert(c->table, &c->key, c->hash, payer, expires);
	return f;
}

static struct flow *
flow_make(
	struct tenancy *t, const struct flow_candidate *c, uint16_t payer, const struct judgement *j
)
{
	struct flow *f = flow_place(t, c, payer);

	if (f == NULL)
		return NULL;
	f->generation = t->books.set->generation;
	f->seen = t->tick;
	f->from = c->p->from;
	f->to = c->p->to;
	f->state = (uint8_t)flow_first_state(c->p);
	f->flags = c->src_high ? FLOW_INITIATOR_HIGH : 0;
	if (j->audited) {
		f->verdict = (uint8_t)j->reason;
		f->flags |= FLOW_AUDITED;
	}
	t->opened++;
	counter_add(&t->books.accounts[payer].flows_created, 1);
	if (unlikely(t->explain != NULL))
		t->explain->flow = EXPLAIN_FLOW_MADE;
	return f;
}

/* There is no room for the flow. In audit mode the packet passes without one. */
static enum fate
flow_do_without(struct tenancy *t, const struct flow_candidate *c, uint16_t payer)
{
	enum fate fate = tenant_refusal_count(&t->books, payer, payer, FATE_FLOW_TABLE_FULL);

	tenant_flow_close(&t->books, payer);
	if (fate == FATE_NONE) {
		counter_add(&t->books.accounts[payer].packets[0], 1);
		counter_add(&t->books.accounts[payer].bytes[0], c->bytes);
	}
	return fate;
}

/* The packet is admitted and paid for: its flow, and what the packet does to it. */
static enum fate
flow_begin(
	struct tenancy *t,
	const struct flow_candidate *c,
	uint16_t payer,
	const struct judgement *j,
	struct flow **flow
)
{
	struct flow *f = flow_make(t, c, payer, j);
	enum fate fate = FATE_NONE;

	if (f == NULL)
		return flow_do_without(t, c, payer);
	if (flow_is_to_follow(f, c->p, true))
		fate = flow_follow(t, f, c->m, c->p, true);
	if (fate != FATE_NONE) {
		tenancy_flow_end(t, c->table, f, TENANT_FLOW_REMOVED);
		return fate;
	}
	flow_count(&t->books.accounts[payer], f, c->bytes, true, t->tick);
	*flow = f;
	return FATE_NONE;
}

enum fate
flow_open(struct tenancy *t, const struct flow_candidate *c, struct flow **flow)
{
	uint16_t payer = tenant_payer(c->p->from, c->p->to);
	struct policy_packet policy = policy_packet_of(&c->tuple);
	enum fate fate = opening_check(t, c->p, payer);
	struct judgement j;

	tenant_account_renew(&t->books, payer);
	if (fate == FATE_NONE)
		fate = tenant_charge(&t->books, payer, c->bytes);
	if (fate != FATE_NONE)
		return fate;
	if (policy.protocol == IPPROTO_ICMP || policy.protocol == IPPROTO_ICMPV6) {
		policy.icmp_type = c->p->icmp_type;
		policy.icmp_code = c->p->icmp_code;
	}
	j = tenant_judge(t, c->p->from, c->p->to, &policy);
	if (j.reason != FATE_NONE)
		fate = tenant_refusal_count(&t->books, payer, j.level, j.reason);
	if (fate == FATE_NONE)
		fate = flow_admit(t, c->p, payer);
	if (fate == FATE_NONE)
		fate = flow_begin(t, c, payer, &j, flow);
	if (fate != FATE_NONE)
		tenant_charge_back(&t->books, payer, c->bytes);
	return fate;
}
