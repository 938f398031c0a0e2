/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP connections: segments in, messages, losses and faults out. */
#ifndef TOOLS_DECODE_WALK_STREAM_H
#define TOOLS_DECODE_WALK_STREAM_H

#include "tools/decode/walk.h"

/* NULL where there is no memory. */
struct stream_walk *stream_walk_create(struct walk *walk);

/* Releases all, without a word. NULL is nothing. */
void stream_walk_destroy(struct stream_walk *streams);

/* A TCP segment with sound headers. */
void walk_segment(struct stream_walk *streams, const struct captured_packet *packet);

/* The capture is over: what is missing is lost. */
void stream_walk_finish(struct stream_walk *streams);

#endif
