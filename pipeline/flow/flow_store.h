/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The flows of a table as an array, and which places of it are free. A flow is known by its index.
 *
 * A flow with an IPv4 key is one cache line; with an IPv6 key it is one and a half.
 */
#ifndef PIPELINE_FLOW_FLOW_STORE_H
#define PIPELINE_FLOW_FLOW_STORE_H

#include "pipeline/flow/flow.h"
#include "pipeline/flow/flow_key.h"

#include <rte_prefetch.h>

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
	FLOW_STRIDE4 = 64,
	FLOW_STRIDE6 = 96,
};

/* No flow, no bucket: the end of a list. */
#define FLOW_NONE UINT32_MAX

/* In flow.used: the flow is in the table. The other bits are its mark (flow_owner.h). */
#define FLOW_USED 0x80

struct flow_store {
	char *flows;
	uint32_t stride; /* bytes from one flow to the next */
	uint32_t capacity;
	uint32_t free_first; /* linked by owner_next; FLOW_NONE: the table is full */
};

static inline uint32_t
flow_stride(uint8_t kind)
{
	return kind == PACKET_IPV4 ? FLOW_STRIDE4 : FLOW_STRIDE6;
}

static inline struct flow *
flow_store_at(const struct flow_store *s, uint32_t i)
{
	return (void *)(s->flows + (size_t)i * s->stride);
}

static inline uint32_t
flow_store_index(const struct flow_store *s, const struct flow *f)
{
	size_t offset = (size_t)((const char *)f - s->flows);

	/* Divided by a constant, both ways. */
	return (uint32_t
	)(s->stride == FLOW_STRIDE4 ? offset / FLOW_STRIDE4 : offset / FLOW_STRIDE6);
}

/* The places are zero, and none is in use. The first ones are given out first. */
static inline void
flow_store_init(struct flow_store *s, void *flows, uint8_t kind, uint32_t capacity)
{
	*s = (struct flow_store){
		.flows = flows,
		.stride = flow_stride(kind),
		.capacity = capacity,
		.free_first = 0,
	};
	for (uint32_t i = 0; i < capacity; i++)
		flow_store_at(s, i)->owner_next = i + 1 < capacity ? i + 1 : FLOW_NONE;
}

/* There is a free one: the caller has looked. It comes back zeroed, but for the key, and in use. */
static inline struct flow *
flow_store_take(struct flow_store *s)
{
	struct flow *f = flow_store_at(s, s->free_first);

	s->free_first = f->owner_next;
	if (s->free_first != FLOW_NONE)
		rte_prefetch0(flow_store_at(s, s->free_first)); /* new flows come in numbers */
	memset(f, 0, sizeof(*f));
	f->used = FLOW_USED;
	return f;
}

static inline void
flow_store_give(struct flow_store *s, struct flow *f)
{
	f->used = 0;
	f->owner_next = s->free_first;
	s->free_first = flow_store_index(s, f);
}

#endif
