/* SPDX-License-Identifier: BSD-3-Clause */
/* Keys, then one search for each IP version. */
#include "pipeline/stages/flow.h"

#include "pipeline/flow/flow_key_plain.h"
#include "pipeline/flow/flow_subject.h"

#include <rte_branch_prediction.h>

/* Bits of the packets whose keys are made. */
struct keyed {
	uint64_t ipv4, ipv6, src_high, quoting;
	uint64_t whole; /* not quoting, and no fragments */
};

/* The key of a packet that is more than its own ports. Out of line: the loop over plain packets stays small. */
static __rte_noinline void
special_key_make(
	struct tenancy *t,
	const struct rte_mbuf *m,
	const struct packet *p,
	unsigned i,
	struct keyed *k
)
{
	uint64_t bit = UINT64_C(1) << i;
	struct flow_tuple tuple;
	enum flow_subject subject = tenancy_subject_find(t, m, p, &tuple);

	if (subject != FLOW_SUBJECT_OWN && subject != FLOW_SUBJECT_QUOTED)
		return;
	if (flow_key_make(&tuple, &t->lookup.keys[i]))
		k->src_high |= bit;
	if (subject == FLOW_SUBJECT_QUOTED)
		k->quoting |= bit;
	else if (!(p->flags & PACKET_FRAGMENT))
		k->whole |= bit;
	*(tuple.kind == PACKET_IPV4 ? &k->ipv4 : &k->ipv6) |= bit;
}

/* That of a packet that has its own ports, but not a plain key. */
static inline void
ported_key_make(
	struct tenancy *t,
	const struct rte_mbuf *m,
	const struct packet *p,
	unsigned i,
	struct keyed *k
)
{
	struct flow_tuple tuple =
		flow_tuple_of_plain(p, flow_zone(m->port, p), t->zone_flips[m->port]);
	uint64_t bit = UINT64_C(1) << i;

	if (flow_key_make(&tuple, &t->lookup.keys[i]))
		k->src_high |= bit;
	if (!(p->flags & PACKET_FRAGMENT))
		k->whole |= bit;
	*(p->kind == PACKET_IPV4 ? &k->ipv4 : &k->ipv6) |= bit;
}

/* Likewise out of line. */
static __rte_noinline void
other_key_make(struct tenancy *t, struct burst *b, unsigned i, struct keyed *k)
{
	const struct rte_mbuf *m = b->mbufs[i];
	struct packet *p = &b->packets[i];

	b->flows[i] = NULL;
	if (unlikely((t->exempt_ports >> m->port & 1) != 0 && p->fate == FATE_NONE))
		p->fate = FATE_FORWARD;
	if (unlikely(p->fate != FATE_NONE))
		return;
	if (likely(flow_subject_is_plain(p)))
		ported_key_make(t, m, p, i, k);
	else
		special_key_make(t, m, p, i, k);
}

static struct keyed
keys_make(struct tenancy *t, struct burst *b)
{
	const uint64_t exempt_ports = t->exempt_ports;
	const uint32_t n = b->n;
	uint64_t plain = 0, src_high = 0, bit = 1;
	struct keyed k = {0};

	for (uint32_t i = 0; i < n; i++, bit <<= 1) {
		const struct packet *p = &b->packets[i];
		uint32_t port = b->mbufs[i]->port;
		uint32_t zone = port << FLOW_ZONE_PORT_SHIFT;
		struct flow_key *key = &t->lookup.keys[i];

		if (likely(flow_key_is_plain(p) && (exempt_ports >> port & 1) == 0)) {
			plain |= bit;
			src_high |= bit & flow_key_plain_make(p, zone, t->zone_flips[port], key);
		} else {
			other_key_make(t, b, i, &k);
		}
	}
	k.ipv4 |= plain;
	k.whole |= plain;
	k.src_high |= src_high;
	return k;
}

void
flow_stage(struct worker *w, struct burst *b)
{
	struct tenancy *t = w->tenancy;
	struct flow_lookup *l = &t->lookup;
	struct keyed k = keys_make(t, b);

	l->found = 0;
	if (k.ipv4 != 0)
		l->found |= flow_table_find_bulk(t->flows4, l->keys, k.ipv4, l->hashes, b->flows);
	if (k.ipv6 != 0)
		l->found |= flow_table_find_bulk(t->flows6, l->keys, k.ipv6, l->hashes, b->flows);
	l->whole = l->found & k.whole;
	l->src_high = k.src_high;
	l->quoting = k.quoting;
	l->removals = tenancy_removals(t);
}
