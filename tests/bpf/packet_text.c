/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets from text: each word is a row of one table. */
#include "tests/bpf/packet_text.h"

#include "tests/unit/unit_test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	TEXT_BYTES = 512,
	SOURCE_PORT = 40000,
	TPID_VLAN = 0x8100,
	TPID_QINQ = 0x88A8,
	IPV4_SOURCE = 12,
	IPV6_SOURCE = 8,
};

typedef void (*word_build)(struct packet_builder *b, const char *value);

static uint16_t
number(const char *value)
{
	return (uint16_t)strtoul(value, NULL, 0);
}

static void
build_vlan(struct packet_builder *b, const char *value)
{
	builder_vlan(b, TPID_VLAN, (uint16_t)(0x6000 | number(value)));
}

static void
build_qinq(struct packet_builder *b, const char *value)
{
	builder_vlan(b, TPID_QINQ, number(value));
}

static void
build_type(struct packet_builder *b, const char *value)
{
	builder_put16(b, b->type_at, (uint16_t)strtoul(value, NULL, 16));
}

static void
build_arp(struct packet_builder *b, const char *value)
{
	(void)value;
	builder_arp(b);
}

static void
build_ip4(struct packet_builder *b, const char *value)
{
	(void)value;
	builder_ipv4(b);
}

static void
build_ip6(struct packet_builder *b, const char *value)
{
	(void)value;
	builder_ipv6(b);
}

static void
address_set(struct packet_builder *b, const char *value, bool destination)
{
	bool is_ipv6 = strchr(value, ':') != NULL;
	uint32_t at = b->network + (is_ipv6 ? IPV6_SOURCE : IPV4_SOURCE);

	if (destination)
		at += is_ipv6 ? 16 : 4;
	assert_int_equal(inet_pton(is_ipv6 ? AF_INET6 : AF_INET, value, b->bytes + at), 1);
}

static void
build_to(struct packet_builder *b, const char *value)
{
	address_set(b, value, true);
}

static void
build_from(struct packet_builder *b, const char *value)
{
	address_set(b, value, false);
}

static void
build_options(struct packet_builder *b, const char *value)
{
	static const uint8_t no_operations[40] = {
		1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
		1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	};

	builder_ipv4_options(b, no_operations, (uint8_t)number(value));
}

static void
build_ext(struct packet_builder *b, const char *value)
{
	builder_ipv6_extension(b, (uint8_t)number(value), number(strchr(value, '/') + 1));
}

static void
build_frag(struct packet_builder *b, const char *value)
{
	bool more = strchr(value, '+') != NULL;

	if (b->ether_type == 0x0800)
		builder_ipv4_fragment(b, number(value), more);
	else
		builder_ipv6_fragment(b, number(value), more);
}

static void
build_udp(struct packet_builder *b, const char *value)
{
	builder_udp(b, SOURCE_PORT, number(value));
}

static void
build_tcp(struct packet_builder *b, const char *value)
{
	builder_tcp(b, SOURCE_PORT, number(value), 20);
}

/* Protocols whose header begins with the two ports and of which nothing else is looked at. */
static void
ports_build(struct packet_builder *b, uint8_t protocol, const char *value, uint32_t header_bytes)
{
	uint32_t at;

	builder_protocol(b, protocol);
	at = b->length;
	builder_zeros(b, header_bytes);
	builder_put16(b, at, SOURCE_PORT);
	builder_put16(b, at + 2, number(value));
}

static void
build_sctp(struct packet_builder *b, const char *value)
{
	ports_build(b, IPPROTO_SCTP, value, 12);
}

static void
build_dccp(struct packet_builder *b, const char *value)
{
	ports_build(b, IPPROTO_DCCP, value, 12);
}

static void
build_udplite(struct packet_builder *b, const char *value)
{
	ports_build(b, IPPROTO_UDPLITE, value, 8);
}

static void
build_icmp(struct packet_builder *b, const char *value)
{
	builder_message(b, IPPROTO_ICMP, (uint8_t)number(value));
}

static void
build_icmp6(struct packet_builder *b, const char *value)
{
	builder_message(b, IPPROTO_ICMPV6, (uint8_t)number(value));
}

static void
build_igmp(struct packet_builder *b, const char *value)
{
	builder_message(b, IPPROTO_IGMP, (uint8_t)number(value));
}

static void
build_proto(struct packet_builder *b, const char *value)
{
	builder_protocol(b, (uint8_t)number(value));
}

static void
build_data(struct packet_builder *b, const char *value)
{
	builder_pattern(b, number(value));
}

static void
edit8(struct packet_builder *b, uint32_t from, const char *value)
{
	b->bytes[from + number(value)] = (uint8_t)number(strchr(value, '=') + 1);
}

static void
edit16(struct packet_builder *b, uint32_t from, const char *value)
{
	builder_put16(b, from + number(value), number(strchr(value, '=') + 1));
}

static void
edit_net8(struct packet_builder *b, const char *value)
{
	edit8(b, b->network, value);
}

static void
edit_net16(struct packet_builder *b, const char *value)
{
	edit16(b, b->network, value);
}

static void
edit_l4_8(struct packet_builder *b, const char *value)
{
	edit8(b, b->transport, value);
}

static void
edit_l4_16(struct packet_builder *b, const char *value)
{
	edit16(b, b->transport, value);
}

static void
edit_pad(struct packet_builder *b, const char *value)
{
	builder_zeros(b, number(value));
}

static void
edit_cut(struct packet_builder *b, const char *value)
{
	b->length -= number(value);
}

static void
edit_short(struct packet_builder *b, const char *value)
{
	builder_shorten(b, b->length - number(value));
}

static const struct word {
	const char *name;
	char separator; /* before the value, or 0 */
	bool is_edit;
	word_build build;
} words[] = {
	{"vlan", '=', false, build_vlan},       {"qinq", '=', false, build_qinq},
	{"type", '=', false, build_type},       {"arp", 0, false, build_arp},
	{"ip4", 0, false, build_ip4},           {"ip6", 0, false, build_ip6},
	{"to", '=', false, build_to},           {"from", '=', false, build_from},
	{"options", '=', false, build_options}, {"ext", '=', false, build_ext},
	{"frag", '=', false, build_frag},       {"udp", '=', false, build_udp},
	{"tcp", '=', false, build_tcp},         {"sctp", '=', false, build_sctp},
	{"dccp", '=', false, build_dccp},       {"udplite", '=', false, build_udplite},
	{"icmp", '=', false, build_icmp},       {"icmp6", '=', false, build_icmp6},
	{"igmp", '=', false, build_igmp},       {"proto", '=', false, build_proto},
	{"data", '=', false, build_data},       {"net8", '@', true, edit_net8},
	{"net16", '@', true, edit_net16},       {"l4.8", '@', true, edit_l4_8},
	{"l4.16", '@', true, edit_l4_16},       {"pad", '=', true, edit_pad},
	{"cut", '=', true, edit_cut},           {"short", '=', true, edit_short},
};

static const struct word *
word_find(const char *text)
{
	size_t length = strcspn(text, "=@");

	for (unsigned i = 0; i < ARRAY_LENGTH(words); i++) {
		if (strlen(words[i].name) == length && memcmp(words[i].name, text, length) == 0 &&
		    text[length] == words[i].separator)
			return &words[i];
	}
	fail_msg("no word of a packet: %s", text);
	return NULL;
}

void
packet_text_build(struct packet_builder *b, const char *text)
{
	char copy[TEXT_BYTES];
	char *rest;
	bool finished = false;

	assert_true(snprintf(copy, sizeof(copy), "%s", text) < (int)sizeof(copy));
	builder_ethernet(b);
	for (char *word = strtok_r(copy, " ", &rest); word != NULL;
	     word = strtok_r(NULL, " ", &rest)) {
		const struct word *found = word_find(word);

		if (found->is_edit && !finished)
			builder_finish(b);
		finished |= found->is_edit;
		found->build(b, word + strlen(found->name) + (found->separator != 0));
	}
	if (!finished)
		builder_finish(b);
}
