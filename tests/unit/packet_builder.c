/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets, field by field. */
#include "tests/unit/packet_builder.h"

#include "tests/unit/unit_test.h"

#include <netinet/in.h>
#include <string.h>

enum {
	ETHER_TYPE_IPV4 = 0x0800,
	ETHER_TYPE_ARP = 0x0806,
	ETHER_TYPE_IPV6 = 0x86DD,
	IPV4_BYTES = 20,
	IPV6_BYTES = 40,
	MORE_FRAGMENTS = 0x2000,
};

void
builder_put16(struct packet_builder *b, uint32_t at, uint16_t value)
{
	b->bytes[at] = (uint8_t)(value >> 8);
	b->bytes[at + 1] = (uint8_t)value;
}

uint16_t
builder_get16(const struct packet_builder *b, uint32_t at)
{
	return (uint16_t)(b->bytes[at] << 8 | b->bytes[at + 1]);
}

void
builder_bytes(struct packet_builder *b, const uint8_t *bytes, uint32_t n)
{
	assert_true(b->length + n <= sizeof(b->bytes));
	memcpy(b->bytes + b->length, bytes, n);
	b->length += n;
}

void
builder_zeros(struct packet_builder *b, uint32_t n)
{
	assert_true(b->length + n <= sizeof(b->bytes));
	memset(b->bytes + b->length, 0, n);
	b->length += n;
}

void
builder_pattern(struct packet_builder *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint8_t byte = (uint8_t)(0xF1u - i * 37u);

		builder_bytes(b, &byte, 1);
	}
}

void
builder_ethernet(struct packet_builder *b)
{
	static const uint8_t macs[] = {0x01, 0x00, 0x5E, 0x33, 0x64, 0x02, 0x02, 0, 0, 0, 0, 1};

	*b = (struct packet_builder){.type_at = sizeof(macs)};
	builder_bytes(b, macs, sizeof(macs));
	builder_zeros(b, 2);
	builder_put16(b, b->type_at, BUILDER_ETHER_TYPE);
}

void
builder_vlan(struct packet_builder *b, uint16_t tpid, uint16_t tci)
{
	uint32_t at = b->length;

	builder_put16(b, b->type_at, tpid);
	builder_zeros(b, 4);
	builder_put16(b, at, tci);
	builder_put16(b, at + 2, BUILDER_ETHER_TYPE);
	b->type_at = at + 2;
}

static void
network_start(struct packet_builder *b, uint16_t ether_type)
{
	builder_put16(b, b->type_at, ether_type);
	b->ether_type = ether_type;
	b->network = b->length;
}

static void
network_end(struct packet_builder *b, uint32_t type_offset)
{
	b->network_end = b->length;
	b->transport = b->length;
	b->end = b->length;
	b->type_at = b->network + type_offset;
}

void
builder_arp(struct packet_builder *b)
{
	static const uint8_t request[] = {
		0,   1, 8, 0, 6, 4, 0, 1, 2, 0, 0,   0,  0,   1,
		192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 198, 51, 100, 2,
	};

	network_start(b, ETHER_TYPE_ARP);
	builder_bytes(b, request, sizeof(request));
	network_end(b, 0);
}

void
builder_ipv4(struct packet_builder *b)
{
	static const uint8_t header[IPV4_BYTES] = {
		0x45, 0x10, 0, 0, 0x12, 0x34, 0, 0, 64, 253, 0, 0, 192, 0, 2, 1, 198, 51, 100, 2,
	};

	network_start(b, ETHER_TYPE_IPV4);
	builder_bytes(b, header, sizeof(header));
	network_end(b, 9);
}

void
builder_ipv4_options(struct packet_builder *b, const uint8_t *options, uint8_t n)
{
	builder_bytes(b, options, n);
	b->bytes[b->network] = (uint8_t)(0x40 | (IPV4_BYTES + n) / 4);
	network_end(b, 9);
}

void
builder_ipv4_fragment(struct packet_builder *b, uint16_t offset, bool more)
{
	builder_put16(b, b->network + 6, (uint16_t)(offset / 8 | (more ? MORE_FRAGMENTS : 0)));
	b->fragment = offset != 0 || more;
}

void
builder_ipv6(struct packet_builder *b)
{
	static const uint8_t header[8] = {0x60, 0x12, 0x34, 0x56, 0, 0, 253, 64};
	static const uint8_t src[16] = {0x20, 0x01, 0x0D, 0xB8, [15] = 1};
	static const uint8_t dst[16] = {0x20, 0x01, 0x0D, 0xB8, 0xFF, 0xFF, [15] = 2};

	network_start(b, ETHER_TYPE_IPV6);
	builder_bytes(b, header, sizeof(header));
	builder_bytes(b, src, sizeof(src));
	builder_bytes(b, dst, sizeof(dst));
	network_end(b, 6);
}

void
builder_protocol(struct packet_builder *b, uint8_t protocol)
{
	b->bytes[b->type_at] = protocol;
	b->protocol = protocol;
}

void
builder_ipv6_extension(struct packet_builder *b, uint8_t kind, uint32_t length)
{
	uint32_t at = b->length;

	builder_protocol(b, kind);
	builder_zeros(b, length);
	b->bytes[at] = 253;
	b->bytes[at + 1] = (uint8_t)(kind == IPPROTO_AH ? length / 4 - 2 : length / 8 - 1);
	b->type_at = at;
	b->transport = b->length;
}

void
builder_ipv6_fragment(struct packet_builder *b, uint16_t offset, bool more)
{
	uint32_t at = b->length;

	builder_ipv6_extension(b, IPPROTO_FRAGMENT, 8);
	b->bytes[at + 1] = 0; /* reserved: the length is fixed */
	builder_put16(b, at + 2, (uint16_t)(offset | (more ? 1 : 0)));
	b->fragment = offset != 0 || more;
}

void
builder_udp(struct packet_builder *b, uint16_t src_port, uint16_t dst_port)
{
	uint32_t at = b->length;

	builder_protocol(b, IPPROTO_UDP);
	builder_zeros(b, 8);
	builder_put16(b, at, src_port);
	builder_put16(b, at + 2, dst_port);
}

void
builder_tcp(struct packet_builder *b, uint16_t src_port, uint16_t dst_port, uint8_t header_bytes)
{
	uint32_t at = b->length;

	builder_protocol(b, IPPROTO_TCP);
	builder_zeros(b, header_bytes);
	builder_put16(b, at, src_port);
	builder_put16(b, at + 2, dst_port);
	b->bytes[at + 12] = (uint8_t)(header_bytes / 4 << 4);
	b->bytes[at + 13] = 0x10; /* ACK */
}

void
builder_message(struct packet_builder *b, uint8_t protocol, uint8_t type)
{
	const uint8_t message[8] = {type, 0, 0, 0, 0x12, 0x34, 0, 1};

	builder_protocol(b, protocol);
	builder_bytes(b, message, sizeof(message));
}

/* RFC 1071, two bytes at a time, in wire order. */
static uint32_t
sum_bytes(const uint8_t *bytes, uint32_t n, uint32_t sum)
{
	for (uint32_t i = 0; i < n; i++) {
		sum += i % 2 == 0 ? (uint32_t)bytes[i] << 8 : bytes[i];
		if (sum > UINT16_MAX)
			sum -= UINT16_MAX;
	}
	return sum;
}

static uint32_t
sum_pseudo_header(const struct packet_builder *b, uint32_t length)
{
	uint32_t sum = length + b->protocol;

	if (b->ether_type == ETHER_TYPE_IPV4)
		return sum_bytes(b->bytes + b->network + 12, 8, sum);
	return sum_bytes(b->bytes + b->network + 8, 32, sum);
}

/* Where the protocol has its checksum, or 0. */
static uint32_t
checksum_offset(uint8_t protocol)
{
	switch (protocol) {
	case IPPROTO_UDP:
		return 6;
	case IPPROTO_TCP:
		return 16;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
	case IPPROTO_IGMP:
		return 2;
	default:
		return 0;
	}
}

static void
transport_checksum(struct packet_builder *b)
{
	uint32_t at = b->transport + checksum_offset(b->protocol);
	uint32_t length = b->end - b->transport;
	uint32_t sum = 0;

	if (at == b->transport || b->end < at + 2 || b->fragment)
		return;
	if (b->protocol == IPPROTO_UDP && builder_get16(b, b->transport + 4) < length)
		length = builder_get16(b, b->transport + 4);
	builder_put16(b, at, 0);
	if (b->protocol != IPPROTO_ICMP && b->protocol != IPPROTO_IGMP)
		sum = sum_pseudo_header(b, length);
	sum = sum_bytes(b->bytes + b->transport, length, sum);
	/* UDP says 0xFFFF for 0, because 0 says that there is none. */
	if (b->protocol == IPPROTO_UDP && sum == UINT16_MAX)
		sum = 0;
	builder_put16(b, at, (uint16_t)~sum);
}

void
builder_checksums(struct packet_builder *b)
{
	uint32_t header_bytes = b->network_end - b->network;

	if (b->ether_type == ETHER_TYPE_IPV4) {
		builder_put16(b, b->network + 10, 0);
		builder_put16(
			b,
			b->network + 10,
			(uint16_t)~sum_bytes(b->bytes + b->network, header_bytes, 0)
		);
	}
	if (b->ether_type == ETHER_TYPE_IPV4 || b->ether_type == ETHER_TYPE_IPV6)
		transport_checksum(b);
}

static void
network_length(struct packet_builder *b)
{
	b->end = b->length;
	if (b->ether_type == ETHER_TYPE_IPV4)
		builder_put16(b, b->network + 2, (uint16_t)(b->end - b->network));
	if (b->ether_type == ETHER_TYPE_IPV6)
		builder_put16(b, b->network + 4, (uint16_t)(b->end - b->network_end));
}

void
builder_finish(struct packet_builder *b)
{
	network_length(b);
	/* The UDP length of a fragment would be that of the whole datagram: the builder does not know it. */
	if (b->protocol == IPPROTO_UDP && !b->fragment && b->end >= b->transport + 8)
		builder_put16(b, b->transport + 4, (uint16_t)(b->end - b->transport));
	builder_checksums(b);
}

void
builder_shorten(struct packet_builder *b, uint32_t length)
{
	assert_true(length <= b->length);
	b->length = length;
	network_length(b);
	builder_checksums(b);
}
