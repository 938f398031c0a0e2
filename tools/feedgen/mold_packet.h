/* SPDX-License-Identifier: BSD-3-Clause */
/* A MoldUDP64 downstream packet under construction (MoldUDP64 1.00; wire-formats.md 1.1). */
#ifndef LEAT_FEEDGEN_MOLD_PACKET_H
#define LEAT_FEEDGEN_MOLD_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MOLD_SESSION_LENGTH 10
#define MOLD_HEADER_LENGTH (MOLD_SESSION_LENGTH + 8 + 2)
#define MOLD_BLOCK_HEADER_LENGTH 2

/* Message counts with a meaning of their own. */
#define MOLD_COUNT_HEARTBEAT 0
#define MOLD_COUNT_END 0xffff
#define MOLD_COUNT_MAX (MOLD_COUNT_END - 1)

struct mold_packet {
	uint8_t *bytes; /* the caller's, room for length_max */
	size_t length;
	size_t length_max;
	uint64_t sequence; /* of the first message in it */
	uint16_t count;
};

/* Starts an empty packet; the session stays in bytes from packet to packet. */
void mold_packet_start(struct mold_packet *packet, uint64_t sequence);

void mold_packet_session_set(struct mold_packet *packet, const char session[MOLD_SESSION_LENGTH]);

bool mold_packet_fits(const struct mold_packet *packet, size_t message_length);

void mold_packet_append(struct mold_packet *packet, const uint8_t *message, size_t length);

/* Writes the header; count is packet->count, or one of those with a meaning of their own. */
void mold_packet_finish(struct mold_packet *packet, uint16_t count);

#endif
