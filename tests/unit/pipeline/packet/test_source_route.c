/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Packets whose checksum covers other addresses than those in the IP header: on their way along a source route it is the
 * final destination (RFC 8200, section 8.1), of a mobile node the home address. leat must not call the checksum bad.
 */
#include "tests/unit/eal_fixture.h"
#include "tests/unit/packet_samples.h"
#include "tests/unit/parse_helper.h"
#include "tests/unit/unit_test.h"

#include <netinet/in.h>
#include <string.h>

/* UDP whose checksum is for another destination than the header's, behind a routing header. */
static enum fate
ipv6_route_fate(uint8_t segments_left)
{
	struct packet_builder b;
	uint32_t routing;

	builder_ethernet(&b);
	builder_ipv6(&b);
	routing = b.length;
	builder_ipv6_extension(&b, IPPROTO_ROUTING, 24);
	builder_udp(&b, 1, 2);
	builder_pattern(&b, 23);
	b.bytes[b.network + 39] = 0x99;
	builder_finish(&b);
	b.bytes[b.network + 39] = 2;
	b.bytes[routing + 2] = 2; /* type 2: RFC 6275, section 6.4 */
	b.bytes[routing + 3] = segments_left;
	return parse_built(&b).fate;
}

static void
an_ipv6_route_with_segments_left_hides_the_checksums_destination(void **state)
{
	(void)state;
	assert_fate("1 left", ipv6_route_fate(1), FATE_NONE);
	assert_fate("255 left", ipv6_route_fate(255), FATE_NONE);
}

static void
an_ipv6_route_at_its_end_hides_nothing(void **state)
{
	(void)state;
	assert_fate("0 left", ipv6_route_fate(0), FATE_UDP_BAD_CHECKSUM);
}

static void
segments_are_those_of_a_routing_header_only(void **state)
{
	struct packet_builder b;

	(void)state;
	sample_ipv6_extensions_udp(&b);
	/* The fourth byte of the hop-by-hop header, which is an option's. */
	b.bytes[b.network_end + 3] = 1;
	b.bytes[b.length - 1] ^= 0xFF;
	assert_fate("hop-by-hop", parse_built(&b).fate, FATE_UDP_BAD_CHECKSUM);
}

/* UDP with a wrong checksum behind a destination options header of 24 bytes, of which n are given. */
static enum fate
ipv6_options_fate(const uint8_t *options, uint32_t n)
{
	struct packet_builder b;

	builder_ethernet(&b);
	builder_ipv6(&b);
	builder_ipv6_extension(&b, IPPROTO_DSTOPTS, 24);
	memcpy(b.bytes + b.network_end + 2, options, n);
	builder_udp(&b, 1, 2);
	builder_pattern(&b, 23);
	builder_finish(&b);
	b.bytes[b.length - 1] ^= 0xFF;
	return parse_built(&b).fate;
}

/* RFC 6275, section 6.3: the pseudo-header holds the home address, not the source. */
static void
a_home_address_hides_the_checksums_source(void **state)
{
	static const uint8_t behind_pad1[] = {0, 201, 16};
	static const uint8_t first[] = {201, 16}, behind_padding[] = {0, 1, 2, 0, 0, 201, 13};

	(void)state;
	assert_fate("behind Pad1", ipv6_options_fate(behind_pad1, 3), FATE_NONE);
	assert_fate("first", ipv6_options_fate(first, sizeof(first)), FATE_NONE);
	assert_fate(
		"behind Pad1 and PadN",
		ipv6_options_fate(behind_padding, sizeof(behind_padding)),
		FATE_NONE
	);
}

static void
no_other_destination_option_hides_anything(void **state)
{
	/* 201 as the data of another option; a length far beyond the header. */
	static const uint8_t as_data[] = {5, 2, 201, 16}, beyond[] = {5, 255, 201, 16};

	(void)state;
	assert_fate("data", ipv6_options_fate(as_data, sizeof(as_data)), FATE_UDP_BAD_CHECKSUM);
	assert_fate("beyond", ipv6_options_fate(beyond, sizeof(beyond)), FATE_UDP_BAD_CHECKSUM);
}

/* UDP whose checksum is for another destination than the header's, behind 8 bytes of options. */
static enum fate
ipv4_route_fate(const uint8_t options[8])
{
	struct packet_builder b;

	builder_ethernet(&b);
	builder_ipv4(&b);
	builder_ipv4_options(&b, options, 8);
	builder_udp(&b, 1, 2);
	builder_pattern(&b, 23);
	builder_finish(&b);
	/* The same change in the address and in a field that only the IP checksum covers, so that it stays good. */
	b.bytes[b.network + 19]++;
	b.bytes[b.network + 5]--;
	return parse_built(&b).fate;
}

struct route_case {
	const char *what;
	uint8_t options[8];
	enum fate expected;
};

static void
cases_check(const struct route_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_fate(cases[i].what, ipv4_route_fate(cases[i].options), cases[i].expected);
}

static void
an_ipv4_route_with_hops_to_go_hides_the_checksums_destination(void **state)
{
	static const struct route_case cases[] = {
		{"loose", {131, 7, 4, 192, 0, 2, 9, 0}, FATE_NONE},
		{"strict", {137, 7, 4, 192, 0, 2, 9, 0}, FATE_NONE},
		/* RFC 791: the route has ended when the pointer is greater than the length. */
		{"pointer at the length", {131, 8, 8, 192, 0, 2, 9, 0}, FATE_NONE},
		{"behind a no operation", {1, 131, 7, 4, 192, 0, 2, 9}, FATE_NONE},
	};

	(void)state;
	cases_check(cases, ARRAY_LENGTH(cases));
}

static void
an_ipv4_route_at_its_end_hides_nothing(void **state)
{
	static const struct route_case cases[] = {
		{"loose", {131, 7, 8, 192, 0, 2, 9, 0}, FATE_UDP_BAD_CHECKSUM},
		{"strict", {137, 7, 8, 192, 0, 2, 9, 0}, FATE_UDP_BAD_CHECKSUM},
		{"too short for a pointer", {131, 2, 1, 1, 1, 1, 1, 1}, FATE_UDP_BAD_CHECKSUM},
	};

	(void)state;
	cases_check(cases, ARRAY_LENGTH(cases));
}

static void
no_other_ipv4_option_hides_anything(void **state)
{
	static const struct route_case cases[] = {
		{"record route", {7, 7, 4, 192, 0, 2, 9, 0}, FATE_UDP_BAD_CHECKSUM},
		{"router alert", {148, 4, 0, 0, 0, 0, 0, 0}, FATE_UDP_BAD_CHECKSUM},
		{"behind the end of the list", {0, 131, 7, 4, 0, 0, 0, 0}, FATE_UDP_BAD_CHECKSUM},
	};

	(void)state;
	cases_check(cases, ARRAY_LENGTH(cases));
}

/* A route option of which only kind and length are in the frame. */
static void
a_route_of_2_bytes_at_the_end_of_the_frame_is_not_read_beyond_it(void **state)
{
	static const uint8_t options[4] = {1, 1, 131, 2};
	struct packet_builder b;

	(void)state;
	builder_ethernet(&b);
	builder_ipv4(&b);
	builder_ipv4_options(&b, options, sizeof(options));
	builder_finish(&b);
	assert_fate("2 bytes", parse_built(&b).fate, FATE_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ipv6_route_with_segments_left_hides_the_checksums_destination),
		cmocka_unit_test(an_ipv6_route_at_its_end_hides_nothing),
		cmocka_unit_test(segments_are_those_of_a_routing_header_only),
		cmocka_unit_test(a_home_address_hides_the_checksums_source),
		cmocka_unit_test(no_other_destination_option_hides_anything),
		cmocka_unit_test(an_ipv4_route_with_hops_to_go_hides_the_checksums_destination),
		cmocka_unit_test(an_ipv4_route_at_its_end_hides_nothing),
		cmocka_unit_test(no_other_ipv4_option_hides_anything),
		cmocka_unit_test(a_route_of_2_bytes_at_the_end_of_the_frame_is_not_read_beyond_it),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
