/* SPDX-License-Identifier: BSD-3-Clause */
/* Keys, then one search for each IP version. */
#include "pipeline/stages/flow.h"

#include "pipeline/flow/flow_subject.h"

#include <rte_branch_prediction.h>

/* Bits of the packets whose keys are made. */
struct keyed {
	uint64_t ipv4, ipv6, src_high, quoting;
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
	*(tuple.kind == PACKET_IPV4 ? &k->ipv4 : &k->ipv6) |= bit;
}

static inline void
plain_key_make(
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
	bool src_high;

	if (p->kind == PACKET_IPV4) {
		src_high = flow_key4_make(&tuple, &t->lookup.keys[i]);
		k->ipv4 |= bit;
	} else {
		src_high = flow_key6_make(&tuple, &t->lookup.keys[i]);
		k->ipv6 |= bit;
	}
	k->src_high |= (uint64_t)src_high << i;
}

static struct keyed
keys_make(struct tenancy *t, struct burst *b)
{
	struct keyed k = {0};

	for (uint32_t i = 0; i < b->n; i++) {
		struct packet *p = &b->packets[i];
		const struct rte_mbuf *m = b->mbufs[i];

		b->flows[i] = NULL;
		if (unlikely((t->exempt_ports >> m->port & 1) != 0 && p->fate == FATE_NONE))
			p->fate = FATE_FORWARD;
		if (unlikely(p->fate != FATE_NONE))
			continue;
		if (likely(flow_subject_is_plain(p)))
			plain_key_make(t, m, p, i, &k);
		else
			special_key_make(t, m, p, i, &k);
	}
	return k;
}

void
flow_stage(struct worker *w, struct burst *b)
{
	struct tenancy *t = w->tenancy;
	struct flow_lookup *l = &t->lookup;
	struct keyed k = keys_make(t, b);

	if (k.ipv4 != 0)
		flow_table_find_bulk(t->flows4, l->keys, k.ipv4, l->hashes, b->flows);
	if (k.ipv6 != 0)
		flow_table_find_bulk(t->flows6, l->keys, k.ipv6, l->hashes, b->flows);
	l->src_high = k.src_high;
	l->quoting = k.quoting;
	l->removals = tenancy_removals(t);
}
