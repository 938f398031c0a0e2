/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Ports: DPDK devices opened, set to what the config and the driver's row ask for, and closed again.
 *
 * What a device cannot do it is used without, and the log says so once. Main thread only; the lcores see port ids.
 */
#ifndef APP_PORT_H
#define APP_PORT_H

#include "app/plan.h"
#include "app/port_xdp.h"
#include "drivers-config/driver_config.h"

#include <rte_ethdev.h>
#include <rte_mempool.h>

#include <stdbool.h>
#include <stdint.h>

struct port {
	const struct config_port *config;
	const struct driver_config *driver;
	struct rte_eth_dev_info info;
	uint16_t id; /* DPDK's */
	int socket; /* NUMA socket of the device, or SOCKET_ID_ANY */
	uint16_t rx_descriptors, tx_descriptors; /* of each queue */
	uint64_t rx_offloads, tx_offloads; /* RTE_ETH_*_OFFLOAD_*, as granted */
	bool opened, started;
	struct port_xdp xdp; /* of a port with an interface */
	unsigned
		kernel_interface; /* the kernel's index of the interface that joins groups for it; 0: none */
	bool link_known; /* link_up has been read once */
	uint64_t link_log_second_ns; /* when the second began in which lines are counted */
	unsigned link_logs_in_second;
	uint64_t link_changes_logged; /* how many had been when the last line was written */
	uint64_t program_seen_ns; /* when the XDP program was last looked for */
	/* Main thread writes, telemetry reads. Atomic. */
	uint64_t link_up; /* 0 or 1 */
	uint64_t link_changes; /* since the start */
};

/* Finds or makes the devices of the config. 0, or a negative errno after saying why; then all are closed again. */
int ports_open(struct port *ports, const struct config *config);

/* Sets the descriptors of its queues: the config's wish, else the driver's row, bounded by the device. 0 or negative. */
int port_descriptors_choose(struct port *port);

/* For a run without a config: every device that the EAL options made, as a port of its own, paired in order. */
int ports_adopt(struct config *config);

/* What the opened devices allow. */
void ports_limits(const struct port *ports, unsigned n, struct plan_limits *limits);

/* Queues, descriptors, offloads, RSS, MTU, promiscuous mode; `pools` by port. 0 or a negative errno after saying why. */
int ports_configure(struct port *ports, const struct plan *plan, struct rte_mempool *const *pools);

/* 0 or a negative errno after saying why. */
int ports_start(struct port *ports, unsigned n);

/* Stops what is started and closes what is open, so that every mbuf is back in its pool. */
void ports_close(struct port *ports, unsigned n);

/* The longest frame that the port is set to receive. */
uint32_t port_frame_bytes_max(const struct port *port);

/* The longest untagged frame that the port can be given to send, and how much longer it may be for VLAN tags. */
uint32_t port_tx_frame_bytes_max(const struct port *port);
uint32_t port_tx_vlan_bytes_max(const struct port *port);

/* May this port's packets be lost because the rest of leat is too slow? */
bool port_is_paced(const struct port *port);

#endif
