/* SPDX-License-Identifier: BSD-3-Clause */
/* The last step of a worker: packets leave it, or it frees them. */
#include "pipeline/tx/outlet.h"

void
outlet_send(
	const struct outlet *o, struct rte_mbuf **mbufs, unsigned n, struct lcore_counters *counters
)
{
	unsigned taken;

	if (o->buffer != NULL) {
		tx_buffer_add(o->buffer, mbufs, n);
		return;
	}
	taken = rte_ring_sp_enqueue_burst(o->ring, (void **)mbufs, n, NULL);
	if (unlikely(taken < n)) {
		rte_pktmbuf_free_bulk(mbufs + taken, n - taken);
		fate_count(counters, FATE_TX_RING_FULL, n - taken);
	}
}

void
outlet_flush(struct outlet *o, struct lcore_counters *counters)
{
	outlet_send(o, o->mbufs, o->n, counters);
	o->n = 0;
}
