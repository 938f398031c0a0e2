/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A kernel interface through AF_XDP sockets. Sources: DPDK 22.11 doc/guides/nics/af_xdp.rst ("the
 * guide"), drivers/net/af_xdp at v22.11 and v22.11.11 ("the source"), kernel
 * Documentation/networking/napi.rst, and the project's pitfalls page, part net_af_xdp, for what was
 * measured. Name: RTE_PMD_REGISTER_VDEV(net_af_xdp), same up to v26.07.
 */
#include "drivers-config/driver_rows.h"

#include <rte_ethdev.h>

const struct driver_config driver_config_af_xdp = {
	.name = "net_af_xdp",
	.title = "kernel interface by AF_XDP",
	.kind = DRIVER_KERNEL,
	/*
	 * The driver's default (libxdp's XSK_RING_CONS__DEFAULT_NUM_DESCS), written out because it must
	 * be a power of two and sizes the TX ring of the pair as well (xsk_configure). Independent of
	 * it, every queue takes 2048 mbufs from the pool for its fill ring: size the pool for that.
	 */
	.rx_descriptors = 2048,
	.tx_descriptors =
		0, /* ignored (eth_tx_queue_setup); the TX ring is as long as the RX ring */
	/* Recommended by the driver: 64, its busy-poll budget (eth_dev_info). */
	.rx_burst = 64,
	.rx_offloads = 0, /* none offered (eth_dev_info): leat verifies checksums itself */
	/*
	 * None offered up to 26.07, MULTI_SEGS least of all: the driver copies pkt_len bytes out of the
	 * first segment, and 22.11 sends zeros for clones out of the RX pool (pitfalls, "Fan-out
	 * hazard"). Not wanted either should a later release offer it, before it was measured there.
	 */
	.tx_offloads = 0,
	/* flow_type_rss_offloads is 0. ethtool spreads over the queues, before the socket. */
	.rss_hf = 0,
	/* A socket has both rings: eth_dev_configure of v22.11 compares the two numbers. */
	.mbuf_headroom_bytes =
		256, /* XDP_PACKET_HEADROOM, taken from every chunk (net/xdp/xdp_umem.c) */
	.queues_in_pairs = true,
	/*
	 * Closing frees the UMEM and forgets the mbufs in its rings: up to 2048 waiting to be filled and as many sent and
	 * not reaped (xdp_umem_destroy of v22.11; XSK_RING_*__DEFAULT_NUM_DESCS).
	 */
	.mbufs_kept_at_close = 4096,
	.promiscuous = true, /* a bump in the wire; sets IFF_PROMISC */
	.paced = false, /* the wire is the clock */
	/*
	 * Busy polling off. On a veth it halved the rate (peers, AF_XDP table: 0.17 against 0.38 Mpps),
	 * as every empty poll becomes a system call. On a NIC it pays only together with
	 * napi_defer_hard_irqs and gro_flush_timeout, which leat does not set (guide, "busy_budget";
	 * napi.rst, "IRQ mitigation"). The default must do no harm; host_notes say how to turn it on.
	 */
	.devargs = "busy_budget=0",
	/*
	 * Guide: "Prerequisites", "iface", "busy_budget", "Limitations" (MTU). Pitfalls: points 2, 5, 7.
	 * The ring limit is read from af_xdp_rx_zc and not run: without busy polling it waits in poll()
	 * for up to 1 s when the kernel asks for a wake-up, which a NIC ring longer than the fill ring
	 * makes it do.
	 */
	.host_notes = "Kernel 5.4 or later with CONFIG_XDP_SOCKETS; CAP_NET_ADMIN, "
		      "CAP_NET_RAW, CAP_BPF or root; LimitMEMLOCK=infinity. ethtool -L IF "
		      "combined N, N = queue_count (DPDK before 25.07 knows only "
		      "\"combined\": one queue on a veth). On a veth: ethtool -K PEER tx off. "
		      "ethtool -G IF rx 2048 or less, the length of the fill ring, or an idle "
		      "lcore may sleep up to 1 s. MTU at most 3520, less on some drivers. For "
		      "busy polling on a NIC: busy_budget=64, echo 2 > "
		      "/sys/class/net/IF/napi_defer_hard_irqs, echo 200000 > "
		      "/sys/class/net/IF/gro_flush_timeout. After a kill -9 detach the stale "
		      "program: ip link set dev IF xdp off.",
};
