/* SPDX-License-Identifier: BSD-3-Clause */
/* A pool of mbufs of which every one lies where net_af_xdp looks for it. */
#ifndef APP_MBUF_POOL_H
#define APP_MBUF_POOL_H

#include <rte_mempool.h>

#include <stdint.h>

/* As rte_pktmbuf_pool_create. Without hugepages the data room is as long as a page allows, at least `room`. */
struct rte_mempool *
mbuf_pool_create(const char *name, unsigned mbufs, unsigned cache, uint16_t room, int socket);

#endif
