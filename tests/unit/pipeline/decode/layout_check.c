/* SPDX-License-Identifier: BSD-3-Clause */
/* Checks of tables. */
#include "tests/unit/pipeline/decode/layout_check.h"

#include "tests/unit/unit_test.h"

#include <stdlib.h>
#include <string.h>

/* Looks a message of zeros up whose bytes end where its memory does. */
static void
lookup_check(
	const struct message_protocol *protocol,
	uint8_t type,
	uint16_t length,
	enum decode_error expected
)
{
	uint8_t *bytes = calloc(length, 1);
	struct message message = {.bytes = bytes, .length_bytes = length};
	const struct message_layout *layout;
	enum decode_error error;

	assert_non_null(bytes);
	if (length > protocol->type_offset)
		bytes[protocol->type_offset] = type;
	layout = message_layout_find(protocol, &message, &error);
	assert_string_equal(decode_errors[error].name, decode_errors[expected].name);
	assert_true((layout != NULL) == (expected == DECODE_ERROR_NONE));
	if (layout != NULL)
		assert_int_equal(layout->type, type);
	free(bytes);
}

static void
row_check(const struct message_protocol *protocol, const struct specified_message *row)
{
	uint16_t length = row->length_bytes;

	lookup_check(protocol, row->type, length, DECODE_ERROR_NONE);
	lookup_check(protocol, row->type, (uint16_t)(length + 1), DECODE_ERROR_NONE);
	lookup_check(protocol, row->type, 65000, DECODE_ERROR_NONE);
	lookup_check(protocol, row->type, 0, DECODE_ERROR_MESSAGE_EMPTY);
	for (uint16_t shorter = 1; shorter < length; shorter++)
		lookup_check(protocol, row->type, shorter, DECODE_ERROR_MESSAGE_TRUNCATED);
}

void
layout_check_lookup(
	const struct message_protocol *protocol,
	const struct specified_message *specified,
	unsigned n_specified
)
{
	bool is_specified[256] = {0};

	for (unsigned i = 0; i < n_specified; i++) {
		assert_false(is_specified[specified[i].type]);
		is_specified[specified[i].type] = true;
		row_check(protocol, &specified[i]);
	}
	for (unsigned type = 0; type < 256; type++) {
		if (!is_specified[type])
			lookup_check(
				protocol, (uint8_t)type, 64, DECODE_ERROR_MESSAGE_UNKNOWN_TYPE
			);
	}
}

static void
name_check(const struct message_layout *layout, unsigned field)
{
	const char *name = layout->fields[field].name;

	assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(name));
	for (unsigned i = 0; i < field; i++)
		assert_string_not_equal(name, layout->fields[i].name);
}

static void
message_check(const struct message_layout *layout, unsigned first_field_offset)
{
	unsigned at = first_field_offset;

	for (unsigned i = 0; i < layout->n_fields; i++) {
		const struct field_layout *field = &layout->fields[i];

		assert_int_equal(field->offset, at);
		at += field->width;
		name_check(layout, i);
		if (field->kind != FIELD_ASCII && field->kind != FIELD_BYTES)
			assert_in_range(field->width, 1, 8);
	}
	assert_int_equal(at, layout->length_bytes);
}

void
layout_check_fields(const struct message_protocol *protocol, unsigned first_field_offset)
{
	for (unsigned type = 0; type < 256; type++) {
		if (protocol->layouts[type] != NULL)
			message_check(protocol->layouts[type], first_field_offset);
	}
}

const struct message_layout *
layout_check_find(
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
	return layout;
}
