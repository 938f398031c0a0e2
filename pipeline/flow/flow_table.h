/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The flows of one worker, of one IP version. Used by one lcore alone, without locks.
 *
 * An index of buckets, each one cache line with short hashes, leads to an array of flows. A bucket that runs over goes on
 * in a spare one. The hash is keyed with random words and not linear, so that nobody outside can aim at a bucket. Free
 * flows, the flows of an owner (a tenant) and the timer wheel are lists of indices through the array.
 */
#ifndef PIPELINE_FLOW_FLOW_TABLE_H
#define PIPELINE_FLOW_FLOW_TABLE_H

#include "pipeline/flow/flow.h"
#include "pipeline/flow/flow_key.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct flow_table;

struct flow_table_config {
	const char *name; /* for the memory's sake */
	uint8_t kind; /* PACKET_IPV4 or PACKET_IPV6 */
	uint32_t flows_max; /* 1 to 2^31 */
	uint32_t owners_max; /* 1 to 65536: owners are 0 to owners_max - 1 */
	uint64_t seeds[FLOW_KEY6_WORDS + 1]; /* random */
	uint32_t now; /* tick */
	int socket; /* NUMA */
};

/* What a table takes, all included: 88 bytes a flow (IPv6: 120), 12 an owner, some 6 KiB, and up to a line for each part. */
size_t flow_table_bytes(const struct flow_table_config *config);

/* NULL with rte_errno set. */
struct flow_table *flow_table_create(const struct flow_table_config *config);

/* NULL is allowed. */
void flow_table_destroy(struct flow_table *t);

/* The keyed hash of a key of the table's kind. */
uint64_t flow_table_hash(const struct flow_table *t, const struct flow_key *key);

/*
 * Finds n keys at once, at most 64: flows[i] is the flow of keys[i] or NULL, hashes[i] is filled for all. Bits of `wanted`
 * say which keys there are. Nothing else is touched. Returns the bits of those that have a flow.
 */
uint64_t flow_table_find_bulk(
	const struct flow_table *t,
	const struct flow_key *keys,
	uint64_t wanted,
	uint64_t *hashes,
	struct flow **flows
);

struct flow *flow_table_find(const struct flow_table *t, const struct flow_key *key, uint64_t hash);

/*
 * A new flow, zeroed but for its key, the last in its owner's list, in the wheel at `expires` (a tick). The key must not
 * be in the table. NULL when the table is full: with flows_max flows, or where a bucket runs over and no spare is left,
 * which does not happen by chance. The caller counts its first packet.
 */
struct flow *flow_table_insert(
	struct flow_table *t,
	const struct flow_key *key,
	uint64_t hash,
	uint16_t owner,
	uint32_t expires
);

/* The flow is gone: its memory may be the next one's. Wherever it is in lists, it is taken out. */
void flow_table_remove(struct flow_table *t, struct flow *f, uint16_t owner);

/*
 * Moves the flow to another place in the wheel. Only needed when it shall expire earlier than it was set to. Whatever is
 * in the wheel is set to less than 2^31 ticks (248 days) from now; what is past comes up at the next call.
 */
void flow_table_rearm(struct flow_table *t, struct flow *f, uint32_t expires);

/* Gives the flow to another owner, last in that list. */
void
flow_table_owner_change(struct flow_table *t, struct flow *f, uint16_t owner, uint16_t new_owner);

/* How many flows an owner has. Any thread may read; it may lag. */
uint32_t flow_table_owner_flows(const struct flow_table *t, uint16_t owner);

/* The owner's first flow, or NULL. */
struct flow *flow_table_owner_first(const struct flow_table *t, uint16_t owner);

/*
 * A flow of the owner's to give up for a new one, or NULL where it has none: from its oldest on, one that has passed no
 * packet since it was put there, but for the first of a new flow. One that has goes to the end (second chance). Looks at
 * no more than 16 and takes the last of them as it is. Packets are counted modulo 128 here: of flows that have passed
 * packets, one in 128 looks idle. The flow stays in the table.
 */
struct flow *flow_table_victim(struct flow_table *t, uint16_t owner);

/*
 * When a flow ends, as a tick. Not before the time that the wheel has for it: whoever makes it earlier rearms it.
 */
typedef uint32_t (*flow_expiry)(const struct flow *f, void *context);
/* It has expired. The callee removes it; it may remove and insert others too. */
typedef void (*flow_expired)(struct flow *f, void *context);

/*
 * Lets the wheel turn up to `now`: flows whose time it is are looked at, and expire or are put back. Looks at no more than
 * `budget` flows and goes on at the next call. Returns how many were looked at: fewer than the budget, and every flow whose
 * end is not after `now` has expired. None ever expires before its end. Time that has passed without a call costs nothing;
 * `now` may be up to 2^30 ticks (124 days) after the last one, and is never before it.
 */
unsigned flow_table_age(
	struct flow_table *t,
	uint32_t now,
	unsigned budget,
	flow_expiry expiry,
	flow_expired expired,
	void *context
);

/* Flows there are now, and the most at once since the start. Any thread may read; they may lag. */
uint32_t flow_table_flows(const struct flow_table *t);
uint32_t flow_table_peak(const struct flow_table *t);
uint32_t flow_table_capacity(const struct flow_table *t);

/* Counts removals. Where it has not changed, every flow found before is still the same one. */
uint64_t flow_table_removals(const struct flow_table *t);

/* The i-th place of the array, i below the capacity: the flow there, or NULL. For lists that people read, and walks. */
struct flow *flow_table_at(const struct flow_table *t, uint32_t i);

#endif
