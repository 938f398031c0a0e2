/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets under way, and packets due. */
#include "app/pacer.h"

#include "pipeline/burst.h"

#include <rte_cycles.h>

/*
 * A source that fell behind may catch up by what was due in so much time, the longest that a scheduler usually takes
 * away; the window bounds the burst.
 */
enum { CATCH_UP_PER_S = 100 };

/*
 * A few packets at a time would make every ring and table move for each of them, so that the rate asked for is not
 * reached: wait for what is due in 20 us, or for a full burst.
 */
enum { BATCHES_PER_S = 50000 };

static uint64_t
packets_under_way(const struct pacer *p)
{
	uint64_t settled = 0, received = 0;

	/* In this order the result is never too low. */
	for (unsigned i = 0; i < p->n_counters; i++)
		settled += counter_read(&p->counters[i]->settled);
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	for (unsigned i = 0; i < p->n_counters; i++)
		received += counter_read(&p->counters[i]->received);
	return received - settled;
}

static uint64_t
packets_due(struct pacer *p)
{
	uint64_t now = rte_rdtsc(), due;

	if (p->start_tsc == 0)
		p->start_tsc = now;
	due = (uint64_t)((double)(now - p->start_tsc) / (double)p->hz * (double)p->pps);
	if (due > p->taken + p->pps / CATCH_UP_PER_S + BURST_MAX)
		p->taken = due - p->pps / CATCH_UP_PER_S - BURST_MAX;
	return due - p->taken;
}

uint16_t
pacer_allow(struct pacer *p, uint16_t burst)
{
	uint64_t due;

	if (p->window == 0)
		return burst;
	if (burst > p->burst_max)
		burst = p->burst_max;
	if (packets_under_way(p) + burst > p->window)
		return 0;
	if (p->pps == 0)
		return burst;
	due = packets_due(p);
	if (due < RTE_MIN((uint64_t)burst, p->pps / BATCHES_PER_S))
		return 0;
	return (uint16_t)RTE_MIN((uint64_t)burst, due);
}
