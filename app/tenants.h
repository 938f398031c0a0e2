/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The tenants of the running appliance: from the config to tables, published to the workers as a whole.
 *
 * A tenant keeps its slot, and with it its flows, counters, buckets and quota, as long as its path is in the config. Main
 * thread, but for what is said to be read by others.
 */
#ifndef APP_TENANTS_H
#define APP_TENANTS_H

#include "app/config.h"
#include "app/plan.h"
#include "pipeline/tenant/tenancy.h"

#include <stdint.h>

struct appliance;

struct tenants {
	const struct tenant_set
		*set; /* in force. Main thread: writes; workers: read. Atomic. NULL: no tenants */
	struct tenant_usage *usage; /* by slot */
	struct tenancy *workers[RTE_MAX_LCORE]; /* by worker index */
	unsigned n_workers;
	uint16_t n_slots;
	uint16_t
		next_slot; /* where the search for a free one begins, so that slots rest before they are used again */
	uint32_t generation; /* of the set in force */
	uint64_t
		unix_offset_ns; /* what the wall clock is ahead of leat's time. Main thread: writes; workers: read. Atomic */
	unsigned lookups; /* how many there have been, for their names */
};

/* Makes the tables of all workers, and puts the config's tenants in force. After the workers are there. 0 or a negative errno after saying why. */
int tenants_create(struct appliance *a);

/* While no lcore runs. */
void tenants_destroy(struct appliance *a);

/* Compiles the config's tenants; nothing changes yet. NULL with rte_errno set, after saying why. */
struct tenant_set *tenants_compile(struct appliance *a, const struct config *config);

/* Forgets a set that was not put in force. NULL is allowed. */
void tenants_discard(struct tenant_set *set);

/* Puts it in force, waits until no worker uses the old one, frees that. Cannot fail. */
void tenants_publish(struct appliance *a, struct tenant_set *set);

/* The slot of a path in the set in force, or TENANT_NONE. */
uint16_t tenants_find(const struct tenants *t, const char *path);

#endif
