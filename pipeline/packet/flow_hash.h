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

/* The hash of two addresses, in either order; 0 for what is not IP. `kind` is that of a packet. Any thread. */
static inline uint32_t
flow_hash_addresses(uint8_t kind, const union packet_address *a, const union packet_address *b)
{
	uint32_t hash = 0;

	if (kind == PACKET_IPV4)
		return rte_hash_crc_8byte(symmetric_mix(a->v4_be, b->v4_be), hash);
	if (kind != PACKET_IPV6)
		return hash;
	for (unsigned i = 0; i < 2; i++)
		hash = rte_hash_crc_8byte(symmetric_mix(a->v6_words[i], b->v6_words[i]), hash);
	return hash;
}

/* The hash of a located packet; 0 for what is not IP. Any thread. */
static inline uint32_t
flow_hash(const struct packet *p)
{
	uint32_t hash = flow_hash_addresses(p->kind, &p->src, &p->dst);
	uint64_t ports;

	if ((p->flags & (PACKET_HAS_PORTS | PACKET_FRAGMENT)) != PACKET_HAS_PORTS)
		return hash;
	ports = (uint64_t)p->ip_protocol << 48 | symmetric_mix(p->src_port_be, p->dst_port_be);
	return rte_hash_crc_8byte(ports, hash);
}

#endif
