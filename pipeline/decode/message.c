/* SPDX-License-Identifier: BSD-3-Clause */
/* Walks through the parts of messages, whatever their protocol. */
#include "pipeline/decode/message.h"

static void
decimal_put(char *to, uint16_t value)
{
	char digits[5];
	unsigned n = 0;

	do
		digits[n++] = (char)('0' + value % 10);
	while ((value /= 10) > 0);
	while (n > 0)
		*to++ = digits[--n];
	*to = '\0';
}

static void
hex_put(char *to, uint16_t value)
{
	static const char digits[] = "0123456789ABCDEF";
	const char text[] = {'0', 'x', digits[value >> 4 & 0xF], digits[value & 0xF], '\0'};

	memcpy(to, text, sizeof(text));
}

const char *
message_type_name(
	const struct message_protocol *protocol, uint16_t type, char name[TYPE_NAME_BYTES]
)
{
	switch ((enum type_form)protocol->type_form) {
	case TYPE_CHARACTER:
		name[0] = (char)type;
		name[1] = '\0';
		break;
	case TYPE_UINT8:
		hex_put(name, type);
		break;
	case TYPE_UINT16_LE:
		decimal_put(name, type);
		break;
	case TYPE_TEXT:
		return protocol->layouts[type]->type_text;
	}
	return name;
}

void
part_walk_begin(
	struct part_walk *walk, const struct message_layout *layout, const struct message *message
)
{
	*walk = (struct part_walk){
		.layout = layout,
		.bytes = message->bytes,
		.left = cursor_over(message->bytes, message->length_bytes),
		.error = DECODE_ERROR_NONE,
	};
}

/* A message that is nothing but its fields. */
static bool
only_part_next(struct part_walk *walk, struct message_part *part)
{
	if (walk->begun)
		return false;
	walk->begun = true;
	walk->extra_bytes = (uint32_t)cursor_left(&walk->left) - walk->layout->length_bytes;
	*part = (struct message_part){
		.bytes = walk->left.at,
		.length_bytes = (uint32_t)cursor_left(&walk->left),
		.fields = walk->layout->fields,
		.n_fields = walk->layout->n_fields,
		.kind = PART_FIELDS,
	};
	return true;
}

bool
part_walk_next(
	const struct message_protocol *protocol, struct part_walk *walk, struct message_part *part
)
{
	if (protocol->part_next == NULL)
		return only_part_next(walk, part);
	return protocol->part_next(walk, part);
}

enum decode_error
message_parts_check(
	const struct message_protocol *protocol,
	const struct message_layout *layout,
	const struct message *message
)
{
	struct part_walk walk;
	struct message_part part;

	part_walk_begin(&walk, layout, message);
	while (protocol->part_next(&walk, &part))
		;
	return walk.error;
}

const struct message_layout *
message_layout_find_text(
	const struct message_protocol *protocol,
	const struct message *message,
	enum decode_error *error
)
{
	const struct message_layout *layout = protocol->find(message);

	*error = DECODE_ERROR_MESSAGE_UNKNOWN_TYPE;
	if (layout == NULL)
		return NULL;
	*error = message_parts_check(protocol, layout, message);
	return *error == DECODE_ERROR_NONE ? layout : NULL;
}
