/* SPDX-License-Identifier: BSD-3-Clause */
/* One TCP connection of a capture: who is who, which decoder it has, and its two streams. */
#ifndef TOOLS_DECODE_CONNECTION_H
#define TOOLS_DECODE_CONNECTION_H

#include "pipeline/burst.h"
#include "pipeline/decode/decoder.h"
#include "tools/decode/stream_packet.h"

#include <sys/queue.h>

struct connection_endpoint {
	union packet_address address;
	uint16_t port_be;
};

/* Without padding that is not 0, so that keys compare as bytes. */
struct connection_key {
	struct connection_endpoint ends[2]; /* the lower one first */
	uint16_t vlan_outer;
	uint16_t vlan_inner;
	uint8_t kind; /* enum packet_kind */
};

/* A segment as the capture has it. */
struct connection_segment {
	struct tcp_segment tcp;
	uint32_t acknowledged; /* with TCP_ACK */
	uint8_t end; /* index of its sender in key.ends */
	uint64_t time_ns;
};

enum connection_phase {
	CONNECTION_GUESSING, /* its segments wait until it is known what they are */
	CONNECTION_DECODING,
	CONNECTION_SKIPPED, /* no decoder's */
};

struct connection_guess;
struct stream_walk;

struct connection {
	struct connection_key key; /* first: the table compares it */
	TAILQ_ENTRY(connection) entry; /* by age */
	uint64_t number; /* from 1 */
	uint64_t packets;
	const struct decoder *decoder; /* once it is known */
	struct connection_guess *guess; /* until then */
	struct tcp_stream
		*streams[2]; /* by enum stream_side; NULL until there is a segment of it */
	struct stream_walk *walk; /* for the streams' sink */
	uint32_t client_syn; /* number of the client's SYN, with syn_seen */
	uint8_t client_end;
	uint8_t phase; /* enum connection_phase */
	bool syn_seen;
};

/* Fills the key; returns the index of the packet's sender in its ends. */
uint8_t connection_key_make(struct connection_key *key, const struct packet *headers);

/* The segment of a packet whose headers are sound. */
struct connection_segment connection_segment_read(
	const struct packet *headers, struct stream_packet *packet, uint8_t end, uint64_t time_ns
);

/*
 * Which end is the client: who sent SYN; else the end that has not the venue's port; else the one whose port is higher.
 * venue_port is in host order, 0: unknown.
 */
uint8_t connection_client_end(
	const struct connection_key *key,
	const struct connection_segment *first,
	uint16_t venue_port
);

/* The first segment of a later connection between the same ports? */
bool connection_begins_anew(
	const struct connection *connection, const struct connection_segment *segment
);

static inline enum stream_side
connection_side(const struct connection *connection, uint8_t end)
{
	return end == connection->client_end ? STREAM_FROM_CLIENT : STREAM_FROM_VENUE;
}

#endif
