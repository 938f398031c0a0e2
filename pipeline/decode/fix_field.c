/* SPDX-License-Identifier: BSD-3-Clause */
/* Fields: a tag in digits, =, a value, the delimiter. */
#include "pipeline/decode/fix_field.h"

#include "pipeline/decode/fix_tags.h"

static bool
is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

/* Digits and what they say, from the front of the cursor; how many, or 0 where there are none or more than `max`. */
static unsigned
digits_take(struct cursor *c, unsigned max, uint32_t *value)
{
	unsigned n = 0;

	*value = 0;
	for (; c->at < c->end && is_digit(*c->at); c->at++) {
		if (++n > max)
			return 0;
		*value = *value * 10 + (*c->at - (uint32_t)'0');
	}
	return n;
}

/* Tags are positive and have no leading zeros (FIX 4.4, volume 1, data type TagNum). */
static bool
tag_take(struct cursor *c, uint32_t *tag)
{
	if (cursor_left(c) == 0 || *c->at == '0')
		return false;
	if (digits_take(c, FIX_TAG_DIGITS_MAX, tag) == 0 || cursor_left(c) == 0 || *c->at != '=')
		return false;
	c->at++;
	return true;
}

/*
 * The first delimiter, or NULL. Values are a few bytes long: eight at a time by arithmetic take half as long as memchr, which
 * is a call and sets vectors up (a walk over 25 fields: see the commit).
 */
static const uint8_t *
delimiter_find(const uint8_t *at, const uint8_t *end)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);

	for (; end - at >= 8; at += 8) {
		uint64_t differs =
			read_le64(at) ^ ones * FIX_SOH; /* a zero byte where a delimiter is */
		uint64_t found = (differs - ones) & ~differs & ones << 7;

		/* Only bytes above the first zero may be marked wrongly. */
		if (found != 0)
			return at + __builtin_ctzll(found) / 8;
	}
	for (; at < end; at++) {
		if (*at == FIX_SOH)
			return at;
	}
	return NULL;
}

static enum decode_error
value_take(struct cursor *c, const struct announced_data *announced, struct fix_field *field)
{
	const uint8_t *end;

	field->value = c->at;
	if (fix_tag_kind(field->tag) == FIX_DATA) {
		if (field->tag != announced->tag || cursor_left(c) <= announced->length_bytes ||
		    c->at[announced->length_bytes] != FIX_SOH)
			return DECODE_ERROR_FIX_DATA_LENGTH;
		end = c->at + announced->length_bytes;
	} else {
		end = delimiter_find(c->at, c->end);
	}
	if (end == NULL)
		return DECODE_ERROR_MESSAGE_TRUNCATED;
	if (end == c->at)
		return DECODE_ERROR_FIX_VALUE_EMPTY;
	field->length_bytes = (uint32_t)(end - c->at);
	c->at = end + 1;
	return DECODE_ERROR_NONE;
}

/* A length that is no number announces more than any message has, so the data field does not fit. */
static uint32_t
length_read(const struct fix_field *field)
{
	struct cursor value = cursor_over(field->value, field->length_bytes);
	uint32_t length_bytes;

	if (digits_take(&value, 9, &length_bytes) == 0 || cursor_left(&value) > 0)
		return UINT32_MAX;
	return length_bytes;
}

enum decode_error
fix_field_take(struct cursor *fields, struct announced_data *announced, struct fix_field *field)
{
	struct cursor c = *fields;
	enum decode_error error;

	if (!tag_take(&c, &field->tag))
		return DECODE_ERROR_FIX_TAG;
	error = value_take(&c, announced, field);
	if (error != DECODE_ERROR_NONE)
		return error;
	announced->tag = 0;
	if (fix_tag_kind(field->tag) == FIX_DATA_BYTES) {
		announced->tag = fix_tag_data(field->tag);
		announced->length_bytes = length_read(field);
	}
	*fields = c;
	return DECODE_ERROR_NONE;
}

bool
fix_field_find(const struct message *message, uint32_t tag, struct fix_field *field)
{
	struct cursor fields = cursor_over(message->bytes, message->length_bytes);
	struct announced_data announced = {0};

	while (cursor_left(&fields) > 0) {
		if (fix_field_take(&fields, &announced, field) != DECODE_ERROR_NONE)
			return false;
		if (field->tag == tag)
			return true;
	}
	return false;
}
