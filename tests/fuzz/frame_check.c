/* SPDX-License-Identifier: BSD-3-Clause */
/* A frame opened, all its messages read; and the same again. */
#include "tests/fuzz/frame_check.h"

#include "pipeline/decode/decoder.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/message_check.h"
#include "tests/unit/pipeline/decode/fix_builder.h"

#include <stdlib.h>
#include <string.h>

enum { PAYLOAD_BYTES_MAX = 65507 }; /* of UDP over IPv4 */

struct frame_reader {
	const struct decoder *decoder;
	const uint8_t *bytes;
	const uint8_t *at; /* behind the last message */
	const uint8_t *end;
	uint64_t digest;
	uint32_t n_messages;
};

static void
header_read(struct frame_reader *r, const struct frame *frame)
{
	const struct framing *framing = r->decoder->framing;

	expect(frame->header == r->bytes, "the header is not where the payload begins");
	for (unsigned i = 0; i < framing->n_header_fields; i++) {
		const struct field_layout *field = &framing->header_fields[i];

		expect(field_present(field, framing->header_bytes), "a field behind the header");
		r->digest = digest_bytes(r->digest, frame->header + field->offset, field->width);
	}
	r->at = r->bytes + framing->header_bytes;
}

static void
messages_read(struct frame_reader *r, const struct frame *frame)
{
	expect(frame->n_messages <= FRAME_MESSAGES, "more messages than fit");
	for (unsigned i = 0; i < frame->n_messages; i++) {
		const struct message *message = &frame->messages[i];

		expect(message->layer == MESSAGE_OF_VENUE, "not the venue's");
		expect(message->bytes >= r->at && message->bytes <= r->end &&
			       message->length_bytes <= (size_t)(r->end - message->bytes),
		       "a message reaches out of the payload, or into the one before");
		r->at = message->bytes + message->length_bytes;
		r->digest = digest_add(r->digest, (uint64_t)(message->bytes - r->bytes));
		r->digest = digest_add(r->digest, message->length_bytes);
		message_check(r->decoder->messages, message);
	}
	r->n_messages += frame->n_messages;
}

static void
frame_read(struct frame_reader *r, struct frame *frame)
{
	expect(frame->kind == FRAME_DATA || frame->count == 0, "messages in a packet of none");
	expect(r->decoder->framing->numbers_packets ||
		       frame->sequence + frame->count >= frame->sequence,
	       "sequence numbers wrap");
	header_read(r, frame);
	messages_read(r, frame);
	while (frame->rest_count > 0) {
		uint32_t rest_count = frame->rest_count;

		expect(frame->n_messages > 0, "a rest, and nothing more of it");
		r->decoder->framing->more(frame);
		expect(frame->n_messages + frame->rest_count == rest_count, "the rest miscounted");
		messages_read(r, frame);
	}
	r->decoder->framing->more(frame);
	expect(frame->n_messages == 0, "more than the rest");
	expect(r->n_messages == frame->count, "not as many as counted");
	expect(frame->trailing_bytes == r->end - r->at, "what is left over miscounted");
}

/* `fill`: what the memory of the frame holds before, which nobody may read. */
static uint64_t
payload_read(const struct decoder *decoder, const uint8_t *bytes, size_t n, int fill)
{
	uint8_t *copy = bytes_exact(bytes, n);
	struct frame_reader r = {.decoder = decoder, .bytes = copy, .end = copy + n};
	struct frame frame;
	uint32_t error_offset = UINT32_MAX;
	enum decode_error error;

	memset(&frame, fill, sizeof(frame));
	error = decoder->framing->open(cursor_over(copy, n), &frame, &error_offset);
	expect(error < DECODE_ERROR_COUNT, "no such reason");
	if (error == DECODE_ERROR_NONE) {
		frame_read(&r, &frame);
		r.digest = digest_add(r.digest, frame.sequence ^ frame.kind);
	} else {
		expect(error_offset <= n, "the fault lies behind the payload");
		r.digest = digest_add(error, error_offset);
	}
	free(copy);
	return r.digest;
}

void
frame_check(const char *decoder_name, const uint8_t *bytes, size_t n)
{
	const struct decoder *decoder = decoder_find(decoder_name);

	expect(decoder != NULL && decoder->framing != NULL, "no such decoder");
	if (n > PAYLOAD_BYTES_MAX)
		n = PAYLOAD_BYTES_MAX;
	expect(payload_read(decoder, bytes, n, 0) == payload_read(decoder, bytes, n, 0xA5),
	       "two readings of a payload differ");
	(void
	)payload_read(decoder, bytes, digest_bytes(0, bytes, n) % (n + 1), 0xA5); /* no fault */
	message_check_bytes(decoder->messages, bytes, n);
}
