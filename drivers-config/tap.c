/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A tap interface that leat creates: a wire into the host's own kernel. Sources: DPDK 22.11
 * doc/guides/nics/tap.rst ("the guide"), drivers/net/tap at v22.11 and v22.11.11. Name:
 * RTE_PMD_REGISTER_VDEV(net_tap), same up to v26.07. net_tun, from the same source file, carries
 * packets without an Ethernet header and has no row on purpose.
 */
#include "drivers-config/driver_rows.h"

#include <rte_ethdev.h>

const struct driver_config driver_config_tap = {
	.name = "net_tap",
	.title = "tap interface of this host",
	.kind = DRIVER_KERNEL,
	/*
	 * Not a ring: the number of mbufs in the vector given to readv() for one packet
	 * (tap_rx_queue_setup, pmd_rx_burst). With SCATTER the kernel walks the whole vector for each
	 * packet, so ethdev's fallback of 512 would be waste; 8 mbufs of 2 KiB hold a 9728-byte frame.
	 */
	.rx_descriptors = 8,
	.tx_descriptors = 0, /* not used: one writev() per packet */
	/* Careful default: one system call per packet, and other ports wait for the lcore meanwhile. */
	.rx_burst = 32,
	/*
	 * Checksums are verified in software by the driver (tap_verify_csum), a small price next to the
	 * system call, and a bad one then has the same fate as from a NIC. No RSS_HASH to be had.
	 */
	.rx_offloads = RTE_ETH_RX_OFFLOAD_CHECKSUM | RTE_ETH_RX_OFFLOAD_SCATTER,
	/* No checksum or TSO offload: bytes leave as they came. */
	.tx_offloads = RTE_ETH_TX_OFFLOAD_MULTI_SEGS,
	/*
	 * All three or none (guide, end of the RSS part). The source gives them effect only in rte_flow
	 * rules (tap_flow.c); else the kernel's tun driver picks the queue.
	 */
	.rss_hf = RTE_ETH_RSS_IP | RTE_ETH_RSS_UDP | RTE_ETH_RSS_TCP,
	.queues_in_pairs = true, /* tap_dev_configure of v22.11 compares the two numbers */
	.promiscuous =
		true, /* a bump in the wire; with remote= it also redirects all of its frames */
	.paced = false, /* the kernel is the clock; what leat does not read, its queue drops */
	/* The user names iface, mac, remote, persist; none has a value that suits all. */
	.devargs = NULL,
	/* Guide: start, "Systems supporting flow API", "Limitations". */
	.host_notes = "Needs /dev/net/tun and CAP_NET_ADMIN. As many RX queues as TX queues, "
		      "16 at most. The interface (iface=NAME, else dtap0 and so on) is there "
		      "while leat runs; give it addresses after the start (ip addr add, ip "
		      "link set up). remote=IF takes the frames of another interface by tc "
		      "rules: needs the tc flower classifier, kernel 4.2 or later.",
};
