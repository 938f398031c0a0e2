/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/flow/flow_table.h"

#include "pipeline/flow/flow_index.h"
#include "pipeline/flow/flow_owner.h"
#include "pipeline/flow/flow_store.h"
#include "pipeline/flow/flow_wheel.h"

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_malloc.h>

#include <assert.h>
#include <errno.h>
#include <string.h>

enum { OWNERS_LIMIT = UINT16_MAX + 1 };

/* The flows, the buckets and the owners stand behind it, in this order, in the same piece of memory. */
struct flow_table {
	struct flow_store store;
	struct flow_index index;
	struct flow_owner *owners;
	uint32_t owners_max;
	uint32_t flows, peak; /* its lcore: writes; any thread: reads */
	uint64_t removals; /* likewise */
	struct flow_wheel wheel;
} __rte_cache_aligned;

static_assert((int)FLOW_STRIDE4 == sizeof(struct flow) + FLOW_KEY4_WORDS * 8, "one cache line");
static_assert((int)FLOW_STRIDE6 >= sizeof(struct flow) + FLOW_KEY6_WORDS * 8, "the key fits");

static size_t
flows_bytes(const struct flow_table_config *config)
{
	return RTE_CACHE_LINE_ROUNDUP((size_t)config->flows_max * flow_stride(config->kind));
}

static size_t
owners_bytes(const struct flow_table_config *config)
{
	return config->owners_max * sizeof(struct flow_owner);
}

size_t
flow_table_bytes(const struct flow_table_config *config)
{
	return sizeof(struct flow_table) + flows_bytes(config) +
	       flow_index_bytes(config->flows_max) + owners_bytes(config);
}

static bool
config_is_sound(const struct flow_table_config *config)
{
	return config->flows_max >= 1 && config->flows_max <= UINT32_C(1) << 31 &&
	       config->owners_max >= 1 && config->owners_max <= OWNERS_LIMIT &&
	       (config->kind == PACKET_IPV4 || config->kind == PACKET_IPV6);
}

struct flow_table *
flow_table_create(const struct flow_table_config *config)
{
	struct flow_table *t;
	char *flows, *buckets;

	if (!config_is_sound(config)) {
		rte_errno = EINVAL;
		return NULL;
	}
	t = rte_zmalloc_socket(
		config->name, flow_table_bytes(config), RTE_CACHE_LINE_SIZE, config->socket
	);
	if (t == NULL) {
		rte_errno = ENOMEM;
		return NULL;
	}
	flows = (char *)(t + 1);
	buckets = flows + flows_bytes(config);
	t->owners = (void *)(buckets + flow_index_bytes(config->flows_max));
	t->owners_max = config->owners_max;
	flow_store_init(&t->store, flows, config->kind, config->flows_max);
	flow_index_init(&t->index, buckets, config->flows_max, config->seeds);
	for (uint32_t i = 0; i < config->owners_max; i++)
		flow_owner_init(&t->owners[i]);
	flow_wheel_init(&t->wheel, config->now);
	return t;
}

void
flow_table_destroy(struct flow_table *t)
{
	rte_free(t);
}

static uint64_t
hash_of(const struct flow_table *t, const uint64_t *words)
{
	if (t->store.stride == FLOW_STRIDE4)
		return flow_key_hash(words, FLOW_KEY4_WORDS, t->index.seeds);
	return flow_key_hash(words, FLOW_KEY6_WORDS, t->index.seeds);
}

uint64_t
flow_table_hash(const struct flow_table *t, const struct flow_key *key)
{
	return hash_of(t, key->words);
}

uint64_t
flow_table_find_bulk(
	const struct flow_table *t,
	const struct flow_key *keys,
	uint64_t wanted,
	uint64_t *hashes,
	struct flow **flows
)
{
	return flow_index_find_bulk(&t->index, &t->store, keys, wanted, hashes, flows);
}

struct flow *
flow_table_find(const struct flow_table *t, const struct flow_key *key, uint64_t hash)
{
	return flow_index_find(&t->index, &t->store, key, hash);
}

static void
key_copy(const struct flow_table *t, struct flow *f, const struct flow_key *key)
{
	unsigned n_words = t->store.stride == FLOW_STRIDE4 ? FLOW_KEY4_WORDS : FLOW_KEY6_WORDS;

	for (unsigned i = 0; i < n_words; i++)
		f->key[i] = key->words[i];
}

static void
flows_count_one(struct flow_table *t)
{
	__atomic_store_n(&t->flows, t->flows + 1, __ATOMIC_RELAXED);
	if (t->flows > t->peak)
		__atomic_store_n(&t->peak, t->flows, __ATOMIC_RELAXED);
}

struct flow *
flow_table_insert(
	struct flow_table *t,
	const struct flow_key *key,
	uint64_t hash,
	uint16_t owner,
	uint32_t expires
)
{
	struct flow *f;

	assert(owner < t->owners_max);
	assert(flow_table_find(t, key, hash) == NULL);
	if (t->store.free_first == FLOW_NONE ||
	    !flow_index_insert(&t->index, hash, t->store.free_first))
		return NULL;
	f = flow_store_take(&t->store);
	key_copy(t, f, key);
	flow_owner_append(&t->owners[owner], &t->store, f, 1);
	flow_wheel_add(&t->wheel, &t->store, f, expires);
	flows_count_one(t);
	return f;
}

void
flow_table_remove(struct flow_table *t, struct flow *f, uint16_t owner)
{
	assert(owner < t->owners_max && f->used != 0);
	flow_index_remove(&t->index, hash_of(t, f->key), flow_store_index(&t->store, f));
	flow_wheel_take(&t->wheel, &t->store, f);
	flow_owner_take(&t->owners[owner], &t->store, f);
	flow_store_give(&t->store, f);
	__atomic_store_n(&t->flows, t->flows - 1, __ATOMIC_RELAXED);
	__atomic_store_n(&t->removals, t->removals + 1, __ATOMIC_RELAXED);
}

void
flow_table_rearm(struct flow_table *t, struct flow *f, uint32_t expires)
{
	flow_wheel_take(&t->wheel, &t->store, f);
	flow_wheel_add(&t->wheel, &t->store, f, expires);
}

void
flow_table_owner_change(struct flow_table *t, struct flow *f, uint16_t owner, uint16_t new_owner)
{
	assert(owner < t->owners_max && new_owner < t->owners_max);
	flow_owner_take(&t->owners[owner], &t->store, f);
	flow_owner_append(&t->owners[new_owner], &t->store, f, f->packets);
}

uint32_t
flow_table_owner_flows(const struct flow_table *t, uint16_t owner)
{
	return __atomic_load_n(&t->owners[owner].flows, __ATOMIC_RELAXED);
}

struct flow *
flow_table_owner_first(const struct flow_table *t, uint16_t owner)
{
	uint32_t first = t->owners[owner].first;

	return first != FLOW_NONE ? flow_store_at(&t->store, first) : NULL;
}

struct flow *
flow_table_victim(struct flow_table *t, uint16_t owner)
{
	return flow_owner_victim(&t->owners[owner], &t->store);
}

unsigned
flow_table_age(
	struct flow_table *t,
	uint32_t now,
	unsigned budget,
	flow_expiry expiry,
	flow_expired expired,
	void *context
)
{
	unsigned looks;

	for (looks = 0; looks < budget; looks++) {
		struct flow *f = flow_wheel_next(&t->wheel, &t->store, now);
		uint32_t ends;

		if (f == NULL)
			break;
		ends = expiry(f, context);
		if ((int32_t)(now - ends) >= 0)
			expired(f, context);
		else
			flow_table_rearm(t, f, ends);
	}
	return looks;
}

uint32_t
flow_table_flows(const struct flow_table *t)
{
	return __atomic_load_n(&t->flows, __ATOMIC_RELAXED);
}

uint32_t
flow_table_peak(const struct flow_table *t)
{
	return __atomic_load_n(&t->peak, __ATOMIC_RELAXED);
}

uint32_t
flow_table_capacity(const struct flow_table *t)
{
	return t->store.capacity;
}

uint64_t
flow_table_removals(const struct flow_table *t)
{
	return __atomic_load_n(&t->removals, __ATOMIC_RELAXED);
}

struct flow *
flow_table_at(const struct flow_table *t, uint32_t i)
{
	struct flow *f = flow_store_at(&t->store, i);

	return f->used != 0 ? f : NULL;
}
