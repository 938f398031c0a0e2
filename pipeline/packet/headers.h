/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The bytes in which a packet's headers lie, and how far one has read into them.
 *
 * `limit` is the end of what the layer above promised (frame, IP total length): a header beyond it is truncated. What
 * is looked at is at most HEADERS_WINDOW_BYTES from the frame's start and contiguous, even in a multi-segment mbuf;
 * only a long chain of IPv6 extension headers ends beyond it.
 */
#ifndef PIPELINE_PACKET_HEADERS_H
#define PIPELINE_PACKET_HEADERS_H

#include "pipeline/burst.h"
#include "pipeline/packet/packet_bytes.h"

#include <rte_mbuf.h>

#include <stddef.h>
#include <stdint.h>

/* Two tags, an IPv4 header of 60 and a TCP header of 60 bytes take 142; IPv6 with 8 short extension headers 246. */
enum { HEADERS_WINDOW_BYTES = 256 };

struct headers {
	const uint8_t *bytes; /* the frame from its first byte */
	uint32_t window; /* bytes that may be looked at */
	uint32_t limit; /* bytes that belong to the layer being read; may be more than the window */
	uint32_t offset; /* where the next header starts; at most `limit` */
};

/* The headers of a frame. `scratch` is used where they are spread over segments; it must outlive the result. */
static inline struct headers
headers_of(const struct rte_mbuf *m, uint8_t scratch[HEADERS_WINDOW_BYTES])
{
	uint32_t length = rte_pktmbuf_pkt_len(m);
	uint32_t window = RTE_MIN(length, (uint32_t)HEADERS_WINDOW_BYTES);
	const uint8_t *bytes = packet_bytes(m, 0, window, scratch);

	/* NULL: the segments hold less than pkt_len says. Trust none of it. */
	if (unlikely(bytes == NULL))
		return (struct headers){.bytes = scratch};
	return (struct headers){.bytes = bytes, .window = window, .limit = length};
}

static inline uint32_t
headers_left(const struct headers *h)
{
	return h->limit - h->offset;
}

/* The header at the offset, if n bytes of it belong to the layer and lie in the window; else NULL. */
static inline const uint8_t *
headers_peek(const struct headers *h, uint32_t n)
{
	if (headers_left(h) < n || h->window < h->offset + n)
		return NULL;
	return h->bytes + h->offset;
}

#endif
