/* SPDX-License-Identifier: BSD-3-Clause */
/* FIX messages: their types, and the walk through their fields. */
#include "pipeline/decode/fix_message.h"

#include "pipeline/decode/fix_field.h"
#include "pipeline/decode/fix_tags.h"

static const struct message_layout *const layouts[256] = {
#define LAYOUT_ROW(first, second, message)                                                         \
	[FIX_MESSAGE_##message] = &(const struct message_layout){                                  \
		.name = #message,                                                                  \
		.type = FIX_MESSAGE_##message,                                                     \
		.type_text = (const char[]){first, second, '\0'},                                  \
	},
	FIX_MESSAGES(LAYOUT_ROW)};

/* Types of one character, then those that start with A, then with B. */
enum { TYPE_KEYS = 3 * 128 };
#define TYPE_KEY(first, second) (((first) - 'A' + 1) * 128 + (second))

/* One more than the row; 0 where there is none. */
static const uint8_t rows[TYPE_KEYS] = {
#define TYPE_ROW(first, second, message)                                                           \
	[(second) == 0 ? (first) : TYPE_KEY(first, second)] = FIX_MESSAGE_##message + 1,
	FIX_MESSAGES(TYPE_ROW)};

static const struct message_layout *
layout_find(const uint8_t *type, size_t length_bytes)
{
	unsigned key = type[0];

	if (length_bytes > 2 || type[0] >= 128 || type[length_bytes - 1] >= 128)
		return NULL;
	if (length_bytes == 2) {
		if (type[0] < 'A' || type[0] > 'B')
			return NULL;
		key = TYPE_KEY(type[0], type[1]);
	}
	return rows[key] == 0 ? NULL : layouts[rows[key] - 1];
}

/* MsgType is the third field; the framing has seen to it, but it may not have been asked. */
static struct cursor
fix_type_text(const struct message *message)
{
	struct cursor fields = cursor_over(message->bytes, message->length_bytes);
	struct announced_data announced = {0};
	struct fix_field field = {0};

	for (unsigned i = 0; i < 3; i++) {
		if (fix_field_take(&fields, &announced, &field) != DECODE_ERROR_NONE)
			return cursor_over(message->bytes, 0);
	}
	return cursor_over(field.value, field.tag == FIX_MSG_TYPE ? field.length_bytes : 0);
}

static const struct message_layout *
fix_find(const struct message *message)
{
	struct cursor type = fix_type_text(message);

	return cursor_left(&type) == 0 ? NULL : layout_find(type.at, cursor_left(&type));
}

/*
 * CheckSum is the last field, and only the last: a receiver that looks for it instead of trusting BodyLength would see
 * another message end here.
 */
static bool
out_of_place(const struct part_walk *walk, const struct fix_field *field)
{
	return (field->tag == FIX_CHECK_SUM) != (cursor_left(&walk->left) == 0);
}

static enum decode_error
field_next(struct part_walk *walk, struct fix_field *field)
{
	enum decode_error error;

	walk->error_offset = (uint32_t)(walk->left.at - walk->bytes);
	error = fix_field_take(&walk->left, &walk->announced, field);
	if (error == DECODE_ERROR_NONE && out_of_place(walk, field))
		error = DECODE_ERROR_FIX_CHECKSUM_PLACE;
	return error;
}

static const uint8_t part_kinds[] = {
	[FIX_TEXT] = PART_TEXT,
	[FIX_INTEGER] = PART_NUMBER,
	[FIX_DATA_BYTES] = PART_NUMBER,
	[FIX_DATA] = PART_TEXT,
	[FIX_SECRET] = PART_SECRET,
};

static bool
fix_part_next(struct part_walk *walk, struct message_part *part)
{
	struct fix_field field;

	if (cursor_left(&walk->left) == 0 || walk->error != DECODE_ERROR_NONE)
		return false;
	walk->error = field_next(walk, &field);
	if (walk->error != DECODE_ERROR_NONE)
		return false;
	*part = (struct message_part){
		.name = fix_tag_name(field.tag),
		.bytes = field.value,
		.length_bytes = field.length_bytes,
		.tag = field.tag,
		.kind = part_kinds[fix_tag_kind(field.tag)],
	};
	return true;
}

const struct message_protocol fix_protocol = {
	.name = "fix",
	.layouts = layouts,
	.type_form = TYPE_TEXT,
	.find = fix_find,
	.type_text = fix_type_text,
	.part_next = fix_part_next,
};
