/* SPDX-License-Identifier: BSD-3-Clause */
/* The poll of a NIC queue. */
#include "pipeline/stages/rx.h"

#include <rte_ethdev.h>

void
rx_stage(const struct rx_queue *q, struct lcore_counters *counters, struct burst *b)
{
	struct port_counters *port = &counters->ports[q->port];
	uint64_t bytes = 0;

	b->n = rte_eth_rx_burst(q->port, q->queue, b->mbufs, q->burst);
	if (b->n == 0)
		return;
	for (uint32_t i = 0; i < b->n; i++) {
		/* net_ring leaves the port of whoever sent the packet there. */
		b->mbufs[i]->port = q->port;
		bytes += rte_pktmbuf_pkt_len(b->mbufs[i]);
	}
	counter_add(&port->rx_packets, b->n);
	counter_add(&port->rx_bytes, bytes);
	counter_add(&counters->received, b->n);
}
