/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The flows of one owner, in the order in which they were put there, and the choice of one to give up.
 *
 * The choice needs to know whether a flow has had a packet since it was put there. Its mark, 7 bits of flow.used, is its
 * count of packets at that time: 1 for a new flow, which is put there before its first packet is counted.
 */
#ifndef PIPELINE_FLOW_FLOW_OWNER_H
#define PIPELINE_FLOW_FLOW_OWNER_H

#include "pipeline/flow/flow_store.h"

#include <stdint.h>

struct flow_owner {
	uint32_t first, last; /* linked by owner_next and owner_previous */
	uint32_t flows; /* the lcore of the table: writes; any thread: reads */
};

void flow_owner_init(struct flow_owner *o);

/* Puts the flow last. `packets` is what its mark is made of. */
void flow_owner_append(
	struct flow_owner *o, const struct flow_store *s, struct flow *f, uint64_t packets
);

void flow_owner_take(struct flow_owner *o, const struct flow_store *s, struct flow *f);

/* See flow_table_victim. */
struct flow *flow_owner_victim(struct flow_owner *o, const struct flow_store *s);

#endif
