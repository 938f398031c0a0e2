/* SPDX-License-Identifier: BSD-3-Clause */
/* The IPv6 header and its extension headers as parse sees them. */
#include "tests/unit/eal_fixture.h"
#include "tests/unit/packet_samples.h"
#include "tests/unit/parse_helper.h"
#include "tests/unit/unit_test.h"

#include <rte_byteorder.h>

#include <netinet/in.h>

static void
the_header_is_located(void **state)
{
	static const uint8_t src[16] = {0x20, 0x01, 0x0D, 0xB8, [15] = 1};
	static const uint8_t dst[16] = {0x20, 0x01, 0x0D, 0xB8, 0xFF, 0xFF, [15] = 2};
	struct packet p = parse_sample(sample_ipv6_udp);

	(void)state;
	assert_fate("udp", p.fate, FATE_NONE);
	assert_int_equal(p.kind, PACKET_IPV6);
	assert_int_equal(p.l3_offset, 14);
	assert_int_equal(p.l4_offset, 54);
	assert_int_equal(p.l4_length, 8 + 23);
	assert_int_equal(p.ip_protocol, IPPROTO_UDP);
	assert_memory_equal(p.src.v6, src, sizeof(src));
	assert_memory_equal(p.dst.v6, dst, sizeof(dst));
}

static void
a_frame_that_ends_inside_the_header_is_truncated(void **state)
{
	struct packet_builder b;

	(void)state;
	sample_ipv6_udp(&b);
	for (uint32_t length = 14; length < 54; length++)
		assert_fate("cut", parse_bytes(b.bytes, length).fate, FATE_IP6_TRUNCATED);
}

static void
each_illegal_header_field_has_its_fate(void **state)
{
	static const struct parse_case cases[] = {
		{"version 4", sample_ipv6_udp, EDIT_NETWORK, 0, 1, {0x40}, FATE_IP6_BAD_VERSION},
		{"version 7", sample_ipv6_udp, EDIT_NETWORK, 0, 1, {0x70}, FATE_IP6_BAD_VERSION},
		{"payload length one beyond the frame",
		 sample_ipv6_udp,
		 EDIT_NETWORK,
		 4,
		 2,
		 {0, 8 + 23 + 1},
		 FATE_IP6_BAD_PAYLOAD_LENGTH},
		{"payload length 65535",
		 sample_ipv6_udp,
		 EDIT_NETWORK,
		 4,
		 2,
		 {0xFF, 0xFF},
		 FATE_IP6_BAD_PAYLOAD_LENGTH},
	};

	(void)state;
	parse_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
padding_behind_the_payload_length_is_not_payload(void **state)
{
	struct packet_builder b;
	struct packet p;

	(void)state;
	sample_ipv6_udp(&b);
	builder_pattern(&b, 9);
	p = parse_built(&b);
	assert_fate("padded", p.fate, FATE_NONE);
	assert_int_equal(p.l4_length, 8 + 23);
}

static void
extension_headers_are_followed_to_the_transport(void **state)
{
	struct packet p = parse_sample(sample_ipv6_extensions_udp);

	(void)state;
	assert_fate("extensions", p.fate, FATE_NONE);
	assert_int_equal(p.ip_protocol, IPPROTO_UDP);
	assert_int_equal(p.l4_offset, 54 + 8 + 24 + 24 + 24 + 8);
	assert_int_equal(p.dst_port_be, rte_cpu_to_be_16(26477));
}

static void
every_kind_of_extension_is_stepped_over(void **state)
{
	static const uint8_t kinds[] = {
		IPPROTO_HOPOPTS,
		IPPROTO_ROUTING,
		IPPROTO_AH,
		IPPROTO_DSTOPTS,
		135, /* mobility */
		139, /* HIP */
		140, /* Shim6 */
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(kinds); i++) {
		struct packet_builder b;
		struct packet p;

		builder_ethernet(&b);
		builder_ipv6(&b);
		builder_ipv6_extension(&b, kinds[i], 16);
		builder_udp(&b, 1, 2);
		builder_finish(&b);
		p = parse_built(&b);
		assert_fate("extension", p.fate, FATE_NONE);
		assert_int_equal(p.ip_protocol, IPPROTO_UDP);
		assert_int_equal(p.l4_offset, 54 + 16);
	}
}

static void
a_next_header_that_is_no_extension_ends_the_chain(void **state)
{
	static const uint8_t protocols[] = {IPPROTO_NONE, IPPROTO_ESP, IPPROTO_SCTP, 253};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(protocols); i++) {
		struct packet_builder b;
		struct packet p;

		builder_ethernet(&b);
		builder_ipv6(&b);
		builder_ipv6_extension(&b, IPPROTO_DSTOPTS, 8);
		builder_protocol(&b, protocols[i]);
		builder_pattern(&b, 3);
		builder_finish(&b);
		p = parse_built(&b);
		assert_fate("end of chain", p.fate, FATE_NONE);
		assert_int_equal(p.ip_protocol, protocols[i]);
		assert_int_equal(p.l4_length, 3);
	}
}

static void
an_extension_cut_anywhere_is_truncated(void **state)
{
	struct packet_builder b;
	uint32_t end;

	(void)state;
	sample_ipv6_extensions_udp(&b);
	end = b.transport;
	/* Without a byte of payload it is a jumbogram, below. */
	for (uint32_t length = 55; length < end; length++) {
		sample_ipv6_extensions_udp(&b);
		builder_shorten(&b, length);
		assert_fate("cut", parse_built(&b).fate, FATE_IP6_EXT_TRUNCATED);
	}
}

static void
a_jumbogram_is_refused_not_malformed(void **state)
{
	struct packet_builder b;

	(void)state;
	sample_ipv6_extensions_udp(&b);
	builder_shorten(&b, 54);
	assert_fate("no payload", parse_built(&b).fate, FATE_IP6_JUMBOGRAM);
}

static void
an_extension_that_reaches_into_the_padding_is_truncated(void **state)
{
	struct packet_builder b;

	(void)state;
	builder_ethernet(&b);
	builder_ipv6(&b);
	builder_ipv6_extension(&b, IPPROTO_DSTOPTS, 16);
	builder_finish(&b);
	builder_zeros(&b, 64);
	b.bytes[b.network_end + 1] = 2;
	assert_fate("8 beyond", parse_built(&b).fate, FATE_IP6_EXT_TRUNCATED);
}

static void
a_hop_by_hop_header_is_the_first_or_out_of_order(void **state)
{
	struct packet_builder b;

	(void)state;
	builder_ethernet(&b);
	builder_ipv6(&b);
	builder_ipv6_extension(&b, IPPROTO_DSTOPTS, 8);
	builder_ipv6_extension(&b, IPPROTO_HOPOPTS, 8);
	builder_udp(&b, 1, 2);
	builder_finish(&b);
	assert_fate("second", parse_built(&b).fate, FATE_IP6_EXT_ORDER);
}

/* n destination options headers of `length` bytes each in front of UDP. */
static struct packet
chain_parse(unsigned n, uint32_t length)
{
	struct packet_builder b;

	builder_ethernet(&b);
	builder_ipv6(&b);
	for (unsigned i = 0; i < n; i++)
		builder_ipv6_extension(&b, IPPROTO_DSTOPTS, length);
	builder_udp(&b, 1, 2);
	builder_finish(&b);
	return parse_built(&b);
}

static void
eight_extension_headers_are_the_most(void **state)
{
	(void)state;
	assert_fate("eight", chain_parse(8, 8).fate, FATE_NONE);
	assert_int_equal(chain_parse(8, 8).l4_offset, 54 + 64);
	assert_fate("nine", chain_parse(9, 8).fate, FATE_IP6_EXT_LIMIT);
}

static void
headers_beyond_the_256_bytes_that_leat_looks_at_are_refused_not_malformed(void **state)
{
	(void)state;
	/* 54 + 194 + 8 of UDP = 256 would be the last; extensions come in steps of 8. */
	assert_fate("last that fits", chain_parse(1, 192).fate, FATE_NONE);
	assert_fate("udp beyond", chain_parse(1, 200).fate, FATE_IP6_EXT_LIMIT);
	assert_fate("extension beyond", chain_parse(1, 208).fate, FATE_IP6_EXT_LIMIT);
	assert_fate("second extension beyond", chain_parse(2, 200).fate, FATE_IP6_EXT_LIMIT);
	assert_fate("longest extension", chain_parse(1, 2048).fate, FATE_IP6_EXT_LIMIT);
}

static void
a_long_extension_that_is_not_there_is_truncated(void **state)
{
	struct packet_builder b;

	(void)state;
	builder_ethernet(&b);
	builder_ipv6(&b);
	builder_ipv6_extension(&b, IPPROTO_DSTOPTS, 2048);
	builder_shorten(&b, b.length - 1);
	assert_fate("one short", parse_built(&b).fate, FATE_IP6_EXT_TRUNCATED);
}

static void
a_first_fragment_is_marked_and_has_ports(void **state)
{
	struct packet p = parse_sample(sample_ipv6_first_fragment);

	(void)state;
	assert_fate("first", p.fate, FATE_NONE);
	assert_int_equal(p.flags, PACKET_FRAGMENT | PACKET_HAS_PORTS);
	assert_int_equal(p.ip_protocol, IPPROTO_UDP);
}

static void
a_later_fragment_is_marked_and_has_no_ports(void **state)
{
	struct packet p = parse_sample(sample_ipv6_last_fragment);

	(void)state;
	assert_fate("last", p.fate, FATE_NONE);
	assert_int_equal(p.flags, PACKET_FRAGMENT | PACKET_LATER_FRAGMENT);
	assert_int_equal(p.ip_protocol, IPPROTO_UDP);
	assert_int_equal(p.l4_offset, 54 + 8);
	assert_int_equal(p.l4_length, 3);
}

static void
data_of_a_later_fragment_is_not_taken_for_an_extension(void **state)
{
	struct packet_builder b;
	struct packet p;

	(void)state;
	builder_ethernet(&b);
	builder_ipv6(&b);
	builder_ipv6_fragment(&b, 8, false);
	builder_protocol(&b, IPPROTO_DSTOPTS);
	builder_pattern(&b, 5);
	builder_finish(&b);
	p = parse_built(&b);
	assert_fate("data", p.fate, FATE_NONE);
	assert_int_equal(p.ip_protocol, IPPROTO_DSTOPTS);
	assert_int_equal(p.l4_length, 5);
}

static void
an_atomic_fragment_is_a_whole_datagram(void **state)
{
	struct packet_builder b;
	struct packet p;

	(void)state;
	builder_ethernet(&b);
	builder_ipv6(&b);
	builder_ipv6_fragment(&b, 0, false);
	builder_udp(&b, 1, 2);
	builder_pattern(&b, 3);
	builder_finish(&b);
	p = parse_built(&b);
	assert_fate("atomic", p.fate, FATE_NONE);
	assert_int_equal(p.flags, PACKET_HAS_PORTS);
	assert_int_equal(p.payload_length, 3);
}

static enum fate
fragment_fate(uint16_t offset, bool more, uint32_t n)
{
	struct packet_builder b;

	builder_ethernet(&b);
	builder_ipv6(&b);
	builder_ipv6_fragment(&b, offset, more);
	builder_protocol(&b, IPPROTO_GRE);
	builder_pattern(&b, n);
	builder_finish(&b);
	return parse_built(&b).fate;
}

static void
a_fragment_with_more_to_come_is_a_multiple_of_8_and_not_0(void **state)
{
	(void)state;
	for (uint32_t n = 1; n < 25; n++)
		assert_fate(
			"more to come",
			fragment_fate(64, true, n),
			n % 8 == 0 ? FATE_NONE : FATE_FRAGMENT_UNALIGNED
		);
	assert_fate("empty", fragment_fate(64, true, 0), FATE_FRAGMENT_UNALIGNED);
	assert_fate("empty first", fragment_fate(0, true, 0), FATE_FRAGMENT_UNALIGNED);
}

static void
a_payload_of_65535_bytes_is_the_longest(void **state)
{
	(void)state;
	assert_fate("fits", fragment_fate(65528, false, 7), FATE_NONE);
	assert_fate("one beyond", fragment_fate(65528, false, 8), FATE_FRAGMENT_OVERLONG);
	assert_fate("8 beyond", fragment_fate(65528, true, 8), FATE_FRAGMENT_OVERLONG);
}

static void
a_first_fragment_that_ends_inside_its_tcp_header_is_tiny(void **state)
{
	struct packet_builder b;

	(void)state;
	for (uint32_t n = 8; n <= 24; n += 8) {
		builder_ethernet(&b);
		builder_ipv6(&b);
		builder_ipv6_fragment(&b, 0, true);
		builder_tcp(&b, 1, 2, 20);
		builder_zeros(&b, 4);
		builder_shorten(&b, b.transport + n);
		assert_fate("tcp", parse_built(&b).fate, n < 20 ? FATE_FRAGMENT_TINY : FATE_NONE);
	}
}

static void
every_fragment_has_the_identification_of_its_datagram(void **state)
{
	static void (*const builds[]
	)(struct packet_builder * b) = {sample_ipv6_first_fragment, sample_ipv6_last_fragment};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(builds); i++) {
		struct packet_builder b;
		struct packet p;

		builds[i](&b);
		builder_put16(&b, b.network_end + 4, 0x89AB);
		builder_put16(&b, b.network_end + 6, 0xCDEF);
		p = parse_built(&b);
		assert_int_equal(p.fragment_id_be, rte_cpu_to_be_32(0x89ABCDEF));
		assert_int_equal(p.fragment_protocol, IPPROTO_UDP);
	}
}

static void
a_later_fragment_that_begins_inside_the_tcp_header_overlaps(void **state)
{
	static const struct {
		uint16_t offset;
		uint8_t protocol;
		enum fate expected;
	} cases[] = {
		{8, IPPROTO_TCP, FATE_FRAGMENT_OVERLAP},
		{16, IPPROTO_TCP, FATE_FRAGMENT_OVERLAP},
		{24, IPPROTO_TCP, FATE_NONE},
		{8, IPPROTO_UDP, FATE_NONE},
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct packet_builder b;

		builder_ethernet(&b);
		builder_ipv6(&b);
		builder_ipv6_fragment(&b, cases[i].offset, i % 2 == 0);
		builder_protocol(&b, cases[i].protocol);
		builder_pattern(&b, 24);
		builder_finish(&b);
		assert_fate("overlap", parse_built(&b).fate, cases[i].expected);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_header_is_located),
		cmocka_unit_test(a_frame_that_ends_inside_the_header_is_truncated),
		cmocka_unit_test(each_illegal_header_field_has_its_fate),
		cmocka_unit_test(padding_behind_the_payload_length_is_not_payload),
		cmocka_unit_test(extension_headers_are_followed_to_the_transport),
		cmocka_unit_test(every_kind_of_extension_is_stepped_over),
		cmocka_unit_test(a_next_header_that_is_no_extension_ends_the_chain),
		cmocka_unit_test(an_extension_cut_anywhere_is_truncated),
		cmocka_unit_test(a_jumbogram_is_refused_not_malformed),
		cmocka_unit_test(an_extension_that_reaches_into_the_padding_is_truncated),
		cmocka_unit_test(a_hop_by_hop_header_is_the_first_or_out_of_order),
		cmocka_unit_test(eight_extension_headers_are_the_most),
		cmocka_unit_test(
			headers_beyond_the_256_bytes_that_leat_looks_at_are_refused_not_malformed
		),
		cmocka_unit_test(a_long_extension_that_is_not_there_is_truncated),
		cmocka_unit_test(a_first_fragment_is_marked_and_has_ports),
		cmocka_unit_test(a_later_fragment_is_marked_and_has_no_ports),
		cmocka_unit_test(data_of_a_later_fragment_is_not_taken_for_an_extension),
		cmocka_unit_test(an_atomic_fragment_is_a_whole_datagram),
		cmocka_unit_test(every_fragment_has_the_identification_of_its_datagram),
		cmocka_unit_test(a_later_fragment_that_begins_inside_the_tcp_header_overlaps),
		cmocka_unit_test(a_fragment_with_more_to_come_is_a_multiple_of_8_and_not_0),
		cmocka_unit_test(a_payload_of_65535_bytes_is_the_longest),
		cmocka_unit_test(a_first_fragment_that_ends_inside_its_tcp_header_is_tiny),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
