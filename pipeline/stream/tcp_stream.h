/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One direction of one TCP connection (RFC 9293), read along from the middle of the path: segments in, messages out.
 *
 * The bytes that were seen first win, none is read twice. Segments ahead of their time are held by reference. A message
 * that lies in one segment is handed out where it lies; only one that spans segments is put together in a buffer. Missing
 * bytes are given up as lost when the receiver has acknowledged them, when they are late, or when no more segments can be
 * held; reading goes on where the protocol shows the start of a message.
 *
 * A stream belongs to one thread. It allocates nothing: what it holds comes from its pool, within its budget. The work for
 * one segment is bounded by its length and by what the stream holds.
 */
#ifndef PIPELINE_STREAM_TCP_STREAM_H
#define PIPELINE_STREAM_TCP_STREAM_H

#include "pipeline/decode/framing.h"
#include "pipeline/packet/tcp_flag.h"
#include "pipeline/stream/stream_budget.h"
#include "pipeline/stream/stream_pool.h"

#include <stdbool.h>
#include <stdint.h>

struct tcp_stream;

/* A TCP segment with sound headers. */
struct tcp_segment {
	uint32_t sequence; /* host order, as in the header */
	uint32_t length; /* bytes of data */
	const uint8_t *bytes;
	uint8_t flags; /* enum tcp_flag */
	void *packet; /* the owner's handle, what `hold` knows it by */
};

/* A message, as long as the call lasts. */
struct stream_message {
	const struct message *message;
	uint64_t
		offset; /* of its first byte in the stream, which starts at 0 behind its SYN or where it was taken up */
	const struct tcp_segment *
		segment; /* has the message's last byte; its `packet` is what `hold` returned, where held */
	bool whole; /* lies in that segment; else it was put together */
};

/* The framing is broken, or asks for a longer message than is allowed (DECODE_ERROR_STREAM_MESSAGE_TOO_LONG). */
struct stream_broken {
	enum decode_error error;
	uint64_t offset; /* of the fault in the stream */
	const struct tcp_segment *segment; /* at hand */
	const uint8_t *at; /* the fault in that segment's bytes; NULL where it is not in them */
};

/* Why missing bytes were given up. */
enum stream_loss_cause {
	STREAM_LOSS_ACKED, /* the receiver has them */
	STREAM_LOSS_LATE,
	STREAM_LOSS_LIMIT, /* no more segments could be held */
	STREAM_LOSS_END, /* the stream was over before they came */
	STREAM_LOSS_NO_BUFFER, /* none is missing, but there was no buffer to put a message together */
};

struct stream_loss {
	enum stream_loss_cause cause;
	uint64_t offset; /* of the first missing byte */
	uint64_t bytes; /* missing */
	uint32_t unused_bytes; /* before them, of a message whose rest is missing */
};

enum stream_end_cause {
	STREAM_END_FIN,
	STREAM_END_RESET,
	STREAM_END_REPLACED, /* a new connection between the same ports */
	STREAM_END_FINISHED, /* tcp_stream_finish */
};

struct stream_end {
	enum stream_end_cause cause;
	uint64_t offset;
	uint32_t unused_bytes; /* of a message that was cut short */
};

/* Where events go. The callbacks may read the stream, and must not call anything that changes it. */
struct stream_sink {
	void (*message)(struct tcp_stream *stream, const struct stream_message *message);
	void (*broken)(struct tcp_stream *stream, const struct stream_broken *broken);
	void (*lost)(struct tcp_stream *stream, const struct stream_loss *loss);
	/* Of a stream that had begun. It may begin again with another SYN. */
	void (*end)(struct tcp_stream *stream, const struct stream_end *end);
};

/* How packets are kept for later. */
struct stream_holder {
	/*
	 * Keeps the segment's bytes until release; may change segment->bytes and segment->packet to those of a copy. Called
	 * more than once for a packet of which several parts are held. False where it cannot be kept.
	 */
	bool (*hold)(void *context, struct tcp_segment *segment);
	void (*release)(void *context, void *packet);
	void *context;
};

/* What streams of one service have in common; outlives them. */
struct stream_service {
	const struct stream_framing *framing;
	const struct stream_sink *sink;
	const struct stream_holder *holder;
	uint32_t held_max; /* segments that one stream may hold */
	uint32_t
		message_max_bytes; /* of a message that spans segments; at most the pool's large buffers */
	uint32_t
		window_bytes; /* a segment further away is none of the stream's; at most 1 GiB: RFC 7323, section 2.3 */
};

/* NULL where the pool or a budget has no stream left. `user` is the owner's, for the sink. */
struct tcp_stream *tcp_stream_open(
	struct stream_pool *pool,
	const struct stream_service *service,
	struct stream_budget *budget,
	enum stream_side side,
	void *user
);

/* What the stream has is another budget's from now on, though that may be more than its limit. */
void tcp_stream_charge(struct tcp_stream *stream, struct stream_budget *budget);

/* A segment of this direction. */
void
tcp_stream_receive(struct tcp_stream *stream, const struct tcp_segment *segment, uint64_t now_ns);

/* A segment of the other direction had TCP_ACK and this number. */
void tcp_stream_acked(struct tcp_stream *stream, uint32_t acknowledged, uint64_t now_ns);

/* No more will come: gaps are given up, what is held behind them is read, the stream ends. */
void tcp_stream_finish(struct tcp_stream *stream);

/* Releases all it holds and the stream itself, at any time, without events. */
void tcp_stream_close(struct tcp_stream *stream);

void *tcp_stream_user(const struct tcp_stream *stream);
enum stream_side tcp_stream_side(const struct tcp_stream *stream);
/* [STREAM_COUNTER_COUNT], of this stream alone. */
const uint64_t *tcp_stream_counters(const struct tcp_stream *stream);
/* Over: by FIN, by RST or by tcp_stream_finish. */
bool tcp_stream_ended(const struct tcp_stream *stream);
/* By a reset, or one came after the end. */
bool tcp_stream_was_reset(const struct tcp_stream *stream);
/* The sequence number of its first byte, with which a new SYN of the same connection is told from a copy of the old one. */
uint32_t tcp_stream_first(const struct tcp_stream *stream);
/* Bytes are missing and segments behind them wait. */
bool tcp_stream_waits(const struct tcp_stream *stream);

#endif
