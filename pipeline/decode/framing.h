/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How messages are packed: in datagrams (MoldUDP64, IEX-TP, ...) and in TCP streams (SoupBinTCP, FIX).
 *
 * A framing knows nothing of what stands in a message. It copies nothing: what it hands out are views into the payload.
 * It keeps no state and may be called from any thread.
 */
#ifndef PIPELINE_DECODE_FRAMING_H
#define PIPELINE_DECODE_FRAMING_H

#include "pipeline/decode/message.h"

enum frame_kind {
	FRAME_DATA,
	FRAME_HEARTBEAT, /* no messages; `sequence` is the next one to expect */
	FRAME_END_OF_SESSION, /* no messages; `sequence` is the next one there would have been */
};

enum { FRAME_MESSAGES = 64 };

/* One datagram whose framing has been checked to its end. */
struct frame {
	const uint8_t *header; /* framing->header_bytes bytes */
	uint64_t sequence; /* of the first message, or of the packet: framing->numbers_packets */
	struct cursor rest; /* behind the messages below */
	uint16_t rest_count; /* messages in `rest` */
	uint16_t count; /* messages in the whole datagram */
	uint16_t trailing_bytes; /* behind the last message; an anomaly to count */
	uint8_t kind; /* enum frame_kind */
	uint8_t n_messages; /* valid below */
	struct message messages[FRAME_MESSAGES]; /* the first ones; framing->more gets the next */
};

struct framing {
	const char *name;
	const struct field_layout *header_fields;
	uint8_t n_header_fields;
	uint8_t header_bytes;
	const struct field_layout
		*session; /* header fields that numbers count within; NULL: none */
	uint8_t n_session_fields;
	bool numbers_packets; /* the sequence number is the packet's, not its first message's */
	enum decode_error
		trailing_error; /* under which bytes behind the last message are counted */
	/*
	 * Checks the framing of the whole payload and fills `frame`. On an error other than NONE the payload holds nothing
	 * to use; `error_offset` then says at which byte it broke.
	 */
	enum decode_error (*open
	)(struct cursor payload, struct frame *frame, uint32_t *error_offset);
	/* Replaces the frame's messages by the next ones, of which there may be none. */
	void (*more)(struct frame *frame);
};

/* Which end of a connection bytes come from. */
enum stream_side {
	STREAM_FROM_CLIENT, /* from the side that opened the connection */
	STREAM_FROM_VENUE,
};

enum stream_step {
	STREAM_MESSAGE, /* `message` is the next one, the cursor stands behind it */
	STREAM_INCOMPLETE, /* its end has not come: ask again with fault->need_bytes bytes, or more */
	/* Not the framing's: fault->error. The cursor stands where a message may start again, or at the end. */
	STREAM_BROKEN,
};

struct stream_fault {
	enum decode_error error;
	uint32_t offset; /* of the fault, bytes from where the cursor stood */
	uint32_t need_bytes; /* with STREAM_INCOMPLETE: so many from there on, at least */
};

struct stream_framing {
	const char *name;
	const struct message_protocol *session_messages; /* of the framing itself, or NULL */
	enum stream_step (*next
	)(struct cursor *bytes,
	  enum stream_side side,
	  struct message *message,
	  struct stream_fault *fault);
	/*
	 * Where bytes were lost before these: how many to skip until a message starts. All of them where none does, or where
	 * the protocol marks no starts and these bytes are not whole messages.
	 */
	size_t (*boundary)(struct cursor bytes, enum stream_side side);
};

#endif
