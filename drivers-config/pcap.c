/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Capture files as ports (and, rarely, interfaces through libpcap). Sources: DPDK 22.11
 * doc/guides/nics/pcap_ring.rst ("the guide"), drivers/net/pcap at v22.11 and v22.11.11. Name:
 * RTE_PMD_REGISTER_VDEV(net_pcap), same up to v26.07.
 *
 * To know when reading a packet from it: the RX timestamp field is set without being asked for and
 * counts microseconds (eth_pcap_rx), and the link type of the file is not checked.
 */
#include "drivers-config/driver_rows.h"

#include <rte_ethdev.h>
#include <rte_ether.h>

const struct driver_config driver_config_pcap = {
	.name = "net_pcap",
	.title = "capture file (pcap)",
	.kind = DRIVER_CAPTURE,
	.rx_descriptors = 0, /* no ring: packets are read from the file as they are asked for */
	.tx_descriptors = 0, /* no ring */
	/* leat's own burst; the larger the better, since the output file is flushed per TX burst. */
	.rx_burst = 64,
	/* 22.11 offers none. A packet longer than an mbuf becomes a chain anyway (eth_pcap_rx_jumbo). */
	.rx_offloads = RTE_ETH_RX_OFFLOAD_SCATTER,
	.tx_offloads = RTE_ETH_TX_OFFLOAD_MULTI_SEGS, /* offered from 26.07 */
	/*
	 * 22.11 does not offer it, yet copies a chain together; what is longer than RTE_ETH_PCAP_SNAPLEN, which is
	 * this, it cuts without a word (eth_pcap_tx_dumper).
	 */
	.tx_chain_bytes_max = RTE_ETHER_MAX_JUMBO_FRAME_LEN,
	.rss_hf = 0, /* none: one queue for each rx_pcap= given */
	.promiscuous = false, /* a file has no MAC filter, and the driver no such operation */
	/* A file gives packets as fast as they are read; unpaced, the rings would drop most of them. */
	.paced = true,
	/* infinite_rx stays 0: a capture ends, and --exit-when-idle relies on it. */
	.devargs = NULL,
	/* Guide, "Device Streams" and "Runtime Config Options"; pitfalls, start (pool size). */
	.host_notes = "rx_pcap=FILE[,tx_pcap=FILE]: the output file is overwritten; without "
		      "tx_pcap everything sent is dropped; without rx_pcap nothing is "
		      "received. Captures must be Ethernet. infinite_rx=1 keeps the whole "
		      "file in mbufs: the pool must be larger than the capture.",
};
