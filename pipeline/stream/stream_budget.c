/* SPDX-License-Identifier: BSD-3-Clause */
/* Budgets above one another: all or none. */
#include "pipeline/stream/stream_budget.h"

#include <assert.h>
#include <stddef.h>

const struct stream_counter_row stream_counters[STREAM_COUNTER_COUNT] = {
#define STREAM_COUNTER_ROW(id, name, help) {name, help},
	STREAM_COUNTER_TABLE(STREAM_COUNTER_ROW)
#undef STREAM_COUNTER_ROW
};

static bool
has_room(const struct stream_budget *budget, enum stream_resource resource, uint64_t n)
{
	return budget->used[resource] <= budget->limits[resource] &&
	       n <= budget->limits[resource] - budget->used[resource];
}

bool
stream_budget_take(struct stream_budget *budget, enum stream_resource resource, uint64_t n)
{
	for (struct stream_budget *b = budget; b != NULL; b = b->parent) {
		if (!has_room(b, resource, n)) {
			b->refused[resource]++;
			return false;
		}
	}
	stream_budget_force(budget, resource, n);
	return true;
}

void
stream_budget_force(struct stream_budget *budget, enum stream_resource resource, uint64_t n)
{
	for (struct stream_budget *b = budget; b != NULL; b = b->parent)
		b->used[resource] += n;
}

void
stream_budget_give(struct stream_budget *budget, enum stream_resource resource, uint64_t n)
{
	for (struct stream_budget *b = budget; b != NULL; b = b->parent) {
		assert(b->used[resource] >= n);
		b->used[resource] -= n;
	}
}

void
stream_budget_move(struct stream_budget *budget, struct stream_budget *parent)
{
	for (unsigned i = 0; i < STREAM_RESOURCE_COUNT; i++) {
		stream_budget_give(budget->parent, i, budget->used[i]);
		stream_budget_force(parent, i, budget->used[i]);
	}
	budget->parent = parent;
}
