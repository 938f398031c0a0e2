/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * NVIDIA ConnectX and BlueField. Sources: DPDK 22.11 doc/guides/nics/mlx5.rst ("the guide") and
 * doc/guides/platform/mlx5.rst ("the platform guide"); drivers/net/mlx5 and drivers/common/mlx5 at
 * v22.11. Reasons that all drivers share are in driver_config.h.
 *
 * The name is that of the bus driver (MLX5_PCI_DRIVER_NAME in mlx5_common.h), neither "net_mlx5"
 * nor "mlx5_eth": a PCI function reports mlx5_pci, a sub-function mlx5_auxiliary. Checked at
 * v22.11, v23.11, v24.11, v25.11 and v26.07.
 */
#include "drivers-config/driver_rows.h"

#include <rte_ethdev.h>

enum {
	/*
	 * Up to two queues the driver's own default is 256 ("minimum CPU utilization"); above that it
	 * takes 2048 for 100G and 200G (mlx5_set_default_params in mlx5_ethdev.c). 256 minimum-size
	 * frames at 100 Gb/s last 1.7 us; a lcore is away for longer than that with one burst of 64 at
	 * 50 ns a packet. So the larger value at any number of queues. With frames longer than an mbuf
	 * it must be a multiple of the segments of a packet, a power of two (mlx5_rxq_new): it is.
	 */
	MLX5_RX_DESCRIPTORS = 2048,
	/*
	 * The driver's value for throughput, as above. Inlined data takes room in the send queue and
	 * may lower the limit (guide, "Limitations"); by default it starts at 8 TX queues
	 * (txqs_min_inline), and the driver then shortens what it inlines, with a warning.
	 */
	MLX5_TX_DESCRIPTORS = 2048,
	/* Recommended by the driver, and the most its vector RX takes in one go (mlx5_defs.h). */
	MLX5_RX_BURST = 64,
};

/*
 * SCATTER costs nothing until it is needed: the driver leaves its vector RX only where MTU and mbuf
 * size make a packet span mbufs (mlx5_rxq_new, mlx5_rxq_check_vec_support). No TIMESTAMP: its clock
 * is the NIC's own and free running unless the firmware is told otherwise (guide, "Limitations").
 */
#define MLX5_RX_OFFLOADS                                                                           \
	(RTE_ETH_RX_OFFLOAD_CHECKSUM | RTE_ETH_RX_OFFLOAD_SCATTER | RTE_ETH_RX_OFFLOAD_RSS_HASH)

/*
 * Offered are IP, UDP, TCP, ESP and the halves "source only" and "destination only"
 * (MLX5_RSS_HF_MASK). Only whole pairs of addresses and ports can hash alike in both directions.
 */
#define MLX5_RSS_HF (RTE_ETH_RSS_IP | RTE_ETH_RSS_UDP | RTE_ETH_RSS_TCP)

/*
 * No devargs: the defaults (guide, "Driver options") are what leat needs, and one must stay.
 * mprq_en=0 (with rxqs_min_mprq=12): a multi-packet RX queue attaches packets to mbufs as external
 * buffers of a pool that the driver owns; all must be freed before the port closes, some packets
 * lose their RSS hash, and net_af_xdp of 22.11 sends zeros for external buffers (pitfalls, af_xdp).
 * rx_vec_en=1: vector RX, see SCATTER above. txq_inline_max, txq_inline_mpw, txqs_min_inline: leave
 * them; inlining trades CPU for PCIe bandwidth, and leat's lcores are the scarcer of the two.
 * rxq_cqe_comp_en=1: without mprq the compressed form keeps the RSS hash. Isolated flow mode is not
 * a devarg but rte_flow_isolate(), and leat claims whole ports here.
 */
#define MLX5_DEVARGS NULL

const struct driver_config driver_config_mlx5 = {
	.name = "mlx5_pci",
	.title = "NVIDIA ConnectX and BlueField (mlx5)",
	.kind = DRIVER_PHYSICAL,
	.rx_descriptors = MLX5_RX_DESCRIPTORS,
	.tx_descriptors = MLX5_TX_DESCRIPTORS,
	.rx_burst = MLX5_RX_BURST,
	.rx_offloads = MLX5_RX_OFFLOADS,
	/* MBUF_FAST_FREE is offered and not wanted: driver_config.h. */
	.tx_offloads = RTE_ETH_TX_OFFLOAD_MULTI_SEGS,
	.rss_hf = MLX5_RSS_HF,
	.promiscuous = true, /* a bump in the wire; a VF needs "trust on" from its host */
	.paced = false, /* the wire is the clock */
	.devargs = MLX5_DEVARGS,
	/*
	 * Platform guide: "Linux Prerequisites" (modules, libraries), "NVIDIA MLNX_OFED/EN" (firmware),
	 * "Linux Environment" (interface up), "Port Link" (LINK_TYPE). Guide: "Performance tuning".
	 */
	.host_notes = "Leave the port on its kernel driver: mlx5 is bifurcated, never bind it "
		      "to vfio-pci. Load mlx5_core, mlx5_ib and ib_uverbs; install rdma-core "
		      "(16 or later) with its mlx5 provider (Debian: ibverbs-providers). Keep "
		      "the kernel interface up. Firmware at least 16.21.1000 (ConnectX-5), "
		      "20.27.0090 (ConnectX-6), 22.27.0090 (ConnectX-6 Dx), 28.33.2028 "
		      "(ConnectX-7); check with ibv_devinfo. VPI cards: LINK_TYPE=ETH. For "
		      "rate: ethtool -A IF rx off tx off; mlxconfig CQE_COMPRESSION=1; "
		      "iommu=pt; lcores on the NIC's NUMA node. Reserve hugepages. Do not set "
		      "mprq_en=1.",
};

const struct driver_config driver_config_mlx5_auxiliary = {
	.name = "mlx5_auxiliary",
	.title = "NVIDIA sub-function (mlx5)",
	.kind = DRIVER_PHYSICAL,
	/* One driver behind two buses: every value for the reason given above. */
	.rx_descriptors = MLX5_RX_DESCRIPTORS,
	.tx_descriptors = MLX5_TX_DESCRIPTORS,
	.rx_burst = MLX5_RX_BURST,
	.rx_offloads = MLX5_RX_OFFLOADS,
	.tx_offloads = RTE_ETH_TX_OFFLOAD_MULTI_SEGS,
	.rss_hf = MLX5_RSS_HF,
	.promiscuous = true,
	.paced = false,
	.devargs = MLX5_DEVARGS,
	/* Platform guide, "Sub-Function with MLNX_OFED/EN". */
	.host_notes = "As mlx5_pci. Create the sub-function in switchdev mode first and name "
		      "it auxiliary:mlx5_core.sf.N; the guide asks for MLNX_OFED 5.4-0.3.3.0 "
		      "or later.",
};
