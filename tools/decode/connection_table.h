/* SPDX-License-Identifier: BSD-3-Clause */
/* The connections of a capture by their key, and the one that has been there longest. */
#ifndef TOOLS_DECODE_CONNECTION_TABLE_H
#define TOOLS_DECODE_CONNECTION_TABLE_H

#include "tools/decode/connection.h"

/* Beyond so many the one that was looked up the longest ago has to go. */
enum { CONNECTIONS_MAX = 65536 };

TAILQ_HEAD(connection_list, connection);

struct connection_table {
	void *tree; /* tsearch(3) */
	struct connection_list by_use; /* the one used last is the last */
	uint32_t count;
};

void connection_table_init(struct connection_table *table);

/* Its connection, which is then the one used last; NULL where there is none. */
struct connection *
connection_table_find(struct connection_table *table, const struct connection_key *key);

/* False where there is no memory. The key must be new. */
bool connection_table_add(struct connection_table *table, struct connection *connection);

void connection_table_remove(struct connection_table *table, struct connection *connection);

/* Used longest ago; NULL where there is none. */
struct connection *connection_table_oldest(const struct connection_table *table);

#endif
