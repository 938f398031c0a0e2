/* SPDX-License-Identifier: BSD-3-Clause */
/* The members of a line are those of the layout, after the few that place the message. */
#include "tools/decode/print.h"

/* ASCII fields are padded with spaces at their end, which mean nothing. */
static void
text_print(struct json_line *line, const char *name, const uint8_t *bytes, size_t n_bytes)
{
	while (n_bytes > 0 && bytes[n_bytes - 1] == ' ')
		n_bytes--;
	json_line_bytes(line, name, bytes, n_bytes);
}

static void
field_print(struct json_line *line, const uint8_t *message, const struct field_layout *field)
{
	const uint8_t *bytes = message + field->offset;

	switch ((enum field_kind)field->kind) {
	case FIELD_UINT:
		json_line_uint(line, field->name, read_be(bytes, field->width));
		break;
	case FIELD_ASCII:
		text_print(line, field->name, bytes, field->width);
		break;
	}
}

/* Values are raw integers; how many of their digits stand behind the point is said once a message. */
static void
decimals_print(struct json_line *line, const struct message_layout *layout)
{
	bool open = false;

	for (unsigned i = 0; i < layout->n_fields; i++) {
		const struct field_layout *field = &layout->fields[i];

		if (field->decimals == 0)
			continue;
		if (!open)
			json_line_open(line, "decimals");
		open = true;
		json_line_uint(line, field->name, field->decimals);
	}
	if (open)
		json_line_close(line);
}

static void
session_print(struct json_line *line, const struct print_source *source)
{
	size_t n_bytes = source->decoder->framing->session_bytes;

	if (n_bytes > 0)
		text_print(line, "session", source->frame->session, n_bytes);
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
	json_line_uint(line, "sequence", source->frame->sequence + m->index);
	session_print(line, source);
	if (m->message->length_bytes > 0)
		json_line_bytes(line, "type", m->message->bytes, 1);
}

void
print_fields(
	struct json_line *line,
	const struct print_source *source,
	const struct print_message *m,
	const struct message_layout *layout
)
{
	unsigned extra_bytes = (unsigned)m->message->length_bytes - layout->length_bytes;

	message_begin(line, source, m);
	json_line_string(line, "name", layout->name);
	for (unsigned i = 0; i < layout->n_fields; i++)
		field_print(line, m->message->bytes, &layout->fields[i]);
	decimals_print(line, layout);
	if (extra_bytes > 0)
		json_line_uint(line, "extra_bytes", extra_bytes);
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
	json_line_string(line, "error", decode_errors[error].name);
	json_line_uint(line, "offset", offset);
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
