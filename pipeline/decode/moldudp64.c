/* SPDX-License-Identifier: BSD-3-Clause */
/* MoldUDP64: check the framing of a whole packet, and hand out views of its messages. */
#include "pipeline/decode/moldudp64.h"

#include "pipeline/decode/frame_blocks.h"

#define HEADER(F, M)                                                                               \
	F(M, session, 0, 10, ASCII, 0)                                                             \
	F(M, sequence_number, 10, 8, UINT_BE, 0)                                                   \
	F(M, message_count, 18, 2, UINT_BE, 0)

static const struct field_layout header_fields[] = {HEADER(LAYOUT_FIELD, )};

HEADER(LAYOUT_ACCESSOR, header)

static const struct block_form block_form = {.length_width = 2, .length_kind = FIELD_UINT_BE};

/* No venue reaches it, and sequence + count cannot wrap below it. */
static const uint64_t sequence_max = UINT64_C(1) << 63;

static enum frame_kind
count_kind(uint64_t count)
{
	if (count == MOLDUDP64_COUNT_HEARTBEAT)
		return FRAME_HEARTBEAT;
	if (count == MOLDUDP64_COUNT_END_OF_SESSION)
		return FRAME_END_OF_SESSION;
	return FRAME_DATA;
}

static enum decode_error
moldudp64_open(struct cursor payload, struct frame *frame, uint32_t *error_offset)
{
	struct cursor c = payload;
	const uint8_t *header = cursor_take(&c, MOLDUDP64_HEADER_BYTES);
	uint64_t count;

	*error_offset = 0;
	if (header == NULL)
		return DECODE_ERROR_MOLD_HEADER_TRUNCATED;
	count = header_message_count(header);
	frame->header = header;
	frame->sequence = header_sequence_number(header);
	frame->kind = (uint8_t)count_kind(count);
	if (frame->sequence > sequence_max) {
		*error_offset = 10;
		return DECODE_ERROR_MOLD_SEQUENCE_OVERFLOW;
	}
	/* 0xFFFF is not "65,535 blocks": only a data packet has blocks. */
	if (!frame_blocks_open(
		    frame, &c, frame->kind == FRAME_DATA ? (uint16_t)count : 0, block_form
	    )) {
		*error_offset = (uint32_t)(c.at - payload.at);
		return DECODE_ERROR_MOLD_BLOCK_TRUNCATED;
	}
	frame->trailing_bytes = (uint16_t)cursor_left(&c);
	return DECODE_ERROR_NONE;
}

static void
moldudp64_more(struct frame *frame)
{
	frame_blocks_more(frame, block_form);
}

const struct framing moldudp64_framing = {
	.name = "moldudp64",
	.header_fields = header_fields,
	.n_header_fields = sizeof(header_fields) / sizeof(header_fields[0]),
	.header_bytes = MOLDUDP64_HEADER_BYTES,
	.session = &header_fields[0],
	.n_session_fields = 1,
	.trailing_error = DECODE_ERROR_MOLD_TRAILING_BYTES,
	.open = moldudp64_open,
	.more = moldudp64_more,
};
