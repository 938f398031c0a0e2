/* SPDX-License-Identifier: BSD-3-Clause */
/* How many mbufs, how large, and where. */
#include "app/pool.h"

#include "app/log.h"
#include "app/mbuf_pool.h"
#include "app/services.h"
#include "pipeline/tx/tx_buffer.h"

#include <rte_errno.h>
#include <rte_mbuf.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

enum {
	CACHE_SIZE = 256, /* mbufs that an lcore keeps from each pool: four bursts */
	DESCRIPTORS_UNKNOWN =
		4096, /* of a queue whose device is not open yet: most drivers' largest */
	/* Drivers that fill themselves: af_xdp holds 2048 and as many in flight, whatever its descriptors. */
	DRIVER_HOLDS = 4096,
	MBUF_OVERHEAD_BYTES = 192, /* struct rte_mbuf and the header of a mempool object */
	FRAME_OVERHEAD_BYTES = RTE_ETHER_HDR_LEN + 2 * RTE_VLAN_HLEN,
	PAGE_BYTES = 4096,
	PAGE_SHARE_BYTES =
		32, /* of a page: ring slot and the mempool's own notes; measured 16 to 74 */
};

static uint64_t
port_descriptors(const struct plan *plan, const struct port *port, uint16_t i)
{
	uint64_t rx = DESCRIPTORS_UNKNOWN, tx = DESCRIPTORS_UNKNOWN;

	if (port != NULL) {
		rx = port->rx_descriptors;
		tx = port->tx_descriptors;
	}
	return rx * plan_rx_queues_of(plan, i) + tx * plan_tx_queues_of(plan, i);
}

uint64_t
pool_mbufs_needed(const struct plan *plan, const struct port *ports, uint64_t held_packets)
{
	uint64_t needed = held_packets + services_held_max(plan);

	for (uint16_t i = 0; i < plan->config->n_ports; i++)
		needed +=
			port_descriptors(plan, ports != NULL ? &ports[i] : NULL, i) + DRIVER_HOLDS;
	needed += plan->n_rings * plan->config->ring_size;
	needed += (uint64_t)plan->n_tx_queues * TX_BUFFER_SIZE;
	/* A cache may hold half as much again before it is flushed. */
	needed += (uint64_t)(plan->n_lcores + 1) * (CACHE_SIZE * 3 / 2 + 2 * BURST_MAX);
	return needed;
}

uint64_t
pool_mbufs_for_unknown_ports(unsigned n_ports)
{
	return (uint64_t)n_ports * (2 * DESCRIPTORS_UNKNOWN + DRIVER_HOLDS);
}

/* The longest data room that the ports' MTUs may ask for: data_room says what they do. */
static uint64_t
data_room_max(const struct config *config)
{
	uint64_t room = RTE_MBUF_DEFAULT_BUF_SIZE;

	for (unsigned i = 0; i < config->n_ports; i++)
		room =
			RTE_MAX(room,
				config->ports[i].mtu + FRAME_OVERHEAD_BYTES + RTE_PKTMBUF_HEADROOM);
	return room;
}

uint64_t
pool_bytes(const struct config *config, uint64_t mbufs)
{
	uint64_t mbuf_bytes = data_room_max(config) + MBUF_OVERHEAD_BYTES;

	return RTE_MAX(mbufs, config->mbufs) *
	       (RTE_ALIGN_CEIL(mbuf_bytes, PAGE_BYTES) + PAGE_SHARE_BYTES);
}

/* A port that cannot scatter a long frame over mbufs needs mbufs as long as its frames. */
static uint16_t
data_room(const struct plan *plan, const struct port *ports)
{
	uint32_t room = RTE_MBUF_DEFAULT_BUF_SIZE;

	for (unsigned i = 0; i < plan->config->n_ports; i++) {
		uint32_t frame = port_frame_bytes_max(&ports[i]) + RTE_PKTMBUF_HEADROOM +
				 ports[i].driver->mbuf_headroom_bytes;

		if (!(ports[i].info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER))
			room = RTE_MAX(room, frame);
	}
	return (uint16_t)RTE_MIN(room, (uint32_t)UINT16_MAX);
}

static unsigned
port_pool_socket(const struct plan *plan, const struct port *port)
{
	/* Virtual devices have no socket: take the first RX lcore's. */
	if (port->socket == SOCKET_ID_ANY)
		return rte_lcore_to_socket_id(plan->config->rx.ids[0]);
	return (unsigned)port->socket;
}

static struct rte_mempool *
pool_create(unsigned socket, uint64_t mbufs, uint16_t room)
{
	char name[RTE_MEMPOOL_NAMESIZE];
	struct rte_mempool *pool;

	(void)snprintf(name, sizeof(name), "leat_pool_%u", socket);
	pool = mbuf_pool_create(name, (unsigned)mbufs, CACHE_SIZE, room, (int)socket);
	if (pool == NULL)
		log_error(
			"no memory for %" PRIu64 " mbufs (%" PRIu64
			" MiB) on NUMA socket %u: %s. Reserve more hugepages "
			"(tools/hugepages.sh), give more with -m where leat runs with --no-huge, "
			"or set `mbufs` lower",
			mbufs,
			mbufs * (room + MBUF_OVERHEAD_BYTES) >> 20,
			socket,
			rte_strerror(rte_errno)
		);
	return pool;
}

int
pools_create(
	struct pools *pools,
	const struct plan *plan,
	const struct port *ports,
	uint64_t held_packets
)
{
	uint64_t needed = pool_mbufs_needed(plan, ports, held_packets);
	uint64_t mbufs = plan->config->mbufs != 0 ? plan->config->mbufs : needed;

	*pools = (struct pools){0};
	if (mbufs < needed)
		log_warning(
			"mbufs: %" PRIu64 " are fewer than the %" PRIu64
			" that may be in use at once",
			mbufs,
			needed
		);
	for (unsigned i = 0; i < plan->config->n_ports; i++) {
		unsigned socket = port_pool_socket(plan, &ports[i]);

		if (pools->by_socket[socket] == NULL)
			pools->by_socket[socket] =
				pool_create(socket, mbufs, data_room(plan, ports));
		if (pools->by_socket[socket] == NULL) {
			pools_destroy(pools);
			return -ENOMEM;
		}
		pools->by_port[i] = pools->by_socket[socket];
	}
	return 0;
}

void
pools_count(const struct pools *pools, uint64_t *mbufs, uint64_t *free_mbufs)
{
	*mbufs = 0;
	*free_mbufs = 0;
	for (unsigned i = 0; i < RTE_MAX_NUMA_NODES; i++) {
		if (pools->by_socket[i] == NULL)
			continue;
		*mbufs += pools->by_socket[i]->size;
		*free_mbufs += rte_mempool_avail_count(pools->by_socket[i]);
	}
}

void
pools_destroy(struct pools *pools)
{
	for (unsigned i = 0; i < RTE_MAX_NUMA_NODES; i++)
		rte_mempool_free(pools->by_socket[i]);
	*pools = (struct pools){0};
}
