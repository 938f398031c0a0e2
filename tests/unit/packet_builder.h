/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Builds packets layer by layer. Each layer writes its type into the layer before it; builder_finish writes lengths and
 * checksums, by code that shares nothing with the product's.
 *
 *	builder_ethernet(b);
 *	builder_ipv4(b);
 *	builder_udp(b, 1000, 2000);
 *	builder_zeros(b, 10);
 *	builder_finish(b);
 */
#ifndef UNIT_PACKET_BUILDER_H
#define UNIT_PACKET_BUILDER_H

#include <stdbool.h>
#include <stdint.h>

enum {
	BUILDER_BYTES = 16384,
	BUILDER_ETHERNET_BYTES = 14,
	/* Of IEEE 802 for experiments: what stands in a frame with no layer behind Ethernet. */
	BUILDER_ETHER_TYPE = 0x88B5,
};

struct packet_builder {
	uint8_t bytes[BUILDER_BYTES];
	uint32_t length; /* of the frame so far */
	uint32_t type_at; /* the field that names the next layer */
	uint32_t network; /* offset of the IP or ARP header */
	uint32_t network_end; /* behind IPv4 options and the fixed IPv6 header */
	uint32_t transport; /* offset of what stands behind all IP headers */
	uint32_t end; /* of the IP packet; what follows is padding */
	uint16_t ether_type; /* of the network layer, 0 where there is none */
	uint8_t protocol; /* of the transport layer */
	bool fragment;
};

/* Starts a frame; whatever was there is gone. */
void builder_ethernet(struct packet_builder *b);
void builder_vlan(struct packet_builder *b, uint16_t tpid, uint16_t tci);

void builder_arp(struct packet_builder *b);

/* From 192.0.2.1 to 198.51.100.2. Options follow at once: n is a multiple of 4, at most 40. */
void builder_ipv4(struct packet_builder *b);
void builder_ipv4_options(struct packet_builder *b, const uint8_t *options, uint8_t n);
/* The flags and offset field, in bytes; `offset` is a multiple of 8. Also for IPv6, where it adds a header. */
void builder_ipv4_fragment(struct packet_builder *b, uint16_t offset, bool more);
void builder_ipv6_fragment(struct packet_builder *b, uint16_t offset, bool more);

/* From 2001:db8::1 to 2001:db8:ffff::2. */
void builder_ipv6(struct packet_builder *b);
/* `length` bytes, a multiple of 8; the length field is set as the kind counts it. The rest is zeros. */
void builder_ipv6_extension(struct packet_builder *b, uint8_t kind, uint32_t length);

void builder_udp(struct packet_builder *b, uint16_t src_port, uint16_t dst_port);
/* `header_bytes`: 20 to 60. */
void
builder_tcp(struct packet_builder *b, uint16_t src_port, uint16_t dst_port, uint8_t header_bytes);
/* 8 bytes of an ICMP, ICMPv6 or IGMP message. */
void builder_message(struct packet_builder *b, uint8_t protocol, uint8_t type);
/* Names what follows, where no function above does. */
void builder_protocol(struct packet_builder *b, uint8_t protocol);

void builder_bytes(struct packet_builder *b, const uint8_t *bytes, uint32_t n);
void builder_zeros(struct packet_builder *b, uint32_t n);
/* Bytes that differ from their neighbours and from each other's halves. */
void builder_pattern(struct packet_builder *b, uint32_t n);

/* Lengths of IP and UDP, then checksums. What is added afterwards is padding. */
void builder_finish(struct packet_builder *b);

/* Cuts the frame to `length` and makes the IP length say so; the layers above keep theirs. */
void builder_shorten(struct packet_builder *b, uint32_t length);

/* Checksums alone, again, after an edit. */
void builder_checksums(struct packet_builder *b);

/* The layers' fields, for edits. */
void builder_put16(struct packet_builder *b, uint32_t at, uint16_t value);
uint16_t builder_get16(const struct packet_builder *b, uint32_t at);

#endif
