/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A message, the protocol that says what stands in it, and its parts.
 *
 * Messages and parts are views into the packet and live as long as it does. Nothing here keeps state; any thread.
 */
#ifndef PIPELINE_DECODE_MESSAGE_H
#define PIPELINE_DECODE_MESSAGE_H

#include "pipeline/decode/cursor.h"
#include "pipeline/decode/decode_error.h"
#include "pipeline/decode/layout.h"

#include <stdint.h>

/* Which of a decoder's protocols a message is of. */
enum message_layer {
	MESSAGE_OF_VENUE, /* what the venue sends */
	MESSAGE_OF_CLIENT, /* what clients send, where that has layouts of its own */
	MESSAGE_OF_SESSION, /* of the framing itself: log in, heartbeat */
	MESSAGE_LAYERS
};

struct message {
	const uint8_t *bytes;
	uint32_t length_bytes; /* as framed, may be 0 */
	uint8_t layer; /* enum message_layer */
};

enum part_kind {
	PART_FIELDS, /* the message's own fields */
	PART_ENTRY, /* one entry of a group, or one appended item */
	PART_TEXT, /* one field of a protocol of tags and text: the bytes are its value */
	PART_SECRET, /* the same, of a field whose value is nothing to show to others */
	PART_NUMBER, /* the same, of a field that the protocol's dictionary has as an integer */
};

struct message_part {
	const char *
		name; /* of the group or of the tag; NULL with PART_FIELDS and with tags that no dictionary has */
	const uint8_t *bytes;
	uint32_t
		length_bytes; /* as sent: fields that end behind it are absent, see field_present */
	uint32_t tag; /* of an appended item or a text field */
	const struct field_layout *fields;
	uint8_t n_fields;
	uint8_t kind; /* enum part_kind */
};

/* In protocols of tags and text: what a length field says of the data field that comes next. */
struct announced_data {
	uint32_t tag; /* 0: the field before was no length */
	uint32_t length_bytes;
};

/* A walk through the parts of one message; part_walk_begin fills it, what is in it is the protocol's own affair. */
struct part_walk {
	const struct message_layout *layout;
	const uint8_t *bytes; /* the message's first */
	struct cursor left; /* bytes of the message that no part has had */
	enum decode_error error; /* why the walk ended early, or NONE */
	uint32_t error_offset; /* bytes from the message's first */
	uint32_t extra_bytes; /* at the end: what newer senders put behind the last part */
	uint16_t entry_bytes; /* of the group at hand */
	uint16_t entries_left;
	uint8_t groups_begun;
	bool begun;
	struct announced_data announced;
};

enum type_form {
	TYPE_CHARACTER, /* one byte, printable ASCII */
	TYPE_UINT8,
	TYPE_UINT16_LE,
	TYPE_TEXT, /* message_protocol.find reads it */
};

/* Where a protocol's prices have FIELD_DECIMALS_OF_SYMBOL: how it says them. */
struct symbol_decimals {
	uint16_t type; /* of the message that states the decimals of a symbol */
	const char *symbol; /* integer field of that message and of all with prices */
	const char *decimals; /* integer field of that message */
};

struct message_protocol {
	const char *name;
	const struct message_layout *const
		*layouts; /* [256] by type; NULL where the type is unknown */
	const struct message_layout *const
		*items; /* [256] by tag: what may be appended; NULL where nothing may */
	uint8_t type_offset; /* bytes from the message's first */
	uint8_t type_form; /* enum type_form */
	const struct symbol_decimals *symbol_decimals; /* NULL: decimals are in the layouts */
	/* With TYPE_TEXT: the layout, or NULL where the type is unknown or missing. */
	const struct message_layout *(*find)(const struct message *message);
	/* With TYPE_TEXT: the type as the message says it; of no bytes where it is missing. */
	struct cursor (*type_text)(const struct message *message);
	/*
	 * The next part; false at the end, or with walk->error set where the message contradicts itself. NULL where a message
	 * is nothing but its fields.
	 */
	bool (*part_next)(struct part_walk *walk, struct message_part *part);
	/* What is wrong with a message of an unknown type; NULL where nothing but that can be. */
	enum decode_error (*unknown_error)(const struct message *message);
};

/* The type as the message says it; false where the message ends before it. Not for TYPE_TEXT. */
static inline bool
message_type(const struct message_protocol *protocol, const struct message *message, uint16_t *type)
{
	uint32_t width = protocol->type_form == TYPE_UINT16_LE ? 2 : 1;

	if (message->length_bytes < protocol->type_offset + width)
		return false;
	*type = width == 2 ? read_le16(message->bytes + protocol->type_offset)
			   : message->bytes[protocol->type_offset];
	return true;
}

enum { TYPE_NAME_BYTES = 8 };

/*
 * A type as people write it: the character, 0x21, or 46. `name` is where it is put unless the layout has it.
 */
const char *message_type_name(
	const struct message_protocol *protocol, uint16_t type, char name[TYPE_NAME_BYTES]
);

void part_walk_begin(
	struct part_walk *walk, const struct message_layout *layout, const struct message *message
);

/* The next part of a message that message_layout_find accepted; false behind the last one. */
bool part_walk_next(
	const struct message_protocol *protocol, struct part_walk *walk, struct message_part *part
);

/* Of messages with parts: whether they fit into the message to its end. */
enum decode_error message_parts_check(
	const struct message_protocol *protocol,
	const struct message_layout *layout,
	const struct message *message
);

/* The same as message_layout_find, where types are text. */
const struct message_layout *message_layout_find_text(
	const struct message_protocol *protocol,
	const struct message *message,
	enum decode_error *error
);

/* The layout of a message that is sound, or NULL with the reason in `error`. */
static inline const struct message_layout *
message_layout_find(
	const struct message_protocol *protocol,
	const struct message *message,
	enum decode_error *error
)
{
	const struct message_layout *layout;
	uint16_t type;

	if (protocol->type_form == TYPE_TEXT)
		return message_layout_find_text(protocol, message, error);
	if (!message_type(protocol, message, &type)) {
		*error = message->length_bytes == 0 ? DECODE_ERROR_MESSAGE_EMPTY
						    : DECODE_ERROR_MESSAGE_TRUNCATED;
		return NULL;
	}
	layout = type < 256 ? protocol->layouts[type] : NULL;
	if (layout == NULL) {
		*error = protocol->unknown_error == NULL ? DECODE_ERROR_MESSAGE_UNKNOWN_TYPE
							 : protocol->unknown_error(message);
		return NULL;
	}
	if (message->length_bytes < layout->length_bytes) {
		*error = DECODE_ERROR_MESSAGE_TRUNCATED;
		return NULL;
	}
	*error = protocol->part_next == NULL ? DECODE_ERROR_NONE
					     : message_parts_check(protocol, layout, message);
	return *error == DECODE_ERROR_NONE ? layout : NULL;
}

#endif
