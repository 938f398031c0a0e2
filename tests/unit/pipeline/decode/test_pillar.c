/* SPDX-License-Identifier: BSD-3-Clause */
/* Pillar: the framing's edges, and vectors written from the tables of the specification. */
#include "pipeline/decode/pillar.h"
#include "tests/unit/pipeline/decode/layout_check.h"
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

/* XDP Common Client Specification 2.3c and XDP Integrated Feed Client Specification 2.5. */
static const struct specified_message specification[] = {
	{1, 14},   {2, 16},   {3, 44},   {10, 24},  {11, 29},  {12, 14},  {13, 21},
	{15, 20},  {31, 14},  {32, 20},  {34, 46},  {35, 16},  {100, 39}, {101, 35},
	{102, 25}, {103, 42}, {104, 42}, {105, 73}, {106, 43}, {110, 33}, {111, 29},
	{112, 20}, {113, 24}, {114, 17}, {223, 36},
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

static void
the_messages_are_those_of_the_specification(void **state)
{
	(void)state;
	layout_check_lookup(&pillar_protocol, specification, ARRAY_LENGTH(specification));
	layout_check_fields(&pillar_protocol, 4);
}

static void
a_type_above_255_is_unknown(void **state)
{
	static const uint8_t bytes[39] = {39, 0, 100, 1};
	struct message message = {.bytes = bytes, .length_bytes = sizeof(bytes)};
	enum decode_error error;

	(void)state;
	assert_null(message_layout_find(&pillar_protocol, &message, &error));
	assert_string_equal(decode_errors[error].name, "message_unknown_type");
}

static void
prices_have_the_decimals_of_their_symbol(void **state)
{
	unsigned n = 0;

	(void)state;
	for (unsigned type = 0; type < 256; type++) {
		const struct message_layout *layout = pillar_protocol.layouts[type];

		for (unsigned i = 0; layout != NULL && i < layout->n_fields; i++) {
			const struct field_layout *field = &layout->fields[i];
			bool price = field->decimals == FIELD_DECIMALS_OF_SYMBOL;

			assert_true(price || field->decimals == 0);
			assert_true(price == (field->kind == FIELD_INT_LE));
			assert_true(!price || field->width == 4);
			n += price;
		}
	}
	assert_int_equal(n, 21);
}

static void
the_message_that_states_decimals_and_all_with_prices_have_the_symbol(void **state)
{
	const struct symbol_decimals *stated = pillar_protocol.symbol_decimals;

	(void)state;
	assert_string_equal(
		pillar_protocol.layouts[stated->type]->name, "symbol_index_mapping_message"
	);
	for (unsigned type = 0; type < 256; type++) {
		const struct message_layout *layout = pillar_protocol.layouts[type];
		bool symbol = false, decimals = false, price = false;

		for (unsigned i = 0; layout != NULL && i < layout->n_fields; i++) {
			symbol |= strcmp(layout->fields[i].name, stated->symbol) == 0;
			decimals |= strcmp(layout->fields[i].name, stated->decimals) == 0;
			price |= layout->fields[i].decimals == FIELD_DECIMALS_OF_SYMBOL;
		}
		assert_true(symbol || !price);
		assert_true(decimals == (type == stated->type));
	}
}

static void
an_add_order_has_its_fields(void **state)
{
	uint8_t bytes[39];

	(void)state;
	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i + 0xE0);
	bytes[2] = 100;
	bytes[3] = 0;
	layout_check_find(&pillar_protocol, bytes, sizeof(bytes), 100);
	assert_int_equal(pillar_add_order_message_source_time_ns(bytes), 0xE7E6E5E4);
	assert_int_equal(pillar_add_order_message_symbol_index(bytes), 0xEBEAE9E8);
	assert_int_equal(pillar_add_order_message_symbol_seq_num(bytes), 0xEFEEEDEC);
	assert_int_equal(pillar_add_order_message_order_id(bytes), UINT64_C(0xF7F6F5F4F3F2F1F0));
	assert_int_equal(pillar_add_order_message_price(bytes), (int32_t)0xFBFAF9F8);
	assert_int_equal(pillar_add_order_message_volume(bytes), 0xFFFEFDFC);
	assert_int_equal(*pillar_add_order_message_side(bytes), 0);
	assert_ptr_equal(pillar_add_order_message_firm_id(bytes), bytes + 33);
}

static void
a_symbol_index_mapping_has_its_fields(void **state)
{
	static const uint8_t bytes[] = "\x2C\0\x03\0"
				       "\x39\x30\0\0"
				       "BRK A\0\0\0\0\0\0\0"
				       "\x01\0\x04N\x02"
				       "C"
				       "\x64\0"
				       "\x10\x27\0\0"
				       "\x01\0\0\0"
				       "\0Y"
				       "\x01\0\x02\0\0\0";

	(void)state;
	layout_check_find(&pillar_protocol, bytes, 44, 3);
	assert_int_equal(pillar_symbol_index_mapping_message_symbol_index(bytes), 12345);
	assert_memory_equal(pillar_symbol_index_mapping_message_symbol(bytes), "BRK A", 6);
	assert_int_equal(pillar_symbol_index_mapping_message_market_id(bytes), 1);
	assert_int_equal(*pillar_symbol_index_mapping_message_exchange_code(bytes), 'N');
	assert_int_equal(pillar_symbol_index_mapping_message_price_scale_code(bytes), 2);
	assert_int_equal(*pillar_symbol_index_mapping_message_security_type(bytes), 'C');
	assert_int_equal(pillar_symbol_index_mapping_message_lot_size(bytes), 100);
	assert_int_equal(pillar_symbol_index_mapping_message_prev_close_price(bytes), 10000);
	assert_int_equal(*pillar_symbol_index_mapping_message_round_lot(bytes), 'Y');
	assert_int_equal(pillar_symbol_index_mapping_message_unit_of_trade(bytes), 2);
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
		cmocka_unit_test(the_messages_are_those_of_the_specification),
		cmocka_unit_test(a_type_above_255_is_unknown),
		cmocka_unit_test(prices_have_the_decimals_of_their_symbol),
		cmocka_unit_test(
			the_message_that_states_decimals_and_all_with_prices_have_the_symbol
		),
		cmocka_unit_test(an_add_order_has_its_fields),
		cmocka_unit_test(a_symbol_index_mapping_has_its_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
