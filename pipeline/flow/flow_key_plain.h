/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The key of what most packets are: IPv4 without a tag, a whole datagram, with ports. It is the key that flow_key4_make
 * comes to: a test compares them. In vectors it takes half as many instructions.
 */
#ifndef PIPELINE_FLOW_FLOW_KEY_PLAIN_H
#define PIPELINE_FLOW_FLOW_KEY_PLAIN_H

#include "pipeline/burst.h"
#include "pipeline/flow/flow_key.h"
#include "pipeline/flow/flow_subject.h"

#include <rte_byteorder.h>

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE4_2__
#include <nmmintrin.h>
#endif

/* Nothing is wrong with it so far, and a plain key is its key. */
static inline bool
flow_key_is_plain(const struct packet *p)
{
	/* In the order of the packet: kind, two that may be anything, flags, fate, the rest anything. */
	const uint64_t mask = RTE_BE64(UINT64_C(0xFF0000FFFF000000));
	const uint64_t wanted =
		RTE_BE64((uint64_t)PACKET_IPV4 << 56 | (uint64_t)PACKET_HAS_PORTS << 32);
	uint64_t found;

	static_assert(
		offsetof(struct packet, flags) == offsetof(struct packet, kind) + 3 &&
			offsetof(struct packet, fate) == offsetof(struct packet, kind) + 4,
		"they are compared at once"
	);
	memcpy(&found, (const uint8_t *)p + offsetof(struct packet, kind), sizeof(found));
	return (found & mask) == wanted && p->vlan_outer == PACKET_NO_VLAN &&
	       flow_classes[p->ip_protocol] != FLOW_CLASS_OTHER;
}

#ifdef __SSE4_2__
/* Source, destination, source port, destination port: 12 bytes. */
static inline __m128i
packet_ends(const struct packet *p)
{
	uint32_t ports;

	memcpy(&ports, (const uint8_t *)p + offsetof(struct packet, src_port_be), sizeof(ports));
	return _mm_insert_epi32(
		_mm_insert_epi32(_mm_cvtsi32_si128((int)p->src.v4_be), (int)p->dst.v4_be, 1),
		(int)ports,
		2
	);
}

/* All bits where the source is the high endpoint, else none. Both ends as numbers of 48 bits, address above port. */
static inline uint64_t
ends_turned(__m128i ends)
{
	const __m128i numbers = _mm_setr_epi8(8, 9, 0, 1, 2, 3, -1, -1, 10, 11, 4, 5, 6, 7, -1, -1);
	__m128i src_dst = _mm_shuffle_epi8(ends, numbers);
	__m128i dst_src = _mm_shuffle_epi32(src_dst, _MM_SHUFFLE(1, 0, 3, 2));

	return (uint64_t)_mm_cvtsi128_si64(_mm_cmpgt_epi64(src_dst, dst_src));
}
#endif

/* As flow_key4_make, but for the result: all bits or none. `zone` is that of an untagged packet's port. */
static inline uint64_t
flow_key_plain_make(const struct packet *p, uint32_t zone, uint32_t zone_flip, struct flow_key *key)
{
#ifdef __SSE4_2__
	/* By the bytes of a key: high address, low address, room for zone and class, high port, low port. */
	static const int8_t orders[2][16] = {
		{4, 5, 6, 7, 0, 1, 2, 3, -1, -1, -1, -1, 10, 11, 8, 9},
		{0, 1, 2, 3, 4, 5, 6, 7, -1, -1, -1, -1, 8, 9, 10, 11},
	};
	__m128i ends = packet_ends(p);
	uint64_t turned = ends_turned(ends);
	/* Times 16, without a multiplication. */
	const char *order_bytes = (const char *)orders + (turned & sizeof(orders[0]));
	__m128i order = _mm_loadu_si128((const void *)order_bytes);
	uint32_t low_zone = zone ^ (zone_flip & (uint32_t)turned);
	uint32_t last = low_zone << FLOW_KEY_CLASS_BITS | flow_classes[p->ip_protocol];

	ends = _mm_insert_epi32(_mm_shuffle_epi8(ends, order), (int)last, 2);
	_mm_storeu_si128((void *)key->words, ends);
	return turned;
#else
	struct flow_tuple tuple = flow_tuple_of_plain(p, zone, zone_flip);

	return -(uint64_t)flow_key4_make(&tuple, key);
#endif
}

#endif
