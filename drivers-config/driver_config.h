/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What leat asks of a port, by the name of its driver (rte_eth_dev_info.driver_name).
 *
 * One file per driver holds its constant; each value stands beside its reason and source. A port's
 * own keys in the config come before these values, and what the driver reports (rte_eth_dev_info)
 * bounds both. A value of 0 means: take the driver's own default. README.md has the table and tells
 * how `port` uses it.
 *
 * Reasons that hold for every row:
 * - RX: no VLAN_STRIP and no LRO, since leat forwards bytes unchanged. RSS_HASH only together with
 *   RSS: ethdev refuses it unless mq_mode is RTE_ETH_MQ_RX_RSS (rte_eth_dev_configure).
 * - RSS: whole pairs (addresses, ports), never a source or destination half, so that a key with a
 *   16-bit period gives both directions of a flow one hash. It spreads load and decides nothing:
 *   `steer` hashes for itself, as fragments and feed lines need.
 * - TX: MULTI_SEGS, for a packet longer than one mbuf. Where a device lacks it, `tx` copies the
 *   packet into one mbuf. No checksum or TSO offload: bytes leave as they came.
 * - TX, never MBUF_FAST_FREE: it promises that all mbufs of a TX queue come from one pool and have
 *   refcnt 1 (rte_ethdev.h). leat has a pool per NUMA socket and one TX queue may send packets that
 *   ports on several sockets received; fan-out holds references. Mbufs would return to a wrong
 *   pool, or while in use, and nothing would say so.
 */
#ifndef DRIVERS_CONFIG_DRIVER_CONFIG_H
#define DRIVERS_CONFIG_DRIVER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum driver_kind {
	DRIVER_PHYSICAL, /* a NIC behind PCI */
	DRIVER_KERNEL, /* frames of a kernel interface: af_packet, af_xdp, tap */
	DRIVER_CAPTURE, /* a file without a clock */
	DRIVER_MEMORY, /* null, ring: no wire at all */
};

struct driver_config {
	const char *name; /* as in rte_eth_dev_info.driver_name */
	const char *title; /* for people, e.g. "NVIDIA ConnectX (mlx5)" */
	enum driver_kind kind;
	uint16_t rx_descriptors; /* per queue */
	uint16_t tx_descriptors; /* per queue */
	uint16_t rx_burst; /* packets asked for in one rte_eth_rx_burst, at most 64 */
	uint64_t rx_offloads; /* wanted RTE_ETH_RX_OFFLOAD_*; masked by what the device offers */
	uint64_t tx_offloads; /* wanted RTE_ETH_TX_OFFLOAD_*; masked by what the device offers */
	/*
	 * Chains of segments up to so many bytes are sent whole although the driver does not offer MULTI_SEGS. 0: none, a
	 * chain must be made one segment first.
	 */
	uint32_t tx_chain_bytes_max;
	uint64_t rss_hf; /* wanted RTE_ETH_RSS_*; masked by what the device offers */
	bool promiscuous; /* a bump in the wire has to see frames for other MAC addresses */
	uint16_t
		mbuf_headroom_bytes; /* taken of each mbuf in front of a frame, beyond DPDK's own */
	uint16_t
		mbufs_kept_at_close; /* the driver never gives back so many of a queue; 0: it gives all back */
	bool queues_in_pairs; /* the driver refuses fewer TX than RX queues */
	bool paced; /* the source has no clock: receive no faster than the rest of leat works */
	const char
		*devargs; /* key=value,...; each key is added unless the user gives it; or NULL */
	const char *host_notes; /* what the operator must prepare on the host; may be NULL */
};

/* The constant for a driver name; careful defaults for an unknown one. Never NULL. Any thread. */
const struct driver_config *driver_config_find(const char *driver_name);

/*
 * The row for a device string before there is a device: a virtual device is called by its driver's name (net_tap, or by
 * DPDK's older names eth_tap, virtio_user) and a number. Defaults for all others, PCI addresses among them. Never NULL.
 */
const struct driver_config *driver_config_guess(const char *device);

/* All rows, for the manual and for tests; the one for unknown drivers is last. Ends with a NULL. */
extern const struct driver_config *const driver_configs[];

#endif
