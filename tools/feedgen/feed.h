/* SPDX-License-Identifier: BSD-3-Clause */
/* Hands every message to every line and merges what arrives from them in the order of time. */
#ifndef LEAT_FEEDGEN_FEED_H
#define LEAT_FEEDGEN_FEED_H

#include "tools/feedgen/line.h"
#include "tools/feedgen/output.h"

struct feed {
	struct line *lines;
	size_t line_count;
	struct output *output; /* the caller's */
};

/* 0 or a negative errno, already reported; so do the others. */
int feed_init(struct feed *feed, const struct options *options, struct output *output);
void feed_clear(struct feed *feed);

/* Times must not decrease from call to call. */
int feed_message(struct feed *feed, uint64_t now_ns, const uint8_t *message, size_t length);
int feed_end(struct feed *feed, uint64_t now_ns, bool with_end_packet);

#endif
