/* SPDX-License-Identifier: BSD-3-Clause */
/* IEX-TP framing: what is accepted, what is refused and where, and what the views hold. */
#include "pipeline/decode/iex_tp.h"
#include "tests/unit/pipeline/decode/wire_builder.h"
#include "tests/unit/unit_test.h"

#include <stdlib.h>
#include <string.h>

enum {
	AT_VERSION = 0,
	AT_PROTOCOL = 2,
	AT_LENGTH = 12,
	AT_COUNT = 14,
	AT_SEQUENCE = 24,
	HEADER = 40,
};

static struct wire_builder builder; /* too big for a stack */
static const struct framing *const deep = &iex_tp_deep_framing;

/* A header of version 1, channel 1, session 0x43815100. */
static void
segment_start(uint16_t protocol, uint64_t sequence, uint16_t count)
{
	wire_start(&builder);
	wire_le(&builder, 1, 1);
	wire_le(&builder, 0, 1);
	wire_le(&builder, protocol, 2);
	wire_le(&builder, 1, 4);
	wire_le(&builder, 0x43815100, 4);
	wire_le(&builder, 0, 2);
	wire_le(&builder, count, 2);
	wire_le(&builder, 0x1122334455667788, 8);
	wire_le(&builder, sequence, 8);
	wire_le(&builder, 1493132598742110851, 8);
}

/* The payload length follows what is there. */
static void
payload_length_set(void)
{
	wire_set_le(&builder, AT_LENGTH, builder.length - HEADER, 2);
}

static void
message_add(uint8_t type, uint16_t length)
{
	wire_le(&builder, length, 2);
	for (uint16_t i = 0; i < length; i++)
		wire_le(&builder, i == 0 ? type : i, 1);
	payload_length_set();
}

static void
deep_start(uint64_t sequence, uint16_t count)
{
	segment_start(0x8004, sequence, count);
}

static struct opened
assert_opens(enum frame_kind kind, uint16_t count)
{
	return wire_assert_opens(deep, &builder, kind, count);
}

static void
assert_refused(enum decode_error expected, uint32_t expected_offset)
{
	wire_assert_refused(deep, &builder, expected, expected_offset);
}

static void
the_shortest_segment_is_a_heartbeat_of_40_bytes(void **state)
{
	struct opened o;

	(void)state;
	deep_start(77, 0);
	assert_int_equal(builder.length, 40);
	o = assert_opens(FRAME_HEARTBEAT, 0);
	assert_int_equal(o.frame.sequence, 77);
	assert_int_equal(o.frame.n_messages, 0);
	assert_int_equal(o.frame.trailing_bytes, 0);
	free(o.bytes);
}

static void
a_header_of_any_shorter_length_is_refused(void **state)
{
	(void)state;
	deep_start(1, 0);
	wire_assert_refused_if_cut(deep, &builder, 0, DECODE_ERROR_IEX_HEADER_TRUNCATED);
}

static void
numbers_count_within_a_session_of_a_channel(void **state)
{
	struct opened o;

	(void)state;
	deep_start(UINT64_C(0x0102030405060708), 1);
	message_add('8', 30);
	o = assert_opens(FRAME_DATA, 1);
	assert_int_equal(o.frame.sequence, UINT64_C(0x0102030405060708));
	assert_int_equal(deep->n_session_fields, 2);
	assert_string_equal(deep->session[0].name, "channel_id");
	assert_int_equal(deep->session[0].offset, 4);
	assert_int_equal(deep->session[0].width, 4);
	assert_string_equal(deep->session[1].name, "session_id");
	assert_int_equal(deep->session[1].offset, 8);
	assert_int_equal(deep->session[1].width, 4);
	free(o.bytes);
}

static void
header_fields_cover_the_header(void **state)
{
	unsigned at = 0;

	(void)state;
	assert_int_equal(deep->n_header_fields, 10);
	for (unsigned i = 0; i < deep->n_header_fields; i++) {
		assert_int_equal(deep->header_fields[i].offset, at);
		at += deep->header_fields[i].width;
	}
	assert_int_equal(at, deep->header_bytes);
	assert_int_equal(at, 40);
}

static void
each_framing_takes_its_own_message_protocol_only(void **state)
{
	static const struct {
		const struct framing *framing;
		uint16_t protocol;
	} own[] = {
		{&iex_tp_tops_framing, 0x8003},
		{&iex_tp_deep_framing, 0x8004},
		{&iex_tp_deep_plus_framing, 0x8005},
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(own); i++) {
		for (unsigned protocol = 0; protocol <= UINT16_MAX; protocol++) {
			segment_start((uint16_t)protocol, 1, 0);
			if (protocol == own[i].protocol)
				free(wire_assert_opens(own[i].framing, &builder, FRAME_HEARTBEAT, 0)
					     .bytes);
			else
				wire_assert_refused(
					own[i].framing,
					&builder,
					DECODE_ERROR_IEX_PROTOCOL_ID,
					AT_PROTOCOL
				);
		}
	}
}

static void
every_version_but_1_is_refused(void **state)
{
	(void)state;
	deep_start(1, 0);
	for (unsigned version = 0; version < 256; version++) {
		wire_set_le(&builder, AT_VERSION, version, 1);
		if (version != 1)
			assert_refused(DECODE_ERROR_IEX_VERSION, AT_VERSION);
	}
}

static void
messages_are_views_into_the_payload(void **state)
{
	struct opened o;

	(void)state;
	deep_start(1, 3);
	message_add('A', 3);
	message_add('B', 0);
	message_add('C', 300);
	o = assert_opens(FRAME_DATA, 3);
	assert_int_equal(o.frame.n_messages, 3);
	assert_ptr_equal(o.frame.messages[0].bytes, o.bytes + 42);
	assert_int_equal(o.frame.messages[0].length_bytes, 3);
	assert_int_equal(o.frame.messages[1].length_bytes, 0);
	assert_ptr_equal(o.frame.messages[2].bytes, o.bytes + 49);
	assert_int_equal(o.frame.messages[2].length_bytes, 300);
	assert_int_equal(o.frame.messages[2].bytes[0], 'C');
	free(o.bytes);
}

static void
a_payload_length_beyond_the_packet_is_refused(void **state)
{
	(void)state;
	deep_start(1, 1);
	message_add('8', 30);
	wire_set_le(&builder, AT_LENGTH, 33, 2);
	assert_refused(DECODE_ERROR_IEX_PAYLOAD_LENGTH, AT_LENGTH);
	wire_set_le(&builder, AT_LENGTH, 0xFFFF, 2);
	assert_refused(DECODE_ERROR_IEX_PAYLOAD_LENGTH, AT_LENGTH);
}

static void
a_segment_cut_anywhere_behind_its_header_is_refused(void **state)
{
	(void)state;
	deep_start(1, 2);
	message_add('8', 30);
	message_add('5', 30);
	wire_assert_refused_if_cut(deep, &builder, HEADER, DECODE_ERROR_IEX_PAYLOAD_LENGTH);
}

static void
bytes_behind_the_payload_length_are_trailing_bytes_and_no_message(void **state)
{
	struct opened o;

	(void)state;
	deep_start(1, 1);
	message_add('8', 30);
	wire_fill(&builder, 5);
	o = assert_opens(FRAME_DATA, 1);
	assert_int_equal(o.frame.trailing_bytes, 5);
	assert_int_equal(o.frame.n_messages, 1);
	free(o.bytes);
}

static void
a_message_behind_the_payload_length_is_not_used(void **state)
{
	(void)state;
	deep_start(1, 2);
	message_add('8', 30);
	message_add('5', 30);
	wire_set_le(&builder, AT_LENGTH, 32, 2);
	assert_refused(DECODE_ERROR_IEX_BLOCK_TRUNCATED, HEADER + 32);
	wire_set_le(&builder, AT_LENGTH, 63, 2);
	assert_refused(DECODE_ERROR_IEX_BLOCK_TRUNCATED, HEADER + 32);
}

static void
bytes_of_the_payload_behind_the_last_message_are_trailing_bytes(void **state)
{
	struct opened o;

	(void)state;
	deep_start(1, 1);
	message_add('8', 30);
	wire_fill(&builder, 3);
	payload_length_set();
	wire_fill(&builder, 4);
	o = assert_opens(FRAME_DATA, 1);
	assert_int_equal(o.frame.trailing_bytes, 7);
	assert_int_equal(iex_tp_deep_framing.trailing_error, DECODE_ERROR_IEX_TRAILING_BYTES);
	free(o.bytes);
}

static void
a_payload_without_messages_is_no_heartbeat_but_trailing_bytes(void **state)
{
	struct opened o;

	(void)state;
	deep_start(1, 0);
	message_add('8', 30);
	o = assert_opens(FRAME_DATA, 0);
	assert_int_equal(o.frame.n_messages, 0);
	assert_int_equal(o.frame.trailing_bytes, 32);
	free(o.bytes);
}

static void
messages_without_a_payload_are_refused(void **state)
{
	(void)state;
	deep_start(1, 1);
	assert_refused(DECODE_ERROR_IEX_BLOCK_TRUNCATED, HEADER);
	wire_set_le(&builder, AT_COUNT, 0xFFFF, 2);
	assert_refused(DECODE_ERROR_IEX_BLOCK_TRUNCATED, HEADER);
}

static void
a_message_length_beyond_the_payload_is_refused_at_that_message(void **state)
{
	(void)state;
	deep_start(1, 2);
	message_add('8', 30);
	message_add('5', 30);
	wire_set_le(&builder, HEADER + 32, 31, 2);
	assert_refused(DECODE_ERROR_IEX_BLOCK_TRUNCATED, HEADER + 32);
	wire_set_le(&builder, HEADER + 32, 0xFFFF, 2);
	assert_refused(DECODE_ERROR_IEX_BLOCK_TRUNCATED, HEADER + 32);
}

static void
half_a_message_length_is_refused(void **state)
{
	(void)state;
	deep_start(1, 2);
	message_add('8', 30);
	wire_fill(&builder, 1);
	payload_length_set();
	assert_refused(DECODE_ERROR_IEX_BLOCK_TRUNCATED, HEADER + 32);
}

static void
a_sequence_above_2_to_the_63_is_refused(void **state)
{
	(void)state;
	deep_start(UINT64_C(1) << 63, 1);
	message_add('8', 30);
	free(assert_opens(FRAME_DATA, 1).bytes);
	wire_set_le(&builder, AT_SEQUENCE, (UINT64_C(1) << 63) + 1, 8);
	assert_refused(DECODE_ERROR_IEX_SEQUENCE_OVERFLOW, AT_SEQUENCE);
	deep_start(UINT64_MAX, 0);
	assert_refused(DECODE_ERROR_IEX_SEQUENCE_OVERFLOW, AT_SEQUENCE);
}

static void
the_longest_payload_is_read_in_several_calls(void **state)
{
	const uint16_t count = (WIRE_BUILDER_BYTES - HEADER) / 2;
	unsigned read = 0;
	struct opened o;

	(void)state;
	deep_start(1, count);
	for (unsigned i = 0; i < count; i++)
		message_add(0, 0);
	o = assert_opens(FRAME_DATA, count);
	for (; o.frame.n_messages > 0; deep->more(&o.frame))
		read += o.frame.n_messages;
	assert_int_equal(read, count);
	free(o.bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shortest_segment_is_a_heartbeat_of_40_bytes),
		cmocka_unit_test(a_header_of_any_shorter_length_is_refused),
		cmocka_unit_test(numbers_count_within_a_session_of_a_channel),
		cmocka_unit_test(header_fields_cover_the_header),
		cmocka_unit_test(each_framing_takes_its_own_message_protocol_only),
		cmocka_unit_test(every_version_but_1_is_refused),
		cmocka_unit_test(messages_are_views_into_the_payload),
		cmocka_unit_test(a_payload_length_beyond_the_packet_is_refused),
		cmocka_unit_test(a_segment_cut_anywhere_behind_its_header_is_refused),
		cmocka_unit_test(bytes_behind_the_payload_length_are_trailing_bytes_and_no_message),
		cmocka_unit_test(a_message_behind_the_payload_length_is_not_used),
		cmocka_unit_test(bytes_of_the_payload_behind_the_last_message_are_trailing_bytes),
		cmocka_unit_test(a_payload_without_messages_is_no_heartbeat_but_trailing_bytes),
		cmocka_unit_test(messages_without_a_payload_are_refused),
		cmocka_unit_test(a_message_length_beyond_the_payload_is_refused_at_that_message),
		cmocka_unit_test(half_a_message_length_is_refused),
		cmocka_unit_test(a_sequence_above_2_to_the_63_is_refused),
		cmocka_unit_test(the_longest_payload_is_read_in_several_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
