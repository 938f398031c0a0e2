/* SPDX-License-Identifier: BSD-3-Clause */
/* CME MDP 3.0: check the sizes of a whole packet's messages, and hand out views of them. */
#include "pipeline/decode/cme_mdp3.h"

#include "pipeline/decode/cme_templates.h"
#include "pipeline/decode/frame_blocks.h"

#define HEADER(F, M)                                                                               \
	F(M, msg_seq_num, 0, 4, UINT_LE, 0)                                                        \
	F(M, sending_time, 4, 8, UINT_LE, 0)

static const struct field_layout header_fields[] = {HEADER(LAYOUT_FIELD, )};

HEADER(LAYOUT_ACCESSOR, header)

static const struct block_form block_form = {
	.length_width = 2,
	.length_kind = FIELD_UINT_LE,
	.counts_itself = true,
	.length_min = CME_ROOT,
};

/* Takes messages up to the end. False where the last one does not fit; the cursor then stands at it. */
static bool
messages_take(struct frame *frame, struct cursor *c)
{
	struct message unkept;
	unsigned count;

	frame->rest = *c;
	for (count = 0; cursor_left(c) > 0; count++) {
		bool kept = count < FRAME_MESSAGES;

		if (!block_take(c, block_form, kept ? &frame->messages[count] : &unkept))
			return false;
		if (kept)
			frame->rest = *c;
	}
	frame->count = (uint16_t)count;
	frame->n_messages = (uint8_t)(count < FRAME_MESSAGES ? count : FRAME_MESSAGES);
	frame->rest_count = (uint16_t)(count - frame->n_messages);
	return true;
}

static enum decode_error
cme_mdp3_open(struct cursor payload, struct frame *frame, uint32_t *error_offset)
{
	struct cursor c = payload;
	const uint8_t *header = cursor_take(&c, CME_MDP3_HEADER_BYTES);

	*error_offset = 0;
	if (header == NULL)
		return DECODE_ERROR_CME_HEADER_TRUNCATED;
	frame->header = header;
	frame->sequence = header_msg_seq_num(header);
	frame->kind = FRAME_DATA;
	frame->trailing_bytes = 0;
	if (messages_take(frame, &c))
		return DECODE_ERROR_NONE;
	*error_offset = (uint32_t)(c.at - payload.at);
	return DECODE_ERROR_CME_MESSAGE_SIZE;
}

static void
cme_mdp3_more(struct frame *frame)
{
	frame_blocks_more(frame, block_form);
}

const struct framing cme_mdp3_framing = {
	.name = "cme_mdp3",
	.header_fields = header_fields,
	.n_header_fields = sizeof(header_fields) / sizeof(header_fields[0]),
	.header_bytes = CME_MDP3_HEADER_BYTES,
	.numbers_packets = true,
	/* Bytes left are a message that does not fit: the packet is refused, and this is never counted apart. */
	.trailing_error = DECODE_ERROR_CME_MESSAGE_SIZE,
	.open = cme_mdp3_open,
	.more = cme_mdp3_more,
};
