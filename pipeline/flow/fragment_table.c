/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Buckets of chains through a fixed array. All live equally long, so that the order of their ends is the order in which they
 * came: one list of all and one of each owner's, the oldest first, need no timer wheel.
 */
#include "pipeline/flow/fragment_table.h"

#include "pipeline/flow/flow_key_hash.h"

#include <rte_errno.h>
#include <rte_malloc.h>

#include <assert.h>
#include <stdbool.h>
#include <string.h>

enum {
	ENTRIES_LIMIT = 1 << 30,
	/* With a keyed hash and a bucket for each entry, one chain of this length is not to be expected in the life of a star. */
	CHAIN_MAX = 32,
	EXPIRED_AT_ONCE = 2, /* of each list: more than one addition needs */
	KEY_WORDS = sizeof(struct fragment_key) / sizeof(uint64_t),
};

#define NO_ENTRY UINT32_MAX

/* Lists that an entry is in. */
enum {
	LIST_ALL,
	LIST_OWNER,
	LISTS,
};

struct entry_list {
	uint32_t oldest, newest;
	uint32_t n;
};

struct entry {
	struct fragment_key key;
	struct fragment_flow flow;
	uint16_t owner;
	uint32_t expires; /* tick */
	uint32_t next; /* in its bucket, or of the free ones */
	struct {
		uint32_t older, newer;
	} lists[LISTS];
};

struct fragment_table {
	uint64_t seeds[2];
	uint32_t bucket_mask;
	uint32_t lifetime_ticks;
	uint32_t owner_entries_max;
	uint32_t free;
	struct entry_list all;
	struct entry_list *owners;
	uint32_t *buckets;
	struct entry *entries;
};

static_assert(sizeof(struct fragment_key) == 48, "no byte of a key is the compiler's");

static uint32_t
buckets_of(const struct fragment_table_config *config)
{
	return rte_align32pow2(config->entries_max);
}

size_t
fragment_table_bytes(const struct fragment_table_config *config)
{
	return sizeof(struct fragment_table) + config->entries_max * sizeof(struct entry) +
	       config->owners_max * sizeof(struct entry_list) +
	       buckets_of(config) * sizeof(uint32_t);
}

static void
fragment_table_clear(struct fragment_table *t, const struct fragment_table_config *config)
{
	const struct entry_list none = {.oldest = NO_ENTRY, .newest = NO_ENTRY};

	memset(t->buckets, 0xFF, buckets_of(config) * sizeof(t->buckets[0]));
	t->all = none;
	for (uint32_t i = 0; i < config->owners_max; i++)
		t->owners[i] = none;
	for (uint32_t i = 0; i < config->entries_max; i++)
		t->entries[i].next = i + 1;
	t->entries[config->entries_max - 1].next = NO_ENTRY;
	t->free = 0;
}

struct fragment_table *
fragment_table_create(const struct fragment_table_config *config)
{
	struct fragment_table *t;

	if (config->entries_max == 0 || config->entries_max > ENTRIES_LIMIT ||
	    config->owners_max == 0 || config->lifetime_ticks == 0 ||
	    config->lifetime_ticks > UINT32_C(1) << 31) {
		rte_errno = EINVAL;
		return NULL;
	}
	t = rte_zmalloc_socket(
		"fragment_table", fragment_table_bytes(config), RTE_CACHE_LINE_SIZE, config->socket
	);
	if (t == NULL) {
		rte_errno = ENOMEM;
		return NULL;
	}
	memcpy(t->seeds, config->seeds, sizeof(t->seeds));
	t->bucket_mask = buckets_of(config) - 1;
	t->lifetime_ticks = config->lifetime_ticks;
	t->owner_entries_max = config->owner_entries_max;
	t->entries = (struct entry *)(t + 1);
	t->owners = (struct entry_list *)(t->entries + config->entries_max);
	t->buckets = (uint32_t *)(t->owners + config->owners_max);
	fragment_table_clear(t, config);
	return t;
}

void
fragment_table_destroy(struct fragment_table *t)
{
	rte_free(t);
}

static uint32_t *
bucket_of(const struct fragment_table *t, const struct fragment_key *key)
{
	uint64_t words[KEY_WORDS], hash = t->seeds[0];

	memcpy(words, key, sizeof(words));
	for (unsigned i = 0; i < KEY_WORDS; i += 2)
		hash = product_fold(hash ^ words[i], t->seeds[1] ^ words[i + 1]);
	return &t->buckets[hash & t->bucket_mask];
}

/* The key's entry, or NO_ENTRY; `n` are those of its bucket that were looked at, which without it is all. */
static uint32_t
entry_find(const struct fragment_table *t, const struct fragment_key *key, unsigned *n)
{
	uint32_t i = *bucket_of(t, key);

	for (*n = 0; i != NO_ENTRY; i = t->entries[i].next, (*n)++) {
		if (memcmp(&t->entries[i].key, key, sizeof(*key)) == 0)
			break;
	}
	return i;
}

/* True also of what has been over for so long that the ticks have come round. */
static bool
entry_is_over(const struct fragment_table *t, const struct entry *e, uint32_t now)
{
	return e->expires - now - 1 >= t->lifetime_ticks;
}

static void
list_append(struct fragment_table *t, unsigned which, struct entry_list *list, uint32_t i)
{
	struct entry *e = &t->entries[i];

	e->lists[which].older = list->newest;
	e->lists[which].newer = NO_ENTRY;
	if (list->newest != NO_ENTRY)
		t->entries[list->newest].lists[which].newer = i;
	else
		list->oldest = i;
	list->newest = i;
	list->n++;
}

static void
list_remove(struct fragment_table *t, unsigned which, struct entry_list *list, uint32_t i)
{
	uint32_t older = t->entries[i].lists[which].older, newer = t->entries[i].lists[which].newer;

	if (older != NO_ENTRY)
		t->entries[older].lists[which].newer = newer;
	else
		list->oldest = newer;
	if (newer != NO_ENTRY)
		t->entries[newer].lists[which].older = older;
	else
		list->newest = older;
	list->n--;
}

static void
entry_remove(struct fragment_table *t, uint32_t i)
{
	struct entry *e = &t->entries[i];
	uint32_t *link = bucket_of(t, &e->key);

	while (*link != i)
		link = &t->entries[*link].next;
	*link = e->next;
	list_remove(t, LIST_ALL, &t->all, i);
	list_remove(t, LIST_OWNER, &t->owners[e->owner], i);
	e->next = t->free;
	t->free = i;
}

static void
expired_remove(struct fragment_table *t, const struct entry_list *list, uint32_t now)
{
	for (unsigned n = 0; n < EXPIRED_AT_ONCE && list->oldest != NO_ENTRY; n++) {
		if (!entry_is_over(t, &t->entries[list->oldest], now))
			return;
		entry_remove(t, list->oldest);
	}
}

static void
entry_insert(struct fragment_table *t, const struct fragment_key *key, uint16_t owner, uint32_t now)
{
	uint32_t *bucket = bucket_of(t, key), i = t->free;
	struct entry *e = &t->entries[i];

	t->free = e->next;
	e->key = *key;
	e->owner = owner;
	e->expires = now + t->lifetime_ticks;
	e->next = *bucket;
	*bucket = i;
	list_append(t, LIST_ALL, &t->all, i);
	list_append(t, LIST_OWNER, &t->owners[owner], i);
}

enum fragment_status
fragment_table_add(
	struct fragment_table *t,
	const struct fragment_key *key,
	const struct fragment_flow *flow,
	uint16_t owner,
	uint32_t now
)
{
	unsigned n_bucket;
	uint32_t known;

	expired_remove(t, &t->owners[owner], now);
	expired_remove(t, &t->all, now);
	known = entry_find(t, key, &n_bucket);
	if ((known == NO_ENTRY || t->entries[known].owner != owner) &&
	    t->owners[owner].n >= t->owner_entries_max)
		return FRAGMENT_OWNER_FULL;
	if (known != NO_ENTRY)
		entry_remove(t, known);
	else if (t->free == NO_ENTRY || n_bucket >= CHAIN_MAX)
		return FRAGMENT_TABLE_FULL;
	entry_insert(t, key, owner, now);
	t->entries[t->all.newest].flow = *flow;
	return FRAGMENT_KNOWN;
}

const struct fragment_flow *
fragment_table_find(const struct fragment_table *t, const struct fragment_key *key, uint32_t now)
{
	unsigned n_bucket;
	uint32_t i = entry_find(t, key, &n_bucket);

	if (i == NO_ENTRY || entry_is_over(t, &t->entries[i], now))
		return NULL;
	return &t->entries[i].flow;
}
