/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The hash that keeps a flow on one worker: the same for both directions, and of the addresses alone for every
 * fragment (the first one included) and for what has no ports, so that the pieces of a datagram meet.
 */
#ifndef PIPELINE_PACKET_FLOW_HASH_H
#define PIPELINE_PACKET_FLOW_HASH_H

#include "pipeline/burst.h"

#include <rte_hash_crc.h>

#include <stdint.h>

/* XOR and sum are both symmetric, and together they lose less of the two values than either alone. */
static inline uint64_t
symmetric_mix(uint64_t a, uint64_t b)
{
	return (a ^ b) << 32 ^ (a + b) ^ (a ^ b) >> 32;
}

/* The hash of a located packet; 0 for what is not IP. Any thread. */
static inline uint32_t
flow_hash(const struct packet *p)
{
	uint32_t hash = 0;
	uint64_t ports;

	if (p->kind == PACKET_IPV4) {
		hash = rte_hash_crc_8byte(symmetric_mix(p->src.v4_be, p->dst.v4_be), hash);
	} else if (p->kind == PACKET_IPV6) {
		for (unsigned i = 0; i < 2; i++) {
			uint64_t src = p->src.v6_words[i], dst = p->dst.v6_words[i];

			hash = rte_hash_crc_8byte(symmetric_mix(src, dst), hash);
		}
	} else {
		return hash;
	}
	if ((p->flags & (PACKET_HAS_PORTS | PACKET_FRAGMENT)) != PACKET_HAS_PORTS)
		return hash;
	ports = (uint64_t)p->ip_protocol << 48 | symmetric_mix(p->src_port_be, p->dst_port_be);
	return rte_hash_crc_8byte(ports, hash);
}

#endif
