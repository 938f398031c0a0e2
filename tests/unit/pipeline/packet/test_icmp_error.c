/* SPDX-License-Identifier: BSD-3-Clause */
/* What kind of message an ICMP type is, and what an error says of the packet that it quotes. */
#include "pipeline/packet/icmp_error.h"
#include "pipeline/stages/parse.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/mbuf_builder.h"
#include "tests/unit/packet_samples.h"
#include "tests/unit/parse_helper.h"
#include "tests/unit/unit_test.h"

#include <rte_byteorder.h>

#include <netinet/in.h>
#include <string.h>

enum {
	UNREACHABLE4 = 3,
	UNREACHABLE6 = 1,
	SRC_PORT = 40000,
	DST_PORT = 26477,
	IDENTIFIER = 0x1234,
};

static struct packet
message_of(uint8_t packet_kind, uint8_t type)
{
	return (struct packet){
		.kind = packet_kind,
		.ip_protocol = packet_kind == PACKET_IPV4 ? IPPROTO_ICMP : IPPROTO_ICMPV6,
		.icmp_type = type,
	};
}

static void
each_icmp_type_has_its_kind(void **state)
{
	static const uint8_t kinds[256] = {
		[0] = ICMP_KIND_ANSWER,
		[3] = ICMP_KIND_ERROR,
		[4] = ICMP_KIND_ERROR,
		[5] = ICMP_KIND_ERROR,
		[8] = ICMP_KIND_QUERY,
		[11] = ICMP_KIND_ERROR,
		[12] = ICMP_KIND_ERROR,
		[13] = ICMP_KIND_QUERY,
		[14] = ICMP_KIND_ANSWER,
		[15] = ICMP_KIND_QUERY,
		[16] = ICMP_KIND_ANSWER,
		[17] = ICMP_KIND_QUERY,
		[18] = ICMP_KIND_ANSWER,
	};

	(void)state;
	for (unsigned type = 0; type < 256; type++) {
		struct packet p = message_of(PACKET_IPV4, (uint8_t)type);

		assert_int_equal(icmp_kind(&p), kinds[type]);
		assert_int_equal(
			icmp_has_identifier(PACKET_IPV4, (uint8_t)type),
			kinds[type] == ICMP_KIND_QUERY || kinds[type] == ICMP_KIND_ANSWER
		);
	}
}

static enum icmp_kind
kind6_expected(unsigned type)
{
	if (type == 128)
		return ICMP_KIND_QUERY;
	if (type == 129)
		return ICMP_KIND_ANSWER;
	if ((type >= 130 && type <= 137) || type == 143)
		return ICMP_KIND_LINK;
	return type > 0 && type < 128 ? ICMP_KIND_ERROR : ICMP_KIND_OTHER;
}

static void
each_icmp6_type_has_its_kind(void **state)
{
	(void)state;
	for (unsigned type = 0; type < 256; type++) {
		struct packet p = message_of(PACKET_IPV6, (uint8_t)type);

		assert_int_equal(icmp_kind(&p), kind6_expected(type));
		assert_int_equal(
			icmp_has_identifier(PACKET_IPV6, (uint8_t)type), type == 128 || type == 129
		);
	}
}

static void
what_is_no_icmp_of_its_ip_version_has_no_kind(void **state)
{
	struct packet p = message_of(PACKET_IPV4, 8);

	(void)state;
	p.kind = PACKET_IPV6;
	assert_int_equal(icmp_kind(&p), ICMP_KIND_OTHER);
	p = message_of(PACKET_IPV6, 128);
	p.kind = PACKET_IPV4;
	assert_int_equal(icmp_kind(&p), ICMP_KIND_OTHER);
	p = message_of(PACKET_IPV4, 8);
	p.ip_protocol = IPPROTO_UDP;
	assert_int_equal(icmp_kind(&p), ICMP_KIND_OTHER);
}

static void
an_answer_leads_to_its_query_and_a_query_to_itself(void **state)
{
	static const uint8_t pairs[][2] = {{8, 0}, {13, 14}, {15, 16}, {17, 18}};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(pairs); i++) {
		assert_int_equal(icmp_query_type(PACKET_IPV4, pairs[i][0]), pairs[i][0]);
		assert_int_equal(icmp_query_type(PACKET_IPV4, pairs[i][1]), pairs[i][0]);
	}
	assert_int_equal(icmp_query_type(PACKET_IPV6, 128), 128);
	assert_int_equal(icmp_query_type(PACKET_IPV6, 129), 128);
}

static void
igmp_neighbour_discovery_and_mld_are_link_control_unless_fragments(void **state)
{
	struct packet igmp = {.kind = PACKET_IPV4, .ip_protocol = IPPROTO_IGMP};
	struct packet other = {.kind = PACKET_ARP};

	(void)state;
	assert_true(packet_is_link_control(&igmp));
	igmp.flags = PACKET_FRAGMENT;
	assert_false(packet_is_link_control(&igmp));
	igmp = (struct packet){.kind = PACKET_IPV6, .ip_protocol = IPPROTO_IGMP};
	assert_false(packet_is_link_control(&igmp));
	assert_false(packet_is_link_control(&other));
	for (unsigned type = 0; type < 256; type++) {
		struct packet p = message_of(PACKET_IPV6, (uint8_t)type);
		bool expected = kind6_expected(type) == ICMP_KIND_LINK;

		assert_int_equal(packet_is_link_control(&p), expected);
		p.flags = PACKET_FRAGMENT;
		assert_false(packet_is_link_control(&p));
		p = message_of(PACKET_IPV4, (uint8_t)type);
		assert_false(packet_is_link_control(&p));
	}
}

/* An error whose quote is the IP packet of `quoted`, cut to `length` bytes. */
static void
error_build(
	struct packet_builder *b, bool ipv6, const struct packet_builder *quoted, uint32_t length
)
{
	builder_ethernet(b);
	if (ipv6)
		builder_ipv6(b);
	else
		builder_ipv4(b);
	builder_message(
		b, ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP, ipv6 ? UNREACHABLE6 : UNREACHABLE4
	);
	builder_bytes(b, quoted->bytes + quoted->network, length);
	builder_finish(b);
}

static bool
mbuf_quote_read(struct rte_mbuf *m, struct icmp_quote *quote)
{
	struct packet p;
	bool found;

	/* What was there before must not matter. */
	memset(quote, 0xA5, sizeof(*quote));
	packet_parse(m, &p);
	assert_fate("error", p.fate, FATE_NONE);
	assert_int_equal(icmp_kind(&p), ICMP_KIND_ERROR);
	found = icmp_quote_read(m, &p, quote);
	rte_pktmbuf_free(m);
	return found;
}

static bool
quote_read_cut(
	bool ipv6, const struct packet_builder *quoted, uint32_t length, struct icmp_quote *quote
)
{
	struct packet_builder b;

	error_build(&b, ipv6, quoted, length);
	return mbuf_quote_read(mbuf_exact(b.bytes, b.length), quote);
}

/* All of the packet is quoted. */
static struct icmp_quote
quote_of(bool ipv6, const struct packet_builder *quoted)
{
	struct icmp_quote quote;

	assert_true(quote_read_cut(ipv6, quoted, quoted->end - quoted->network, &quote));
	return quote;
}

static struct icmp_quote
sample_quote(bool ipv6, void (*build)(struct packet_builder *b))
{
	struct packet_builder b;

	build(&b);
	return quote_of(ipv6, &b);
}

static void
assert_ports(const struct icmp_quote *quote, uint16_t src_port, uint16_t dst_port)
{
	assert_true(quote->has_ports);
	assert_int_equal(quote->src_port_be, rte_cpu_to_be_16(src_port));
	assert_int_equal(quote->dst_port_be, rte_cpu_to_be_16(dst_port));
}

static void
a_quoted_ipv4_packet_has_its_addresses_and_ports(void **state)
{
	struct icmp_quote quote = sample_quote(false, sample_ipv4_udp);

	(void)state;
	assert_int_equal(quote.src.v4_be, rte_cpu_to_be_32(0xC0000201));
	assert_int_equal(quote.dst.v4_be, rte_cpu_to_be_32(0xC6336402));
	assert_int_equal(quote.src.v6_words[1], 0);
	assert_int_equal(quote.dst.v6_words[1], 0);
	assert_int_equal(quote.ip_protocol, IPPROTO_UDP);
	assert_ports(&quote, SRC_PORT, DST_PORT);
	assert_false(quote.is_fragment);
	assert_false(quote.is_later_fragment);
	quote = sample_quote(false, sample_ipv4_tcp);
	assert_int_equal(quote.ip_protocol, IPPROTO_TCP);
	assert_ports(&quote, SRC_PORT, DST_PORT);
}

static void
a_quoted_ipv6_packet_has_its_addresses_and_ports(void **state)
{
	struct packet quoted = parse_sample(sample_ipv6_tcp);
	struct icmp_quote quote = sample_quote(true, sample_ipv6_tcp);

	(void)state;
	assert_memory_equal(&quote.src, &quoted.src, sizeof(quote.src));
	assert_memory_equal(&quote.dst, &quoted.dst, sizeof(quote.dst));
	assert_int_equal(quote.ip_protocol, IPPROTO_TCP);
	assert_ports(&quote, SRC_PORT, DST_PORT);
}

static void
options_and_extension_headers_of_the_quoted_packet_are_stepped_over(void **state)
{
	struct icmp_quote quote = sample_quote(false, sample_ipv4_options_udp);

	(void)state;
	assert_int_equal(quote.ip_protocol, IPPROTO_UDP);
	assert_ports(&quote, SRC_PORT, DST_PORT);
	quote = sample_quote(true, sample_ipv6_extensions_udp);
	assert_int_equal(quote.ip_protocol, IPPROTO_UDP);
	assert_ports(&quote, SRC_PORT, DST_PORT);
}

static void
more_extension_headers_than_a_packet_may_have_are_not_followed(void **state)
{
	(void)state;
	for (unsigned n = 8; n <= 9; n++) {
		struct packet_builder b;
		struct icmp_quote quote;

		builder_ethernet(&b);
		builder_ipv6(&b);
		for (unsigned i = 0; i < n; i++)
			builder_ipv6_extension(&b, IPPROTO_DSTOPTS, 8);
		builder_udp(&b, SRC_PORT, DST_PORT);
		builder_finish(&b);
		quote = quote_of(true, &b);
		assert_int_equal(quote.has_ports, n == 8);
		assert_int_equal(quote.ip_protocol, n == 8 ? IPPROTO_UDP : IPPROTO_DSTOPTS);
	}
}

static void
a_quoted_query_has_its_type_and_identifier(void **state)
{
	struct icmp_quote quote = sample_quote(false, sample_ipv4_icmp);

	(void)state;
	assert_int_equal(quote.ip_protocol, IPPROTO_ICMP);
	assert_int_equal(quote.icmp_type, 8);
	assert_ports(&quote, IDENTIFIER, IDENTIFIER);
	quote = sample_quote(true, sample_ipv6_icmp6);
	assert_int_equal(quote.icmp_type, 128);
	assert_ports(&quote, IDENTIFIER, IDENTIFIER);
}

static void
a_quoted_icmp_message_that_is_no_query_has_no_identifier(void **state)
{
	struct packet_builder b;
	struct icmp_quote quote;

	(void)state;
	sample_ipv4_icmp(&b);
	b.bytes[b.transport] = UNREACHABLE4;
	quote = quote_of(false, &b);
	assert_int_equal(quote.icmp_type, UNREACHABLE4);
	assert_false(quote.has_ports);
	sample_ipv4_icmp(&b);
	builder_protocol(&b, IPPROTO_ICMPV6);
	b.bytes[b.transport] = 128;
	quote = quote_of(false, &b);
	assert_int_equal(quote.icmp_type, 0);
	assert_false(quote.has_ports);
}

static void
a_quoted_packet_without_ports_has_none(void **state)
{
	(void)state;
	assert_false(sample_quote(false, sample_ipv4_igmp).has_ports);
}

static void
a_quoted_fragment_is_known_as_such(void **state)
{
	struct icmp_quote quote = sample_quote(false, sample_ipv4_first_fragment);

	(void)state;
	assert_true(quote.is_fragment);
	assert_false(quote.is_later_fragment);
	assert_ports(&quote, SRC_PORT, DST_PORT);
	quote = sample_quote(true, sample_ipv6_first_fragment);
	assert_true(quote.is_fragment);
	assert_false(quote.is_later_fragment);
	assert_ports(&quote, SRC_PORT, DST_PORT);
}

static void
a_quoted_later_fragment_has_no_ports(void **state)
{
	struct packet_builder b;
	struct icmp_quote quote;

	(void)state;
	sample_ipv4_last_fragment(&b);
	builder_pattern(&b, 20);
	builder_finish(&b);
	quote = quote_of(false, &b);
	assert_true(quote.is_fragment);
	assert_true(quote.is_later_fragment);
	assert_false(quote.has_ports);
	assert_int_equal(quote.ip_protocol, IPPROTO_UDP);
	sample_ipv6_last_fragment(&b);
	builder_pattern(&b, 20);
	builder_finish(&b);
	quote = quote_of(true, &b);
	assert_true(quote.is_later_fragment);
	assert_false(quote.has_ports);
	assert_int_equal(quote.ip_protocol, IPPROTO_UDP);
}

static void
a_quoted_atomic_fragment_is_a_whole_datagram(void **state)
{
	struct packet_builder b;
	struct icmp_quote quote;

	(void)state;
	builder_ethernet(&b);
	builder_ipv6(&b);
	builder_ipv6_fragment(&b, 0, false);
	builder_udp(&b, SRC_PORT, DST_PORT);
	builder_finish(&b);
	quote = quote_of(true, &b);
	assert_false(quote.is_fragment);
	assert_ports(&quote, SRC_PORT, DST_PORT);
}

static void
an_ipv4_quote_is_a_header_with_its_options_and_8_bytes_at_least(void **state)
{
	static void (*const builds[]
	)(struct packet_builder * b) = {sample_ipv4_udp, sample_ipv4_options_udp};
	static const uint32_t shortest[] = {28, 36};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(builds); i++) {
		struct packet_builder b;

		builds[i](&b);
		for (uint32_t length = 0; length <= b.length - b.network; length++) {
			struct icmp_quote quote;
			bool found = quote_read_cut(false, &b, length, &quote);

			assert_int_equal(found, length >= shortest[i]);
			assert_int_equal(found && quote.has_ports, found);
		}
	}
}

static void
an_ipv6_quote_is_a_header_and_8_bytes_at_least(void **state)
{
	struct packet_builder b;

	(void)state;
	sample_ipv6_extensions_udp(&b);
	for (uint32_t length = 0; length <= b.length - b.network; length++) {
		struct icmp_quote quote;
		bool found = quote_read_cut(true, &b, length, &quote);

		assert_int_equal(found, length >= 48);
		/* The ports stand in the first 4 bytes behind the extension headers. */
		assert_int_equal(found && quote.has_ports, length >= b.transport - b.network + 4);
	}
}

static void
a_quote_of_another_ip_version_is_none(void **state)
{
	struct packet_builder b;
	struct icmp_quote quote;

	(void)state;
	sample_ipv6_udp(&b);
	assert_false(quote_read_cut(false, &b, b.end - b.network, &quote));
	sample_ipv4_udp(&b);
	assert_false(quote_read_cut(true, &b, b.end - b.network, &quote));
	sample_ipv4_udp(&b);
	b.bytes[b.network] = 0x55;
	assert_false(quote_read_cut(false, &b, b.end - b.network, &quote));
}

static void
a_header_length_that_lies_is_not_followed(void **state)
{
	struct packet_builder b;
	struct icmp_quote quote;

	(void)state;
	sample_ipv4_udp(&b);
	for (uint8_t words = 0; words < 5; words++) {
		b.bytes[b.network] = 0x40 | words;
		assert_false(quote_read_cut(false, &b, 28, &quote));
	}
	for (uint8_t words = 6; words < 16; words++) {
		b.bytes[b.network] = 0x40 | words;
		assert_false(quote_read_cut(false, &b, 28, &quote));
	}
}

static void
an_extension_length_that_lies_ends_the_walk(void **state)
{
	struct packet_builder b;
	struct icmp_quote quote;

	(void)state;
	sample_ipv6_extensions_udp(&b);
	b.bytes[b.network_end + 1] = 255;
	quote = quote_of(true, &b);
	assert_int_equal(quote.ip_protocol, IPPROTO_HOPOPTS);
	assert_false(quote.has_ports);
}

/* Some hosts quote the total length in host order, or without the header: RFC 1812 does not let them, but they do. */
static void
the_quoted_total_length_does_not_matter(void **state)
{
	struct packet_builder b;
	struct icmp_quote quote;

	(void)state;
	sample_ipv4_udp(&b);
	builder_put16(&b, b.network + 2, 0);
	quote = quote_of(false, &b);
	assert_ports(&quote, SRC_PORT, DST_PORT);
}

static void
padding_of_the_frame_is_no_quote(void **state)
{
	struct packet_builder quoted, b;
	struct icmp_quote quote;

	(void)state;
	sample_ipv4_udp(&quoted);
	error_build(&b, false, &quoted, 27);
	builder_zeros(&b, 60);
	assert_false(mbuf_quote_read(mbuf_exact(b.bytes, b.length), &quote));
}

static void
a_quote_may_lie_in_any_segments(void **state)
{
	static void (*const builds[]
	)(struct packet_builder * b) = {sample_ipv4_options_udp, sample_ipv6_extensions_udp};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(builds); i++) {
		struct icmp_quote whole = sample_quote(i, builds[i]);
		struct packet_builder quoted, b;

		builds[i](&quoted);
		error_build(&b, i, &quoted, quoted.end - quoted.network);
		for (uint32_t cut = 0; cut <= b.length; cut++) {
			struct icmp_quote quote;

			assert_true(mbuf_quote_read(mbuf_cut(b.bytes, b.length, cut), &quote));
			/* Up to the last member there is no padding. */
			assert_memory_equal(
				&quote, &whole, offsetof(struct icmp_quote, is_later_fragment) + 1
			);
		}
	}
}

static void
segments_that_hold_less_than_they_say_have_no_quote(void **state)
{
	struct packet_builder quoted, b;
	struct icmp_quote quote;
	struct rte_mbuf *m;
	struct packet p;

	(void)state;
	sample_ipv4_udp(&quoted);
	error_build(&b, false, &quoted, quoted.end - quoted.network);
	p = parse_built(&b);
	m = mbuf_exact(b.bytes, b.length - 1);
	m->pkt_len = b.length;
	assert_false(icmp_quote_read(m, &p, &quote));
	rte_pktmbuf_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_icmp_type_has_its_kind),
		cmocka_unit_test(each_icmp6_type_has_its_kind),
		cmocka_unit_test(what_is_no_icmp_of_its_ip_version_has_no_kind),
		cmocka_unit_test(an_answer_leads_to_its_query_and_a_query_to_itself),
		cmocka_unit_test(igmp_neighbour_discovery_and_mld_are_link_control_unless_fragments
		),
		cmocka_unit_test(a_quoted_ipv4_packet_has_its_addresses_and_ports),
		cmocka_unit_test(a_quoted_ipv6_packet_has_its_addresses_and_ports),
		cmocka_unit_test(options_and_extension_headers_of_the_quoted_packet_are_stepped_over
		),
		cmocka_unit_test(more_extension_headers_than_a_packet_may_have_are_not_followed),
		cmocka_unit_test(a_quoted_query_has_its_type_and_identifier),
		cmocka_unit_test(a_quoted_icmp_message_that_is_no_query_has_no_identifier),
		cmocka_unit_test(a_quoted_packet_without_ports_has_none),
		cmocka_unit_test(a_quoted_fragment_is_known_as_such),
		cmocka_unit_test(a_quoted_later_fragment_has_no_ports),
		cmocka_unit_test(a_quoted_atomic_fragment_is_a_whole_datagram),
		cmocka_unit_test(an_ipv4_quote_is_a_header_with_its_options_and_8_bytes_at_least),
		cmocka_unit_test(an_ipv6_quote_is_a_header_and_8_bytes_at_least),
		cmocka_unit_test(a_quote_of_another_ip_version_is_none),
		cmocka_unit_test(a_header_length_that_lies_is_not_followed),
		cmocka_unit_test(an_extension_length_that_lies_ends_the_walk),
		cmocka_unit_test(the_quoted_total_length_does_not_matter),
		cmocka_unit_test(padding_of_the_frame_is_no_quote),
		cmocka_unit_test(a_quote_may_lie_in_any_segments),
		cmocka_unit_test(segments_that_hold_less_than_they_say_have_no_quote),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
