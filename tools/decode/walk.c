/* SPDX-License-Identifier: BSD-3-Clause */
/* Headers first, then the framing, then the messages: a fault in one ends the walk, a bad message only itself. */
#include "tools/decode/walk.h"

#include "tools/decode/print.h"

#include <netinet/in.h>

/* Where the header starts that the fate speaks of. Headers behind the broken one have offset 0. */
static uint16_t
fault_offset(const struct packet *headers)
{
	switch (headers->fate) {
	case FATE_IP_BAD_CHECKSUM:
	case FATE_IP_BAD_OPTIONS:
	case FATE_FRAGMENT_OVERLONG:
	case FATE_FRAGMENT_UNALIGNED:
	case FATE_FRAGMENT_OVERLAP:
		return headers->l3_offset;
	default:
		return headers->l4_offset != 0 ? headers->l4_offset : headers->l3_offset;
	}
}

static void
walk_broken_headers(struct walk *walk, const struct captured_packet *packet)
{
	enum fate fate = packet->headers.fate;

	walk->stats->packets_malformed++;
	walk->stats->fates[fate]++;
	if (!walk->options->stats)
		print_header_error(
			walk->line, packet->number, fates[fate].name, fault_offset(&packet->headers)
		);
}

static void
walk_framing_error(
	struct walk *walk,
	const struct print_source *source,
	enum decode_error error,
	uint64_t offset
)
{
	walk->stats->errors[error]++;
	if (!walk->options->stats)
		print_framing_error(walk->line, source, error, offset);
}

static void
walk_message(struct walk *walk, const struct print_source *source, const struct print_message *m)
{
	enum decode_error error;
	const struct message_layout *layout = message_layout_find(
		decoder_protocol(source->decoder, m->message), m->message, &error
	);

	if (layout == NULL) {
		walk->stats->errors[error]++;
		if (!walk->options->stats)
			print_message_error(walk->line, source, m, error);
		return;
	}
	walk->stats->messages++;
	walk->stats->types[source->decoder - decoders][m->message->layer][layout->type]++;
	if (!walk->options->stats)
		print_fields(walk->line, source, m, layout);
}

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

static bool
payload_wanted(const struct options *options, const struct packet *headers)
{
	return headers->ip_protocol == IPPROTO_UDP && (headers->flags & PACKET_HAS_PORTS) &&
	       (options->port == 0 || ntohs(headers->dst_port_be) == options->port);
}

void
walk_packet(struct walk *walk, const struct captured_packet *packet)
{
	const struct packet *headers = &packet->headers;

	walk->stats->packets++;
	if (headers->fate != FATE_NONE)
		walk_broken_headers(walk, packet);
	else if (headers->flags & PACKET_FRAGMENT)
		walk->stats->fragments_skipped++;
	else if (!payload_wanted(walk->options, headers))
		walk->stats->packets_skipped++;
	else if (walk->options->decoder != NULL)
		walk_named(walk, packet, walk->options->decoder);
	else
		walk_guessed(walk, packet);
}
