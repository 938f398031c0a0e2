/* SPDX-License-Identifier: BSD-3-Clause */
/* What is in order is read at once, then what is held and its turn has come. */
#include "pipeline/stream/stream_gap.h"

#include "pipeline/stream/stream_held.h"
#include "pipeline/stream/stream_reader.h"

/* Cuts off what has been read already. */
static void
read_cut(struct tcp_stream *stream, struct tcp_segment *segment)
{
	int32_t n = sequence_distance(segment->sequence, stream->next);

	if (n <= 0)
		return;
	if ((uint32_t)n > segment->length)
		n = (int32_t)segment->length;
	segment_advance(segment, (uint32_t)n);
	stream_count(stream, STREAM_COUNT_DUPLICATE_BYTES, (uint64_t)n);
}

/* The stream ends at its FIN. */
static void
fin_cut(struct tcp_stream *stream, struct tcp_segment *segment)
{
	int32_t n = sequence_distance(stream->fin, segment_end(segment));

	if (!stream->fin_known || n <= 0)
		return;
	if ((uint32_t)n > segment->length)
		n = (int32_t)segment->length;
	segment->length -= (uint32_t)n;
	stream_count(stream, STREAM_COUNT_AFTER_END_BYTES, (uint64_t)n);
}

static void
piece_read(struct tcp_stream *stream, const struct tcp_segment *piece)
{
	stream_reader_read(stream, piece);
	stream->next += piece->length;
	stream->offset += piece->length;
}

static void
held_read(struct tcp_stream *stream)
{
	while (stream->held != NULL && stream->held->segment.sequence == stream->next) {
		struct tcp_segment segment = stream_held_take(stream);

		piece_read(stream, &segment);
		stream_held_release(stream, &segment);
	}
}

/* A segment whose turn it is, up to each one that is held and was seen before it. */
static void
segment_read(struct tcp_stream *stream, struct tcp_segment *segment)
{
	while (segment->length > 0) {
		struct tcp_segment piece = *segment;
		uint32_t room = stream->held != NULL ? stream->held->segment.sequence - stream->next
						     : segment->length;

		if (room < piece.length)
			piece.length = room;
		piece_read(stream, &piece);
		segment_advance(segment, piece.length);
		held_read(stream);
		read_cut(stream, segment);
	}
}

/* The bytes up to this number will not come. */
static void
gap_give_up(struct tcp_stream *stream, uint32_t end, enum stream_loss_cause cause)
{
	struct stream_loss loss = {
		.cause = cause,
		.offset = stream->offset,
		.bytes = end - stream->next,
		.unused_bytes = stream_reader_break(stream),
	};

	stream_count(stream, STREAM_COUNT_LOSSES, 1);
	stream_count(stream, STREAM_COUNT_LOST_BYTES, loss.bytes);
	stream->service->sink->lost(stream, &loss);
	stream->next = end;
	stream->offset += loss.bytes;
	held_read(stream);
}

/* What is held comes before the segment, or the other way round. */
static uint32_t
nearer(const struct tcp_stream *stream, const struct tcp_segment *segment)
{
	if (stream->held != NULL &&
	    sequence_distance(stream->held->segment.sequence, segment->sequence) > 0)
		return stream->held->segment.sequence;
	return segment->sequence;
}

void
stream_gap_place(struct tcp_stream *stream, struct tcp_segment *segment)
{
	fin_cut(stream, segment);
	read_cut(stream, segment);
	while (segment->length > 0) {
		if (segment->sequence == stream->next) {
			segment_read(stream, segment);
		} else if (!stream_held_add(stream, segment)) {
			gap_give_up(stream, nearer(stream, segment), STREAM_LOSS_LIMIT);
			read_cut(stream, segment);
		}
	}
}

bool
tcp_stream_waits(const struct tcp_stream *stream)
{
	return stream->phase == STREAM_READING &&
	       (stream->held != NULL || (stream->fin_known && stream->fin != stream->next));
}

/* Where the first gap ends; there must be one. */
static uint32_t
gap_end(const struct tcp_stream *stream)
{
	return stream->held != NULL ? stream->held->segment.sequence : stream->fin;
}

void
stream_gap_unlist(struct tcp_stream *stream)
{
	if (stream->gap_listed)
		TAILQ_REMOVE(&stream->pool->gaps, stream, gap_entry);
	stream->gap_listed = false;
}

void
stream_gap_end(struct tcp_stream *stream, enum stream_end_cause cause)
{
	struct stream_end end = {
		.cause = cause,
		.offset = stream->offset,
		.unused_bytes = stream_reader_break(stream),
	};

	stream_count(stream, STREAM_COUNT_AFTER_END_BYTES, stream_held_drop(stream));
	stream_gap_unlist(stream);
	stream->phase = STREAM_ENDED;
	stream_count(stream, STREAM_COUNT_ENDS, 1);
	stream->service->sink->end(stream, &end);
}

/* A gap that is not the one noted is as old as its discovery. */
static void
gap_note(struct tcp_stream *stream, uint64_t now_ns)
{
	if (stream->gap_listed && stream->gap_next == stream->next && tcp_stream_waits(stream))
		return;
	stream_gap_unlist(stream);
	if (!tcp_stream_waits(stream))
		return;
	TAILQ_INSERT_TAIL(&stream->pool->gaps, stream, gap_entry);
	stream->gap_listed = true;
	stream->gap_next = stream->next;
	stream->gap_since_ns = now_ns;
}

void
stream_gap_settle(struct tcp_stream *stream, uint64_t now_ns)
{
	while (stream->acked_known && tcp_stream_waits(stream) &&
	       sequence_distance(gap_end(stream), stream->acked) >= 0)
		gap_give_up(stream, gap_end(stream), STREAM_LOSS_ACKED);
	/* Once it is behind, it says nothing; kept, it would be ahead again 2 GiB later. */
	if (sequence_distance(stream->next, stream->acked) <= 0)
		stream->acked_known = false;
	if (stream->fin_known && stream->fin == stream->next)
		stream_gap_end(stream, STREAM_END_FIN);
	else
		gap_note(stream, now_ns);
}

void
stream_gap_flush(struct tcp_stream *stream)
{
	while (tcp_stream_waits(stream))
		gap_give_up(stream, gap_end(stream), STREAM_LOSS_END);
}

unsigned
stream_pool_poll(struct stream_pool *pool, uint64_t now_ns, unsigned streams_max)
{
	unsigned n = 0;

	for (; n < streams_max && !TAILQ_EMPTY(&pool->gaps); n++) {
		struct tcp_stream *stream = TAILQ_FIRST(&pool->gaps);

		if (now_ns - stream->gap_since_ns < pool->sizes.gap_timeout_ns)
			break;
		gap_give_up(stream, gap_end(stream), STREAM_LOSS_LATE);
		stream_gap_settle(stream, now_ns);
	}
	return n;
}
