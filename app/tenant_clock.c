/* SPDX-License-Identifier: BSD-3-Clause */
#include "app/tenant_clock.h"

#include "app/clock.h"

#include <rte_cycles.h>

enum {
	CALIBRATION_NS = 20 * 1000 * 1000,
	INSTANT_READINGS = 16,
};

/* Both clocks at one moment. */
struct instant {
	uint64_t ns, tsc;
};

/* Of several readings the one that took the shortest: between the two clocks of another this thread may have been put off. */
static struct instant
instant_read(void)
{
	struct instant best = {0};
	uint64_t shortest = UINT64_MAX;

	for (unsigned i = 0; i < INSTANT_READINGS; i++) {
		uint64_t before = rte_rdtsc(), ns = clock_ns();
		uint64_t took = rte_rdtsc() - before;

		if (took >= shortest)
			continue;
		shortest = took;
		best = (struct instant){.ns = ns, .tsc = before + took / 2};
	}
	return best;
}

/* Measured: what DPDK says is rounded to 10 MHz, which may be a fault of two minutes a day. */
uint64_t
tenant_clock_calibrate(void)
{
	struct instant start = instant_read(), end;

	do {
		end = instant_read();
	} while (end.ns - start.ns < CALIBRATION_NS);
	return (uint64_t)(((__uint128_t)(end.ns - start.ns) << 32) / (end.tsc - start.tsc));
}

void
tenant_clock_set(struct tenants *t)
{
	const struct tenancy *any = t->n_workers > 0 ? t->workers[0] : NULL;
	uint64_t offset;

	if (any == NULL)
		return;
	offset = clock_unix_ns() - tenancy_time(any, rte_rdtsc());
	__atomic_store_n(&t->unix_offset_ns, offset, __ATOMIC_RELAXED);
}
