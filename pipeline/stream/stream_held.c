/* SPDX-License-Identifier: BSD-3-Clause */
/* Into the holes of the list only: the bytes that were seen first stay. */
#include "pipeline/stream/stream_held.h"

/* A place for a segment, paid for. NULL where the stream, a budget or the pool has none left. */
static struct held_segment *
place_take(struct tcp_stream *stream)
{
	struct held_segment *held;

	if (stream->n_held >= stream->service->held_max ||
	    !stream_budget_take(stream->budget, STREAM_RESOURCE_HELD_SEGMENTS, 1))
		return NULL;
	held = pool_part_take(&stream->pool->held);
	if (held == NULL)
		stream_budget_give(stream->budget, STREAM_RESOURCE_HELD_SEGMENTS, 1);
	return held;
}

static void
place_give(struct tcp_stream *stream, struct held_segment *held)
{
	pool_part_give(&stream->pool->held, held);
	stream_budget_give(stream->budget, STREAM_RESOURCE_HELD_SEGMENTS, 1);
}

/* Holds the first n bytes of the segment, behind `before` in the list (NULL: as the first), and cuts them off it. */
static bool
part_hold(
	struct tcp_stream *stream,
	struct held_segment *before,
	struct tcp_segment *segment,
	uint32_t n_bytes
)
{
	const struct stream_holder *holder = stream->service->holder;
	struct held_segment **link = before != NULL ? &before->next : &stream->held;
	struct held_segment *held = place_take(stream);

	if (held == NULL)
		return false;
	held->segment = *segment;
	held->segment.length = n_bytes;
	if (!holder->hold(holder->context, &held->segment)) {
		place_give(stream, held);
		return false;
	}
	held->next = *link;
	*link = held;
	if (held->next == NULL)
		stream->held_last = held;
	stream->n_held++;
	stream_count(stream, STREAM_COUNT_HELD, 1);
	segment_advance(segment, n_bytes);
	return true;
}

/* Cuts off what reaches into bytes that have been seen, up to this number. */
static void
seen_cut(struct tcp_stream *stream, struct tcp_segment *segment, uint32_t seen_end)
{
	int32_t n = sequence_distance(segment->sequence, seen_end);

	if (n <= 0)
		return;
	if ((uint32_t)n > segment->length)
		n = (int32_t)segment->length;
	segment_advance(segment, (uint32_t)n);
	stream_count(stream, STREAM_COUNT_DUPLICATE_BYTES, (uint64_t)n);
}

/* Where the search starts: behind a gap, segments mostly come in order, and then it is the last one. */
static struct held_segment *
search_start(const struct tcp_stream *stream, const struct tcp_segment *segment)
{
	struct held_segment *last = stream->held_last;

	if (last != NULL && sequence_distance(segment_end(&last->segment), segment->sequence) >= 0)
		return last;
	return NULL;
}

/* How much of the segment fits before the next one in the list. */
static uint32_t
room_before(const struct tcp_segment *segment, const struct held_segment *after)
{
	int32_t ahead;

	if (after == NULL)
		return segment->length;
	ahead = sequence_distance(segment->sequence, after->segment.sequence);
	if (ahead < 0)
		return 0;
	return (uint32_t)ahead < segment->length ? (uint32_t)ahead : segment->length;
}

bool
stream_held_add(struct tcp_stream *stream, struct tcp_segment *segment)
{
	struct held_segment *before = search_start(stream, segment);

	for (;;) {
		struct held_segment *after = before != NULL ? before->next : stream->held;
		uint32_t room = room_before(segment, after);

		if (room > 0 && !part_hold(stream, before, segment, room))
			return false;
		if (segment->length == 0)
			return true;
		/* What was held just now ends where `after` starts. */
		seen_cut(stream, segment, segment_end(&after->segment));
		before = after;
	}
}

struct tcp_segment
stream_held_take(struct tcp_stream *stream)
{
	struct held_segment *held = stream->held;
	struct tcp_segment segment = held->segment;

	stream->held = held->next;
	if (stream->held == NULL)
		stream->held_last = NULL;
	stream->n_held--;
	place_give(stream, held);
	return segment;
}

void
stream_held_release(struct tcp_stream *stream, const struct tcp_segment *segment)
{
	const struct stream_holder *holder = stream->service->holder;

	holder->release(holder->context, segment->packet);
}

uint64_t
stream_held_drop(struct tcp_stream *stream)
{
	uint64_t n_bytes = 0;

	while (stream->held != NULL) {
		struct tcp_segment segment = stream_held_take(stream);

		n_bytes += segment.length;
		stream_held_release(stream, &segment);
	}
	return n_bytes;
}

/* Drops all behind this one, or all where it is NULL. */
static uint64_t
tail_drop(struct tcp_stream *stream, struct held_segment *keep)
{
	struct held_segment *first = stream->held;
	uint64_t n_bytes;

	if (keep == NULL)
		return stream_held_drop(stream);
	stream->held = keep->next;
	keep->next = NULL;
	n_bytes = stream_held_drop(stream);
	stream->held = first;
	stream->held_last = keep;
	return n_bytes;
}

uint64_t
stream_held_cut(struct tcp_stream *stream, uint32_t end)
{
	struct held_segment *keep = NULL;
	uint64_t n_bytes = 0;

	for (struct held_segment *held = stream->held;
	     held != NULL && sequence_distance(held->segment.sequence, end) > 0;
	     held = held->next)
		keep = held;
	if (keep != NULL && sequence_distance(segment_end(&keep->segment), end) < 0) {
		uint32_t length = end - keep->segment.sequence;

		n_bytes = keep->segment.length - length;
		keep->segment.length = length;
	}
	return n_bytes + tail_drop(stream, keep);
}
