/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Streams under test: a pool, a tenant's budget below a worker's, and a log of all that streams say.
 *
 * Segments and what is held of them are in a malloc of their exact size each, so that AddressSanitizer sees any byte read
 * behind one or after its release. That messages lie where they should is checked as they come.
 */
#ifndef UNIT_PIPELINE_STREAM_STREAM_FIXTURE_H
#define UNIT_PIPELINE_STREAM_STREAM_FIXTURE_H

#include "pipeline/stream/tcp_stream.h"

enum {
	FIXTURE_EVENTS = 4096,
	FIXTURE_EVENT_BYTES = 1 << 20,
	FIXTURE_SMALL_BYTES = 64,
	FIXTURE_LARGE_BYTES = 4096,
	FIXTURE_WINDOW_BYTES = 1 << 20,
};

#define FIXTURE_GAP_TIMEOUT_NS UINT64_C(1000)

enum event_kind {
	EVENT_MESSAGE,
	EVENT_BROKEN,
	EVENT_LOST,
	EVENT_END,
};

struct event {
	enum event_kind kind;
	uint64_t offset;
	uint32_t length; /* of a message */
	uint32_t at; /* its bytes in the log */
	bool whole;
	unsigned cause; /* of a loss, an end; the error of a broken framing */
	uint64_t lost_bytes;
	uint32_t unused_bytes;
};

struct stream_fixture {
	void *memory;
	struct stream_pool *pool;
	struct stream_budget worker;
	struct stream_budget tenant;
	struct stream_service service;
	struct stream_holder holder;
	uint32_t holds; /* under way */
	uint32_t holds_made;
	bool hold_refused; /* the holder says no */
	uint64_t now_ns;
	unsigned n_events;
	uint32_t n_bytes;
	struct event events[FIXTURE_EVENTS];
	uint8_t bytes[FIXTURE_EVENT_BYTES];
};

/* All limits wide open, for this framing. */
void fixture_start(struct stream_fixture *f, const struct stream_framing *framing);

/* Everything was released and given back; ends the fixture. */
void fixture_stop(struct stream_fixture *f);

struct tcp_stream *fixture_open(struct stream_fixture *f);

/* A segment whose bytes are gone when this returns. */
void fixture_send(
	struct stream_fixture *f,
	struct tcp_stream *stream,
	uint32_t sequence,
	uint8_t flags,
	const void *bytes,
	uint32_t length
);

/* The same with the text's bytes, without flags. */
void fixture_text(
	struct stream_fixture *f, struct tcp_stream *stream, uint32_t sequence, const char *text
);

void fixture_forget(struct stream_fixture *f);

/*
 * All events since the last call as one line: messages as their bytes, "!error_name", "lost N", "lost N+M" with M unused
 * bytes, "end cause", "end cause+M"; with a space between any two.
 */
const char *fixture_told(struct stream_fixture *f);

#endif
