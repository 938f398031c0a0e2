/* SPDX-License-Identifier: BSD-3-Clause */
/* What a packet of a flow may come to. */
#include "pipeline/tenant/flow_pass.h"

#include "pipeline/flow/flow_subject.h"
#include "pipeline/tenant/tenant_limits.h"

#include <netinet/in.h>

/* The flow's verdict is against the packet. It is only audited: other such verdicts are never in force (flow_judge.c). */
static void
flow_audit_count(struct tenant_account *payer, const struct flow *f)
{
	counter_add(&payer->audits[tenant_reason(f->verdict)], 1);
}

/* What later fragments of this datagram will be known by. */
static enum fate
fragment_remember(
	struct tenancy *t, const struct flow *f, const struct rte_mbuf *m, const struct packet *p
)
{
	struct fragment_key key = fragment_key_of(p, flow_zone(m->port, p));
	struct fragment_flow first = {.ip_protocol = p->ip_protocol};
	struct flow_tuple tuple;
	uint16_t payer = flow_payer(f);

	(void)tenancy_subject_find(t, m, p, &tuple); /* a first fragment's is its own */
	first.src_port_be = tuple.src_port_be;
	first.dst_port_be = tuple.dst_port_be;
	first.flow_class = tuple.flow_class;
	if (fragment_table_add(t->fragments, &key, &first, payer, t->tick) == FRAGMENT_KNOWN)
		return FATE_NONE;
	return tenant_refusal_count(&t->books, payer, payer, FATE_FRAG_TABLE_FULL);
}

enum fate
flow_follow(
	struct tenancy *t,
	struct flow *f,
	const struct rte_mbuf *m,
	const struct packet *p,
	bool from_initiator
)
{
	struct flow_table *table = tenancy_flows(t, p->kind);

	if (p->flags & PACKET_LATER_FRAGMENT)
		return FATE_NONE;
	if (p->ip_protocol == IPPROTO_TCP && tcp_flags_are_bad(p->tcp_flags))
		return FATE_TCP_BAD_FLAGS;
	if (p->flags & PACKET_FRAGMENT) {
		enum fate fate = fragment_remember(t, f, m, p);

		if (fate != FATE_NONE)
			return fate;
	}
	if (flow_track(f, p, from_initiator)) {
		const struct tenant *payer = &t->books.set->tenants[flow_payer(f)];

		flow_table_rearm(table, f, t->tick + payer->timeout_ticks[f->state]);
	}
	return FATE_NONE;
}

enum fate
flow_pass(
	struct tenancy *t,
	struct flow *f,
	const struct rte_mbuf *m,
	const struct packet *p,
	bool from_initiator
)
{
	uint32_t bytes = rte_pktmbuf_pkt_len(m);
	uint16_t payer = flow_payer(f);
	enum fate fate;

	if (f->verdict != FATE_NONE)
		flow_audit_count(&t->books.accounts[payer], f);
	fate = tenant_charge(&t->books, payer, bytes);
	if (fate == FATE_NONE && flow_is_to_follow(f, p, from_initiator)) {
		fate = flow_follow(t, f, m, p, from_initiator);
		if (fate != FATE_NONE)
			tenant_charge_back(&t->books, payer, bytes);
	}
	if (fate == FATE_NONE)
		flow_count(&t->books.accounts[payer], f, bytes, from_initiator, t->tick);
	return fate;
}

enum fate
flow_quote_pass(struct tenancy *t, struct flow *f, const struct rte_mbuf *m, bool from_initiator)
{
	uint32_t bytes = rte_pktmbuf_pkt_len(m), seen = f->seen;
	struct tenant_account *account = &t->books.accounts[flow_payer(f)];
	enum fate fate;

	if (f->verdict != FATE_NONE)
		flow_audit_count(account, f);
	fate = tenant_charge(&t->books, flow_payer(f), bytes);
	if (fate == FATE_NONE)
		flow_count(account, f, bytes, from_initiator, seen);
	return fate;
}
