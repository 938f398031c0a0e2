/* SPDX-License-Identifier: BSD-3-Clause */
/* Copies on demand, counted. */
#include "tools/decode/stream_packet.h"

#include <stdlib.h>
#include <string.h>

static struct stream_packet *
packet_copy(const struct stream_packet *packet)
{
	struct stream_packet *copy;

	if (*packet->copied_bytes + packet->frame_bytes > STREAM_PACKETS_MAX_BYTES)
		return NULL;
	copy = malloc(sizeof(*copy) + packet->frame_bytes);
	if (copy == NULL)
		return NULL;
	*copy = *packet;
	memcpy(copy->bytes, packet->frame, packet->frame_bytes);
	copy->frame = copy->bytes;
	copy->references = 1;
	*packet->copied_bytes += packet->frame_bytes;
	return copy;
}

struct stream_packet *
stream_packet_keep(struct stream_packet *packet)
{
	struct stream_packet *copy = packet->references > 0 ? packet : packet->copy;

	if (copy == NULL) {
		copy = packet_copy(packet);
		packet->copy =
			copy; /* the first reference is the capture's, until its next packet */
	}
	if (copy != NULL)
		copy->references++;
	return copy;
}

void
stream_packet_release(struct stream_packet *packet)
{
	if (--packet->references > 0)
		return;
	*packet->copied_bytes -= packet->frame_bytes;
	free(packet);
}

unsigned
stream_packet_index(struct stream_packet *packet)
{
	return packet->copy != NULL ? packet->copy->messages++ : packet->messages++;
}

static bool
segment_hold(void *context, struct tcp_segment *segment)
{
	struct stream_packet *packet = segment->packet;
	struct stream_packet *copy = stream_packet_keep(packet);

	(void)context;
	if (copy == NULL)
		return false;
	segment->bytes = copy->frame + (segment->bytes - packet->frame);
	segment->packet = copy;
	return true;
}

static void
segment_release(void *context, void *packet)
{
	(void)context;
	stream_packet_release(packet);
}

const struct stream_holder stream_packet_holder = {
	.hold = segment_hold,
	.release = segment_release,
};
