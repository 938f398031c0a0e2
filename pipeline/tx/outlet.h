/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A worker's way to one output port: straight into the port's TX buffer where the worker's lcore owns a TX queue, else
 * through a ring to the lcore that does. Owned by the worker.
 */
#ifndef PIPELINE_TX_OUTLET_H
#define PIPELINE_TX_OUTLET_H

#include "pipeline/burst.h"
#include "pipeline/counters.h"
#include "pipeline/tx/tx_buffer.h"

#include <rte_ring.h>

#include <stdint.h>

struct outlet {
	struct tx_buffer *buffer; /* this lcore's own TX queue, or NULL */
	struct rte_ring
		*ring; /* else the ring to the port's TX lcore (single producer, single consumer) */
	uint32_t n; /* packets gathered from the burst at hand */
	struct rte_mbuf *mbufs[BURST_MAX];
};

/* Hands packets on, all at once. What a full ring does not take is freed and counted. */
void outlet_send(
	const struct outlet *o, struct rte_mbuf **mbufs, unsigned n, struct lcore_counters *counters
);

/* The same with the gathered packets. */
void outlet_flush(struct outlet *o, struct lcore_counters *counters);

#endif
