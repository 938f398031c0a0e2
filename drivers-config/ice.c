/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Intel Ethernet 800 series (E810, E822, E823). Sources: DPDK 22.11 doc/guides/nics/ice.rst ("the
 * guide") and drivers/net/ice at v22.11 and v22.11.11 (moved to drivers/net/intel/ice in 25.03).
 * The driver name comes from RTE_PMD_REGISTER_PCI(net_ice) in ice_ethdev.c; same up to v26.07.
 * net_ice_dcf is another driver and has no row.
 */
#include "drivers-config/driver_rows.h"

#include <rte_ethdev.h>

const struct driver_config driver_config_ice = {
	.name = "net_ice",
	.title = "Intel Ethernet 800 series (ice)",
	.kind = DRIVER_PHYSICAL,
	/*
	 * The default is 1024 (ice_dev_info_get), 6.9 us of minimum-size frames at 100 Gb/s. Twice that
	 * covers a lcore that is busy with one burst of 64 for each of two queues, and is the size at
	 * which DPDK's E810 figures in commit c522ba733b were taken. The vector RX wants a power of
	 * two (ice_rx_vec_queue_default); the limits are 64 to 4096 in steps of 32 (ice_rxtx.h).
	 */
	.rx_descriptors = 2048,
	/* The driver's default, 1024: no reason found to differ. */
	.tx_descriptors = 0,
	/* Recommended by the driver (ICE_RX_MAX_BURST); its vector RX works in steps of 32 anyway. */
	.rx_burst = 32,
	/*
	 * All of these are on the vector path (ICE_RX_VECTOR_OFFLOAD in ice_rxtx_vec_common.h); SCATTER
	 * takes the scattered one only where a frame exceeds an mbuf (ice_program_hw_rx_queue). No
	 * TIMESTAMP, QINQ_STRIP or VLAN_STRIP: the first leaves the vector path, the others change the
	 * bytes. In safe mode only SCATTER of these is offered.
	 */
	.rx_offloads = RTE_ETH_RX_OFFLOAD_CHECKSUM | RTE_ETH_RX_OFFLOAD_SCATTER |
		       RTE_ETH_RX_OFFLOAD_RSS_HASH,
	/*
	 * MULTI_SEGS takes the port off the vector TX (ICE_TX_NO_VECTOR_FLAGS). Correctness first: that
	 * TX knows nothing of further segments (ice_xmit_fixed_burst_vec). Where no packet can span
	 * mbufs it may be dropped, once a measurement says what that is worth. MBUF_FAST_FREE is
	 * offered and not wanted: driver_config.h.
	 */
	.tx_offloads = RTE_ETH_TX_OFFLOAD_MULTI_SEGS,
	/* ICE_RSS_OFFLOAD_ALL has these but for the IPv6 _EX forms, which the mask drops. Safe mode: 0. */
	.rss_hf = RTE_ETH_RSS_IP | RTE_ETH_RSS_UDP | RTE_ETH_RSS_TCP,
	.promiscuous = true, /* a bump in the wire */
	.paced = false, /* the wire is the clock */
	/*
	 * None (guide, "Runtime Config Options"). safe-mode-support stays 0: without its DDP package the
	 * port then fails to start, which is better than running with no RSS and no checksums.
	 * rx_low_latency stays 0: it writes each descriptor back at once and costs PCIe bandwidth.
	 */
	.devargs = NULL,
	/*
	 * Guide: "Limitations or Known issues" (DDP search path, one file for kernel and DPDK),
	 * "Recommended Matching List" (row 22.07, the last), "Vector PMD", "Malicious driver detection".
	 * Linux guide: linux_drivers.rst, "VFIO"; nic_perf_intel_platform.rst, "Linux boot command line".
	 */
	.host_notes = "Bind the port to vfio-pci (dpdk-devbind.py -b vfio-pci ADDRESS); boot "
		      "with intel_iommu=on iommu=pt; reserve hugepages. The DDP package must "
		      "be readable as /lib/firmware/updates/intel/ice/ddp/ice.pkg or "
		      "/lib/firmware/intel/ice/ddp/ice.pkg (not compressed, unless DPDK was "
		      "built with libarchive); without it the port is refused, and with "
		      "safe-mode-support=1 runs without RSS and checksum offload. Tested by "
		      "Intel with DPDK 22.07: firmware 4.0, DDP 1.3.30. AVX-512 paths need "
		      "the EAL option --force-max-simd-bitwidth=512. The NIC drops a frame "
		      "sent to its own MAC address.",
};
