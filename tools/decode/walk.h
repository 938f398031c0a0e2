/* SPDX-License-Identifier: BSD-3-Clause */
/* From a packet to what is said of it: whose it is, its messages, its faults; each counted and printed. */
#ifndef TOOLS_DECODE_WALK_H
#define TOOLS_DECODE_WALK_H

#include "tools/decode/capture.h"
#include "tools/decode/json_line.h"
#include "tools/decode/options.h"
#include "tools/decode/stats.h"
#include "tools/decode/symbol_scales.h"

struct stream_walk;

struct walk {
	const struct options *options;
	struct stats *stats;
	struct symbol_scales *scales;
	struct json_line *line; /* left alone where options->stats */
	struct stream_walk *streams; /* TCP connections, see walk_stream.h */
};

void walk_packet(struct walk *walk, const struct captured_packet *packet);

#endif
