/* SPDX-License-Identifier: BSD-3-Clause */
/* PITCH: the framing's edges, and vectors written from the tables of the specification. */
#include "pipeline/decode/pitch.h"
#include "tests/unit/pipeline/decode/layout_check.h"
#include "tests/unit/pipeline/decode/wire_builder.h"
#include "tests/unit/unit_test.h"

#include <stdlib.h>
#include <string.h>

enum {
	AT_LENGTH = 0,
	AT_COUNT = 2,
	AT_SEQUENCE = 4,
	HEADER = 8,
};

/* US Equities Multicast PITCH Specification 2.41.64. */
static const struct specified rows[] = {
	{0x20, 6, 0},  {0x21, 34, 0}, {0x22, 26, 0}, {0x23, 26, 0}, {0x24, 38, 0}, {0x25, 18, 0},
	{0x26, 16, 0}, {0x27, 27, 0}, {0x28, 19, 0}, {0x29, 14, 0}, {0x2A, 41, 0}, {0x2B, 33, 0},
	{0x2C, 14, 0}, {0x2D, 6, 0},  {0x2F, 41, 0}, {0x30, 43, 0}, {0x31, 18, 0}, {0x95, 47, 0},
	{0x96, 27, 0}, {0x97, 6, 0},  {0x98, 15, 0},
};

static const struct specification specification = {
	.protocol = &pitch_protocol,
	.rows = rows,
	.n_rows = ARRAY_LENGTH(rows),
	.fields_at = 2,
};

static struct wire_builder builder; /* too big for a stack */

static void
unit_start(uint32_t sequence, uint8_t count)
{
	wire_start(&builder);
	wire_le(&builder, HEADER, 2);
	wire_le(&builder, count, 1);
	wire_le(&builder, 7, 1);
	wire_le(&builder, sequence, 4);
}

/* The unit's length follows what is there. */
static void
unit_length_set(void)
{
	wire_set_le(&builder, AT_LENGTH, builder.length, 2);
}

static void
message_add(uint8_t type, uint8_t length)
{
	wire_le(&builder, length, 1);
	for (unsigned i = 1; i < length; i++)
		wire_le(&builder, i == 1 ? type : i, 1);
	unit_length_set();
}

static struct opened
assert_opens(enum frame_kind kind, uint16_t count)
{
	return wire_assert_opens(&pitch_framing, &builder, kind, count);
}

static void
assert_refused(enum decode_error expected, uint32_t expected_offset)
{
	wire_assert_refused(&pitch_framing, &builder, expected, expected_offset);
}

static void
the_shortest_unit_is_a_heartbeat_of_8_bytes(void **state)
{
	static const uint8_t real[] = {8, 0, 0, 1, 1, 0, 0, 0};
	struct opened o;

	(void)state;
	memcpy(builder.bytes, real, sizeof(real));
	builder.length = sizeof(real);
	o = assert_opens(FRAME_HEARTBEAT, 0);
	assert_int_equal(o.frame.sequence, 1);
	assert_int_equal(o.frame.n_messages, 0);
	assert_int_equal(o.frame.trailing_bytes, 0);
	free(o.bytes);
}

static void
a_header_of_any_shorter_length_is_refused(void **state)
{
	(void)state;
	unit_start(1, 0);
	wire_assert_refused_if_cut(
		&pitch_framing, &builder, 0, DECODE_ERROR_PITCH_HEADER_TRUNCATED
	);
}

static void
numbers_count_within_a_unit(void **state)
{
	(void)state;
	assert_int_equal(pitch_framing.n_session_fields, 1);
	assert_string_equal(pitch_framing.session->name, "hdr_unit");
	assert_int_equal(pitch_framing.session->offset, 3);
	assert_int_equal(pitch_framing.session->width, 1);
}

static void
messages_start_with_their_length(void **state)
{
	struct opened o;

	(void)state;
	unit_start(0x01020304, 3);
	message_add(0x20, 6);
	message_add(0x55, 2);
	message_add(0x21, 255);
	o = assert_opens(FRAME_DATA, 3);
	assert_int_equal(o.frame.sequence, 0x01020304);
	assert_int_equal(o.frame.n_messages, 3);
	assert_ptr_equal(o.frame.messages[0].bytes, o.bytes + 8);
	assert_int_equal(o.frame.messages[0].length_bytes, 6);
	assert_int_equal(o.frame.messages[1].length_bytes, 2);
	assert_int_equal(o.frame.messages[1].bytes[1], 0x55);
	assert_ptr_equal(o.frame.messages[2].bytes, o.bytes + 16);
	assert_int_equal(o.frame.messages[2].length_bytes, 255);
	free(o.bytes);
}

static void
a_message_length_below_2_is_refused(void **state)
{
	(void)state;
	for (unsigned length = 0; length < 2; length++) {
		unit_start(1, 2);
		message_add(0x20, 6);
		message_add(0x20, 6);
		wire_set_le(&builder, HEADER + 6, length, 1);
		assert_refused(DECODE_ERROR_PITCH_BLOCK_TRUNCATED, HEADER + 6);
	}
}

static void
a_message_length_beyond_the_unit_is_refused(void **state)
{
	(void)state;
	unit_start(1, 2);
	message_add(0x20, 6);
	message_add(0x20, 6);
	wire_set_le(&builder, HEADER + 6, 7, 1);
	assert_refused(DECODE_ERROR_PITCH_BLOCK_TRUNCATED, HEADER + 6);
	wire_fill(&builder, 1); /* behind the unit */
	assert_refused(DECODE_ERROR_PITCH_BLOCK_TRUNCATED, HEADER + 6);
}

static void
a_count_beyond_the_unit_is_refused_at_the_missing_message(void **state)
{
	(void)state;
	unit_start(1, 255);
	message_add(0x20, 6);
	assert_refused(DECODE_ERROR_PITCH_BLOCK_TRUNCATED, HEADER + 6);
}

static void
a_unit_length_below_8_or_beyond_the_packet_is_refused(void **state)
{
	(void)state;
	unit_start(1, 1);
	message_add(0x20, 6);
	for (unsigned length = 0; length < 8; length++) {
		wire_set_le(&builder, AT_LENGTH, length, 2);
		assert_refused(DECODE_ERROR_PITCH_LENGTH, 0);
	}
	wire_set_le(&builder, AT_LENGTH, 15, 2);
	assert_refused(DECODE_ERROR_PITCH_LENGTH, 0);
	wire_set_le(&builder, AT_LENGTH, 0xFFFF, 2);
	assert_refused(DECODE_ERROR_PITCH_LENGTH, 0);
}

static void
a_unit_cut_anywhere_behind_its_header_is_refused(void **state)
{
	(void)state;
	unit_start(1, 2);
	message_add(0x21, 34);
	message_add(0x20, 6);
	wire_assert_refused_if_cut(&pitch_framing, &builder, HEADER, DECODE_ERROR_PITCH_LENGTH);
}

static void
a_sequence_that_wraps_with_its_count_is_refused(void **state)
{
	struct opened o;

	(void)state;
	unit_start(UINT32_MAX - 2, 2);
	message_add(0x20, 6);
	message_add(0x20, 6);
	o = assert_opens(FRAME_DATA, 2);
	assert_int_equal(o.frame.sequence, UINT32_MAX - 2);
	free(o.bytes);
	wire_set_le(&builder, AT_SEQUENCE, UINT32_MAX - 1, 4);
	assert_refused(DECODE_ERROR_PITCH_SEQUENCE_OVERFLOW, AT_SEQUENCE);
	wire_set_le(&builder, AT_SEQUENCE, UINT32_MAX, 4);
	assert_refused(DECODE_ERROR_PITCH_SEQUENCE_OVERFLOW, AT_SEQUENCE);
}

static void
a_unit_without_numbers_sends_sequence_0(void **state)
{
	(void)state;
	unit_start(0, 1);
	message_add(0x20, 6);
	free(assert_opens(FRAME_DATA, 1).bytes);
}

static void
bytes_behind_the_messages_or_the_unit_are_trailing_bytes(void **state)
{
	struct opened o;

	(void)state;
	unit_start(1, 1);
	message_add(0x20, 6);
	wire_fill(&builder, 2);
	unit_length_set();
	wire_fill(&builder, 3);
	o = assert_opens(FRAME_DATA, 1);
	assert_int_equal(o.frame.trailing_bytes, 5);
	free(o.bytes);
	unit_start(1, 0);
	message_add(0x20, 6);
	o = assert_opens(FRAME_HEARTBEAT, 0);
	assert_int_equal(o.frame.trailing_bytes, 6);
	assert_int_equal(pitch_framing.trailing_error, DECODE_ERROR_PITCH_TRAILING_BYTES);
	free(o.bytes);
}

static void
the_longest_unit_is_read_in_several_calls(void **state)
{
	unsigned read = 0;
	struct opened o;

	(void)state;
	unit_start(1, 255);
	for (unsigned i = 0; i < 255; i++)
		message_add((uint8_t)i, 255);
	o = assert_opens(FRAME_DATA, 255);
	for (; o.frame.n_messages > 0; pitch_framing.more(&o.frame)) {
		for (unsigned i = 0; i < o.frame.n_messages; i++, read++)
			assert_int_equal(o.frame.messages[i].bytes[1], read);
	}
	assert_int_equal(read, 255);
	free(o.bytes);
}

static void
the_messages_are_those_of_the_specification(void **state)
{
	(void)state;
	assert_messages_are_the_specified_ones(&specification);
}

static void
a_type_is_written_as_a_hexadecimal_number(void **state)
{
	char name[TYPE_NAME_BYTES];

	(void)state;
	assert_string_equal(message_type_name(&pitch_protocol, 0x21, name), "0x21");
	assert_string_equal(message_type_name(&pitch_protocol, 0x2A, name), "0x2A");
}

static void
short_prices_have_2_decimals_and_long_ones_4(void **state)
{
	unsigned n = 0;

	(void)state;
	for (unsigned type = 0; type < 256; type++) {
		const struct message_layout *layout = pitch_protocol.layouts[type];

		for (unsigned i = 0; layout != NULL && i < layout->n_fields; i++) {
			const struct field_layout *field = &layout->fields[i];
			const char *price = strstr(field->name, "price");
			bool is_price = price != NULL && strcmp(price, "price") == 0;
			unsigned expected = !is_price ? 0 : field->width == 2 ? 2 : 4;

			assert_int_equal(field->decimals, expected);
			if (expected == 4)
				assert_int_equal(field->width, 8);
			n += expected != 0;
		}
	}
	assert_int_equal(n, 13);
}

static void
an_add_order_long_has_its_fields(void **state)
{
	static const uint8_t bytes[] = "\x22\x21\x18\xD2\x06\0"
				       "\x05\x40\x5B\x77\x8F\x56\x1D\x0B"
				       "B"
				       "\x20\x4E\0\0"
				       "ZVZZT "
				       "\x5A\x23\0\0\0\0\0\0"
				       "\x01";

	(void)state;
	assert_type_of(&pitch_protocol, bytes, 34, 0x21);
	assert_int_equal(pitch_add_order_long_timestamp(bytes), 447000);
	assert_int_equal(pitch_add_order_long_order_id(bytes), UINT64_C(0x0B1D568F775B4005));
	assert_int_equal(*pitch_add_order_long_side_indicator(bytes), 'B');
	assert_int_equal(pitch_add_order_long_quantity(bytes), 20000);
	assert_memory_equal(pitch_add_order_long_symbol(bytes), "ZVZZT ", 6);
	assert_int_equal(pitch_add_order_long_price(bytes), 9050);
	assert_int_equal(pitch_add_order_long_add_flags(bytes), 1);
}

static void
an_add_order_short_has_its_fields(void **state)
{
	static const uint8_t bytes[] = "\x1A\x22\x18\xD2\x06\0"
				       "\x05\x40\x5B\x77\x8F\x56\x1D\x0B"
				       "S"
				       "\x20\x4E"
				       "ZVZZT "
				       "\xFF\xFF"
				       "\x01";

	(void)state;
	assert_type_of(&pitch_protocol, bytes, 26, 0x22);
	assert_int_equal(*pitch_add_order_short_side_indicator(bytes), 'S');
	assert_int_equal(pitch_add_order_short_quantity(bytes), 20000);
	assert_int_equal(pitch_add_order_short_price(bytes), 65535);
	assert_int_equal(pitch_add_order_short_add_flags(bytes), 1);
}

static void
an_execution_at_price_and_size_has_its_fields(void **state)
{
	uint8_t bytes[38];

	(void)state;
	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	bytes[1] = 0x24;
	assert_type_of(&pitch_protocol, bytes, sizeof(bytes), 0x24);
	assert_int_equal(pitch_order_executed_at_price_size_timestamp(bytes), 0x05040302);
	assert_int_equal(
		pitch_order_executed_at_price_size_order_id(bytes), UINT64_C(0x0D0C0B0A09080706)
	);
	assert_int_equal(pitch_order_executed_at_price_size_executed_quantity(bytes), 0x11100F0E);
	assert_int_equal(pitch_order_executed_at_price_size_remaining_quantity(bytes), 0x15141312);
	assert_int_equal(
		pitch_order_executed_at_price_size_execution_id(bytes), UINT64_C(0x1D1C1B1A19181716)
	);
	assert_int_equal(
		pitch_order_executed_at_price_size_price(bytes), UINT64_C(0x2524232221201F1E)
	);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shortest_unit_is_a_heartbeat_of_8_bytes),
		cmocka_unit_test(a_header_of_any_shorter_length_is_refused),
		cmocka_unit_test(numbers_count_within_a_unit),
		cmocka_unit_test(messages_start_with_their_length),
		cmocka_unit_test(a_message_length_below_2_is_refused),
		cmocka_unit_test(a_message_length_beyond_the_unit_is_refused),
		cmocka_unit_test(a_count_beyond_the_unit_is_refused_at_the_missing_message),
		cmocka_unit_test(a_unit_length_below_8_or_beyond_the_packet_is_refused),
		cmocka_unit_test(a_unit_cut_anywhere_behind_its_header_is_refused),
		cmocka_unit_test(a_sequence_that_wraps_with_its_count_is_refused),
		cmocka_unit_test(a_unit_without_numbers_sends_sequence_0),
		cmocka_unit_test(bytes_behind_the_messages_or_the_unit_are_trailing_bytes),
		cmocka_unit_test(the_longest_unit_is_read_in_several_calls),
		cmocka_unit_test(the_messages_are_those_of_the_specification),
		cmocka_unit_test(a_type_is_written_as_a_hexadecimal_number),
		cmocka_unit_test(short_prices_have_2_decimals_and_long_ones_4),
		cmocka_unit_test(an_add_order_long_has_its_fields),
		cmocka_unit_test(an_add_order_short_has_its_fields),
		cmocka_unit_test(an_execution_at_price_and_size_has_its_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
