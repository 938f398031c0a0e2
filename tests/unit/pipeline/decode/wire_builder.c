/* SPDX-License-Identifier: BSD-3-Clause */
/* Payloads and their framing. */
#include "tests/unit/pipeline/decode/wire_builder.h"

#include "tests/unit/unit_test.h"

#include <stdlib.h>
#include <string.h>

void
wire_start(struct wire_builder *b)
{
	b->length = 0;
}

void
wire_set_le(struct wire_builder *b, uint32_t at, uint64_t value, unsigned width)
{
	assert_true(at + width <= sizeof(b->bytes));
	for (unsigned i = 0; i < width; i++)
		b->bytes[at + i] = (uint8_t)(value >> 8 * i);
}

void
wire_le(struct wire_builder *b, uint64_t value, unsigned width)
{
	wire_set_le(b, b->length, value, width);
	b->length += width;
}

void
wire_text(struct wire_builder *b, const char *text)
{
	for (; *text != '\0'; text++)
		wire_le(b, (uint8_t)*text, 1);
}

void
wire_fill(struct wire_builder *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		wire_le(b, 0xEE, 1);
}

struct opened
wire_open(const struct framing *framing, const struct wire_builder *b, uint32_t length)
{
	struct opened o = {.bytes = malloc(length)};

	assert_non_null(o.bytes);
	memcpy(o.bytes, b->bytes, length);
	o.error = framing->open(cursor_over(o.bytes, length), &o.frame, &o.error_offset);
	return o;
}

struct opened
wire_assert_opens(
	const struct framing *framing,
	const struct wire_builder *b,
	enum frame_kind kind,
	uint16_t count
)
{
	struct opened o = wire_open(framing, b, b->length);

	assert_string_equal(decode_errors[o.error].name, "none");
	assert_ptr_equal(o.frame.header, o.bytes);
	assert_int_equal(o.frame.kind, kind);
	assert_int_equal(o.frame.count, count);
	return o;
}

void
wire_assert_refused(
	const struct framing *framing,
	const struct wire_builder *b,
	enum decode_error expected,
	uint32_t expected_offset
)
{
	struct opened o = wire_open(framing, b, b->length);

	assert_string_equal(decode_errors[o.error].name, decode_errors[expected].name);
	assert_int_equal(o.error_offset, expected_offset);
	free(o.bytes);
}

void
wire_assert_refused_if_cut(
	const struct framing *framing,
	const struct wire_builder *b,
	uint32_t from_length,
	enum decode_error expected
)
{
	for (uint32_t length = from_length; length < b->length; length++) {
		struct opened o = wire_open(framing, b, length);

		assert_string_equal(decode_errors[o.error].name, decode_errors[expected].name);
		assert_true(o.error_offset <= length);
		free(o.bytes);
	}
}
