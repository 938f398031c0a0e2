/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * steer: to which worker a packet goes. On an RX lcore.
 *
 * Packets of a feed line go to the feed's worker; all others by the symmetric hash of their flow, so that both
 * directions and all fragments meet. With one worker there is nothing to decide, and nothing is read.
 *
 * Where flows have a memory (`by_addresses`), all that belongs to one must meet: its fragments, and the ICMP errors about
 * it, which a router on the way sends and which quote its addresses. Then the hash is of the addresses alone.
 */
#ifndef PIPELINE_STAGES_STEER_H
#define PIPELINE_STAGES_STEER_H

#include "pipeline/burst.h"
#include "pipeline/counters.h"
#include "pipeline/feed/feed.h"

#include <rte_config.h>
#include <rte_ring.h>

#include <stdbool.h>
#include <stdint.h>

enum {
	STEER_WORKERS_MAX = RTE_MAX_LCORE,
	STEER_NO_WORKER = 0xFFFF,
};

/* What goes to one worker. */
struct steer_share {
	struct rte_ring *
		ring; /* single producer (this lcore), single consumer (the worker); NULL for own_worker */
	uint32_t n; /* packets gathered from the burst at hand */
	struct rte_mbuf *mbufs[BURST_MAX];
};

struct steer {
	const struct feed_table *feeds;
	struct lcore_counters *counters; /* of the RX lcore */
	bool by_addresses; /* not by ports: fragments and ICMP errors then meet the flow they belong to */
	uint16_t n_workers;
	uint16_t own_worker; /* the worker on this lcore, or STEER_NO_WORKER */
	struct steer_share shares[STEER_WORKERS_MAX]; /* by worker */
};

/*
 * Sends the packets of the burst to their workers; those of the worker on this lcore stay in it, in order. What a full
 * ring does not take is freed and counted.
 */
void steer_stage(struct steer *s, struct burst *b);

#endif
