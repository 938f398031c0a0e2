/* SPDX-License-Identifier: BSD-3-Clause */
/* Four arrays behind one another, each with a list of what was given back. */
#include "pipeline/stream/stream_pool.h"

#include "pipeline/stream/stream_state.h"

#include <assert.h>
#include <string.h>

static size_t
aligned(size_t n_bytes)
{
	return (n_bytes + STREAM_POOL_ALIGNMENT - 1) & ~(size_t)(STREAM_POOL_ALIGNMENT - 1);
}

/* A part without a place yet. */
static struct pool_part
part_of(size_t element_bytes, uint32_t count)
{
	return (struct pool_part
	){.element_bytes = (uint32_t)aligned(element_bytes), .count = count};
}

static size_t
part_bytes(const struct pool_part *part)
{
	return (size_t)part->element_bytes * part->count;
}

static struct stream_pool
pool_of(const struct stream_pool_sizes *sizes)
{
	return (struct stream_pool){
		.sizes = *sizes,
		.streams = part_of(sizeof(struct tcp_stream), sizes->streams),
		.held = part_of(sizeof(struct held_segment), sizes->held_segments),
		.small = part_of(sizes->small_buffer_bytes, sizes->small_buffers),
		.large = part_of(sizes->large_buffer_bytes, sizes->large_buffers),
	};
}

size_t
stream_pool_bytes(const struct stream_pool_sizes *sizes)
{
	struct stream_pool pool = pool_of(sizes);

	return aligned(sizeof(pool)) + part_bytes(&pool.streams) + part_bytes(&pool.held) +
	       part_bytes(&pool.small) + part_bytes(&pool.large);
}

struct stream_pool *
stream_pool_init(void *memory, const struct stream_pool_sizes *sizes)
{
	struct stream_pool *pool = memory;
	struct pool_part *parts[] = {&pool->streams, &pool->held, &pool->small, &pool->large};
	uint8_t *place = (uint8_t *)memory + aligned(sizeof(*pool));

	assert((uintptr_t)memory % STREAM_POOL_ALIGNMENT == 0);
	*pool = pool_of(sizes);
	TAILQ_INIT(&pool->gaps);
	for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		parts[i]->elements = place;
		place += part_bytes(parts[i]);
	}
	return pool;
}

void *
pool_part_take(struct pool_part *part)
{
	void *element = part->unused;

	if (element != NULL) {
		memcpy(&part->unused, element, sizeof(part->unused));
		return element;
	}
	if (part->fresh == part->count)
		return NULL;
	return part->elements + (size_t)part->element_bytes * part->fresh++;
}

void
pool_part_give(struct pool_part *part, void *element)
{
	memcpy(element, &part->unused, sizeof(part->unused));
	part->unused = element;
}
