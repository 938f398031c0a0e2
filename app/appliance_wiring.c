/* SPDX-License-Identifier: BSD-3-Clause */
/* Every lcore gets its queues, rings and tables, on its own NUMA socket. */
#include "app/appliance_wiring.h"

#include "app/feeds.h"
#include "app/log.h"
#include "app/services.h"
#include "app/tenants.h"

#include <rte_errno.h>
#include <rte_malloc.h>
#include <rte_mbuf_dyn.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { TX_PATIENCE_PER_SECOND = 10 }; /* 100 ms */

static void *
lcore_zalloc(const char *what, size_t bytes, unsigned lcore)
{
	int socket = (int)rte_lcore_to_socket_id(lcore);
	void *memory = rte_zmalloc_socket(what, bytes, RTE_CACHE_LINE_SIZE, socket);

	if (memory == NULL)
		log_error("no memory for the %s of lcore %u (%zu bytes)", what, lcore, bytes);
	return memory;
}

static struct lcore *
lcore_of(const struct appliance *a, unsigned id)
{
	for (unsigned i = 0; i < a->plan->n_lcores; i++) {
		if (a->plan->lcores[i].id == id)
			return a->lcores[i];
	}
	return NULL; /* not for an id of the plan */
}

/* Memory of another socket works, only slower: say it and go on. */
static void
numa_check(const struct port *port, unsigned lcore)
{
	if (port->socket != SOCKET_ID_ANY &&
	    (unsigned)port->socket != rte_lcore_to_socket_id(lcore))
		log_warning(
			"port %s is on NUMA socket %d, its lcore %u on socket %u: every packet "
			"crosses between them",
			port->config->name,
			port->socket,
			lcore,
			rte_lcore_to_socket_id(lcore)
		);
}

static int
rings_build(struct appliance *a)
{
	const struct plan *plan = a->plan;

	a->rings = calloc(plan->n_rings + 1, sizeof(*a->rings));
	if (a->rings == NULL)
		return -ENOMEM;
	for (unsigned i = 0; i < plan->n_rings; i++) {
		char name[RTE_RING_NAMESIZE];

		(void)snprintf(name, sizeof(name), "leat_ring_%u", i);
		a->rings[i] = rte_ring_create(
			name,
			(unsigned)a->config->ring_size,
			(int)rte_lcore_to_socket_id(plan->rings[i].to),
			RING_F_SP_ENQ | RING_F_SC_DEQ | RING_F_EXACT_SZ
		);
		if (a->rings[i] == NULL) {
			log_error(
				"no memory for a ring of %lu packets",
				(unsigned long)a->config->ring_size
			);
			return -ENOMEM;
		}
	}
	return 0;
}

/* An empty lcore of the plan, with its counters. */
static int
lcore_build(struct appliance *a, unsigned i)
{
	const struct plan_lcore *from = &a->plan->lcores[i];
	struct lcore *l = lcore_zalloc("loop", sizeof(*l), from->id);

	a->lcores[i] = l;
	if (l == NULL)
		return -ENOMEM;
	a->counters[i] = lcore_zalloc("counters", sizeof(*l->counters), from->id);
	if (a->counters[i] == NULL)
		return -ENOMEM;
	l->id = from->id;
	l->control = &a->control;
	l->counters = a->counters[i];
	l->steer.feeds = a->feeds;
	l->steer.counters = l->counters;
	l->steer.n_workers = (uint16_t)a->plan->n_workers;
	l->steer.by_addresses = a->config->tenants.n > 0;
	l->steer.own_worker = from->work ? from->worker : STEER_NO_WORKER;
	return 0;
}

static struct pacer
pacer_make(const struct appliance *a, const struct port *port)
{
	uint64_t smallest = RTE_MIN(a->config->ring_size, (uint64_t)TX_BUFFER_SIZE);
	/* Each RX lcore decides for itself, so any may take a burst more than the window has room for. */
	uint64_t burst =
		RTE_MAX(RTE_MIN(smallest / (a->config->rx.n + 1), (uint64_t)BURST_MAX),
			UINT64_C(1));

	if (!port_is_paced(port))
		return (struct pacer){0};
	return (struct pacer){
		.counters = (const struct lcore_counters *const *)a->counters,
		.n_counters = a->plan->n_lcores,
		.window = smallest - (a->config->rx.n - 1) * burst,
		.burst_max = (uint16_t)burst,
		.pps = port->config->pace == PACE_RATE ? port->config->pace_pps : 0,
		.hz = rte_get_tsc_hz(),
	};
}

static int
lcore_rx_build(struct appliance *a, struct lcore *l)
{
	const struct plan *plan = a->plan;

	l->rx = lcore_zalloc("RX queues", (plan->n_rx_queues + 1) * sizeof(*l->rx), l->id);
	if (l->rx == NULL)
		return -ENOMEM;
	for (unsigned i = 0; i < plan->n_rx_queues; i++) {
		const struct plan_queue *queue = &plan->rx_queues[i];
		const struct port *port = &a->ports[queue->port];

		if (queue->lcore != l->id)
			continue;
		numa_check(port, l->id);
		l->rx[l->n_rx].queue.port = port->id;
		l->rx[l->n_rx].queue.queue = queue->queue;
		l->rx[l->n_rx].queue.burst = port->driver->rx_burst; /* at most BURST_MAX */
		l->rx[l->n_rx].pacer = pacer_make(a, port);
		l->n_rx++;
	}
	return 0;
}

static int
lcore_tx_build(struct appliance *a, struct lcore *l)
{
	const struct plan *plan = a->plan;

	l->tx = lcore_zalloc("TX queues", (plan->n_tx_queues + 1) * sizeof(*l->tx), l->id);
	if (l->tx == NULL)
		return -ENOMEM;
	for (unsigned i = 0; i < plan->n_tx_queues; i++) {
		const struct plan_queue *queue = &plan->tx_queues[i];
		const struct port *port = &a->ports[queue->port];
		struct tx_buffer *buffer = &l->tx[l->n_tx].buffer;

		if (queue->lcore != l->id)
			continue;
		numa_check(port, l->id);
		buffer->port = port->id;
		buffer->queue = queue->queue;
		buffer->counters = l->counters;
		buffer->reply_flag = a->reply_flag;
		buffer->fate = port->config->is_kernel_side ? FATE_TO_KERNEL : FATE_FORWARD;
		buffer->frame_bytes_max = port_tx_frame_bytes_max(port);
		buffer->vlan_bytes_max = port_tx_vlan_bytes_max(port);
		buffer->patience_cycles = rte_get_tsc_hz() / TX_PATIENCE_PER_SECOND;
		buffer->chain_bytes_max = port->tx_offloads & RTE_ETH_TX_OFFLOAD_MULTI_SEGS
						  ? UINT32_MAX
						  : port->driver->tx_chain_bytes_max;
		l->n_tx++;
	}
	return 0;
}

/* A port with a kernel interface gives it what no claim takes, and sends what comes from it. */
static void
kernel_connect(const struct appliance *a, struct worker *w, uint16_t i)
{
	const struct port *port = &a->ports[i];
	uint16_t other;

	if (port->config->kernel_port == CONFIG_NO_PORT)
		return;
	other = a->ports[port->config->kernel_port].id;
	if (port->config->is_kernel_side) {
		w->forward_to[port->id] = other;
	} else {
		w->kernel_of[port->id] = other;
		w->claim_ports[w->n_claim_ports++] = port->id;
	}
}

static int
worker_build(struct appliance *a, struct lcore *l)
{
	const struct config *config = a->config;
	struct worker *w = lcore_zalloc("worker", sizeof(*w), l->id);

	l->worker = w;
	if (w == NULL)
		return -ENOMEM;
	w->counters = l->counters;
	w->feeds = a->feeds;
	w->claims = &a->claims;
	w->reply_flag = a->reply_flag;
	for (unsigned i = 0; i < RTE_MAX_ETHPORTS; i++)
		w->forward_to[i] = w->kernel_of[i] = WORKER_NO_PORT;
	for (uint16_t i = 0; i < config->n_ports; i++) {
		uint16_t other;

		if (plan_pair_of(config, i, &other))
			w->forward_to[a->ports[i].id] = a->ports[other].id;
	}
	for (uint16_t i = 0; i < config->n_ports; i++)
		kernel_connect(a, w, i);
	for (unsigned i = 0; i < l->n_tx; i++)
		w->outlets[l->tx[i].buffer.port].buffer = &l->tx[i].buffer;
	return 0;
}

static struct tx_queue *
tx_queue_of(struct lcore *l, uint16_t port_id)
{
	for (unsigned i = 0; i < l->n_tx; i++) {
		if (l->tx[i].buffer.port == port_id)
			return &l->tx[i];
	}
	return NULL; /* not for a ring of the plan */
}

static void
ring_connect(struct appliance *a, const struct plan_ring *ring, struct rte_ring *r)
{
	struct lcore *from = lcore_of(a, ring->from), *to = lcore_of(a, ring->to);

	if (ring->kind == PLAN_RING_WORK) {
		from->steer.shares[ring->worker].ring = r;
		to->inputs[to->n_inputs++] = r;
	} else {
		uint16_t port_id = a->ports[ring->port].id;
		struct tx_queue *queue = tx_queue_of(to, port_id);

		from->worker->outlets[port_id].buffer = NULL;
		from->worker->outlets[port_id].ring = r;
		queue->rings[queue->n_rings++] = r;
	}
}

/* A pair with a port that cannot send would only drop. */
static int
pairs_check(const struct appliance *a)
{
	for (unsigned i = 0; i < a->config->n_pairs; i++) {
		for (unsigned j = 0; j < 2; j++) {
			uint16_t port = a->config->pairs[i].ports[j];

			if (plan_tx_queues_of(a->plan, port) > 0)
				continue;
			log_error(
				"port %s is in a forwarding pair and its device cannot transmit",
				a->config->ports[port].name
			);
			return -ENOTSUP;
		}
	}
	return 0;
}

/* The mark of leat's answers to rejected packets, on their way to the port. */
static int
reply_flag_register(struct appliance *a)
{
	const struct rte_mbuf_dynflag flag = {.name = "leat_reply"};
	int bit;

	if (a->config->tenants.n == 0)
		return 0;
	bit = rte_mbuf_dynflag_register(&flag);
	if (bit < 0) {
		log_error("no free flag in mbufs: %s", rte_strerror(rte_errno));
		return -rte_errno;
	}
	a->reply_flag = UINT64_C(1) << bit;
	return 0;
}

int
appliance_wire(struct appliance *a)
{
	int error = pairs_check(a);

	if (error == 0)
		error = reply_flag_register(a);
	if (error == 0)
		error = feeds_create(a);
	if (error == 0)
		error = rings_build(a);
	for (unsigned i = 0; error == 0 && i < a->plan->n_lcores; i++)
		error = lcore_build(a, i);
	for (unsigned i = 0; error == 0 && i < a->plan->n_lcores; i++) {
		struct lcore *l = a->lcores[i];

		error = lcore_rx_build(a, l);
		if (error == 0)
			error = lcore_tx_build(a, l);
		if (error == 0 && a->plan->lcores[i].work)
			error = worker_build(a, l);
	}
	for (unsigned i = 0; error == 0 && i < a->plan->n_rings; i++)
		ring_connect(a, &a->plan->rings[i], a->rings[i]);
	if (error == 0)
		error = tenants_create(a);
	return error == 0 ? services_create(a) : error;
}

int
appliance_wire_dry(struct appliance *a)
{
	int error;

	for (uint16_t i = 0; i < a->config->n_ports; i++) {
		a->ports[i].config = &a->config->ports[i];
		a->ports[i].id = i;
		a->ports[i].socket = SOCKET_ID_ANY;
	}
	error = feeds_create(a);
	if (error == 0)
		error = lcore_build(a, 0);
	if (error == 0)
		error = worker_build(a, a->lcores[0]);
	return error == 0 ? tenants_create(a) : error;
}

void
appliance_unwire(struct appliance *a)
{
	services_destroy(a);
	tenants_destroy(a);
	for (unsigned i = 0; a->plan != NULL && i < a->plan->n_lcores; i++) {
		struct lcore *l = a->lcores[i];

		if (l == NULL)
			continue;
		rte_free(l->rx);
		rte_free(l->tx);
		rte_free(l->worker);
		rte_free(l);
		rte_free(a->counters[i]);
		a->lcores[i] = NULL;
	}
	for (unsigned i = 0; a->rings != NULL && i < a->plan->n_rings; i++)
		rte_ring_free(a->rings[i]);
	free(a->rings);
	a->rings = NULL;
	feeds_destroy(a);
}
