/* SPDX-License-Identifier: BSD-3-Clause */
/* MoldUDP64: check the framing of a whole packet first, then hand out views of its messages. */
#include "pipeline/decode/moldudp64.h"

enum {
	SEQUENCE_OFFSET = 10,
	COUNT_OFFSET = 18,
	BLOCK_LENGTH_BYTES = 2,
};

/* No venue reaches it, and sequence + count cannot wrap below it. */
static const uint64_t sequence_max = UINT64_C(1) << 63;

static enum frame_kind
count_kind(uint16_t count)
{
	if (count == MOLDUDP64_COUNT_HEARTBEAT)
		return FRAME_HEARTBEAT;
	if (count == MOLDUDP64_COUNT_END_OF_SESSION)
		return FRAME_END_OF_SESSION;
	return FRAME_DATA;
}

/* True when `count` blocks fit; the cursor then stands behind them, else at the block that does not fit. */
static bool
blocks_skip(struct cursor *c, uint16_t count)
{
	for (uint16_t i = 0; i < count; i++) {
		struct cursor block = *c;
		const uint8_t *length = cursor_take(&block, BLOCK_LENGTH_BYTES);

		if (length == NULL || cursor_take(&block, read_be16(length)) == NULL)
			return false;
		*c = block;
	}
	return true;
}

static enum decode_error
moldudp64_open(struct cursor payload, struct frame *frame, uint32_t *error_offset)
{
	struct cursor c = payload;
	const uint8_t *header = cursor_take(&c, MOLDUDP64_HEADER_BYTES);
	uint16_t count;

	*error_offset = 0;
	if (header == NULL)
		return DECODE_ERROR_MOLD_HEADER_TRUNCATED;
	count = read_be16(header + COUNT_OFFSET);
	*frame = (struct frame){
		.session = header,
		.sequence = read_be64(header + SEQUENCE_OFFSET),
		.blocks = c,
		.kind = (uint8_t)count_kind(count),
	};
	if (frame->sequence > sequence_max) {
		*error_offset = SEQUENCE_OFFSET;
		return DECODE_ERROR_MOLD_SEQUENCE_OVERFLOW;
	}
	/* 0xFFFF is not "65,535 blocks": only a data packet has blocks. */
	if (frame->kind == FRAME_DATA)
		frame->count = count;
	if (!blocks_skip(&c, frame->count)) {
		*error_offset = (uint32_t)(c.at - payload.at);
		return DECODE_ERROR_MOLD_BLOCK_TRUNCATED;
	}
	frame->trailing_bytes = (uint16_t)cursor_left(&c);
	return DECODE_ERROR_NONE;
}

static unsigned
moldudp64_read(struct frame *frame, struct message *messages, unsigned max)
{
	unsigned left = (unsigned)(frame->count - frame->read);
	unsigned n = left < max ? left : max;
	const uint8_t *at = frame->blocks.at;

	/* moldudp64_open has walked these blocks to their end: their lengths are good. */
	for (unsigned i = 0; i < n; i++) {
		uint16_t length = read_be16(at);

		messages[i] =
			(struct message){.bytes = at + BLOCK_LENGTH_BYTES, .length_bytes = length};
		at += BLOCK_LENGTH_BYTES + length;
	}
	frame->blocks.at = at;
	frame->read = (uint16_t)(frame->read + n);
	return n;
}

const struct framing moldudp64_framing = {
	.name = "moldudp64",
	.session_bytes = MOLDUDP64_SESSION_BYTES,
	.open = moldudp64_open,
	.read = moldudp64_read,
};
