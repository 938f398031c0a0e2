/* SPDX-License-Identifier: BSD-3-Clause */
/* Framing first, then the messages: a fault in the framing ends the walk, a bad message only itself. */
#include "tools/decode/walk_datagram.h"

#include "tools/decode/walk_message.h"

static void
walk_messages(struct walk *walk, const struct print_source *source, struct frame *frame)
{
	unsigned index = 0;

	for (; frame->n_messages > 0; source->decoder->framing->more(frame)) {
		for (unsigned i = 0; i < frame->n_messages; i++, index++) {
			struct print_message m = {.message = &frame->messages[i], .index = index};

			walk_message(walk, source, &m);
		}
	}
}

static void
walk_event(struct walk *walk, const struct print_source *source)
{
	bool heartbeat = source->frame->kind == FRAME_HEARTBEAT;

	if (heartbeat)
		walk->stats->heartbeats++;
	else
		walk->stats->ends_of_session++;
	if (!walk->options->stats)
		print_event(walk->line, source, heartbeat ? "heartbeat" : "end_of_session");
}

/* A frame that has been opened without error. */
static void
walk_frame(
	struct walk *walk,
	const struct captured_packet *packet,
	const struct decoder *decoder,
	struct frame *frame
)
{
	struct print_source source = {
		.packet = packet->number,
		.bytes = packet->bytes,
		.decoder = decoder,
		.frame = frame,
	};
	uint32_t payload_end =
		(uint32_t)packet->headers.payload_offset + packet->headers.payload_length;

	walk->stats->packets_decoded++;
	if (walk->options->headers && !walk->options->stats)
		print_header(walk->line, &source);
	if (frame->kind == FRAME_DATA)
		walk_messages(walk, &source, frame);
	else
		walk_event(walk, &source);
	if (frame->trailing_bytes > 0)
		walk_framing_error(
			walk,
			&source,
			decoder->framing->trailing_error,
			payload_end - frame->trailing_bytes
		);
}

static struct cursor
payload_of(const struct captured_packet *packet)
{
	return cursor_over(
		packet->bytes + packet->headers.payload_offset, packet->headers.payload_length
	);
}

static void
walk_named(struct walk *walk, const struct captured_packet *packet, const struct decoder *decoder)
{
	struct print_source source = {.packet = packet->number, .decoder = decoder};
	struct frame frame;
	uint32_t error_offset;
	enum decode_error error = decoder->framing->open(payload_of(packet), &frame, &error_offset);

	if (error == DECODE_ERROR_NONE) {
		walk_frame(walk, packet, decoder, &frame);
		return;
	}
	walk->stats->packets_malformed++;
	walk_framing_error(
		walk, &source, error, (uint64_t)packet->headers.payload_offset + error_offset
	);
}

/* A session that is no text is no session, where it should be text. */
static bool
session_plausible(const struct decoder *decoder, const struct frame *frame)
{
	const struct field_layout *session = decoder->framing->session;

	if (session == NULL || session->kind != FIELD_ASCII)
		return true;
	for (unsigned i = 0; i < session->width; i++) {
		uint8_t byte = frame->header[session->offset + i];

		if (byte < ' ' || byte > '~')
			return false;
	}
	return true;
}

/* The frame is a copy: what it hands out here it hands out again. */
static bool
any_message_known(const struct decoder *decoder, struct frame frame)
{
	enum decode_error error;

	for (; frame.n_messages > 0; decoder->framing->more(&frame)) {
		for (unsigned i = 0; i < frame.n_messages; i++) {
			if (message_layout_find(decoder->messages, &frame.messages[i], &error) !=
			    NULL)
				return true;
		}
	}
	return false;
}

/* Lengths may fit by chance, so a guess asks for more than them. */
static bool
frame_convinces(const struct decoder *decoder, const struct frame *frame)
{
	if (frame->trailing_bytes > 0)
		return false;
	if (frame->kind == FRAME_DATA)
		return any_message_known(decoder, *frame);
	return session_plausible(decoder, frame);
}

static void
walk_guessed(struct walk *walk, const struct captured_packet *packet)
{
	struct frame frame;
	uint32_t error_offset;

	for (const struct decoder *d = decoders; d->name != NULL; d++) {
		if (d->framing != NULL &&
		    d->framing->open(payload_of(packet), &frame, &error_offset) ==
			    DECODE_ERROR_NONE &&
		    frame_convinces(d, &frame)) {
			walk_frame(walk, packet, d, &frame);
			return;
		}
	}
	walk->stats->packets_skipped++;
}

void
walk_datagram(struct walk *walk, const struct captured_packet *packet)
{
	const struct decoder *decoder = walk->options->decoder;

	if (decoder == NULL)
		walk_guessed(walk, packet);
	else if (decoder->framing != NULL)
		walk_named(walk, packet, decoder);
	else
		walk->stats->packets_skipped++;
}
