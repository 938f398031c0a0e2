/* SPDX-License-Identifier: BSD-3-Clause */
/* How a stream begins, which segments are of it, and how it ends. */
#include "pipeline/stream/tcp_stream.h"

#include "pipeline/stream/stream_gap.h"
#include "pipeline/stream/stream_held.h"
#include "pipeline/stream/stream_partial.h"
#include "pipeline/stream/stream_reader.h"

#include <assert.h>

enum {
	WINDOW_MAX_BYTES = 1 << 30, /* RFC 7323, section 2.3 */
	/* So many segments in a row that belong together and not to the stream: it goes on elsewhere. */
	STRANGERS_MAX = 4,
};

struct tcp_stream *
tcp_stream_open(
	struct stream_pool *pool,
	const struct stream_service *service,
	struct stream_budget *budget,
	enum stream_side side,
	void *user
)
{
	struct tcp_stream *stream;

	assert(service->window_bytes <= WINDOW_MAX_BYTES);
	assert(service->message_max_bytes <= pool->sizes.large_buffer_bytes);
	if (!stream_budget_take(budget, STREAM_RESOURCE_STREAMS, 1))
		return NULL;
	stream = pool_part_take(&pool->streams);
	if (stream == NULL) {
		stream_budget_give(budget, STREAM_RESOURCE_STREAMS, 1);
		return NULL;
	}
	*stream = (struct tcp_stream){
		.pool = pool,
		.service = service,
		.budget = budget,
		.side = (uint8_t)side,
		.user = user,
	};
	return stream;
}

/* The number of the first byte to read is known. */
static void
stream_begin(struct tcp_stream *stream, uint32_t first, bool picked_up)
{
	stream->phase = STREAM_READING;
	stream->first = first;
	stream->next = first;
	stream->offset = 0;
	stream->fin_known = false;
	stream->acked_known = false;
	stream->reset = false;
	stream->strangers = 0;
	stream->seeking = picked_up;
	stream_count(stream, picked_up ? STREAM_COUNT_PICKUPS : STREAM_COUNT_STARTS, 1);
}

static void
stream_replace(struct tcp_stream *stream, uint32_t first, bool picked_up)
{
	if (stream->phase == STREAM_READING) {
		stream_gap_flush(stream);
		stream_gap_end(stream, STREAM_END_REPLACED);
	}
	stream_begin(stream, first, picked_up);
}

/* SYN with the number that is known is the same SYN again. */
static void
syn_receive(struct tcp_stream *stream, uint32_t first)
{
	if (stream->phase == STREAM_IDLE || stream->first != first)
		stream_replace(stream, first, false);
}

/* How far the receiver may have got, as we know it. */
static uint32_t
number_last(const struct tcp_stream *stream)
{
	uint32_t last =
		stream->held_last != NULL ? segment_end(&stream->held_last->segment) : stream->next;

	if (stream->fin_known)
		last = stream->fin + 1;
	if (stream->acked_known && sequence_distance(last, stream->acked) > 0)
		last = stream->acked;
	return last;
}

/*
 * A receiver takes a reset with exactly the number that it expects (RFC 5961, section 3.2), which is ours unless we missed
 * what it got, or saw what it did not get.
 */
static void
reset_receive(struct tcp_stream *stream, uint32_t sequence)
{
	if (stream->phase == STREAM_IDLE) /* a connection refused: RFC 9293, section 3.5.2 */
		stream_begin(stream, sequence, true);
	if (sequence_distance(stream->next, sequence) < 0 ||
	    sequence_distance(number_last(stream), sequence) > 0) {
		stream_count(stream, STREAM_COUNT_RESETS_IGNORED, 1);
		return;
	}
	stream->reset = true;
	if (stream->phase == STREAM_ENDED)
		return;
	stream_gap_flush(stream);
	stream_gap_end(stream, STREAM_END_RESET);
}

/*
 * Is the segment near enough to be of this stream? Four that are not, and follow on one another, are of a stream that goes
 * on there: a new connection whose SYN was missed.
 */
static bool
segment_near(struct tcp_stream *stream, const struct tcp_segment *segment)
{
	int32_t distance = sequence_distance(stream->next, segment->sequence);
	int32_t window = (int32_t)stream->service->window_bytes;

	if (distance >= -window && distance <= window) {
		stream->strangers = 0;
		return true;
	}
	stream_count(stream, STREAM_COUNT_OUT_OF_WINDOW, 1);
	if (segment->length == 0)
		return false;
	if (stream->strangers == 0 || segment->sequence != stream->strange_next)
		stream->strangers = 0;
	stream->strangers++;
	stream->strange_next = segment_end(segment);
	if (stream->strangers < STRANGERS_MAX)
		return false;
	stream_replace(stream, segment->sequence, true);
	return true;
}

/* RFC 9293, section 3.8.4: the number before the next, with one byte of garbage or none. */
static bool
is_keep_alive(const struct tcp_stream *stream, const struct tcp_segment *segment)
{
	return segment->sequence == stream->next - 1 && segment->length <= 1 &&
	       (segment->flags & (TCP_SYN | TCP_FIN)) == 0;
}

/* The first FIN counts, unless it would end the stream before bytes that were read. */
static void
fin_receive(struct tcp_stream *stream, const struct tcp_segment *segment)
{
	uint32_t fin = segment_end(segment);

	if (stream->fin_known || sequence_distance(stream->next, fin) < 0)
		return;
	stream->fin_known = true;
	stream->fin = fin;
	stream_count(stream, STREAM_COUNT_AFTER_END_BYTES, stream_held_cut(stream, fin));
}

/* A segment that is neither a reset nor, any more, a SYN. */
static void
segment_receive(struct tcp_stream *stream, struct tcp_segment *segment, uint64_t now_ns)
{
	if (stream->phase == STREAM_ENDED) {
		stream_count(stream, STREAM_COUNT_AFTER_END_BYTES, segment->length);
		return;
	}
	if (!segment_near(stream, segment))
		return;
	if (is_keep_alive(stream, segment)) {
		stream_count(stream, STREAM_COUNT_KEEP_ALIVES, 1);
		return;
	}
	if (segment->length > 0)
		stream_count(stream, STREAM_COUNT_SEGMENTS, 1);
	if (segment->flags & TCP_FIN)
		fin_receive(stream, segment);
	stream_gap_place(stream, segment);
	stream_gap_settle(stream, now_ns);
}

void
tcp_stream_receive(struct tcp_stream *stream, const struct tcp_segment *received, uint64_t now_ns)
{
	struct tcp_segment segment = *received;

	if (segment.flags & TCP_RST) {
		reset_receive(stream, segment.sequence);
		return;
	}
	if (segment.flags & TCP_SYN) {
		segment.sequence++;
		syn_receive(stream, segment.sequence);
	} else if (stream->phase == STREAM_IDLE) {
		/* Without data it may be a keep-alive, whose number is not the next one. */
		if (segment.length == 0 && !(segment.flags & TCP_FIN))
			return;
		stream_begin(stream, segment.sequence, true);
	}
	segment_receive(stream, &segment, now_ns);
}

void
tcp_stream_acked(struct tcp_stream *stream, uint32_t acknowledged, uint64_t now_ns)
{
	int32_t ahead = sequence_distance(stream->next, acknowledged);

	if (stream->phase != STREAM_READING || ahead <= 0 ||
	    ahead > (int32_t)stream->service->window_bytes)
		return;
	if (stream->acked_known && sequence_distance(stream->acked, acknowledged) <= 0)
		return;
	stream->acked_known = true;
	stream->acked = acknowledged;
	stream_gap_settle(stream, now_ns);
}

void
tcp_stream_charge(struct tcp_stream *stream, struct stream_budget *budget)
{
	const uint64_t used[STREAM_RESOURCE_COUNT] = {
		[STREAM_RESOURCE_STREAMS] = 1,
		[STREAM_RESOURCE_HELD_SEGMENTS] = stream->n_held,
		[STREAM_RESOURCE_PARTIAL_BYTES] = stream->partial.capacity,
	};

	for (unsigned i = 0; i < STREAM_RESOURCE_COUNT; i++) {
		stream_budget_give(stream->budget, i, used[i]);
		stream_budget_force(budget, i, used[i]);
	}
	stream->budget = budget;
}

void
tcp_stream_finish(struct tcp_stream *stream)
{
	if (stream->phase != STREAM_READING)
		return;
	stream_gap_flush(stream);
	stream_gap_end(
		stream,
		stream->fin_known && stream->fin == stream->next ? STREAM_END_FIN
								 : STREAM_END_FINISHED
	);
}

void
tcp_stream_close(struct tcp_stream *stream)
{
	(void)stream_held_drop(stream); /* nobody asks what it would have been */
	(void)stream_reader_break(stream);
	stream_gap_unlist(stream);
	stream_budget_give(stream->budget, STREAM_RESOURCE_STREAMS, 1);
	pool_part_give(&stream->pool->streams, stream);
}

void *
tcp_stream_user(const struct tcp_stream *stream)
{
	return stream->user;
}

enum stream_side
tcp_stream_side(const struct tcp_stream *stream)
{
	return stream->side;
}

const uint64_t *
tcp_stream_counters(const struct tcp_stream *stream)
{
	return stream->counters;
}

bool
tcp_stream_ended(const struct tcp_stream *stream)
{
	return stream->phase == STREAM_ENDED;
}

bool
tcp_stream_was_reset(const struct tcp_stream *stream)
{
	return stream->reset;
}

uint32_t
tcp_stream_first(const struct tcp_stream *stream)
{
	return stream->first;
}
