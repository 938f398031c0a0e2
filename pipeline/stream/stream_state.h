/* SPDX-License-Identifier: BSD-3-Clause */
/* What a stream and its pool consist of. For the files of this folder alone; others include tcp_stream.h. */
#ifndef PIPELINE_STREAM_STREAM_STATE_H
#define PIPELINE_STREAM_STREAM_STATE_H

#include "pipeline/stream/tcp_stream.h"

#include <sys/queue.h>

/* A segment, or a part of one, whose turn has not come. */
struct held_segment {
	struct held_segment *next;
	struct tcp_segment segment; /* `packet` is what the holder gave */
};

/* The beginning of a message that spans segments. */
struct partial_message {
	uint8_t *bytes; /* NULL: none */
	uint32_t capacity;
	uint32_t start; /* of the message in `bytes` */
	uint32_t end; /* of what has come */
	uint32_t need; /* bytes from `start` on, before the framing is asked again */
	uint64_t offset; /* of bytes[0] in the stream */
};

enum stream_phase {
	STREAM_IDLE, /* nothing has come */
	STREAM_READING,
	STREAM_ENDED,
};

struct tcp_stream {
	struct stream_pool *pool;
	const struct stream_service *service;
	struct stream_budget *budget;
	void *user;
	uint64_t offset; /* in the stream, of the byte with the number `next` */
	uint32_t next; /* sequence number of the first byte that has not been read */
	uint32_t first; /* the one at offset 0 */
	uint32_t fin; /* of the FIN, with fin_known */
	uint32_t acked; /* ahead of `next`, with acked_known */
	uint32_t strange_next; /* where the last segment out of the window ended */
	uint8_t strangers; /* segments out of the window that followed on one another */
	uint8_t phase; /* enum stream_phase */
	uint8_t side; /* enum stream_side */
	bool fin_known;
	bool acked_known;
	bool seeking; /* looking for the start of a message */
	bool gap_listed; /* in pool->gaps */
	bool reset; /* by a reset that its receiver takes */
	uint32_t n_held;
	struct held_segment
		*held; /* by sequence number, none overlaps another; all behind `next` */
	struct held_segment *held_last;
	struct partial_message partial;
	TAILQ_ENTRY(tcp_stream) gap_entry;
	uint64_t gap_since_ns;
	uint32_t gap_next; /* `next` when the gap was listed */
	uint64_t counters[STREAM_COUNTER_COUNT];
};

TAILQ_HEAD(stream_list, tcp_stream);

/* Elements of one size. Those never used so far are not in the list, so that no memory is touched before its time. */
struct pool_part {
	uint8_t *elements;
	void *unused; /* list, by each one's first bytes */
	uint32_t element_bytes;
	uint32_t count;
	uint32_t fresh; /* elements from here on have never been taken */
};

struct stream_pool {
	struct stream_pool_sizes sizes;
	struct stream_list gaps; /* streams that miss bytes, by when that began */
	struct pool_part streams;
	struct pool_part held;
	struct pool_part small;
	struct pool_part large;
};

/* An element, or NULL. What it holds is whatever it held. */
void *pool_part_take(struct pool_part *part);
void pool_part_give(struct pool_part *part, void *element);

/* How far ahead of `from` the number `to` is, below 0 where it is behind (RFC 9293, section 3.4). */
static inline int32_t
sequence_distance(uint32_t from, uint32_t to)
{
	return (int32_t)(to - from);
}

static inline uint32_t
segment_end(const struct tcp_segment *segment)
{
	return segment->sequence + segment->length;
}

/* Cuts bytes off the front. */
static inline void
segment_advance(struct tcp_segment *segment, uint32_t n_bytes)
{
	segment->sequence += n_bytes;
	segment->bytes += n_bytes;
	segment->length -= n_bytes;
}

static inline void
stream_count(struct tcp_stream *stream, enum stream_counter counter, uint64_t n)
{
	stream->counters[counter] += n;
	for (struct stream_budget *b = stream->budget; b != NULL; b = b->parent)
		b->counters[counter] += n;
}

#endif
