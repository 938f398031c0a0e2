/* SPDX-License-Identifier: BSD-3-Clause */
/* Layout, type, parts, fields, and the fields of FIX by their tags. */
#include "tests/fuzz/message_check.h"

#include "pipeline/decode/fix_field.h"
#include "pipeline/decode/fix_message.h"
#include "tests/fuzz/check.h"
#include "tests/unit/pipeline/decode/fix_builder.h"

#include <stdlib.h>
#include <string.h>

static uint64_t
field_read(const struct message_part *part, const struct field_layout *field, uint64_t digest)
{
	const uint8_t *at = part->bytes + field->offset;

	if (!field_present(field, part->length_bytes))
		return digest_add(digest, 0);
	switch ((enum field_kind)field->kind) {
	case FIELD_UINT_BE:
	case FIELD_UINT_LE:
		return digest_add(digest, layout_uint(at, field->width, field->kind));
	case FIELD_INT_BE:
	case FIELD_INT_LE:
		return digest_add(digest, (uint64_t)layout_int(at, field->width, field->kind));
	case FIELD_ASCII:
	case FIELD_BYTES:
	case FIELD_SECRET:
		break;
	}
	return digest_bytes(digest, at, field->width);
}

static uint64_t
part_read(const struct message_part *part, uint64_t digest)
{
	digest = digest_add(digest, part->tag);
	digest = digest_bytes(digest, part->bytes, part->length_bytes);
	for (unsigned i = 0; i < part->n_fields; i++)
		digest = field_read(part, &part->fields[i], digest);
	return digest;
}

/* Also of a layout that was not found sound: `leat-decode` says where it breaks. */
static uint64_t
parts_walk(
	const struct message_protocol *protocol,
	const struct message_layout *layout,
	const struct message *message,
	enum decode_error error
)
{
	const uint8_t *at = message->bytes, *end = message->bytes + message->length_bytes;
	struct part_walk walk;
	struct message_part part;
	uint64_t digest = 0;

	part_walk_begin(&walk, layout, message);
	while (part_walk_next(protocol, &walk, &part)) {
		expect(part.bytes >= at && part.bytes <= end &&
			       part.length_bytes <= (size_t)(end - part.bytes),
		       "a part reaches out of its message, or into the part before");
		at = part.bytes + part.length_bytes;
		digest = part_read(&part, digest);
	}
	expect(!part_walk_next(protocol, &walk, &part), "the walk goes on behind its end");
	expect(walk.error == error, "the walk and the search disagree");
	expect(walk.error_offset <= message->length_bytes, "the fault lies behind the message");
	expect(walk.extra_bytes <= message->length_bytes, "more left over than there is");
	return digest_add(digest, (uint64_t)walk.error_offset << 32 | walk.extra_bytes);
}

/* Each field is found by its tag, or one of the same tag before it. */
static uint64_t
fix_fields_find(const struct message *message)
{
	struct cursor fields = cursor_over(message->bytes, message->length_bytes);
	struct announced_data announced = {0};
	struct fix_field field, found;
	uint64_t digest = fix_field_find(message, 0, &found);

	for (unsigned i = 0; i < 64 && cursor_left(&fields) > 0; i++) {
		if (fix_field_take(&fields, &announced, &field) != DECODE_ERROR_NONE)
			break;
		expect(fix_field_find(message, field.tag, &found),
		       "a field that is there is not found");
		expect(found.tag == field.tag && found.value <= field.value, "another is found");
		digest = digest_bytes(digest, found.value, found.length_bytes);
	}
	return digest;
}

/* The layout by the type alone, where the message is long enough for it. */
static const struct message_layout *
layout_of_type(const struct message_protocol *protocol, const struct message *message)
{
	char name[TYPE_NAME_BYTES];
	const struct message_layout *layout;
	uint16_t type;

	if (protocol->type_form == TYPE_TEXT)
		return protocol->find(message);
	if (!message_type(protocol, message, &type))
		return NULL;
	expect(strlen(message_type_name(protocol, type, name)) < TYPE_NAME_BYTES, "a long type");
	layout = type < 256 ? protocol->layouts[type] : NULL;
	return layout != NULL && layout->length_bytes <= message->length_bytes ? layout : NULL;
}

static uint64_t
type_text_read(const struct message_protocol *protocol, const struct message *message)
{
	struct cursor text;

	if (protocol->type_form != TYPE_TEXT)
		return 0;
	text = protocol->type_text(message);
	return digest_bytes(1, text.at, cursor_left(&text));
}

static uint64_t
message_read(const struct message_protocol *protocol, const struct message *message)
{
	const struct message_layout *layout = layout_of_type(protocol, message);
	enum decode_error error = DECODE_ERROR_COUNT;
	const struct message_layout *found = message_layout_find(protocol, message, &error);
	uint64_t digest = type_text_read(protocol, message);

	expect(error < DECODE_ERROR_COUNT, "no reason, and no soundness");
	expect((found != NULL) == (error == DECODE_ERROR_NONE), "refused without a reason");
	expect(found == NULL || found == layout, "a layout of another type");
	digest = digest_add(digest, error);
	if (layout != NULL)
		digest = digest_add(digest, parts_walk(protocol, layout, message, error));
	if (protocol == &fix_protocol)
		digest = digest_add(digest, fix_fields_find(message));
	return digest;
}

static uint64_t
copy_read(const struct message_protocol *protocol, const struct message *message)
{
	uint8_t *bytes = bytes_exact(message->bytes, message->length_bytes);
	struct message copy = *message;
	uint64_t digest;

	copy.bytes = bytes;
	digest = message_read(protocol, &copy);
	free(bytes);
	return digest;
}

void
message_check(const struct message_protocol *protocol, const struct message *message)
{
	expect(copy_read(protocol, message) == copy_read(protocol, message),
	       "two readings of a message differ");
}

void
message_check_bytes(const struct message_protocol *protocol, const uint8_t *bytes, size_t n)
{
	const struct message message = {.bytes = bytes, .length_bytes = (uint32_t)n};

	message_check(protocol, &message);
}
