/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What makes a flow: two endpoints, a protocol and a zone, the same for both directions.
 *
 * The endpoint whose address and port are smaller, as unsigned integers loaded as they lie, is the low one: any order would
 * do, and this one costs nothing. The zone keeps equal addresses apart that have nothing to do with each other: the port by
 * which the low endpoint's packets come in, and both VLAN IDs. So one who sends with another's address from the other side
 * of the pair has a flow of his own, and no part in the other's. VLAN ID 0 is a priority tag (IEEE 802.1Q-2018, table
 * 9-2): no VLAN.
 *
 * Keys are built in registers, 64 bits at a time: read back wider than they were written they would stall (docs/performance.md).
 */
#ifndef PIPELINE_FLOW_FLOW_KEY_H
#define PIPELINE_FLOW_FLOW_KEY_H

#include "pipeline/burst.h"

#include <rte_config.h>

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	FLOW_KEY4_WORDS = 2,
	FLOW_KEY6_WORDS = 5,
	FLOW_KEY_CLASS_BITS = 3,
};

/* FLOW_KEY_CLASS_BITS wide. Protocols with ports have one each; the rest are told apart by their number in the place of the ports. */
enum flow_class {
	FLOW_CLASS_OTHER,
	FLOW_CLASS_TCP,
	FLOW_CLASS_UDP,
	FLOW_CLASS_ICMP, /* queries: the ports' place holds identifier and type of the request */
	FLOW_CLASS_SCTP,
	FLOW_CLASS_UDPLITE,
	FLOW_CLASS_DCCP,
};

static inline bool
flow_class_has_ports(uint8_t flow_class)
{
	return flow_class != FLOW_CLASS_ICMP && flow_class != FLOW_CLASS_OTHER;
}

/*
 * IPv4: the addresses in one word, low endpoint first, then the last word. IPv6: two words for the low address, two for the
 * high one, then the last word: port of the low endpoint (16 bits), of the high one (16), zone (29), class (3).
 */
struct flow_key {
	uint64_t words[FLOW_KEY6_WORDS]; /* IPv4 uses the first two */
};

enum { FLOW_ZONE_PORT_SHIFT = 24 };

/* Behind a priority tag stands the tag that counts. */
static inline void
packet_vlans(const struct packet *p, uint16_t *outer, uint16_t *inner)
{
	*outer = p->vlan_outer == PACKET_NO_VLAN ? 0 : p->vlan_outer;
	*inner = p->vlan_inner == PACKET_NO_VLAN ? 0 : p->vlan_inner;
	if (*outer == 0) {
		*outer = *inner;
		*inner = 0;
	}
}

/* The zone of a packet's source: 29 bits. */
static inline uint32_t
flow_zone(uint32_t port, const struct packet *p)
{
	uint16_t outer, inner;

	packet_vlans(p, &outer, &inner);
	return port << FLOW_ZONE_PORT_SHIFT | (uint32_t)outer << 12 | inner;
}

static_assert(RTE_MAX_ETHPORTS <= 32, "a zone has 5 bits for its port");

/* The two endpoints and what they speak; addresses and ports as on the wire. */
struct flow_tuple {
	union packet_address src, dst;
	uint16_t src_port_be,
		dst_port_be; /* or, without ports, two equal values: see enum flow_class */
	uint32_t zone; /* of the source: flow_zone */
	uint32_t zone_flip; /* what makes it that of the destination, by XOR: another port */
	uint8_t kind; /* PACKET_IPV4 or PACKET_IPV6 */
	uint8_t flow_class; /* enum flow_class */
};

static inline uint64_t
flow_key_last_word(
	const struct flow_tuple *t, uint64_t low_port, uint64_t high_port, uint64_t src_high_mask
)
{
	uint32_t zone = t->zone ^ (t->zone_flip & (uint32_t)src_high_mask);
	uint32_t zone_and_class = zone << FLOW_KEY_CLASS_BITS | t->flow_class;

	return low_port << 48 | high_port << 32 | zone_and_class;
}

/*
 * Fills the first two words of the key of an IPv4 tuple. Returns whether the source is the high endpoint; where both
 * endpoints are the same, it is not, in either direction.
 */
static inline bool
flow_key4_make(const struct flow_tuple *t, struct flow_key *key)
{
	uint64_t src = (uint64_t)t->src.v4_be << 16 | t->src_port_be;
	uint64_t dst = (uint64_t)t->dst.v4_be << 16 | t->dst_port_be;
	bool src_is_high = src > dst;
	uint64_t mask = -(uint64_t)src_is_high; /* a branch would be guessed wrong half the time */
	uint64_t swap = (src ^ dst) & mask;
	uint64_t low = src ^ swap, high = dst ^ swap;

	key->words[0] = low >> 16 << 32 | high >> 16;
	key->words[1] = flow_key_last_word(t, low & UINT16_MAX, high & UINT16_MAX, mask);
	return src_is_high;
}

/* The same for IPv6 and all five words. */
static inline bool
flow_key6_make(const struct flow_tuple *t, struct flow_key *key)
{
	uint64_t src0 = t->src.v6_words[0];
	uint64_t src1 = t->src.v6_words[1];
	uint64_t dst0 = t->dst.v6_words[0];
	uint64_t dst1 = t->dst.v6_words[1];
	uint64_t src_port = t->src_port_be;
	uint64_t dst_port = t->dst_port_be;
	bool last_is_high = (src1 > dst1) | ((src1 == dst1) & (src_port > dst_port));
	bool src_is_high = (src0 > dst0) | ((src0 == dst0) & last_is_high);
	uint64_t mask = -(uint64_t)src_is_high;
	uint64_t swap0 = (src0 ^ dst0) & mask, swap1 = (src1 ^ dst1) & mask;
	uint64_t swap_port = (src_port ^ dst_port) & mask;

	key->words[0] = src0 ^ swap0;
	key->words[1] = src1 ^ swap1;
	key->words[2] = dst0 ^ swap0;
	key->words[3] = dst1 ^ swap1;
	key->words[4] = flow_key_last_word(t, src_port ^ swap_port, dst_port ^ swap_port, mask);
	return src_is_high;
}

/* Either of them, by the tuple's kind. Any lcore. */
bool flow_key_make(const struct flow_tuple *t, struct flow_key *key);

/*
 * The same backwards: src is the high endpoint where `src_is_high`. The zone is that of the low endpoint, whichever that
 * is, and zone_flip 0.
 */
void flow_key_read(const uint64_t *words, uint8_t kind, bool src_is_high, struct flow_tuple *t);

#endif
