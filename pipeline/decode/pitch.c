/* SPDX-License-Identifier: BSD-3-Clause */
/* PITCH: check the framing of a whole unit, and hand out views of its messages; the tables, from the lists of its header. */
#include "pipeline/decode/pitch.h"

#include "pipeline/decode/frame_blocks.h"

#define HEADER(F, M)                                                                               \
	F(M, hdr_length, 0, 2, UINT_LE, 0)                                                         \
	F(M, hdr_count, 2, 1, UINT_LE, 0)                                                          \
	F(M, hdr_unit, 3, 1, UINT_LE, 0)                                                           \
	F(M, hdr_sequence, 4, 4, UINT_LE, 0)

static const struct field_layout header_fields[] = {HEADER(LAYOUT_FIELD, )};

HEADER(LAYOUT_ACCESSOR, header)

/* Length and type are there in any message. */
static const struct block_form block_form = {
	.length_width = 1, .length_kind = FIELD_UINT_LE, .counts_itself = true, .length_min = 2};

PITCH_MESSAGES(LAYOUT_FIELDS)

static const struct message_layout *const layouts[256] = {PITCH_MESSAGES(LAYOUT_MESSAGE)};

static enum decode_error
header_check(const uint8_t *header, size_t payload_bytes, uint32_t *error_offset)
{
	*error_offset = 0;
	if (header_hdr_length(header) < PITCH_HEADER_BYTES ||
	    header_hdr_length(header) > payload_bytes)
		return DECODE_ERROR_PITCH_LENGTH;
	*error_offset = 4;
	if (header_hdr_sequence(header) + header_hdr_count(header) > UINT32_MAX)
		return DECODE_ERROR_PITCH_SEQUENCE_OVERFLOW;
	return DECODE_ERROR_NONE;
}

static enum decode_error
pitch_open(struct cursor payload, struct frame *frame, uint32_t *error_offset)
{
	struct cursor c = payload;
	const uint8_t *header = cursor_take(&c, PITCH_HEADER_BYTES);
	enum decode_error error;
	uint64_t count;

	*error_offset = 0;
	if (header == NULL)
		return DECODE_ERROR_PITCH_HEADER_TRUNCATED;
	error = header_check(header, cursor_left(&payload), error_offset);
	if (error != DECODE_ERROR_NONE)
		return error;
	count = header_hdr_count(header);
	frame->header = header;
	frame->sequence = header_hdr_sequence(header);
	frame->kind = count == 0 ? FRAME_HEARTBEAT : FRAME_DATA;
	c.end = header + header_hdr_length(header);
	if (!frame_blocks_open(frame, &c, (uint16_t)count, block_form)) {
		*error_offset = (uint32_t)(c.at - payload.at);
		return DECODE_ERROR_PITCH_BLOCK_TRUNCATED;
	}
	frame->trailing_bytes = (uint16_t)(payload.end - c.at);
	return DECODE_ERROR_NONE;
}

static void
pitch_more(struct frame *frame)
{
	frame_blocks_more(frame, block_form);
}

const struct framing pitch_framing = {
	.name = "pitch",
	.header_fields = header_fields,
	.n_header_fields = sizeof(header_fields) / sizeof(header_fields[0]),
	.header_bytes = PITCH_HEADER_BYTES,
	.session = &header_fields[2],
	.n_session_fields = 1,
	.trailing_error = DECODE_ERROR_PITCH_TRAILING_BYTES,
	.open = pitch_open,
	.more = pitch_more,
};

const struct message_protocol pitch_protocol = {
	.name = "pitch",
	.layouts = layouts,
	.type_offset = 1,
	.type_form = TYPE_UINT8,
};
