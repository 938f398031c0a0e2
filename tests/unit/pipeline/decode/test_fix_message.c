/* SPDX-License-Identifier: BSD-3-Clause */
/* FIX messages: types, fields and what may be wrong with them. */
#include "pipeline/decode/fix_field.h"
#include "pipeline/decode/fix_message.h"
#include "pipeline/decode/fix_tags.h"
#include "tests/unit/pipeline/decode/fix_builder.h"
#include "tests/unit/unit_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fix_text text;

/* The message with this body, in memory that ends where it does. */
static struct message
message_of(const char *fields)
{
	text.length = 0;
	fix_message_add(&text, "FIX.4.4", fields);
	return (struct message){
		.bytes = bytes_exact(text.bytes, text.length),
		.length_bytes = (uint32_t)text.length,
	};
}

static enum decode_error
error_of(const char *fields)
{
	struct message message = message_of(fields);
	enum decode_error error;

	(void)message_layout_find(&fix_protocol, &message, &error);
	free((void *)(uintptr_t)message.bytes);
	return error;
}

static void
assert_error(const char *fields, enum decode_error expected)
{
	assert_string_equal(decode_errors[error_of(fields)].name, decode_errors[expected].name);
}

static void
assert_field(const struct message *message, uint32_t tag, const char *value)
{
	struct fix_field field;

	assert_true(fix_field_find(message, tag, &field));
	assert_int_equal(field.tag, tag);
	assert_int_equal(field.length_bytes, strlen(value));
	assert_memory_equal(field.value, value, strlen(value));
	assert_true(field.value >= message->bytes);
	assert_true(field.value + field.length_bytes < message->bytes + message->length_bytes);
}

static void
there_are_93_messages_each_found_by_its_type(void **state)
{
	unsigned n = 0;

	(void)state;
	for (unsigned row = 0; row < 256; row++) {
		const struct message_layout *layout = fix_protocol.layouts[row], *found;
		struct message message;
		enum decode_error error;
		char fields[16] = "35=";

		if (layout == NULL)
			continue;
		n++;
		assert_int_equal(layout->type, row);
		message = message_of(strcat(strcat(fields, layout->type_text), "|"));
		found = message_layout_find(&fix_protocol, &message, &error);
		assert_ptr_equal(found, layout);
		free((void *)(uintptr_t)message.bytes);
	}
	assert_int_equal(n, 93);
	assert_int_equal(n, FIX_MESSAGE_COUNT);
}

static void
every_type_that_is_in_no_row_is_unknown(void **state)
{
	unsigned n = 0;

	(void)state;
	for (unsigned i = 0; i < 256 * 257; i++) {
		char fields[8] = {'3', '5', '=', (char)(i >> 8), (char)i, '|', 0, 0};

		/* With second byte 0 the type has one. A field ends at a delimiter. */
		if ((char)i == 0)
			memcpy(fields + 4, "|", 2);
		if (i >> 8 == 0 || i >> 8 == 1 || i >> 8 > 255 || (i & 255) == 1 || i >> 8 == '|' ||
		    (i & 255) == '|')
			continue;
		n += error_of(fields) == DECODE_ERROR_NONE;
		assert_true(
			error_of(fields) == DECODE_ERROR_NONE ||
			error_of(fields) == DECODE_ERROR_MESSAGE_UNKNOWN_TYPE
		);
	}
	assert_int_equal(n, 93);
	assert_error("35=D1X|", DECODE_ERROR_MESSAGE_UNKNOWN_TYPE);
	assert_error("35=0000000000000000000|", DECODE_ERROR_MESSAGE_UNKNOWN_TYPE);
}

static void
a_message_without_a_type_in_the_third_field_is_unknown(void **state)
{
	(void)state;
	assert_error("34=2|35=0|", DECODE_ERROR_MESSAGE_UNKNOWN_TYPE);
	assert_error("", DECODE_ERROR_MESSAGE_UNKNOWN_TYPE);
}

static void
the_parts_are_the_fields_in_wire_order(void **state)
{
	static const struct {
		uint32_t tag;
		const char *name, *value;
		enum part_kind kind;
	} expected[] = {
		{8, "BeginString", "FIX.4.4", PART_TEXT},
		{9, "BodyLength", "64", PART_NUMBER},
		{35, "MsgType", "D", PART_TEXT},
		{34, "MsgSeqNum", "0012", PART_NUMBER},
		{44, "Price", "1.50", PART_TEXT},
		{453, "NoPartyIDs", "2", PART_NUMBER},
		{448, "PartyID", "a", PART_TEXT},
		{448, "PartyID", "b", PART_TEXT},
		{95, "RawDataLength", "5", PART_NUMBER},
		{96, "RawData", "1\0012=3", PART_TEXT},
		{5001, NULL, "=", PART_TEXT},
		{10, "CheckSum", "", PART_TEXT},
	};
	struct message message =
		message_of("35=D|34=0012|44=1.50|453=2|448=a|448=b|95=5|96=1|2=3|5001==|");
	enum decode_error error;
	const struct message_layout *layout = message_layout_find(&fix_protocol, &message, &error);
	struct part_walk walk;
	struct message_part part;
	unsigned n = 0;

	(void)state;
	assert_non_null(layout);
	part_walk_begin(&walk, layout, &message);
	for (; part_walk_next(&fix_protocol, &walk, &part); n++) {
		assert_true(n < ARRAY_LENGTH(expected));
		assert_int_equal(part.tag, expected[n].tag);
		assert_int_equal(part.kind, expected[n].kind);
		if (expected[n].name == NULL)
			assert_null(part.name);
		else
			assert_string_equal(part.name, expected[n].name);
		if (part.tag == 10 || part.tag == 9)
			continue;
		assert_int_equal(part.length_bytes, strlen(expected[n].value));
		assert_memory_equal(part.bytes, expected[n].value, part.length_bytes);
	}
	assert_int_equal(n, ARRAY_LENGTH(expected));
	assert_int_equal(walk.error, DECODE_ERROR_NONE);
	free((void *)(uintptr_t)message.bytes);
}

static void
a_field_without_a_tag_is_told(void **state)
{
	static const char *const bodies[] = {
		"35=0|garbled|",
		"35=0|4garbled9=TW|",
		"35=0|=x|",
		"35=0||",
		"35=0|34|",
		"35=0|0=HI|",
		"35=0|-1=HI|",
		"35=0|034=2|",
		"35=0| 34=2|",
		"35=0|34 =2|",
		"35=0|1234567890=x|",
		"35=0|99999999999=x|",
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(bodies); i++)
		assert_error(bodies[i], DECODE_ERROR_FIX_TAG);
	assert_error("35=0|999999999=x|", DECODE_ERROR_NONE);
}

static void
a_field_without_a_value_is_told(void **state)
{
	(void)state;
	assert_error("35=0|112=|", DECODE_ERROR_FIX_VALUE_EMPTY);
	assert_error("35=0|95=0|96=|", DECODE_ERROR_FIX_VALUE_EMPTY);
	assert_error("35=0|5001=|", DECODE_ERROR_FIX_VALUE_EMPTY);
}

static void
unknown_tags_and_repeated_ones_are_accepted(void **state)
{
	(void)state;
	assert_error("35=0|999=HI|", DECODE_ERROR_NONE);
	assert_error("35=0|5000=HI|", DECODE_ERROR_NONE);
	assert_error("35=D|40=1|40=2|", DECODE_ERROR_NONE);
}

static void
a_checksum_field_before_the_end_is_told(void **state)
{
	(void)state;
	assert_error("35=0|10=161|112=x|", DECODE_ERROR_FIX_CHECKSUM_PLACE);
	assert_error("35=0|10=161|", DECODE_ERROR_FIX_CHECKSUM_PLACE);
	assert_error("35=0|95=6|96=10=161|", DECODE_ERROR_NONE);
}

/* A message that was not framed: its end is not where its checksum's delimiter is. */
static void
a_message_cut_anywhere_is_malformed_and_never_read_behind_its_end(void **state)
{
	struct message whole = message_of("35=D|34=2|90=3|91=a|b|55=IBM|93=1|89=||");

	(void)state;
	for (uint32_t n = 0; n < whole.length_bytes; n++) {
		struct message cut = {.bytes = bytes_exact(whole.bytes, n), .length_bytes = n};
		struct fix_field field;
		enum decode_error error;

		assert_null(message_layout_find(&fix_protocol, &cut, &error));
		assert_int_not_equal(error, DECODE_ERROR_NONE);
		assert_false(fix_field_find(&cut, 10, &field));
		free((void *)(uintptr_t)cut.bytes);
	}
	assert_field(&whole, 91, "a\001b");
	assert_field(&whole, 89, "\001");
	free((void *)(uintptr_t)whole.bytes);
}

/* Volume 1 of 4.4, the fields of type data and the length in front of each; the last two are of FIXT 1.1. */
static const struct {
	uint16_t length_tag, data_tag;
} data_fields[] = {
	{90, 91},
	{93, 89},
	{95, 96},
	{212, 213},
	{348, 349},
	{350, 351},
	{352, 353},
	{354, 355},
	{356, 357},
	{358, 359},
	{360, 361},
	{362, 363},
	{364, 365},
	{445, 446},
	{618, 619},
	{621, 622},
	{1401, 1402},
	{1403, 1404},
};

static void
each_data_field_may_hold_the_delimiter(void **state)
{
	unsigned n = 0;

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(data_fields); i++) {
		char fields[64];

		(void)snprintf(
			fields,
			sizeof(fields),
			"35=B|%u=10|%u=|10=000||x|58=y|",
			data_fields[i].length_tag,
			data_fields[i].data_tag
		);
		assert_error(fields, DECODE_ERROR_NONE);
	}
	for (uint32_t tag = 0; tag < FIX_TAGS; tag++)
		n += fix_tag_kind(tag) == FIX_DATA;
	assert_int_equal(n, ARRAY_LENGTH(data_fields));
}

static void
a_data_field_that_does_not_end_where_its_length_says_is_told(void **state)
{
	(void)state;
	assert_error("35=B|95=2|96=abc|", DECODE_ERROR_FIX_DATA_LENGTH);
	assert_error("35=B|95=4|96=abc|", DECODE_ERROR_FIX_DATA_LENGTH);
	assert_error("35=B|95=3|96=abc|", DECODE_ERROR_NONE);
	assert_error("35=B|95=003|96=abc|", DECODE_ERROR_NONE);
	/* Up to the message's last byte, so that the checksum is data, and beyond. */
	assert_error("35=B|95=10|96=abc|", DECODE_ERROR_FIX_CHECKSUM_PLACE);
	assert_error("35=B|95=11|96=abc|", DECODE_ERROR_FIX_DATA_LENGTH);
	assert_error("35=B|95=12|96=abc|", DECODE_ERROR_FIX_DATA_LENGTH);
	assert_error("35=B|95=999999999|96=abc|", DECODE_ERROR_FIX_DATA_LENGTH);
	assert_error("35=B|95=4294967299|96=abc|", DECODE_ERROR_FIX_DATA_LENGTH);
	assert_error("35=B|95=-1|96=abc|", DECODE_ERROR_FIX_DATA_LENGTH);
	assert_error("35=B|95=x|96=abc|", DECODE_ERROR_FIX_DATA_LENGTH);
	assert_error("35=B|95=3x|96=abc|", DECODE_ERROR_FIX_DATA_LENGTH);
}

static void
a_data_field_without_its_length_right_before_it_is_told(void **state)
{
	(void)state;
	assert_error("35=B|96=abc|", DECODE_ERROR_FIX_DATA_LENGTH);
	assert_error("35=B|95=3|58=x|96=abc|", DECODE_ERROR_FIX_DATA_LENGTH);
	assert_error("35=B|354=3|96=abc|", DECODE_ERROR_FIX_DATA_LENGTH);
	assert_error("35=B|95=3|96=abc|96=abc|", DECODE_ERROR_FIX_DATA_LENGTH);
	/* A length without data says nothing of other fields. */
	assert_error("35=B|95=3|58=x|", DECODE_ERROR_NONE);
}

static void
the_offset_of_an_error_is_that_of_its_field(void **state)
{
	struct message message = message_of("35=0|34=2|x=1|");
	struct part_walk walk;
	struct message_part part;

	(void)state;
	part_walk_begin(&walk, fix_protocol.layouts[0], &message);
	while (part_walk_next(&fix_protocol, &walk, &part))
		;
	assert_int_equal(walk.error, DECODE_ERROR_FIX_TAG);
	assert_int_equal(walk.error_offset, strlen("8=FIX.4.4|9=14|35=0|34=2|"));
	assert_false(part_walk_next(&fix_protocol, &walk, &part));
	free((void *)(uintptr_t)message.bytes);
}

static void
a_field_is_found_by_its_tag_where_it_first_occurs(void **state)
{
	struct message message =
		message_of("35=D|11=ID|95=8|96=x|44=9|y|44=1.5|448=a|448=b|100007=q|");
	struct fix_field field;

	(void)state;
	assert_field(&message, 8, "FIX.4.4");
	assert_field(&message, 35, "D");
	assert_field(&message, 11, "ID");
	assert_field(&message, 44, "1.5");
	assert_field(&message, 448, "a");
	assert_field(&message, 100007, "q");
	assert_false(fix_field_find(&message, 4, &field));
	assert_false(fix_field_find(&message, 0, &field));
	free((void *)(uintptr_t)message.bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_are_93_messages_each_found_by_its_type),
		cmocka_unit_test(every_type_that_is_in_no_row_is_unknown),
		cmocka_unit_test(a_message_without_a_type_in_the_third_field_is_unknown),
		cmocka_unit_test(the_parts_are_the_fields_in_wire_order),
		cmocka_unit_test(a_field_without_a_tag_is_told),
		cmocka_unit_test(a_field_without_a_value_is_told),
		cmocka_unit_test(unknown_tags_and_repeated_ones_are_accepted),
		cmocka_unit_test(a_checksum_field_before_the_end_is_told),
		cmocka_unit_test(a_message_cut_anywhere_is_malformed_and_never_read_behind_its_end),
		cmocka_unit_test(each_data_field_may_hold_the_delimiter),
		cmocka_unit_test(a_data_field_that_does_not_end_where_its_length_says_is_told),
		cmocka_unit_test(a_data_field_without_its_length_right_before_it_is_told),
		cmocka_unit_test(the_offset_of_an_error_is_that_of_its_field),
		cmocka_unit_test(a_field_is_found_by_its_tag_where_it_first_occurs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
