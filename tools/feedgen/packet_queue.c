/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One flat buffer: packets are added at its tail and taken from its head. When the tail reaches
 * the end, what is left moves to the front, or the buffer doubles if it is more than half full.
 */
#include "tools/feedgen/packet_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY ((size_t)1 << 17)

static size_t
packet_size(size_t frame_length)
{
	size_t alignment = _Alignof(struct packet);

	return (sizeof(struct packet) + frame_length + alignment - 1) / alignment * alignment;
}

static int
queue_grow(struct packet_queue *queue)
{
	size_t capacity = queue->capacity == 0 ? FIRST_CAPACITY : queue->capacity * 2;
	uint8_t *bytes;

	if (capacity > PACKET_QUEUE_BYTES_MAX)
		return -ENOBUFS;
	bytes = realloc(queue->bytes, capacity);
	if (bytes == NULL)
		return -ENOMEM;
	queue->bytes = bytes;
	queue->capacity = capacity;
	return 0;
}

static int
queue_make_room(struct packet_queue *queue, size_t size)
{
	size_t used = queue->tail - queue->head;

	if (queue->capacity - queue->tail >= size)
		return 0;
	if (used > 0)
		memmove(queue->bytes, queue->bytes + queue->head, used);
	queue->head = 0;
	queue->tail = used;
	if (used + size <= queue->capacity / 2)
		return 0;
	return queue_grow(queue);
}

void
packet_queue_clear(struct packet_queue *queue)
{
	free(queue->bytes);
	*queue = (struct packet_queue){0};
}

int
packet_queue_push(struct packet_queue *queue, uint64_t time_ns, const uint8_t *frame, size_t length)
{
	size_t size = packet_size(length);
	struct packet *packet;
	int rc = queue_make_room(queue, size);

	if (rc != 0)
		return rc;
	packet = (struct packet *)(void *)(queue->bytes + queue->tail);
	packet->time_ns = time_ns;
	packet->length = length;
	memcpy(packet->frame, frame, length);
	queue->tail += size;
	return 0;
}

const struct packet *
packet_queue_head(const struct packet_queue *queue)
{
	if (queue->head == queue->tail)
		return NULL;
	return (const struct packet *)(const void *)(queue->bytes + queue->head);
}

void
packet_queue_pop(struct packet_queue *queue)
{
	queue->head += packet_size(packet_queue_head(queue)->length);
	if (queue->head == queue->tail) { /* start anew in memory that the cache still has */
		queue->head = 0;
		queue->tail = 0;
	}
}
