/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/flow/flow_owner.h"

#include <stdbool.h>

enum {
	MARK_BITS = 0x7F, /* of flow.used */
	VICTIM_LOOKS = 16,
};

void
flow_owner_init(struct flow_owner *o)
{
	*o = (struct flow_owner){.first = FLOW_NONE, .last = FLOW_NONE};
}

static uint8_t
mark_of(uint64_t packets)
{
	return (uint8_t)(FLOW_USED | (packets & MARK_BITS));
}

static void
flows_add(struct flow_owner *o, uint32_t n)
{
	__atomic_store_n(&o->flows, o->flows + n, __ATOMIC_RELAXED);
}

void
flow_owner_append(
	struct flow_owner *o, const struct flow_store *s, struct flow *f, uint64_t packets
)
{
	uint32_t i = flow_store_index(s, f);

	f->used = mark_of(packets);
	f->owner_next = FLOW_NONE;
	f->owner_previous = o->last;
	if (o->last != FLOW_NONE)
		flow_store_at(s, o->last)->owner_next = i;
	else
		o->first = i;
	o->last = i;
	flows_add(o, 1);
}

void
flow_owner_take(struct flow_owner *o, const struct flow_store *s, struct flow *f)
{
	if (f->owner_next != FLOW_NONE)
		flow_store_at(s, f->owner_next)->owner_previous = f->owner_previous;
	else
		o->last = f->owner_previous;
	if (f->owner_previous != FLOW_NONE)
		flow_store_at(s, f->owner_previous)->owner_next = f->owner_next;
	else
		o->first = f->owner_next;
	flows_add(o, UINT32_MAX); /* minus one */
}

struct flow *
flow_owner_victim(struct flow_owner *o, const struct flow_store *s)
{
	struct flow *f;

	if (o->first == FLOW_NONE)
		return NULL;
	f = flow_store_at(s, o->first);
	for (unsigned looks = 1; looks < VICTIM_LOOKS && f->used != mark_of(f->packets); looks++) {
		flow_owner_take(o, s, f);
		flow_owner_append(o, s, f, f->packets);
		f = flow_store_at(s, o->first);
	}
	return f;
}
