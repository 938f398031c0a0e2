/* SPDX-License-Identifier: BSD-3-Clause */
/* OUCH 4.2: the tables of both sides against the specification. */
#include "pipeline/decode/ouch42.h"
#include "tests/unit/pipeline/decode/layout_check.h"
#include "tests/unit/unit_test.h"

/* From the specification's sections on outbound and inbound messages, not from the product. */
static const struct specified venue_rows[] = {
	{'S', 10, 0},
	{'A', 66, 0},
	{'U', 80, 0},
	{'C', 28, 0},
	{'D', 37, 0},
	{'E', 40, 0},
	{'B', 32, 0},
	{'G', 45, 0},
	{'F', 41, 0},
	{'J', 24, 0},
	{'P', 23, 0},
	{'I', 23, 0},
	{'T', 36, 0},
	{'M', 28, 0},
	{'N', 23, 0},
};

static const struct specified client_rows[] = {
	{'O', 49, 0},
	{'U', 47, 0},
	{'X', 19, 0},
	{'M', 20, 0},
	{'N', 15, 0},
};

static const struct specification sides[] = {
	{&ouch42_protocol, venue_rows, ARRAY_LENGTH(venue_rows), 0},
	{&ouch42_request_protocol, client_rows, ARRAY_LENGTH(client_rows), 0},
};

static void
types_are_the_specified_ones_of_each_side(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(sides); i++)
		assert_types_are_the_specified_ones(&sides[i]);
}

static void
a_message_of_the_specified_length_is_accepted(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(sides); i++)
		assert_lengths_are_the_specified_ones(&sides[i]);
}

static void
a_message_of_any_shorter_length_is_truncated(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(sides); i++)
		assert_every_shorter_length_is_truncated(&sides[i]);
}

static void
a_longer_message_is_accepted(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(sides); i++) {
		for (unsigned j = 0; j < sides[i].n_rows; j++) {
			const struct specified *row = &sides[i].rows[j];

			assert_lookup(
				sides[i].protocol,
				row->type,
				(uint16_t)(row->length_bytes + 1),
				DECODE_ERROR_NONE
			);
			assert_lookup(sides[i].protocol, row->type, 65534, DECODE_ERROR_NONE);
		}
	}
}

static void
fields_cover_each_message_without_gap_from_byte_1(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(sides); i++)
		assert_fields_cover_each_message(&sides[i]);
}

static void
names_are_unique_and_in_snake_case(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(sides); i++)
		assert_names_are_unique_and_in_snake_case(&sides[i]);
}

static void
prices_have_4_decimals(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(sides); i++)
		assert_decimals_of_prices(&sides[i], 4);
}

/* The accessors come from the same lists as the tables: one of each width is enough. */
static void
accessors_read_the_fields(void **state)
{
	uint8_t bytes[49];

	(void)state;
	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i + 0x80);
	assert_ptr_equal(ouch42_enter_order_message_order_token(bytes), bytes + 1);
	assert_int_equal(ouch42_enter_order_message_shares(bytes), 0x90919293);
	assert_ptr_equal(ouch42_enter_order_message_stock(bytes), bytes + 20);
	assert_int_equal(ouch42_enter_order_message_price(bytes), 0x9C9D9E9F);
	assert_int_equal(ouch42_executed_message_timestamp(bytes), UINT64_C(0x8182838485868788));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_are_the_specified_ones_of_each_side),
		cmocka_unit_test(a_message_of_the_specified_length_is_accepted),
		cmocka_unit_test(a_message_of_any_shorter_length_is_truncated),
		cmocka_unit_test(a_longer_message_is_accepted),
		cmocka_unit_test(fields_cover_each_message_without_gap_from_byte_1),
		cmocka_unit_test(names_are_unique_and_in_snake_case),
		cmocka_unit_test(prices_have_4_decimals),
		cmocka_unit_test(accessors_read_the_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
