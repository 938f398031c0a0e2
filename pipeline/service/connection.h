/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The TCP connections that one worker reads along: found by their addresses and ports, and in the order in which they
 * last spoke, so that the silent ones can be let go.
 */
#ifndef PIPELINE_SERVICE_CONNECTION_H
#define PIPELINE_SERVICE_CONNECTION_H

#include "pipeline/burst.h"
#include "pipeline/stream/tcp_stream.h"

#include <rte_hash.h>

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

struct service_reader;

/* The client's end first. Without padding, since it is hashed. */
struct connection_key {
	union packet_address client, server; /* network order; of IPv4 the unused bytes are 0 */
	uint16_t client_port_be, server_port_be;
	uint16_t vlan_outer, vlan_inner;
	uint32_t kind; /* PACKET_IPV4 or PACKET_IPV6 */
	uint32_t pair; /* the lower DPDK port id of the two that it passes between */
};

enum connection_state {
	CONNECTION_BEGUN, /* only one side has spoken */
	CONNECTION_OPEN,
	CONNECTION_OVER, /* remembered, lest what still comes of it begin it again; has no streams */
	CONNECTION_STATES
};

struct connection {
	TAILQ_ENTRY(connection) by_age;
	struct connection_key key;
	struct tcp_stream *streams[2]; /* by enum stream_side */
	struct service_reader *reader; /* for the sink */
	uint64_t seen_ns;
	uint32_t first[2]; /* when over: tcp_stream_first of its streams */
	uint16_t service; /* index */
	uint16_t payer; /* slot of the tenant */
	uint8_t spoken; /* a bit for each side */
	uint8_t state; /* enum connection_state */
};

TAILQ_HEAD(connection_list, connection);

struct connection_table {
	struct rte_hash *index; /* key to place */
	struct connection *places; /* as many as the index has */
	struct connection_list
		by_state[CONNECTION_STATES]; /* the one that spoke last is the last */
};

/* 0 or a negative errno. Main thread. `name` is the hash table's: no other may have it. */
int connection_table_init(
	struct connection_table *t, uint64_t connections_max, const char *name, int socket
);

/* Bytes that a table for so many takes, about. */
uint64_t connection_table_bytes(uint64_t connections_max);

/* The connections themselves must be gone. */
void connection_table_free(struct connection_table *t);

struct connection *
connection_find(const struct connection_table *t, const struct connection_key *key);

/* A connection without streams, or NULL where there is no room. */
struct connection *connection_add(struct connection_table *t, const struct connection_key *key);

/* Its streams must be closed. */
void connection_remove(struct connection_table *t, struct connection *c);

/* It has spoken, and is now in this state. */
void connection_touch(
	struct connection_table *t,
	struct connection *c,
	uint64_t now_ns,
	enum connection_state state
);

/* The one of that state that has been silent longest, or NULL. */
struct connection *connection_oldest(const struct connection_table *t, enum connection_state state);

#endif
