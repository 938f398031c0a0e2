/* SPDX-License-Identifier: BSD-3-Clause */
#include "app/tenant_tables.h"

#include "app/appliance.h"
#include "app/log.h"
#include "app/tenant_clock.h"
#include "app/tenant_sizes.h"

#include <rte_cycles.h>
#include <rte_malloc.h>

#include <errno.h>
#include <sys/random.h>

/* Resets and ICMP errors that one worker sends a second. */
enum { REJECTS_PER_SECOND = 1000 };

/* Nobody outside may know where his flows are put. */
static int
seeds_draw(void *seeds, size_t bytes)
{
	return getrandom(seeds, bytes, 0) == (ssize_t)bytes ? 0 : -EIO;
}

static int
tables_create(
	const struct config *config, const struct tenant_sizes *sizes, struct tenancy *t, int socket
)
{
	struct flow_table_config table4 = tenant_flows_config(sizes, PACKET_IPV4);
	struct flow_table_config table6 = tenant_flows_config(sizes, PACKET_IPV6);
	struct fragment_table_config fragments = tenant_fragments_config(config, sizes);
	int error = seeds_draw(table4.seeds, sizeof(table4.seeds));

	if (error == 0)
		error = seeds_draw(table6.seeds, sizeof(table6.seeds));
	if (error == 0)
		error = seeds_draw(fragments.seeds, sizeof(fragments.seeds));
	if (error != 0)
		return error;
	table4.socket = table6.socket = fragments.socket = socket;
	t->flows4 = flow_table_create(&table4);
	t->flows6 = flow_table_create(&table6);
	t->fragments = fragment_table_create(&fragments);
	t->books.accounts = rte_zmalloc_socket(
		"tenant accounts",
		sizes->slots * sizeof(*t->books.accounts),
		RTE_CACHE_LINE_SIZE,
		socket
	);
	if (t->flows4 == NULL || t->flows6 == NULL || t->fragments == NULL ||
	    t->books.accounts == NULL)
		return -ENOMEM;
	return 0;
}

/* How the ports lie to each other. */
static void
links_fill(const struct appliance *a, struct tenancy *t)
{
	const struct config *config = a->config;

	for (uint16_t i = 0; i < config->n_ports; i++) {
		uint16_t other, id = a->ports[i].id;

		if (plan_pair_of(config, i, &other))
			t->zone_flips[id] = (uint32_t)(id ^ a->ports[other].id)
					    << FLOW_ZONE_PORT_SHIFT;
		if (config->ports[i].is_kernel_side)
			t->exempt_ports |= UINT64_C(1) << id;
	}
}

static int
worker_create(
	struct appliance *a,
	const struct tenant_sizes *sizes,
	struct worker *w,
	unsigned index,
	const struct tenancy *clock
)
{
	int socket = (int)rte_lcore_to_socket_id(a->plan->workers[index]);
	struct tenancy *t = rte_zmalloc_socket("tenancy", sizeof(*t), RTE_CACHE_LINE_SIZE, socket);
	int error;

	if (t == NULL)
		return -ENOMEM;
	a->tenants.workers[index] = t;
	a->tenants.n_workers = index + 1;
	error = tables_create(a->config, sizes, t, socket);
	if (error != 0)
		return error;
	t->books.usage = a->tenants.usage;
	t->books.refused_at = TENANT_NONE;
	t->published = &a->tenants.set;
	t->worker = (uint16_t)index;
	t->forward_to = w->forward_to;
	t->reject_rate = meter_rate_make(REJECTS_PER_SECOND);
	t->start_tsc = clock->start_tsc;
	t->ns_per_cycle = clock->ns_per_cycle;
	t->unix_offset_ns = &a->tenants.unix_offset_ns;
	links_fill(a, t);
	w->tenancy = t;
	return 0;
}

static struct worker *
worker_of(const struct appliance *a, unsigned index)
{
	for (unsigned i = 0; i < a->plan->n_lcores; i++) {
		if (a->plan->lcores[i].work && a->plan->lcores[i].worker == index)
			return a->lcores[i]->worker;
	}
	return NULL; /* not for an index of the plan */
}

int
tenant_tables_create(struct appliance *a)
{
	struct tenant_sizes sizes = tenant_sizes(a->config, a->plan->n_workers);
	/* One clock for all workers. */
	const struct tenancy clock = {
		.ns_per_cycle = tenant_clock_calibrate(),
		.start_tsc = rte_rdtsc(),
	};
	int error = 0;

	a->tenants.n_slots = sizes.slots;
	a->tenants.usage = rte_zmalloc(
		"tenant usage", sizes.slots * sizeof(*a->tenants.usage), RTE_CACHE_LINE_SIZE
	);
	if (a->tenants.usage == NULL)
		error = -ENOMEM;
	for (unsigned i = 0; i < a->plan->n_workers && error == 0; i++)
		error = worker_create(a, &sizes, worker_of(a, i), i, &clock);
	tenant_clock_set(&a->tenants);
	if (error != 0)
		log_error(
			"no memory for the tables of %u tenants and their flows (%zu MiB): make "
			"`flows` smaller, or give more memory",
			a->config->tenants.n,
			sizes.bytes >> 20
		);
	else
		log_info(
			"flow tables: %u workers x (%u IPv4 flows in %zu MiB, %u IPv6 flows in %zu "
			"MiB), %zu MiB in all",
			a->plan->n_workers,
			sizes.flows4,
			sizes.flow4_bytes >> 20,
			sizes.flows6,
			sizes.flow6_bytes >> 20,
			sizes.bytes >> 20
		);
	return error;
}

void
tenant_tables_free(struct tenants *t)
{
	for (unsigned i = 0; i < t->n_workers; i++) {
		flow_table_destroy(t->workers[i]->flows4);
		flow_table_destroy(t->workers[i]->flows6);
		fragment_table_destroy(t->workers[i]->fragments);
		rte_free(t->workers[i]->books.accounts);
		rte_free(t->workers[i]);
	}
	rte_free(t->usage);
}
