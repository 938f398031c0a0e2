/* SPDX-License-Identifier: BSD-3-Clause */
/* TOPS, DEEP and DEEP+: each has the messages of its specification, and the fields of the specifications' examples. */
#include "pipeline/decode/iex.h"
#include "tests/unit/pipeline/decode/layout_check.h"
#include "tests/unit/unit_test.h"

#include <string.h>

/* TOPS Specification 1.66. */
static const struct specified tops[] = {
	{'S', 10, 0},
	{'D', 31, 0},
	{'H', 22, 0},
	{'I', 18, 0},
	{'O', 18, 0},
	{'P', 19, 0},
	{'Q', 42, 0},
	{'T', 38, 0},
	{'X', 26, 0},
	{'B', 38, 0},
	{'A', 80, 0},
};

/* DEEP Specification 1.08. */
static const struct specified deep[] = {
	{'S', 10, 0},
	{'D', 31, 0},
	{'H', 22, 0},
	{'I', 18, 0},
	{'O', 18, 0},
	{'P', 19, 0},
	{'E', 18, 0},
	{'8', 30, 0},
	{'5', 30, 0},
	{'T', 38, 0},
	{'X', 26, 0},
	{'B', 38, 0},
	{'A', 80, 0},
};

/* DEEP+ Specification 1.02. */
static const struct specified deep_plus[] = {
	{'S', 10, 0},
	{'D', 31, 0},
	{'H', 22, 0},
	{'I', 18, 0},
	{'O', 18, 0},
	{'P', 19, 0},
	{'E', 18, 0},
	{'a', 38, 0},
	{'M', 38, 0},
	{'R', 26, 0},
	{'L', 46, 0},
	{'T', 38, 0},
	{'B', 38, 0},
	{'C', 18, 0},
};

static void
assert_specified(const struct message_protocol *protocol, const struct specified *rows, unsigned n)
{
	const struct specification specification = {protocol, rows, n, 0};

	assert_messages_are_the_specified_ones(&specification);
}

static void
tops_has_the_messages_of_its_specification(void **state)
{
	(void)state;
	assert_specified(&iex_tops_protocol, tops, ARRAY_LENGTH(tops));
}

static void
deep_has_the_messages_of_its_specification(void **state)
{
	(void)state;
	assert_specified(&iex_deep_protocol, deep, ARRAY_LENGTH(deep));
}

static void
deep_plus_has_the_messages_of_its_specification(void **state)
{
	(void)state;
	assert_specified(&iex_deep_plus_protocol, deep_plus, ARRAY_LENGTH(deep_plus));
}

static bool
name_is_a_price(const char *name)
{
	return strcmp(name, "price") == 0 || strstr(name, "_price") != NULL ||
	       strstr(name, "auction_collar") != NULL;
}

static void
prices_and_only_prices_have_4_decimals_in_8_signed_bytes(void **state)
{
	static const struct message_protocol *const protocols[] = {
		&iex_tops_protocol, &iex_deep_protocol, &iex_deep_plus_protocol};

	(void)state;
	for (unsigned i = 0; i < 3 * 256; i++) {
		const struct message_layout *layout = protocols[i / 256]->layouts[i % 256];

		for (unsigned j = 0; layout != NULL && j < layout->n_fields; j++) {
			const struct field_layout *field = &layout->fields[j];
			bool price = name_is_a_price(field->name) && field->width == 8;

			assert_int_equal(field->decimals, price ? 4 : 0);
			if (price)
				assert_int_equal(field->kind, FIELD_INT_LE);
		}
	}
}

/* Order executed: the example of the DEEP+ specification. */
static void
an_order_execution_has_the_fields_of_the_specification_s_example(void **state)
{
	static const uint8_t bytes[] = "\x4C\x00\xB2\x8F\xA5\xA0\xAB\x86\x6D\x14"
				       "ZIEXT   "
				       "\x96\x8F\x06\0\0\0\0\0"
				       "\x64\0\0\0"
				       "\x24\x1D\x0F\0\0\0\0\0"
				       "\x96\x8F\x02\0\0\0\0\0";

	(void)state;
	assert_type_of(&iex_deep_plus_protocol, bytes, 46, 'L');
	assert_int_equal(iex_order_executed_message_sale_condition_flags(bytes), 0);
	assert_int_equal(iex_order_executed_message_timestamp(bytes), 1471980724912754610);
	assert_memory_equal(iex_order_executed_message_symbol(bytes), "ZIEXT   ", 8);
	assert_int_equal(iex_order_executed_message_order_id_reference(bytes), 429974);
	assert_int_equal(iex_order_executed_message_size(bytes), 100);
	assert_int_equal(iex_order_executed_message_price(bytes), 990500);
	assert_int_equal(iex_order_executed_message_trade_id(bytes), 167830);
}

/* Security directory: the example of the same specification. */
static void
a_security_directory_has_the_fields_of_the_specification_s_example(void **state)
{
	static const uint8_t bytes[] = "\x44\x80\x00\x20\x89\x7B\x5A\x1F\xB6\x14"
				       "ZIEXT   "
				       "\x64\0\0\0"
				       "\x24\x1D\x0F\0\0\0\0\0"
				       "\x01";

	(void)state;
	assert_type_of(&iex_tops_protocol, bytes, 31, 'D');
	assert_type_of(&iex_deep_protocol, bytes, 31, 'D');
	assert_type_of(&iex_deep_plus_protocol, bytes, 31, 'D');
	assert_int_equal(iex_security_directory_message_security_directory_flags(bytes), 0x80);
	assert_int_equal(iex_security_directory_message_round_lot_size(bytes), 100);
	assert_int_equal(iex_security_directory_message_adjusted_poc_price(bytes), 990500);
	assert_int_equal(iex_security_directory_message_luld_tier(bytes), 1);
}

static void
a_price_below_0_keeps_its_sign(void **state)
{
	uint8_t bytes[42] = {'Q'};

	(void)state;
	memset(bytes + 22, 0xFF, 8);
	bytes[30] = 1;
	assert_type_of(&iex_tops_protocol, bytes, sizeof(bytes), 'Q');
	assert_int_equal(iex_quote_update_message_bid_price(bytes), -1);
	assert_int_equal(iex_quote_update_message_ask_price(bytes), 1);
}

/* A different byte everywhere: each field is read from its own place. */
static void
an_auction_information_has_its_fields_where_the_specification_puts_them(void **state)
{
	uint8_t bytes[80];

	(void)state;
	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	bytes[0] = 'A';
	assert_type_of(&iex_deep_protocol, bytes, sizeof(bytes), 'A');
	assert_int_equal(iex_auction_information_message_paired_shares(bytes), 0x15141312);
	assert_int_equal(
		iex_auction_information_message_reference_price(bytes), INT64_C(0x1D1C1B1A19181716)
	);
	assert_int_equal(
		iex_auction_information_message_indicative_clearing_price(bytes),
		INT64_C(0x2524232221201F1E)
	);
	assert_int_equal(iex_auction_information_message_imbalance_shares(bytes), 0x29282726);
	assert_int_equal(*iex_auction_information_message_imbalance_side(bytes), 0x2A);
	assert_int_equal(iex_auction_information_message_extension_number(bytes), 0x2B);
	assert_int_equal(iex_auction_information_message_scheduled_auction_time(bytes), 0x2F2E2D2C);
	assert_int_equal(
		iex_auction_information_message_upper_auction_collar(bytes),
		INT64_C(0x4F4E4D4C4B4A4948)
	);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tops_has_the_messages_of_its_specification),
		cmocka_unit_test(deep_has_the_messages_of_its_specification),
		cmocka_unit_test(deep_plus_has_the_messages_of_its_specification),
		cmocka_unit_test(prices_and_only_prices_have_4_decimals_in_8_signed_bytes),
		cmocka_unit_test(an_order_execution_has_the_fields_of_the_specification_s_example),
		cmocka_unit_test(a_security_directory_has_the_fields_of_the_specification_s_example
		),
		cmocka_unit_test(a_price_below_0_keeps_its_sign),
		cmocka_unit_test(
			an_auction_information_has_its_fields_where_the_specification_puts_them
		),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
