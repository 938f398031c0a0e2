/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets spread over segments: the same metadata, and no trust in a length that the segments do not hold. */
#include "pipeline/packet/headers.h"
#include "pipeline/stages/parse.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/mbuf_builder.h"
#include "tests/unit/packet_samples.h"
#include "tests/unit/parse_helper.h"
#include "tests/unit/unit_test.h"

#include <netinet/in.h>

static struct packet
mbuf_parse(struct rte_mbuf *m)
{
	struct packet p;

	packet_parse(m, &p);
	rte_pktmbuf_free(m);
	return p;
}

static void
assert_same(const char *what, const struct packet *whole, const struct packet *cut)
{
	assert_fate(what, cut->fate, whole->fate);
	assert_true(packets_equal(whole, cut));
}

static void
a_packet_cut_into_two_segments_anywhere_is_the_same_packet(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_packet_samples; i++) {
		struct packet_builder b;
		struct packet whole;

		packet_samples[i].build(&b);
		whole = parse_built(&b);
		for (uint32_t cut = 0; cut <= b.length; cut++) {
			struct packet p = mbuf_parse(mbuf_cut(b.bytes, b.length, cut));

			assert_same(packet_samples[i].name, &whole, &p);
		}
	}
}

static void
a_packet_in_many_small_segments_is_the_same_packet(void **state)
{
	static const uint16_t pieces[] = {1, 2, 3, 7, 16};

	(void)state;
	for (size_t i = 0; i < n_packet_samples; i++) {
		struct packet_builder b;
		struct packet whole;

		packet_samples[i].build(&b);
		whole = parse_built(&b);
		for (unsigned j = 0; j < ARRAY_LENGTH(pieces); j++) {
			struct packet p = mbuf_parse(mbuf_pieces(b.bytes, b.length, pieces[j]));

			assert_same(packet_samples[i].name, &whole, &p);
		}
	}
}

/* Long enough that the sum over each part has carries beyond 16 bits. */
static void
a_long_packet_cut_into_two_segments_anywhere_has_a_good_checksum(void **state)
{
	struct packet_builder b;

	(void)state;
	builder_ethernet(&b);
	builder_ipv4(&b);
	builder_udp(&b, 1, 2);
	builder_pattern(&b, 1400);
	builder_finish(&b);
	for (uint32_t cut = 0; cut <= b.length; cut++)
		assert_fate("cut", mbuf_parse(mbuf_cut(b.bytes, b.length, cut)).fate, FATE_NONE);
}

static void
a_jumbo_frame_in_segments_of_odd_length_has_a_good_checksum(void **state)
{
	struct packet_builder b;

	(void)state;
	builder_ethernet(&b);
	builder_ipv6(&b);
	builder_tcp(&b, 1, 2, 20);
	builder_pattern(&b, 8999);
	builder_finish(&b);
	assert_fate("pieces of 2047", mbuf_parse(mbuf_pieces(b.bytes, b.length, 2047)).fate, 0);
	assert_fate("pieces of 333", mbuf_parse(mbuf_pieces(b.bytes, b.length, 333)).fate, 0);
}

static void
a_wrong_byte_in_any_segment_makes_the_checksum_bad(void **state)
{
	struct packet_builder b;

	(void)state;
	for (uint32_t at = 0; at < 300; at += 7) {
		builder_ethernet(&b);
		builder_ipv4(&b);
		builder_udp(&b, 1, 2);
		builder_pattern(&b, 300);
		builder_finish(&b);
		b.bytes[b.transport + 8 + at] ^= 0x10;
		assert_fate(
			"wrong byte",
			mbuf_parse(mbuf_pieces(b.bytes, b.length, 101)).fate,
			FATE_UDP_BAD_CHECKSUM
		);
	}
}

static void
the_window_is_the_packet_or_its_first_256_bytes(void **state)
{
	uint8_t scratch[HEADERS_WINDOW_BYTES];
	struct packet_builder b;
	struct rte_mbuf *m;
	struct headers h;

	(void)state;
	builder_ethernet(&b);
	builder_pattern(&b, 400);
	m = mbuf_exact(b.bytes, 255);
	h = headers_of(m, scratch);
	assert_int_equal(h.window, 255);
	assert_int_equal(h.limit, 255);
	rte_pktmbuf_free(m);
	m = mbuf_exact(b.bytes, 257);
	h = headers_of(m, scratch);
	assert_int_equal(h.window, 256);
	assert_int_equal(h.limit, 257);
	rte_pktmbuf_free(m);
}

static void
headers_in_one_segment_are_read_in_place(void **state)
{
	uint8_t scratch[HEADERS_WINDOW_BYTES];
	struct packet_builder b;
	struct rte_mbuf *m;

	(void)state;
	sample_ipv4_udp(&b);
	m = mbuf_exact(b.bytes, b.length);
	assert_ptr_equal(headers_of(m, scratch).bytes, rte_pktmbuf_mtod(m, const uint8_t *));
	rte_pktmbuf_free(m);
}

static void
peek_ends_where_the_layer_or_the_window_does(void **state)
{
	static const uint8_t bytes[HEADERS_WINDOW_BYTES];
	struct headers h = {.bytes = bytes, .window = 100, .limit = 60, .offset = 50};

	(void)state;
	assert_ptr_equal(headers_peek(&h, 10), bytes + 50);
	assert_null(headers_peek(&h, 11));
	h.limit = 200;
	assert_ptr_equal(headers_peek(&h, 50), bytes + 50);
	assert_null(headers_peek(&h, 51));
	assert_null(headers_peek(&h, UINT32_MAX - 10));
}

/* The IP length believes pkt_len; the bytes are not there. */
static struct packet
lying_parse(uint32_t claimed, uint32_t held, uint32_t cut)
{
	struct packet_builder b;
	struct rte_mbuf *m;

	builder_ethernet(&b);
	builder_ipv4(&b);
	builder_udp(&b, 1, 2);
	builder_pattern(&b, claimed - b.length);
	builder_finish(&b);
	m = cut == 0 ? mbuf_exact(b.bytes, held) : mbuf_cut(b.bytes, held, cut);
	m->pkt_len = claimed;
	return mbuf_parse(m);
}

static void
a_packet_length_beyond_the_segments_is_a_fault_when_headers_are_missing(void **state)
{
	(void)state;
	assert_int_not_equal(lying_parse(60, 30, 0).fate, FATE_NONE);
	assert_int_not_equal(lying_parse(60, 30, 10).fate, FATE_NONE);
	assert_int_not_equal(lying_parse(60, 0, 0).fate, FATE_NONE);
}

static void
a_packet_length_beyond_the_segments_is_a_fault_when_payload_is_missing(void **state)
{
	(void)state;
	assert_int_not_equal(lying_parse(1000, 600, 0).fate, FATE_NONE);
	assert_int_not_equal(lying_parse(1000, 600, 300).fate, FATE_NONE);
	assert_int_not_equal(lying_parse(1000, 999, 500).fate, FATE_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_packet_cut_into_two_segments_anywhere_is_the_same_packet),
		cmocka_unit_test(a_packet_in_many_small_segments_is_the_same_packet),
		cmocka_unit_test(a_long_packet_cut_into_two_segments_anywhere_has_a_good_checksum),
		cmocka_unit_test(a_jumbo_frame_in_segments_of_odd_length_has_a_good_checksum),
		cmocka_unit_test(a_wrong_byte_in_any_segment_makes_the_checksum_bad),
		cmocka_unit_test(the_window_is_the_packet_or_its_first_256_bytes),
		cmocka_unit_test(headers_in_one_segment_are_read_in_place),
		cmocka_unit_test(peek_ends_where_the_layer_or_the_window_does),
		cmocka_unit_test(
			a_packet_length_beyond_the_segments_is_a_fault_when_headers_are_missing
		),
		cmocka_unit_test(
			a_packet_length_beyond_the_segments_is_a_fault_when_payload_is_missing
		),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
