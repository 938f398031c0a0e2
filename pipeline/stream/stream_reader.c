/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A message that lies in the piece is handed out there. Where one begins and does not end, its bytes go into the partial
 * buffer, and then just as many as the framing says are still needed: what follows the message is in the piece again.
 */
#include "pipeline/stream/stream_reader.h"

#include "pipeline/stream/stream_partial.h"

#include <assert.h>
#include <string.h>

static uint32_t
min_u32(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static uint32_t
max_u32(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* The offset of a byte of the piece in the stream. */
static uint64_t
offset_of(const struct tcp_stream *stream, const struct tcp_segment *piece, const uint8_t *byte)
{
	return stream->offset + (uint64_t)(byte - piece->bytes);
}

static void
message_emit(struct tcp_stream *stream, const struct stream_message *message)
{
	stream_count(stream, STREAM_COUNT_MESSAGES, 1);
	if (!message->whole)
		stream_count(stream, STREAM_COUNT_SPANNING, 1);
	stream->service->sink->message(stream, message);
}

static void
broken_emit(
	struct tcp_stream *stream,
	const struct tcp_segment *piece,
	enum decode_error error,
	uint64_t offset
)
{
	struct stream_broken broken = {.error = error, .offset = offset, .segment = piece};

	/* Where the fault lies in the partial buffer, its byte may still be one of this piece's. */
	if (offset >= stream->offset && offset - stream->offset < piece->length)
		broken.at = piece->bytes + (offset - stream->offset);
	stream_count(stream, STREAM_COUNT_FAULTS, 1);
	stream->service->sink->broken(stream, &broken);
}

uint32_t
stream_reader_break(struct tcp_stream *stream)
{
	uint32_t unused = stream_partial_bytes(stream);

	stream_count(stream, STREAM_COUNT_UNUSED_BYTES, unused);
	stream_partial_free(stream);
	stream->seeking = true;
	return unused;
}

/* The framing asks for bytes up to `need`; false, with the reason told, where they can not be put together. */
static bool
need_meet(
	struct tcp_stream *stream, const struct tcp_segment *piece, uint32_t need, uint64_t offset
)
{
	if (need > stream->service->message_max_bytes) {
		broken_emit(stream, piece, DECODE_ERROR_STREAM_MESSAGE_TOO_LONG, offset);
		return false;
	}
	if (stream_partial_reserve(stream, need))
		return true;
	stream_count(stream, STREAM_COUNT_NO_ROOM, 1);
	stream->service->sink->lost(
		stream,
		&(struct stream_loss){
			.cause = STREAM_LOSS_NO_BUFFER,
			.offset = offset,
			.unused_bytes = stream_partial_bytes(stream),
		}
	);
	return false;
}

/* The rest of the piece is the beginning of a message. */
static void
partial_begin(
	struct tcp_stream *stream, const struct tcp_segment *piece, struct cursor *c, uint32_t need
)
{
	uint32_t left = (uint32_t)cursor_left(c);
	uint64_t offset = offset_of(stream, piece, c->at);

	if (need_meet(stream, piece, max_u32(need, left + 1), offset)) {
		memcpy(stream->partial.bytes, c->at, left);
		stream->partial.end = left;
		stream->partial.offset = offset;
	} else {
		stream_count(stream, STREAM_COUNT_UNUSED_BYTES, left);
		stream->seeking = true;
	}
	c->at = c->end;
}

/* Behind a fault: a framing that stands still would stand still forever. */
static void
broken_pass(struct tcp_stream *stream, struct cursor *c, const uint8_t *begin)
{
	if (c->at <= begin || c->at > c->end)
		c->at = c->end;
	stream_count(stream, STREAM_COUNT_SKIPPED_BYTES, (uint64_t)(c->at - begin));
}

static void
piece_step(struct tcp_stream *stream, const struct tcp_segment *piece, struct cursor *c)
{
	const uint8_t *begin = c->at;
	struct message message;
	struct stream_fault fault = {0};

	switch (stream->service->framing->next(c, stream->side, &message, &fault)) {
	case STREAM_MESSAGE:
		assert(c->at > begin && c->at <= c->end);
		message_emit(
			stream,
			&(struct stream_message){
				.message = &message,
				.offset = offset_of(stream, piece, begin),
				.segment = piece,
				.whole = true,
			}
		);
		break;
	case STREAM_INCOMPLETE:
		c->at = begin;
		partial_begin(stream, piece, c, fault.need_bytes);
		break;
	case STREAM_BROKEN:
		broken_emit(
			stream, piece, fault.error, offset_of(stream, piece, begin) + fault.offset
		);
		broken_pass(stream, c, begin);
		stream->seeking = cursor_left(c) == 0;
		break;
	}
}

/* One step of the framing over the partial buffer; false where it needs more bytes, or the message was dropped. */
static bool
partial_step(struct tcp_stream *stream, const struct tcp_segment *piece)
{
	struct partial_message *partial = &stream->partial;
	uint8_t *begin = partial->bytes + partial->start;
	struct cursor c = cursor_over(begin, stream_partial_bytes(stream));
	uint64_t offset = partial->offset + partial->start;
	struct message message;
	struct stream_fault fault = {0};
	uint32_t have = stream_partial_bytes(stream);

	switch (stream->service->framing->next(&c, stream->side, &message, &fault)) {
	case STREAM_MESSAGE:
		assert(c.at > begin && c.at <= c.end);
		message_emit(
			stream,
			&(struct stream_message
			){.message = &message, .offset = offset, .segment = piece}
		);
		break;
	case STREAM_INCOMPLETE:
		if (!need_meet(stream, piece, max_u32(fault.need_bytes, have + 1), offset))
			(void)stream_reader_break(stream); /* told already */
		return false;
	case STREAM_BROKEN:
		broken_emit(stream, piece, fault.error, offset + fault.offset);
		broken_pass(stream, &c, begin);
		stream->seeking = cursor_left(&c) == 0;
		break;
	}
	partial->start += (uint32_t)(c.at - begin);
	return true;
}

/* More bytes for the message at hand; the cursor goes back to the first one that is behind it. */
static void
partial_fill(struct tcp_stream *stream, const struct tcp_segment *piece, struct cursor *c)
{
	struct partial_message *partial = &stream->partial;
	uint32_t missing = partial->need - stream_partial_bytes(stream);
	uint32_t n = min_u32(missing, (uint32_t)cursor_left(c));

	assert(partial->end + n <= partial->capacity);
	memcpy(partial->bytes + partial->end, cursor_take(c, n), n);
	partial->end += n;
	if (n < missing)
		return;
	while (partial_step(stream, piece)) {
		if (stream_partial_bytes(stream) <= n) {
			c->at -= stream_partial_bytes(stream);
			stream_partial_free(stream);
			return;
		}
	}
}

static void
seek_step(struct tcp_stream *stream, struct cursor *c)
{
	size_t left = cursor_left(c);
	size_t skipped = stream->service->framing->boundary(*c, stream->side);

	assert(skipped <= left);
	c->at += skipped;
	stream_count(stream, STREAM_COUNT_SKIPPED_BYTES, skipped);
	stream->seeking = skipped == left;
}

void
stream_reader_read(struct tcp_stream *stream, const struct tcp_segment *piece)
{
	struct cursor c = cursor_over(piece->bytes, piece->length);

	stream_count(stream, STREAM_COUNT_BYTES, piece->length);
	while (cursor_left(&c) > 0) {
		if (stream->seeking)
			seek_step(stream, &c);
		else if (stream->partial.bytes != NULL)
			partial_fill(stream, piece, &c);
		else
			piece_step(stream, piece, &c);
	}
}
