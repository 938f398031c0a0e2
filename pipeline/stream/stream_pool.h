/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The memory of all streams of a worker, taken once: streams, places for held segments, buffers for messages that span
 * segments. When a part of it is used up, streams lose messages and say so; nothing is ever allocated.
 *
 * One thread.
 */
#ifndef PIPELINE_STREAM_STREAM_POOL_H
#define PIPELINE_STREAM_STREAM_POOL_H

#include <stddef.h>
#include <stdint.h>

struct stream_pool;

/* Most messages that span segments are short, so there are two sizes of buffers. */
struct stream_pool_sizes {
	uint32_t streams;
	uint32_t held_segments;
	uint32_t small_buffers;
	uint32_t small_buffer_bytes;
	uint32_t large_buffers;
	uint32_t large_buffer_bytes; /* no message that spans segments may be longer */
	uint64_t gap_timeout_ns; /* how long missing bytes are waited for */
};

enum { STREAM_POOL_ALIGNMENT = 64 };

/* Bytes of memory that a pool of these sizes needs. */
size_t stream_pool_bytes(const struct stream_pool_sizes *sizes);

/*
 * A pool in memory of the caller's, aligned to STREAM_POOL_ALIGNMENT, which needs no clearing and is touched only as it
 * is used. There is nothing to destroy: once all streams are closed, the memory may go.
 */
struct stream_pool *stream_pool_init(void *memory, const struct stream_pool_sizes *sizes);

/*
 * Gives up the gaps that have stood too long, of at most so many streams, the oldest first. Returns how many. Costs
 * nothing where there are none: call it once a turn.
 */
unsigned stream_pool_poll(struct stream_pool *pool, uint64_t now_ns, unsigned streams_max);

#endif
