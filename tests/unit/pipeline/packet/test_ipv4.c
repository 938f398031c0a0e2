/* SPDX-License-Identifier: BSD-3-Clause */
/* The IPv4 header as parse sees it: lengths, options, fragments. */
#include "tests/unit/eal_fixture.h"
#include "tests/unit/packet_samples.h"
#include "tests/unit/parse_helper.h"
#include "tests/unit/unit_test.h"

#include <rte_byteorder.h>

#include <netinet/in.h>

static void
the_header_is_located(void **state)
{
	struct packet p = parse_sample(sample_ipv4_udp);

	(void)state;
	assert_fate("udp", p.fate, FATE_NONE);
	assert_int_equal(p.kind, PACKET_IPV4);
	assert_int_equal(p.l3_offset, 14);
	assert_int_equal(p.l4_offset, 34);
	assert_int_equal(p.l4_length, 8 + 23);
	assert_int_equal(p.ip_protocol, IPPROTO_UDP);
	assert_int_equal(p.src.v4_be, rte_cpu_to_be_32(0xC0000201));
	assert_int_equal(p.dst.v4_be, rte_cpu_to_be_32(0xC6336402));
}

static void
the_unused_bytes_of_an_address_are_0(void **state)
{
	struct packet p = parse_sample(sample_ipv4_udp);

	(void)state;
	for (unsigned i = 4; i < sizeof(p.src.v6); i++) {
		assert_int_equal(p.src.v6[i], 0);
		assert_int_equal(p.dst.v6[i], 0);
	}
}

static void
options_move_the_payload(void **state)
{
	struct packet p = parse_sample(sample_ipv4_options_udp);

	(void)state;
	assert_fate("options", p.fate, FATE_NONE);
	assert_int_equal(p.l4_offset, 14 + 28);
	assert_int_equal(p.l4_length, 8 + 23);
}

static void
padding_behind_the_total_length_is_not_payload(void **state)
{
	struct packet_builder b;
	struct packet p;

	(void)state;
	sample_ipv4_udp(&b);
	builder_pattern(&b, 17);
	p = parse_built(&b);
	assert_fate("padded", p.fate, FATE_NONE);
	assert_int_equal(p.l4_length, 8 + 23);
}

static void
a_packet_without_payload_has_no_fault(void **state)
{
	struct packet_builder b;
	struct packet p;

	(void)state;
	builder_ethernet(&b);
	builder_ipv4(&b);
	builder_finish(&b);
	p = parse_built(&b);
	assert_fate("header alone", p.fate, FATE_NONE);
	assert_int_equal(p.l4_length, 0);
}

static void
a_frame_that_ends_inside_the_header_is_truncated(void **state)
{
	struct packet_builder b;

	(void)state;
	sample_ipv4_udp(&b);
	for (uint32_t length = 14; length < 34; length++)
		assert_fate("cut", parse_bytes(b.bytes, length).fate, FATE_IP_TRUNCATED);
}

static void
a_frame_that_ends_inside_the_options_is_truncated(void **state)
{
	struct packet_builder b;

	(void)state;
	sample_ipv4_options_udp(&b);
	for (uint32_t length = 34; length < 14 + 28; length++)
		assert_fate("cut", parse_bytes(b.bytes, length).fate, FATE_IP_TRUNCATED);
}

static void
each_illegal_header_field_has_its_fate(void **state)
{
	static const struct parse_case cases[] = {
		{"version 0", sample_ipv4_udp, EDIT_NETWORK, 0, 1, {0x05}, FATE_IP_BAD_VERSION},
		{"version 5", sample_ipv4_udp, EDIT_NETWORK, 0, 1, {0x55}, FATE_IP_BAD_VERSION},
		{"version 6", sample_ipv4_udp, EDIT_NETWORK, 0, 1, {0x65}, FATE_IP_BAD_VERSION},
		{"header length 0",
		 sample_ipv4_udp,
		 EDIT_NETWORK,
		 0,
		 1,
		 {0x40},
		 FATE_IP_BAD_HEADER_LENGTH},
		{"header length 16",
		 sample_ipv4_udp,
		 EDIT_NETWORK,
		 0,
		 1,
		 {0x44},
		 FATE_IP_BAD_HEADER_LENGTH},
		{"header length beyond the frame",
		 sample_ipv4_last_fragment,
		 EDIT_NETWORK,
		 0,
		 1,
		 {0x46},
		 FATE_IP_TRUNCATED},
		{"total length 0",
		 sample_ipv4_udp,
		 EDIT_NETWORK,
		 2,
		 2,
		 {0, 0},
		 FATE_IP_BAD_TOTAL_LENGTH},
		{"total length 19",
		 sample_ipv4_udp,
		 EDIT_NETWORK,
		 2,
		 2,
		 {0, 19},
		 FATE_IP_BAD_TOTAL_LENGTH},
		{"total length below the header with options",
		 sample_ipv4_options_udp,
		 EDIT_NETWORK,
		 2,
		 2,
		 {0, 27},
		 FATE_IP_BAD_TOTAL_LENGTH},
		{"total length one beyond the frame",
		 sample_ipv4_udp,
		 EDIT_NETWORK,
		 2,
		 2,
		 {0, 20 + 8 + 23 + 1},
		 FATE_IP_BAD_TOTAL_LENGTH},
		{"total length 65535",
		 sample_ipv4_udp,
		 EDIT_NETWORK,
		 2,
		 2,
		 {0xFF, 0xFF},
		 FATE_IP_BAD_TOTAL_LENGTH},
	};

	(void)state;
	parse_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
a_total_length_of_the_header_alone_is_legal(void **state)
{
	struct packet_builder b;
	struct packet p;

	(void)state;
	builder_ethernet(&b);
	builder_ipv4(&b);
	builder_protocol(&b, IPPROTO_GRE);
	builder_finish(&b);
	builder_zeros(&b, 26);
	p = parse_built(&b);
	assert_fate("no payload, padded", p.fate, FATE_NONE);
	assert_int_equal(p.l4_length, 0);
}

/* Options are 8 bytes, of which the case overwrites some. */
static void
sample_options(struct packet_builder *b)
{
	static const uint8_t no_operations[8] = {1, 1, 1, 1, 1, 1, 1, 1};

	builder_ethernet(b);
	builder_ipv4(b);
	builder_ipv4_options(b, no_operations, sizeof(no_operations));
	builder_udp(b, 1, 2);
	builder_finish(b);
}

static void
an_options_length_is_checked_against_2_and_the_header(void **state)
{
	static const struct parse_case cases[] = {
		{"no operations", sample_options, EDIT_NETWORK, 20, 0, {0}, FATE_NONE},
		{"length 0", sample_options, EDIT_NETWORK, 20, 2, {7, 0}, FATE_IP_BAD_OPTIONS},
		{"length 1", sample_options, EDIT_NETWORK, 20, 2, {7, 1}, FATE_IP_BAD_OPTIONS},
		{"length 2", sample_options, EDIT_NETWORK, 20, 2, {7, 2}, FATE_NONE},
		{"all of the header", sample_options, EDIT_NETWORK, 20, 2, {7, 8}, FATE_NONE},
		{"one beyond", sample_options, EDIT_NETWORK, 20, 2, {7, 9}, FATE_IP_BAD_OPTIONS},
		{"255", sample_options, EDIT_NETWORK, 20, 2, {7, 255}, FATE_IP_BAD_OPTIONS},
		{"second one fits",
		 sample_options,
		 EDIT_NETWORK,
		 20,
		 6,
		 {7, 4, 0, 0, 8, 4},
		 FATE_NONE},
		{"second one beyond",
		 sample_options,
		 EDIT_NETWORK,
		 20,
		 6,
		 {7, 4, 0, 0, 8, 5},
		 FATE_IP_BAD_OPTIONS},
		{"kind in the last byte without a length",
		 sample_options,
		 EDIT_NETWORK,
		 27,
		 1,
		 {7},
		 FATE_IP_BAD_OPTIONS},
		{"last two bytes", sample_options, EDIT_NETWORK, 26, 2, {7, 2}, FATE_NONE},
		{"nothing counts behind the end of the list",
		 sample_options,
		 EDIT_NETWORK,
		 20,
		 4,
		 {0, 7, 0, 7},
		 FATE_NONE},
	};

	(void)state;
	parse_cases_check(cases, ARRAY_LENGTH(cases));
}

/* The frame ends with the header: a look for the option's length would leave it. */
static void
an_option_without_a_length_at_the_end_of_the_frame_is_bad(void **state)
{
	static const uint8_t options[4] = {1, 1, 1, 7};
	struct packet_builder b;

	(void)state;
	builder_ethernet(&b);
	builder_ipv4(&b);
	builder_ipv4_options(&b, options, sizeof(options));
	builder_finish(&b);
	assert_fate("no length", parse_built(&b).fate, FATE_IP_BAD_OPTIONS);
}

static void
the_longest_options_are_legal(void **state)
{
	static const uint8_t record_route[40] = {7, 39, 4};
	struct packet_builder b;

	(void)state;
	builder_ethernet(&b);
	builder_ipv4(&b);
	builder_ipv4_options(&b, record_route, sizeof(record_route));
	builder_udp(&b, 1, 2);
	builder_finish(&b);
	assert_fate("40 bytes of options", parse_built(&b).fate, FATE_NONE);
	assert_int_equal(parse_built(&b).l4_offset, 14 + 60);
}

static void
a_first_fragment_is_marked_and_has_ports(void **state)
{
	struct packet p = parse_sample(sample_ipv4_first_fragment);

	(void)state;
	assert_fate("first", p.fate, FATE_NONE);
	assert_int_equal(p.flags, PACKET_FRAGMENT | PACKET_HAS_PORTS);
	assert_int_equal(p.dst_port_be, rte_cpu_to_be_16(26477));
}

static void
a_later_fragment_is_marked_and_has_no_ports(void **state)
{
	struct packet p = parse_sample(sample_ipv4_last_fragment);

	(void)state;
	assert_fate("last", p.fate, FATE_NONE);
	assert_int_equal(p.flags, PACKET_FRAGMENT | PACKET_LATER_FRAGMENT);
	assert_int_equal(p.src_port_be, 0);
	assert_int_equal(p.dst_port_be, 0);
	assert_int_equal(p.ip_protocol, IPPROTO_UDP);
}

static void
the_dont_fragment_bit_makes_no_fragment(void **state)
{
	static const struct parse_case cases[] = {
		{"don't fragment", sample_ipv4_udp, EDIT_NETWORK, 6, 1, {0x40}, FATE_NONE},
	};
	struct packet_builder b;

	(void)state;
	parse_cases_check(cases, ARRAY_LENGTH(cases));
	sample_ipv4_udp(&b);
	b.bytes[b.network + 6] = 0x40;
	builder_checksums(&b);
	assert_int_equal(parse_built(&b).flags, PACKET_HAS_PORTS);
}

/* A fragment of n bytes behind a header without options, which is not to be the first one of UDP. */
static enum fate
fragment_fate(uint16_t offset, bool more, uint32_t n)
{
	struct packet_builder b;

	builder_ethernet(&b);
	builder_ipv4(&b);
	builder_ipv4_fragment(&b, offset, more);
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
the_last_fragment_may_have_any_length(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < 17; n++)
		assert_fate("last", fragment_fate(64, false, n), FATE_NONE);
}

static void
a_datagram_of_65535_bytes_with_its_header_is_the_longest(void **state)
{
	(void)state;
	/* 20 of header, 65,512 before the fragment: 3 bytes are left. */
	assert_fate("fits", fragment_fate(65512, false, 3), FATE_NONE);
	assert_fate("one beyond", fragment_fate(65512, false, 4), FATE_FRAGMENT_OVERLONG);
	assert_fate("last offset", fragment_fate(65528, false, 1), FATE_FRAGMENT_OVERLONG);
}

static void
a_first_fragment_that_ends_inside_its_header_is_tiny(void **state)
{
	struct packet_builder b;

	(void)state;
	for (uint32_t n = 8; n <= 24; n += 8) {
		builder_ethernet(&b);
		builder_ipv4(&b);
		builder_ipv4_fragment(&b, 0, true);
		builder_tcp(&b, 1, 2, 20);
		builder_zeros(&b, 4);
		builder_shorten(&b, b.transport + n);
		assert_fate("tcp", parse_built(&b).fate, n < 20 ? FATE_FRAGMENT_TINY : FATE_NONE);
	}
}

static void
fragment_ids_check(void (*build)(struct packet_builder *b), uint16_t id)
{
	struct packet_builder b;

	build(&b);
	builder_put16(&b, b.network + 4, id);
	builder_checksums(&b);
	assert_int_equal(parse_built(&b).fragment_id_be, rte_cpu_to_be_16(id));
}

static void
every_fragment_has_the_identification_of_its_datagram(void **state)
{
	(void)state;
	fragment_ids_check(sample_ipv4_first_fragment, 0x1234);
	fragment_ids_check(sample_ipv4_last_fragment, 0x1234);
	fragment_ids_check(sample_ipv4_first_fragment, 0xFFFE);
	fragment_ids_check(sample_ipv4_last_fragment, 0);
	assert_int_equal(parse_sample(sample_ipv4_first_fragment).fragment_protocol, IPPROTO_UDP);
}

/* The header of the datagram is TCP's, at `offset` bytes of it. */
static enum fate
protocol_fragment_fate(uint8_t protocol, uint16_t offset, bool more)
{
	struct packet_builder b;

	builder_ethernet(&b);
	builder_ipv4(&b);
	builder_ipv4_fragment(&b, offset, more);
	builder_protocol(&b, protocol);
	builder_pattern(&b, 24);
	builder_finish(&b);
	return parse_built(&b).fate;
}

static void
a_later_fragment_that_begins_inside_the_tcp_header_overlaps(void **state)
{
	(void)state;
	for (unsigned more = 0; more < 2; more++) {
		assert_fate(
			"8", protocol_fragment_fate(IPPROTO_TCP, 8, more), FATE_FRAGMENT_OVERLAP
		);
		assert_fate(
			"16", protocol_fragment_fate(IPPROTO_TCP, 16, more), FATE_FRAGMENT_OVERLAP
		);
		assert_fate("24", protocol_fragment_fate(IPPROTO_TCP, 24, more), FATE_NONE);
		assert_fate("udp", protocol_fragment_fate(IPPROTO_UDP, 8, more), FATE_NONE);
	}
	assert_fate("first", protocol_fragment_fate(IPPROTO_TCP, 0, true), FATE_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_header_is_located),
		cmocka_unit_test(the_unused_bytes_of_an_address_are_0),
		cmocka_unit_test(options_move_the_payload),
		cmocka_unit_test(padding_behind_the_total_length_is_not_payload),
		cmocka_unit_test(a_packet_without_payload_has_no_fault),
		cmocka_unit_test(a_frame_that_ends_inside_the_header_is_truncated),
		cmocka_unit_test(a_frame_that_ends_inside_the_options_is_truncated),
		cmocka_unit_test(each_illegal_header_field_has_its_fate),
		cmocka_unit_test(a_total_length_of_the_header_alone_is_legal),
		cmocka_unit_test(an_options_length_is_checked_against_2_and_the_header),
		cmocka_unit_test(an_option_without_a_length_at_the_end_of_the_frame_is_bad),
		cmocka_unit_test(the_longest_options_are_legal),
		cmocka_unit_test(a_first_fragment_is_marked_and_has_ports),
		cmocka_unit_test(a_later_fragment_is_marked_and_has_no_ports),
		cmocka_unit_test(the_dont_fragment_bit_makes_no_fragment),
		cmocka_unit_test(every_fragment_has_the_identification_of_its_datagram),
		cmocka_unit_test(a_later_fragment_that_begins_inside_the_tcp_header_overlaps),
		cmocka_unit_test(a_fragment_with_more_to_come_is_a_multiple_of_8_and_not_0),
		cmocka_unit_test(the_last_fragment_may_have_any_length),
		cmocka_unit_test(a_datagram_of_65535_bytes_with_its_header_is_the_longest),
		cmocka_unit_test(a_first_fragment_that_ends_inside_its_header_is_tiny),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
