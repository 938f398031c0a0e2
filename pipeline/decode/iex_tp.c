/* SPDX-License-Identifier: BSD-3-Clause */
/* IEX-TP: check the framing of a whole segment, and hand out views of its messages. */
#include "pipeline/decode/iex_tp.h"

#include "pipeline/decode/frame_blocks.h"

#define HEADER(F, M)                                                                               \
	F(M, version, 0, 1, UINT_LE, 0)                                                            \
	F(M, reserved, 1, 1, BYTES, 0)                                                             \
	F(M, message_protocol_id, 2, 2, UINT_LE, 0)                                                \
	F(M, channel_id, 4, 4, UINT_LE, 0)                                                         \
	F(M, session_id, 8, 4, UINT_LE, 0)                                                         \
	F(M, payload_length, 12, 2, UINT_LE, 0)                                                    \
	F(M, message_count, 14, 2, UINT_LE, 0)                                                     \
	F(M, stream_offset, 16, 8, UINT_LE, 0)                                                     \
	F(M, first_message_sequence_number, 24, 8, UINT_LE, 0)                                     \
	F(M, send_time, 32, 8, INT_LE, 0)

static const struct field_layout header_fields[] = {HEADER(LAYOUT_FIELD, )};

HEADER(LAYOUT_ACCESSOR, header)

static const struct block_form block_form = {.length_width = 2, .length_kind = FIELD_UINT_LE};

/* No venue reaches it, and sequence + count cannot wrap below it. */
static const uint64_t sequence_max = UINT64_C(1) << 63;

/* Where the header's fields are not the feed's, or not of this packet. */
static enum decode_error
header_check(
	const uint8_t *header,
	size_t payload_bytes,
	uint16_t message_protocol_id,
	uint32_t *error_offset
)
{
	*error_offset = 0;
	if (header_version(header) != IEX_TP_VERSION)
		return DECODE_ERROR_IEX_VERSION;
	*error_offset = 2;
	if (header_message_protocol_id(header) != message_protocol_id)
		return DECODE_ERROR_IEX_PROTOCOL_ID;
	*error_offset = 12;
	if (header_payload_length(header) > payload_bytes)
		return DECODE_ERROR_IEX_PAYLOAD_LENGTH;
	*error_offset = 24;
	if (header_first_message_sequence_number(header) > sequence_max)
		return DECODE_ERROR_IEX_SEQUENCE_OVERFLOW;
	return DECODE_ERROR_NONE;
}

static inline __attribute__((always_inline)) enum decode_error
segment_open(
	struct cursor payload,
	struct frame *frame,
	uint32_t *error_offset,
	uint16_t message_protocol_id
)
{
	struct cursor c = payload;
	const uint8_t *header = cursor_take(&c, IEX_TP_HEADER_BYTES);
	enum decode_error error;
	uint64_t length, count;

	*error_offset = 0;
	if (header == NULL)
		return DECODE_ERROR_IEX_HEADER_TRUNCATED;
	error = header_check(header, cursor_left(&c), message_protocol_id, error_offset);
	if (error != DECODE_ERROR_NONE)
		return error;
	length = header_payload_length(header);
	count = header_message_count(header);
	frame->header = header;
	frame->sequence = header_first_message_sequence_number(header);
	frame->kind = length == 0 && count == 0 ? FRAME_HEARTBEAT : FRAME_DATA;
	c.end = c.at + length;
	if (!frame_blocks_open(frame, &c, (uint16_t)count, block_form)) {
		*error_offset = (uint32_t)(c.at - payload.at);
		return DECODE_ERROR_IEX_BLOCK_TRUNCATED;
	}
	frame->trailing_bytes = (uint16_t)(payload.end - c.at);
	return DECODE_ERROR_NONE;
}

static enum decode_error
tops_open(struct cursor payload, struct frame *frame, uint32_t *error_offset)
{
	return segment_open(payload, frame, error_offset, IEX_TP_TOPS);
}

static enum decode_error
deep_open(struct cursor payload, struct frame *frame, uint32_t *error_offset)
{
	return segment_open(payload, frame, error_offset, IEX_TP_DEEP);
}

static enum decode_error
deep_plus_open(struct cursor payload, struct frame *frame, uint32_t *error_offset)
{
	return segment_open(payload, frame, error_offset, IEX_TP_DEEP_PLUS);
}

static void
segment_more(struct frame *frame)
{
	frame_blocks_more(frame, block_form);
}

/* Numbers count within a session of a channel. */
#define IEX_TP_FRAMING(framing_open)                                                               \
	{                                                                                          \
		.name = "iex_tp", .header_fields = header_fields,                                  \
		.n_header_fields = sizeof(header_fields) / sizeof(header_fields[0]),               \
		.header_bytes = IEX_TP_HEADER_BYTES, .session = &header_fields[3],                 \
		.n_session_fields = 2, .trailing_error = DECODE_ERROR_IEX_TRAILING_BYTES,          \
		.open = (framing_open), .more = segment_more,                                      \
	}

const struct framing iex_tp_tops_framing = IEX_TP_FRAMING(tops_open);
const struct framing iex_tp_deep_framing = IEX_TP_FRAMING(deep_open);
const struct framing iex_tp_deep_plus_framing = IEX_TP_FRAMING(deep_plus_open);
