/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Counters: one block per lcore, written by that lcore only, read by anybody at any time.
 *
 * A writer adds with a plain load and a relaxed store, so a reader never sees half a value and never slows the writer
 * more than a load of the line does. A snapshot over several counters may mix moments a burst apart; when the lcores
 * have stopped it is exact.
 */
#ifndef PIPELINE_COUNTERS_H
#define PIPELINE_COUNTERS_H

#include "pipeline/fate.h"

#include <rte_common.h>
#include <rte_config.h>

#include <stdint.h>

struct port_counters {
	uint64_t rx_packets;
	uint64_t rx_bytes; /* frames as received, without FCS */
	uint64_t tx_packets;
	uint64_t tx_bytes;
};

struct lcore_counters {
	uint64_t received; /* packets taken from ports */
	uint64_t settled; /* packets that got their fate here: the sum of `fates` */
	uint64_t fates[FATE_COUNT]; /* packets */
	uint64_t rounds; /* turns of the polling loop */
	uint64_t busy_rounds; /* of these, turns that moved a packet */
	uint64_t busy_cycles; /* TSC cycles of the busy turns */
	struct port_counters ports[RTE_MAX_ETHPORTS];
} __rte_cache_aligned;

/* The owning lcore only. */
static inline void
counter_add(uint64_t *counter, uint64_t n)
{
	__atomic_store_n(counter, *counter + n, __ATOMIC_RELAXED);
}

/* Any thread. */
static inline uint64_t
counter_read(const uint64_t *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

/* n packets ended with this fate. The owning lcore only. */
static inline void
fate_count(struct lcore_counters *c, enum fate fate, uint64_t n)
{
	counter_add(&c->fates[fate], n);
	counter_add(&c->settled, n);
}

#endif
