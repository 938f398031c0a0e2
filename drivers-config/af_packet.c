/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A kernel interface through PACKET_MMAP: any interface, no preparation, one copy each way.
 * Sources: DPDK 22.11 doc/guides/nics/af_packet.rst ("the guide"), drivers/net/af_packet at v22.11
 * and v22.11.11, kernel Documentation/networking/packet_mmap.rst ("the kernel page"). Name:
 * RTE_PMD_REGISTER_VDEV(net_af_packet), same up to v26.07.
 */
#include "drivers-config/driver_rows.h"

#include <rte_ethdev.h>

const struct driver_config driver_config_af_packet = {
	.name = "net_af_packet",
	.title = "kernel interface by AF_PACKET",
	.kind = DRIVER_KERNEL,
	/* Ignored: eth_rx_queue_setup and eth_tx_queue_setup do not use it; framecnt sizes the rings. */
	.rx_descriptors = 0,
	.tx_descriptors = 0,
	/* leat's own burst: frames are copied one by one and the driver prefers no number. */
	.rx_burst = 64,
	/*
	 * Offered is only VLAN_STRIP; left off, the driver puts a tag that the kernel took out back
	 * where it was (guide, "Features and Limitations"). Checksums are for leat to verify.
	 */
	.rx_offloads = 0,
	.tx_offloads =
		RTE_ETH_TX_OFFLOAD_MULTI_SEGS, /* offered; segments are copied one after another */
	/* None offered. qpairs=N spreads by PACKET_FANOUT_HASH in the kernel instead (guide, start). */
	.rss_hf = 0,
	.promiscuous = true, /* a bump in the wire; sets IFF_PROMISC (eth_dev_promiscuous_enable) */
	.paced = false, /* the wire is the clock */
	/*
	 * framecnt: the default ring of 512 frames lasts 0.8 ms at the 0.66 Mpps that this driver was
	 * measured at (peers, AF_XDP table); a lcore that the kernel preempts is away for a tick, 4 ms at
	 * CONFIG_HZ=250, 2640 frames: the next power of two. 16 MiB per queue pair, both rings together.
	 * framesz=2048 stays: it holds a 1518-byte frame, and the driver refuses a queue whose mbufs
	 * are smaller than it (eth_rx_queue_setup). blocksz stays one page, the easiest to allocate.
	 * qdisc_bypass: the guide says off by default, the source has it on; so say it. Queueing is
	 * leat's own matter, and bytes sent should meet neither tc nor the host's other packet sockets.
	 */
	.devargs = "framecnt=4096,qdisc_bypass=1",
	/*
	 * Kernel page: "Capture process" (TP_STATUS_COPY, CSUMNOTREADY), "PACKET_QDISC_BYPASS". The
	 * driver looks at neither status: it takes tp_snaplen as the length (eth_af_packet_rx).
	 */
	.host_notes = "Needs CAP_NET_RAW, and for the locked rings CAP_IPC_LOCK or "
		      "LimitMEMLOCK=infinity. Interface up; turn off what makes frames longer "
		      "than framesz, which arrive cut short without a word: ethtool -K IF gro "
		      "off lro off. On a veth, also at the far end: ethtool -K PEER tx off "
		      "tso off gso off, or TCP and UDP arrive with unfinished checksums. The "
		      "kernel sees every frame too: give the interface no address (and "
		      "net.ipv6.conf.IF.disable_ipv6=1), or it answers as well. tcpdump on "
		      "the same interface does not show what leat sends (qdisc_bypass=1).",
};
