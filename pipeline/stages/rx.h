/* SPDX-License-Identifier: BSD-3-Clause */
/* rx: packets from one queue of a port into a burst, counted. The first stage, on an RX lcore. */
#ifndef PIPELINE_STAGES_RX_H
#define PIPELINE_STAGES_RX_H

#include "pipeline/burst.h"
#include "pipeline/counters.h"

#include <stdint.h>

struct rx_queue {
	uint16_t port;
	uint16_t queue;
	uint16_t burst; /* packets asked for at once, at most BURST_MAX */
};

/* Fills `b` with what has arrived, without metadata. b->n is 0 when nothing has. */
void rx_stage(const struct rx_queue *q, struct lcore_counters *counters, struct burst *b);

#endif
