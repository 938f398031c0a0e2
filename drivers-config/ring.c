/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * rte_ring as a port: what is sent comes back on the same port. For tests and benchmarks. Sources:
 * DPDK 22.11 doc/guides/nics/pcap_ring.rst, "Rings-based PMD" ("the guide"), drivers/net/ring at
 * v22.11. Name: RTE_PMD_REGISTER_VDEV(net_ring), same up to v26.07.
 *
 * To know when receiving from it: mbuf pointers pass as they are (eth_ring_rx), so m->port is that
 * of the port that first received the packet, and offload flags are those of its NIC.
 */
#include "drivers-config/driver_rows.h"

#include <rte_ethdev.h>

const struct driver_config driver_config_ring = {
	.name = "net_ring",
	.title = "loop in memory (rte_ring)",
	.kind = DRIVER_MEMORY,
	.rx_descriptors = 0, /* ignored: rings of 1024 are made at probe (eth_dev_ring_create) */
	.tx_descriptors = 0, /* ignored, see above */
	.rx_burst = 64, /* leat's own burst: one dequeue, any number */
	.rx_offloads = RTE_ETH_RX_OFFLOAD_SCATTER, /* offered (eth_dev_info); nothing else is */
	/*
	 * Offered. MBUF_FAST_FREE is not, and could not be: whoever receives a packet here frees it, so
	 * one mbuf may meet two ports (driver_config.h).
	 */
	.tx_offloads = RTE_ETH_TX_OFFLOAD_MULTI_SEGS,
	.rss_hf = 0, /* none: RX queue n is TX queue n */
	.promiscuous = true, /* accepted and without effect (eth_promiscuous_enable) */
	.paced = true, /* no clock: what is not yet received waits in the ring and is not lost */
	.devargs = NULL, /* the guide: no further parameters */
	.host_notes = "Nothing. Up to 1023 mbufs per queue rest in the rings: count them in "
		      "the pool.",
};
