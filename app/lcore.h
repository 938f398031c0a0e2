/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One polling lcore: what it receives, works on and transmits, and the loop that does it.
 *
 * An lcore may have any of the three roles. The stages are called in the order of the picture in README.md; where a
 * packet's worker is on the lcore that received it, no ring lies between them.
 */
#ifndef APP_LCORE_H
#define APP_LCORE_H

#include "app/config.h"
#include "app/pacer.h"
#include "pipeline/burst.h"
#include "pipeline/counters.h"
#include "pipeline/stages/rx.h"
#include "pipeline/stages/steer.h"
#include "pipeline/stages/tx.h"
#include "pipeline/worker.h"

#include <stdint.h>

/* leat ends in this order, so that what was received comes out: each phase stops one role when it has run dry. */
enum lcore_phase {
	LCORE_RUN,
	LCORE_STOP_RX,
	LCORE_STOP_WORK,
	LCORE_STOP_TX,
	LCORE_END,
};

struct lcore_control {
	int phase; /* enum lcore_phase; main thread: writes; lcores: read. Atomic */
};

struct lcore_rx {
	struct rx_queue queue;
	struct pacer pacer;
};

struct lcore {
	unsigned id;
	int dry_phase; /* the last phase in which this lcore had nothing left; this lcore writes, main reads. Atomic */
	const struct lcore_control *control;
	struct lcore_counters *counters;

	struct lcore_rx *rx; /* receives; none: NULL */
	unsigned n_rx;
	struct steer steer;

	struct worker *worker; /* works; NULL: does not */
	struct rte_ring *inputs[RTE_MAX_LCORE]; /* from RX lcores */
	unsigned n_inputs;

	struct tx_queue *tx; /* transmits; none: NULL */
	unsigned n_tx;

	struct burst burst; /* the one that moves */
};

/* The loop; returns when control says LCORE_END. For rte_eal_remote_launch: the argument is a struct lcore. */
int lcore_run(void *argument);

#endif
