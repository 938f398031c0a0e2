/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Services: servers whose TCP connections leat reads along, and the protocol that they speak.
 *
 * Reading changes nothing about a packet: a connection that cannot be followed is forwarded like any other.
 */
#ifndef PIPELINE_SERVICE_SERVICE_H
#define PIPELINE_SERVICE_SERVICE_H

#include "pipeline/burst.h"
#include "pipeline/decode/decoder.h"
#include "pipeline/policy/rule.h"
#include "pipeline/stream/stream_budget.h"

#include <rte_byteorder.h>

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	SERVICE_NAME_BYTES = 32,
	SERVICE_NONE = 0xFFFF,
	SERVICE_ANY_PORT = 0xFFFF,
};

/* Where the server is. All connections to an address of the prefix and a port of the range. */
struct service {
	char name[SERVICE_NAME_BYTES];
	const struct decoder *decoder; /* with decoder->stream */
	struct prefix server; /* kind PACKET_OTHER: any address */
	uint16_t port; /* DPDK port id at which the clients' packets come in, or SERVICE_ANY_PORT */
	struct port_range ports; /* TCP ports of the server */
};

/* Read-only once it is made; any lcore. */
struct service_table {
	const struct service *services;
	uint16_t n;
	uint64_t
		ports[65536 /
		      64]; /* a bit, by network order, for each TCP port that some service has */
};

/* One worker's. It writes; telemetry reads, may lag by a burst. */
struct service_counters {
	uint64_t connections; /* begun to read */
	uint64_t closed; /* of these */
	uint64_t refused; /* not read: no room, or the tenant's share is used */
	uint64_t messages; /* well-formed */
	uint64_t messages_by_type[MESSAGE_LAYERS][256];
	uint64_t errors[DECODE_ERROR_COUNT];
	uint64_t losses; /* gaps that were given up */
	uint64_t lost_bytes;
};

/*
 * The first service whose connection the packet may be of, and who sent it; SERVICE_NONE where there is none. `port` is the
 * one by which it came in, `other_port` the one by which it leaves.
 */
uint16_t service_find(
	const struct service_table *table,
	uint16_t port,
	uint16_t other_port,
	const struct packet *p,
	enum stream_side *side
);

/* Fills `ports` from the services. */
void service_table_index(struct service_table *table);

static inline bool
service_has_port(const struct service_table *table, uint16_t port_be)
{
	return table->ports[port_be / 64] >> (port_be % 64) & 1;
}

/* Two bit tests: a whole TCP segment from or to a port that some service has? */
static inline bool
service_possible(const struct service_table *table, const struct packet *p)
{
	return p->ip_protocol == IPPROTO_TCP &&
	       (p->flags & (PACKET_HAS_PORTS | PACKET_FRAGMENT)) == PACKET_HAS_PORTS &&
	       (service_has_port(table, p->dst_port_be) || service_has_port(table, p->src_port_be));
}

#endif
