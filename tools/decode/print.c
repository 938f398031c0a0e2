/* SPDX-License-Identifier: BSD-3-Clause */
/* The members of a line are those of the layout, after the few that place the message. */
#include "tools/decode/print.h"

#include "tools/decode/print_text.h"

/* ASCII fields are padded at their end, with spaces or with NULs, which mean nothing. */
static void
text_print(struct json_line *line, const char *name, const uint8_t *bytes, size_t n_bytes)
{
	uint8_t pad = n_bytes > 0 && bytes[n_bytes - 1] == '\0' ? '\0' : ' ';

	while (n_bytes > 0 && bytes[n_bytes - 1] == pad)
		n_bytes--;
	json_line_bytes(line, name, bytes, n_bytes);
}

static void
field_print(
	struct json_line *line, const struct message_part *part, const struct field_layout *field
)
{
	const uint8_t *bytes = part->bytes + field->offset;

	if (!field_present(field, part->length_bytes)) {
		json_line_null(line, field->name);
		return;
	}
	switch ((enum field_kind)field->kind) {
	case FIELD_UINT_BE:
	case FIELD_UINT_LE:
		json_line_uint(line, field->name, layout_uint(bytes, field->width, field->kind));
		break;
	case FIELD_INT_BE:
	case FIELD_INT_LE:
		json_line_int(line, field->name, layout_int(bytes, field->width, field->kind));
		break;
	case FIELD_ASCII:
		text_print(line, field->name, bytes, field->width);
		break;
	case FIELD_BYTES:
		json_line_hex(line, field->name, bytes, field->width);
		break;
	case FIELD_SECRET:
		json_line_string(line, field->name, "***");
		break;
	}
}

static void
fields_print(struct json_line *line, const struct message_part *part)
{
	for (unsigned i = 0; i < part->n_fields; i++)
		field_print(line, part, &part->fields[i]);
}

/* An entry of the array `open`, which is begun where it is another's; returns the array that is open now. */
static const char *
entry_print(struct json_line *line, const struct message_part *part, const char *open)
{
	if (open != NULL && open != part->name)
		json_line_array_close(line);
	if (open != part->name)
		json_line_array_open(line, part->name);
	json_line_item(line);
	fields_print(line, part);
	json_line_close(line);
	return part->name;
}

static void
parts_print(struct json_line *line, const struct message_protocol *protocol, struct part_walk *walk)
{
	const char *open = NULL;
	struct message_part part;

	while (part_walk_next(protocol, walk, &part)) {
		if (part.kind == PART_ENTRY)
			open = entry_print(line, &part, open);
		else if (part.kind == PART_TEXT)
			json_line_bytes(line, part.name, part.bytes, part.length_bytes);
		else
			fields_print(line, &part);
	}
	if (open != NULL)
		json_line_array_close(line);
}

/* Negative where there is nothing to say: no price, or one whose symbol is not known. */
static int
field_decimals(const struct field_layout *field, int symbol_decimals)
{
	if (field->decimals == FIELD_DECIMALS_OF_SYMBOL)
		return symbol_decimals;
	return field->decimals == 0 ? -1 : field->decimals;
}

/* Returns whether the object of decimals is open now. */
static bool
part_decimals_print(
	struct json_line *line, const struct message_part *part, int symbol_decimals, bool open
)
{
	for (unsigned i = 0; i < part->n_fields; i++) {
		const struct field_layout *field = &part->fields[i];
		int decimals = field_decimals(field, symbol_decimals);

		if (decimals < 0)
			continue;
		if (!open)
			json_line_open(line, "decimals");
		open = true;
		json_line_uint(line, field->name, (unsigned)decimals);
	}
	return open;
}

/* Values are raw integers; how many of their digits stand behind the point is said once a message. */
static void
decimals_print(
	struct json_line *line,
	const struct message_protocol *protocol,
	struct part_walk *walk,
	int symbol_decimals
)
{
	const struct field_layout *said = NULL;
	struct message_part part;
	bool open = false;

	while (part_walk_next(protocol, walk, &part)) {
		if (part.fields != said)
			open = part_decimals_print(line, &part, symbol_decimals, open);
		said = part.fields;
	}
	if (open)
		json_line_close(line);
}

static void
session_print(struct json_line *line, const struct print_source *source)
{
	const struct framing *framing = source->decoder->framing;
	struct message_part header = {
		.bytes = source->frame->header,
		.length_bytes = framing->header_bytes,
	};

	for (unsigned i = 0; i < framing->n_session_fields; i++)
		field_print(line, &header, &framing->session[i]);
}

static void
type_print(struct json_line *line, const struct message_protocol *protocol, const struct message *m)
{
	char name[TYPE_NAME_BYTES];
	struct cursor text;
	uint16_t type;

	if (protocol->type_form == TYPE_TEXT) {
		text = protocol->type_text(m);
		if (cursor_left(&text) > 0)
			json_line_bytes(line, "type", text.at, cursor_left(&text));
		return;
	}
	if (!message_type(protocol, m, &type))
		return;
	if (protocol->type_form == TYPE_UINT16_LE)
		json_line_uint(line, "type", type);
	else if (protocol->type_form == TYPE_CHARACTER)
		json_line_bytes(line, "type", m->bytes + protocol->type_offset, 1);
	else
		json_line_string(line, "type", message_type_name(protocol, type, name));
}

static void
stream_print(struct json_line *line, const struct print_stream *stream)
{
	json_line_uint(line, "connection", stream->connection);
	json_line_string(line, "from", stream->from == STREAM_FROM_CLIENT ? "client" : "venue");
}

static void
frame_print(struct json_line *line, const struct print_source *source, unsigned index)
{
	bool numbers_packets = source->decoder->framing->numbers_packets;

	json_line_uint(line, "sequence", source->frame->sequence + (numbers_packets ? 0 : index));
	session_print(line, source);
}

static void
message_begin(
	struct json_line *line, const struct print_source *source, const struct print_message *m
)
{
	json_line_begin(line);
	json_line_uint(line, "packet", source->packet);
	json_line_uint(line, "message", m->index);
	json_line_string(line, "protocol", source->decoder->name);
	if (source->stream != NULL)
		stream_print(line, source->stream);
	else
		frame_print(line, source, m->index);
	type_print(line, decoder_protocol(source->decoder, m->message), m->message);
}

void
print_header(struct json_line *line, const struct print_source *source)
{
	const struct framing *framing = source->decoder->framing;
	struct message_part header = {
		.bytes = source->frame->header,
		.length_bytes = framing->header_bytes,
		.fields = framing->header_fields,
		.n_fields = framing->n_header_fields,
	};

	json_line_begin(line);
	json_line_uint(line, "packet", source->packet);
	json_line_string(line, "protocol", source->decoder->name);
	json_line_string(line, "header", framing->name);
	fields_print(line, &header);
	json_line_end(line);
}

void
print_fields(
	struct json_line *line,
	const struct print_source *source,
	const struct print_message *m,
	const struct message_layout *layout,
	int symbol_decimals
)
{
	const struct message_protocol *protocol = decoder_protocol(source->decoder, m->message);
	struct part_walk walk;

	message_begin(line, source, m);
	json_line_string(line, "name", layout->name);
	if (protocol->type_form == TYPE_TEXT) {
		text_parts_print(line, protocol, layout, m->message);
		json_line_end(line);
		return;
	}
	part_walk_begin(&walk, layout, m->message);
	parts_print(line, protocol, &walk);
	part_walk_begin(&walk, layout, m->message);
	decimals_print(line, protocol, &walk, symbol_decimals);
	if (walk.extra_bytes > 0)
		json_line_uint(line, "extra_bytes", walk.extra_bytes);
	json_line_end(line);
}

void
print_message_error(
	struct json_line *line,
	const struct print_source *source,
	const struct print_message *m,
	enum decode_error error
)
{
	message_begin(line, source, m);
	json_line_string(line, "error", decode_errors[error].name);
	if (source->stream != NULL)
		json_line_uint(line, "stream_offset", source->stream->offset);
	if (source->bytes != NULL)
		json_line_uint(line, "offset", (uint64_t)(m->message->bytes - source->bytes));
	json_line_uint(line, "length", m->message->length_bytes);
	json_line_end(line);
}

void
print_event(struct json_line *line, const struct print_source *source, const char *event)
{
	json_line_begin(line);
	json_line_uint(line, "packet", source->packet);
	json_line_string(line, "protocol", source->decoder->name);
	json_line_uint(line, "sequence", source->frame->sequence);
	session_print(line, source);
	json_line_string(line, "event", event);
	json_line_end(line);
}

void
print_framing_error(
	struct json_line *line,
	const struct print_source *source,
	enum decode_error error,
	uint64_t offset
)
{
	json_line_begin(line);
	json_line_uint(line, "packet", source->packet);
	json_line_string(line, "protocol", source->decoder->name);
	if (source->stream != NULL)
		stream_print(line, source->stream);
	json_line_string(line, "error", decode_errors[error].name);
	if (source->stream != NULL)
		json_line_uint(line, "stream_offset", source->stream->offset);
	if (source->stream == NULL || source->bytes != NULL)
		json_line_uint(line, "offset", offset);
	json_line_end(line);
}

void
print_lost(
	struct json_line *line,
	const struct print_source *source,
	uint64_t bytes,
	uint64_t unused_bytes,
	const char *cause
)
{
	json_line_begin(line);
	if (source->packet != 0)
		json_line_uint(line, "packet", source->packet);
	json_line_string(line, "protocol", source->decoder->name);
	stream_print(line, source->stream);
	json_line_string(line, "event", "lost");
	json_line_uint(line, "bytes", bytes);
	json_line_uint(line, "unused_bytes", unused_bytes);
	json_line_string(line, "cause", cause);
	json_line_uint(line, "stream_offset", source->stream->offset);
	json_line_end(line);
}

void
print_header_error(struct json_line *line, uint64_t packet, const char *fate, uint64_t offset)
{
	json_line_begin(line);
	json_line_uint(line, "packet", packet);
	json_line_string(line, "error", fate);
	json_line_uint(line, "offset", offset);
	json_line_end(line);
}
