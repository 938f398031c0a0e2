/* SPDX-License-Identifier: BSD-3-Clause */
/* ITCH 5.0: the table of messages against the specification's lengths, and the lookup at its edges. */
#include "pipeline/decode/decoder.h"
#include "pipeline/decode/itch50.h"
#include "tests/unit/unit_test.h"

#include <stdlib.h>
#include <string.h>

/* Section 4 of the specification, in its order; copied from there and not from the product. */
static const struct {
	uint8_t type;
	uint16_t length_bytes;
} specification[] = {
	{'S', 12}, {'R', 39}, {'H', 25}, {'Y', 20}, {'L', 26}, {'V', 35}, {'W', 12}, {'K', 28},
	{'J', 35}, {'h', 21}, {'A', 36}, {'F', 40}, {'E', 31}, {'C', 36}, {'X', 23}, {'D', 19},
	{'U', 35}, {'P', 44}, {'Q', 40}, {'B', 19}, {'I', 50}, {'N', 20}, {'O', 48},
};

static bool
type_is_specified(unsigned type)
{
	for (unsigned i = 0; i < ARRAY_LENGTH(specification); i++) {
		if (specification[i].type == type)
			return true;
	}
	return false;
}

/* Looks a message of zeros up whose bytes end where its memory does. */
static const struct message_layout *
layout_of(unsigned type, uint16_t length, enum decode_error *error)
{
	uint8_t *bytes = calloc(length, 1);
	struct message message = {.bytes = bytes, .length_bytes = length};
	const struct message_layout *layout;

	assert_non_null(bytes);
	if (length > 0)
		bytes[0] = (uint8_t)type;
	layout = message_layout_find(&itch50_protocol, &message, error);
	free(bytes);
	return layout;
}

static void
assert_lookup(unsigned type, uint16_t length, enum decode_error expected)
{
	enum decode_error error;
	const struct message_layout *layout = layout_of(type, length, &error);

	assert_string_equal(decode_errors[error].name, decode_errors[expected].name);
	if (expected == DECODE_ERROR_NONE)
		assert_int_equal(layout->type, type);
	else
		assert_null(layout);
}

static void
there_are_23_types(void **state)
{
	unsigned n = 0;

	(void)state;
	for (unsigned type = 0; type < 256; type++)
		n += itch50_protocol.layouts[type] != NULL;
	assert_int_equal(n, 23);
	assert_int_equal(ARRAY_LENGTH(specification), 23);
}

static void
a_message_of_the_specified_length_is_accepted(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(specification); i++)
		assert_lookup(
			specification[i].type, specification[i].length_bytes, DECODE_ERROR_NONE
		);
}

static void
a_message_of_any_shorter_length_is_truncated(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(specification); i++) {
		for (uint16_t length = 1; length < specification[i].length_bytes; length++)
			assert_lookup(
				specification[i].type, length, DECODE_ERROR_MESSAGE_TRUNCATED
			);
	}
}

static void
a_longer_message_is_accepted(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(specification); i++) {
		uint16_t length = specification[i].length_bytes;

		assert_lookup(specification[i].type, (uint16_t)(length + 1), DECODE_ERROR_NONE);
		assert_lookup(specification[i].type, 65485, DECODE_ERROR_NONE);
	}
}

static void
every_other_type_is_unknown(void **state)
{
	unsigned n = 0;

	(void)state;
	for (unsigned type = 0; type < 256; type++) {
		if (type_is_specified(type))
			continue;
		assert_lookup(type, 1, DECODE_ERROR_MESSAGE_UNKNOWN_TYPE);
		assert_lookup(type, 64, DECODE_ERROR_MESSAGE_UNKNOWN_TYPE);
		n++;
	}
	assert_int_equal(n, 233);
}

static void
a_message_of_no_bytes_is_empty(void **state)
{
	(void)state;
	assert_lookup(0, 0, DECODE_ERROR_MESSAGE_EMPTY);
}

static void
fields_cover_each_message_without_gap_from_byte_1(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(specification); i++) {
		const struct message_layout *layout =
			itch50_protocol.layouts[specification[i].type];
		unsigned at = 1;

		assert_non_null(layout);
		for (unsigned j = 0; j < layout->n_fields; j++) {
			assert_int_equal(layout->fields[j].offset, at);
			at += layout->fields[j].width;
		}
		assert_int_equal(at, specification[i].length_bytes);
		assert_int_equal(layout->length_bytes, specification[i].length_bytes);
	}
}

static void
integers_have_a_width_that_read_be_can_read(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(specification); i++) {
		const struct message_layout *layout =
			itch50_protocol.layouts[specification[i].type];

		for (unsigned j = 0; j < layout->n_fields; j++) {
			if (layout->fields[j].kind == FIELD_UINT_BE)
				assert_in_range(layout->fields[j].width, 1, 8);
			else
				assert_int_equal(layout->fields[j].kind, FIELD_ASCII);
		}
	}
}

static void
every_message_starts_with_locate_tracking_number_and_timestamp(void **state)
{
	static const uint8_t widths[] = {2, 2, 6};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(specification); i++) {
		const struct message_layout *layout =
			itch50_protocol.layouts[specification[i].type];

		for (unsigned j = 0; j < ARRAY_LENGTH(widths); j++) {
			assert_int_equal(layout->fields[j].width, widths[j]);
			assert_int_equal(layout->fields[j].kind, FIELD_UINT_BE);
			assert_int_equal(layout->fields[j].decimals, 0);
		}
	}
}

static void
prices_have_4_decimals_in_4_bytes_or_8_in_8(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(specification); i++) {
		const struct message_layout *layout =
			itch50_protocol.layouts[specification[i].type];

		for (unsigned j = 0; j < layout->n_fields; j++) {
			const struct field_layout *field = &layout->fields[j];
			/* The three levels of the decline message are the only Price(8). */
			unsigned expected = specification[i].type == 'V' && j >= 3 ? 8
					    : strstr(field->name, "price") != NULL &&
							    field->kind == FIELD_UINT_BE
						    ? 4
						    : 0;

			if (strstr(field->name, "collar") != NULL &&
			    strstr(field->name, "extension") == NULL)
				expected = 4;
			assert_int_equal(field->decimals, expected);
			if (expected != 0)
				assert_int_equal(field->width, expected);
		}
	}
}

static void
names_are_unique_within_a_message_and_in_snake_case(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(specification); i++) {
		const struct message_layout *layout =
			itch50_protocol.layouts[specification[i].type];

		for (unsigned j = 0; j < layout->n_fields; j++) {
			const char *name = layout->fields[j].name;

			assert_int_equal(
				strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(name)
			);
			for (unsigned k = 0; k < j; k++)
				assert_string_not_equal(name, layout->fields[k].name);
		}
	}
}

static void
message_names_are_unique(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(specification); i++) {
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(
				itch50_protocol.layouts[specification[i].type]->name,
				itch50_protocol.layouts[specification[j].type]->name
			);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_are_23_types),
		cmocka_unit_test(a_message_of_the_specified_length_is_accepted),
		cmocka_unit_test(a_message_of_any_shorter_length_is_truncated),
		cmocka_unit_test(a_longer_message_is_accepted),
		cmocka_unit_test(every_other_type_is_unknown),
		cmocka_unit_test(a_message_of_no_bytes_is_empty),
		cmocka_unit_test(fields_cover_each_message_without_gap_from_byte_1),
		cmocka_unit_test(integers_have_a_width_that_read_be_can_read),
		cmocka_unit_test(every_message_starts_with_locate_tracking_number_and_timestamp),
		cmocka_unit_test(prices_have_4_decimals_in_4_bytes_or_8_in_8),
		cmocka_unit_test(names_are_unique_within_a_message_and_in_snake_case),
		cmocka_unit_test(message_names_are_unique),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
