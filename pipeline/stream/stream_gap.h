/* SPDX-License-Identifier: BSD-3-Clause */
/* From segments to bytes in order, and what becomes of bytes that are missing. */
#ifndef PIPELINE_STREAM_STREAM_GAP_H
#define PIPELINE_STREAM_STREAM_GAP_H

#include "pipeline/stream/stream_state.h"

/* Reads or holds a segment's bytes. */
void stream_gap_place(struct tcp_stream *stream, struct tcp_segment *segment);

/* After anything has changed: gives up gaps that are acknowledged, ends a stream that has come to its FIN, notes gaps. */
void stream_gap_settle(struct tcp_stream *stream, uint64_t now_ns);

/* Gives up all gaps and reads what is held. */
void stream_gap_flush(struct tcp_stream *stream);

/* The stream is in no list of those with gaps from now on. */
void stream_gap_unlist(struct tcp_stream *stream);

/* Ends a stream that is being read: what it holds is released unread. */
void stream_gap_end(struct tcp_stream *stream, enum stream_end_cause cause);

#endif
