/* SPDX-License-Identifier: BSD-3-Clause */
/* The C library's tree. */
#include "tools/decode/connection_table.h"

#include <search.h>
#include <string.h>

static int
keys_compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct connection_key));
}

void
connection_table_init(struct connection_table *table)
{
	*table = (struct connection_table){0};
	TAILQ_INIT(&table->by_use);
}

struct connection *
connection_table_find(struct connection_table *table, const struct connection_key *key)
{
	struct connection **node = tfind(key, &table->tree, keys_compare);

	if (node == NULL)
		return NULL;
	TAILQ_REMOVE(&table->by_use, *node, entry);
	TAILQ_INSERT_TAIL(&table->by_use, *node, entry);
	return *node;
}

bool
connection_table_add(struct connection_table *table, struct connection *connection)
{
	if (tsearch(connection, &table->tree, keys_compare) == NULL)
		return false;
	TAILQ_INSERT_TAIL(&table->by_use, connection, entry);
	table->count++;
	return true;
}

void
connection_table_remove(struct connection_table *table, struct connection *connection)
{
	(void)tdelete(connection, &table->tree, keys_compare); /* its parent, of no use */
	TAILQ_REMOVE(&table->by_use, connection, entry);
	table->count--;
}

struct connection *
connection_table_oldest(const struct connection_table *table)
{
	return TAILQ_FIRST(&table->by_use);
}
