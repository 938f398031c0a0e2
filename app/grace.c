/* SPDX-License-Identifier: BSD-3-Clause */
/* The lcores' turns as a clock. */
#include "app/grace.h"

#include "app/appliance.h"

#include <rte_launch.h>

#include <time.h>

void
grace_period_wait(const struct appliance *a)
{
	const struct timespec nap = {.tv_nsec = 50 * 1000};

	for (unsigned i = 0; i < a->plan->n_lcores; i++) {
		uint64_t rounds = counter_read(&a->counters[i]->rounds);

		/* The turn at hand, and one that began after the new pointer was there. */
		while (rte_eal_get_lcore_state(a->lcores[i]->id) == RUNNING &&
		       counter_read(&a->counters[i]->rounds) < rounds + 2)
			(void)nanosleep(&nap, NULL); /* early is fine */
	}
}
