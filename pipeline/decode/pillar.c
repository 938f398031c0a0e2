/* SPDX-License-Identifier: BSD-3-Clause */
/* Pillar: check the framing of a whole packet, and hand out views of its messages; the tables, from the lists of its header. */
#include "pipeline/decode/pillar.h"

#include "pipeline/decode/frame_blocks.h"

#define HEADER(F, M)                                                                               \
	F(M, pkt_size, 0, 2, UINT_LE, 0)                                                           \
	F(M, delivery_flag, 2, 1, UINT_LE, 0)                                                      \
	F(M, number_msgs, 3, 1, UINT_LE, 0)                                                        \
	F(M, seq_num, 4, 4, UINT_LE, 0)                                                            \
	F(M, send_time, 8, 4, UINT_LE, 0)                                                          \
	F(M, send_time_ns, 12, 4, UINT_LE, 0)

static const struct field_layout header_fields[] = {HEADER(LAYOUT_FIELD, )};

HEADER(LAYOUT_ACCESSOR, header)

/* Size and type are there in any message. */
static const struct block_form block_form = {
	.length_width = 2, .length_kind = FIELD_UINT_LE, .counts_itself = true, .length_min = 4};

PILLAR_MESSAGES(LAYOUT_FIELDS)

static const struct message_layout *const layouts[256] = {PILLAR_MESSAGES(LAYOUT_MESSAGE)};

static bool
delivery_flag_known(uint64_t flag)
{
	switch ((enum pillar_delivery_flag)flag) {
	case PILLAR_HEARTBEAT:
	case PILLAR_FAILOVER:
	case PILLAR_ORIGINAL:
	case PILLAR_SEQUENCE_RESET:
	case PILLAR_RETRANSMISSION_SINGLE:
	case PILLAR_RETRANSMISSION_PART:
	case PILLAR_REFRESH_SINGLE:
	case PILLAR_REFRESH_START:
	case PILLAR_REFRESH_PART:
	case PILLAR_REFRESH_END:
	case PILLAR_MESSAGE_UNAVAILABLE:
		return true;
	}
	return false;
}

static enum decode_error
header_check(const uint8_t *header, size_t payload_bytes, uint32_t *error_offset)
{
	*error_offset = 0;
	if (header_pkt_size(header) < PILLAR_HEADER_BYTES ||
	    header_pkt_size(header) > payload_bytes)
		return DECODE_ERROR_PILLAR_PACKET_SIZE;
	*error_offset = 2;
	if (!delivery_flag_known(header_delivery_flag(header)))
		return DECODE_ERROR_PILLAR_DELIVERY_FLAG;
	*error_offset = 4;
	if (header_seq_num(header) + header_number_msgs(header) > UINT32_MAX)
		return DECODE_ERROR_PILLAR_SEQUENCE_OVERFLOW;
	return DECODE_ERROR_NONE;
}

static enum decode_error
pillar_open(struct cursor payload, struct frame *frame, uint32_t *error_offset)
{
	struct cursor c = payload;
	const uint8_t *header = cursor_take(&c, PILLAR_HEADER_BYTES);
	enum decode_error error;
	bool heartbeat;

	*error_offset = 0;
	if (header == NULL)
		return DECODE_ERROR_PILLAR_HEADER_TRUNCATED;
	error = header_check(header, cursor_left(&payload), error_offset);
	if (error != DECODE_ERROR_NONE)
		return error;
	heartbeat = header_delivery_flag(header) == PILLAR_HEARTBEAT;
	frame->header = header;
	frame->sequence = header_seq_num(header);
	frame->kind = heartbeat ? FRAME_HEARTBEAT : FRAME_DATA;
	c.end = header + header_pkt_size(header);
	/* A heartbeat has no messages, whatever number it states. */
	if (!frame_blocks_open(
		    frame, &c, heartbeat ? 0 : (uint16_t)header_number_msgs(header), block_form
	    )) {
		*error_offset = (uint32_t)(c.at - payload.at);
		return DECODE_ERROR_PILLAR_BLOCK_TRUNCATED;
	}
	frame->trailing_bytes = (uint16_t)(payload.end - c.at);
	return DECODE_ERROR_NONE;
}

static void
pillar_more(struct frame *frame)
{
	frame_blocks_more(frame, block_form);
}

const struct framing pillar_framing = {
	.name = "pillar",
	.header_fields = header_fields,
	.n_header_fields = sizeof(header_fields) / sizeof(header_fields[0]),
	.header_bytes = PILLAR_HEADER_BYTES,
	.trailing_error = DECODE_ERROR_PILLAR_TRAILING_BYTES,
	.open = pillar_open,
	.more = pillar_more,
};

static const struct symbol_decimals symbol_decimals = {
	.type = 3,
	.symbol = "symbol_index",
	.decimals = "price_scale_code",
};

const struct message_protocol pillar_protocol = {
	.name = "pillar",
	.layouts = layouts,
	.type_offset = 2,
	.type_form = TYPE_UINT16_LE,
	.symbol_decimals = &symbol_decimals,
};
