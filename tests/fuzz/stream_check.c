/* SPDX-License-Identifier: BSD-3-Clause */
/* Streams read as a whole, in two pieces, and as needed. */
#include "tests/fuzz/stream_check.h"

#include "tests/fuzz/check.h"
#include "tests/fuzz/message_check.h"
#include "tests/unit/pipeline/decode/fix_builder.h"

#include <stdlib.h>

/* What has been read of a stream. */
struct stream_reading {
	const struct stream_framing *framing;
	enum stream_side side;
	size_t at; /* the stream's bytes before are read */
	size_t need_bytes; /* from there, before it makes sense to ask again */
	uint64_t digest; /* of messages and the first fault */
	bool broken;
};

static void
message_note(
	struct stream_reading *r, const struct message *message, const uint8_t *begin, size_t n
)
{
	size_t offset = (size_t)(message->bytes - begin);

	expect(message->bytes >= begin && offset <= n && message->length_bytes <= n - offset,
	       "a message reaches out of the bytes it was found in");
	expect(n >= r->need_bytes, "a message that is shorter than what it needed");
	r->digest = digest_add(r->digest, r->at + offset);
	r->digest = digest_add(r->digest, (uint64_t)message->length_bytes << 8 | message->layer);
	r->at += n;
	r->need_bytes = 0;
}

static void
fault_note(struct stream_reading *r, const struct stream_fault *fault, size_t left)
{
	expect(fault->error > DECODE_ERROR_NONE && fault->error < DECODE_ERROR_COUNT, "no reason");
	expect(fault->offset < left, "the fault lies behind the bytes");
	r->digest = digest_add(r->digest, r->at + fault->offset);
	r->digest = digest_add(r->digest, fault->error);
	r->broken = true;
}

/* One step; false where it goes no further. */
static bool
step_take(struct stream_reading *r, struct cursor *c)
{
	const struct cursor before = *c;
	struct stream_fault fault = {0};
	struct message message;
	enum stream_step step = r->framing->next(c, r->side, &message, &fault);

	expect(c->end == before.end && c->at >= before.at && c->at <= c->end, "the cursor is lost");
	if (step == STREAM_INCOMPLETE) {
		expect(c->at == before.at, "moved on without a message");
		expect(fault.need_bytes > cursor_left(c), "needs what is there");
		expect(fault.need_bytes >= r->need_bytes, "needs less than before");
		r->need_bytes = fault.need_bytes;
		return false;
	}
	expect(c->at > before.at, "stands still");
	if (step == STREAM_MESSAGE)
		message_note(r, &message, before.at, (size_t)(c->at - before.at));
	else
		fault_note(r, &fault, cursor_left(&before));
	return step == STREAM_MESSAGE;
}

/* Bytes that follow on those read; they may not be all. */
static void
piece_read(struct stream_reading *r, const uint8_t *bytes, size_t n)
{
	uint8_t *copy = bytes_exact(bytes + r->at, n - r->at);
	struct cursor c = cursor_over(copy, n - r->at);

	while (!r->broken && cursor_left(&c) > 0 && step_take(r, &c))
		;
	free(copy);
}

static uint64_t
two_pieces_read(struct stream_reading r, const uint8_t *bytes, size_t n, size_t first)
{
	piece_read(&r, bytes, first);
	if (!r.broken)
		piece_read(&r, bytes, n);
	return r.digest;
}

/* The way a message over many segments is read; then what more can be said of a message whose end is not there. */
static uint64_t
as_needed_read(struct stream_reading r, const uint8_t *bytes, size_t n)
{
	size_t asked = 1;

	while (!r.broken && asked <= n - r.at) {
		size_t at = r.at;

		piece_read(&r, bytes, at + asked);
		asked = r.at == at ? r.need_bytes : 1;
	}
	if (!r.broken)
		piece_read(&r, bytes, n);
	return r.digest;
}

/* Where reading would go on behind a loss. */
static void
boundary_check(
	const struct stream_framing *framing, enum stream_side side, const uint8_t *bytes, size_t n
)
{
	uint8_t *copy = bytes_exact(bytes, n);

	expect(framing->boundary(cursor_over(copy, n), side) <= n, "a start behind the bytes");
	free(copy);
}

void
stream_framing_check(
	const struct stream_framing *framing, enum stream_side side, const uint8_t *bytes, size_t n
)
{
	const struct stream_reading start = {.framing = framing, .side = side};
	uint64_t random = digest_bytes(0, bytes, n);
	uint64_t whole = two_pieces_read(start, bytes, n, n);

	expect(two_pieces_read(start, bytes, n, random % (n + 1)) == whole,
	       "a cut changes the messages");
	expect(two_pieces_read(start, bytes, n, (random >> 32) % (n + 1)) == whole,
	       "a cut changes the messages");
	expect(as_needed_read(start, bytes, n) == whole,
	       "messages differ when they come as needed");
	boundary_check(framing, side, bytes, n);
	boundary_check(framing, side, bytes, random % (n + 1));
}

void
stream_messages_check(
	const struct decoder *decoder, enum stream_side side, const uint8_t *bytes, size_t n
)
{
	struct cursor c = cursor_over(bytes, n);
	struct stream_fault fault;
	struct message message;
	enum stream_step step = STREAM_MESSAGE;

	while (cursor_left(&c) > 0 && step != STREAM_INCOMPLETE) {
		const uint8_t *begin = c.at;

		step = decoder->stream->next(&c, side, &message, &fault);
		expect(step == STREAM_INCOMPLETE || c.at > begin, "stands still");
		if (step == STREAM_MESSAGE)
			message_check(decoder_protocol(decoder, &message), &message);
	}
	message_check_bytes(decoder->messages, bytes, n);
	if (decoder->requests != NULL)
		message_check_bytes(decoder->requests, bytes, n);
}
