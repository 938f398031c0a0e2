/* SPDX-License-Identifier: BSD-3-Clause */
/* MoldUDP64 framing: what is accepted, what is refused and where, and what the views hold. */
#include "pipeline/decode/moldudp64.h"
#include "tests/unit/pipeline/decode/mold_builder.h"
#include "tests/unit/unit_test.h"

#include <stdlib.h>
#include <string.h>

/* A payload in a malloc of its exact size, so that AddressSanitizer sees any byte read behind it. */
struct opened {
	uint8_t *bytes;
	struct frame frame;
	enum decode_error error;
	uint32_t error_offset;
};

static struct mold_builder builder; /* too big for a stack */

static struct opened
bytes_open(const uint8_t *bytes, uint32_t length)
{
	struct opened o = {.bytes = malloc(length)};

	assert_non_null(o.bytes);
	memcpy(o.bytes, bytes, length);
	o.error = moldudp64_framing.open(cursor_over(o.bytes, length), &o.frame, &o.error_offset);
	return o;
}

static struct opened
builder_open(void)
{
	return bytes_open(builder.bytes, builder.length);
}

static void
assert_refused(enum decode_error expected, uint32_t expected_offset)
{
	struct opened o = builder_open();

	assert_string_equal(decode_errors[o.error].name, decode_errors[expected].name);
	assert_int_equal(o.error_offset, expected_offset);
	free(o.bytes);
}

static struct opened
assert_opens(enum frame_kind kind, uint16_t count)
{
	struct opened o = builder_open();

	assert_string_equal(decode_errors[o.error].name, "none");
	assert_int_equal(o.frame.kind, kind);
	assert_int_equal(o.frame.count, count);
	return o;
}

static void
the_shortest_packet_is_a_heartbeat_of_20_bytes(void **state)
{
	struct opened o;

	(void)state;
	mold_start(&builder, 77, 0);
	o = assert_opens(FRAME_HEARTBEAT, 0);
	assert_int_equal(builder.length, 20);
	assert_int_equal(o.frame.sequence, 77);
	assert_int_equal(o.frame.trailing_bytes, 0);
	free(o.bytes);
}

static void
a_header_of_any_shorter_length_is_refused(void **state)
{
	(void)state;
	for (uint32_t length = 0; length < MOLDUDP64_HEADER_BYTES; length++) {
		mold_start(&builder, 1, 0);
		builder.length = length;
		assert_refused(DECODE_ERROR_MOLD_HEADER_TRUNCATED, 0);
	}
}

static void
session_and_sequence_are_those_of_the_header(void **state)
{
	struct opened o;

	(void)state;
	mold_start(&builder, UINT64_C(0x0102030405060708), 1);
	mold_block(&builder, 'A', 5);
	o = assert_opens(FRAME_DATA, 1);
	assert_ptr_equal(o.frame.header, o.bytes);
	assert_int_equal(moldudp64_framing.session->width, 10);
	assert_memory_equal(o.frame.header + moldudp64_framing.session->offset, "SESSION001", 10);
	assert_int_equal(o.frame.sequence, UINT64_C(0x0102030405060708));
	free(o.bytes);
}

static void
a_heartbeat_has_no_messages_to_read(void **state)
{
	struct opened o;

	(void)state;
	mold_start(&builder, 1, 0);
	o = assert_opens(FRAME_HEARTBEAT, 0);
	assert_int_equal(o.frame.n_messages, 0);
	free(o.bytes);
}

static void
count_0xffff_is_the_end_of_the_session_and_no_number_of_blocks(void **state)
{
	struct opened o;

	(void)state;
	mold_start(&builder, 9, 0xFFFF);
	o = assert_opens(FRAME_END_OF_SESSION, 0);
	assert_int_equal(o.frame.sequence, 9);
	assert_int_equal(o.frame.n_messages, 0);
	free(o.bytes);
}

static void
count_0xfffe_is_a_number_of_blocks(void **state)
{
	(void)state;
	mold_start(&builder, 9, 0xFFFE);
	assert_refused(DECODE_ERROR_MOLD_BLOCK_TRUNCATED, MOLDUDP64_HEADER_BYTES);
}

static void
blocks_behind_a_heartbeat_are_trailing_bytes(void **state)
{
	struct opened o;

	(void)state;
	mold_start(&builder, 1, 0);
	mold_block(&builder, 'A', 3);
	o = assert_opens(FRAME_HEARTBEAT, 0);
	assert_int_equal(o.frame.trailing_bytes, 5);
	free(o.bytes);
}

static void
bytes_behind_the_end_of_the_session_are_trailing_bytes(void **state)
{
	struct opened o;

	(void)state;
	mold_start(&builder, 1, 0xFFFF);
	mold_trailing(&builder, 1);
	o = assert_opens(FRAME_END_OF_SESSION, 0);
	assert_int_equal(o.frame.trailing_bytes, 1);
	free(o.bytes);
}

static void
bytes_behind_the_last_block_are_trailing_bytes_and_the_messages_are_used(void **state)
{
	struct opened o;

	(void)state;
	mold_start(&builder, 1, 2);
	mold_block(&builder, 'A', 3);
	mold_block(&builder, 'B', 4);
	mold_trailing(&builder, 7);
	o = assert_opens(FRAME_DATA, 2);
	assert_int_equal(o.frame.trailing_bytes, 7);
	assert_int_equal(o.frame.n_messages, 2);
	free(o.bytes);
}

static void
messages_are_views_into_the_payload(void **state)
{
	struct opened o;

	(void)state;
	mold_start(&builder, 1, 3);
	mold_block(&builder, 'A', 3);
	mold_block(&builder, 'B', 1);
	mold_block(&builder, 'C', 300);
	o = assert_opens(FRAME_DATA, 3);
	assert_int_equal(o.frame.n_messages, 3);
	assert_ptr_equal(o.frame.messages[0].bytes, o.bytes + 22);
	assert_int_equal(o.frame.messages[0].length_bytes, 3);
	assert_ptr_equal(o.frame.messages[1].bytes, o.bytes + 27);
	assert_int_equal(o.frame.messages[1].length_bytes, 1);
	assert_ptr_equal(o.frame.messages[2].bytes, o.bytes + 30);
	assert_int_equal(o.frame.messages[2].length_bytes, 300);
	assert_int_equal(o.frame.messages[2].bytes[0], 'C');
	free(o.bytes);
}

static void
a_block_of_no_bytes_is_a_message(void **state)
{
	struct opened o;

	(void)state;
	mold_start(&builder, 1, 3);
	mold_block(&builder, 'A', 0);
	mold_block(&builder, 'B', 2);
	mold_block(&builder, 'C', 0);
	o = assert_opens(FRAME_DATA, 3);
	assert_int_equal(o.frame.n_messages, 3);
	assert_int_equal(o.frame.messages[0].length_bytes, 0);
	assert_int_equal(o.frame.messages[1].length_bytes, 2);
	assert_int_equal(o.frame.messages[1].bytes[0], 'B');
	assert_int_equal(o.frame.messages[2].length_bytes, 0);
	free(o.bytes);
}

static void
a_count_beyond_the_end_is_refused_at_the_missing_block(void **state)
{
	(void)state;
	mold_start(&builder, 1, 3);
	mold_block(&builder, 'A', 3);
	mold_block(&builder, 'B', 4);
	assert_refused(DECODE_ERROR_MOLD_BLOCK_TRUNCATED, 20 + 5 + 6);
}

static void
a_block_length_one_beyond_the_end_is_refused_at_that_block(void **state)
{
	(void)state;
	mold_start(&builder, 1, 2);
	mold_block(&builder, 'A', 3);
	mold_block_lying(&builder, 'B', 4, 5);
	assert_refused(DECODE_ERROR_MOLD_BLOCK_TRUNCATED, 20 + 5);
}

static void
the_longest_block_length_is_refused_where_there_are_no_such_bytes(void **state)
{
	(void)state;
	mold_start(&builder, 1, 1);
	mold_block_lying(&builder, 'A', 4, 0xFFFF);
	assert_refused(DECODE_ERROR_MOLD_BLOCK_TRUNCATED, 20);
}

static void
half_a_block_length_is_refused(void **state)
{
	(void)state;
	mold_start(&builder, 1, 2);
	mold_block(&builder, 'A', 3);
	mold_trailing(&builder, 1);
	assert_refused(DECODE_ERROR_MOLD_BLOCK_TRUNCATED, 20 + 5);
}

static void
a_packet_cut_anywhere_behind_its_header_is_refused(void **state)
{
	uint32_t whole;

	(void)state;
	mold_start(&builder, 1, 3);
	mold_block(&builder, 'A', 36);
	mold_block(&builder, 'B', 0);
	mold_block(&builder, 'C', 19);
	whole = builder.length;
	for (uint32_t length = MOLDUDP64_HEADER_BYTES; length < whole; length++) {
		struct opened o = bytes_open(builder.bytes, length);

		assert_string_equal(decode_errors[o.error].name, "mold_block_truncated");
		assert_true(o.error_offset <= length);
		free(o.bytes);
	}
}

static void
sequence_2_to_the_63_is_accepted(void **state)
{
	struct opened o;

	(void)state;
	mold_start(&builder, UINT64_C(1) << 63, 1);
	mold_block(&builder, 'A', 1);
	o = assert_opens(FRAME_DATA, 1);
	assert_int_equal(o.frame.sequence, UINT64_C(1) << 63);
	free(o.bytes);
}

static void
a_sequence_above_2_to_the_63_is_refused(void **state)
{
	static const uint64_t sequences[] = {(UINT64_C(1) << 63) + 1, UINT64_MAX};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(sequences); i++) {
		mold_start(&builder, sequences[i], 1);
		mold_block(&builder, 'A', 1);
		assert_refused(DECODE_ERROR_MOLD_SEQUENCE_OVERFLOW, 10);
	}
}

static void
a_heartbeat_with_a_sequence_above_2_to_the_63_is_refused(void **state)
{
	(void)state;
	mold_start(&builder, (UINT64_C(1) << 63) + 1, 0);
	assert_refused(DECODE_ERROR_MOLD_SEQUENCE_OVERFLOW, 10);
}

static void
more_messages_than_one_call_holds_are_read_in_several(void **state)
{
	static const unsigned batches[] = {64, 64, 22, 0, 0};
	struct opened o;
	unsigned message = 0;

	(void)state;
	mold_start(&builder, 1, 150);
	for (unsigned i = 0; i < 150; i++)
		mold_block(&builder, (uint8_t)i, (uint16_t)(1 + i % 7));
	o = assert_opens(FRAME_DATA, 150);
	for (unsigned i = 0; i < ARRAY_LENGTH(batches); i++) {
		assert_int_equal(o.frame.n_messages, batches[i]);
		for (unsigned j = 0; j < batches[i]; j++, message++) {
			assert_int_equal(o.frame.messages[j].bytes[0], message);
			assert_int_equal(o.frame.messages[j].length_bytes, 1 + message % 7);
		}
		moldudp64_framing.more(&o.frame);
	}
	assert_int_equal(message, 150);
	free(o.bytes);
}

static void
one_block_may_fill_the_longest_datagram(void **state)
{
	const uint16_t length = MOLD_BUILDER_BYTES - MOLD_BUILDER_HEADER_BYTES - 2;
	struct opened o;

	(void)state;
	mold_start(&builder, 1, 1);
	mold_block(&builder, 'A', length);
	o = assert_opens(FRAME_DATA, 1);
	assert_int_equal(o.frame.n_messages, 1);
	assert_int_equal(o.frame.messages[0].length_bytes, length);
	free(o.bytes);
}

static void
empty_blocks_may_fill_the_longest_datagram(void **state)
{
	const uint16_t count = (MOLD_BUILDER_BYTES - MOLD_BUILDER_HEADER_BYTES) / 2;
	unsigned read = 0;
	struct opened o;

	(void)state;
	mold_start(&builder, 1, count);
	for (unsigned i = 0; i < count; i++)
		mold_block(&builder, 0, 0);
	o = assert_opens(FRAME_DATA, count);
	for (; o.frame.n_messages > 0; moldudp64_framing.more(&o.frame))
		read += o.frame.n_messages;
	assert_int_equal(read, count);
	free(o.bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shortest_packet_is_a_heartbeat_of_20_bytes),
		cmocka_unit_test(a_header_of_any_shorter_length_is_refused),
		cmocka_unit_test(session_and_sequence_are_those_of_the_header),
		cmocka_unit_test(a_heartbeat_has_no_messages_to_read),
		cmocka_unit_test(count_0xffff_is_the_end_of_the_session_and_no_number_of_blocks),
		cmocka_unit_test(count_0xfffe_is_a_number_of_blocks),
		cmocka_unit_test(blocks_behind_a_heartbeat_are_trailing_bytes),
		cmocka_unit_test(bytes_behind_the_end_of_the_session_are_trailing_bytes),
		cmocka_unit_test(
			bytes_behind_the_last_block_are_trailing_bytes_and_the_messages_are_used
		),
		cmocka_unit_test(messages_are_views_into_the_payload),
		cmocka_unit_test(a_block_of_no_bytes_is_a_message),
		cmocka_unit_test(a_count_beyond_the_end_is_refused_at_the_missing_block),
		cmocka_unit_test(a_block_length_one_beyond_the_end_is_refused_at_that_block),
		cmocka_unit_test(the_longest_block_length_is_refused_where_there_are_no_such_bytes),
		cmocka_unit_test(half_a_block_length_is_refused),
		cmocka_unit_test(a_packet_cut_anywhere_behind_its_header_is_refused),
		cmocka_unit_test(sequence_2_to_the_63_is_accepted),
		cmocka_unit_test(a_sequence_above_2_to_the_63_is_refused),
		cmocka_unit_test(a_heartbeat_with_a_sequence_above_2_to_the_63_is_refused),
		cmocka_unit_test(more_messages_than_one_call_holds_are_read_in_several),
		cmocka_unit_test(one_block_may_fill_the_longest_datagram),
		cmocka_unit_test(empty_blocks_may_fill_the_longest_datagram),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
