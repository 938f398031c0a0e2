/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Placement: from the config's lcore lists and what the ports can do, the queues, rings and calls of every lcore.
 *
 * A plan is data: it can be printed, drawn and checked without a device. Rules:
 *   - RX queues go to the RX lcores in turn.
 *   - A worker is an lcore of `work`; its index is its place in the list.
 *   - Every RX lcore has a ring to every worker on another lcore.
 *   - A worker on a TX lcore has a TX queue of its own on each output port, as long as the port has queues.
 *   - Other workers have a ring to the port's TX lcore, one for each port, so that a full port stops no other.
 *   - The worker of a feed is its place among the feeds, modulo the workers.
 */
#ifndef APP_PLAN_H
#define APP_PLAN_H

#include "app/config.h"

#include <rte_config.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* What a device allows; PLAN_ANY where it is not known yet. */
struct plan_limits {
	uint16_t rx_queues;
	uint16_t tx_queues;
};

enum { PLAN_ANY = UINT16_MAX };

struct plan_lcore {
	unsigned id;
	bool rx, work, tx;
	uint16_t worker; /* its index, where `work` */
};

struct plan_queue {
	uint16_t port; /* index of config.ports */
	uint16_t queue;
	unsigned lcore; /* id */
};

enum plan_ring_kind {
	PLAN_RING_WORK, /* RX lcore to worker */
	PLAN_RING_TX, /* worker to a port's TX lcore */
};

struct plan_ring {
	enum plan_ring_kind kind;
	unsigned from, to; /* lcore ids, never the same */
	uint16_t worker; /* index of the worker at its end or start */
	uint16_t port; /* PLAN_RING_TX: index of config.ports */
	uint16_t queue; /* PLAN_RING_TX: TX queue that the packets leave by */
};

struct plan {
	const struct config *config;
	struct plan_lcore lcores[RTE_MAX_LCORE]; /* by rising id */
	unsigned n_lcores;
	unsigned workers[RTE_MAX_LCORE]; /* lcore id by worker index */
	unsigned n_workers;
	struct plan_queue *rx_queues;
	unsigned n_rx_queues;
	struct plan_queue *tx_queues;
	unsigned n_tx_queues;
	struct plan_ring *rings;
	unsigned n_rings;
};

/* `limits` has one entry for each port of the config. NULL without memory. The config must outlive the plan. */
struct plan *plan_create(const struct config *config, const struct plan_limits *limits);

/* NULL is allowed. */
void plan_destroy(struct plan *plan);

/* How many RX or TX queues the plan wants of a port. */
uint16_t plan_rx_queues_of(const struct plan *plan, uint16_t port);
uint16_t plan_tx_queues_of(const struct plan *plan, uint16_t port);

/* The other port of a port's pair, or false. */
bool plan_pair_of(const struct config *config, uint16_t port, uint16_t *other);

/* The worker that owns a feed. */
unsigned plan_feed_worker(const struct plan *plan, unsigned feed);

#endif
