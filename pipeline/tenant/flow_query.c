/* SPDX-License-Identifier: BSD-3-Clause */
/* Looks through the table from where the last page ended. */
#include "pipeline/tenant/flow_query.h"

#include "pipeline/tenant/tenancy.h"

#include <rte_branch_prediction.h>
#include <rte_common.h>

/* Places of the table that one turn looks at: a few microseconds. */
enum { PLACES_A_TURN = 1024 };

static void
row_fill(const struct tenancy *t, const struct flow *f, uint8_t kind, struct flow_query_row *row)
{
	*row = (struct flow_query_row){
		.packets = f->packets,
		.bytes = f->bytes,
		.idle_ticks = t->tick - f->seen,
		.generation = f->generation,
		.from = f->from,
		.to = f->to,
		.state = f->state,
		.verdict = f->verdict,
	};
	flow_key_read(f->key, kind, (f->flags & FLOW_INITIATOR_HIGH) != 0, &row->tuple);
}

/* Whether there is no more to do. */
static bool
flows_look(const struct tenancy *t, struct flow_query *q)
{
	const struct flow_table *table = tenancy_flows(t, q->kind);
	uint32_t capacity = flow_table_capacity(table);
	uint32_t end = RTE_MIN(capacity, q->place + PLACES_A_TURN);

	for (; q->place < end && q->n < q->rows_wanted; q->place++) {
		const struct flow *f = flow_table_at(table, q->place);

		if (f != NULL && flow_payer(f) == q->slot)
			row_fill(t, f, q->kind, &q->rows[q->n++]);
	}
	q->at_end = q->place >= capacity;
	return q->at_end || q->n == q->rows_wanted;
}

void
flow_query_serve(struct tenancy *t)
{
	struct flow_query *q = __atomic_load_n(&t->query, __ATOMIC_ACQUIRE);

	if (likely(q == NULL))
		return;
	if (q->audit)
		q->samples = t->audit;
	else if (!flows_look(t, q))
		return;
	/* Before `done`: behind it the query belongs to who asked. */
	__atomic_store_n(&t->query, NULL, __ATOMIC_RELEASE);
	__atomic_store_n(&q->done, 1, __ATOMIC_RELEASE);
}
