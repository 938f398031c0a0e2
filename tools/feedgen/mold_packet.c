/* SPDX-License-Identifier: BSD-3-Clause */
/* Session at 0, sequence number at 10, message count at 18, blocks from 20; big-endian. */
#include "tools/feedgen/mold_packet.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

void
mold_packet_session_set(struct mold_packet *packet, const char session[MOLD_SESSION_LENGTH])
{
	memcpy(packet->bytes, session, MOLD_SESSION_LENGTH);
}

void
mold_packet_start(struct mold_packet *packet, uint64_t sequence)
{
	packet->sequence = sequence;
	packet->count = 0;
	packet->length = MOLD_HEADER_LENGTH;
}

bool
mold_packet_fits(const struct mold_packet *packet, size_t message_length)
{
	size_t room = packet->length_max - packet->length;

	return packet->count < MOLD_COUNT_MAX && MOLD_BLOCK_HEADER_LENGTH + message_length <= room;
}

void
mold_packet_append(struct mold_packet *packet, const uint8_t *message, size_t length)
{
	uint8_t *at = packet->bytes + packet->length;
	uint16_t length_be = htobe16((uint16_t)length);

	assert(mold_packet_fits(packet, length));
	memcpy(at, &length_be, sizeof(length_be));
	memcpy(at + sizeof(length_be), message, length);
	packet->length += sizeof(length_be) + length;
	packet->count++;
}

void
mold_packet_finish(struct mold_packet *packet, uint16_t count)
{
	uint64_t sequence_be = htobe64(packet->sequence);
	uint16_t count_be = htobe16(count);

	memcpy(packet->bytes + MOLD_SESSION_LENGTH, &sequence_be, sizeof(sequence_be));
	memcpy(packet->bytes + MOLD_SESSION_LENGTH + 8, &count_be, sizeof(count_be));
}
