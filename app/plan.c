/* SPDX-License-Identifier: BSD-3-Clause */
/* The rules of placement. */
#include "app/plan.h"

#include <stdlib.h>

/* Room for everything the rules can ask for: see plan_create. */
struct plan_room {
	size_t rx_queues, tx_queues, rings;
};

static struct plan_lcore *
lcore_find(struct plan *plan, unsigned id)
{
	for (unsigned i = 0; i < plan->n_lcores; i++) {
		if (plan->lcores[i].id == id)
			return &plan->lcores[i];
	}
	return NULL;
}

static bool
list_has(const struct config_lcores *list, unsigned id)
{
	for (unsigned i = 0; i < list->n; i++) {
		if (list->ids[i] == id)
			return true;
	}
	return false;
}

static void
lcores_place(struct plan *plan)
{
	const struct config *config = plan->config;

	for (unsigned id = 0; id < RTE_MAX_LCORE; id++) {
		struct plan_lcore lcore = {
			.id = id,
			.rx = list_has(&config->rx, id),
			.work = list_has(&config->work, id),
			.tx = list_has(&config->tx, id),
		};

		if (lcore.rx || lcore.work || lcore.tx)
			plan->lcores[plan->n_lcores++] = lcore;
	}
	for (unsigned i = 0; i < config->work.n; i++) {
		plan->workers[plan->n_workers++] = config->work.ids[i];
		lcore_find(plan, config->work.ids[i])->worker = (uint16_t)i;
	}
}

static void
rx_queues_place(struct plan *plan, const struct plan_limits *limits)
{
	const struct config *config = plan->config;

	for (uint16_t port = 0; port < config->n_ports; port++) {
		uint16_t n =
			(uint16_t)RTE_MIN(config->ports[port].rx_queues, limits[port].rx_queues);

		for (uint16_t queue = 0; queue < n; queue++) {
			plan->rx_queues[plan->n_rx_queues] = (struct plan_queue){
				.port = port,
				.queue = queue,
				.lcore = config->rx.ids[plan->n_rx_queues % config->rx.n],
			};
			plan->n_rx_queues++;
		}
	}
}

static void
work_rings_place(struct plan *plan)
{
	const struct config *config = plan->config;

	for (unsigned i = 0; i < config->rx.n; i++) {
		for (uint16_t worker = 0; worker < plan->n_workers; worker++) {
			if (config->rx.ids[i] == plan->workers[worker])
				continue;
			plan->rings[plan->n_rings++] = (struct plan_ring){
				.kind = PLAN_RING_WORK,
				.from = config->rx.ids[i],
				.to = plan->workers[worker],
				.worker = worker,
			};
		}
	}
}

static uint16_t
tx_queue_add(struct plan *plan, uint16_t port, unsigned lcore)
{
	uint16_t queue = plan_tx_queues_of(plan, port);

	plan->tx_queues[plan->n_tx_queues++] =
		(struct plan_queue){.port = port, .queue = queue, .lcore = lcore};
	return queue;
}

/* Queues for the workers that transmit themselves. Returns how many the port had room for. */
static uint16_t
own_tx_queues_place(struct plan *plan, uint16_t port, uint16_t limit, bool served[RTE_MAX_LCORE])
{
	uint16_t n = 0;

	for (unsigned worker = 0; worker < plan->n_workers && n < limit; worker++) {
		if (!list_has(&plan->config->tx, plan->workers[worker]))
			continue;
		(void)tx_queue_add(plan, port, plan->workers[worker]);
		served[worker] = true;
		n++;
	}
	return n;
}

/* The TX lcore for the workers without a queue of their own: one that only transmits, if there is one. */
static unsigned
tx_lcore_of(const struct plan *plan, uint16_t port)
{
	const struct config *config = plan->config;
	unsigned dedicated[RTE_MAX_LCORE], n = 0;

	for (unsigned i = 0; i < config->tx.n; i++) {
		if (!list_has(&config->work, config->tx.ids[i]))
			dedicated[n++] = config->tx.ids[i];
	}
	return n > 0 ? dedicated[port % n] : config->tx.ids[port % config->tx.n];
}

static bool
tx_queue_of(const struct plan *plan, uint16_t port, unsigned lcore, struct plan_queue *found)
{
	for (unsigned i = 0; i < plan->n_tx_queues; i++) {
		*found = plan->tx_queues[i];
		if (found->port == port && found->lcore == lcore)
			return true;
	}
	return false;
}

/* The queue that the workers without one share: their TX lcore's, or where the port has no more, its first. */
static struct plan_queue
shared_tx_queue(struct plan *plan, uint16_t port, uint16_t limit)
{
	unsigned lcore = tx_lcore_of(plan, port), first = 0;
	struct plan_queue queue;

	if (tx_queue_of(plan, port, lcore, &queue))
		return queue;
	if (plan_tx_queues_of(plan, port) < limit) {
		(void)tx_queue_add(plan, port, lcore);
		return plan->tx_queues[plan->n_tx_queues - 1];
	}
	/* It has as many as the limit, which is above 0. */
	while (plan->tx_queues[first].port != port)
		first++;
	return plan->tx_queues[first];
}

static void
port_tx_place(struct plan *plan, uint16_t port, uint16_t limit)
{
	bool served[RTE_MAX_LCORE] = {false};
	struct plan_queue shared;

	if (limit == 0 || own_tx_queues_place(plan, port, limit, served) == plan->n_workers)
		return;
	shared = shared_tx_queue(plan, port, limit);
	for (uint16_t worker = 0; worker < plan->n_workers; worker++) {
		if (served[worker])
			continue;
		plan->rings[plan->n_rings++] = (struct plan_ring){
			.kind = PLAN_RING_TX,
			.from = plan->workers[worker],
			.to = shared.lcore,
			.worker = worker,
			.port = port,
			.queue = shared.queue,
		};
	}
}

static void
tx_place(struct plan *plan, const struct plan_limits *limits)
{
	uint16_t other;

	for (uint16_t port = 0; port < plan->config->n_ports; port++) {
		/* A TAP has as many TX as RX queues, and a kernel interface one RX queue. */
		uint16_t limit =
			plan->config->ports[port].is_kernel_side ? 1 : limits[port].tx_queues;

		if (plan_pair_of(plan->config, port, &other) ||
		    plan->config->ports[port].kernel_port != CONFIG_NO_PORT)
			port_tx_place(plan, port, limit);
	}
}

struct plan *
plan_create(const struct config *config, const struct plan_limits *limits)
{
	struct plan *plan = calloc(1, sizeof(*plan));
	/* A TX queue for each worker and one shared; a ring from each RX lcore and to each port for each worker. */
	struct plan_room room = {
		.rx_queues = (size_t)config->n_ports * CONFIG_QUEUES_MAX,
		.tx_queues = (size_t)config->n_ports * (config->work.n + 1),
		.rings = (size_t)config->work.n * (config->rx.n + config->n_ports),
	};

	if (plan == NULL)
		return NULL;
	plan->config = config;
	plan->rx_queues = calloc(room.rx_queues, sizeof(*plan->rx_queues));
	plan->tx_queues = calloc(room.tx_queues, sizeof(*plan->tx_queues));
	plan->rings = calloc(room.rings, sizeof(*plan->rings));
	if (plan->rx_queues == NULL || plan->tx_queues == NULL || plan->rings == NULL) {
		plan_destroy(plan);
		return NULL;
	}
	lcores_place(plan);
	rx_queues_place(plan, limits);
	work_rings_place(plan);
	tx_place(plan, limits);
	return plan;
}

void
plan_destroy(struct plan *plan)
{
	if (plan == NULL)
		return;
	free(plan->rx_queues);
	free(plan->tx_queues);
	free(plan->rings);
	free(plan);
}

static uint16_t
queues_of(const struct plan_queue *queues, unsigned n, uint16_t port)
{
	uint16_t found = 0;

	for (unsigned i = 0; i < n; i++)
		found = (uint16_t)(found + (queues[i].port == port));
	return found;
}

uint16_t
plan_rx_queues_of(const struct plan *plan, uint16_t port)
{
	return queues_of(plan->rx_queues, plan->n_rx_queues, port);
}

uint16_t
plan_tx_queues_of(const struct plan *plan, uint16_t port)
{
	return queues_of(plan->tx_queues, plan->n_tx_queues, port);
}

bool
plan_pair_of(const struct config *config, uint16_t port, uint16_t *other)
{
	for (unsigned i = 0; i < config->n_pairs; i++) {
		const uint16_t *ports = config->pairs[i].ports;

		if (ports[0] == port || ports[1] == port) {
			*other = ports[0] == port ? ports[1] : ports[0];
			return true;
		}
	}
	return false;
}

unsigned
plan_feed_worker(const struct plan *plan, unsigned feed)
{
	return feed % plan->n_workers;
}
