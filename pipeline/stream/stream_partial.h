/* SPDX-License-Identifier: BSD-3-Clause */
/* The buffer of a stream in which a message that spans segments is put together. */
#ifndef PIPELINE_STREAM_STREAM_PARTIAL_H
#define PIPELINE_STREAM_STREAM_PARTIAL_H

#include "pipeline/stream/stream_state.h"

/* Bytes of the message that have come; 0 where there is no buffer. */
static inline uint32_t
stream_partial_bytes(const struct tcp_stream *stream)
{
	return stream->partial.end - stream->partial.start;
}

/* Room for `need` bytes of the message from its start on; false, and nothing changes, where there is no such buffer. */
bool stream_partial_reserve(struct tcp_stream *stream, uint32_t need);

/* Gives the buffer back, if there is one. */
void stream_partial_free(struct tcp_stream *stream);

#endif
