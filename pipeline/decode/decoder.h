/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a decoder is: a framing and a message protocol, joined by one row in the table of decoders.c. Neither names the
 * other.
 */
#ifndef PIPELINE_DECODE_DECODER_H
#define PIPELINE_DECODE_DECODER_H

#include "pipeline/decode/framing.h"

struct decoder {
	const char *name; /* as in `protocol:` of a feed or service */
	/* One of the two: */
	const struct framing *framing; /* of datagrams: the decoder of a feed */
	const struct stream_framing *stream; /* of TCP streams: the decoder of a service */
	const struct message_protocol
		*messages; /* what the venue sends, and clients where `requests` is NULL */
	const struct message_protocol *requests; /* what clients send; NULL: the same */
};

/* All decoders; ends with a row whose name is NULL. */
extern const struct decoder decoders[];

/* NULL where there is no decoder of that name. */
const struct decoder *decoder_find(const char *name);

/* What says what stands in this message. */
static inline const struct message_protocol *
decoder_protocol(const struct decoder *decoder, const struct message *message)
{
	if (message->layer == MESSAGE_OF_VENUE)
		return decoder->messages;
	if (message->layer == MESSAGE_OF_SESSION)
		return decoder->stream->session_messages;
	return decoder->requests != NULL ? decoder->requests : decoder->messages;
}

#endif
