/* SPDX-License-Identifier: BSD-3-Clause */
/* What the sender of a refused packet is answered, byte by byte, and when it is not. */
#include "pipeline/packet/icmp_error.h"
#include "pipeline/packet/reject.h"
#include "pipeline/packet/tcp_flag.h"
#include "pipeline/stages/parse.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/mbuf_builder.h"
#include "tests/unit/packet_samples.h"
#include "tests/unit/parse_helper.h"
#include "tests/unit/unit_test.h"

#include <rte_byteorder.h>
#include <rte_ip.h>

#include <netinet/in.h>
#include <string.h>

enum {
	TCP_FIN_SYN = TCP_FIN | TCP_SYN,
	TCP_RST_ACK = TCP_RST | TCP_ACK,
	TCP_FIN_ACK = TCP_FIN | TCP_ACK,
	SRC_PORT = 40000,
	DST_PORT = 26477,
	DF = 0x4000,
};

/* The builder sends to a group. */
static void
to_host(struct packet_builder *b)
{
	static const uint8_t mac[6] = {0x02, 0, 0, 0, 0, 2};

	memcpy(b->bytes, mac, sizeof(mac));
}

static void
ip_start(struct packet_builder *b, bool ipv6)
{
	builder_ethernet(b);
	to_host(b);
	if (ipv6)
		builder_ipv6(b);
	else
		builder_ipv4(b);
}

static void
put32(struct packet_builder *b, uint32_t at, uint32_t value)
{
	builder_put16(b, at, (uint16_t)(value >> 16));
	builder_put16(b, at + 2, (uint16_t)value);
}

static uint32_t
get32(const struct packet_builder *b, uint32_t at)
{
	return (uint32_t)builder_get16(b, at) << 16 | builder_get16(b, at + 2);
}

/* The segment's header and payload, behind whatever is there; finishes the packet. */
static void
segment_finish(struct packet_builder *b, uint8_t flags, uint32_t seq, uint32_t ack, uint32_t n)
{
	builder_tcp(b, SRC_PORT, DST_PORT, 24);
	put32(b, b->transport + 4, seq);
	put32(b, b->transport + 8, ack);
	b->bytes[b->transport + 13] = flags;
	builder_pattern(b, n);
	builder_finish(b);
}

static void
datagram_build(struct packet_builder *b, bool ipv6, uint32_t n)
{
	ip_start(b, ipv6);
	builder_udp(b, SRC_PORT, DST_PORT);
	builder_pattern(b, n);
	builder_finish(b);
}

/* Parses and rejects; the mbuf is freed. What is in it then is `answer`, as far as it is one segment. */
static bool
mbuf_rejected(struct rte_mbuf *m, struct packet_builder *answer)
{
	struct packet p;
	bool is_answered;

	packet_parse(m, &p);
	assert_fate("refused packet", p.fate, FATE_NONE);
	is_answered = packet_reject(m, &p);
	*answer = (struct packet_builder){0};
	if (is_answered) {
		assert_int_equal(m->nb_segs, 1);
		assert_null(m->next);
		assert_int_equal(m->pkt_len, m->data_len);
		assert_true(m->data_off + m->data_len <= m->buf_len);
		builder_bytes(answer, rte_pktmbuf_mtod(m, const uint8_t *), m->data_len);
	}
	rte_pktmbuf_free(m);
	return is_answered;
}

static bool
is_rejected(const struct packet_builder *b, struct packet_builder *answer)
{
	return mbuf_rejected(mbuf_pooled(b->bytes, (uint16_t)b->length), answer);
}

/* Checksums by DPDK, which shares nothing with the product's. */
static void
assert_checksums(const struct packet_builder *answer, const struct packet *p)
{
	const uint8_t *ip = answer->bytes + p->l3_offset, *l4 = answer->bytes + p->l4_offset;

	if (p->kind == PACKET_IPV6) {
		assert_int_equal(
			rte_ipv6_udptcp_cksum_verify((const struct rte_ipv6_hdr *)ip, l4), 0
		);
		return;
	}
	assert_int_equal(rte_raw_cksum(ip, 20), 0xFFFF);
	if (p->ip_protocol == IPPROTO_TCP)
		assert_int_equal(
			rte_ipv4_udptcp_cksum_verify((const struct rte_ipv4_hdr *)ip, l4), 0
		);
	else
		assert_int_equal(rte_raw_cksum(l4, p->l4_length), 0xFFFF);
}

/* The answer goes back to the sender of `b`, with its tags, and is whole. */
static struct packet
answer_check(const struct packet_builder *b, const struct packet_builder *answer)
{
	struct packet from = parse_built(b), p = parse_built(answer);

	assert_fate("answer", p.fate, FATE_NONE);
	assert_memory_equal(answer->bytes, b->bytes + 6, 6);
	assert_memory_equal(answer->bytes + 6, b->bytes, 6);
	assert_memory_equal(answer->bytes + 12, b->bytes + 12, from.l3_offset - 12);
	assert_int_equal(p.kind, from.kind);
	assert_int_equal(p.l3_offset, from.l3_offset);
	assert_int_equal(p.l4_offset + p.l4_length, answer->length);
	assert_memory_equal(&p.src, &from.dst, sizeof(p.src));
	assert_memory_equal(&p.dst, &from.src, sizeof(p.dst));
	assert_int_equal(
		p.kind == PACKET_IPV4 ? answer->bytes[p.l3_offset + 8]
				      : answer->bytes[p.l3_offset + 7],
		64
	);
	assert_checksums(answer, &p);
	return p;
}

static void
reset_check(const struct packet_builder *b, uint8_t flags, uint32_t seq, uint32_t ack)
{
	struct packet_builder answer;
	struct packet p;

	assert_true(is_rejected(b, &answer));
	p = answer_check(b, &answer);
	assert_int_equal(p.ip_protocol, IPPROTO_TCP);
	assert_int_equal(p.l4_offset - p.l3_offset, p.kind == PACKET_IPV4 ? 20 : 40);
	assert_int_equal(p.l4_length, 20);
	assert_int_equal(p.payload_length, 0);
	assert_int_equal(p.src_port_be, rte_cpu_to_be_16(DST_PORT));
	assert_int_equal(p.dst_port_be, rte_cpu_to_be_16(SRC_PORT));
	assert_int_equal(p.tcp_flags, flags);
	assert_int_equal(get32(&answer, p.l4_offset + 4), seq);
	assert_int_equal(get32(&answer, p.l4_offset + 8), ack);
	assert_int_equal(get32(&answer, p.l4_offset + 12) & 0xFFFF, 0); /* window */
}

static void
a_segment_without_ack_is_reset_with_an_ack_of_all_of_it(void **state)
{
	static const struct {
		uint8_t flags;
		uint32_t seq, n, ack;
	} cases[] = {
		{TCP_SYN, 1000, 0, 1001},
		{TCP_SYN, 1000, 5, 1006},
		{TCP_SYN, UINT32_MAX, 0, 0},
		{TCP_FIN_SYN, 1000, 1, 1003},
		{0, 1000, 7, 1007},
	};

	(void)state;
	for (unsigned i = 0; i < 2 * ARRAY_LENGTH(cases); i++) {
		struct packet_builder b;

		ip_start(&b, i % 2);
		segment_finish(&b, cases[i / 2].flags, cases[i / 2].seq, 77, cases[i / 2].n);
		reset_check(&b, TCP_RST_ACK, 0, cases[i / 2].ack);
	}
}

static void
a_segment_with_ack_is_reset_at_what_it_acknowledges(void **state)
{
	static const uint8_t flags[] = {TCP_ACK, TCP_ACK | TCP_SYN, TCP_FIN_ACK, TCP_ACK | 0xC8};

	(void)state;
	for (unsigned i = 0; i < 2 * ARRAY_LENGTH(flags); i++) {
		struct packet_builder b;

		ip_start(&b, i % 2);
		segment_finish(&b, flags[i / 2], 1000, 0xFEDCBA98, 9);
		reset_check(&b, TCP_RST, 0xFEDCBA98, 0);
	}
}

static void
a_segment_behind_options_extensions_and_tags_is_reset(void **state)
{
	static const uint8_t options[8] = {1, 1, 1, 1, 7, 4, 4, 0};
	struct packet_builder b;

	(void)state;
	builder_ethernet(&b);
	to_host(&b);
	builder_vlan(&b, 0x88A8, 0xE064);
	builder_vlan(&b, 0x8100, 0x2065);
	builder_ipv4(&b);
	builder_ipv4_options(&b, options, sizeof(options));
	segment_finish(&b, TCP_SYN, 1, 0, 0);
	reset_check(&b, TCP_RST_ACK, 0, 2);
	builder_ethernet(&b);
	to_host(&b);
	builder_vlan(&b, 0x8100, 100);
	builder_ipv6(&b);
	builder_ipv6_extension(&b, IPPROTO_HOPOPTS, 8);
	builder_ipv6_extension(&b, IPPROTO_DSTOPTS, 16);
	segment_finish(&b, TCP_SYN, 1, 0, 100);
	reset_check(&b, TCP_RST_ACK, 0, 102);
}

/* The mbuf has no byte more than the segment, and no room: AddressSanitizer watches. */
static void
a_reset_needs_no_room(void **state)
{
	struct packet_builder b, answer;

	(void)state;
	for (unsigned ipv6 = 0; ipv6 < 2; ipv6++) {
		ip_start(&b, ipv6);
		builder_tcp(&b, SRC_PORT, DST_PORT, 20);
		builder_finish(&b);
		assert_true(mbuf_rejected(mbuf_exact(b.bytes, b.length), &answer));
		(void)answer_check(&b, &answer);
	}
}

/* The ICMP error that a packet gets; `quote` bytes of it are quoted. */
static void
error_check(const struct packet_builder *b, const struct packet_builder *answer, uint32_t quote)
{
	struct packet p = answer_check(b, answer), from = parse_built(b);
	bool ipv6 = p.kind == PACKET_IPV6;
	uint32_t icmp = p.l4_offset;

	assert_int_equal(p.ip_protocol, ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
	assert_int_equal(p.l4_offset - p.l3_offset, ipv6 ? 40 : 20);
	assert_int_equal(icmp_kind(&p), ICMP_KIND_ERROR);
	assert_int_equal(p.icmp_type, ipv6 ? 1 : 3);
	assert_int_equal(p.icmp_code, ipv6 ? 1 : 13);
	assert_int_equal(get32(answer, icmp + 4), 0);
	assert_int_equal(p.l4_length, 8 + quote);
	assert_memory_equal(answer->bytes + icmp + 8, b->bytes + from.l3_offset, quote);
	if (ipv6)
		return;
	assert_int_equal(answer->bytes[p.l3_offset + 1], 0xC0);
	assert_int_equal(builder_get16(answer, p.l3_offset + 6), DF);
}

static void
assert_error(const struct packet_builder *b, uint32_t quote)
{
	struct packet_builder answer;

	assert_true(is_rejected(b, &answer));
	error_check(b, &answer, quote);
}

static void
any_other_packet_is_quoted_whole_in_an_error(void **state)
{
	static const uint8_t options[8] = {1, 1, 1, 1, 7, 4, 4, 0};
	struct packet_builder b;

	(void)state;
	datagram_build(&b, false, 10);
	assert_error(&b, 20 + 8 + 10);
	datagram_build(&b, true, 10);
	assert_error(&b, 40 + 8 + 10);
	builder_ethernet(&b);
	to_host(&b);
	builder_vlan(&b, 0x88A8, 0xE064);
	builder_vlan(&b, 0x8100, 0x2065);
	builder_ipv4(&b);
	builder_ipv4_options(&b, options, sizeof(options));
	builder_protocol(&b, IPPROTO_GRE);
	builder_pattern(&b, 3);
	builder_finish(&b);
	assert_error(&b, 28 + 3);
	sample_ipv6_extensions_udp(&b);
	to_host(&b);
	assert_error(&b, b.end - b.network);
}

static void
the_error_names_the_flow_of_the_packet(void **state)
{
	struct packet_builder b, answer;
	struct icmp_quote quote;
	struct rte_mbuf *m;
	struct packet p, from;

	(void)state;
	for (unsigned ipv6 = 0; ipv6 < 2; ipv6++) {
		datagram_build(&b, ipv6, 10);
		from = parse_built(&b);
		assert_true(is_rejected(&b, &answer));
		m = mbuf_exact(answer.bytes, answer.length);
		packet_parse(m, &p);
		assert_true(icmp_quote_read(m, &p, &quote));
		rte_pktmbuf_free(m);
		assert_memory_equal(&quote.src, &from.src, sizeof(quote.src));
		assert_memory_equal(&quote.dst, &from.dst, sizeof(quote.dst));
		assert_int_equal(quote.src_port_be, from.src_port_be);
		assert_int_equal(quote.dst_port_be, from.dst_port_be);
	}
}

static void
an_error_is_576_bytes_of_ipv4_and_1280_of_ipv6_at_most(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < 1600; n++) {
		struct packet_builder b;

		datagram_build(&b, false, n);
		assert_error(&b, RTE_MIN(28 + n, 576u - 28));
		datagram_build(&b, true, n);
		assert_error(&b, RTE_MIN(48 + n, 1280u - 48));
	}
}

static void
padding_is_not_quoted(void **state)
{
	struct packet_builder b;

	(void)state;
	datagram_build(&b, false, 1);
	builder_zeros(&b, 17);
	assert_error(&b, 29);
	datagram_build(&b, true, 0);
	builder_pattern(&b, 40);
	assert_error(&b, 48);
}

static void
queries_and_their_answers_get_an_error(void **state)
{
	static const uint8_t types4[] = {0, 8, 13, 14, 15, 16, 17, 18};

	(void)state;
	for (unsigned i = 0; i < 2 * 256; i++) {
		uint8_t type = (uint8_t)(i / 2);
		bool expected = i % 2 ? type == 128 || type == 129
				      : memchr(types4, type, sizeof(types4)) != NULL;
		struct packet_builder b, answer;

		ip_start(&b, i % 2);
		builder_message(&b, i % 2 ? IPPROTO_ICMPV6 : IPPROTO_ICMP, type);
		builder_pattern(&b, 48);
		builder_finish(&b);
		assert_int_equal(is_rejected(&b, &answer), expected);
		if (expected)
			error_check(&b, &answer, b.end - b.network);
	}
}

static void
a_reset_is_not_answered(void **state)
{
	static const uint8_t flags[] = {TCP_RST, TCP_RST_ACK};

	(void)state;
	for (unsigned i = 0; i < 2 * ARRAY_LENGTH(flags); i++) {
		struct packet_builder b, answer;

		ip_start(&b, i % 2);
		segment_finish(&b, flags[i / 2], 1, 2, 0);
		assert_false(is_rejected(&b, &answer));
	}
}

static void
no_answer_is_answered_itself(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_packet_samples; i++) {
		struct packet_builder b, answer, second;

		packet_samples[i].build(&b);
		to_host(&b);
		if (!is_rejected(&b, &answer))
			continue;
		(void)answer_check(&b, &answer);
		assert_false(is_rejected(&answer, &second));
	}
}

static void
of_a_torn_datagram_the_first_fragment_alone_is_answered(void **state)
{
	struct packet_builder b, answer;

	(void)state;
	sample_ipv4_first_fragment(&b);
	to_host(&b);
	assert_error(&b, b.end - b.network);
	sample_ipv6_first_fragment(&b);
	to_host(&b);
	assert_error(&b, b.end - b.network);
	sample_ipv4_last_fragment(&b);
	to_host(&b);
	assert_false(is_rejected(&b, &answer));
	sample_ipv6_last_fragment(&b);
	to_host(&b);
	assert_false(is_rejected(&b, &answer));
}

static void
a_fragment_of_tcp_gets_an_error(void **state)
{
	struct packet_builder b;

	(void)state;
	ip_start(&b, false);
	builder_ipv4_fragment(&b, 0, true);
	segment_finish(&b, TCP_SYN, 1, 0, 16);
	assert_error(&b, 20 + 24 + 16);
}

static void
a_segment_whose_destination_is_a_stop_on_the_way_gets_an_error(void **state)
{
	static const uint8_t loose_route[8] = {131, 7, 4, 192, 0, 2, 99, 0};
	struct packet_builder b;

	(void)state;
	ip_start(&b, false);
	builder_ipv4_options(&b, loose_route, sizeof(loose_route));
	segment_finish(&b, TCP_SYN, 1, 0, 0);
	assert_error(&b, 28 + 24);
}

static void
what_is_no_ip_or_igmp_is_not_answered(void **state)
{
	struct packet_builder b, answer;

	(void)state;
	builder_ethernet(&b);
	to_host(&b);
	builder_arp(&b);
	builder_finish(&b);
	assert_false(is_rejected(&b, &answer));
	sample_ipv4_igmp(&b);
	to_host(&b);
	assert_false(is_rejected(&b, &answer));
}

static void
frames_of_or_to_a_group_are_not_answered(void **state)
{
	struct packet_builder b, answer;

	(void)state;
	datagram_build(&b, false, 10);
	b.bytes[0] |= 1;
	assert_false(is_rejected(&b, &answer));
	datagram_build(&b, false, 10);
	memset(b.bytes, 0xFF, 6);
	assert_false(is_rejected(&b, &answer));
	datagram_build(&b, false, 10);
	b.bytes[6] |= 1;
	assert_false(is_rejected(&b, &answer));
}

static void
an_ipv4_address_that_is_not_one_hosts_is_not_answered(void **state)
{
	static const struct {
		uint32_t address;
		bool expected;
	} cases[] = {
		{0x00000000, false},
		{0x00FFFFFF, false},
		{0x01000000, true},
		{0x7E000001, true},
		{0x7F000001, false},
		{0x80000001, true},
		{0xDFFFFFFF, true},
		{0xE0000001, false},
		{0xF0000001, false},
		{0xFFFFFFFF, false},
	};

	(void)state;
	for (unsigned i = 0; i < 2 * ARRAY_LENGTH(cases); i++) {
		struct packet_builder b, answer;

		datagram_build(&b, false, 10);
		put32(&b, b.network + 12 + i % 2 * 4, cases[i / 2].address);
		builder_checksums(&b);
		assert_int_equal(is_rejected(&b, &answer), cases[i / 2].expected);
	}
}

static void
an_ipv6_address_that_is_not_one_hosts_is_not_answered(void **state)
{
	static const struct {
		uint8_t address[16];
		bool expected;
	} cases[] = {
		{{0}, false},
		{{[15] = 1}, false},
		{{[15] = 2}, true},
		{{[14] = 1}, true},
		{{[7] = 1}, true},
		{{0xFF, 0x02, [15] = 1}, false},
		{{0xFE, 0x80, [15] = 1}, true},
	};

	(void)state;
	for (unsigned i = 0; i < 2 * ARRAY_LENGTH(cases); i++) {
		struct packet_builder b, answer;

		datagram_build(&b, true, 10);
		memcpy(b.bytes + b.network + 8 + i % 2 * 16, cases[i / 2].address, 16);
		builder_checksums(&b);
		assert_int_equal(is_rejected(&b, &answer), cases[i / 2].expected);
	}
}

/* One exact segment that has room for n bytes more. */
static struct rte_mbuf *
mbuf_with_room(const struct packet_builder *b, uint16_t n)
{
	struct rte_mbuf *m = mbuf_exact(b->bytes, b->length + n);

	assert_int_equal(rte_pktmbuf_trim(m, n), 0);
	return m;
}

static void
the_quote_is_cut_to_the_room_that_there_is(void **state)
{
	(void)state;
	for (unsigned ipv6 = 0; ipv6 < 2; ipv6++) {
		uint32_t headers = ipv6 ? 48 : 28, added = ipv6 ? 48 : 28;

		for (uint16_t room = 0; room < 64; room++) {
			struct packet_builder b, answer;

			datagram_build(&b, ipv6, 20);
			if (room + 20u < added) {
				assert_false(mbuf_rejected(mbuf_with_room(&b, room), &answer));
				continue;
			}
			assert_true(mbuf_rejected(mbuf_with_room(&b, room), &answer));
			error_check(
				&b, &answer, RTE_MIN(headers + 20, headers + 20 + room - added)
			);
		}
	}
}

static void
an_mbuf_that_others_use_too_is_not_written_to(void **state)
{
	struct packet_builder b, after;
	struct rte_mbuf *m, *clone;
	struct packet p;

	(void)state;
	datagram_build(&b, false, 10);
	m = mbuf_pooled(b.bytes, (uint16_t)b.length);
	packet_parse(m, &p);
	rte_mbuf_refcnt_update(m, 1);
	assert_false(packet_reject(m, &p));
	rte_mbuf_refcnt_update(m, -1);
	clone = rte_pktmbuf_clone(m, eal_fixture_pool());
	assert_non_null(clone);
	assert_false(packet_reject(clone, &p));
	assert_false(packet_reject(m, &p));
	rte_pktmbuf_free(clone);
	assert_memory_equal(rte_pktmbuf_mtod(m, void *), b.bytes, b.length);
	assert_true(mbuf_rejected(m, &after));
}

static void
an_external_buffer_that_others_use_too_is_not_written_to(void **state)
{
	struct packet_builder b, after;
	struct rte_mbuf *m, *clone;
	struct packet p;

	(void)state;
	datagram_build(&b, false, 10);
	m = mbuf_with_room(&b, 100);
	packet_parse(m, &p);
	clone = rte_pktmbuf_clone(m, eal_fixture_pool());
	assert_non_null(clone);
	assert_false(packet_reject(clone, &p));
	assert_false(packet_reject(m, &p));
	rte_pktmbuf_free(clone);
	assert_true(mbuf_rejected(m, &after));
}

/* Answered from the first segment, where that holds what is needed; the others are freed. */
static void
of_several_segments_the_first_one_is_enough(void **state)
{
	(void)state;
	for (unsigned ipv6 = 0; ipv6 < 2; ipv6++) {
		struct packet_builder b, answer;

		ip_start(&b, ipv6);
		segment_finish(&b, TCP_SYN, 1, 0, 30);
		for (uint32_t cut = 0; cut <= b.length; cut++) {
			bool expected = cut >= b.transport + 20;
			struct rte_mbuf *m = mbuf_cut(b.bytes, b.length, cut);

			assert_int_equal(mbuf_rejected(m, &answer), expected);
			if (expected)
				(void)answer_check(&b, &answer);
		}
	}
}

static void
the_quote_of_a_packet_in_segments_is_of_the_first_one(void **state)
{
	struct packet_builder b, answer;

	(void)state;
	datagram_build(&b, false, 100);
	for (uint32_t cut = 14; cut < b.length; cut++) {
		struct rte_mbuf *m = mbuf_pooled(b.bytes, (uint16_t)cut);
		bool expected = cut >= b.transport + 8;

		assert_int_equal(
			rte_pktmbuf_chain(m, mbuf_exact(b.bytes + cut, b.length - cut)), 0
		);
		assert_int_equal(mbuf_rejected(m, &answer), expected);
		if (expected)
			error_check(&b, &answer, cut - 14);
	}
}

#define REJECT_TEST(name) cmocka_unit_test_teardown(name, eal_fixture_mbufs_are_back)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		REJECT_TEST(a_segment_without_ack_is_reset_with_an_ack_of_all_of_it),
		REJECT_TEST(a_segment_with_ack_is_reset_at_what_it_acknowledges),
		REJECT_TEST(a_segment_behind_options_extensions_and_tags_is_reset),
		REJECT_TEST(a_reset_needs_no_room),
		REJECT_TEST(any_other_packet_is_quoted_whole_in_an_error),
		REJECT_TEST(the_error_names_the_flow_of_the_packet),
		REJECT_TEST(an_error_is_576_bytes_of_ipv4_and_1280_of_ipv6_at_most),
		REJECT_TEST(padding_is_not_quoted),
		REJECT_TEST(queries_and_their_answers_get_an_error),
		REJECT_TEST(a_reset_is_not_answered),
		REJECT_TEST(no_answer_is_answered_itself),
		REJECT_TEST(of_a_torn_datagram_the_first_fragment_alone_is_answered),
		REJECT_TEST(a_fragment_of_tcp_gets_an_error),
		REJECT_TEST(a_segment_whose_destination_is_a_stop_on_the_way_gets_an_error),
		REJECT_TEST(what_is_no_ip_or_igmp_is_not_answered),
		REJECT_TEST(frames_of_or_to_a_group_are_not_answered),
		REJECT_TEST(an_ipv4_address_that_is_not_one_hosts_is_not_answered),
		REJECT_TEST(an_ipv6_address_that_is_not_one_hosts_is_not_answered),
		REJECT_TEST(the_quote_is_cut_to_the_room_that_there_is),
		REJECT_TEST(an_mbuf_that_others_use_too_is_not_written_to),
		REJECT_TEST(an_external_buffer_that_others_use_too_is_not_written_to),
		REJECT_TEST(of_several_segments_the_first_one_is_enough),
		REJECT_TEST(the_quote_of_a_packet_in_segments_is_of_the_first_one),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
