/* SPDX-License-Identifier: BSD-3-Clause */
/* The polling loop: receive, work, transmit, again. */
#include "app/lcore.h"

#include "app/worker_path.h"
#include "pipeline/stages/dispatch.h"

#include <rte_cycles.h>
#include <rte_pause.h>

static void
burst_work(struct worker *w, struct burst *b)
{
	worker_path(w, b);
	dispatch_stage(w, b);
}

/* One poll of one queue; what belongs to this lcore's worker is worked off at once. */
static unsigned
queue_receive(struct lcore *l, struct lcore_rx *rx)
{
	struct rx_queue queue = rx->queue;
	struct burst *b = &l->burst;
	unsigned received;

	queue.burst = pacer_allow(&rx->pacer, queue.burst);
	if (queue.burst == 0)
		return 0;
	rx_stage(&queue, l->counters, b);
	received = b->n;
	if (received == 0)
		return 0;
	pacer_take(&rx->pacer, (uint16_t)received);
	steer_stage(&l->steer, b);
	if (b->n > 0)
		burst_work(l->worker, b);
	return received;
}

static unsigned
ring_work(struct lcore *l, struct rte_ring *ring)
{
	struct burst *b = &l->burst;

	b->n = rte_ring_sc_dequeue_burst(ring, (void **)b->mbufs, BURST_MAX, NULL);
	if (b->n > 0)
		burst_work(l->worker, b);
	return b->n;
}

static unsigned
turn_receive(struct lcore *l)
{
	unsigned moved = 0;

	for (unsigned i = 0; i < l->n_rx; i++)
		moved += queue_receive(l, &l->rx[i]);
	return moved;
}

static unsigned
turn_work(struct lcore *l)
{
	unsigned moved = 0;

	for (unsigned i = 0; i < l->n_inputs; i++)
		moved += ring_work(l, l->inputs[i]);
	return moved;
}

/* `waiting` tells how many packets the TX buffers still hold. */
static unsigned
turn_transmit(struct lcore *l, unsigned *waiting)
{
	unsigned moved = 0;

	*waiting = 0;
	for (unsigned i = 0; i < l->n_tx; i++) {
		moved += tx_stage(&l->tx[i]);
		*waiting += l->tx[i].buffer.n;
	}
	return moved;
}

static void
turn_count(struct lcore_counters *c, unsigned moved, uint64_t cycles)
{
	counter_add(&c->rounds, 1);
	if (moved == 0)
		return;
	counter_add(&c->busy_rounds, 1);
	counter_add(&c->busy_cycles, cycles);
}

static void
buffers_abandon(struct lcore *l)
{
	for (unsigned i = 0; i < l->n_tx; i++)
		tx_buffer_abandon(&l->tx[i].buffer);
}

int
lcore_run(void *argument)
{
	struct lcore *l = argument;
	struct tenancy *tenancy = l->worker != NULL ? l->worker->tenancy : NULL;
	struct service_reader *services = l->worker != NULL ? l->worker->services : NULL;
	int phase;

	while ((phase = __atomic_load_n(&l->control->phase, __ATOMIC_ACQUIRE)) != LCORE_END) {
		uint64_t start = rte_rdtsc();
		unsigned waiting, moved = 0;

		if (tenancy != NULL)
			tenancy_turn(tenancy, start);
		if (services != NULL)
			service_reader_turn(services, start);
		if (phase == LCORE_RUN)
			moved += turn_receive(l);
		moved += turn_work(l);
		moved += turn_transmit(l, &waiting);
		if (tenancy != NULL)
			tenancy_tidy(tenancy);
		turn_count(l->counters, moved, rte_rdtsc() - start);
		if (moved == 0)
			rte_pause();
		/* Only the last phase waits for the ports: before it, others may still send. */
		if (moved == 0 && (phase < LCORE_STOP_TX || waiting == 0))
			__atomic_store_n(&l->dry_phase, phase, __ATOMIC_RELEASE);
	}
	buffers_abandon(l);
	return 0;
}
