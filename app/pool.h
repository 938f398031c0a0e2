/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * mbuf pools: one for each NUMA socket that a port belongs to, large enough for everything that may hold a packet at
 * once. Main thread.
 */
#ifndef APP_POOL_H
#define APP_POOL_H

#include "app/plan.h"
#include "app/port.h"

#include <rte_mempool.h>

#include <stdint.h>

struct pools {
	struct rte_mempool *by_socket[RTE_MAX_NUMA_NODES];
	struct rte_mempool *by_port[CONFIG_PORTS_MAX]; /* one of the above */
};

/*
 * mbufs that one pool must have for the whole plan: descriptors, rings, TX buffers, bursts, caches and what captures
 * hold. `ports` may be NULL before the devices are open: then a port's descriptors are taken to be many.
 */
uint64_t
pool_mbufs_needed(const struct plan *plan, const struct port *ports, uint64_t held_packets);

/* mbufs for so many more ports whose devices and queues are not known yet. */
uint64_t pool_mbufs_for_unknown_ports(unsigned n_ports);

/*
 * Bytes that so many mbufs take on small pages, where DPDK puts no object across a page: one page each. On hugepages it
 * is a good half of that.
 */
uint64_t pool_bytes(const struct config *config, uint64_t mbufs);

/* 0, or a negative errno after saying why and what to do. */
int pools_create(
	struct pools *pools,
	const struct plan *plan,
	const struct port *ports,
	uint64_t held_packets
);

/* mbufs in all pools, and how many of them are free now. Exact while no lcore runs. */
void pools_count(const struct pools *pools, uint64_t *mbufs, uint64_t *free_mbufs);

void pools_destroy(struct pools *pools);

#endif
