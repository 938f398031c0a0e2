/* SPDX-License-Identifier: BSD-3-Clause */
/* The way out. */
#include "pipeline/stages/tx.h"

#include "pipeline/burst.h"

/*
 * Turns without a packet between two calls of the driver: often enough to get mbufs back at once, seldom enough that a
 * driver which makes a system call for it (net_af_xdp) does not slow the turns that receive.
 */
enum { IDLE_TURNS_MAX = 64 };

static unsigned
ring_drain(struct tx_queue *q, struct rte_ring *ring)
{
	struct rte_mbuf *mbufs[BURST_MAX];
	unsigned room = RTE_MIN(tx_buffer_room(&q->buffer), (unsigned)BURST_MAX);
	unsigned n = rte_ring_sc_dequeue_burst(ring, (void **)mbufs, room, NULL);

	tx_buffer_add(&q->buffer, mbufs, n);
	return n;
}

unsigned
tx_stage(struct tx_queue *q)
{
	unsigned moved = 0;

	for (unsigned i = 0; i < q->n_rings; i++) {
		unsigned ring = q->first_ring + i;

		moved += ring_drain(q, q->rings[ring < q->n_rings ? ring : ring - q->n_rings]);
	}
	if (++q->first_ring >= q->n_rings)
		q->first_ring = 0;
	if (q->buffer.n == 0 && ++q->idle_turns < IDLE_TURNS_MAX)
		return moved;
	q->idle_turns = 0;
	return moved + tx_buffer_flush(&q->buffer);
}
