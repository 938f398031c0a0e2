/* SPDX-License-Identifier: BSD-3-Clause */
/* Tables of the workers, and the change from one set of tenants to the next. */
#include "app/tenants.h"

#include "app/appliance.h"
#include "app/grace.h"
#include "app/log.h"

#include <rte_cycles.h>
#include <rte_errno.h>
#include <rte_malloc.h>

#include <errno.h>
#include <string.h>
#include <sys/random.h>

enum {
	CALIBRATION_NS = 20 * 1000 * 1000,
	INSTANT_READINGS = 16,
	SLOTS_MIN = 1024,
	/* Of a worker's fragments, what one tenant may hold. */
	FRAGMENT_SHARE = 8,
	FRAGMENTS_OF_OWNER_MIN = 16,
	/* The hash shares flows out evenly, but not exactly. */
	SHARE_SLACK_PERCENT = 25,
	/* Of the heap, for each. */
	RULE_BYTES = 384,
	LIST_BYTES = 2 * 1024,
	MATCH_BYTES = 256,
	/* Resets and ICMP errors that one worker sends a second. */
	REJECTS_PER_SECOND = 1000,
};

/* One worker's part of so many entries. */
static uint32_t
share_of(uint64_t total, unsigned n_workers)
{
	uint64_t part = (total + n_workers - 1) / n_workers;

	if (n_workers > 1)
		part += part * SHARE_SLACK_PERCENT / 100;
	return (uint32_t)part;
}

static struct flow_table_config
table_config(const struct tenants_sizes *sizes, uint8_t kind)
{
	return (struct flow_table_config){
		.name = kind == PACKET_IPV4 ? "flows of IPv4" : "flows of IPv6",
		.kind = kind,
		.flows_max = kind == PACKET_IPV4 ? sizes->flows4 : sizes->flows6,
		.owners_max = sizes->slots,
	};
}

static struct fragment_table_config
fragments_config(const struct config *config, const struct tenants_sizes *sizes)
{
	return (struct fragment_table_config){
		.entries_max = sizes->fragments,
		.owners_max = sizes->slots,
		.owner_entries_max =
			RTE_MAX(sizes->fragments / FRAGMENT_SHARE,
				(uint32_t)FRAGMENTS_OF_OWNER_MIN),
		.lifetime_ticks = (uint32_t)(config->flows.fragment_ns / FLOW_TICK_NS),
	};
}

struct tenants_sizes
tenants_sizes(const struct config *config, unsigned n_workers)
{
	const struct config_flows *flows = &config->flows;
	uint64_t slots = flows->tenants != 0
				 ? flows->tenants
				 : RTE_MAX(2 * (uint64_t)config->tenants.n, (uint64_t)SLOTS_MIN);
	struct tenants_sizes s = {
		.flows4 = share_of(flows->ipv4, n_workers),
		.flows6 = share_of(flows->ipv6, n_workers),
		.fragments = share_of(flows->fragments, n_workers),
		.slots = (uint16_t)RTE_MIN(slots, (uint64_t)TENANT_SLOTS_MAX),
	};
	struct flow_table_config table4 = table_config(&s, PACKET_IPV4);
	struct flow_table_config table6 = table_config(&s, PACKET_IPV6);
	struct fragment_table_config fragments = fragments_config(config, &s);

	s.flow4_bytes = flow_table_bytes(&table4);
	s.flow6_bytes = flow_table_bytes(&table6);
	s.bytes = s.slots * sizeof(struct tenant_usage) +
		  n_workers * (s.flow4_bytes + s.flow6_bytes + fragment_table_bytes(&fragments) +
			       s.slots * sizeof(struct tenant_account) + sizeof(struct tenancy));
	return s;
}

/* What lookups and rule lists of the config take, at most (measured: docs/performance.md). */
static uint64_t
set_bytes(const struct config_tenants *tenants, unsigned n_workers)
{
	uint64_t rules = 0, matches = 0;

	for (unsigned i = 0; i < tenants->n; i++) {
		const struct config_tenant *c = &tenants->tenants[i];

		rules += c->egress.n + c->ingress.n;
		matches += c->n_from + c->n_to;
	}
	return rules * (RULE_BYTES + n_workers * sizeof(uint64_t)) + matches * MATCH_BYTES +
	       tenants->n * LIST_BYTES;
}

uint64_t
tenants_bytes_needed(const struct plan *plan)
{
	const struct config *config = plan->config;

	if (config->tenants.n == 0)
		return 0;
	/* Two generations while one replaces the other. */
	return tenants_sizes(config, plan->n_workers).bytes +
	       2 * set_bytes(&config->tenants, plan->n_workers);
}

/* Nobody outside may know where his flows are put. */
static int
seeds_draw(void *seeds, size_t bytes)
{
	return getrandom(seeds, bytes, 0) == (ssize_t)bytes ? 0 : -EIO;
}

static int
tables_create(
	const struct config *config,
	const struct tenants_sizes *sizes,
	struct tenancy *t,
	int socket
)
{
	struct flow_table_config table4 = table_config(sizes, PACKET_IPV4);
	struct flow_table_config table6 = table_config(sizes, PACKET_IPV6);
	struct fragment_table_config fragments = fragments_config(config, sizes);
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

/* Both clocks at one moment. */
struct instant {
	uint64_t ns, tsc;
};

/* Of several readings the one that took the shortest: between the two clocks of another this thread may have been put off. */
static struct instant
instant_read(void)
{
	struct instant best = {0};
	uint64_t shortest = UINT64_MAX;

	for (unsigned i = 0; i < INSTANT_READINGS; i++) {
		uint64_t before = rte_rdtsc(), ns = clock_ns();
		uint64_t took = rte_rdtsc() - before;

		if (took >= shortest)
			continue;
		shortest = took;
		best = (struct instant){.ns = ns, .tsc = before + took / 2};
	}
	return best;
}

/*
 * Nanoseconds of a TSC cycle, 32.32 fixed point. Measured: what DPDK says is rounded to 10 MHz, which may be a fault of two
 * minutes a day.
 */
static uint64_t
tsc_calibrate(void)
{
	struct instant start = instant_read(), end;

	do {
		end = instant_read();
	} while (end.ns - start.ns < CALIBRATION_NS);
	return (uint64_t)(((__uint128_t)(end.ns - start.ns) << 32) / (end.tsc - start.tsc));
}

void
tenants_clock_set(struct tenants *t)
{
	const struct tenancy *any = t->n_workers > 0 ? t->workers[0] : NULL;
	uint64_t offset;

	if (any == NULL)
		return;
	offset = clock_unix_ns() - tenancy_time(any, rte_rdtsc());
	__atomic_store_n(&t->unix_offset_ns, offset, __ATOMIC_RELAXED);
}

static int
worker_create(
	struct appliance *a,
	const struct tenants_sizes *sizes,
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

static int
tables_build(struct appliance *a)
{
	struct tenants_sizes sizes = tenants_sizes(a->config, a->plan->n_workers);
	/* One clock for all workers. */
	const struct tenancy clock = {
		.ns_per_cycle = tsc_calibrate(),
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
	tenants_clock_set(&a->tenants);
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

int
tenants_create(struct appliance *a)
{
	struct tenant_set *set;
	int error;

	if (a->config->tenants.n == 0)
		return 0;
	error = tables_build(a);
	if (error != 0)
		return error;
	set = tenants_compile(a, a->config);
	if (set == NULL)
		return -rte_errno;
	a->tenants.generation = set->generation;
	a->tenants.set = set;
	return 0;
}

void
tenants_destroy(struct appliance *a)
{
	struct tenants *t = &a->tenants;

	for (unsigned i = 0; i < t->n_workers; i++) {
		flow_table_destroy(t->workers[i]->flows4);
		flow_table_destroy(t->workers[i]->flows6);
		fragment_table_destroy(t->workers[i]->fragments);
		rte_free(t->workers[i]->books.accounts);
		rte_free(t->workers[i]);
	}
	tenants_discard((struct tenant_set *)(uintptr_t)t->set);
	rte_free(t->usage);
	*t = (struct tenants){0};
}

/* Slots that get a new tenant begin with nothing used. Nobody uses them before the set is published. */
static void
usage_reset(struct tenants *t, const struct tenant_set *set)
{
	for (uint16_t slot = 0; slot < t->n_slots; slot++) {
		const struct tenant *tenant = &set->tenants[slot];

		if (tenant->used && tenant->incarnation == set->generation)
			memset(&t->usage[slot], 0, sizeof(t->usage[slot]));
	}
}

static void
meter_follow(
	struct meter *m,
	const struct meter_rate *old,
	const struct meter_rate *rate,
	uint64_t now_ns
)
{
	if (old->per_second != rate->per_second)
		meter_forgive(m, now_ns);
}

/* A frame that owes an hour at the old rate owes nothing at a new one. No worker takes at the old one any more. */
static void
meters_follow(struct tenants *t, const struct tenant_set *old, const struct tenant_set *set)
{
	uint64_t now_ns = t->n_workers > 0 ? tenancy_time(t->workers[0], rte_rdtsc()) : 0;

	for (uint16_t slot = 0; slot < t->n_slots; slot++) {
		const struct tenant_limits *was = &old->tenants[slot].limits;
		const struct tenant_limits *is = &set->tenants[slot].limits;
		struct tenant_usage *usage = &t->usage[slot];

		meter_follow(&usage->flow_meter, &was->flows, &is->flows, now_ns);
		meter_follow(&usage->packet_meter, &was->packets, &is->packets, now_ns);
		meter_follow(&usage->byte_meter, &was->bytes, &is->bytes, now_ns);
		meter_follow(
			&usage->throttle_meter, &was->quota.throttle, &is->quota.throttle, now_ns
		);
	}
}

void
tenants_publish(struct appliance *a, struct tenant_set *set)
{
	const struct tenant_set *old;

	usage_reset(&a->tenants, set);
	a->tenants.generation = set->generation;
	old = __atomic_exchange_n(&a->tenants.set, set, __ATOMIC_ACQ_REL);
	grace_period_wait(a);
	if (old != NULL)
		meters_follow(&a->tenants, old, set);
	tenants_discard((struct tenant_set *)(uintptr_t)old);
}

uint16_t
tenants_find(const struct tenants *t, const char *path)
{
	for (uint16_t slot = 0; t->set != NULL && slot < t->n_slots; slot++) {
		if (t->set->tenants[slot].used && strcmp(t->set->tenants[slot].path, path) == 0)
			return slot;
	}
	return TENANT_NONE;
}
