/* SPDX-License-Identifier: BSD-3-Clause */
/* From one line to bytes. */
#include "tests/unit/packet_spec.h"

#include "pipeline/burst.h"
#include "tests/unit/unit_test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

enum {
	TPID_VLAN = 0x8100,
	TPID_QINQ = 0x88A8,
	TCP_BYTES = 20,
	ICMP_CODE_OFFSET = 1,
	ICMP_ID_OFFSET = 4,
	IPV4_TTL_OFFSET = 8,
	IPV6_HOP_LIMIT_OFFSET = 7,
	TCP_FLAGS_OFFSET = 13,
	PORTS_BYTES = 4,
};

const struct spec_version spec_ipv4 = {
	.a = "10.1.0.1",
	.a2 = "10.1.0.2",
	.b = "10.2.0.1",
	.b2 = "10.2.0.2",
	.nobody = "198.51.100.9",
	.kind = PACKET_IPV4,
	.icmp = IPPROTO_ICMP,
	.echo = 8,
	.echo_reply = 0,
	.unreachable = 3,
};

const struct spec_version spec_ipv6 = {
	.a = "2001:db8:1::1",
	.a2 = "2001:db8:1::2",
	.b = "2001:db8:2::1",
	.b2 = "2001:db8:2::2",
	.nobody = "2001:db8:f::9",
	.kind = PACKET_IPV6,
	.icmp = IPPROTO_ICMPV6,
	.echo = 128,
	.echo_reply = 129,
	.unreachable = 1,
};

static bool
spec_is_ipv6(const struct packet_spec *s)
{
	return strchr(s->src, ':') != NULL;
}

static uint16_t
tag_of(uint16_t vlan)
{
	return vlan == SPEC_PRIORITY_TAG ? 5 << 13 : vlan;
}

static void
address_put(struct packet_builder *b, uint32_t at, int family, const char *text)
{
	assert_int_equal(inet_pton(family, text, b->bytes + at), 1);
}

static void
network_build(const struct packet_spec *s, struct packet_builder *b)
{
	bool is_fragment = s->offset != 0 || s->more;

	if (spec_is_ipv6(s)) {
		builder_ipv6(b);
		address_put(b, b->network + 8, AF_INET6, s->src);
		address_put(b, b->network + 24, AF_INET6, s->dst);
		if (s->hops != 0)
			b->bytes[b->network + IPV6_HOP_LIMIT_OFFSET] = s->hops;
		if (is_fragment) {
			builder_ipv6_fragment(b, s->offset, s->more);
			builder_put16(b, b->transport - 2, s->datagram);
		}
		return;
	}
	builder_ipv4(b);
	address_put(b, b->network + 12, AF_INET, s->src);
	address_put(b, b->network + 16, AF_INET, s->dst);
	if (s->hops != 0)
		b->bytes[b->network + IPV4_TTL_OFFSET] = s->hops;
	builder_put16(b, b->network + 4, s->datagram);
	if (is_fragment)
		builder_ipv4_fragment(b, s->offset, s->more);
}

static void
icmp_build(const struct packet_spec *s, struct packet_builder *b, uint8_t protocol)
{
	static struct packet_builder quoted; /* large */
	uint32_t bytes;

	builder_message(b, protocol, s->icmp_type);
	b->bytes[b->transport + ICMP_CODE_OFFSET] = s->icmp_code;
	builder_put16(b, b->transport + ICMP_ID_OFFSET, s->sport);
	if (s->quote == NULL)
		return;
	packet_spec_build(s->quote, &quoted);
	bytes = quoted.length - quoted.network;
	if (s->quote_bytes != 0 && s->quote_bytes < bytes)
		bytes = s->quote_bytes;
	builder_bytes(b, quoted.bytes + quoted.network, bytes);
}

static void
transport_build(const struct packet_spec *s, struct packet_builder *b)
{
	uint8_t protocol = s->protocol == 0 ? IPPROTO_UDP : s->protocol;

	if (s->offset != 0) {
		builder_protocol(b, protocol);
		return;
	}
	switch (protocol) {
	case IPPROTO_UDP:
		builder_udp(b, s->sport, s->dport);
		return;
	case IPPROTO_TCP:
		builder_tcp(b, s->sport, s->dport, TCP_BYTES);
		b->bytes[b->transport + TCP_FLAGS_OFFSET] = s->tcp_flags;
		return;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		icmp_build(s, b, protocol);
		return;
	case IPPROTO_IGMP:
		builder_message(b, protocol, s->icmp_type);
		return;
	default:
		builder_protocol(b, protocol);
		builder_zeros(b, PORTS_BYTES);
		builder_put16(b, b->transport, s->sport);
		builder_put16(b, b->transport + 2, s->dport);
	}
}

void
packet_spec_build(const struct packet_spec *s, struct packet_builder *b)
{
	builder_ethernet(b);
	if (s->vlan_inner != 0)
		builder_vlan(b, TPID_QINQ, tag_of(s->vlan_outer));
	else if (s->vlan_outer != 0)
		builder_vlan(b, TPID_VLAN, tag_of(s->vlan_outer));
	if (s->vlan_inner != 0)
		builder_vlan(b, TPID_VLAN, tag_of(s->vlan_inner));
	network_build(s, b);
	transport_build(s, b);
	builder_zeros(b, s->payload_bytes);
	builder_finish(b);
}

struct packet_spec
packet_spec_reply(const struct packet_spec *s)
{
	return (struct packet_spec){
		.src = s->dst,
		.dst = s->src,
		.sport = s->dport,
		.dport = s->sport,
		.protocol = s->protocol,
		.tcp_flags = s->tcp_flags,
		.in = s->in ^ 1,
		.vlan_outer = s->vlan_outer,
		.vlan_inner = s->vlan_inner,
	};
}
