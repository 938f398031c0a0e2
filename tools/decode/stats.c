/* SPDX-License-Identifier: BSD-3-Clause */
/* Counts, and their JSON object. */
#include "tools/decode/stats.h"

#include <stdio.h>
#include <stdlib.h>

static unsigned
decoders_count(void)
{
	unsigned n = 0;

	while (decoders[n].name != NULL)
		n++;
	return n;
}

struct stats *
stats_create(void)
{
	struct stats *stats;

	return calloc(1, sizeof(*stats) + decoders_count() * sizeof(stats->types[0]));
}

static uint64_t
types_sum(const uint64_t types[256])
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < 256; i++)
		sum += types[i];
	return sum;
}

/* Of one layer of one decoder: nothing where none of its messages occurred. */
static void
types_print(
	const struct decoder *decoder,
	unsigned layer,
	const uint64_t types[256],
	struct json_line *line
)
{
	static const char *const suffixes[MESSAGE_LAYERS] = {
		[MESSAGE_OF_VENUE] = "",
		[MESSAGE_OF_CLIENT] = "_requests",
		[MESSAGE_OF_SESSION] = "_session",
	};
	char title[64], name[TYPE_NAME_BYTES];

	if (types_sum(types) == 0)
		return;
	(void)snprintf(title, sizeof(title), "%s%s", decoder->name, suffixes[layer]);
	json_line_open(line, title);
	for (unsigned i = 0; i < 256; i++) {
		if (types[i] > 0)
			json_line_uint(
				line,
				message_type_name(
					decoder_layer_protocol(decoder, layer), (uint16_t)i, name
				),
				types[i]
			);
	}
	json_line_close(line);
}

static void
errors_print(const struct stats *stats, struct json_line *line)
{
	for (unsigned i = 0; i < FATE_COUNT; i++) {
		if (stats->fates[i] > 0)
			json_line_uint(line, fates[i].name, stats->fates[i]);
	}
	for (unsigned i = 0; i < DECODE_ERROR_COUNT; i++) {
		if (stats->errors[i] > 0)
			json_line_uint(line, decode_errors[i].name, stats->errors[i]);
	}
}

/* Nothing where the capture holds no TCP that was looked at. */
static void
streams_print(const struct stats *stats, struct json_line *line)
{
	if (stats->connections == 0)
		return;
	json_line_uint(line, "connections", stats->connections);
	json_line_uint(line, "connections_skipped", stats->connections_skipped);
	json_line_open(line, "streams");
	for (unsigned i = 0; i < STREAM_COUNTER_COUNT; i++) {
		if (stats->streams[i] > 0)
			json_line_uint(line, stream_counters[i].name, stats->streams[i]);
	}
	json_line_close(line);
}

void
stats_print(const struct stats *stats, struct json_line *line)
{
	json_line_begin(line);
	json_line_uint(line, "packets", stats->packets);
	json_line_uint(line, "packets_decoded", stats->packets_decoded);
	json_line_uint(line, "packets_malformed", stats->packets_malformed);
	json_line_uint(line, "packets_skipped", stats->packets_skipped);
	json_line_uint(line, "fragments_skipped", stats->fragments_skipped);
	json_line_uint(line, "messages", stats->messages);
	json_line_uint(line, "heartbeats", stats->heartbeats);
	json_line_uint(line, "ends_of_session", stats->ends_of_session);
	streams_print(stats, line);
	json_line_open(line, "types");
	for (unsigned i = 0; decoders[i].name != NULL; i++) {
		for (unsigned layer = 0; layer < MESSAGE_LAYERS; layer++)
			types_print(&decoders[i], layer, stats->types[i][layer], line);
	}
	json_line_close(line);
	json_line_open(line, "errors");
	errors_print(stats, line);
	json_line_close(line);
	json_line_end(line);
}
