/* SPDX-License-Identifier: BSD-3-Clause */
/* One function for each valid packet. */
#include "tests/unit/packet_samples.h"

#include "tests/unit/unit_test.h"

#include <netinet/in.h>

enum {
	TPID_VLAN = 0x8100,
	TPID_QINQ = 0x88A8,
	SRC_PORT = 40000,
	DST_PORT = 26477,
	/* Odd, so that a checksum ends inside a pair. */
	PAYLOAD_BYTES = 23,
};

static void
udp_finish(struct packet_builder *b)
{
	builder_udp(b, SRC_PORT, DST_PORT);
	builder_pattern(b, PAYLOAD_BYTES);
	builder_finish(b);
}

static void
sample_other_ether_type(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_pattern(b, PAYLOAD_BYTES);
	builder_finish(b);
}

static void
sample_802_3(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_pattern(b, PAYLOAD_BYTES);
	builder_put16(b, 12, PAYLOAD_BYTES);
	builder_finish(b);
}

static void
sample_arp(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_arp(b);
	builder_finish(b);
}

static void
sample_vlan_arp(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_vlan(b, TPID_VLAN, 5);
	builder_arp(b);
	builder_finish(b);
}

void
sample_vlan_ipv4_udp(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_vlan(b, TPID_VLAN, 0xE123);
	builder_ipv4(b);
	udp_finish(b);
}

static void
sample_qinq_ipv4_udp(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_vlan(b, TPID_QINQ, 0x0FFE);
	builder_vlan(b, TPID_VLAN, 0x2001);
	builder_ipv4(b);
	udp_finish(b);
}

void
sample_ipv4_udp(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_ipv4(b);
	udp_finish(b);
}

void
sample_ipv4_options_udp(struct packet_builder *b)
{
	/* No operation twice, router alert (RFC 2113), end of the list, padding. */
	static const uint8_t options[] = {1, 1, 148, 4, 0, 0, 0, 0xFF};

	builder_ethernet(b);
	builder_ipv4(b);
	builder_ipv4_options(b, options, sizeof(options));
	udp_finish(b);
}

void
sample_ipv4_tcp(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_ipv4(b);
	builder_tcp(b, SRC_PORT, DST_PORT, 20);
	builder_pattern(b, PAYLOAD_BYTES);
	builder_finish(b);
}

static void
sample_ipv4_longest_headers(struct packet_builder *b)
{
	static const uint8_t no_operations[40] = {
		1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
		1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	};

	builder_ethernet(b);
	builder_vlan(b, TPID_VLAN, 1);
	builder_vlan(b, TPID_VLAN, 2);
	builder_ipv4(b);
	builder_ipv4_options(b, no_operations, sizeof(no_operations));
	builder_tcp(b, SRC_PORT, DST_PORT, 60);
	builder_finish(b);
}

static void
message_finish(struct packet_builder *b, uint8_t protocol, uint8_t type)
{
	builder_message(b, protocol, type);
	builder_pattern(b, PAYLOAD_BYTES);
	builder_finish(b);
}

void
sample_ipv4_icmp(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_ipv4(b);
	message_finish(b, IPPROTO_ICMP, 8);
}

void
sample_ipv4_igmp(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_ipv4(b);
	message_finish(b, IPPROTO_IGMP, 0x16);
}

static void
sample_ipv4_gre(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_ipv4(b);
	builder_protocol(b, IPPROTO_GRE);
	builder_pattern(b, 3);
	builder_finish(b);
}

static void
sample_ipv4_no_payload(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_ipv4(b);
	builder_finish(b);
}

void
sample_ipv4_first_fragment(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_ipv4(b);
	builder_ipv4_fragment(b, 0, true);
	builder_udp(b, SRC_PORT, DST_PORT);
	/* Of the whole datagram. */
	builder_put16(b, b->transport + 4, 3000);
	builder_pattern(b, 16);
	builder_finish(b);
}

static void
sample_ipv4_middle_fragment(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_ipv4(b);
	builder_ipv4_fragment(b, 24, true);
	builder_protocol(b, IPPROTO_UDP);
	builder_pattern(b, 8);
	builder_finish(b);
}

void
sample_ipv4_last_fragment(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_ipv4(b);
	builder_ipv4_fragment(b, 32, false);
	builder_protocol(b, IPPROTO_UDP);
	builder_pattern(b, 3);
	builder_finish(b);
}

void
sample_ipv6_udp(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_ipv6(b);
	udp_finish(b);
}

void
sample_ipv6_tcp(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_ipv6(b);
	builder_tcp(b, SRC_PORT, DST_PORT, 32);
	builder_pattern(b, PAYLOAD_BYTES);
	builder_finish(b);
}

void
sample_ipv6_icmp6(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_ipv6(b);
	message_finish(b, IPPROTO_ICMPV6, 128);
}

void
sample_ipv6_extensions_udp(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_ipv6(b);
	builder_ipv6_extension(b, IPPROTO_HOPOPTS, 8);
	builder_ipv6_extension(b, IPPROTO_DSTOPTS, 24);
	builder_ipv6_extension(b, IPPROTO_ROUTING, 24);
	builder_ipv6_extension(b, IPPROTO_AH, 24);
	builder_ipv6_extension(b, IPPROTO_DSTOPTS, 8);
	udp_finish(b);
}

static void
sample_ipv6_longest_headers(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_vlan(b, TPID_VLAN, 1);
	builder_vlan(b, TPID_VLAN, 2);
	builder_ipv6(b);
	for (unsigned i = 0; i < 8; i++)
		builder_ipv6_extension(b, IPPROTO_DSTOPTS, 16);
	builder_tcp(b, SRC_PORT, DST_PORT, 60);
	builder_finish(b);
}

static void
sample_ipv6_atomic_fragment(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_ipv6(b);
	builder_ipv6_fragment(b, 0, false);
	udp_finish(b);
}

void
sample_ipv6_first_fragment(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_ipv6(b);
	builder_ipv6_fragment(b, 0, true);
	builder_udp(b, SRC_PORT, DST_PORT);
	builder_put16(b, b->transport + 4, 3000);
	builder_pattern(b, 16);
	builder_finish(b);
}

void
sample_ipv6_last_fragment(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_ipv6(b);
	builder_ipv6_fragment(b, 24, false);
	builder_protocol(b, IPPROTO_UDP);
	builder_pattern(b, 3);
	builder_finish(b);
}

static void
sample_ipv6_no_next_header(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_ipv6(b);
	builder_protocol(b, IPPROTO_NONE);
	builder_finish(b);
}

static void
sample_ipv6_esp(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_ipv6(b);
	builder_protocol(b, IPPROTO_ESP);
	builder_pattern(b, PAYLOAD_BYTES);
	builder_finish(b);
}

const struct packet_sample packet_samples[] = {
	{"other ether type", sample_other_ether_type},
	{"802.3", sample_802_3},
	{"arp", sample_arp},
	{"vlan arp", sample_vlan_arp},
	{"vlan ipv4 udp", sample_vlan_ipv4_udp},
	{"qinq ipv4 udp", sample_qinq_ipv4_udp},
	{"ipv4 udp", sample_ipv4_udp},
	{"ipv4 options udp", sample_ipv4_options_udp},
	{"ipv4 tcp", sample_ipv4_tcp},
	{"ipv4 longest headers", sample_ipv4_longest_headers},
	{"ipv4 icmp", sample_ipv4_icmp},
	{"ipv4 igmp", sample_ipv4_igmp},
	{"ipv4 gre", sample_ipv4_gre},
	{"ipv4 no payload", sample_ipv4_no_payload},
	{"ipv4 first fragment", sample_ipv4_first_fragment},
	{"ipv4 middle fragment", sample_ipv4_middle_fragment},
	{"ipv4 last fragment", sample_ipv4_last_fragment},
	{"ipv6 udp", sample_ipv6_udp},
	{"ipv6 tcp", sample_ipv6_tcp},
	{"ipv6 icmp6", sample_ipv6_icmp6},
	{"ipv6 extensions udp", sample_ipv6_extensions_udp},
	{"ipv6 longest headers", sample_ipv6_longest_headers},
	{"ipv6 atomic fragment", sample_ipv6_atomic_fragment},
	{"ipv6 first fragment", sample_ipv6_first_fragment},
	{"ipv6 last fragment", sample_ipv6_last_fragment},
	{"ipv6 no next header", sample_ipv6_no_next_header},
	{"ipv6 esp", sample_ipv6_esp},
};

const size_t n_packet_samples = ARRAY_LENGTH(packet_samples);
