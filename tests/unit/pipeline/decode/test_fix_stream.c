/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * FIX sessions, read piece by piece as a reassembler would. The garbled ones follow the cases of the session layer's test
 * plan (FIX 4.2 and 4.4, volume 2, "FIX session-level test cases": 2d, 2m, 2t, 3b, 3c, 14a, 14d, 14h) as far as they
 * concern who decodes and not who answers.
 */
#include "pipeline/decode/fix.h"
#include "pipeline/decode/fix_message.h"
#include "tests/unit/pipeline/decode/fix_builder.h"
#include "tests/unit/unit_test.h"

#include <stdio.h>
#include <string.h>

/* A stream as the reassembler has it: bytes from the first one not done with, and when it is worth asking again. */
struct reader {
	struct fix_text kept;
	uint32_t need_bytes;
	bool seeking; /* the start of a message, behind a garbled one whose next start had not come */
	uint64_t calls, bytes_shown;
	unsigned n_messages, n_broken;
	enum decode_error last_error;
	uint32_t sequence_hash; /* of all bytes of all messages, in order */
};

static void
message_note(struct reader *r, const struct message *message)
{
	r->n_messages++;
	for (uint32_t i = 0; i < message->length_bytes; i++)
		r->sequence_hash = r->sequence_hash * 31 + message->bytes[i];
}

static void
pass(struct reader *r, size_t n)
{
	r->kept.length -= n;
	memmove(r->kept.bytes, r->kept.bytes + n, r->kept.length);
	r->need_bytes = 1;
}

/* False where more bytes are needed. */
static bool
read_step(struct reader *r, size_t *passed)
{
	struct cursor c = cursor_over(r->kept.bytes, r->kept.length);
	struct message message;
	struct stream_fault fault;

	if (r->seeking) {
		*passed = fix_framing.boundary(c, STREAM_FROM_VENUE);
		r->seeking = *passed == r->kept.length;
		return !r->seeking;
	}
	r->calls++;
	r->bytes_shown += r->kept.length;
	switch (fix_framing.next(&c, STREAM_FROM_VENUE, &message, &fault)) {
	case STREAM_MESSAGE:
		message_note(r, &message);
		break;
	case STREAM_BROKEN:
		r->n_broken++;
		r->last_error = fault.error;
		r->seeking = cursor_left(&c) == 0;
		break;
	case STREAM_INCOMPLETE:
		assert_true(fault.need_bytes > r->kept.length);
		r->need_bytes = fault.need_bytes;
		return false;
	}
	*passed = (size_t)(c.at - r->kept.bytes);
	assert_true(*passed > 0);
	return true;
}

static void
reader_feed(struct reader *r, const uint8_t *bytes, size_t n)
{
	memcpy(r->kept.bytes + r->kept.length, bytes, n);
	r->kept.length += n;
	while (r->kept.length > 0 && r->kept.length >= r->need_bytes) {
		size_t passed = 0;
		bool more = read_step(r, &passed);

		if (passed > 0)
			pass(r, passed);
		if (!more)
			break;
	}
}

static struct reader reader;

static struct reader *
read_whole(const struct fix_text *text)
{
	memset(&reader, 0, sizeof(reader));
	reader_feed(&reader, text->bytes, text->length);
	return &reader;
}

static struct fix_text text;

static struct fix_text *
session_start(void)
{
	text.length = 0;
	fix_message_add(
		&text, "FIX.4.2", "35=A|34=1|49=TW|52=20261120-08:00:00|56=ISLD|98=0|108=30|"
	);
	return &text;
}

#define HEARTBEAT "35=0|34=2|49=TW|52=20261120-08:00:01|56=ISLD|"
#define ORDER "35=D|34=3|49=TW|52=20261120-08:00:02|56=ISLD|11=ID|21=3|40=1|54=1|55=INTC|"

static void
assert_session(unsigned n_messages, unsigned n_broken, enum decode_error last_error)
{
	struct reader *r = read_whole(&text);

	assert_int_equal(r->n_messages, n_messages);
	assert_int_equal(r->n_broken, n_broken);
	assert_string_equal(decode_errors[r->last_error].name, decode_errors[last_error].name);
	assert_int_equal(r->kept.length, 0);
}

static void
case_2d_a_garbled_message_is_passed_over_and_the_next_one_read(void **state)
{
	(void)state;
	(void)session_start();
	fix_text_add(
		&text, "8=FIX.4.2|9=52|35=0|34=2|4garbled9=TW|52=20261120-08:00:01|56=ISLD|10=0|"
	);
	fix_message_add(&text, "FIX.4.2", HEARTBEAT);
	assert_session(2, 1, DECODE_ERROR_FIX_CHECKSUM_FORMAT);
}

static void
case_2d_garbled_text_in_a_sound_frame_spoils_only_its_message(void **state)
{
	(void)state;
	(void)session_start();
	fix_message_add(&text, "FIX.4.2", "35=0|34=2|4garbled9=TW|56=ISLD|");
	fix_message_add(&text, "FIX.4.2", HEARTBEAT);
	assert_session(3, 0, DECODE_ERROR_NONE);
}

static void
case_2m_a_length_that_is_too_short_spoils_its_own_message(void **state)
{
	(void)state;
	(void)session_start();
	fix_message_add_lying(&text, ORDER, -30);
	fix_message_add(&text, "FIX.4.2", ORDER);
	assert_session(2, 1, DECODE_ERROR_FIX_BODY_LENGTH);
}

static void
case_2m_a_length_that_reaches_into_the_next_message_spoils_only_its_own(void **state)
{
	(void)state;
	(void)session_start();
	fix_message_add_lying(&text, ORDER, 20);
	fix_message_add(&text, "FIX.4.2", ORDER);
	fix_message_add(&text, "FIX.4.2", HEARTBEAT);
	assert_session(3, 1, DECODE_ERROR_FIX_BODY_LENGTH);
}

static void
case_2t_three_first_fields_out_of_order_are_garbled(void **state)
{
	(void)state;
	(void)session_start();
	fix_text_add(&text, "35=0|8=FIX.4.2|9=29|34=2|49=TW|56=ISLD|10=121|");
	fix_message_add(&text, "FIX.4.2", HEARTBEAT);
	/* What is not the start, and what looks like one, each for itself. */
	assert_session(2, 2, DECODE_ERROR_FIX_MESSAGE_TYPE);

	(void)session_start();
	fix_message_add(&text, "FIX.4.2", "34=3|35=0|49=TW|56=ISLD|");
	fix_message_add(&text, "FIX.4.2", HEARTBEAT);
	assert_session(2, 1, DECODE_ERROR_FIX_MESSAGE_TYPE);
}

static void
case_3b_a_wrong_checksum_spoils_its_own_message(void **state)
{
	(void)state;
	(void)session_start();
	fix_message_add(&text, "FIX.4.2", HEARTBEAT);
	memcpy(text.bytes + text.length - 4, "256", 3);
	fix_message_add(&text, "FIX.4.2", ORDER);
	assert_session(2, 1, DECODE_ERROR_FIX_CHECKSUM);
}

static void
case_3c_a_checksum_of_one_digit_spoils_its_own_message(void **state)
{
	(void)state;
	(void)session_start();
	fix_text_add(&text, "8=FIX.4.2|9=14|35=0|34=2|49=T|10=0|");
	text.bytes[text.length - 22] = '5'; /* 9=15, where 10= is */
	fix_message_add(&text, "FIX.4.2", ORDER);
	assert_session(2, 1, DECODE_ERROR_FIX_CHECKSUM_FORMAT);
}

static void
a_start_inside_a_data_field_is_none_while_the_message_is_sound(void **state)
{
	(void)state;
	(void)session_start();
	fix_message_add(&text, "FIX.4.2", "35=B|34=2|95=27|96=|8=FIX.4.2|9=5|35=0|10=161||");
	assert_session(2, 0, DECODE_ERROR_NONE);
}

static void
compressed_envelopes_between_messages_are_told_one_by_one(void **state)
{
	(void)state;
	(void)session_start();
	for (unsigned i = 0; i < 3; i++) {
		fix_text_add(&text, "8=FIXCOMP|9=12|compressed bytes, no fields|");
		fix_message_add(&text, "FIX.4.2", HEARTBEAT);
	}
	assert_session(4, 3, DECODE_ERROR_FIX_BEGIN_STRING);
}

/*
 * Messages, garbled ones and data. Not in it: 58=FIX in noise. A piece that begins behind the 5 begins like a message, so it
 * is told as one more garbled one.
 */
static void
mixed_session_make(void)
{
	(void)session_start();
	fix_message_add(&text, "FIX.4.4", "35=B|34=2|95=12|96=8=FIX.4.4|9=x|58=FIX|");
	fix_message_add(&text, "FIX.4.4", ORDER);
	fix_message_add_lying(&text, ORDER, -7);
	fix_message_add(&text, "FIXT.1.1", HEARTBEAT);
	fix_message_add(&text, "FIX.4.2", HEARTBEAT);
	memcpy(text.bytes + text.length - 4, "999", 3);
	fix_message_add(&text, "FIX.4.2", HEARTBEAT);
	fix_text_add(&text, "noise without end, and then|a start|");
	fix_message_add(&text, "FIX.4.2", ORDER);
}

static void
assert_same_in_pieces(const struct reader *whole, const size_t *cuts, unsigned n_cuts)
{
	static struct reader pieces;
	size_t at = 0;

	memset(&pieces, 0, sizeof(pieces));
	for (unsigned i = 0; i <= n_cuts; i++) {
		size_t end = i < n_cuts ? cuts[i] : text.length;

		reader_feed(&pieces, text.bytes + at, end - at);
		at = end;
	}
	assert_int_equal(pieces.n_messages, whole->n_messages);
	assert_int_equal(pieces.sequence_hash, whole->sequence_hash);
	assert_int_equal(pieces.n_broken, whole->n_broken);
}

static void
every_split_in_two_gives_the_same_messages(void **state)
{
	static struct reader whole;

	(void)state;
	mixed_session_make();
	whole = *read_whole(&text);
	assert_int_equal(whole.n_messages, 6);
	assert_int_equal(whole.n_broken, 3);
	for (size_t cut = 0; cut <= text.length; cut++)
		assert_same_in_pieces(&whole, &cut, 1);
}

static void
pieces_of_any_size_give_the_same_messages(void **state)
{
	static struct reader whole;
	static size_t cuts[4096];

	(void)state;
	mixed_session_make();
	whole = *read_whole(&text);
	for (size_t size = 1; size < text.length; size++) {
		unsigned n = 0;

		for (size_t at = size; at < text.length; at += size)
			cuts[n++] = at;
		assert_same_in_pieces(&whole, cuts, n);
	}
}

static void
a_message_that_trickles_in_is_asked_for_three_times(void **state)
{
	static char fields[60000];

	(void)state;
	memset(fields, 'x', sizeof(fields) - 1);
	memcpy(fields, "35=B|58=", 8);
	fields[sizeof(fields) - 2] = '|';
	text.length = 0;
	fix_message_add(&text, "FIX.4.2", fields);
	memset(&reader, 0, sizeof(reader));
	for (size_t i = 0; i < text.length; i++)
		reader_feed(&reader, text.bytes + i, 1);
	assert_int_equal(reader.n_messages, 1);
	/* With its first byte, with those that hold the length, and whole. */
	assert_int_equal(reader.calls, 3);
	assert_int_equal(reader.bytes_shown, 1 + FIX_MESSAGE_BYTES_MIN + text.length);
}

/* Each start claims an end that is there, and all have the same trailer, whose sum is wrong. */
static void
starts_within_a_message_are_not_summed_up_one_by_one(void **state)
{
	static struct fix_text starts;

	(void)state;
	text.length = 0;
	for (unsigned left = 2900; left > 0; left--) {
		char start[32];

		(void)snprintf(start, sizeof(start), "8=FIX.4.2|9=%05u|35=0|", left * 23 - 18);
		fix_text_add(&text, start);
	}
	starts = text;
	fix_text_add(&text, "10=999|");
	(void)read_whole(&text);
	assert_int_equal(starts.length, 2900 * 23);
	assert_true(reader.bytes_shown < 4 * 60 * text.length);
	assert_int_equal(reader.n_messages, 0);
	assert_int_equal(reader.last_error, DECODE_ERROR_FIX_CHECKSUM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(case_2d_a_garbled_message_is_passed_over_and_the_next_one_read),
		cmocka_unit_test(case_2d_garbled_text_in_a_sound_frame_spoils_only_its_message),
		cmocka_unit_test(case_2m_a_length_that_is_too_short_spoils_its_own_message),
		cmocka_unit_test(
			case_2m_a_length_that_reaches_into_the_next_message_spoils_only_its_own
		),
		cmocka_unit_test(case_2t_three_first_fields_out_of_order_are_garbled),
		cmocka_unit_test(case_3b_a_wrong_checksum_spoils_its_own_message),
		cmocka_unit_test(case_3c_a_checksum_of_one_digit_spoils_its_own_message),
		cmocka_unit_test(a_start_inside_a_data_field_is_none_while_the_message_is_sound),
		cmocka_unit_test(compressed_envelopes_between_messages_are_told_one_by_one),
		cmocka_unit_test(every_split_in_two_gives_the_same_messages),
		cmocka_unit_test(pieces_of_any_size_give_the_same_messages),
		cmocka_unit_test(a_message_that_trickles_in_is_asked_for_three_times),
		cmocka_unit_test(starts_within_a_message_are_not_summed_up_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
