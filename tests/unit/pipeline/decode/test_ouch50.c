/* SPDX-License-Identifier: BSD-3-Clause */
/* OUCH 5.0: the tables of both sides against the specification. */
#include "pipeline/decode/ouch50.h"
#include "tests/unit/pipeline/decode/ouch50_specification.h"

static void
types_are_the_specified_ones_of_each_side(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(ouch50_sides); i++)
		assert_types_are_the_specified_ones(&ouch50_sides[i]);
}

static void
a_message_of_the_shortest_length_is_accepted(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(ouch50_sides); i++)
		assert_lengths_are_the_specified_ones(&ouch50_sides[i]);
}

static void
a_message_of_any_shorter_length_is_truncated(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(ouch50_sides); i++)
		assert_every_shorter_length_is_truncated(&ouch50_sides[i]);
}

static void
fields_cover_each_message_without_gap_from_byte_1(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(ouch50_sides); i++)
		assert_fields_cover_each_message(&ouch50_sides[i]);
}

static void
names_are_unique_and_in_snake_case(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(ouch50_sides); i++)
		assert_names_are_unique_and_in_snake_case(&ouch50_sides[i]);
}

static void
prices_have_4_decimals(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(ouch50_sides); i++)
		assert_decimals_of_prices(&ouch50_sides[i], 4);
}

static void
tags_are_those_of_the_specification_with_their_widths(void **state)
{
	(void)state;
	for (unsigned tag = 0; tag < 256; tag++) {
		const struct message_layout *item = ouch50_protocol.items[tag];
		unsigned width =
			tag < ARRAY_LENGTH(ouch50_value_bytes) ? ouch50_value_bytes[tag] : 0;

		assert_int_equal(item != NULL, width != 0);
		if (item == NULL)
			continue;
		assert_int_equal(item->n_fields, 3);
		assert_int_equal(item->fields[2].width, width);
		assert_int_equal(item->fields[2].offset, 2);
		assert_string_equal(item->fields[2].name, item->name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_are_the_specified_ones_of_each_side),
		cmocka_unit_test(a_message_of_the_shortest_length_is_accepted),
		cmocka_unit_test(a_message_of_any_shorter_length_is_truncated),
		cmocka_unit_test(fields_cover_each_message_without_gap_from_byte_1),
		cmocka_unit_test(names_are_unique_and_in_snake_case),
		cmocka_unit_test(prices_have_4_decimals),
		cmocka_unit_test(tags_are_those_of_the_specification_with_their_widths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
