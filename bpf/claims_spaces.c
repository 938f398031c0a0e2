/* SPDX-License-Identifier: BSD-3-Clause */
/* Spaces found again by the hash of their content, and appended to the table where they are new. */
#include "bpf/claims_spaces.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	BUCKETS = 1 << 14,
	FNV_PRIME = 0x01000193, /* FNV-1a, 32 bits */
	LIST_ENTRIES_FIRST = 16,
};

#define FNV_BASIS 0x811C9DC5u

struct space {
	uint32_t hash;
	uint32_t first; /* index of its first entry in the table */
	uint32_t n;
	uint32_t next; /* in the bucket's chain: index + 1, or 0 */
};

struct claims_spaces {
	struct claims_table *table;
	struct space *spaces; /* the index is the ID */
	uint32_t n;
	uint32_t n_allocated;
	uint32_t buckets[BUCKETS]; /* index + 1, or 0 */
};

/* Room for one more of `size` bytes; NULL where there is no memory, with the old array left as it was. */
static void *
array_grow(void *array, uint32_t n, uint32_t *n_allocated, size_t size)
{
	uint32_t wanted = *n_allocated == 0 ? LIST_ENTRIES_FIRST : 2 * *n_allocated;
	void *grown;

	if (n < *n_allocated)
		return array;
	grown = reallocarray(array, wanted, size);
	if (grown != NULL)
		*n_allocated = wanted;
	return grown;
}

int
claims_list_add(struct claims_list *list, const struct steer_key *key, uint32_t result)
{
	struct claims_list_entry *grown =
		array_grow(list->entries, list->n, &list->n_allocated, sizeof(*list->entries));

	if (grown == NULL)
		return -ENOMEM;
	list->entries = grown;
	list->entries[list->n].key = *key;
	list->entries[list->n].result = result;
	list->n++;
	return 0;
}

void
claims_list_free(struct claims_list *list)
{
	free(list->entries);
	memset(list, 0, sizeof(*list));
}

struct claims_spaces *
claims_spaces_create(struct claims_table *table)
{
	struct claims_spaces *s = calloc(1, sizeof(*s));

	if (s != NULL)
		s->table = table;
	return s;
}

void
claims_spaces_destroy(struct claims_spaces *s)
{
	if (s == NULL)
		return;
	free(s->spaces);
	free(s);
}

/* Two arrays that grow together. */
static int
table_grow(struct claims_table *t)
{
	uint32_t n_keys = t->n_allocated, n_results = t->n_allocated;
	void *keys = array_grow(t->keys, t->n, &n_keys, sizeof(*t->keys));
	void *results;

	if (keys == NULL)
		return -ENOMEM;
	t->keys = keys;
	results = array_grow(t->results, t->n, &n_results, sizeof(*t->results));
	if (results == NULL)
		return -ENOMEM;
	t->results = results;
	t->n_allocated = n_results;
	return 0;
}

static int
table_add(
	struct claims_table *t,
	uint32_t space,
	const struct steer_key *key,
	const struct steer_result *result
)
{
	if (t->n == STEER_ENTRIES_MAX)
		return -E2BIG;
	if (table_grow(t) != 0)
		return -ENOMEM;
	t->keys[t->n] = *key;
	t->keys[t->n].space = htonl(space);
	t->results[t->n] = *result;
	t->n++;
	return 0;
}

static uint32_t
list_hash(enum steer_space_kind kind, const struct claims_list *list)
{
	const uint8_t *bytes = (const uint8_t *)list->entries;
	uint32_t hash = (FNV_BASIS ^ (uint32_t)kind) * FNV_PRIME;

	for (size_t i = 0; i < list->n * sizeof(*list->entries); i++)
		hash = (hash ^ bytes[i]) * FNV_PRIME;
	return hash;
}

static bool
space_equals(const struct claims_table *t, const struct space *space, const struct claims_list *l)
{
	if (space->n != l->n)
		return false;
	for (uint32_t i = 0; i < l->n; i++) {
		const struct steer_key *key = &t->keys[space->first + i];
		const struct steer_key *wanted = &l->entries[i].key;

		if (t->results[space->first + i].result != l->entries[i].result ||
		    key->prefix_bits != wanted->prefix_bits ||
		    memcmp(key->address, wanted->address, sizeof(key->address)) != 0)
			return false;
	}
	return true;
}

/* The space of this kind and content, or UINT32_MAX. */
static uint32_t
spaces_find(
	const struct claims_spaces *s,
	enum steer_space_kind kind,
	const struct claims_list *list,
	uint32_t hash
)
{
	for (uint32_t at = s->buckets[hash % BUCKETS]; at != 0; at = s->spaces[at - 1].next) {
		const struct space *space = &s->spaces[at - 1];
		uint32_t number = ntohl(s->table->keys[space->first].space);

		if (space->hash == hash && STEER_SPACE_KIND(number) == kind &&
		    space_equals(s->table, space, list))
			return number;
	}
	return UINT32_MAX;
}

static int
spaces_add_new(
	struct claims_spaces *s,
	enum steer_space_kind kind,
	const struct claims_list *list,
	uint32_t hash,
	uint32_t *result
)
{
	struct space *grown = array_grow(s->spaces, s->n, &s->n_allocated, sizeof(*s->spaces));
	uint32_t *bucket = &s->buckets[hash % BUCKETS];
	int error;

	if (grown == NULL)
		return -ENOMEM;
	s->spaces = grown;
	s->spaces[s->n] =
		(struct space){.hash = hash, .first = s->table->n, .n = list->n, .next = *bucket};
	*result = STEER_SPACE(kind, s->n);
	for (uint32_t i = 0; i < list->n; i++) {
		const struct claims_list_entry *entry = &list->entries[i];
		struct steer_result value = {.result = entry->result};

		error = table_add(s->table, *result, &entry->key, &value);
		if (error != 0)
			return error;
	}
	*bucket = ++s->n;
	return 0;
}

int
claims_spaces_close(
	struct claims_spaces *s,
	enum steer_space_kind kind,
	const struct claims_list *list,
	uint32_t *result
)
{
	uint32_t hash;

	*result = STEER_NONE;
	if (list->n == 0)
		return 0;
	if (list->n == 1 && list->entries[0].key.prefix_bits == STEER_BITS_SPACE) {
		*result = list->entries[0].result;
		return 0;
	}
	hash = list_hash(kind, list);
	*result = spaces_find(s, kind, list, hash);
	return *result != UINT32_MAX ? 0 : spaces_add_new(s, kind, list, hash, result);
}

int
claims_spaces_add(
	struct claims_spaces *s,
	enum steer_space_kind kind,
	const struct steer_key *key,
	const struct steer_result *result
)
{
	return table_add(s->table, STEER_SPACE(kind, 0), key, result);
}
