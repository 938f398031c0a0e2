/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames under way on a line, in the order in which they arrive. */
#ifndef LEAT_FEEDGEN_PACKET_QUEUE_H
#define LEAT_FEEDGEN_PACKET_QUEUE_H

#include <stddef.h>
#include <stdint.h>

/* More bytes under way than this are refused, not bought from the machine's other users. */
#define PACKET_QUEUE_BYTES_MAX (UINT64_C(1) << 30)

struct packet {
	uint64_t time_ns; /* of arrival, since midnight */
	size_t length;
	uint8_t frame[];
};

struct packet_queue {
	uint8_t *bytes;
	size_t head; /* of the oldest packet */
	size_t tail; /* of the free space */
	size_t capacity;
};

void packet_queue_clear(struct packet_queue *queue);

/* Copies the frame. 0, -ENOMEM, or -ENOBUFS when PACKET_QUEUE_BYTES_MAX is reached. */
int packet_queue_push(
	struct packet_queue *queue, uint64_t time_ns, const uint8_t *frame, size_t length
);

/* The oldest packet, valid until the next push; NULL when there is none. */
const struct packet *packet_queue_head(const struct packet_queue *queue);

/* Drops the oldest packet, which must exist. */
void packet_queue_pop(struct packet_queue *queue);

#endif
