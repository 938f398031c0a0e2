/* SPDX-License-Identifier: BSD-3-Clause */
/* Tables of messages against their specification. */
#include "tests/unit/pipeline/decode/layout_check.h"

#include "tests/unit/unit_test.h"

#include <stdlib.h>
#include <string.h>

void
assert_lookup(
	const struct message_protocol *protocol,
	unsigned type,
	uint16_t length,
	enum decode_error expected
)
{
	uint8_t *bytes = calloc(length, 1);
	struct message message = {.bytes = bytes, .length_bytes = length};
	enum decode_error error;
	const struct message_layout *layout;

	assert_non_null(bytes);
	if (length > protocol->type_offset)
		bytes[protocol->type_offset] = (uint8_t)type;
	layout = message_layout_find(protocol, &message, &error);
	free(bytes);
	assert_string_equal(decode_errors[error].name, decode_errors[expected].name);
	if (expected == DECODE_ERROR_NONE)
		assert_int_equal(layout->type, type);
	else
		assert_null(layout);
}

static bool
type_is_specified(const struct specification *s, unsigned type)
{
	for (unsigned i = 0; i < s->n_rows; i++) {
		if (s->rows[i].type == type)
			return true;
	}
	return false;
}

/* The least in which a message can say its type. */
static uint16_t
type_end(const struct message_protocol *protocol)
{
	return (uint16_t)(protocol->type_offset + (protocol->type_form == TYPE_UINT16_LE ? 2 : 1));
}

void
assert_types_are_the_specified_ones(const struct specification *s)
{
	for (unsigned type = 0; type < 256; type++) {
		assert_int_equal(s->protocol->layouts[type] != NULL, type_is_specified(s, type));
		if (type_is_specified(s, type))
			continue;
		assert_lookup(
			s->protocol, type, type_end(s->protocol), DECODE_ERROR_MESSAGE_UNKNOWN_TYPE
		);
		assert_lookup(s->protocol, type, 99, DECODE_ERROR_MESSAGE_UNKNOWN_TYPE);
	}
	assert_lookup(s->protocol, 0, 0, DECODE_ERROR_MESSAGE_EMPTY);
}

void
assert_lengths_are_the_specified_ones(const struct specification *s)
{
	for (unsigned i = 0; i < s->n_rows; i++) {
		const struct specified *row = &s->rows[i];

		assert_int_equal(s->protocol->layouts[row->type]->length_bytes, row->length_bytes);
		assert_lookup(s->protocol, row->type, row->length_bytes, DECODE_ERROR_NONE);
	}
}

/* Not for messages with an appendage, whose first bytes would be a length. */
static void
assert_longer_messages_are_accepted(const struct specification *s)
{
	for (unsigned i = 0; i < s->n_rows; i++) {
		const struct specified *row = &s->rows[i];

		assert_lookup(
			s->protocol, row->type, (uint16_t)(row->length_bytes + 1), DECODE_ERROR_NONE
		);
		assert_lookup(s->protocol, row->type, 65000, DECODE_ERROR_NONE);
	}
}

void
assert_every_shorter_length_is_truncated(const struct specification *s)
{
	for (unsigned i = 0; i < s->n_rows; i++) {
		for (uint16_t length = 1; length < s->rows[i].length_bytes; length++)
			assert_lookup(
				s->protocol, s->rows[i].type, length, DECODE_ERROR_MESSAGE_TRUNCATED
			);
	}
}

void
assert_fields_cover_each_message(const struct specification *s)
{
	for (unsigned i = 0; i < s->n_rows; i++) {
		const struct specified *row = &s->rows[i];
		const struct message_layout *layout = s->protocol->layouts[row->type];
		unsigned at = s->fields_at != 0 ? s->fields_at : 1;

		for (unsigned j = 0; j < layout->n_fields; j++) {
			assert_int_equal(layout->fields[j].offset, at);
			at += layout->fields[j].width;
			if (layout->fields[j].kind < FIELD_ASCII)
				assert_in_range(layout->fields[j].width, 1, 8);
		}
		assert_int_equal(at, row->fields_end != 0 ? row->fields_end : row->length_bytes);
	}
}

void
assert_names_are_unique_and_in_snake_case(const struct specification *s)
{
	for (unsigned i = 0; i < s->n_rows; i++) {
		const struct message_layout *layout = s->protocol->layouts[s->rows[i].type];

		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(
				layout->name, s->protocol->layouts[s->rows[j].type]->name
			);
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

void
assert_messages_are_the_specified_ones(const struct specification *s)
{
	assert_types_are_the_specified_ones(s);
	assert_lengths_are_the_specified_ones(s);
	assert_longer_messages_are_accepted(s);
	assert_every_shorter_length_is_truncated(s);
	assert_fields_cover_each_message(s);
	assert_names_are_unique_and_in_snake_case(s);
}

void
assert_type_of(
	const struct message_protocol *protocol,
	const uint8_t *bytes,
	uint32_t length,
	uint16_t type
)
{
	struct message message = {.bytes = bytes, .length_bytes = length};
	enum decode_error error;
	const struct message_layout *layout = message_layout_find(protocol, &message, &error);

	assert_string_equal(decode_errors[error].name, "none");
	assert_int_equal(layout->type, type);
}

static bool
field_is_price(const struct field_layout *field)
{
	return field->kind != FIELD_ASCII &&
	       (strstr(field->name, "price") != NULL || strstr(field->name, "offset") != NULL);
}

void
assert_decimals_of_prices(const struct specification *s, unsigned decimals)
{
	for (unsigned i = 0; i < s->n_rows; i++) {
		const struct message_layout *layout = s->protocol->layouts[s->rows[i].type];

		for (unsigned j = 0; j < layout->n_fields; j++)
			assert_int_equal(
				layout->fields[j].decimals,
				field_is_price(&layout->fields[j]) ? decimals : 0
			);
	}
}
