/* SPDX-License-Identifier: BSD-3-Clause */
/* Segments that came before their time: a list by sequence number in which nothing overlaps. */
#ifndef PIPELINE_STREAM_STREAM_HELD_H
#define PIPELINE_STREAM_STREAM_HELD_H

#include "pipeline/stream/stream_state.h"

/*
 * Holds those parts of the segment that are not held yet, and cuts from it what needs no more thought. False where something
 * is left for which there is no room: the segment is then that rest. It must lie behind stream->next.
 */
bool stream_held_add(struct tcp_stream *stream, struct tcp_segment *segment);

/* Takes the first one out of the list; its packet is still held. The list must not be empty. */
struct tcp_segment stream_held_take(struct tcp_stream *stream);

/* Ends the hold of a segment that was taken. */
void stream_held_release(struct tcp_stream *stream, const struct tcp_segment *segment);

/* The stream ends at this number: drops what is held behind it. Returns the bytes dropped. */
uint64_t stream_held_cut(struct tcp_stream *stream, uint32_t end);

/* Drops all. Returns the bytes dropped. */
uint64_t stream_held_drop(struct tcp_stream *stream);

#endif
