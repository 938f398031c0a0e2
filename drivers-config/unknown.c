/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For any driver without a row: everything here is a careful default, chosen so that a surprise
 * costs speed and never bytes. Whoever uses such a driver in earnest should give it a row
 * (README.md, "Adding a driver").
 */
#include "drivers-config/driver_rows.h"

#include <rte_ethdev.h>

const struct driver_config driver_config_unknown = {
	.name = "unknown", /* no driver reports this; driver_config_find() answers with it */
	.title = "a driver that leat has no row for",
	.kind = DRIVER_PHYSICAL, /* careful default: of the drivers in DPDK most are NICs */
	.rx_descriptors = 0, /* the driver knows its default best; ethdev falls back to 512 */
	.tx_descriptors = 0, /* as above */
	.rx_burst = 32, /* careful default: many drivers cap or prefer 32, none refuses it */
	/*
	 * No checksums: a para-virtual driver may pass unfinished ones to whoever asks for the offload
	 * (virtio.c tells how), and verifying in software is always right. SCATTER, because without it
	 * some drivers refuse, others cut, a frame longer than an mbuf.
	 */
	.rx_offloads = RTE_ETH_RX_OFFLOAD_SCATTER,
	.tx_offloads =
		RTE_ETH_TX_OFFLOAD_MULTI_SEGS, /* where not offered, tx makes one mbuf of it */
	.rss_hf =
		RTE_ETH_RSS_IP | RTE_ETH_RSS_UDP | RTE_ETH_RSS_TCP, /* masked; 0 means one queue */
	.promiscuous = true, /* a bump in the wire; -ENOTSUP is a warning */
	.paced = false, /* careful default: holding back a real wire loses packets */
	.devargs = NULL, /* an unknown key makes most drivers fail at probe */
	.host_notes = "leat has no advice for this driver: see its page in the DPDK guide "
		      "(doc/guides/nics).",
};
