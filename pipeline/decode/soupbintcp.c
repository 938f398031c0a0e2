/* SPDX-License-Identifier: BSD-3-Clause */
/* SoupBinTCP: logical packets out of a stream, and the tables of the session's own messages. */
#include "pipeline/decode/soupbintcp.h"

enum sender {
	SENDER_CLIENT = 1 << STREAM_FROM_CLIENT,
	SENDER_VENUE = 1 << STREAM_FROM_VENUE,
};

/* Who may send which type. Letters of the messages inside mean nothing here, nor these there. */
static const uint8_t senders[256] = {
	['+'] = SENDER_CLIENT | SENDER_VENUE,
	['A'] = SENDER_VENUE,
	['H'] = SENDER_VENUE,
	['J'] = SENDER_VENUE,
	['L'] = SENDER_CLIENT,
	['O'] = SENDER_CLIENT,
	['R'] = SENDER_CLIENT,
	['S'] = SENDER_VENUE,
	['U'] = SENDER_CLIENT,
	['Z'] = SENDER_VENUE,
};

SOUPBINTCP_MESSAGES(LAYOUT_FIELDS)

#define LAYOUT_SIGNAL(code, message)                                                               \
	[code] = &(const struct message_layout                                                     \
	){.name = #message, .type = (code), .length_bytes = 1},

static const struct message_layout *const layouts[256] = {
	SOUPBINTCP_MESSAGES(LAYOUT_MESSAGE) SOUPBINTCP_SIGNALS(LAYOUT_SIGNAL)};

/* One part: the fields, or the text of a debug packet. */
static bool
soupbintcp_part_next(struct part_walk *walk, struct message_part *part)
{
	if (walk->begun)
		return false;
	walk->begun = true;
	*part = (struct message_part){
		.bytes = walk->left.at,
		.length_bytes = (uint32_t)cursor_left(&walk->left),
		.fields = walk->layout->fields,
		.n_fields = walk->layout->n_fields,
		.kind = PART_FIELDS,
	};
	if (walk->layout->type == '+') {
		part->name = "text";
		part->bytes++;
		part->length_bytes--;
		part->kind = PART_TEXT;
	} else {
		walk->extra_bytes = part->length_bytes - walk->layout->length_bytes;
	}
	return true;
}

const struct message_protocol soupbintcp_protocol = {
	.name = "soupbintcp",
	.layouts = layouts,
	.type_form = TYPE_CHARACTER,
	.part_next = soupbintcp_part_next,
};

static enum stream_step
stream_broken(
	struct cursor *bytes, enum decode_error error, uint32_t offset, struct stream_fault *fault
)
{
	*fault = (struct stream_fault){.error = error, .offset = offset};
	bytes->at = bytes->end; /* nothing marks where the next packet starts */
	return STREAM_BROKEN;
}

static enum stream_step
stream_incomplete(uint32_t need_bytes, struct stream_fault *fault)
{
	*fault = (struct stream_fault){.need_bytes = need_bytes};
	return STREAM_INCOMPLETE;
}

/* `packet` begins with its type. */
static struct message
packet_message(const uint8_t *packet, uint16_t length)
{
	if (packet[0] != 'S' && packet[0] != 'U')
		return (struct message
		){.bytes = packet, .length_bytes = length, .layer = MESSAGE_OF_SESSION};
	return (struct message){
		.bytes = packet + 1,
		.length_bytes = (uint32_t)length - 1,
		.layer = packet[0] == 'S' ? MESSAGE_OF_VENUE : MESSAGE_OF_CLIENT,
	};
}

static enum stream_step
soupbintcp_next(
	struct cursor *bytes,
	enum stream_side side,
	struct message *message,
	struct stream_fault *fault
)
{
	struct cursor c = *bytes;
	const uint8_t *length_bytes = cursor_take(&c, SOUPBINTCP_LENGTH_BYTES);
	const uint8_t *packet;
	uint16_t length;

	if (length_bytes == NULL)
		return stream_incomplete(SOUPBINTCP_LENGTH_BYTES, fault);
	length = read_be16(length_bytes);
	if (length == 0)
		return stream_broken(bytes, DECODE_ERROR_SOUP_LENGTH_ZERO, 0, fault);
	/* A wrong type is said at once, not after the up to 64 KiB it promises: it is asked for first. */
	if (cursor_left(&c) == 0)
		return stream_incomplete(SOUPBINTCP_LENGTH_BYTES + 1, fault);
	if (!(senders[*c.at] & 1 << side))
		return stream_broken(bytes, DECODE_ERROR_SOUP_TYPE, SOUPBINTCP_LENGTH_BYTES, fault);
	packet = cursor_take(&c, length);
	if (packet == NULL)
		return stream_incomplete(SOUPBINTCP_LENGTH_BYTES + (uint32_t)length, fault);
	*message = packet_message(packet, length);
	*bytes = c;
	return STREAM_MESSAGE;
}

/* Stricter than what is accepted in step: a message inside is not empty, those of the session have grown by nothing. */
static bool
message_plausible(const struct message *message)
{
	const struct message_layout *layout;

	if (message->layer != MESSAGE_OF_SESSION)
		return message->length_bytes > 0;
	layout = layouts[message->bytes[0]];
	return layout->type == '+' || message->length_bytes == layout->length_bytes;
}

/* Nothing marks a start, so the bytes are trusted where all of them are packets, and the last one ends with them. */
static size_t
soupbintcp_boundary(struct cursor bytes, enum stream_side side)
{
	size_t all = cursor_left(&bytes);
	struct message message;
	struct stream_fault fault;

	while (cursor_left(&bytes) > 0) {
		if (soupbintcp_next(&bytes, side, &message, &fault) != STREAM_MESSAGE ||
		    !message_plausible(&message))
			return all;
	}
	return 0;
}

const struct stream_framing soupbintcp_framing = {
	.name = "soupbintcp",
	.session_messages = &soupbintcp_protocol,
	.next = soupbintcp_next,
	.boundary = soupbintcp_boundary,
};
