/* SPDX-License-Identifier: BSD-3-Clause */
/* Pillar: messages and vectors written from the tables of the specification. */
#include "pipeline/decode/pillar.h"
#include "tests/unit/pipeline/decode/layout_check.h"
#include "tests/unit/unit_test.h"

#include <string.h>

/* XDP Common Client Specification 2.3c and XDP Integrated Feed Client Specification 2.5. */
static const struct specified rows[] = {
	{1, 14, 0},   {2, 16, 0},   {3, 44, 0},   {10, 24, 0},  {11, 29, 0},
	{12, 14, 0},  {13, 21, 0},  {15, 20, 0},  {31, 14, 0},  {32, 20, 0},
	{34, 46, 0},  {35, 16, 0},  {100, 39, 0}, {101, 35, 0}, {102, 25, 0},
	{103, 42, 0}, {104, 42, 0}, {105, 73, 0}, {106, 43, 0}, {110, 33, 0},
	{111, 29, 0}, {112, 20, 0}, {113, 24, 0}, {114, 17, 0}, {223, 36, 0},
};

static const struct specification specification = {
	.protocol = &pillar_protocol,
	.rows = rows,
	.n_rows = ARRAY_LENGTH(rows),
	.fields_at = 4,
};

static void
the_messages_are_those_of_the_specification(void **state)
{
	(void)state;
	assert_messages_are_the_specified_ones(&specification);
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
	assert_type_of(&pillar_protocol, bytes, sizeof(bytes), 100);
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
	assert_type_of(&pillar_protocol, bytes, 44, 3);
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
