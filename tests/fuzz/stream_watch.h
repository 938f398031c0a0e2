/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP streams under watch. The byte with the sequence number s is always the same, unless it is sent damaged, so what is handed out is
 * known by its place.
 */
#ifndef FUZZ_STREAM_WATCH_H
#define FUZZ_STREAM_WATCH_H

#include "pipeline/stream/stream_state.h"

enum {
	WATCH_STREAMS = 2,
	WATCH_TENANTS = 2,
};

struct watch;

struct watched_stream {
	struct tcp_stream *stream; /* NULL: not open */
	struct watch *watch;
	uint32_t sent_to; /* the script's place: the sequence number of the next new byte */
	bool damaged; /* something was */
	uint64_t message_bytes; /* handed out, with what the framing put before them */
	/* Since the stream began, or began again: */
	uint64_t told_to; /* offset: nothing before it may be handed out */
	uint64_t pickups; /* counted before */
	uint64_t n_messages;
	bool interrupted; /* by a loss or a fault */
};

struct watch {
	const struct stream_framing *framing;
	const uint8_t *content; /* of the streams, over and over again */
	uint32_t content_bytes;
	uint32_t isn;
	uint64_t now_ns;
	uint64_t n_holds; /* under way */
	bool hold_refused;
	void *memory;
	struct stream_pool *pool;
	struct stream_budget worker;
	struct stream_budget tenants[WATCH_TENANTS]; /* streams open with the first one's */
	uint64_t used_before[WATCH_TENANTS][STREAM_RESOURCE_COUNT]; /* at the last watch_check */
	struct stream_service service;
	struct stream_holder holder;
	struct watched_stream streams[WATCH_STREAMS];
};

/* Fills holder, sink and pool. The caller has filled the framing, the content, the service's and the budgets' limits. */
void watch_start(struct watch *watch, const struct stream_pool_sizes *sizes);

/* Closes all; everything was released and given back. */
void watch_stop(struct watch *watch);

void watch_open(struct watch *watch, struct watched_stream *watched);
void watch_close(struct watched_stream *watched);

/* The stream is another tenant's, though that may be more than its limit. */
void watch_charge(struct watched_stream *watched, unsigned tenant);

/* A segment whose bytes are gone when this returns. */
void watch_send(
	struct watched_stream *watched,
	uint32_t sequence,
	uint32_t length,
	uint8_t flags,
	bool damaged
);

/* What holds between any two calls. */
void watch_check(struct watch *watch);

#endif
