/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Feeds and the lines they come on.
 *
 * A feed is one stream of messages of one protocol; a line is a place where it arrives: port, destination address and
 * UDP port. All lines of a feed belong to one worker, which alone writes the feed's counters.
 */
#ifndef PIPELINE_FEED_FEED_H
#define PIPELINE_FEED_FEED_H

#include "pipeline/burst.h"
#include "pipeline/decode/decoder.h"

#include <rte_common.h>
#include <rte_hash.h>

#include <netinet/in.h>
#include <stdint.h>

enum { FEED_NAME_BYTES = 32 };

/* The owning worker writes; telemetry reads, may lag by a burst. */
struct feed_counters {
	uint64_t packets; /* well-framed, heartbeats included */
	uint64_t bytes; /* of their payloads */
	uint64_t heartbeats; /* packets without messages */
	uint64_t sessions_ended; /* end-of-session packets */
	uint64_t
		messages; /* well-formed, over all lines: a message that came on two lines counts twice */
	uint64_t messages_by_type[256];
	uint64_t errors[DECODE_ERROR_COUNT]; /* packets or messages, as the error's class says */
} __rte_cache_aligned;

struct feed {
	char name[FEED_NAME_BYTES];
	const struct decoder *decoder;
	unsigned worker; /* index of the owner */
	struct feed_counters counters;
};

struct feed_line {
	char name[FEED_NAME_BYTES];
	uint16_t feed; /* index in the table */
	uint16_t port; /* DPDK port id on which it is expected */
	uint8_t kind; /* PACKET_IPV4 or PACKET_IPV6 */
	union packet_address group; /* destination address, network order; unused bytes 0 */
	uint16_t dst_port_be;
};

/* Apart from the line itself, which `steer` reads on other lcores. The owning worker writes. */
struct feed_line_counters {
	uint64_t packets; /* well-framed, heartbeats included */
	uint64_t messages; /* well-formed */
} __rte_cache_aligned;

/* Read-only while packets flow, but for the counters. */
struct feed_table {
	struct feed *feeds;
	struct feed_line *lines;
	struct feed_line_counters *line_counters; /* one for each line */
	uint16_t n_feeds;
	uint16_t n_lines;
	struct rte_hash *index; /* struct line_key to line index; NULL where there are no lines */
	uint64_t dst_ports[65536 / 64]; /* a bit for each destination port that some line has */
};

/*
 * A table with room for that many feeds and lines, all zero, on a NUMA socket (or SOCKET_ID_ANY). The caller fills
 * feeds and lines and calls feed_table_index once. NULL with rte_errno set. Main thread.
 */
struct feed_table *feed_table_create(uint16_t n_feeds, uint16_t n_lines, int socket);

/* 0, or -EEXIST where two lines are the same place, or another negative errno. Main thread, before packets flow. */
int feed_table_index(struct feed_table *table, int socket);

/* NULL is allowed. */
void feed_table_destroy(struct feed_table *table);

/* For a packet that feed_line_possible let through: its line, or PACKET_NO_LINE. Any lcore. */
uint16_t feed_line_find(const struct feed_table *table, uint16_t port, const struct packet *p);

/* One bit test: is this a whole UDP datagram to a destination port that some line has? */
static inline int
feed_line_possible(const struct feed_table *table, const struct packet *p)
{
	uint16_t dst_port = p->dst_port_be;

	if (p->ip_protocol != IPPROTO_UDP ||
	    (p->flags & (PACKET_HAS_PORTS | PACKET_FRAGMENT)) != PACKET_HAS_PORTS)
		return 0;
	return (int)(table->dst_ports[dst_port / 64] >> (dst_port % 64) & 1);
}

#endif
