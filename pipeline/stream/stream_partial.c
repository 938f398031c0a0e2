/* SPDX-License-Identifier: BSD-3-Clause */
/* Buffers of two sizes, from the pool and within the budget. */
#include "pipeline/stream/stream_partial.h"

#include <string.h>

static struct pool_part *
part_for(struct stream_pool *pool, uint32_t n_bytes)
{
	return n_bytes <= pool->sizes.small_buffer_bytes ? &pool->small : &pool->large;
}

static bool
buffer_take(struct tcp_stream *stream, uint32_t need, struct partial_message *partial)
{
	struct pool_part *part = part_for(stream->pool, need);

	if (need > part->element_bytes ||
	    !stream_budget_take(stream->budget, STREAM_RESOURCE_PARTIAL_BYTES, part->element_bytes))
		return false;
	partial->bytes = pool_part_take(part);
	partial->capacity = part->element_bytes;
	if (partial->bytes == NULL)
		stream_budget_give(
			stream->budget, STREAM_RESOURCE_PARTIAL_BYTES, part->element_bytes
		);
	return partial->bytes != NULL;
}

static void
buffer_give(struct tcp_stream *stream, const struct partial_message *partial)
{
	struct stream_pool *pool = stream->pool;
	bool small = partial->bytes >= pool->small.elements &&
		     partial->bytes < pool->small.elements +
					      (size_t)pool->small.element_bytes * pool->small.count;

	pool_part_give(small ? &pool->small : &pool->large, partial->bytes);
	stream_budget_give(stream->budget, STREAM_RESOURCE_PARTIAL_BYTES, partial->capacity);
}

/* The message to the buffer's beginning, or to that of another. */
static void
message_move(struct tcp_stream *stream, struct partial_message to)
{
	struct partial_message *from = &stream->partial;

	to.end = stream_partial_bytes(stream);
	to.offset = from->offset + from->start;
	if (to.end > 0)
		memmove(to.bytes, from->bytes + from->start, to.end);
	*from = to;
}

bool
stream_partial_reserve(struct tcp_stream *stream, uint32_t need)
{
	struct partial_message old = stream->partial;
	struct partial_message larger = {0};

	if (need > old.capacity) {
		if (!buffer_take(stream, need, &larger))
			return false;
		message_move(stream, larger);
		if (old.bytes != NULL)
			buffer_give(stream, &old);
	} else if (old.start + need > old.capacity) {
		message_move(
			stream,
			(struct partial_message){.bytes = old.bytes, .capacity = old.capacity}
		);
	}
	stream->partial.need = need;
	return true;
}

void
stream_partial_free(struct tcp_stream *stream)
{
	if (stream->partial.bytes != NULL)
		buffer_give(stream, &stream->partial);
	stream->partial = (struct partial_message){0};
}
