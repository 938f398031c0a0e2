/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * No wire: RX makes frames of zero bytes, TX frees what it gets. For measuring leat's own cost.
 * Sources: DPDK 22.11 doc/guides/nics/null.rst ("the guide"), drivers/net/null at v22.11. Name:
 * RTE_PMD_REGISTER_VDEV(net_null), same up to v26.07.
 */
#include "drivers-config/driver_rows.h"

#include <rte_ethdev.h>

const struct driver_config driver_config_null = {
	.name = "net_null",
	.title = "null device",
	.kind = DRIVER_MEMORY,
	.rx_descriptors = 0, /* no ring */
	.tx_descriptors = 0, /* no ring */
	.rx_burst =
		64, /* leat's own burst: RX always returns what it was asked for (eth_null_rx) */
	.rx_offloads = 0, /* none offered */
	.tx_offloads = RTE_ETH_TX_OFFLOAD_MULTI_SEGS, /* not offered by 22.11, offered by 26.07 */
	/* Accepted by the driver and without effect: every queue makes its own frames. */
	.rss_hf = 0,
	.promiscuous = false, /* no addresses to filter, and the driver has no such operation */
	.paced = true, /* RX never runs dry: unpaced, one lcore would drown the others */
	/* The user's choice: size=BYTES (64), copy=1, no-rx=1 (guide, "Runtime Config Options"). */
	.devargs = NULL,
	.host_notes = "Nothing. With no-rx=1 it is a sink; otherwise it is never idle, so "
		      "--exit-when-idle never comes true.",
};
