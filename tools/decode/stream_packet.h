/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A packet with a piece of a stream. The capture's own bytes are gone with the next packet, so what is held for later is
 * a copy, one for each packet, as long as anyone refers to it. All copies together are bounded.
 */
#ifndef TOOLS_DECODE_STREAM_PACKET_H
#define TOOLS_DECODE_STREAM_PACKET_H

#include "pipeline/stream/tcp_stream.h"

struct stream_packet {
	uint64_t number; /* in the capture, from 1 */
	const uint8_t *frame;
	uint32_t frame_bytes;
	uint32_t references; /* of a copy */
	unsigned messages; /* printed of it */
	struct stream_packet *copy; /* of the capture's: its copy, or NULL */
	uint64_t *copied_bytes; /* in all copies */
	uint8_t bytes[]; /* of a copy: the frame */
};

enum { STREAM_PACKETS_MAX_BYTES = 256 << 20 };

/* A reference to a copy of the packet; NULL where there is no memory for one. */
struct stream_packet *stream_packet_keep(struct stream_packet *packet);

void stream_packet_release(struct stream_packet *packet);

/* The index of the next message of this packet. */
unsigned stream_packet_index(struct stream_packet *packet);

/* Of streams whose segments' packets are struct stream_packet. */
extern const struct stream_holder stream_packet_holder;

#endif
