/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From a key to its flow: buckets of one cache line, with 16 bits of the hash of each flow that they lead to.
 *
 * With as many flows as the table can take, a bucket of 8 places has 3 on average, and one in 250 runs over into a spare.
 * There is one spare for every 8 buckets.
 */
#ifndef PIPELINE_FLOW_FLOW_INDEX_H
#define PIPELINE_FLOW_FLOW_INDEX_H

#include "pipeline/flow/flow_key_hash.h"
#include "pipeline/flow/flow_store.h"

#include <rte_common.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FLOW_BUCKET_PLACES = 8 };

/* Places fill from the first on, and only the last bucket of a chain has free ones. */
struct flow_bucket {
	uint16_t tags[FLOW_BUCKET_PLACES]; /* of the hash; 0: free */
	uint32_t flows[FLOW_BUCKET_PLACES];
	uint32_t next; /* the spare that it goes on in, or FLOW_NONE */
} __rte_cache_aligned;

struct flow_index {
	struct flow_bucket *buckets; /* the spares stand behind the others */
	uint32_t n_buckets; /* without the spares */
	uint32_t spare_first; /* a spare that is free, linked by `next`, or FLOW_NONE */
	uint64_t seeds[FLOW_KEY_SEEDS];
};

/* What the buckets take. */
size_t flow_index_bytes(uint32_t flows_max);

/* `memory` is zero, aligned to a cache line, and stays the caller's. */
void flow_index_init(
	struct flow_index *x, void *memory, uint32_t flows_max, const uint64_t seeds[FLOW_KEY_SEEDS]
);

/* False, and nothing is changed, where the bucket is full and there is no spare. */
bool flow_index_insert(struct flow_index *x, uint64_t hash, uint32_t flow);

/* The flow is in the index, with this hash. */
void flow_index_remove(struct flow_index *x, uint64_t hash, uint32_t flow);

/* These two: as flow_table.h has it. The stride of the store says which kind of keys. */
struct flow *flow_index_find(
	const struct flow_index *x,
	const struct flow_store *s,
	const struct flow_key *key,
	uint64_t hash
);
uint64_t flow_index_find_bulk(
	const struct flow_index *x,
	const struct flow_store *s,
	const struct flow_key *keys,
	uint64_t wanted,
	uint64_t *hashes,
	struct flow **flows
);

#endif
