/* SPDX-License-Identifier: BSD-3-Clause */
/* UDP, TCP, ICMP, ICMPv6 and IGMP headers as parse sees them. */
#include "tests/unit/eal_fixture.h"
#include "tests/unit/packet_samples.h"
#include "tests/unit/parse_helper.h"
#include "tests/unit/unit_test.h"

#include <rte_byteorder.h>

#include <netinet/in.h>
#include <string.h>

static void
udp_ports_and_payload_are_located(void **state)
{
	struct packet p = parse_sample(sample_ipv4_udp);

	(void)state;
	assert_int_equal(p.flags, PACKET_HAS_PORTS);
	assert_int_equal(p.src_port_be, rte_cpu_to_be_16(40000));
	assert_int_equal(p.dst_port_be, rte_cpu_to_be_16(26477));
	assert_int_equal(p.payload_offset, 42);
	assert_int_equal(p.payload_length, 23);
}

static void
tcp_ports_and_payload_are_located_behind_the_options(void **state)
{
	struct packet p = parse_sample(sample_ipv6_tcp);

	(void)state;
	assert_int_equal(p.flags, PACKET_HAS_PORTS);
	assert_int_equal(p.src_port_be, rte_cpu_to_be_16(40000));
	assert_int_equal(p.dst_port_be, rte_cpu_to_be_16(26477));
	assert_int_equal(p.payload_offset, 54 + 32);
	assert_int_equal(p.payload_length, 23);
}

static void
icmp_has_no_ports(void **state)
{
	(void)state;
	assert_int_equal(parse_sample(sample_ipv4_icmp).flags, 0);
	assert_int_equal(parse_sample(sample_ipv4_igmp).flags, 0);
	assert_int_equal(parse_sample(sample_ipv6_icmp6).flags, 0);
}

static void
tcp_flags_are_those_of_the_header(void **state)
{
	static void (*const builds[]
	)(struct packet_builder * b) = {sample_ipv4_tcp, sample_ipv6_tcp};

	(void)state;
	for (unsigned i = 0; i < 2 * 256; i++) {
		struct packet_builder b;

		builds[i % 2](&b);
		b.bytes[b.transport + 13] = (uint8_t)(i / 2);
		builder_checksums(&b);
		assert_int_equal(parse_built(&b).tcp_flags, i / 2);
	}
	assert_int_equal(parse_sample(sample_ipv4_udp).tcp_flags, 0);
}

static void
a_first_fragment_has_tcp_flags_and_a_later_one_has_none(void **state)
{
	struct packet_builder b;

	(void)state;
	builder_ethernet(&b);
	builder_ipv4(&b);
	builder_ipv4_fragment(&b, 0, true);
	builder_tcp(&b, 1, 2, 24);
	b.bytes[b.transport + 13] = 0x02;
	builder_finish(&b);
	assert_int_equal(parse_built(&b).tcp_flags, 0x02);
	builder_ipv4_fragment(&b, 24, true);
	builder_checksums(&b);
	assert_fate("later", parse_built(&b).fate, FATE_NONE);
	assert_int_equal(parse_built(&b).tcp_flags, 0);
}

/* An ICMP message whose 8 bytes all differ. */
static struct packet
message_parse(bool ipv6, uint8_t type)
{
	struct packet_builder b;

	builder_ethernet(&b);
	if (ipv6)
		builder_ipv6(&b);
	else
		builder_ipv4(&b);
	builder_message(&b, ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP, type);
	b.bytes[b.transport + 1] = (uint8_t)(type ^ 0x55);
	builder_finish(&b);
	return parse_built(&b);
}

static void
every_icmp_message_has_its_type_and_code(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2 * 256; i++) {
		struct packet p = message_parse(i % 2, (uint8_t)(i / 2));

		assert_fate("message", p.fate, FATE_NONE);
		assert_int_equal(p.icmp_type, i / 2);
		assert_int_equal(p.icmp_code, (i / 2) ^ 0x55);
	}
	assert_int_equal(parse_sample(sample_ipv4_igmp).icmp_type, 0);
}

static void
icmp_queries_and_answers_alone_have_their_identifier_in_place_of_ports(void **state)
{
	static const uint8_t types4[] = {0, 8, 13, 14, 15, 16, 17, 18};

	(void)state;
	for (unsigned i = 0; i < 2 * 256; i++) {
		uint8_t type = (uint8_t)(i / 2);
		struct packet p = message_parse(i % 2, type);
		bool expected = i % 2 ? type == 128 || type == 129
				      : memchr(types4, type, sizeof(types4)) != NULL;
		uint16_t port_be = expected ? rte_cpu_to_be_16(0x1234) : 0;

		assert_int_equal(p.src_port_be, port_be);
		assert_int_equal(p.dst_port_be, port_be);
		assert_int_equal(p.flags, 0);
	}
}

static void
the_ports_of_the_other_protocols_that_have_some_are_read(void **state)
{
	static const uint8_t protocols[] = {IPPROTO_SCTP, IPPROTO_UDPLITE, IPPROTO_DCCP};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(protocols); i++) {
		for (unsigned n = 3; n < 6; n++) {
			static const uint8_t bytes[] = {0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC};
			struct packet_builder b;
			struct packet p;

			builder_ethernet(&b);
			builder_ipv4(&b);
			builder_protocol(&b, protocols[i]);
			builder_bytes(&b, bytes, n);
			builder_finish(&b);
			p = parse_built(&b);
			assert_int_equal(p.flags, n < 4 ? 0 : PACKET_HAS_PORTS);
			assert_int_equal(p.src_port_be, n < 4 ? 0 : rte_cpu_to_be_16(0x1234));
			assert_int_equal(p.dst_port_be, n < 4 ? 0 : rte_cpu_to_be_16(0x5678));
		}
	}
}

static void
a_transport_header_that_the_ip_length_cuts_is_truncated(void **state)
{
	static const struct {
		const char *what;
		void (*build)(struct packet_builder *b);
		uint32_t header_bytes;
		enum fate expected;
	} cases[] = {
		{"udp", sample_ipv4_udp, 8, FATE_UDP_TRUNCATED},
		{"udp over ipv6", sample_ipv6_udp, 8, FATE_UDP_TRUNCATED},
		{"udp behind extensions", sample_ipv6_extensions_udp, 8, FATE_UDP_TRUNCATED},
		{"tcp", sample_ipv4_tcp, 20, FATE_TCP_TRUNCATED},
		{"tcp over ipv6", sample_ipv6_tcp, 20, FATE_TCP_TRUNCATED},
		{"icmp", sample_ipv4_icmp, 8, FATE_ICMP_TRUNCATED},
		{"icmp6", sample_ipv6_icmp6, 8, FATE_ICMP6_TRUNCATED},
		{"igmp", sample_ipv4_igmp, 8, FATE_IGMP_TRUNCATED},
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(cases); i++) {
		for (uint32_t n = 0; n < cases[i].header_bytes; n++) {
			struct packet_builder b;

			cases[i].build(&b);
			builder_shorten(&b, b.transport + n);
			assert_fate(cases[i].what, parse_built(&b).fate, cases[i].expected);
		}
	}
}

static void
a_transport_header_in_the_padding_is_truncated(void **state)
{
	struct packet_builder b;

	(void)state;
	sample_ipv4_udp(&b);
	builder_shorten(&b, b.transport + 7);
	builder_zeros(&b, 40);
	assert_fate("padded", parse_built(&b).fate, FATE_UDP_TRUNCATED);
}

static void
the_shortest_of_each_protocol_has_no_fault(void **state)
{
	static const struct {
		const char *what;
		void (*build)(struct packet_builder *b);
		uint32_t header_bytes;
	} cases[] = {
		{"udp", sample_ipv4_udp, 8},
		{"udp over ipv6", sample_ipv6_udp, 8},
		{"tcp", sample_ipv4_tcp, 20},
		{"icmp", sample_ipv4_icmp, 8},
		{"icmp6", sample_ipv6_icmp6, 8},
		{"igmp", sample_ipv4_igmp, 8},
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct packet_builder b;

		cases[i].build(&b);
		b.length = b.transport + cases[i].header_bytes;
		builder_finish(&b);
		assert_fate(cases[i].what, parse_built(&b).fate, FATE_NONE);
	}
}

static void
each_illegal_length_field_has_its_fate(void **state)
{
	static const struct parse_case cases[] = {
		{"udp length 0",
		 sample_ipv4_udp,
		 EDIT_TRANSPORT,
		 4,
		 2,
		 {0, 0},
		 FATE_UDP_BAD_LENGTH},
		{"udp length 7",
		 sample_ipv4_udp,
		 EDIT_TRANSPORT,
		 4,
		 2,
		 {0, 7},
		 FATE_UDP_BAD_LENGTH},
		{"udp length one beyond the payload",
		 sample_ipv4_udp,
		 EDIT_TRANSPORT,
		 4,
		 2,
		 {0, 8 + 23 + 1},
		 FATE_UDP_BAD_LENGTH},
		{"udp length 65535 over ipv6",
		 sample_ipv6_udp,
		 EDIT_TRANSPORT,
		 4,
		 2,
		 {0xFF, 0xFF},
		 FATE_UDP_BAD_LENGTH},
		{"tcp data offset 0",
		 sample_ipv4_tcp,
		 EDIT_TRANSPORT,
		 12,
		 1,
		 {0x00},
		 FATE_TCP_BAD_HEADER_LENGTH},
		{"tcp data offset 16",
		 sample_ipv4_tcp,
		 EDIT_TRANSPORT,
		 12,
		 1,
		 {0x40},
		 FATE_TCP_BAD_HEADER_LENGTH},
		{"tcp data offset one step beyond the payload",
		 sample_ipv4_tcp,
		 EDIT_TRANSPORT,
		 12,
		 1,
		 {0xB0},
		 FATE_TCP_BAD_HEADER_LENGTH},
		{"tcp data offset 60 over ipv6",
		 sample_ipv6_tcp,
		 EDIT_TRANSPORT,
		 12,
		 1,
		 {0xF0},
		 FATE_TCP_BAD_HEADER_LENGTH},
		{"the longest tcp header that fits",
		 sample_ipv4_tcp,
		 EDIT_TRANSPORT,
		 12,
		 1,
		 {0xA0},
		 FATE_NONE},
	};

	(void)state;
	parse_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
a_udp_length_into_the_padding_is_bad(void **state)
{
	struct packet_builder b;

	(void)state;
	sample_ipv4_udp(&b);
	builder_zeros(&b, 10);
	builder_put16(&b, b.transport + 4, 8 + 23 + 1);
	assert_fate("into the padding", parse_built(&b).fate, FATE_UDP_BAD_LENGTH);
}

static void
a_udp_length_shorter_than_the_ip_payload_bounds_the_payload(void **state)
{
	struct packet_builder b;
	struct packet p;

	(void)state;
	sample_ipv4_udp(&b);
	builder_put16(&b, b.transport + 4, 8 + 10);
	builder_checksums(&b);
	p = parse_built(&b);
	assert_fate("shorter", p.fate, FATE_NONE);
	assert_int_equal(p.payload_length, 10);
	assert_int_equal(p.l4_length, 8 + 23);
}

static void
a_udp_length_of_8_has_an_empty_payload(void **state)
{
	struct packet_builder b;
	struct packet p;

	(void)state;
	sample_ipv6_udp(&b);
	builder_put16(&b, b.transport + 4, 8);
	builder_checksums(&b);
	p = parse_built(&b);
	assert_fate("empty", p.fate, FATE_NONE);
	assert_int_equal(p.payload_length, 0);
	assert_int_equal(p.payload_offset, 62);
}

static void
lengths_of_a_first_fragment_are_those_of_the_datagram_and_not_checked(void **state)
{
	static const struct parse_case cases[] = {
		{"udp length of the datagram",
		 sample_ipv4_first_fragment,
		 EDIT_TRANSPORT,
		 4,
		 2,
		 {0xFF, 0xFF},
		 FATE_NONE},
		{"over ipv6",
		 sample_ipv6_first_fragment,
		 EDIT_TRANSPORT,
		 4,
		 2,
		 {0xFF, 0xFF},
		 FATE_NONE},
	};

	(void)state;
	parse_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
a_protocol_of_the_other_ip_version_is_left_alone(void **state)
{
	static const uint8_t over_ipv6[] = {IPPROTO_ICMP, IPPROTO_IGMP};
	struct packet_builder b;

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(over_ipv6); i++) {
		builder_ethernet(&b);
		builder_ipv6(&b);
		builder_protocol(&b, over_ipv6[i]);
		builder_pattern(&b, 3);
		builder_finish(&b);
		assert_fate("over ipv6", parse_built(&b).fate, FATE_NONE);
	}
	builder_ethernet(&b);
	builder_ipv4(&b);
	builder_protocol(&b, IPPROTO_ICMPV6);
	builder_pattern(&b, 3);
	builder_finish(&b);
	assert_fate("icmp6 over ipv4", parse_built(&b).fate, FATE_NONE);
}

static void
no_other_protocol_is_looked_into(void **state)
{
	(void)state;
	for (unsigned protocol = 0; protocol < 256; protocol++) {
		struct packet_builder b;
		struct packet p;

		if (protocol == IPPROTO_UDP || protocol == IPPROTO_TCP ||
		    protocol == IPPROTO_ICMP || protocol == IPPROTO_IGMP)
			continue;
		builder_ethernet(&b);
		builder_ipv4(&b);
		builder_protocol(&b, (uint8_t)protocol);
		builder_pattern(&b, 1);
		builder_finish(&b);
		p = parse_built(&b);
		assert_fate("other protocol", p.fate, FATE_NONE);
		assert_int_equal(p.flags, 0);
		assert_int_equal(p.ip_protocol, protocol);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(udp_ports_and_payload_are_located),
		cmocka_unit_test(tcp_ports_and_payload_are_located_behind_the_options),
		cmocka_unit_test(icmp_has_no_ports),
		cmocka_unit_test(tcp_flags_are_those_of_the_header),
		cmocka_unit_test(a_first_fragment_has_tcp_flags_and_a_later_one_has_none),
		cmocka_unit_test(every_icmp_message_has_its_type_and_code),
		cmocka_unit_test(
			icmp_queries_and_answers_alone_have_their_identifier_in_place_of_ports
		),
		cmocka_unit_test(the_ports_of_the_other_protocols_that_have_some_are_read),
		cmocka_unit_test(a_transport_header_that_the_ip_length_cuts_is_truncated),
		cmocka_unit_test(a_transport_header_in_the_padding_is_truncated),
		cmocka_unit_test(the_shortest_of_each_protocol_has_no_fault),
		cmocka_unit_test(each_illegal_length_field_has_its_fate),
		cmocka_unit_test(a_udp_length_into_the_padding_is_bad),
		cmocka_unit_test(a_udp_length_shorter_than_the_ip_payload_bounds_the_payload),
		cmocka_unit_test(a_udp_length_of_8_has_an_empty_payload),
		cmocka_unit_test(
			lengths_of_a_first_fragment_are_those_of_the_datagram_and_not_checked
		),
		cmocka_unit_test(a_protocol_of_the_other_ip_version_is_left_alone),
		cmocka_unit_test(no_other_protocol_is_looked_into),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
