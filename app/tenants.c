/* SPDX-License-Identifier: BSD-3-Clause */
/* The change from one set of tenants to the next. */
#include "app/tenants.h"

#include "app/appliance.h"
#include "app/grace.h"
#include "app/tenant_tables.h"

#include <rte_cycles.h>
#include <rte_errno.h>

#include <string.h>

int
tenants_create(struct appliance *a)
{
	struct tenant_set *set;
	int error;

	if (a->config->tenants.n == 0)
		return 0;
	error = tenant_tables_create(a);
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

	tenant_tables_free(t);
	tenants_discard((struct tenant_set *)(uintptr_t)t->set);
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
