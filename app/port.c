/* SPDX-License-Identifier: BSD-3-Clause */
/* The life of a port: found or made, asked what it can do, started, stopped, closed. */
#include "app/port.h"

#include "app/device.h"
#include "app/log.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

enum { DEVARGS_BYTES = 64 };

/* net_tap would join an interface that exists already, another leat's for example, without a word. */
static int
kernel_interface_is_free(const struct config_port *config)
{
	if (!config->is_kernel_side || if_nametoindex(config->interface_made) == 0)
		return 0;
	log_error(
		"port %s: there is an interface %s already; another leat's, or remove it (ip link "
		"del %s)",
		config->name,
		config->interface_made,
		config->interface_made
	);
	return -EEXIST;
}

static int
port_open(struct port *port, const struct config_port *config)
{
	char more[DEVARGS_BYTES];
	int error;

	*port = (struct port){.config = config};
	error = kernel_interface_is_free(config);
	if (error != 0)
		return error;
	error = port_xdp_take(&port->xdp, config, more, sizeof(more));
	if (error == 0)
		error = device_find_or_make(config, more, &port->id);
	if (error != 0)
		return error;
	port->opened = true;
	error = rte_eth_dev_info_get(port->id, &port->info);
	if (error != 0) {
		log_error(
			"port %s: the driver does not describe itself: %s",
			config->name,
			strerror(-error)
		);
		return error;
	}
	port->driver = driver_config_find(port->info.driver_name);
	port->socket = rte_eth_dev_socket_id(port->id);
	return port_descriptors_choose(port);
}

/* Devices that EAL options made and nobody asks for: left alone, but not silently. */
static void
strays_report(const struct port *ports, unsigned n)
{
	for (uint16_t id = 0; id < RTE_MAX_ETHPORTS; id++) {
		char name[RTE_ETH_NAME_MAX_LEN];
		bool used = false;

		if (!rte_eth_dev_is_valid_port(id) || rte_eth_dev_get_name_by_port(id, name) != 0)
			continue;

		for (unsigned i = 0; i < n; i++)
			used |= ports[i].id == id;
		if (!used)
			log_warning("device %s is not in the config: not used", name);
	}
}

int
ports_open(struct port *ports, const struct config *config)
{
	for (unsigned i = 0; i < config->n_ports; i++) {
		int error = port_open(&ports[i], &config->ports[i]);

		if (error != 0) {
			ports_close(ports, i + 1);
			return error;
		}
	}
	strays_report(ports, config->n_ports);
	return 0;
}

int
ports_adopt(struct config *config)
{
	for (uint16_t id = 0; id < RTE_MAX_ETHPORTS; id++) {
		struct config_port *port = &config->ports[config->n_ports];
		char name[RTE_ETH_NAME_MAX_LEN];

		if (!rte_eth_dev_is_valid_port(id) || rte_eth_dev_get_name_by_port(id, name) != 0)
			continue;
		*port = (struct config_port){.rx_queues = 1, .kernel_port = CONFIG_NO_PORT};
		(void)snprintf(port->name, sizeof(port->name), "%.*s", CONFIG_NAME_BYTES - 1, name);
		(void)snprintf(port->device, sizeof(port->device), "%s", name);
		config->n_ports++;
	}
	if (config->n_ports == 0) {
		log_error("no config and no ports: name a file with --config, or make ports with "
			  "EAL options (--vdev, -a)");
		return -ENODEV;
	}
	for (uint16_t i = 0; i + 1u < config->n_ports; i = (uint16_t)(i + 2))
		config->pairs[config->n_pairs++] =
			(struct config_pair){.ports = {i, (uint16_t)(i + 1)}};
	return 0;
}

void
ports_limits(const struct port *ports, unsigned n, struct plan_limits *limits)
{
	for (unsigned i = 0; i < n; i++) {
		const struct port *port = &ports[i];

		limits[i] = (struct plan_limits){
			.rx_queues = port->info.max_rx_queues,
			.tx_queues = port->info.max_tx_queues,
		};
		if (port->driver->queues_in_pairs && limits[i].tx_queues > port->config->rx_queues)
			limits[i].tx_queues = (uint16_t)port->config->rx_queues;
		/* A device without RX queues only transmits, which needs no explanation. */
		if (port->info.max_rx_queues > 0 &&
		    port->config->rx_queues > port->info.max_rx_queues)
			log_warning(
				"port %s: %u RX queues wanted, the device has %u",
				port->config->name,
				(unsigned)port->config->rx_queues,
				port->info.max_rx_queues
			);
	}
}

static uint32_t
port_mtu(const struct port *port)
{
	uint16_t mtu = 0;

	/* net_af_xdp says 1500 whatever the interface has. */
	if (port->xdp.loader != NULL)
		return port_xdp_mtu(&port->xdp);
	/* What a driver that has no MTU receives is not bounded by it. */
	return rte_eth_dev_get_mtu(port->id, &mtu) == 0 ? mtu : RTE_ETHER_MTU;
}

uint32_t
port_frame_bytes_max(const struct port *port)
{
	return RTE_MAX((uint32_t)port->config->mtu, port_mtu(port)) + RTE_ETHER_HDR_LEN +
	       2 * RTE_VLAN_HLEN;
}

uint32_t
port_tx_frame_bytes_max(const struct port *port)
{
	/* Files and memory take any frame; of the others some stop for ever at one that is longer than their MTU allows. */
	if (port->driver->kind == DRIVER_CAPTURE || port->driver->kind == DRIVER_MEMORY)
		return UINT32_MAX;
	return port_mtu(port) + RTE_ETHER_HDR_LEN;
}

uint32_t
port_tx_vlan_bytes_max(const struct port *port)
{
	/* Linux sends one tag above the MTU (net/packet/af_packet.c, packet_extra_vlan_len_allowed), NICs two. */
	return port->driver->kind == DRIVER_KERNEL ? RTE_VLAN_HLEN : 2 * RTE_VLAN_HLEN;
}

bool
port_is_paced(const struct port *port)
{
	return port->config->pace == PACE_DRIVER ? port->driver->paced
						 : port->config->pace != PACE_NONE;
}

/* The kernel side speaks with the port's own MAC address, and joins groups for it. */
static void
kernel_interface_set(const struct port *ports, struct port *port)
{
	struct rte_ether_addr mac;
	const struct port *kernel;
	struct rte_eth_dev_info info;

	port->kernel_interface = port->xdp.interface;
	if (port->config->kernel_port == CONFIG_NO_PORT || port->config->is_kernel_side)
		return;
	kernel = &ports[port->config->kernel_port];
	if (rte_eth_dev_info_get(kernel->id, &info) == 0)
		port->kernel_interface = info.if_index;
	if (rte_eth_macaddr_get(port->id, &mac) != 0 ||
	    rte_eth_dev_default_mac_addr_set(kernel->id, &mac) != 0)
		log_warning(
			"port %s: its kernel interface keeps a MAC address of its own: neighbours "
			"may not answer it",
			port->config->name
		);
	log_info(
		"port %s: what no claim takes goes to %s",
		port->config->name,
		kernel->config->device
	);
}

int
ports_start(struct port *ports, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		int error = rte_eth_dev_start(ports[i].id);

		if (error != 0) {
			log_error(
				"port %s: %s does not start: %s",
				ports[i].config->name,
				ports[i].config->device,
				strerror(-error)
			);
			return error;
		}
		ports[i].started = true;
	}
	for (unsigned i = 0; i < n; i++)
		kernel_interface_set(ports, &ports[i]);
	return 0;
}

void
ports_close(struct port *ports, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct port *port = &ports[i];
		int error;

		port_xdp_prepare_close(&port->xdp);
		error = port->started ? rte_eth_dev_stop(port->id) : 0;

		if (error != 0)
			log_warning(
				"port %s does not stop: %s", port->config->name, strerror(-error)
			);
		if (port->opened)
			error = rte_eth_dev_close(port->id);
		if (error != 0)
			log_warning(
				"port %s does not close: %s", port->config->name, strerror(-error)
			);
		if (port->opened || port->xdp.loader != NULL)
			port_xdp_release(&port->xdp);
		port->started = false;
		port->opened = false;
	}
}
