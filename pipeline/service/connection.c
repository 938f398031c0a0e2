/* SPDX-License-Identifier: BSD-3-Clause */
/* A hash table of DPDK's and lists. */
#include "pipeline/service/connection.h"

#include <rte_errno.h>
#include <rte_jhash.h>
#include <rte_malloc.h>
#include <rte_random.h>

#include <assert.h>

static_assert(sizeof(struct connection_key) == 48, "all of the key is hashed: no padding");

/* rte_hash may refuse a key before it is full, since cuckoo paths end: it gets some more places. */
static uint32_t
places_for(uint64_t connections_max)
{
	return (uint32_t)(connections_max + connections_max / 8 + 8);
}

uint64_t
connection_table_bytes(uint64_t connections_max)
{
	/* Of rte_hash: the key, and its place in a bucket of eight with signatures. */
	return (uint64_t)places_for(connections_max) *
	       (sizeof(struct connection) + sizeof(struct connection_key) + 16);
}

int
connection_table_init(
	struct connection_table *t, uint64_t connections_max, const char *name, int socket
)
{
	struct rte_hash_parameters parameters = {
		.name = name,
		.entries = places_for(connections_max),
		.key_len = sizeof(struct connection_key),
		.hash_func = rte_jhash,
		.hash_func_init_val =
			(uint32_t)rte_rand(), /* whoever connects cannot aim at a bucket */
		.socket_id = socket,
	};

	for (unsigned state = 0; state < CONNECTION_STATES; state++)
		TAILQ_INIT(&t->by_state[state]);
	t->index = rte_hash_create(&parameters);
	if (t->index == NULL)
		return -rte_errno;
	t->places = rte_zmalloc_socket(
		"connections", parameters.entries * sizeof(*t->places), RTE_CACHE_LINE_SIZE, socket
	);
	return t->places != NULL ? 0 : -ENOMEM;
}

void
connection_table_free(struct connection_table *t)
{
	rte_hash_free(t->index);
	rte_free(t->places);
}

struct connection *
connection_find(const struct connection_table *t, const struct connection_key *key)
{
	int place = rte_hash_lookup(t->index, key);

	return place >= 0 ? &t->places[place] : NULL;
}

struct connection *
connection_add(struct connection_table *t, const struct connection_key *key)
{
	int place = rte_hash_add_key(t->index, key);
	struct connection *c;

	if (place < 0)
		return NULL;
	c = &t->places[place];
	*c = (struct connection){.key = *key};
	TAILQ_INSERT_TAIL(&t->by_state[CONNECTION_BEGUN], c, by_age);
	return c;
}

void
connection_remove(struct connection_table *t, struct connection *c)
{
	TAILQ_REMOVE(&t->by_state[c->state], c, by_age);
	(void)rte_hash_del_key(t->index, &c->key); /* it is there: it was added */
}

void
connection_touch(
	struct connection_table *t,
	struct connection *c,
	uint64_t now_ns,
	enum connection_state state
)
{
	TAILQ_REMOVE(&t->by_state[c->state], c, by_age);
	c->seen_ns = now_ns;
	c->state = (uint8_t)state;
	TAILQ_INSERT_TAIL(&t->by_state[state], c, by_age);
}

struct connection *
connection_oldest(const struct connection_table *t, enum connection_state state)
{
	return TAILQ_FIRST(&t->by_state[state]);
}
