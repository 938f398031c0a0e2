/* SPDX-License-Identifier: BSD-3-Clause */
/* What a port is set to: the config's wish, else the driver's row, and never more than the device offers. */
#include "app/log.h"
#include "app/port.h"

#include <errno.h>
#include <string.h>

enum {
	RSS_KEY_BYTES_MAX = 64,
	DESCRIPTORS_FALLBACK = 512, /* ethdev's own, where a driver names none */
};

/*
 * A key with a period of 16 bits makes Toeplitz symmetric: both directions of a flow get one hash (S. Woo and K. Park,
 * "Scalable TCP session monitoring with symmetric receive-side scaling", 2012).
 */
static void
rss_key_fill(uint8_t key[RSS_KEY_BYTES_MAX])
{
	for (unsigned i = 0; i < RSS_KEY_BYTES_MAX; i += 2) {
		key[i] = 0x6D;
		key[i + 1] = 0x5A;
	}
}

static void
rss_configure(const struct port *port, uint16_t n_queues, struct rte_eth_conf *conf, uint8_t *key)
{
	uint64_t rss_hf = port->driver->rss_hf & port->info.flow_type_rss_offloads;

	conf->rxmode.mq_mode = RTE_ETH_MQ_RX_NONE;
	if (n_queues > 1 && rss_hf != 0) {
		conf->rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf->rx_adv_conf.rss_conf.rss_hf = rss_hf;
		if (port->info.hash_key_size > 0 && port->info.hash_key_size <= RSS_KEY_BYTES_MAX) {
			conf->rx_adv_conf.rss_conf.rss_key = key;
			conf->rx_adv_conf.rss_conf.rss_key_len = port->info.hash_key_size;
		}
		return;
	}
	/* ethdev refuses hashes without RSS. */
	conf->rxmode.offloads &= ~RTE_ETH_RX_OFFLOAD_RSS_HASH;
	if (n_queues > 1 && port->driver->kind == DRIVER_PHYSICAL)
		log_warning(
			"port %s: the device has no RSS: all packets may arrive on the first of "
			"its %u queues",
			port->config->name,
			n_queues
		);
}

static uint16_t
descriptors_choose(uint64_t config, uint16_t row, uint16_t device_default)
{
	if (config != 0)
		return (uint16_t)config;
	if (row != 0)
		return row;
	return device_default != 0 ? device_default : DESCRIPTORS_FALLBACK;
}

static void
descriptors_warn(const struct port *port, const char *which, uint64_t wanted, uint16_t got)
{
	if (wanted != 0 && wanted != got)
		log_warning(
			"port %s: %u %s descriptors wanted, the device takes %u",
			port->config->name,
			(unsigned)wanted,
			which,
			got
		);
}

int
port_descriptors_choose(struct port *port)
{
	const struct config_port *config = port->config;
	int error;

	port->rx_descriptors = descriptors_choose(
		config->rx_descriptors,
		port->driver->rx_descriptors,
		port->info.default_rxportconf.ring_size
	);
	port->tx_descriptors = descriptors_choose(
		config->tx_descriptors,
		port->driver->tx_descriptors,
		port->info.default_txportconf.ring_size
	);
	error = rte_eth_dev_adjust_nb_rx_tx_desc(
		port->id, &port->rx_descriptors, &port->tx_descriptors
	);
	descriptors_warn(port, "RX", config->rx_descriptors, port->rx_descriptors);
	descriptors_warn(port, "TX", config->tx_descriptors, port->tx_descriptors);
	return error;
}

/* Things that a port may lack: it is used without them. */
static void
extras_configure(struct port *port)
{
	const struct config_port *config = port->config;
	bool promiscuous =
		config->promiscuous_set ? config->promiscuous : port->driver->promiscuous;
	int error = 0;

	/* The driver would leave its mark on the interface. */
	if (promiscuous && port->xdp.loader != NULL)
		error = port_xdp_promiscuous_set(&port->xdp);
	else if (promiscuous)
		error = rte_eth_promiscuous_enable(port->id);

	if (error != 0)
		log_warning(
			"port %s: no promiscuous mode (%s): frames to other MAC addresses are not "
			"seen",
			config->name,
			strerror(-error)
		);
}

/* Likewise. */
static void
mtu_configure(const struct port *port)
{
	const struct config_port *config = port->config;
	int error = config->mtu != 0 ? rte_eth_dev_set_mtu(port->id, (uint16_t)config->mtu) : 0;

	if (error != 0)
		log_warning(
			"port %s: MTU %u is not taken (%s): the device keeps its own",
			config->name,
			(unsigned)config->mtu,
			strerror(-error)
		);
}

static int
queues_configure(struct port *port, uint16_t n_rx, uint16_t n_tx, struct rte_mempool *pool)
{
	struct rte_eth_rxconf rx = port->info.default_rxconf;
	struct rte_eth_txconf tx = port->info.default_txconf;
	unsigned socket = (unsigned)port->socket;
	int error = 0;

	rx.offloads = port->rx_offloads;
	tx.offloads = port->tx_offloads;
	for (uint16_t queue = 0; queue < n_rx && error == 0; queue++)
		error = rte_eth_rx_queue_setup(
			port->id, queue, port->rx_descriptors, socket, &rx, pool
		);
	for (uint16_t queue = 0; queue < n_tx && error == 0; queue++)
		error = rte_eth_tx_queue_setup(port->id, queue, port->tx_descriptors, socket, &tx);
	return error;
}

static int
port_configure(struct port *port, uint16_t n_rx, uint16_t n_tx, struct rte_mempool *pool)
{
	struct rte_eth_conf conf = {0};
	uint8_t key[RSS_KEY_BYTES_MAX];
	int error;

	rss_key_fill(key);
	conf.rxmode.offloads = port->driver->rx_offloads & port->info.rx_offload_capa;
	conf.txmode.offloads = port->driver->tx_offloads & port->info.tx_offload_capa;
	rss_configure(port, n_rx, &conf, key);
	port->rx_offloads = conf.rxmode.offloads;
	port->tx_offloads = conf.txmode.offloads;
	error = rte_eth_dev_configure(port->id, n_rx, n_tx, &conf);
	if (error == 0)
		mtu_configure(port); /* before the queues: drivers choose by it how they receive */
	if (error == 0)
		error = queues_configure(port, n_rx, n_tx, pool);
	if (error != 0) {
		log_error(
			"port %s: %s cannot be set up with %u RX and %u TX queues: %s (DPDK's "
			"lines above say more)",
			port->config->name,
			port->config->device,
			n_rx,
			n_tx,
			strerror(-error)
		);
		return error;
	}
	extras_configure(port);
	return port_xdp_find(&port->xdp, port->config);
}

/* Drivers may want TX queues even where nobody sends. */
static uint16_t
tx_queues_set_up(const struct port *port, uint16_t n_rx, uint16_t n_tx)
{
	if (port->driver->queues_in_pairs && n_tx < n_rx)
		return n_rx;
	if (n_tx == 0 && port->info.max_tx_queues > 0)
		return 1;
	return n_tx;
}

/* A port's kernel interface has the port's MTU. */
static void
kernel_mtu_configure(const struct port *ports, const struct port *kernel)
{
	uint16_t mtu;

	if (!kernel->config->is_kernel_side ||
	    rte_eth_dev_get_mtu(ports[kernel->config->kernel_port].id, &mtu) != 0)
		return;
	if (rte_eth_dev_set_mtu(kernel->id, mtu) != 0)
		log_warning("port %s: its MTU cannot be set to %u", kernel->config->name, mtu);
}

int
ports_configure(struct port *ports, const struct plan *plan, struct rte_mempool *const *pools)
{
	for (uint16_t i = 0; i < plan->config->n_ports; i++) {
		uint16_t n_rx = plan_rx_queues_of(plan, i), n_tx = plan_tx_queues_of(plan, i);
		int error = port_configure(
			&ports[i], n_rx, tx_queues_set_up(&ports[i], n_rx, n_tx), pools[i]
		);

		if (error != 0)
			return error;
	}
	for (uint16_t i = 0; i < plan->config->n_ports; i++)
		kernel_mtu_configure(ports, &ports[i]);
	return 0;
}
