/* SPDX-License-Identifier: BSD-3-Clause */
/* What streams say, as lines and counts. */
#ifndef TOOLS_DECODE_STREAM_EVENTS_H
#define TOOLS_DECODE_STREAM_EVENTS_H

#include "pipeline/stream/tcp_stream.h"
#include "tools/decode/walk.h"

struct stream_events {
	struct walk *walk;
	uint64_t packet; /* at hand, number from 1; 0: the capture is over */
};

/* Of streams whose user is a struct connection, whose walk begins with a struct stream_events. */
extern const struct stream_sink stream_events_sink;

#endif
