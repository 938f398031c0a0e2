/* SPDX-License-Identifier: BSD-3-Clause */
/* Pillar: the framing's edges. */
#include "pipeline/decode/pillar.h"
#include "tests/unit/pipeline/decode/wire_builder.h"
#include "tests/unit/unit_test.h"

#include <stdlib.h>
#include <string.h>

enum {
	AT_SIZE = 0,
	AT_FLAG = 2,
	AT_SEQUENCE = 4,
	HEADER = 16,
	ORIGINAL = 11,
};

static struct wire_builder builder; /* too big for a stack */

static void
packet_start(uint8_t flag, uint32_t sequence, uint8_t count)
{
	wire_start(&builder);
	wire_le(&builder, HEADER, 2);
	wire_le(&builder, flag, 1);
	wire_le(&builder, count, 1);
	wire_le(&builder, sequence, 4);
	wire_le(&builder, 1500000000, 4);
	wire_le(&builder, 999999999, 4);
}

/* The packet's size follows what is there. */
static void
packet_size_set(void)
{
	wire_set_le(&builder, AT_SIZE, builder.length, 2);
}

static void
message_add(uint16_t type, uint16_t size)
{
	wire_le(&builder, size, 2);
	wire_le(&builder, type, 2);
	for (unsigned i = 4; i < size; i++)
		wire_le(&builder, i, 1);
	packet_size_set();
}

static struct opened
assert_opens(enum frame_kind kind, uint16_t count)
{
	return wire_assert_opens(&pillar_framing, &builder, kind, count);
}

static void
assert_refused(enum decode_error reason, uint32_t offset)
{
	wire_assert_refused(&pillar_framing, &builder, reason, offset);
}

static void
the_shortest_packet_is_a_heartbeat_of_16_bytes(void **state)
{
	struct opened o;

	(void)state;
	packet_start(1, 77, 0);
	assert_int_equal(builder.length, 16);
	o = assert_opens(FRAME_HEARTBEAT, 0);
	assert_int_equal(o.frame.sequence, 77);
	assert_int_equal(o.frame.trailing_bytes, 0);
	free(o.bytes);
}

static void
a_header_of_any_shorter_length_is_refused(void **state)
{
	(void)state;
	packet_start(1, 77, 0);
	wire_assert_refused_if_cut(
		&pillar_framing, &builder, 0, DECODE_ERROR_PILLAR_HEADER_TRUNCATED
	);
}

static void
only_the_delivery_flags_of_the_specification_are_accepted(void **state)
{
	static const uint8_t known[] = {1, 10, 11, 12, 13, 15, 17, 18, 19, 20, 21};

	(void)state;
	for (unsigned flag = 0; flag < 256; flag++) {
		packet_start((uint8_t)flag, 1, 0);
		if (memchr(known, (int)flag, sizeof(known)) == NULL)
			assert_refused(DECODE_ERROR_PILLAR_DELIVERY_FLAG, AT_FLAG);
		else
			free(assert_opens(flag == 1 ? FRAME_HEARTBEAT : FRAME_DATA, 0).bytes);
	}
}

static void
a_heartbeat_has_no_messages_whatever_number_it_states(void **state)
{
	struct opened o;

	(void)state;
	packet_start(1, 5, 1);
	message_add(102, 25);
	o = assert_opens(FRAME_HEARTBEAT, 0);
	assert_int_equal(o.frame.n_messages, 0);
	assert_int_equal(o.frame.trailing_bytes, 25);
	free(o.bytes);
}

static void
messages_start_with_their_size(void **state)
{
	struct opened o;

	(void)state;
	packet_start(ORIGINAL, 0x01020304, 3);
	message_add(102, 25);
	message_add(999, 4);
	message_add(100, 300);
	o = assert_opens(FRAME_DATA, 3);
	assert_int_equal(o.frame.sequence, 0x01020304);
	assert_ptr_equal(o.frame.messages[0].bytes, o.bytes + 16);
	assert_int_equal(o.frame.messages[0].length_bytes, 25);
	assert_int_equal(o.frame.messages[1].length_bytes, 4);
	assert_ptr_equal(o.frame.messages[2].bytes, o.bytes + 45);
	assert_int_equal(o.frame.messages[2].length_bytes, 300);
	free(o.bytes);
}

static void
a_message_size_below_4_is_refused(void **state)
{
	(void)state;
	for (unsigned size = 0; size < 4; size++) {
		packet_start(ORIGINAL, 1, 2);
		message_add(102, 25);
		message_add(102, 25);
		wire_set_le(&builder, HEADER + 25, size, 2);
		assert_refused(DECODE_ERROR_PILLAR_BLOCK_TRUNCATED, HEADER + 25);
	}
}

static void
a_message_size_beyond_the_packet_size_is_refused(void **state)
{
	(void)state;
	packet_start(ORIGINAL, 1, 2);
	message_add(102, 25);
	message_add(102, 25);
	wire_set_le(&builder, HEADER + 25, 26, 2);
	assert_refused(DECODE_ERROR_PILLAR_BLOCK_TRUNCATED, HEADER + 25);
	wire_fill(&builder, 1); /* behind the packet's size */
	assert_refused(DECODE_ERROR_PILLAR_BLOCK_TRUNCATED, HEADER + 25);
	wire_set_le(&builder, HEADER + 25, 0xFFFF, 2);
	assert_refused(DECODE_ERROR_PILLAR_BLOCK_TRUNCATED, HEADER + 25);
}

static void
a_number_of_messages_beyond_the_packet_is_refused_at_the_missing_one(void **state)
{
	(void)state;
	packet_start(ORIGINAL, 1, 255);
	message_add(102, 25);
	assert_refused(DECODE_ERROR_PILLAR_BLOCK_TRUNCATED, HEADER + 25);
}

static void
a_packet_size_below_16_or_beyond_the_packet_is_refused(void **state)
{
	(void)state;
	packet_start(ORIGINAL, 1, 1);
	message_add(102, 25);
	for (unsigned size = 0; size < 16; size++) {
		wire_set_le(&builder, AT_SIZE, size, 2);
		assert_refused(DECODE_ERROR_PILLAR_PACKET_SIZE, 0);
	}
	wire_set_le(&builder, AT_SIZE, HEADER + 26, 2);
	assert_refused(DECODE_ERROR_PILLAR_PACKET_SIZE, 0);
	wire_set_le(&builder, AT_SIZE, 0xFFFF, 2);
	assert_refused(DECODE_ERROR_PILLAR_PACKET_SIZE, 0);
}

static void
a_packet_cut_anywhere_behind_its_header_is_refused(void **state)
{
	(void)state;
	packet_start(ORIGINAL, 1, 2);
	message_add(100, 39);
	message_add(102, 25);
	wire_assert_refused_if_cut(
		&pillar_framing, &builder, HEADER, DECODE_ERROR_PILLAR_PACKET_SIZE
	);
}

static void
a_sequence_that_wraps_with_its_count_is_refused(void **state)
{
	(void)state;
	packet_start(ORIGINAL, UINT32_MAX - 2, 2);
	message_add(102, 25);
	message_add(102, 25);
	free(assert_opens(FRAME_DATA, 2).bytes);
	wire_set_le(&builder, AT_SEQUENCE, UINT32_MAX - 1, 4);
	assert_refused(DECODE_ERROR_PILLAR_SEQUENCE_OVERFLOW, AT_SEQUENCE);
	wire_set_le(&builder, AT_SEQUENCE, UINT32_MAX, 4);
	assert_refused(DECODE_ERROR_PILLAR_SEQUENCE_OVERFLOW, AT_SEQUENCE);
}

static void
bytes_behind_the_messages_or_the_packet_size_are_trailing_bytes(void **state)
{
	struct opened o;

	(void)state;
	packet_start(ORIGINAL, 1, 1);
	message_add(102, 25);
	wire_fill(&builder, 2);
	packet_size_set();
	wire_fill(&builder, 3);
	o = assert_opens(FRAME_DATA, 1);
	assert_int_equal(o.frame.trailing_bytes, 5);
	assert_int_equal(pillar_framing.trailing_error, DECODE_ERROR_PILLAR_TRAILING_BYTES);
	free(o.bytes);
}

static void
the_longest_packet_is_read_in_several_calls(void **state)
{
	unsigned read = 0;
	struct opened o;

	(void)state;
	packet_start(ORIGINAL, 1, 255);
	for (unsigned i = 0; i < 255; i++)
		message_add((uint16_t)i, 256);
	o = assert_opens(FRAME_DATA, 255);
	for (; o.frame.n_messages > 0; pillar_framing.more(&o.frame)) {
		for (unsigned i = 0; i < o.frame.n_messages; i++, read++)
			assert_int_equal(o.frame.messages[i].bytes[2], read);
	}
	assert_int_equal(read, 255);
	free(o.bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shortest_packet_is_a_heartbeat_of_16_bytes),
		cmocka_unit_test(a_header_of_any_shorter_length_is_refused),
		cmocka_unit_test(only_the_delivery_flags_of_the_specification_are_accepted),
		cmocka_unit_test(a_heartbeat_has_no_messages_whatever_number_it_states),
		cmocka_unit_test(messages_start_with_their_size),
		cmocka_unit_test(a_message_size_below_4_is_refused),
		cmocka_unit_test(a_message_size_beyond_the_packet_size_is_refused),
		cmocka_unit_test(
			a_number_of_messages_beyond_the_packet_is_refused_at_the_missing_one
		),
		cmocka_unit_test(a_packet_size_below_16_or_beyond_the_packet_is_refused),
		cmocka_unit_test(a_packet_cut_anywhere_behind_its_header_is_refused),
		cmocka_unit_test(a_sequence_that_wraps_with_its_count_is_refused),
		cmocka_unit_test(bytes_behind_the_messages_or_the_packet_size_are_trailing_bytes),
		cmocka_unit_test(the_longest_packet_is_read_in_several_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
