/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The walk of packet_locate for what most packets are: one segment, Ethernet without a tag, IPv4 without options or
 * fragments, UDP or TCP, and nothing wrong with their lengths. All else is left to packet_locate, which comes to the same
 * metadata for these too: a test compares them.
 */
#ifndef PIPELINE_PACKET_LOCATE_PLAIN_H
#define PIPELINE_PACKET_LOCATE_PLAIN_H

#include "pipeline/burst.h"
#include "pipeline/decode/cursor.h"
#include "pipeline/packet/ipv4.h"
#include "pipeline/packet/transport.h"

#include <rte_byteorder.h>
#include <rte_ether.h>
#include <rte_mbuf.h>
#include <rte_memcpy.h>

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum {
	PLAIN_L3 = RTE_ETHER_HDR_LEN,
	PLAIN_L4 = PLAIN_L3 + IPV4_HEADER_BYTES,
	PLAIN_VERSION_AND_LENGTH = 0x45, /* IPv4, 20 bytes */
	PLAIN_TCP_DATA_OFFSET = 12, /* in its upper 4 bits, units of 4 bytes */
	PLAIN_TCP_FLAGS = 13,
	PLAIN_UDP_LENGTH = 4,
	PLAIN_PORTS_BYTES = 4,
	PLAIN_FRAGMENT_BITS = 0x3FFF, /* more fragments, and the offset */
};

/* What all of them have in common: copied in vectors, where the compiler would write each field. */
static const struct packet packet_plain_udp = {
	.l3_offset = PLAIN_L3,
	.l4_offset = PLAIN_L4,
	.vlan_outer = PACKET_NO_VLAN,
	.vlan_inner = PACKET_NO_VLAN,
	.line = PACKET_NO_LINE,
	.kind = PACKET_IPV4,
	.ip_protocol = IPPROTO_UDP,
	.flags = PACKET_HAS_PORTS,
};

/* Bytes of the transport's header, or 0 where it is not one that stands so in this packet. */
static inline uint16_t
plain_header_bytes(const uint8_t *frame, uint16_t l4_length)
{
	const uint8_t *l4 = frame + PLAIN_L4;
	uint16_t bytes;

	if (frame[PLAIN_L3 + IPV4_PROTOCOL_OFFSET] == IPPROTO_UDP)
		return UDP_HEADER_BYTES;
	if (frame[PLAIN_L3 + IPV4_PROTOCOL_OFFSET] != IPPROTO_TCP || l4_length < TCP_HEADER_BYTES)
		return 0;
	bytes = (uint16_t)((l4[PLAIN_TCP_DATA_OFFSET] >> 4) * 4);
	return bytes >= TCP_HEADER_BYTES && bytes <= l4_length ? bytes : 0;
}

/* Is it one, as far as IPv4? Then `l4_length` is filled. */
static inline bool
plain_is_ipv4(const struct rte_mbuf *m, const uint8_t *frame, uint16_t *l4_length)
{
	uint16_t total, ether_type_be, fragment_be;

	if (m->nb_segs != 1 || m->data_len != m->pkt_len ||
	    m->data_len < PLAIN_L4 + UDP_HEADER_BYTES)
		return false;
	memcpy(&ether_type_be, frame + 2 * RTE_ETHER_ADDR_LEN, sizeof(ether_type_be));
	memcpy(&fragment_be, frame + PLAIN_L3 + IPV4_FRAGMENT_OFFSET, sizeof(fragment_be));
	if (ether_type_be != RTE_BE16(RTE_ETHER_TYPE_IPV4) ||
	    frame[PLAIN_L3] != PLAIN_VERSION_AND_LENGTH ||
	    (fragment_be & RTE_BE16(PLAIN_FRAGMENT_BITS)) != 0)
		return false;
	total = read_be16(frame + PLAIN_L3 + IPV4_TOTAL_LENGTH_OFFSET);
	*l4_length = (uint16_t)(total - IPV4_HEADER_BYTES);
	return total >= IPV4_HEADER_BYTES + UDP_HEADER_BYTES && total <= m->data_len - PLAIN_L3;
}

/* True: `p` is filled, without a fault. False: it is not such a packet, and `p` is as it was. `frame`: the first byte. */
static inline bool
packet_locate_plain(const struct rte_mbuf *m, const uint8_t *frame, struct packet *p)
{
	const uint8_t *l4 = frame + PLAIN_L4;
	uint16_t l4_length, header_bytes, payload_end;
	bool is_tcp;

	if (!plain_is_ipv4(m, frame, &l4_length))
		return false;
	header_bytes = plain_header_bytes(frame, l4_length);
	is_tcp = frame[PLAIN_L3 + IPV4_PROTOCOL_OFFSET] == IPPROTO_TCP;
	payload_end = is_tcp ? l4_length : read_be16(l4 + PLAIN_UDP_LENGTH);
	if (header_bytes == 0 || payload_end < header_bytes || payload_end > l4_length)
		return false;
	rte_mov64((uint8_t *)p, (const uint8_t *)&packet_plain_udp);
	p->l4_length = l4_length;
	p->payload_offset = (uint16_t)(PLAIN_L4 + header_bytes);
	p->payload_length = (uint16_t)(payload_end - header_bytes);
	if (is_tcp) {
		p->ip_protocol = IPPROTO_TCP;
		p->tcp_flags = l4[PLAIN_TCP_FLAGS];
	}
	memcpy(&p->src.v4_be, frame + PLAIN_L3 + IPV4_SOURCE_OFFSET, IPV4_ADDRESS_BYTES);
	memcpy(&p->dst.v4_be, frame + PLAIN_L3 + IPV4_DESTINATION_OFFSET, IPV4_ADDRESS_BYTES);
	/* Both ports at once. */
	memcpy((uint8_t *)p + offsetof(struct packet, src_port_be), l4, PLAIN_PORTS_BYTES);
	return true;
}

#endif
