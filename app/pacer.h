/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Receiving no faster than the rest of leat works, for sources without a clock such as captures.
 *
 * The pacer counts the packets between "received" and "settled" over all lcores. As long as they are fewer than the
 * smallest queue holds, no ring and no TX buffer can overflow, and nothing is lost. NICs are not paced: their wire does
 * not wait, and what does not fit is dropped and counted.
 */
#ifndef APP_PACER_H
#define APP_PACER_H

#include "pipeline/counters.h"

#include <stdint.h>

struct pacer {
	const struct lcore_counters *const *counters; /* of all lcores; read only */
	unsigned n_counters;
	uint64_t window; /* packets that may be under way; 0: this port is not paced */
	uint16_t burst_max; /* at once, so that all RX lcores together stay within the window */
	uint64_t pps; /* packets a second at most; 0: no rate */
	uint64_t hz; /* of the TSC */
	uint64_t start_tsc; /* 0: not started */
	uint64_t taken; /* packets since then */
};

/* How many packets may be received now, at most `burst`. The RX lcore that owns the queue. */
uint16_t pacer_allow(struct pacer *p, uint16_t burst);

/* Says how many have been. */
static inline void
pacer_take(struct pacer *p, uint16_t n)
{
	p->taken += n;
}

#endif
