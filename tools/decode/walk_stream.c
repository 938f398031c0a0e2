/* SPDX-License-Identifier: BSD-3-Clause */
/* Connections by their key, and from their packets to their streams. */
#include "tools/decode/walk_stream.h"

#include "tools/decode/connection_guess.h"
#include "tools/decode/connection_table.h"
#include "tools/decode/stream_events.h"

#include <stdlib.h>

/* A capture has the memory of the machine that reads it; all of it is taken only as it is used. */
static const struct stream_pool_sizes pool_sizes = {
	.streams = 2 * CONNECTIONS_MAX,
	.held_segments = 65536,
	.small_buffers = 16384,
	.small_buffer_bytes = 2048,
	.large_buffers = 1024,
	.large_buffer_bytes = 128 << 10,
	.gap_timeout_ns = UINT64_C(30000000000), /* losses are mostly told by acknowledgments */
};

enum {
	HELD_MAX = 1024,
	WINDOW_BYTES = 64 << 20, /* more than Linux grants by default (tcp_rmem) */
	POLLED_MAX = 16, /* streams with gaps that are looked at for one packet */
};

struct stream_walk {
	struct stream_events events; /* first: what the sink is given */
	struct connection_table connections;
	struct stream_pool *pool;
	struct stream_budget budget;
	struct stream_service *services; /* by row of decoders[] */
	uint64_t copied_bytes;
	uint64_t now_ns;
};

static struct stream_service *
services_create(void)
{
	struct stream_service *services;
	unsigned n = 0;

	while (decoders[n].name != NULL)
		n++;
	services = calloc(n + 1, sizeof(*services));
	for (unsigned i = 0; services != NULL && i < n; i++)
		services[i] = (struct stream_service){
			.framing = decoders[i].stream,
			.sink = &stream_events_sink,
			.holder = &stream_packet_holder,
			.held_max = HELD_MAX,
			.message_max_bytes = pool_sizes.large_buffer_bytes,
			.window_bytes = WINDOW_BYTES,
		};
	return services;
}

struct stream_walk *
stream_walk_create(struct walk *walk)
{
	struct stream_walk *streams = calloc(1, sizeof(*streams));
	void *memory = NULL;

	if (streams == NULL)
		return NULL;
	streams->services = services_create();
	if (streams->services == NULL ||
	    posix_memalign(&memory, STREAM_POOL_ALIGNMENT, stream_pool_bytes(&pool_sizes)) != 0) {
		free(streams->services);
		free(streams);
		return NULL;
	}
	streams->pool = stream_pool_init(memory, &pool_sizes);
	streams->events.walk = walk;
	connection_table_init(&streams->connections);
	for (unsigned i = 0; i < STREAM_RESOURCE_COUNT; i++)
		streams->budget.limits[i] = UINT64_MAX; /* the pool is the limit */
	return streams;
}

/* One segment to its stream, and what it acknowledges to the other. */
static void
segment_feed(struct connection *connection, const struct connection_segment *segment)
{
	struct stream_walk *streams = connection->walk;
	enum stream_side side = connection_side(connection, segment->end);
	struct tcp_stream **own = &connection->streams[side];
	struct tcp_stream *other = connection->streams[!side];

	if (*own == NULL)
		*own = tcp_stream_open(
			streams->pool,
			&streams->services[connection->decoder - decoders],
			&streams->budget,
			side,
			connection
		);
	streams->events.packet = ((struct stream_packet *)segment->tcp.packet)->number;
	if (*own != NULL)
		tcp_stream_receive(*own, &segment->tcp, segment->time_ns);
	if (other != NULL && (segment->tcp.flags & TCP_ACK))
		tcp_stream_acked(other, segment->acknowledged, segment->time_ns);
}

/* Known at last: NULL where it is no decoder's. */
static void
connection_decide(struct connection *connection, const struct decoder *decoder)
{
	struct stats *stats = connection->walk->events.walk->stats;
	struct connection_guess *guess = connection->guess;

	connection->guess = NULL;
	connection->decoder = decoder;
	if (decoder == NULL) {
		connection->phase = CONNECTION_SKIPPED;
		stats->packets_skipped += connection->packets;
		stats->connections_skipped++;
	} else {
		connection->phase = CONNECTION_DECODING;
		stats->packets_decoded += connection->packets;
		for (unsigned i = 0; guess != NULL && i < guess->n_kept; i++)
			segment_feed(connection, &guess->kept[i]);
	}
	connection_guess_destroy(guess);
}

static void
segment_guess(struct connection *connection, const struct connection_segment *segment)
{
	struct connection_guess *guess = connection->guess;
	const struct decoder *decoder =
		connection_guess_try(guess, segment, connection_side(connection, segment->end));

	connection->packets++;
	if (segment->tcp.length == 0 && !(segment->tcp.flags & (TCP_SYN | TCP_FIN | TCP_RST)))
		return;
	if (!connection_guess_keep(guess, segment) || decoder != NULL)
		connection_decide(connection, decoder != NULL ? decoder : guess->fallback);
	else if (connection_guess_is_over(guess))
		connection_decide(connection, guess->fallback);
}

/* Nothing more will come for it. */
static void
connection_finish(struct connection *connection)
{
	if (connection->phase == CONNECTION_GUESSING)
		connection_decide(connection, connection->guess->fallback);
	for (unsigned side = 0; side < 2; side++) {
		if (connection->streams[side] != NULL)
			tcp_stream_finish(connection->streams[side]);
	}
}

static void
connection_remove(struct connection *connection)
{
	connection_table_remove(&connection->walk->connections, connection);
	for (unsigned side = 0; side < 2; side++) {
		if (connection->streams[side] != NULL)
			tcp_stream_close(connection->streams[side]);
	}
	connection_guess_destroy(connection->guess);
	free(connection);
}

/* NULL where there is no memory. */
static struct connection *
connection_add(
	struct stream_walk *streams,
	const struct connection_key *key,
	const struct connection_segment *first
)
{
	const struct options *options = streams->events.walk->options;
	struct connection *connection = calloc(1, sizeof(*connection));

	if (connection == NULL)
		return NULL;
	connection->key = *key;
	connection->walk = streams;
	connection->client_end = connection_client_end(key, first, options->port);
	connection->guess = connection_guess_create();
	if (connection->guess == NULL || !connection_table_add(&streams->connections, connection)) {
		connection_guess_destroy(connection->guess);
		free(connection);
		return NULL;
	}
	connection->number = ++streams->events.walk->stats->connections;
	if (options->decoder != NULL)
		connection_decide(connection, options->decoder);
	return connection;
}

/* The segment's connection: a later one than that in the table where it says so. */
static struct connection *
connection_for(
	struct stream_walk *streams,
	const struct connection_key *key,
	const struct connection_segment *segment
)
{
	struct connection *connection = connection_table_find(&streams->connections, key);

	if (connection != NULL && !connection_begins_anew(connection, segment))
		return connection;
	if (connection == NULL && streams->connections.count == CONNECTIONS_MAX)
		connection = connection_table_oldest(&streams->connections);
	if (connection != NULL) {
		connection_finish(connection);
		connection_remove(connection);
	}
	return connection_add(streams, key, segment);
}

static void
connection_receive(struct connection *connection, const struct connection_segment *segment)
{
	struct stats *stats = connection->walk->events.walk->stats;

	if ((segment->tcp.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN) {
		connection->syn_seen = true;
		connection->client_syn = segment->tcp.sequence;
	}
	if (connection->phase == CONNECTION_GUESSING) {
		segment_guess(connection, segment);
	} else if (connection->phase == CONNECTION_DECODING) {
		stats->packets_decoded++;
		segment_feed(connection, segment);
	} else {
		stats->packets_skipped++;
	}
}

void
walk_segment(struct stream_walk *streams, const struct captured_packet *packet)
{
	struct stream_packet kept = {
		.number = packet->number,
		.frame = packet->bytes,
		.frame_bytes =
			(uint32_t)packet->headers.payload_offset + packet->headers.payload_length,
		.copied_bytes = &streams->copied_bytes,
	};
	struct connection_key key;
	uint8_t end = connection_key_make(&key, &packet->headers);
	struct connection_segment segment;
	struct connection *connection;

	/* Clocks of captures may go back, those of streams may not. */
	if (packet->time_ns > streams->now_ns)
		streams->now_ns = packet->time_ns;
	streams->events.packet = packet->number;
	(void)stream_pool_poll(streams->pool, streams->now_ns, POLLED_MAX);
	segment = connection_segment_read(&packet->headers, &kept, end, streams->now_ns);
	connection = connection_for(streams, &key, &segment);
	if (connection != NULL)
		connection_receive(connection, &segment);
	else
		streams->events.walk->stats->packets_skipped++;
	if (kept.copy != NULL)
		stream_packet_release(kept.copy);
}

void
stream_walk_finish(struct stream_walk *streams)
{
	struct connection *connection;

	streams->events.packet = 0;
	TAILQ_FOREACH (connection, &streams->connections.by_use, entry)
		connection_finish(connection);
	for (unsigned i = 0; i < STREAM_COUNTER_COUNT; i++)
		streams->events.walk->stats->streams[i] = streams->budget.counters[i];
}

void
stream_walk_destroy(struct stream_walk *streams)
{
	struct connection *connection;

	if (streams == NULL)
		return;
	while ((connection = connection_table_oldest(&streams->connections)) != NULL)
		connection_remove(connection);
	free(streams->pool);
	free(streams->services);
	free(streams);
}
