/* SPDX-License-Identifier: BSD-3-Clause */
/* One line of output for each thing that a capture holds. docs/man/leat-decode.1 is the reference of the members. */
#ifndef TOOLS_DECODE_PRINT_H
#define TOOLS_DECODE_PRINT_H

#include "pipeline/decode/decoder.h"
#include "tools/decode/json_line.h"

#include <stdint.h>

/* A place in a TCP connection. */
struct print_stream {
	uint64_t connection; /* number from 1 */
	enum stream_side from;
	uint64_t offset; /* in the stream, of what is printed */
};

/* Where messages come from. */
struct print_source {
	uint64_t packet; /* number from 1; 0: none, the capture is over */
	const uint8_t
		*bytes; /* the packet's frame, from which offsets count; NULL: not in one packet */
	const struct decoder *decoder;
	/* One of the two; neither where there is but a fault to speak of: */
	const struct frame *frame;
	const struct print_stream *stream;
};

/* A message and its place in the packet. */
struct print_message {
	const struct message *message;
	unsigned index; /* from 0 */
};

/* The header of the packet's framing. */
void print_header(struct json_line *line, const struct print_source *source);

/* `symbol_decimals`: of its prices whose decimals are the symbol's; negative where they are not known. */
void print_fields(
	struct json_line *line,
	const struct print_source *source,
	const struct print_message *m,
	const struct message_layout *layout,
	int symbol_decimals
);

/* A message without a layout: unknown, cut short or empty. */
void print_message_error(
	struct json_line *line,
	const struct print_source *source,
	const struct print_message *m,
	enum decode_error error
);

/* A heartbeat or the end of the session. */
void print_event(struct json_line *line, const struct print_source *source, const char *event);

/* Bytes of a stream that are missing, and of the message before them that are of no use without. */
void print_lost(
	struct json_line *line,
	const struct print_source *source,
	uint64_t bytes,
	uint64_t unused_bytes,
	const char *cause
);

/* Framing that is broken at `offset` bytes from the frame's start; of a stream, only where it is in one packet. */
void print_framing_error(
	struct json_line *line,
	const struct print_source *source,
	enum decode_error error,
	uint64_t offset
);

/* Headers that are broken; `fate` is the name of the fault. */
void print_header_error(struct json_line *line, uint64_t packet, const char *fate, uint64_t offset);

#endif
