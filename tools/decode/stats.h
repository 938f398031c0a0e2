/* SPDX-License-Identifier: BSD-3-Clause */
/* What a capture held, in numbers. packets = decoded + malformed + skipped + fragments. */
#ifndef TOOLS_DECODE_STATS_H
#define TOOLS_DECODE_STATS_H

#include "pipeline/decode/decoder.h"
#include "pipeline/fate.h"
#include "pipeline/stream/stream_budget.h"
#include "tools/decode/json_line.h"

#include <stdint.h>

struct stats {
	uint64_t packets;
	uint64_t packets_decoded; /* with good framing, whatever their messages are */
	uint64_t packets_malformed; /* headers or framing broken */
	uint64_t packets_skipped; /* nothing for a decoder */
	uint64_t fragments_skipped;
	uint64_t messages; /* well-formed: the sum over types */
	uint64_t heartbeats;
	uint64_t ends_of_session;
	uint64_t connections; /* of TCP */
	uint64_t connections_skipped; /* no decoder's */
	uint64_t streams[STREAM_COUNTER_COUNT]; /* of connections that were decoded */
	uint64_t fates[FATE_COUNT];
	uint64_t errors[DECODE_ERROR_COUNT];
	uint64_t types[][MESSAGE_LAYERS][256]; /* messages by row of decoders[], layer and type */
};

/* All 0. NULL where there is no memory; free() ends it. */
struct stats *stats_create(void);

/* One line; types and errors that did not occur are left out. */
void stats_print(const struct stats *stats, struct json_line *line);

#endif
