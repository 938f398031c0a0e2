/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets under way, and packets due. */
#include "app/pacer.h"

#include <rte_cycles.h>

/* A source that fell behind may catch up by so many packets; more would be a burst that no wire sends. */
enum { CATCH_UP_MAX = 256 };

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
	if (due > p->taken + CATCH_UP_MAX)
		p->taken = due - CATCH_UP_MAX;
	return due - p->taken;
}

uint16_t
pacer_allow(struct pacer *p, uint16_t burst)
{
	if (p->window == 0)
		return burst;
	if (packets_under_way(p) + burst > p->window)
		return 0;
	if (p->pps == 0)
		return burst;
	return (uint16_t)RTE_MIN((uint64_t)burst, packets_due(p));
}
