/* SPDX-License-Identifier: BSD-3-Clause */
/* Counts, and their JSON object. */
#include "tools/decode/stats.h"

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

static void
types_print(const uint64_t types[256], const char *protocol, struct json_line *line)
{
	json_line_open(line, protocol);
	for (unsigned i = 0; i < 256; i++) {
		if (types[i] > 0)
			json_line_uint_of_byte(line, (uint8_t)i, types[i]);
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
	json_line_open(line, "types");
	for (unsigned i = 0; decoders[i].name != NULL; i++) {
		if (types_sum(stats->types[i]) > 0)
			types_print(stats->types[i], decoders[i].name, line);
	}
	json_line_close(line);
	json_line_open(line, "errors");
	errors_print(stats, line);
	json_line_close(line);
	json_line_end(line);
}
