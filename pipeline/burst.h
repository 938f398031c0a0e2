/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The burst: what moves through the pipeline. Up to 64 packets and, for each, one cache line of what leat knows of it.
 *
 * A burst belongs to the lcore whose stages work on it; the mbufs in it belong to the burst until `dispatch` has acted
 * on their fates. A stage reads packets, fills metadata and may set a fate, nothing else.
 */
#ifndef PIPELINE_BURST_H
#define PIPELINE_BURST_H

#include "pipeline/fate.h"

#include <rte_common.h>
#include <rte_mbuf.h>

#include <assert.h>
#include <stdint.h>

enum { BURST_MAX = 64 };

struct flow;

/* What stands behind the Ethernet header and its VLAN tags. */
enum packet_kind {
	PACKET_OTHER, /* an EtherType that leat does not look into */
	PACKET_ARP,
	PACKET_IPV4,
	PACKET_IPV6,
};

enum packet_flag {
	PACKET_FRAGMENT = 1 << 0, /* any fragment of a larger datagram */
	PACKET_LATER_FRAGMENT =
		1 << 1, /* not the first one: there is no TCP, UDP or ICMP header in it */
	PACKET_HAS_PORTS = 1 << 2, /* src_port_be and dst_port_be are ports */
	/* src or dst is a stop on the way: checksums cover another, from an option or routing header. */
	PACKET_ADDRESS_ELSEWHERE = 1 << 3,
};

enum {
	PACKET_NO_VLAN = 0xFFFF,
	PACKET_NO_LINE = 0xFFFF,
};

/* An IPv4 address stands in `v4_be`, an IPv6 address in `v6`, both as on the wire. */
union packet_address {
	uint32_t v4_be;
	uint64_t v6_words[2];
	uint8_t v6[16];
};

/* Filled by `parse`, unless another stage is named. Offsets are bytes from the first byte of the frame. */
struct packet {
	union packet_address src;
	union packet_address dst;
	uint16_t src_port_be; /* of ICMP and ICMPv6 queries and answers, both are the identifier */
	uint16_t dst_port_be;
	uint16_t l3_offset;
	uint16_t l4_offset; /* behind IPv4 options or IPv6 extension headers */
	union {
		struct {
			uint16_t payload_offset; /* behind the UDP or TCP header */
			uint16_t payload_length;
		};
		/* PACKET_FRAGMENT, instead: which datagram it is of. IPv4: 16 bits as on the wire, as an integer. */
		uint32_t fragment_id_be;
	};
	uint16_t l4_length; /* bytes of IP payload behind l4_offset: padding is not counted */
	uint16_t vlan_outer; /* VLAN ID, host order, or PACKET_NO_VLAN */
	uint16_t vlan_inner; /* of the second tag, likewise */
	uint16_t line; /* decode: index of the feed line it came on, or PACKET_NO_LINE */
	uint16_t from,
		to; /* tenant: slots of the tenants, for packets without a flow; the flow knows its own */
	uint8_t kind; /* enum packet_kind */
	uint8_t ip_protocol; /* of l4_offset; 0 where kind is not IP */
	uint8_t fragment_protocol; /* PACKET_FRAGMENT: what all fragments of the datagram say, which may be an extension */
	uint8_t flags; /* enum packet_flag */
	uint8_t fate; /* enum fate; any stage */
	uint8_t tcp_flags; /* of TCP (RFC 9293, section 3.1: CWR to FIN) */
	uint8_t icmp_type; /* of ICMP and ICMPv6 */
	uint8_t icmp_code;
} __rte_cache_aligned;

static_assert(
	sizeof(struct packet) == RTE_CACHE_LINE_MIN_SIZE, "metadata is one cache line a packet"
);

struct burst {
	uint32_t n; /* packets in it */
	struct rte_mbuf *mbufs[BURST_MAX];
	struct packet packets[BURST_MAX];
	struct flow *flows[BURST_MAX]; /* flow: the flow that a packet belongs to, or NULL */
};

#endif
