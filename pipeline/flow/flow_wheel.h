/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A timer wheel for flows: four wheels of 256 slots, whose slots are 1, 256, 65536 and 16777216 ticks wide.
 *
 * A flow stands in the finest wheel whose present turn reaches its tick. When the slot of a coarser one comes up, its
 * flows are looked at, and those that have time left move to a finer one: a flow is looked at four times at the most
 * before it ends. Each wheel knows its slots in use, so that time that passes over empty ones costs nothing.
 */
#ifndef PIPELINE_FLOW_FLOW_WHEEL_H
#define PIPELINE_FLOW_FLOW_WHEEL_H

#include "pipeline/flow/flow_store.h"

#include <stdint.h>

enum {
	FLOW_WHEEL_LEVELS = 4,
	FLOW_WHEEL_BITS = 8, /* of the tick, for each level */
	FLOW_WHEEL_SLOTS = 1 << FLOW_WHEEL_BITS,
};

struct flow_wheel {
	uint32_t at; /* the tick that it stands at; never behind an occupied slot */
	uint32_t due; /* before this tick, nothing comes up */
	uint64_t occupied[FLOW_WHEEL_LEVELS][FLOW_WHEEL_SLOTS / 64];
	uint32_t firsts[FLOW_WHEEL_LEVELS][FLOW_WHEEL_SLOTS];
};

void flow_wheel_init(struct flow_wheel *w, uint32_t now);

/* Puts the flow where it comes up at `expires`, or at once where that is past. */
void
flow_wheel_add(struct flow_wheel *w, const struct flow_store *s, struct flow *f, uint32_t expires);

/* Takes the flow out of its slot. */
void flow_wheel_take(struct flow_wheel *w, const struct flow_store *s, struct flow *f);

/*
 * A flow whose slot has come up by `now`, or NULL. It stays where it is: the caller takes it out, or puts it where it
 * comes up after `now`.
 */
struct flow *flow_wheel_next(struct flow_wheel *w, const struct flow_store *s, uint32_t now);

#endif
