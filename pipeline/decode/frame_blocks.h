/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Messages behind one another, each after its length: the way of every framing of datagrams, which differ in how the
 * length is written only. With a constant form this is inlined to a loop of its own for each of them.
 */
#ifndef PIPELINE_DECODE_FRAME_BLOCKS_H
#define PIPELINE_DECODE_FRAME_BLOCKS_H

#include "pipeline/decode/framing.h"

struct block_form {
	uint8_t length_width; /* bytes of the length, 1 or 2 */
	uint8_t length_kind; /* FIELD_UINT_BE or FIELD_UINT_LE */
	bool counts_itself; /* the length counts its own bytes, and the message starts with it */
	uint8_t length_min; /* what the length must say at least */
};

/* One block off the front; false, and the cursor stays, where it does not fit. */
static inline __attribute__((always_inline)) bool
block_take(struct cursor *c, struct block_form form, struct message *message)
{
	size_t length;

	if (cursor_left(c) < form.length_width)
		return false;
	length = layout_uint(c->at, form.length_width, form.length_kind);
	if (length < form.length_min ||
	    cursor_left(c) < length + (form.counts_itself ? 0 : form.length_width))
		return false;
	message->bytes = c->at + (form.counts_itself ? 0 : form.length_width);
	message->length_bytes = (uint32_t)length;
	message->layer = MESSAGE_OF_VENUE;
	c->at = message->bytes + length;
	return true;
}

/*
 * Takes `count` messages from the cursor, the first ones into the frame, and checks them all. False where they do not fit;
 * the cursor then stands at the one that does not, else behind the last.
 */
static inline __attribute__((always_inline)) bool
frame_blocks_open(struct frame *frame, struct cursor *c, uint16_t count, struct block_form form)
{
	unsigned first = count < FRAME_MESSAGES ? count : FRAME_MESSAGES;
	struct message unkept;

	frame->count = count;
	for (unsigned i = 0; i < first; i++) {
		if (!block_take(c, form, &frame->messages[i]))
			return false;
	}
	frame->n_messages = (uint8_t)first;
	frame->rest = *c;
	frame->rest_count = (uint16_t)(count - first);
	for (unsigned i = first; i < count; i++) {
		if (!block_take(c, form, &unkept))
			return false;
	}
	return true;
}

/* For framing->more: frame_blocks_open has checked them. */
static inline __attribute__((always_inline)) void
frame_blocks_more(struct frame *frame, struct block_form form)
{
	unsigned n = frame->rest_count < FRAME_MESSAGES ? frame->rest_count : FRAME_MESSAGES;

	for (unsigned i = 0; i < n; i++)
		(void)block_take(&frame->rest, form, &frame->messages[i]);
	frame->n_messages = (uint8_t)n;
	frame->rest_count = (uint16_t)(frame->rest_count - n);
}

#endif
