/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a decoder is: one protocol, one file, one row in the table of decoders.c.
 *
 * Two kinds of protocol meet in a row. A framing finds the messages in a payload (MoldUDP64); a message protocol says
 * what stands in a message (ITCH 5.0), as a table of layouts. Neither names the other: the row joins them.
 *
 * Decoders copy nothing: messages and fields are views into the payload and live as long as it does. They keep no
 * state and may be called from any thread.
 */
#ifndef PIPELINE_DECODE_DECODER_H
#define PIPELINE_DECODE_DECODER_H

#include "pipeline/decode/cursor.h"
#include "pipeline/decode/decode_error.h"

#include <stdbool.h>
#include <stdint.h>

enum frame_kind {
	FRAME_DATA,
	FRAME_HEARTBEAT, /* no messages; `sequence` is the next one to expect */
	FRAME_END_OF_SESSION, /* no messages; `sequence` is the next one there would have been */
};

/* One payload whose framing has been checked to its end. */
struct frame {
	const uint8_t *session; /* `framing->session_bytes` bytes in the payload */
	uint64_t sequence; /* of the first message */
	struct cursor blocks; /* where the next message starts */
	uint16_t count; /* messages in this payload */
	uint16_t read; /* messages that framing->read has returned so far */
	uint16_t trailing_bytes; /* behind the last message; an anomaly to count */
	uint8_t kind; /* enum frame_kind */
};

struct message {
	const uint8_t *bytes;
	uint16_t length_bytes; /* as framed, may be 0 */
};

struct framing {
	const char *name;
	uint16_t session_bytes; /* length of the session id on the wire */
	/*
	 * Checks the framing of the whole payload and fills `frame`. On an error other than NONE the payload holds nothing
	 * to use; `error_offset` then says at which byte it broke.
	 */
	enum decode_error (*open
	)(struct cursor payload, struct frame *frame, uint32_t *error_offset);
	/* Views of the next messages of an opened frame, at most `max`; 0 when all have been read. */
	unsigned (*read)(struct frame *frame, struct message *messages, unsigned max);
};

enum field_kind {
	FIELD_UINT, /* unsigned integer, big-endian */
	FIELD_ASCII, /* left-justified, padded with spaces */
};

struct field_layout {
	const char *name; /* as in the venue's specification */
	uint8_t offset; /* bytes from the message's first */
	uint8_t width; /* bytes */
	uint8_t kind; /* enum field_kind */
	uint8_t decimals; /* implied decimals of a price; 0 for all else */
};

struct message_layout {
	const char *name; /* as in the venue's specification */
	const struct field_layout *fields;
	uint8_t n_fields;
	uint8_t type; /* first byte of the message */
	uint16_t length_bytes; /* at least so long; venues let messages grow at their end */
};

struct message_protocol {
	const char *name;
	const struct message_layout *const
		*layouts; /* [256] by type; NULL where the type is unknown */
};

struct decoder {
	const char *name; /* as in a feed's `protocol:` */
	const struct framing *framing;
	const struct message_protocol *messages;
};

/* All decoders; ends with a row whose name is NULL. */
extern const struct decoder decoders[];

/* NULL where there is no decoder of that name. */
const struct decoder *decoder_find(const char *name);

/* The layout of a message, or NULL with the reason in `error`. */
static inline const struct message_layout *
message_layout_find(
	const struct message_protocol *protocol,
	const struct message *message,
	enum decode_error *error
)
{
	const struct message_layout *layout;

	if (message->length_bytes == 0) {
		*error = DECODE_ERROR_MESSAGE_EMPTY;
		return NULL;
	}
	layout = protocol->layouts[message->bytes[0]];
	if (layout == NULL) {
		*error = DECODE_ERROR_MESSAGE_UNKNOWN_TYPE;
		return NULL;
	}
	if (message->length_bytes < layout->length_bytes) {
		*error = DECODE_ERROR_MESSAGE_TRUNCATED;
		return NULL;
	}
	*error = DECODE_ERROR_NONE;
	return layout;
}

#endif
