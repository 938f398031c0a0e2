/* SPDX-License-Identifier: BSD-3-Clause */
/* From bytes in order to messages: the half of a stream that knows its framing and no sequence numbers. */
#ifndef PIPELINE_STREAM_STREAM_READER_H
#define PIPELINE_STREAM_STREAM_READER_H

#include "pipeline/stream/stream_state.h"

/* Reads a piece to its end. Its first byte is the one at stream->offset, which the caller moves on afterwards. */
void stream_reader_read(struct tcp_stream *stream, const struct tcp_segment *piece);

/* What follows is not what the message at hand goes on with: drops that, and seeks. Returns its bytes. */
uint32_t stream_reader_break(struct tcp_stream *stream);

#endif
