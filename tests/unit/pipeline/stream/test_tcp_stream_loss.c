/* SPDX-License-Identifier: BSD-3-Clause */
/* Bytes that do not come, limits, budgets, and what is released when. */
#include "tests/unit/pipeline/stream/stream_fixture.h"
#include "tests/unit/pipeline/stream/test_framings.h"
#include "tests/unit/unit_test.h"

#include <string.h>

static struct stream_fixture f;
static struct tcp_stream *stream;

/* As in test_tcp_stream.c: the first byte has number 100. */
static int
stream_setup(void **state)
{
	(void)state;
	fixture_start(&f, &angle_framing);
	stream = fixture_open(&f);
	assert_non_null(stream);
	fixture_send(&f, stream, 99, TCP_SYN, NULL, 0);
	return 0;
}

static int
stream_teardown(void **state)
{
	(void)state;
	tcp_stream_close(stream);
	fixture_stop(&f);
	return 0;
}

static void
text(uint32_t sequence, const char *bytes)
{
	fixture_text(&f, stream, sequence, bytes);
}

static void
acked(uint32_t number)
{
	tcp_stream_acked(stream, number, f.now_ns);
}

static unsigned
poll_at(uint64_t now_ns)
{
	f.now_ns = now_ns;
	return stream_pool_poll(f.pool, now_ns, 8);
}

static void
assert_told(const char *expected)
{
	assert_string_equal(fixture_told(&f), expected);
}

static void
bytes_that_the_receiver_has_are_given_up(void **state)
{
	(void)state;
	text(100, "<a><");
	text(107, "<b>");
	acked(107);
	assert_int_equal(f.events[1].offset, 4);
	assert_int_equal(f.events[1].cause, STREAM_LOSS_ACKED);
	assert_told("<a> lost 3+1 <b>");
	assert_int_equal(f.worker.counters[STREAM_COUNT_LOST_BYTES], 3);
	assert_int_equal(f.worker.counters[STREAM_COUNT_UNUSED_BYTES], 1);
}

static void
bytes_of_which_the_receiver_has_a_part_are_waited_for(void **state)
{
	(void)state;
	text(103, "<b>");
	acked(102);
	text(100, "<a>");
	assert_told("<a> <b>");
}

static void
acknowledged_bytes_are_given_up_once_what_follows_comes(void **state)
{
	(void)state;
	acked(103);
	assert_told("");
	text(103, "<b>");
	assert_told("lost 3 <b>");
	text(100, "<a>");
	assert_told("");
}

static void
an_acknowledgment_of_what_was_read_says_nothing(void **state)
{
	(void)state;
	text(100, "<a>");
	acked(103);
	acked(0x80000000);
	text(106, "<c>");
	assert_told("<a>");
	assert_true(tcp_stream_waits(stream));
}

static void
only_gaps_that_are_acknowledged_are_given_up(void **state)
{
	(void)state;
	text(103, "<b>");
	text(109, "<d>");
	acked(106);
	assert_told("lost 3 <b>");
	assert_true(tcp_stream_waits(stream));
	text(106, "<c>");
	assert_told("<c> <d>");
}

static void
the_end_of_a_stream_whose_fin_is_acknowledged_comes(void **state)
{
	(void)state;
	fixture_send(&f, stream, 106, TCP_FIN | TCP_ACK, NULL, 0);
	acked(107);
	assert_told("lost 6 end fin");
}

static void
a_gap_is_given_up_when_its_time_is_over(void **state)
{
	(void)state;
	f.now_ns = 5000;
	text(103, "<b>");
	assert_int_equal(poll_at(5000 + FIXTURE_GAP_TIMEOUT_NS - 1), 0);
	assert_told("");
	assert_int_equal(poll_at(5000 + FIXTURE_GAP_TIMEOUT_NS), 1);
	assert_told("lost 3 <b>");
	assert_int_equal(poll_at(1000000), 0);
}

static void
each_gap_has_its_own_time(void **state)
{
	(void)state;
	text(103, "<b>");
	f.now_ns = 500;
	text(109, "<d>");
	assert_int_equal(poll_at(FIXTURE_GAP_TIMEOUT_NS), 1);
	assert_told("lost 3 <b>");
	assert_int_equal(poll_at(2 * FIXTURE_GAP_TIMEOUT_NS - 1), 0);
	assert_int_equal(poll_at(2 * FIXTURE_GAP_TIMEOUT_NS), 1);
	assert_told("lost 3 <d>");
}

static void
a_gap_that_closes_in_time_is_none(void **state)
{
	(void)state;
	text(103, "<b>");
	text(100, "<a>");
	assert_int_equal(poll_at(1000000), 0);
	assert_told("<a> <b>");
}

static void
a_poll_looks_at_no_more_streams_than_it_may(void **state)
{
	struct tcp_stream *others[3];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(others); i++) {
		others[i] = fixture_open(&f);
		fixture_send(&f, others[i], 99, TCP_SYN, NULL, 0);
		fixture_text(&f, others[i], 103, "<b>");
	}
	assert_int_equal(stream_pool_poll(f.pool, 1000000, 2), 2);
	assert_true(tcp_stream_waits(others[2]));
	assert_int_equal(stream_pool_poll(f.pool, 1000000, 2), 1);
	for (unsigned i = 0; i < ARRAY_LENGTH(others); i++)
		tcp_stream_close(others[i]);
}

static void
a_stream_at_its_limit_gives_up_its_first_gap(void **state)
{
	(void)state;
	f.service.held_max = 2;
	text(103, "<b>");
	text(109, "<d>");
	assert_told("");
	text(115, "<f>");
	assert_int_equal(f.events[0].cause, STREAM_LOSS_LIMIT);
	assert_told("lost 3 <b>");
	text(106, "<c>");
	text(112, "<e>");
	assert_told("<c> <d> <e> <f>");
}

static void
a_stream_that_may_hold_nothing_reads_on_at_once(void **state)
{
	(void)state;
	f.service.held_max = 0;
	text(103, "<b>");
	assert_told("lost 3 <b>");
}

static void
a_tenants_budget_limits_its_streams_alone(void **state)
{
	struct stream_budget other = f.tenant;
	struct tcp_stream *theirs;

	(void)state;
	f.tenant.limits[STREAM_RESOURCE_HELD_SEGMENTS] = 0;
	theirs = tcp_stream_open(f.pool, &f.service, &other, STREAM_FROM_CLIENT, &f);
	fixture_text(&f, theirs, 100, "<a>");
	fixture_text(&f, theirs, 106, "<c>");
	assert_told("<a>");
	text(103, "<b>");
	assert_told("lost 3 <b>");
	assert_int_equal(f.tenant.refused[STREAM_RESOURCE_HELD_SEGMENTS], 1);
	assert_int_equal(f.worker.refused[STREAM_RESOURCE_HELD_SEGMENTS], 0);
	tcp_stream_close(theirs);
}

static void
the_workers_budget_limits_all_streams(void **state)
{
	struct tcp_stream *theirs = fixture_open(&f);

	(void)state;
	f.worker.limits[STREAM_RESOURCE_HELD_SEGMENTS] = 1;
	fixture_send(&f, theirs, 99, TCP_SYN, NULL, 0);
	fixture_text(&f, theirs, 103, "<x>");
	text(103, "<b>");
	assert_told("lost 3 <b>");
	assert_int_equal(f.worker.refused[STREAM_RESOURCE_HELD_SEGMENTS], 1);
	tcp_stream_close(theirs);
}

static void
a_packet_that_cannot_be_held_ends_the_wait(void **state)
{
	(void)state;
	f.hold_refused = true;
	text(103, "<b>");
	assert_told("lost 3 <b>");
	assert_int_equal(f.worker.used[STREAM_RESOURCE_HELD_SEGMENTS], 0);
}

static void
without_a_buffer_a_spanning_message_is_dropped_and_told(void **state)
{
	(void)state;
	f.tenant.limits[STREAM_RESOURCE_PARTIAL_BYTES] = FIXTURE_SMALL_BYTES - 1;
	text(100, "<a><b");
	text(105, "><c>");
	assert_int_equal(f.events[1].cause, STREAM_LOSS_NO_BUFFER);
	assert_told("<a> lost 0 <c>");
	assert_int_equal(f.worker.counters[STREAM_COUNT_NO_ROOM], 1);
}

static void
without_a_larger_buffer_a_growing_message_is_dropped_and_told(void **state)
{
	char bytes[FIXTURE_SMALL_BYTES];

	(void)state;
	f.tenant.limits[STREAM_RESOURCE_PARTIAL_BYTES] = FIXTURE_SMALL_BYTES;
	memset(bytes, 'x', sizeof(bytes));
	bytes[0] = '<';
	fixture_send(&f, stream, 100, TCP_ACK, bytes, 10);
	fixture_send(&f, stream, 110, TCP_ACK, bytes + 10, sizeof(bytes) - 10);
	text(100 + FIXTURE_SMALL_BYTES, "><c>");
	assert_told("lost 0+64 <c>");
	assert_int_equal(f.worker.used[STREAM_RESOURCE_PARTIAL_BYTES], 0);
}

static void
a_pool_without_streams_opens_none(void **state)
{
	struct tcp_stream *others[7];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(others); i++)
		others[i] = fixture_open(&f);
	assert_null(fixture_open(&f));
	assert_int_equal(f.tenant.used[STREAM_RESOURCE_STREAMS], 8);
	for (unsigned i = 0; i < ARRAY_LENGTH(others); i++)
		tcp_stream_close(others[i]);
	assert_int_equal(f.tenant.used[STREAM_RESOURCE_STREAMS], 1);
}

static void
a_budget_without_streams_opens_none(void **state)
{
	(void)state;
	f.worker.limits[STREAM_RESOURCE_STREAMS] = 1;
	assert_null(fixture_open(&f));
	assert_int_equal(f.worker.refused[STREAM_RESOURCE_STREAMS], 1);
	assert_int_equal(f.tenant.used[STREAM_RESOURCE_STREAMS], 1);
}

static void
lengths_are_taken_up_again_at_a_segment_of_whole_messages(void **state)
{
	static const uint8_t record[] = {0, 3, 'A', 'b', 'c'};

	(void)state;
	f.service.framing = &record_framing;
	fixture_send(&f, stream, 110, TCP_ACK, record + 2, 3); /* the rest of one */
	fixture_send(&f, stream, 113, TCP_ACK, record, 5);
	acked(110);
	assert_told("lost 10 Abc");
	assert_int_equal(f.worker.counters[STREAM_COUNT_SKIPPED_BYTES], 3);
}

static void
closing_releases_all_without_a_word(void **state)
{
	struct tcp_stream *theirs = fixture_open(&f);

	(void)state;
	fixture_send(&f, theirs, 99, TCP_SYN, NULL, 0);
	fixture_text(&f, theirs, 100, "<a");
	fixture_text(&f, theirs, 103, "<b>");
	fixture_text(&f, theirs, 109, "<c>");
	assert_int_equal(f.holds, 2);
	tcp_stream_close(theirs);
	assert_int_equal(f.holds, 0);
	assert_int_equal(f.worker.used[STREAM_RESOURCE_HELD_SEGMENTS], 0);
	assert_int_equal(f.worker.used[STREAM_RESOURCE_PARTIAL_BYTES], 0);
	assert_int_equal(poll_at(1000000), 0);
	assert_told("");
}

static void
finishing_gives_up_gaps_and_reads_what_is_held(void **state)
{
	(void)state;
	text(103, "<b>");
	text(109, "<d><");
	tcp_stream_finish(stream);
	assert_told("lost 3 <b> lost 3 <d> end finished+1");
}

#define STREAM_TEST(test) cmocka_unit_test_setup_teardown(test, stream_setup, stream_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STREAM_TEST(bytes_that_the_receiver_has_are_given_up),
		STREAM_TEST(bytes_of_which_the_receiver_has_a_part_are_waited_for),
		STREAM_TEST(acknowledged_bytes_are_given_up_once_what_follows_comes),
		STREAM_TEST(an_acknowledgment_of_what_was_read_says_nothing),
		STREAM_TEST(only_gaps_that_are_acknowledged_are_given_up),
		STREAM_TEST(the_end_of_a_stream_whose_fin_is_acknowledged_comes),
		STREAM_TEST(a_gap_is_given_up_when_its_time_is_over),
		STREAM_TEST(each_gap_has_its_own_time),
		STREAM_TEST(a_gap_that_closes_in_time_is_none),
		STREAM_TEST(a_poll_looks_at_no_more_streams_than_it_may),
		STREAM_TEST(a_stream_at_its_limit_gives_up_its_first_gap),
		STREAM_TEST(a_stream_that_may_hold_nothing_reads_on_at_once),
		STREAM_TEST(a_tenants_budget_limits_its_streams_alone),
		STREAM_TEST(the_workers_budget_limits_all_streams),
		STREAM_TEST(a_packet_that_cannot_be_held_ends_the_wait),
		STREAM_TEST(without_a_buffer_a_spanning_message_is_dropped_and_told),
		STREAM_TEST(without_a_larger_buffer_a_growing_message_is_dropped_and_told),
		STREAM_TEST(a_pool_without_streams_opens_none),
		STREAM_TEST(a_budget_without_streams_opens_none),
		STREAM_TEST(lengths_are_taken_up_again_at_a_segment_of_whole_messages),
		STREAM_TEST(closing_releases_all_without_a_word),
		STREAM_TEST(finishing_gives_up_gaps_and_reads_what_is_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
