/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * virtio-net: the PCI device in a virtual machine, and virtio-user, the same rings in software
 * towards vhost-net or a vhost-user process. Sources: DPDK 22.11 doc/guides/nics/virtio.rst ("the
 * guide"), doc/guides/howto/virtio_user_as_exception_path.rst, drivers/net/virtio at v22.11.11.
 * Names: .driver.name in virtio_pci_ethdev.c, RTE_PMD_REGISTER_VDEV in virtio_user_ethdev.c;
 * a device given by the alias virtio_user0 reports net_virtio_user too. Same up to v26.07.
 */
#include "drivers-config/driver_rows.h"

#include <rte_ethdev.h>

enum {
	/*
	 * The most that QEMU gives a RX queue, since 2.8 (guide, "Features and Limitations"). The driver
	 * cuts it to what the host offers, often 256; left to ethdev it would ask for 512 at most.
	 */
	VIRTIO_RX_DESCRIPTORS = 1024,
	/* ethdev's fallback of 512, cut to the host's ring: QEMU fixes TX at 256 (same section). */
	VIRTIO_TX_DESCRIPTORS = 0,
	/* The driver caps a RX burst at VIRTIO_MBUF_BURST_SZ, 64 (virtio_rxtx.c). */
	VIRTIO_RX_BURST = 64,
};

/*
 * Not the checksums. Asking for them negotiates VIRTIO_NET_F_GUEST_CSUM (virtio_dev_configure), and
 * the host may then hand over packets whose TCP or UDP checksum was never filled in, marked
 * RX_L4_CKSUM_NONE (virtio_rx_offload). leat forwards bytes unchanged, so they would leave broken.
 * Without it the host has to complete them (VIRTIO 1.1, 5.1.6.4.1). SCATTER stands for
 * VIRTIO_NET_F_MRG_RXBUF, on by default. RSS_HASH is not offered by 22.11.
 */
#define VIRTIO_RX_OFFLOADS RTE_ETH_RX_OFFLOAD_SCATTER

/*
 * Offered only where the host has VIRTIO_NET_F_RSS. Where it has not, rss_hf masks to 0 and the
 * port must use RTE_ETH_MQ_RX_NONE: with RTE_ETH_MQ_RX_RSS the driver returns -ENOTSUP.
 */
#define VIRTIO_RSS_HF (RTE_ETH_RSS_IP | RTE_ETH_RSS_UDP | RTE_ETH_RSS_TCP)

const struct driver_config driver_config_virtio = {
	.name = "net_virtio",
	.title = "virtio-net in a virtual machine",
	.kind = DRIVER_PHYSICAL, /* a NIC behind PCI as far as leat can see */
	.rx_descriptors = VIRTIO_RX_DESCRIPTORS,
	.tx_descriptors = VIRTIO_TX_DESCRIPTORS,
	.rx_burst = VIRTIO_RX_BURST,
	.rx_offloads = VIRTIO_RX_OFFLOADS,
	.tx_offloads = RTE_ETH_TX_OFFLOAD_MULTI_SEGS, /* always offered (virtio_dev_info_get) */
	.rss_hf = VIRTIO_RSS_HF,
	/* A bump in the wire. -ENOTSUP where the host lacks VIRTIO_NET_F_CTRL_RX: warn, go on. */
	.promiscuous = true,
	.paced = false, /* the host is the clock */
	/*
	 * vectorized=0, the default: its RX path needs mergeable buffers off, and with them goes
	 * SCATTER (guide, "Virtio paths Selection").
	 */
	.devargs = NULL,
	/* Guide: "Features and Limitations", "Prerequisites", "Prerequisites for Rx interrupts". */
	.host_notes = "In the guest, bind the device to vfio-pci (without a virtual IOMMU: "
		      "modprobe vfio enable_unsafe_noiommu_mode=1) or uio_pci_generic; "
		      "reserve hugepages. On the host, give QEMU mq=on, one queue pair per "
		      "lcore and rx_queue_size=1024, and let the tap or macvtap pass foreign "
		      "MAC addresses. Legacy devices need SYS_RAWIO for port I/O.",
};

const struct driver_config driver_config_virtio_user = {
	.name = "net_virtio_user",
	.title = "virtio-user (vhost-net or vhost-user)",
	.kind = DRIVER_KERNEL, /* by /dev/vhost-net a tap of the kernel; by vhost-user another process */
	.rx_descriptors = VIRTIO_RX_DESCRIPTORS, /* bounded by queue_size, below */
	.tx_descriptors = VIRTIO_TX_DESCRIPTORS,
	.rx_burst = VIRTIO_RX_BURST,
	.rx_offloads = VIRTIO_RX_OFFLOADS,
	.tx_offloads = RTE_ETH_TX_OFFLOAD_MULTI_SEGS,
	.rss_hf = VIRTIO_RSS_HF,
	.promiscuous =
		true, /* -ENOTSUP unless the user gives cq=1 (virtio_user_dev.c): warn, go on */
	.paced = false, /* the other end is the clock */
	/* Default 256; the exception-path guide raises it to 1024 lest descriptors run short. */
	.devargs = "queue_size=1024",
	/* virtio_user_as_exception_path.rst; "Virtio PMD arguments" for the keys. */
	.host_notes = "For a kernel interface: modprobe vhost-net, path=/dev/vhost-net, "
		      "iface=NAME, queues=N (each served by one kernel thread). For "
		      "vhost-user: path=SOCKET, with hugepages that the other process can "
		      "map.",
};
