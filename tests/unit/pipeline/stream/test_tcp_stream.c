/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP streams: order, duplicates, beginnings and ends. */
#include "tests/unit/pipeline/stream/stream_fixture.h"
#include "tests/unit/pipeline/stream/test_framings.h"
#include "tests/unit/unit_test.h"

#include <string.h>

static struct stream_fixture f;
static struct tcp_stream *stream;

/* Each test has a stream of the framing of delimiters that has had SYN with number 99: its first byte is 100. */
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
flags(uint32_t sequence, uint8_t tcp_flags)
{
	fixture_send(&f, stream, sequence, tcp_flags, NULL, 0);
}

static void
assert_told(const char *expected)
{
	assert_string_equal(fixture_told(&f), expected);
}

static uint64_t
counted(enum stream_counter counter)
{
	assert_int_equal(f.tenant.counters[counter], tcp_stream_counters(stream)[counter]);
	assert_int_equal(f.worker.counters[counter], tcp_stream_counters(stream)[counter]);
	return tcp_stream_counters(stream)[counter];
}

static void
messages_of_one_segment_are_read_where_they_lie(void **state)
{
	(void)state;
	text(100, "<a><bc><d>");
	for (unsigned i = 0; i < f.n_events; i++)
		assert_true(f.events[i].whole);
	assert_told("<a> <bc> <d>");
	assert_int_equal(f.worker.used[STREAM_RESOURCE_PARTIAL_BYTES], 0);
	assert_int_equal(f.holds_made, 0);
}

static void
only_the_message_that_spans_segments_is_put_together(void **state)
{
	(void)state;
	text(100, "<a><b");
	assert_int_equal(f.worker.used[STREAM_RESOURCE_PARTIAL_BYTES], FIXTURE_SMALL_BYTES);
	text(105, "c");
	text(106, "d><e>");
	assert_true(f.events[0].whole);
	assert_false(f.events[1].whole);
	assert_true(f.events[2].whole);
	assert_int_equal(f.events[1].offset, 3);
	assert_told("<a> <bcd> <e>");
	assert_int_equal(f.worker.used[STREAM_RESOURCE_PARTIAL_BYTES], 0);
	assert_int_equal(counted(STREAM_COUNT_SPANNING), 1);
	assert_int_equal(counted(STREAM_COUNT_MESSAGES), 3);
}

static void
a_segment_before_its_time_is_held(void **state)
{
	(void)state;
	text(103, "<b>");
	assert_told("");
	assert_true(tcp_stream_waits(stream));
	assert_int_equal(f.holds, 1);
	text(100, "<a>");
	assert_told("<a> <b>");
	assert_false(tcp_stream_waits(stream));
	assert_int_equal(f.holds, 0);
}

static void
segments_in_any_order_are_read_in_theirs(void **state)
{
	(void)state;
	text(109, "<d>");
	text(103, "<b>");
	text(106, "<c>");
	text(100, "<a>");
	assert_told("<a> <b> <c> <d>");
	assert_int_equal(counted(STREAM_COUNT_HELD), 3);
}

static void
a_retransmission_is_read_once(void **state)
{
	(void)state;
	text(100, "<a>");
	text(100, "<x>");
	text(100, "<x><b>");
	assert_told("<a> <b>");
	assert_int_equal(counted(STREAM_COUNT_DUPLICATE_BYTES), 6);
}

static void
of_bytes_that_overlap_those_held_first_win(void **state)
{
	(void)state;
	text(103, "<b>");
	text(109, "<d>");
	text(101, "xxxxxxxxxxxxx>");
	assert_told("");
	text(100, "<yyyyyyyyyyyyyyyyyyy");
	assert_told("!fix_tag <b> !fix_begin_string <d> !fix_begin_string");
	assert_int_equal(f.holds, 0);
}

static void
a_segment_in_order_gives_way_to_those_held(void **state)
{
	(void)state;
	text(103, "<b>");
	text(100, "<a>xxx<c>");
	assert_told("<a> <b> <c>");
	assert_int_equal(counted(STREAM_COUNT_DUPLICATE_BYTES), 3);
}

static void
sequence_numbers_wrap(void **state)
{
	(void)state;
	flags(UINT32_MAX - 4, TCP_SYN);
	assert_told("end replaced");
	text(2, "<c>");
	text(UINT32_MAX - 3, "<a>");
	text(UINT32_MAX, "<b>");
	assert_told("<a> <b> <c>");
}

static void
bytes_with_syn_are_the_first(void **state)
{
	(void)state;
	fixture_send(&f, stream, 5000, TCP_SYN, "<a>", 3);
	fixture_send(&f, stream, 5000, TCP_SYN, "<a>", 3);
	text(5004, "<b>");
	assert_told("end replaced <a> <b>");
}

static void
the_same_syn_again_changes_nothing(void **state)
{
	(void)state;
	text(100, "<a><b");
	flags(99, TCP_SYN);
	text(105, ">");
	assert_told("<a> <b>");
	assert_int_equal(counted(STREAM_COUNT_STARTS), 1);
}

static void
another_syn_ends_the_stream_and_begins_one(void **state)
{
	(void)state;
	text(100, "<a><b");
	text(108, "<d>");
	flags(70000, TCP_SYN);
	assert_told("<a> lost 3+2 <d> end replaced");
	text(70001, "<x>");
	assert_int_equal(f.events[0].offset, 0);
	assert_told("<x>");
	assert_int_equal(counted(STREAM_COUNT_STARTS), 2);
}

static void
a_stream_without_syn_is_taken_up_at_the_start_of_a_message(void **state)
{
	(void)state;
	tcp_stream_close(stream);
	stream = fixture_open(&f);
	flags(5000, TCP_ACK);
	text(6000, "rest><a><b");
	text(6010, ">");
	assert_told("<a> <b>");
	assert_int_equal(counted(STREAM_COUNT_SKIPPED_BYTES), 5);
	assert_int_equal(counted(STREAM_COUNT_PICKUPS), 1);
}

static void
fin_ends_the_stream(void **state)
{
	(void)state;
	fixture_send(&f, stream, 100, TCP_ACK | TCP_FIN, "<a>", 3);
	assert_told("<a> end fin");
	assert_true(tcp_stream_ended(stream));
	text(103, "<b>");
	assert_told("");
	assert_int_equal(counted(STREAM_COUNT_AFTER_END_BYTES), 3);
}

static void
fin_before_its_time_waits_for_the_bytes_before_it(void **state)
{
	(void)state;
	flags(106, TCP_ACK | TCP_FIN);
	assert_true(tcp_stream_waits(stream));
	text(103, "<b>");
	text(100, "<a>");
	assert_told("<a> <b> end fin");
}

static void
the_first_fin_counts(void **state)
{
	(void)state;
	flags(106, TCP_ACK | TCP_FIN);
	flags(103, TCP_ACK | TCP_FIN);
	flags(109, TCP_ACK | TCP_FIN);
	text(100, "<a><b><c>");
	assert_told("<a> <b> end fin");
	assert_int_equal(counted(STREAM_COUNT_AFTER_END_BYTES), 3);
}

static void
bytes_held_behind_a_fin_are_dropped(void **state)
{
	(void)state;
	text(103, "<b><c>");
	text(109, "<d>");
	flags(106, TCP_ACK | TCP_FIN);
	text(100, "<a>");
	assert_told("<a> <b> end fin");
	assert_int_equal(counted(STREAM_COUNT_AFTER_END_BYTES), 6);
}

static void
a_fin_before_bytes_that_were_read_is_ignored(void **state)
{
	(void)state;
	text(100, "<a><b>");
	flags(103, TCP_ACK | TCP_FIN);
	text(106, "<c>");
	assert_told("<a> <b> <c>");
}

static void
a_message_cut_short_by_the_end_is_told(void **state)
{
	(void)state;
	fixture_send(&f, stream, 100, TCP_ACK | TCP_FIN, "<a><bc", 6);
	assert_told("<a> end fin+3");
	assert_int_equal(f.worker.used[STREAM_RESOURCE_PARTIAL_BYTES], 0);
}

static void
rst_with_the_next_number_ends_the_stream(void **state)
{
	(void)state;
	text(100, "<a><b");
	flags(105, TCP_RST);
	assert_told("<a> end reset+2");
	assert_true(tcp_stream_ended(stream));
}

static void
rst_with_a_number_that_no_receiver_expects_is_ignored(void **state)
{
	(void)state;
	text(100, "<a>");
	flags(102, TCP_RST);
	flags(104, TCP_RST);
	flags(0x80000000, TCP_RST);
	text(103, "<b>");
	assert_told("<a> <b>");
	assert_int_equal(counted(STREAM_COUNT_RESETS_IGNORED), 3);
}

static void
rst_behind_what_is_held_or_acknowledged_ends_the_stream(void **state)
{
	(void)state;
	text(103, "<b>");
	flags(106, TCP_RST | TCP_ACK);
	assert_told("lost 3 <b> end reset");
	flags(70000, TCP_SYN);
	tcp_stream_acked(stream, 70007, 0);
	flags(70007, TCP_RST);
	assert_told("end reset");
}

static void
rst_of_a_connection_refused_ends_it(void **state)
{
	(void)state;
	tcp_stream_close(stream);
	stream = fixture_open(&f);
	flags(0, TCP_RST | TCP_ACK);
	assert_told("end reset");
}

static void
keep_alives_say_nothing(void **state)
{
	(void)state;
	text(100, "<a>");
	text(102, "?");
	flags(102, TCP_ACK);
	text(103, "<b>");
	assert_told("<a> <b>");
	assert_int_equal(counted(STREAM_COUNT_KEEP_ALIVES), 2);
	assert_int_equal(counted(STREAM_COUNT_DUPLICATE_BYTES), 0);
}

/* A probe has the next byte, and its sender sends that byte again: RFC 9293, section 3.8.6.1. */
static void
the_byte_of_a_window_probe_is_read_once(void **state)
{
	(void)state;
	text(100, "<a>");
	text(103, "<");
	text(103, "<");
	text(103, "<b>");
	assert_told("<a> <b>");
}

static void
a_segment_out_of_the_window_is_dropped(void **state)
{
	(void)state;
	text(100 + FIXTURE_WINDOW_BYTES + 1, "<x>");
	text(100 - FIXTURE_WINDOW_BYTES - 1, "<x>");
	assert_false(tcp_stream_waits(stream));
	text(100, "<a>");
	assert_told("<a>");
	assert_int_equal(counted(STREAM_COUNT_OUT_OF_WINDOW), 2);
}

static void
a_segment_at_the_windows_edge_is_held(void **state)
{
	(void)state;
	text(100 + FIXTURE_WINDOW_BYTES, "<x>");
	assert_true(tcp_stream_waits(stream));
}

static void
four_segments_out_of_the_window_that_follow_on_one_another_are_the_stream(void **state)
{
	(void)state;
	text(100, "<a>");
	text(0x40000000, "<p>");
	text(0x40000003, "<q>");
	text(0x40000006, "<r>");
	assert_told("<a>");
	text(0x40000009, "<s>");
	text(0x4000000C, "<t>");
	assert_told("end replaced <s> <t>");
}

static void
a_fault_is_told_and_reading_goes_on_where_the_framing_says(void **state)
{
	(void)state;
	text(100, "<a>xx<b>");
	assert_int_equal(f.events[1].offset, 3);
	assert_told("<a> !fix_begin_string <b>");
	assert_int_equal(counted(STREAM_COUNT_FAULTS), 1);
	assert_int_equal(counted(STREAM_COUNT_SKIPPED_BYTES), 2);
}

static void
a_fault_in_a_message_that_spans_segments_is_told(void **state)
{
	(void)state;
	text(100, "<abc");
	text(104, "d<e>");
	assert_int_equal(f.events[0].offset, 5);
	assert_told("!fix_tag <e>");
}

static void
a_message_that_spans_segments_may_be_as_long_as_is_allowed(void **state)
{
	char bytes[FIXTURE_LARGE_BYTES + 1];

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	bytes[0] = '<';
	bytes[FIXTURE_LARGE_BYTES - 1] = '>';
	for (uint32_t i = 0; i < FIXTURE_LARGE_BYTES; i++)
		fixture_send(&f, stream, 100 + i, TCP_ACK, bytes + i, 1);
	assert_int_equal(f.n_events, 1);
	assert_int_equal(f.events[0].length, FIXTURE_LARGE_BYTES);
	assert_int_equal(counted(STREAM_COUNT_MESSAGES), 1);
}

static void
a_message_that_is_longer_breaks_the_stream_until_the_next(void **state)
{
	char bytes[FIXTURE_LARGE_BYTES];

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	bytes[0] = '<';
	fixture_send(&f, stream, 100, TCP_ACK, bytes, sizeof(bytes));
	text(100 + FIXTURE_LARGE_BYTES, "x><a>");
	assert_told("!stream_message_too_long <a>");
	assert_int_equal(f.worker.used[STREAM_RESOURCE_PARTIAL_BYTES], 0);
}

static void
finishing_twice_tells_once(void **state)
{
	(void)state;
	text(100, "<a>");
	tcp_stream_finish(stream);
	tcp_stream_finish(stream);
	assert_told("<a> end finished");
}

#define STREAM_TEST(test) cmocka_unit_test_setup_teardown(test, stream_setup, stream_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STREAM_TEST(messages_of_one_segment_are_read_where_they_lie),
		STREAM_TEST(only_the_message_that_spans_segments_is_put_together),
		STREAM_TEST(a_segment_before_its_time_is_held),
		STREAM_TEST(segments_in_any_order_are_read_in_theirs),
		STREAM_TEST(a_retransmission_is_read_once),
		STREAM_TEST(of_bytes_that_overlap_those_held_first_win),
		STREAM_TEST(a_segment_in_order_gives_way_to_those_held),
		STREAM_TEST(sequence_numbers_wrap),
		STREAM_TEST(bytes_with_syn_are_the_first),
		STREAM_TEST(the_same_syn_again_changes_nothing),
		STREAM_TEST(another_syn_ends_the_stream_and_begins_one),
		STREAM_TEST(a_stream_without_syn_is_taken_up_at_the_start_of_a_message),
		STREAM_TEST(fin_ends_the_stream),
		STREAM_TEST(fin_before_its_time_waits_for_the_bytes_before_it),
		STREAM_TEST(the_first_fin_counts),
		STREAM_TEST(bytes_held_behind_a_fin_are_dropped),
		STREAM_TEST(a_fin_before_bytes_that_were_read_is_ignored),
		STREAM_TEST(a_message_cut_short_by_the_end_is_told),
		STREAM_TEST(rst_with_the_next_number_ends_the_stream),
		STREAM_TEST(rst_with_a_number_that_no_receiver_expects_is_ignored),
		STREAM_TEST(rst_behind_what_is_held_or_acknowledged_ends_the_stream),
		STREAM_TEST(rst_of_a_connection_refused_ends_it),
		STREAM_TEST(keep_alives_say_nothing),
		STREAM_TEST(the_byte_of_a_window_probe_is_read_once),
		STREAM_TEST(a_segment_out_of_the_window_is_dropped),
		STREAM_TEST(a_segment_at_the_windows_edge_is_held),
		STREAM_TEST(
			four_segments_out_of_the_window_that_follow_on_one_another_are_the_stream
		),
		STREAM_TEST(a_fault_is_told_and_reading_goes_on_where_the_framing_says),
		STREAM_TEST(a_fault_in_a_message_that_spans_segments_is_told),
		STREAM_TEST(a_message_that_spans_segments_may_be_as_long_as_is_allowed),
		STREAM_TEST(a_message_that_is_longer_breaks_the_stream_until_the_next),
		STREAM_TEST(finishing_twice_tells_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
