/* SPDX-License-Identifier: BSD-3-Clause */
/* Budgets are brought up to date when they are asked for, so that a reload needs no walk over them. */
#include "pipeline/service/service_budget.h"

/* Rounded up: the smallest share is one of each. */
static void
limits_set(struct stream_budget *budget, const struct service_reader *reader, uint64_t streams_max)
{
	uint64_t whole = reader->sizes.connections;

	for (unsigned i = 0; i < STREAM_RESOURCE_COUNT; i++) {
		uint64_t limit = reader->budget.limits[i];

		budget->limits[i] =
			streams_max >= whole ? limit : (limit * streams_max + whole - 1) / whole;
	}
}

struct stream_budget *
service_budget(struct service_reader *reader, const struct tenant_set *set, uint16_t slot)
{
	if (set == NULL || reader->tenants == NULL)
		return &reader->budget;
	for (uint16_t at = slot; at != TENANT_NONE; at = set->tenants[at].parent) {
		uint16_t above = set->tenants[at].parent;
		struct stream_budget *budget = &reader->tenants[at];

		limits_set(budget, reader, set->tenants[at].limits.streams_max);
		budget->parent = above != TENANT_NONE ? &reader->tenants[above] : &reader->budget;
	}
	return &reader->tenants[slot];
}
