/* SPDX-License-Identifier: BSD-3-Clause */
/* Turns, ageing, and whose a packet is. */
#include "pipeline/tenant/tenancy.h"

#include "pipeline/counters.h"
#include "pipeline/tenant/tenant_limits.h"
#include "pipeline/tenant/tenant_lookup.h"

#include <rte_byteorder.h>

/* Flows that one turn looks at: a few hundred nanoseconds. */
enum {
	AGE_BUDGET = 16,
	FLOW_LOOKS = 4, /* that one flow may need until it ends: flow_wheel.h */
};

void
tenancy_turn_at(struct tenancy *t, uint64_t now_ns)
{
	t->books.set = __atomic_load_n(t->published, __ATOMIC_ACQUIRE);
	t->books.now_ns = now_ns;
	t->books.now_unix_ns = __atomic_load_n(t->unix_offset_ns, __ATOMIC_RELAXED) + now_ns;
	t->tick = (uint32_t)(now_ns / FLOW_TICK_NS);
}

void
tenancy_turn(struct tenancy *t, uint64_t tsc)
{
	tenancy_turn_at(t, tenancy_time(t, tsc));
}

void
tenancy_parties(
	const struct tenancy *t,
	const struct flow_tuple *tuple,
	const struct packet *p,
	uint16_t in,
	uint16_t out,
	uint16_t *from,
	uint16_t *to
)
{
	const struct tenant_lookup *lookup = t->books.set->lookup;
	struct tenant_query q = {
		.address = tuple->src,
		.kind = tuple->kind,
		.protocol = flow_tuple_protocol(tuple),
		.port = in,
	};

	packet_vlans(p, &q.vlan_outer, &q.vlan_inner);
	*from = tenant_lookup_from(lookup, &q);
	q.address = tuple->dst;
	q.port = out;
	if (flow_class_has_ports(tuple->flow_class))
		q.service = rte_be_to_cpu_16(tuple->dst_port_be);
	*to = tenant_lookup_to(lookup, &q);
}

enum flow_subject
tenancy_subject_find(
	const struct tenancy *t,
	const struct rte_mbuf *m,
	const struct packet *p,
	struct flow_tuple *tuple
)
{
	return flow_subject_find(
		t->fragments, t->tick, flow_zone(m->port, p), t->zone_flips[m->port], m, p, tuple
	);
}

void
tenancy_packet_parties(const struct tenancy *t, const struct rte_mbuf *m, struct packet *p)
{
	struct flow_tuple tuple = {.kind = PACKET_OTHER, .flow_class = FLOW_CLASS_OTHER};
	enum flow_subject subject = tenancy_subject_find(t, m, p, &tuple);

	/* What is no flow's may still have addresses. Of a quote or an orphan, only the packet's own count. */
	if (subject != FLOW_SUBJECT_OWN && (p->kind == PACKET_IPV4 || p->kind == PACKET_IPV6))
		tuple = (struct flow_tuple){
			.src = p->src,
			.dst = p->dst,
			.kind = p->kind,
			.flow_class = FLOW_CLASS_OTHER,
			.dst_port_be = rte_cpu_to_be_16(p->ip_protocol),
		};
	tenancy_parties(t, &tuple, p, m->port, t->forward_to[m->port], &p->from, &p->to);
}

void
tenancy_flow_end(
	struct tenancy *t, struct flow_table *table, struct flow *f, enum tenant_flow_end end
)
{
	uint16_t payer = flow_payer(f);

	tenant_flow_close(&t->books, payer);
	counter_add(&t->books.accounts[payer].flows_ended[end], 1);
	flow_table_remove(table, f, payer);
}

/* The timeouts of the tenant that pays. One that is gone has those of "/" until its flows have ended. */
static uint32_t
flow_expires(const struct flow *f, void *context)
{
	const struct tenancy *t = context;
	const struct tenant *payer = &t->books.set->tenants[flow_payer(f)];

	if (!payer->used)
		payer = &t->books.set->tenants[TENANT_ROOT];
	return f->seen + payer->timeout_ticks[f->state];
}

static void
flow4_expire(struct flow *f, void *context)
{
	struct tenancy *t = context;

	tenancy_flow_end(t, t->flows4, f, TENANT_FLOW_EXPIRED);
}

static void
flow6_expire(struct flow *f, void *context)
{
	struct tenancy *t = context;

	tenancy_flow_end(t, t->flows6, f, TENANT_FLOW_EXPIRED);
}

void
tenancy_tidy(struct tenancy *t)
{
	/* Not fewer than those that come will need: else short-lived flows would fill the table. */
	unsigned budget = RTE_MAX((unsigned)AGE_BUDGET, FLOW_LOOKS * t->opened);

	t->opened = 0;
	(void)flow_table_age(t->flows4, t->tick, budget, flow_expires, flow4_expire, t);
	(void)flow_table_age(t->flows6, t->tick, budget, flow_expires, flow6_expire, t);
	flow_retire(t);
	flow_query_serve(t);
}
