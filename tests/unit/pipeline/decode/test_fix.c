/* SPDX-License-Identifier: BSD-3-Clause */
/* FIX framing: one message at a time, and how each kind of garbled one is told and passed over. */
#include "pipeline/decode/fix.h"
#include "tests/unit/pipeline/decode/fix_builder.h"
#include "tests/unit/unit_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHORTEST "8=FIX.4.2|9=5|35=0|10=161|"

struct outcome {
	enum stream_step step;
	struct message message;
	struct stream_fault fault;
	size_t passed; /* bytes that the cursor went */
};

/* Asks for the message at the front of bytes whose memory ends where they do. */
static struct outcome
next_of_bytes(const uint8_t *bytes, size_t n)
{
	uint8_t *exact = bytes_exact(bytes, n);
	struct cursor c = cursor_over(exact, n);
	struct outcome o = {0};

	o.step = fix_framing.next(&c, STREAM_FROM_VENUE, &o.message, &o.fault);
	o.passed = (size_t)(c.at - exact);
	if (o.step == STREAM_MESSAGE)
		assert_ptr_equal(o.message.bytes, exact);
	free(exact);
	return o;
}

static struct outcome
next_of(const char *fields)
{
	static struct fix_text text;

	text.length = 0;
	fix_text_add(&text, fields);
	return next_of_bytes(text.bytes, text.length);
}

static void
assert_message(const char *fields, size_t length)
{
	struct outcome o = next_of(fields);

	assert_int_equal(o.step, STREAM_MESSAGE);
	assert_int_equal(o.message.length_bytes, length);
	assert_int_equal(o.passed, length);
}

/* `passed` is what is given up before a message may start again. */
static void
assert_garbled(const char *fields, enum decode_error error, uint32_t offset, size_t passed)
{
	struct outcome o = next_of(fields);

	assert_int_equal(o.step, STREAM_BROKEN);
	assert_string_equal(decode_errors[o.fault.error].name, decode_errors[error].name);
	assert_int_equal(o.fault.offset, offset);
	assert_int_equal(o.passed, passed);
}

static void
assert_incomplete(const char *fields, uint32_t need_bytes)
{
	struct outcome o = next_of(fields);

	assert_int_equal(o.step, STREAM_INCOMPLETE);
	assert_int_equal(o.fault.need_bytes, need_bytes);
	assert_int_equal(o.passed, 0);
}

static void
the_shortest_message_is_taken(void **state)
{
	(void)state;
	assert_int_equal(strlen(SHORTEST), FIX_MESSAGE_BYTES_MIN);
	assert_message(SHORTEST, FIX_MESSAGE_BYTES_MIN);
}

static void
a_message_that_ends_early_anywhere_is_incomplete(void **state)
{
	static struct fix_text text;

	(void)state;
	text.length = 0;
	fix_message_add(&text, "FIX.4.4", "35=D|34=2|49=TW|56=ISLD|11=ID|96=x|");
	for (size_t n = 0; n < text.length; n++) {
		struct outcome o = next_of_bytes(text.bytes, n);
		/* 8=FIX.4.4|9=35| has 15 bytes; from there on the length is known. */
		size_t need = n < 15 ? FIX_MESSAGE_BYTES_MIN : text.length;

		assert_int_equal(o.step, STREAM_INCOMPLETE);
		assert_int_equal(o.fault.need_bytes, need);
		assert_int_equal(o.passed, 0);
	}
}

static void
what_follows_a_message_is_left_alone(void **state)
{
	(void)state;
	assert_message(SHORTEST "8=FIX", FIX_MESSAGE_BYTES_MIN);
	assert_message(SHORTEST "garbage", FIX_MESSAGE_BYTES_MIN);
}

static void
every_version_is_taken(void **state)
{
	static const char *const versions[] = {
		"FIX.4.0", "FIX.4.1", "FIX.4.2", "FIX.4.3", "FIX.4.4", "FIX.5.0", "FIXT.1.1"};
	static struct fix_text text;

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(versions); i++) {
		text.length = 0;
		fix_message_add(&text, versions[i], "35=0|");
		assert_int_equal(next_of_bytes(text.bytes, text.length).step, STREAM_MESSAGE);
	}
}

static void
the_side_becomes_the_layer(void **state)
{
	static const uint8_t sides[] = {STREAM_FROM_CLIENT, STREAM_FROM_VENUE};
	static const uint8_t layers[] = {MESSAGE_OF_CLIENT, MESSAGE_OF_VENUE};
	static struct fix_text text;
	struct stream_fault fault;
	struct message message;

	(void)state;
	text.length = 0;
	fix_text_add(&text, SHORTEST);
	for (unsigned i = 0; i < 2; i++) {
		struct cursor c = cursor_over(text.bytes, text.length);

		assert_int_equal(fix_framing.next(&c, sides[i], &message, &fault), STREAM_MESSAGE);
		assert_int_equal(message.layer, layers[i]);
	}
}

static void
another_beginning_is_no_begin_string(void **state)
{
	(void)state;
	assert_garbled("GET / HTTP/1.1", DECODE_ERROR_FIX_BEGIN_STRING, 0, 14);
	assert_garbled("x", DECODE_ERROR_FIX_BEGIN_STRING, 0, 1);
	assert_garbled("8=FIY", DECODE_ERROR_FIX_BEGIN_STRING, 4, 5);
	assert_garbled("8=FIX42|", DECODE_ERROR_FIX_BEGIN_STRING, 5, 8);
	assert_garbled("8=FIX.4.2.1|", DECODE_ERROR_FIX_BEGIN_STRING, 9, 12);
	assert_garbled("8=FIX.4.A|", DECODE_ERROR_FIX_BEGIN_STRING, 8, 10);
	assert_garbled("8=FIX.10.0|", DECODE_ERROR_FIX_BEGIN_STRING, 7, 11);
	assert_garbled("8=|", DECODE_ERROR_FIX_BEGIN_STRING, 2, 3);
}

static void
a_compressed_envelope_is_no_begin_string(void **state)
{
	(void)state;
	assert_garbled("8=FIXCOMP|9=5|35=0|10=161|", DECODE_ERROR_FIX_BEGIN_STRING, 5, 26);
	assert_garbled("8=FIXCOMP|" SHORTEST, DECODE_ERROR_FIX_BEGIN_STRING, 5, 10);
}

static void
a_second_field_that_is_no_length_is_told(void **state)
{
	(void)state;
	assert_garbled("8=FIX.4.2|35=0|9=5|10=161|", DECODE_ERROR_FIX_BODY_LENGTH, 10, 26);
	assert_garbled("8=FIX.4.2|9=|35=0|10=161|", DECODE_ERROR_FIX_BODY_LENGTH, 12, 25);
	assert_garbled("8=FIX.4.2|9=x|", DECODE_ERROR_FIX_BODY_LENGTH, 12, 14);
	assert_garbled("8=FIX.4.2|9=5x|", DECODE_ERROR_FIX_BODY_LENGTH, 13, 15);
	assert_garbled("8=FIX.4.2|9=-5|", DECODE_ERROR_FIX_BODY_LENGTH, 12, 15);
	assert_garbled("8=FIX.4.2|9= 5|", DECODE_ERROR_FIX_BODY_LENGTH, 12, 15);
}

static void
a_length_may_be_padded_with_zeros_to_9_digits(void **state)
{
	static struct fix_text text;

	(void)state;
	assert_message("8=FIX.4.2|9=000000005|35=0|10=033|", 34);
	assert_garbled("8=FIX.4.2|9=0000000005|35=0|", DECODE_ERROR_FIX_BODY_LENGTH, 21, 28);
	text.length = 0;
	fix_text_add(&text, "8=FIXT.1.1|9=000000005|35=");
	assert_int_equal(text.length, FIX_MESSAGE_BYTES_MIN);
	/* The longest header there is: at 26 bytes the end is known. */
	assert_int_equal(next_of_bytes(text.bytes, text.length).fault.need_bytes, 35);
}

static void
a_length_too_short_for_any_message_is_told(void **state)
{
	(void)state;
	assert_garbled("8=FIX.4.2|9=4|", DECODE_ERROR_FIX_BODY_LENGTH, 12, 14);
	assert_garbled("8=FIX.4.2|9=0|", DECODE_ERROR_FIX_BODY_LENGTH, 12, 14);
}

static void
a_length_that_leads_elsewhere_than_to_the_checksum_is_told(void **state)
{
	(void)state;
	/* One too many, one too few. */
	assert_garbled("8=FIX.4.2|9=6|35=0|10=162|8", DECODE_ERROR_FIX_BODY_LENGTH, 19, 26);
	assert_garbled("8=FIX.4.2|9=5|35=A1|10=162|", DECODE_ERROR_FIX_BODY_LENGTH, 18, 27);
	/* The delimiter is there, 10= is not. */
	assert_garbled("8=FIX.4.2|9=5|35=0|34=2|10=161|", DECODE_ERROR_FIX_BODY_LENGTH, 19, 31);
	assert_garbled("8=FIX.4.2|9=5|35=0|100=61|", DECODE_ERROR_FIX_BODY_LENGTH, 21, 26);
}

/* A message of as many bytes, most of them a text. */
static void
long_message_add(struct fix_text *text, size_t length)
{
	static char fields[FIX_MESSAGE_BYTES_MAX + 100];
	size_t body = length - sizeof("8=FIX.4.2|9=65513|") + 1 - sizeof("10=000|") + 1;

	memset(fields, 'x', body);
	memcpy(fields, "35=B|58=", 8);
	fields[body - 1] = '|';
	fields[body] = '\0';
	fix_message_add(text, "FIX.4.2", fields);
}

static void
the_longest_message_is_taken_and_one_longer_told_at_once(void **state)
{
	static struct fix_text text;
	struct outcome o;

	(void)state;
	text.length = 0;
	long_message_add(&text, FIX_MESSAGE_BYTES_MAX);
	assert_int_equal(text.length, FIX_MESSAGE_BYTES_MAX);
	o = next_of_bytes(text.bytes, text.length);
	assert_int_equal(o.step, STREAM_MESSAGE);
	assert_int_equal(o.message.length_bytes, FIX_MESSAGE_BYTES_MAX);

	text.length = 0;
	long_message_add(&text, FIX_MESSAGE_BYTES_MAX + 1);
	o = next_of_bytes(text.bytes, 18);
	assert_int_equal(o.step, STREAM_BROKEN);
	assert_int_equal(o.fault.error, DECODE_ERROR_FIX_BODY_LENGTH);
	assert_garbled("8=FIX.4.2|9=999999999|", DECODE_ERROR_FIX_BODY_LENGTH, 12, 22);
}

static void
a_third_field_that_is_no_type_is_told_at_once(void **state)
{
	(void)state;
	assert_garbled("8=FIX.4.2|9=60000|34=2|", DECODE_ERROR_FIX_MESSAGE_TYPE, 19, 23);
	assert_garbled("8=FIX.4.2|9=60000|35=|", DECODE_ERROR_FIX_MESSAGE_TYPE, 21, 22);
	assert_garbled("8=FIX.4.2|9=60000|4", DECODE_ERROR_FIX_MESSAGE_TYPE, 18, 19);
	assert_incomplete("8=FIX.4.2|9=60000|35=", 60025);
}

static void
a_checksum_of_other_than_three_digits_is_told(void **state)
{
	(void)state;
	assert_garbled("8=FIX.4.2|9=5|35=0|10=0|8=", DECODE_ERROR_FIX_CHECKSUM_FORMAT, 23, 24);
	assert_garbled("8=FIX.4.2|9=5|35=0|10=1x1|", DECODE_ERROR_FIX_CHECKSUM_FORMAT, 23, 26);
	assert_garbled("8=FIX.4.2|9=5|35=0|10=1610", DECODE_ERROR_FIX_CHECKSUM_FORMAT, 25, 26);
	assert_garbled("8=FIX.4.2|9=5|35=0|10= 61|", DECODE_ERROR_FIX_CHECKSUM_FORMAT, 22, 26);
}

static void
every_other_checksum_is_told_and_the_message_passed_over(void **state)
{
	char fields[sizeof(SHORTEST "8=FIX")];

	(void)state;
	for (unsigned sum = 0; sum < 1000; sum++) {
		(void)snprintf(fields, sizeof(fields), "8=FIX.4.2|9=5|35=0|10=%03u|8=FIX", sum);
		if (sum == 161)
			assert_message(fields, 26);
		else
			assert_garbled(fields, DECODE_ERROR_FIX_CHECKSUM, 22, 26);
	}
}

static void
every_byte_up_to_the_checksum_counts(void **state)
{
	static struct fix_text text;

	(void)state;
	text.length = 0;
	fix_message_add(&text, "FIX.4.2", "35=D|58=some text of a length that vectors do not fit|");
	for (size_t i = 0; i < text.length - 7; i++) {
		text.bytes[i] ^= 0x80;
		assert_int_equal(next_of_bytes(text.bytes, text.length).step, STREAM_BROKEN);
		text.bytes[i] ^= 0x80;
	}
	assert_int_equal(next_of_bytes(text.bytes, text.length).step, STREAM_MESSAGE);
}

static void
the_next_start_is_behind_a_delimiter(void **state)
{
	(void)state;
	assert_garbled("x|" SHORTEST, DECODE_ERROR_FIX_BEGIN_STRING, 0, 2);
	assert_garbled("|" SHORTEST, DECODE_ERROR_FIX_BEGIN_STRING, 0, 1);
	assert_garbled("x|58=FIX|8=FIX", DECODE_ERROR_FIX_BEGIN_STRING, 0, 9);
	assert_garbled("x" SHORTEST, DECODE_ERROR_FIX_BEGIN_STRING, 0, 27);
	/* A start whose rest has not come is kept. */
	assert_garbled("x|8=FI", DECODE_ERROR_FIX_BEGIN_STRING, 0, 2);
	assert_garbled("x|8", DECODE_ERROR_FIX_BEGIN_STRING, 0, 2);
	assert_garbled("x|8=FJ", DECODE_ERROR_FIX_BEGIN_STRING, 0, 6);
}

static size_t
boundary_of(const char *fields)
{
	static struct fix_text text;
	uint8_t *exact;
	size_t at;

	text.length = 0;
	fix_text_add(&text, fields);
	exact = bytes_exact(text.bytes, text.length);
	at = fix_framing.boundary(cursor_over(exact, text.length), STREAM_FROM_VENUE);
	free(exact);
	return at;
}

static void
behind_a_loss_the_first_start_is_the_boundary(void **state)
{
	(void)state;
	assert_int_equal(boundary_of(""), 0);
	assert_int_equal(boundary_of(SHORTEST), 0);
	assert_int_equal(boundary_of("8"), 0);
	assert_int_equal(boundary_of("5=0|10=161|" SHORTEST), 11);
	assert_int_equal(boundary_of("|" SHORTEST), 1);
	assert_int_equal(boundary_of("58=FIX.4.2|55=8=FIX.4.2|"), 24);
	assert_int_equal(boundary_of("54=1|8=F"), 5);
	assert_int_equal(boundary_of("54=1"), 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shortest_message_is_taken),
		cmocka_unit_test(a_message_that_ends_early_anywhere_is_incomplete),
		cmocka_unit_test(what_follows_a_message_is_left_alone),
		cmocka_unit_test(every_version_is_taken),
		cmocka_unit_test(the_side_becomes_the_layer),
		cmocka_unit_test(another_beginning_is_no_begin_string),
		cmocka_unit_test(a_compressed_envelope_is_no_begin_string),
		cmocka_unit_test(a_second_field_that_is_no_length_is_told),
		cmocka_unit_test(a_length_may_be_padded_with_zeros_to_9_digits),
		cmocka_unit_test(a_length_too_short_for_any_message_is_told),
		cmocka_unit_test(a_length_that_leads_elsewhere_than_to_the_checksum_is_told),
		cmocka_unit_test(the_longest_message_is_taken_and_one_longer_told_at_once),
		cmocka_unit_test(a_third_field_that_is_no_type_is_told_at_once),
		cmocka_unit_test(a_checksum_of_other_than_three_digits_is_told),
		cmocka_unit_test(every_other_checksum_is_told_and_the_message_passed_over),
		cmocka_unit_test(every_byte_up_to_the_checksum_counts),
		cmocka_unit_test(the_next_start_is_behind_a_delimiter),
		cmocka_unit_test(behind_a_loss_the_first_start_is_the_boundary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
