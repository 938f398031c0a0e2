/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/flow/flow_wheel.h"

#include <rte_prefetch.h>

#include <assert.h>
#include <stdbool.h>
#include <string.h>

/* In wheel_previous of the first flow of a slot: which slot it is. Indices of flows are below 2^31. */
#define SLOT_MARK (UINT32_C(1) << 31)

/* Where nothing comes up for long, the wheel is asked again after this time: ticks compare by their signed difference. */
#define TICKS_FAR (UINT32_C(1) << 30)

static bool
tick_is_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

void
flow_wheel_init(struct flow_wheel *w, uint32_t now)
{
	*w = (struct flow_wheel){.at = now, .due = now + TICKS_FAR};
	memset(w->firsts, 0xFF, sizeof(w->firsts));
	static_assert(FLOW_NONE == 0xFFFFFFFF, "set byte by byte");
}

/*
 * The highest byte in which the tick differs from the present one says the level: with it, the slot is ahead of the
 * present one in the same turn of that wheel, and the turns of the coarser wheels are equal. The coarsest one wraps.
 */
static unsigned
level_of(const struct flow_wheel *w, uint32_t tick)
{
	return (31 - (unsigned)__builtin_clz((w->at ^ tick) | 1)) / FLOW_WHEEL_BITS;
}

void
flow_wheel_add(struct flow_wheel *w, const struct flow_store *s, struct flow *f, uint32_t expires)
{
	uint32_t tick = tick_is_before(expires, w->at) ? w->at : expires;
	unsigned level = level_of(w, tick), shift = level * FLOW_WHEEL_BITS;
	unsigned slot = tick >> shift & (FLOW_WHEEL_SLOTS - 1);
	uint32_t *first = &w->firsts[level][slot], start = tick >> shift << shift;
	uint32_t i = flow_store_index(s, f);

	f->wheel_next = *first;
	f->wheel_previous = SLOT_MARK | level << FLOW_WHEEL_BITS | slot;
	if (*first != FLOW_NONE)
		flow_store_at(s, *first)->wheel_previous = i;
	*first = i;
	w->occupied[level][slot / 64] |= UINT64_C(1) << slot % 64;
	if (tick_is_before(start, w->due))
		w->due = start;
}

static void
slot_set_first(struct flow_wheel *w, uint32_t mark, uint32_t first)
{
	unsigned slot = mark & (FLOW_WHEEL_SLOTS - 1);
	unsigned level = (mark & ~SLOT_MARK) >> FLOW_WHEEL_BITS;

	w->firsts[level][slot] = first;
	if (first == FLOW_NONE)
		w->occupied[level][slot / 64] &= ~(UINT64_C(1) << slot % 64);
}

void
flow_wheel_take(struct flow_wheel *w, const struct flow_store *s, struct flow *f)
{
	if (f->wheel_next != FLOW_NONE)
		flow_store_at(s, f->wheel_next)->wheel_previous = f->wheel_previous;
	if ((f->wheel_previous & SLOT_MARK) != 0)
		slot_set_first(w, f->wheel_previous, f->wheel_next);
	else
		flow_store_at(s, f->wheel_previous)->wheel_next = f->wheel_next;
}

/* How many slots it is from the present one to the next one in use, or FLOW_WHEEL_SLOTS: there is none. */
static unsigned
level_distance(const struct flow_wheel *w, unsigned level)
{
	const uint64_t *occupied = w->occupied[level];
	unsigned now = w->at >> level * FLOW_WHEEL_BITS & (FLOW_WHEEL_SLOTS - 1);
	uint64_t word = occupied[now / 64] >> now % 64;

	if (word != 0)
		return (unsigned)__builtin_ctzll(word);
	for (unsigned distance = 64 - now % 64; distance < FLOW_WHEEL_SLOTS; distance += 64) {
		word = occupied[(now + distance) / 64 % (FLOW_WHEEL_SLOTS / 64)];
		if (word != 0)
			return distance + (unsigned)__builtin_ctzll(word);
	}
	return FLOW_WHEEL_SLOTS;
}

/*
 * The level whose slot comes up next, and when, if that is by `now`. Else FLOW_WHEEL_LEVELS, and a tick before which
 * nothing comes up.
 */
static unsigned
level_due(const struct flow_wheel *w, uint32_t now, uint32_t *tick)
{
	unsigned due = FLOW_WHEEL_LEVELS;

	*tick = now + TICKS_FAR;
	for (unsigned level = 0; level < FLOW_WHEEL_LEVELS; level++) {
		unsigned distance = level_distance(w, level), shift = level * FLOW_WHEEL_BITS;
		uint32_t start = ((w->at >> shift) + distance) << shift;

		if (distance == FLOW_WHEEL_SLOTS || !tick_is_before(start, *tick))
			continue;
		*tick = start;
		due = level;
	}
	return tick_is_before(now, *tick) ? FLOW_WHEEL_LEVELS : due;
}

struct flow *
flow_wheel_next(struct flow_wheel *w, const struct flow_store *s, uint32_t now)
{
	unsigned level = FLOW_WHEEL_LEVELS, slot;
	struct flow *f;

	if (!tick_is_before(now, w->due))
		level = level_due(w, now, &w->due);
	if (level == FLOW_WHEEL_LEVELS) {
		if (tick_is_before(w->at, now))
			w->at = now;
		return NULL;
	}
	w->at = w->due;
	slot = w->at >> level * FLOW_WHEEL_BITS & (FLOW_WHEEL_SLOTS - 1);
	f = flow_store_at(s, w->firsts[level][slot]);
	if (f->wheel_next != FLOW_NONE)
		rte_prefetch0(flow_store_at(s, f->wheel_next));
	return f;
}
