/* SPDX-License-Identifier: BSD-3-Clause */
/* Keys, then one search for each IP version. */
#include "pipeline/stages/flow.h"

#include "pipeline/flow/flow_subject.h"

#include <rte_branch_prediction.h>

/* The keys of the packets that may have a flow. Returns their bits by IP version. */
static void
keys_make(struct tenancy *t, struct burst *b, uint64_t *keyed4, uint64_t *keyed6)
{
	struct flow_lookup *l = &t->lookup;

	l->src_high = 0;
	l->quoting = 0;
	for (uint32_t i = 0; i < b->n; i++) {
		struct packet *p = &b->packets[i];
		uint32_t zone = flow_zone(t->link_of[b->mbufs[i]->port], p);
		uint64_t bit = UINT64_C(1) << i;
		enum flow_subject subject;
		struct flow_tuple tuple;

		b->flows[i] = NULL;
		if (unlikely((t->exempt_ports >> b->mbufs[i]->port & 1) != 0 && p->fate == FATE_NONE))
			p->fate = FATE_FORWARD;
		if (unlikely(p->fate != FATE_NONE))
			continue;
		subject = flow_subject_find(t->fragments, t->tick, zone, b->mbufs[i], p, &tuple);
		if (subject != FLOW_SUBJECT_OWN && subject != FLOW_SUBJECT_QUOTED)
			continue;
		if (flow_key_make(&tuple, &l->keys[i]))
			l->src_high |= bit;
		if (subject == FLOW_SUBJECT_QUOTED)
			l->quoting |= bit;
		*(tuple.kind == PACKET_IPV4 ? keyed4 : keyed6) |= bit;
	}
}

void
flow_stage(struct worker *w, struct burst *b)
{
	struct tenancy *t = w->tenancy;
	struct flow_lookup *l = &t->lookup;
	uint64_t keyed4 = 0, keyed6 = 0;

	keys_make(t, b, &keyed4, &keyed6);
	if (keyed4 != 0)
		flow_table_find_bulk(t->flows4, l->keys, keyed4, l->hashes, b->flows);
	if (keyed6 != 0)
		flow_table_find_bulk(t->flows6, l->keys, keyed6, l->hashes, b->flows);
	l->removals = tenancy_removals(t);
}
