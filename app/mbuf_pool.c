/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * net_af_xdp of DPDK 22.11 tells the kernel of as much memory as the mbufs take without gaps (xdp_umem_configure; mended by
 * "parse UMEM map info from mempool", 97039941b2, not in 22.11.11). But an mbuf does not cross a page, so without hugepages
 * there is a gap in each of them, and the last 42 % of the mbufs lie beyond that memory. Those that reach the fill ring are
 * swallowed by the kernel, until it is empty and nothing is received any more. Here an mbuf fills its page.
 */
#include "app/mbuf_pool.h"

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_mbuf.h>
#include <rte_mbuf_pool_ops.h>

enum { PAGE_BYTES = 4096 };

/* So that objects take whole pages. */
static uint16_t
room_extend(uint16_t room)
{
	uint32_t bytes = rte_mempool_calc_obj_size(
		(uint32_t)sizeof(struct rte_mbuf) + room, RTE_MEMPOOL_F_NO_SPREAD, NULL
	);
	uint32_t extended = room + RTE_ALIGN_CEIL(bytes, (uint32_t)PAGE_BYTES) - bytes;

	return (uint16_t)RTE_MIN(extended, (uint32_t)UINT16_MAX);
}

static int
pool_fill(struct rte_mempool *pool, uint16_t room)
{
	struct rte_pktmbuf_pool_private private = {.mbuf_data_room_size = room};
	int error = rte_mempool_set_ops_byname(pool, rte_mbuf_best_mempool_ops(), NULL);

	if (error != 0)
		return error;
	rte_pktmbuf_pool_init(pool, &private);
	error = rte_mempool_populate_default(pool);
	if (error < 0)
		return error;
	(void)rte_mempool_obj_iter(pool, rte_pktmbuf_init, NULL);
	return 0;
}

/* No spreading over memory channels either: it would make an object longer than a page. */
static struct rte_mempool *
paged_create(const char *name, unsigned mbufs, unsigned cache, uint16_t room, int socket)
{
	struct rte_mempool *pool;
	int error;

	room = room_extend(room);
	pool = rte_mempool_create_empty(
		name,
		mbufs,
		(unsigned)sizeof(struct rte_mbuf) + room,
		cache,
		sizeof(struct rte_pktmbuf_pool_private),
		socket,
		RTE_MEMPOOL_F_NO_SPREAD
	);
	if (pool == NULL)
		return NULL;
	error = pool_fill(pool, room);
	if (error == 0)
		return pool;
	rte_mempool_free(pool);
	rte_errno = -error;
	return NULL;
}

struct rte_mempool *
mbuf_pool_create(const char *name, unsigned mbufs, unsigned cache, uint16_t room, int socket)
{
	if (!rte_eal_has_hugepages())
		return paged_create(name, mbufs, cache, room, socket);
	return rte_pktmbuf_pool_create(name, mbufs, cache, 0, room, socket);
}
