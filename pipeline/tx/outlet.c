/* SPDX-License-Identifier: BSD-3-Clause */
/* The last step of a worker: packets leave it, or it frees them. */
#include "pipeline/tx/outlet.h"

void
outlet_flush(struct outlet *o, struct lcore_counters *counters)
{
	unsigned taken;

	if (o->buffer != NULL) {
		tx_buffer_add(o->buffer, o->mbufs, o->n);
		o->n = 0;
		return;
	}
	taken = rte_ring_sp_enqueue_burst(o->ring, (void **)o->mbufs, o->n, NULL);
	if (unlikely(taken < o->n)) {
		rte_pktmbuf_free_bulk(o->mbufs + taken, o->n - taken);
		fate_count(counters, FATE_TX_RING_FULL, o->n - taken);
	}
	o->n = 0;
}
