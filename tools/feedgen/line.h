/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A line: one of the copies in which a feed is sent. It cuts the messages into packets of its own
 * and loses, delays and reorders them. Its random numbers depend on the seed and its name only.
 */
#ifndef LEAT_FEEDGEN_LINE_H
#define LEAT_FEEDGEN_LINE_H

#include "tools/feedgen/endpoint.h"
#include "tools/feedgen/frame.h"
#include "tools/feedgen/mold_packet.h"
#include "tools/feedgen/packet_queue.h"
#include "tools/feedgen/random.h"

#include <stdbool.h>
#include <stdint.h>

#define LINES_MAX 8
#define LINE_NAME_MAX 15

/* The largest frame: Ethernet around the largest --mtu. */
#define LINE_MTU_MAX 9216
#define LINE_FRAME_MAX (FRAME_ETHERNET_LENGTH + LINE_MTU_MAX)

struct line_settings {
	char name[LINE_NAME_MAX + 1];
	struct endpoint destination;
	uint32_t loss_ppb;
	uint32_t reorder_ppb;
	uint64_t delay_ns;
	uint64_t jitter_ns; /* a packet is late by 0 to so much more */
	uint16_t segment_min; /* messages in a packet, unless the MTU or the end cuts it short */
	uint16_t segment_max;
};

/* What all lines of a feed have in common. */
struct line_feed {
	char session[MOLD_SESSION_LENGTH];
	struct endpoint sources[2]; /* by endpoint.is_ipv6 */
	uint64_t seed;
	uint64_t first_sequence;
	uint64_t start_ns;
	uint64_t heartbeat_ns;
	uint32_t mtu;
};

struct line {
	const struct line_settings *settings; /* the caller's, outlives the line */
	uint64_t heartbeat_ns;
	struct random random;
	struct frame_template template;
	struct packet_queue queue; /* what has left the sender and not arrived yet */

	uint8_t frame[LINE_FRAME_MAX]; /* under construction; open.bytes is its payload */
	struct mold_packet open;
	uint16_t segment; /* messages the open packet is to have */

	uint8_t held_frame[LINE_FRAME_MAX]; /* to arrive after the next one */
	size_t held_length; /* 0: none */

	uint64_t last_sent_ns;
	uint64_t last_arrival_ns;

	uint64_t sent; /* packets, heartbeats and the end of session among them */
	uint64_t lost;
	uint64_t lost_messages;
	uint64_t reordered;
	uint64_t heartbeats;
};

void
line_init(struct line *line, const struct line_settings *settings, const struct line_feed *feed);
void line_clear(struct line *line);

/*
 * Takes the next message of the feed, sent at now_ns. 0 or a negative errno of
 * packet_queue_push(), as the others.
 */
int line_message(struct line *line, uint64_t now_ns, const uint8_t *message, size_t length);

/* Sends what is left, and the end-of-session packet if asked for. */
int line_end(struct line *line, uint64_t now_ns, bool with_end_packet);

#endif
