/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * tx: from the rings of the workers into a port's TX queue. The last stage, on the lcore that owns the queue.
 *
 * Takes from a ring only what the TX buffer has room for, so that a congested port backs up into its own rings, where
 * the workers count what is lost. A port is called even when there is nothing to send, only less often: many drivers
 * free sent mbufs only then.
 */
#ifndef PIPELINE_STAGES_TX_H
#define PIPELINE_STAGES_TX_H

#include "pipeline/tx/tx_buffer.h"

#include <rte_config.h>
#include <rte_ring.h>

struct tx_queue {
	struct tx_buffer buffer;
	unsigned idle_turns; /* since the driver was last called */
	unsigned n_rings;
	unsigned first_ring; /* asked first at the next turn, so that no worker is always last */
	struct rte_ring *rings
		[RTE_MAX_LCORE]; /* one for each worker that has no TX queue of its own on this port */
};

/* Returns how many packets were taken or sent. */
unsigned tx_stage(struct tx_queue *q);

#endif
