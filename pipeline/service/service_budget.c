/* SPDX-License-Identifier: BSD-3-Clause */
/* Budgets are brought up to date when they are asked for, so that a reload needs no walk over them. */
#include "pipeline/service/service_budget.h"

#include <assert.h>
#include <string.h>

/* Rounded up, and enough for one connection: of buffers, the longest message and the small one that it may begin in. */
static void
limits_set(struct stream_budget *budget, const struct service_reader *reader, uint64_t streams_max)
{
	uint64_t whole = reader->sizes.connections;
	uint64_t *bytes = &budget->limits[STREAM_RESOURCE_PARTIAL_BYTES];

	for (unsigned i = 0; i < STREAM_RESOURCE_COUNT; i++) {
		uint64_t limit = reader->budget.limits[i];

		budget->limits[i] =
			streams_max >= whole ? limit : (limit * streams_max + whole - 1) / whole;
	}
	*bytes = RTE_MAX(*bytes, reader->message_bytes_least);
}

/* Slots from the topmost tenant down to this one. Returns how many. */
static unsigned
path_of(const struct tenant_set *set, uint16_t slot, uint16_t path[TENANT_DEPTH_MAX + 1])
{
	unsigned n = 0;

	for (uint16_t at = slot; at != TENANT_NONE; at = set->tenants[at].parent) {
		assert(n <= TENANT_DEPTH_MAX);
		path[TENANT_DEPTH_MAX - n++] = at;
	}
	memmove(path, path + TENANT_DEPTH_MAX + 1 - n, n * sizeof(*path));
	return n;
}

/*
 * A slot may have been another tenant's, elsewhere in the tree, some of whose connections go on. From the top down: so nothing
 * is ever put below itself.
 */
struct stream_budget *
service_budget(struct service_reader *reader, const struct tenant_set *set, uint16_t slot)
{
	struct stream_budget *above = &reader->budget;
	uint16_t path[TENANT_DEPTH_MAX + 1];
	unsigned n;

	if (set == NULL || reader->tenants == NULL)
		return above;
	n = path_of(set, slot, path);
	for (unsigned i = 0; i < n; i++) {
		struct stream_budget *budget = &reader->tenants[path[i]];

		limits_set(budget, reader, set->tenants[path[i]].limits.streams_max);
		if (budget->parent != above)
			stream_budget_move(budget, above);
		above = budget;
	}
	return above;
}
