/* SPDX-License-Identifier: BSD-3-Clause */
/* Each event with its place: the connection, the side, the packet that has the last byte of it. */
#include "tools/decode/stream_events.h"

#include "tools/decode/connection.h"
#include "tools/decode/walk_message.h"

static const struct stream_events *
events_of(const struct connection *connection)
{
	return (const struct stream_events *)connection->walk;
}

static struct print_stream
place_of(const struct tcp_stream *stream, uint64_t offset)
{
	const struct connection *connection = tcp_stream_user(stream);

	return (struct print_stream){
		.connection = connection->number,
		.from = tcp_stream_side(stream),
		.offset = offset,
	};
}

static void
message_tell(struct tcp_stream *stream, const struct stream_message *message)
{
	const struct connection *connection = tcp_stream_user(stream);
	struct stream_packet *packet = message->segment->packet;
	struct print_stream place = place_of(stream, message->offset);
	struct print_source source = {
		.packet = packet->number,
		.bytes = message->whole ? packet->frame : NULL,
		.decoder = connection->decoder,
		.stream = &place,
	};
	struct print_message m = {
		.message = message->message,
		.index = stream_packet_index(packet),
	};

	walk_message(events_of(connection)->walk, &source, &m);
}

static void
broken_tell(struct tcp_stream *stream, const struct stream_broken *broken)
{
	const struct connection *connection = tcp_stream_user(stream);
	const struct stream_packet *packet = broken->segment->packet;
	struct print_stream place = place_of(stream, broken->offset);
	struct print_source source = {
		.packet = packet->number,
		.bytes = broken->at != NULL ? packet->frame : NULL,
		.decoder = connection->decoder,
		.stream = &place,
	};
	uint64_t offset = broken->at != NULL ? (uint64_t)(broken->at - packet->frame) : 0;

	walk_framing_error(events_of(connection)->walk, &source, broken->error, offset);
}

static void
loss_print(struct tcp_stream *stream, const struct stream_loss *loss, const char *cause)
{
	const struct connection *connection = tcp_stream_user(stream);
	const struct stream_events *events = events_of(connection);
	struct print_stream place = place_of(stream, loss->offset);
	struct print_source source = {
		.packet = events->packet,
		.decoder = connection->decoder,
		.stream = &place,
	};

	if (!events->walk->options->stats)
		print_lost(events->walk->line, &source, loss->bytes, loss->unused_bytes, cause);
}

static void
loss_tell(struct tcp_stream *stream, const struct stream_loss *loss)
{
	static const char *const causes[] = {
		[STREAM_LOSS_ACKED] = "acknowledged",
		[STREAM_LOSS_LATE] = "late",
		[STREAM_LOSS_LIMIT] = "limit",
		[STREAM_LOSS_END] = "end",
		[STREAM_LOSS_NO_BUFFER] = "no_buffer",
	};

	loss_print(stream, loss, causes[loss->cause]);
}

/* An end between messages is no event; one within a message is a loss of what was there of it. */
static void
end_tell(struct tcp_stream *stream, const struct stream_end *end)
{
	struct stream_loss loss = {.offset = end->offset, .unused_bytes = end->unused_bytes};

	if (end->unused_bytes > 0)
		loss_print(stream, &loss, "end");
}

const struct stream_sink stream_events_sink = {
	.message = message_tell,
	.broken = broken_tell,
	.lost = loss_tell,
	.end = end_tell,
};
