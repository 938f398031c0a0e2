/* SPDX-License-Identifier: BSD-3-Clause */
/* Which packets the stage takes for a feed's, and what it counts of them. */
#include "pipeline/stages/decode.h"
#include "pipeline/stages/parse.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/feed_fixture.h"
#include "tests/unit/mbuf_builder.h"
#include "tests/unit/packet_samples.h"
#include "tests/unit/parse_helper.h"
#include "tests/unit/unit_test.h"

#include <stdlib.h>
#include <string.h>

enum {
	PORT = 3,
	OTHER_PORT = 4,
};

/* One feed on two ports, a second feed over IPv6. */
enum {
	LINE_A,
	LINE_B,
	LINE_V6,
	LINES,
};

static struct worker worker; /* too big for a stack */
static struct burst burst;
static struct mold_builder payload;

static int
feeds_setup(void **state)
{
	struct feed_line lines[LINES] = {
		[LINE_A] = feed_fixture_line4(PORT, FEED_FIXTURE_DPORT),
		[LINE_B] = feed_fixture_line4(OTHER_PORT, FEED_FIXTURE_DPORT),
		[LINE_V6] = feed_fixture_line6(PORT, FEED_FIXTURE_DPORT),
	};

	(void)state;
	lines[LINE_V6].feed = 1;
	worker.feeds = feed_fixture_table(lines, LINES, 2);
	burst.n = 0;
	mold_start(&payload, 1, 1);
	mold_block(&payload, 'S', 12);
	return 0;
}

static int
feeds_teardown(void **state)
{
	feed_table_destroy(worker.feeds);
	rte_pktmbuf_free_bulk(burst.mbufs, burst.n);
	return eal_fixture_mbufs_are_back(state);
}

static const struct feed_counters *
feed_counters(unsigned feed)
{
	return &worker.feeds->feeds[feed].counters;
}

static void
burst_add(struct rte_mbuf *m, uint16_t port)
{
	m->port = port;
	burst.mbufs[burst.n++] = m;
}

static void
stages_run(void)
{
	parse_stage(&worker, &burst);
	decode_stage(&worker, &burst);
}

/* Parses and decodes one packet; its metadata afterwards. */
static const struct packet *
built_decode(const struct packet_builder *b, uint16_t port)
{
	burst_add(mbuf_exact(b->bytes, b->length), port);
	stages_run();
	return &burst.packets[burst.n - 1];
}

/* The same for the payload, over IPv4 to the line's place. */
static const struct packet *
payload_decode(uint16_t port)
{
	struct packet_builder b;

	feed_fixture_packet4(&b, FEED_FIXTURE_DPORT, &payload);
	return built_decode(&b, port);
}

static void
assert_nothing_counted(void)
{
	static const struct feed_counters zero;

	assert_memory_equal(feed_counters(0), &zero, sizeof(zero));
	assert_memory_equal(feed_counters(1), &zero, sizeof(zero));
}

static void
a_packet_at_a_lines_place_is_decoded(void **state)
{
	const struct packet *p = payload_decode(PORT);

	(void)state;
	assert_fate("line", p->fate, FATE_NONE);
	assert_int_equal(p->line, LINE_A);
	assert_int_equal(feed_counters(0)->packets, 1);
	assert_int_equal(feed_counters(0)->messages, 1);
	assert_int_equal(feed_counters(0)->bytes, payload.length);
}

static void
an_ipv6_packet_at_a_lines_place_is_decoded(void **state)
{
	struct packet_builder b;

	(void)state;
	feed_fixture_packet6(&b, FEED_FIXTURE_DPORT, &payload);
	assert_int_equal(built_decode(&b, PORT)->line, LINE_V6);
	assert_int_equal(feed_counters(0)->packets, 0);
	assert_int_equal(feed_counters(1)->packets, 1);
}

static void
lines_of_one_feed_share_its_counters_and_have_their_own(void **state)
{
	(void)state;
	(void)payload_decode(PORT);
	burst.mbufs[0]->port = OTHER_PORT;
	stages_run();
	assert_int_equal(burst.packets[0].line, LINE_B);
	assert_int_equal(feed_counters(0)->packets, 2);
	assert_int_equal(feed_counters(0)->messages, 2);
	assert_int_equal(worker.feeds->line_counters[LINE_A].packets, 1);
	assert_int_equal(worker.feeds->line_counters[LINE_A].messages, 1);
	assert_int_equal(worker.feeds->line_counters[LINE_B].packets, 1);
	assert_int_equal(worker.feeds->line_counters[LINE_B].messages, 1);
}

static void
the_same_packet_on_another_port_is_not_decoded(void **state)
{
	(void)state;
	assert_int_equal(payload_decode(PORT + 2)->line, PACKET_NO_LINE);
	assert_nothing_counted();
}

static void
a_packet_to_another_udp_port_is_not_decoded(void **state)
{
	struct packet_builder b;

	(void)state;
	feed_fixture_packet4(&b, FEED_FIXTURE_DPORT + 1, &payload);
	assert_int_equal(built_decode(&b, PORT)->line, PACKET_NO_LINE);
	assert_nothing_counted();
}

static void
a_packet_to_another_group_is_not_decoded(void **state)
{
	struct packet_builder b;

	(void)state;
	feed_fixture_packet4(&b, FEED_FIXTURE_DPORT, &payload);
	b.bytes[b.network + 19]++;
	builder_checksums(&b);
	assert_int_equal(built_decode(&b, PORT)->line, PACKET_NO_LINE);
	assert_nothing_counted();
}

static void
a_tcp_packet_to_the_place_is_not_decoded(void **state)
{
	struct packet_builder b;

	(void)state;
	sample_ipv4_tcp(&b);
	assert_int_equal(built_decode(&b, PORT)->line, PACKET_NO_LINE);
	assert_nothing_counted();
}

static void
fragments_to_the_place_are_not_decoded(void **state)
{
	struct packet_builder b;

	(void)state;
	sample_ipv4_first_fragment(&b);
	assert_int_equal(built_decode(&b, PORT)->line, PACKET_NO_LINE);
	sample_ipv4_last_fragment(&b);
	assert_int_equal(built_decode(&b, PORT)->line, PACKET_NO_LINE);
	assert_nothing_counted();
}

static void
a_packet_that_has_its_fate_already_is_not_decoded(void **state)
{
	struct packet_builder b;

	(void)state;
	feed_fixture_packet4(&b, FEED_FIXTURE_DPORT, &payload);
	b.bytes[b.length - 1] ^= 0xFF;
	assert_fate("bad checksum", built_decode(&b, PORT)->fate, FATE_UDP_BAD_CHECKSUM);
	assert_nothing_counted();
}

static void
messages_are_counted_by_their_type(void **state)
{
	const struct feed_counters *c;

	(void)state;
	mold_start(&payload, 1, 4);
	mold_block(&payload, 'A', 36);
	mold_block(&payload, 'S', 12);
	mold_block(&payload, 'A', 37);
	mold_block(&payload, 'I', 50);
	(void)payload_decode(PORT);
	c = feed_counters(0);
	assert_int_equal(c->messages, 4);
	assert_int_equal(c->messages_by_type['A'], 2);
	assert_int_equal(c->messages_by_type['S'], 1);
	assert_int_equal(c->messages_by_type['I'], 1);
	assert_int_equal(c->errors[DECODE_ERROR_NONE], 0);
}

static void
malformed_messages_are_counted_by_reason_and_cost_the_others_nothing(void **state)
{
	const struct feed_counters *c;

	(void)state;
	mold_start(&payload, 1, 5);
	mold_block(&payload, 'A', 35);
	mold_block(&payload, 'Z', 12);
	mold_block(&payload, 0, 0);
	mold_block(&payload, 'S', 12);
	mold_block(&payload, 'z', 1);
	assert_fate("malformed messages", payload_decode(PORT)->fate, FATE_NONE);
	c = feed_counters(0);
	assert_int_equal(c->packets, 1);
	assert_int_equal(c->messages, 1);
	assert_int_equal(c->messages_by_type['S'], 1);
	assert_int_equal(c->messages_by_type['A'], 0);
	assert_int_equal(c->errors[DECODE_ERROR_MESSAGE_TRUNCATED], 1);
	assert_int_equal(c->errors[DECODE_ERROR_MESSAGE_UNKNOWN_TYPE], 2);
	assert_int_equal(c->errors[DECODE_ERROR_MESSAGE_EMPTY], 1);
	assert_int_equal(worker.feeds->line_counters[LINE_A].messages, 1);
}

static void
broken_framing_is_the_packets_fate_and_no_message_of_it_counts(void **state)
{
	const struct feed_counters *c;
	const struct packet *p;

	(void)state;
	mold_start(&payload, 1, 3);
	mold_block(&payload, 'S', 12);
	mold_block(&payload, 'S', 12);
	p = payload_decode(PORT);
	assert_fate("count beyond the end", p->fate, FATE_FEED_MALFORMED);
	assert_int_equal(p->line, LINE_A);
	c = feed_counters(0);
	assert_int_equal(c->errors[DECODE_ERROR_MOLD_BLOCK_TRUNCATED], 1);
	assert_int_equal(c->packets, 0);
	assert_int_equal(c->bytes, 0);
	assert_int_equal(c->messages, 0);
	assert_int_equal(worker.feeds->line_counters[LINE_A].packets, 0);
}

static void
an_empty_payload_is_malformed(void **state)
{
	(void)state;
	payload.length = 0;
	assert_fate("empty", payload_decode(PORT)->fate, FATE_FEED_MALFORMED);
	assert_int_equal(feed_counters(0)->errors[DECODE_ERROR_MOLD_HEADER_TRUNCATED], 1);
}

static void
heartbeats_and_ends_of_session_are_counted_apart(void **state)
{
	struct packet_builder b;

	(void)state;
	mold_start(&payload, 1, 0);
	feed_fixture_packet4(&b, FEED_FIXTURE_DPORT, &payload);
	burst_add(mbuf_exact(b.bytes, b.length), PORT);
	mold_start(&payload, 1, 0xFFFF);
	feed_fixture_packet4(&b, FEED_FIXTURE_DPORT, &payload);
	burst_add(mbuf_exact(b.bytes, b.length), PORT);
	stages_run();
	assert_int_equal(feed_counters(0)->packets, 2);
	assert_int_equal(feed_counters(0)->heartbeats, 1);
	assert_int_equal(feed_counters(0)->sessions_ended, 1);
	assert_int_equal(feed_counters(0)->messages, 0);
}

static void
trailing_bytes_are_counted_and_no_fault(void **state)
{
	(void)state;
	mold_trailing(&payload, 3);
	assert_fate("trailing", payload_decode(PORT)->fate, FATE_NONE);
	assert_int_equal(feed_counters(0)->errors[DECODE_ERROR_MOLD_TRAILING_BYTES], 1);
	assert_int_equal(feed_counters(0)->messages, 1);
}

static void
padding_of_the_frame_is_not_payload(void **state)
{
	struct packet_builder b;

	(void)state;
	mold_start(&payload, 1, 0);
	feed_fixture_packet4(&b, FEED_FIXTURE_DPORT, &payload);
	builder_zeros(&b, 10);
	assert_fate("padded", built_decode(&b, PORT)->fate, FATE_NONE);
	assert_int_equal(feed_counters(0)->errors[DECODE_ERROR_MOLD_TRAILING_BYTES], 0);
}

static void
more_messages_than_are_read_at_once_are_all_counted(void **state)
{
	(void)state;
	mold_start(&payload, 1, 300);
	for (unsigned i = 0; i < 300; i++)
		mold_block(&payload, i % 3 == 0 ? 'S' : 'W', 12);
	(void)payload_decode(PORT);
	assert_int_equal(feed_counters(0)->messages, 300);
	assert_int_equal(feed_counters(0)->messages_by_type['S'], 100);
	assert_int_equal(feed_counters(0)->messages_by_type['W'], 200);
}

/* The metadata comes from the whole packet, so that only the payload's way is tested. */
static void
a_payload_in_segments_is_decoded_like_a_whole_one(void **state)
{
	struct feed_counters whole;
	struct packet_builder b;

	(void)state;
	mold_start(&payload, 1, 3);
	mold_block(&payload, 'A', 36);
	mold_block(&payload, 0, 0);
	mold_block(&payload, 'I', 50);
	feed_fixture_packet4(&b, FEED_FIXTURE_DPORT, &payload);
	(void)built_decode(&b, PORT);
	whole = *feed_counters(0);
	for (uint32_t cut = 0; cut <= b.length; cut++) {
		memset(&worker.feeds->feeds[0].counters, 0, sizeof(whole));
		rte_pktmbuf_free(burst.mbufs[0]);
		burst.mbufs[0] = mbuf_cut(b.bytes, b.length, cut);
		burst.mbufs[0]->port = PORT;
		burst.packets[0] = parse_built(&b);
		decode_stage(&worker, &burst);
		assert_fate("cut", burst.packets[0].fate, FATE_NONE);
		assert_memory_equal(feed_counters(0), &whole, sizeof(whole));
	}
}

static void
a_payload_beyond_the_segments_is_malformed(void **state)
{
	struct packet_builder b;

	(void)state;
	feed_fixture_packet4(&b, FEED_FIXTURE_DPORT, &payload);
	burst_add(mbuf_exact(b.bytes, b.length - 1), PORT);
	burst.packets[0] = parse_built(&b);
	decode_stage(&worker, &burst);
	assert_fate("one byte short", burst.packets[0].fate, FATE_FEED_MALFORMED);
}

static void
every_packet_of_a_full_burst_is_looked_at(void **state)
{
	struct packet_builder line, other;

	(void)state;
	feed_fixture_packet4(&line, FEED_FIXTURE_DPORT, &payload);
	sample_ipv4_icmp(&other);
	for (unsigned i = 0; i < BURST_MAX; i++) {
		const struct packet_builder *b = i % 2 == 0 ? &line : &other;

		burst_add(mbuf_exact(b->bytes, b->length), PORT);
	}
	stages_run();
	for (unsigned i = 0; i < BURST_MAX; i++)
		assert_int_equal(burst.packets[i].line, i % 2 == 0 ? LINE_A : PACKET_NO_LINE);
	assert_int_equal(feed_counters(0)->packets, BURST_MAX / 2);
}

#define FEED_TEST(name) cmocka_unit_test_setup_teardown(name, feeds_setup, feeds_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FEED_TEST(a_packet_at_a_lines_place_is_decoded),
		FEED_TEST(an_ipv6_packet_at_a_lines_place_is_decoded),
		FEED_TEST(lines_of_one_feed_share_its_counters_and_have_their_own),
		FEED_TEST(the_same_packet_on_another_port_is_not_decoded),
		FEED_TEST(a_packet_to_another_udp_port_is_not_decoded),
		FEED_TEST(a_packet_to_another_group_is_not_decoded),
		FEED_TEST(a_tcp_packet_to_the_place_is_not_decoded),
		FEED_TEST(fragments_to_the_place_are_not_decoded),
		FEED_TEST(a_packet_that_has_its_fate_already_is_not_decoded),
		FEED_TEST(messages_are_counted_by_their_type),
		FEED_TEST(malformed_messages_are_counted_by_reason_and_cost_the_others_nothing),
		FEED_TEST(broken_framing_is_the_packets_fate_and_no_message_of_it_counts),
		FEED_TEST(an_empty_payload_is_malformed),
		FEED_TEST(heartbeats_and_ends_of_session_are_counted_apart),
		FEED_TEST(trailing_bytes_are_counted_and_no_fault),
		FEED_TEST(padding_of_the_frame_is_not_payload),
		FEED_TEST(more_messages_than_are_read_at_once_are_all_counted),
		FEED_TEST(a_payload_in_segments_is_decoded_like_a_whole_one),
		FEED_TEST(a_payload_beyond_the_segments_is_malformed),
		FEED_TEST(every_packet_of_a_full_burst_is_looked_at),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
