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

/* What says what stands in messages of a layer; NULL where the decoder has no such layer. */
static inline const struct message_protocol *
decoder_layer_protocol(const struct decoder *decoder, enum message_layer layer)
{
	if (layer == MESSAGE_OF_VENUE)
		return decoder->messages;
	if (layer == MESSAGE_OF_SESSION)
		return decoder->stream != NULL ? decoder->stream->session_messages : NULL;
	return decoder->requests != NULL ? decoder->requests : decoder->messages;
}

/* The same of a message that the decoder's framing has handed out, which has a layer that is there. */
static inline const struct message_protocol *
decoder_protocol(const struct decoder *decoder, const struct message *message)
{
	return decoder_layer_protocol(decoder, message->layer);
}

#endif
