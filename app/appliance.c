/* SPDX-License-Identifier: BSD-3-Clause */
/* Building, starting and stopping, in the order that the parts depend on each other. */
#include "app/appliance.h"

#include "app/appliance_wiring.h"
#include "app/claims.h"
#include "app/log.h"
#include "app/services.h"

#include <rte_launch.h>
#include <rte_mbuf.h>

#include <errno.h>
#include <string.h>
#include <time.h>

/* How long what is under way may take to come out when leat stops. */
static const uint64_t drain_ns_max = UINT64_C(1000000000);

static int
plan_make(struct appliance *a)
{
	struct plan_limits limits[CONFIG_PORTS_MAX];

	ports_limits(a->ports, a->config->n_ports, limits);
	a->plan = plan_create(a->config, limits);
	if (a->plan == NULL) {
		log_error("no memory for the plan");
		return -ENOMEM;
	}
	return 0;
}

int
appliance_build(struct appliance *a, struct config *config, uint64_t held_packets)
{
	int error;

	*a = (struct appliance){.config = config};
	error = ports_open(a->ports, config);
	if (error != 0)
		return error;
	error = plan_make(a);
	if (error == 0)
		error = pools_create(&a->pools, a->plan, a->ports, held_packets);
	if (error == 0)
		error = ports_configure(a->ports, a->plan, a->pools.by_port);
	if (error == 0)
		error = appliance_wire(a);
	if (error != 0) {
		appliance_close_ports(a);
		appliance_destroy(a);
	}
	return error;
}

static void
phase_set(struct appliance *a, enum lcore_phase phase)
{
	__atomic_store_n(&a->control.phase, (int)phase, __ATOMIC_RELEASE);
}

int
appliance_start(struct appliance *a)
{
	int error = ports_start(a->ports, a->config->n_ports);

	if (error == 0)
		error = claims_prepare(a);
	if (error != 0)
		return error;
	a->started_ns = clock_ns();
	a->running = true;
	phase_set(a, LCORE_RUN);
	for (unsigned i = 0; i < a->plan->n_lcores; i++) {
		error = rte_eal_remote_launch(lcore_run, a->lcores[i], a->lcores[i]->id);
		if (error != 0) {
			log_error(
				"lcore %u does not start: %s", a->lcores[i]->id, strerror(-error)
			);
			appliance_stop(a);
			return error;
		}
	}
	/* Only now that somebody polls. Until here the kernel has had all packets. */
	error = claims_begin(a);
	if (error != 0)
		appliance_stop(a);
	return error;
}

static bool
lcores_are_dry(const struct appliance *a, enum lcore_phase phase)
{
	for (unsigned i = 0; i < a->plan->n_lcores; i++) {
		if (__atomic_load_n(&a->lcores[i]->dry_phase, __ATOMIC_ACQUIRE) < (int)phase)
			return false;
	}
	return true;
}

/* One phase of the end: until every lcore has run dry in it, or the time is over. */
static void
phase_drain(struct appliance *a, enum lcore_phase phase)
{
	const struct timespec nap = {.tv_nsec = 100 * 1000};
	uint64_t deadline = clock_ns() + drain_ns_max;

	phase_set(a, phase);
	while (!lcores_are_dry(a, phase) && clock_ns() < deadline)
		(void)nanosleep(&nap, NULL); /* early is fine */
}

/* What a stuck port has left in the rings when the time is over. The lcores have ended: their counters may be written. */
static void
rings_abandon(struct appliance *a)
{
	for (unsigned i = 0; i < a->plan->n_rings; i++) {
		struct rte_mbuf *m;

		while (rte_ring_sc_dequeue(a->rings[i], (void **)&m) == 0) {
			rte_pktmbuf_free(m);
			fate_count(a->counters[0], FATE_STOPPED, 1);
		}
	}
}

void
appliance_stop(struct appliance *a)
{
	if (!a->running)
		return;
	claims_withdraw(a);
	phase_drain(a, LCORE_STOP_RX);
	phase_drain(a, LCORE_STOP_WORK);
	phase_drain(a, LCORE_STOP_TX);
	phase_set(a, LCORE_END);
	for (unsigned i = 0; i < a->plan->n_lcores; i++)
		(void)rte_eal_wait_lcore(a->lcores[i]->id); /* lcore_run cannot fail */
	rings_abandon(a);
	services_finish(a);
	claims_end(a);
	a->running = false;
}

void
appliance_close_ports(struct appliance *a)
{
	ports_close(a->ports, a->config->n_ports);
}

void
appliance_destroy(struct appliance *a)
{
	appliance_unwire(a);
	pools_destroy(&a->pools);
	plan_destroy(a->plan);
	a->plan = NULL;
}

static void
port_totals_add(struct port_counters *sum, const struct port_counters *c)
{
	sum->rx_packets += counter_read(&c->rx_packets);
	sum->rx_bytes += counter_read(&c->rx_bytes);
	sum->tx_packets += counter_read(&c->tx_packets);
	sum->tx_bytes += counter_read(&c->tx_bytes);
}

void
appliance_totals(const struct appliance *a, struct appliance_totals *totals)
{
	*totals = (struct appliance_totals){0};
	for (unsigned i = 0; i < a->plan->n_lcores; i++) {
		const struct lcore_counters *c = a->counters[i];

		totals->received += counter_read(&c->received);
		totals->settled += counter_read(&c->settled);
		for (unsigned fate = 0; fate < FATE_COUNT; fate++)
			totals->fates[fate] += counter_read(&c->fates[fate]);
		for (unsigned port = 0; port < RTE_MAX_ETHPORTS; port++)
			port_totals_add(&totals->ports[port], &c->ports[port]);
	}
}
