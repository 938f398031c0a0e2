/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The bytes are a script for two TCP streams of one service: limits, then what happens, then what the streams consist of.
 *
 *   framing 1 | held segments: stream 1, tenant 1, worker 1 | partial: tenant 1, worker 1, in 64 bytes | longest message 1, in 16
 *   bytes | streams 1 | window 1 | sequence number 4 | script bytes 2, big-endian | script | content
 */
#include "pipeline/decode/fix.h"
#include "pipeline/decode/soupbintcp.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/stream_watch.h"
#include "tests/unit/pipeline/stream/test_framings.h"

#include <string.h>

enum {
	SMALL_BYTES = 64,
	LARGE_BYTES = 4096,
	WINDOW_BITS_MIN = 6,
	WINDOW_BITS_MAX = 30,
};

/* Missing bytes are 0: any script is a script. */
static uint64_t
script_take(struct cursor *script, unsigned width)
{
	const uint8_t *at = cursor_take(script, width);

	return at == NULL ? 0 : read_be(at, width);
}

/* In between, and at the ends, as often. */
static uint64_t
limit_take(struct cursor *script, uint64_t unit)
{
	uint64_t limit = script_take(script, 1);

	return limit >= 128 ? UINT64_MAX : limit * unit;
}

/* A length, or how far off: far ones are rarer. */
static uint32_t
length_take(struct cursor *script, bool is_long)
{
	uint32_t length = (uint32_t)script_take(script, 1);

	return is_long ? length * 8 : length;
}

static uint32_t
offset_take(struct cursor *script)
{
	return (uint32_t)(int32_t)(int16_t)script_take(script, 2);
}

enum action {
	ACTION_NEXT, /* the next bytes */
	ACTION_SHORT, /* the next bytes, few of them */
	ACTION_SKIP, /* the bytes behind them */
	ACTION_AGAIN, /* bytes before them, or behind */
	ACTION_ACKED,
	ACTION_TIME,
	ACTION_SIGNAL,
	ACTION_CONTROL,
};

/* What is in an action's byte. */
enum {
	ACTION_MASK = 0x07,
	ACTION_STREAM = 0x08,
	ACTION_FIN = 0x10,
	ACTION_DAMAGED = 0x20,
	ACTION_LONG = 0x40,
	ACTION_SYN = 0x80,
	ACTION_ARGUMENT_SHIFT = 4,
};

static void
next_send(struct watched_stream *w, uint32_t length, uint8_t action)
{
	uint8_t flags =
		TCP_ACK | (action & ACTION_FIN ? TCP_FIN : 0) | (action & ACTION_SYN ? TCP_SYN : 0);

	watch_send(w, w->sent_to, length, flags, (action & ACTION_DAMAGED) != 0);
	w->sent_to += length + (action & ACTION_SYN ? 1 : 0);
}

/* Without data. */
static void
signal_do(struct watched_stream *w, struct cursor *script, uint8_t argument)
{
	uint32_t isn = w->watch->isn;

	switch (argument % 8) {
	case 0:
		w->sent_to = isn + 1;
		watch_send(w, isn, 0, TCP_SYN, false);
		break;
	case 1:
		w->sent_to = (uint32_t)script_take(script, 4);
		break;
	case 2:
		watch_send(w, w->sent_to, 0, TCP_RST, false);
		break;
	case 3:
		watch_send(w, w->sent_to + offset_take(script), 0, TCP_RST | TCP_ACK, false);
		break;
	case 4:
		watch_send(w, w->sent_to - 1, argument / 8, TCP_ACK, false); /* a keep-alive */
		break;
	case 5:
		watch_send(w, w->stream->next, length_take(script, false), TCP_ACK, false);
		break;
	default:
		watch_send(w, w->sent_to, 0, TCP_ACK | TCP_FIN, false);
		break;
	}
}

static void
control_do(struct watched_stream *w, uint8_t argument)
{
	struct watch *watch = w->watch;

	switch (argument % 8) {
	case 0:
		tcp_stream_finish(w->stream);
		break;
	case 1:
		watch_close(w);
		watch_open(watch, w);
		break;
	case 2:
		watch->hold_refused = !watch->hold_refused;
		break;
	case 4:
	case 5:
		watch_charge(w, argument % 2);
		break;
	default:
		watch_close(w);
		break;
	}
}

static void
time_do(struct watch *watch, struct cursor *script, uint8_t argument)
{
	watch->now_ns += script_take(script, 1);
	(void)stream_pool_poll(watch->pool, watch->now_ns, argument % 4);
}

static void
stream_act(struct watched_stream *w, struct cursor *script, uint8_t action)
{
	uint8_t argument = action >> ACTION_ARGUMENT_SHIFT;
	bool is_long = (action & ACTION_LONG) != 0;

	switch ((enum action)(action & ACTION_MASK)) {
	case ACTION_NEXT:
		next_send(w, length_take(script, is_long), action);
		break;
	case ACTION_SHORT:
		next_send(w, argument + 1u, 0);
		break;
	case ACTION_SKIP:
		w->sent_to += length_take(script, is_long);
		next_send(w, length_take(script, false), action);
		break;
	case ACTION_AGAIN: {
		uint32_t place = w->sent_to + offset_take(script);

		watch_send(
			w,
			place,
			length_take(script, is_long),
			action & ACTION_FIN ? TCP_ACK | TCP_FIN : TCP_ACK,
			(action & ACTION_DAMAGED) != 0
		);
		break;
	}
	case ACTION_ACKED:
		tcp_stream_acked(w->stream, w->sent_to + offset_take(script), w->watch->now_ns);
		break;
	case ACTION_TIME:
		time_do(w->watch, script, argument);
		break;
	case ACTION_SIGNAL:
		signal_do(w, script, argument);
		break;
	case ACTION_CONTROL:
		control_do(w, argument);
		break;
	}
}

static void
script_run(struct watch *watch, struct cursor script)
{
	while (cursor_left(&script) > 0) {
		uint8_t action = (uint8_t)script_take(&script, 1);
		struct watched_stream *w = &watch->streams[(action & ACTION_STREAM) != 0];

		if (w->stream == NULL)
			watch_open(watch, w);
		if (w->stream != NULL)
			stream_act(w, &script, action);
		watch_check(watch);
	}
}

static void
limits_take(struct watch *watch, struct cursor *script)
{
	uint64_t held_max = limit_take(script, 1);
	uint32_t message_units, window_bits;

	watch->service.held_max = held_max > UINT32_MAX ? UINT32_MAX : (uint32_t)held_max;
	watch->tenants[0].limits[STREAM_RESOURCE_HELD_SEGMENTS] = limit_take(script, 1);
	watch->worker.limits[STREAM_RESOURCE_HELD_SEGMENTS] = limit_take(script, 1);
	watch->tenants[0].limits[STREAM_RESOURCE_PARTIAL_BYTES] = limit_take(script, SMALL_BYTES);
	watch->worker.limits[STREAM_RESOURCE_PARTIAL_BYTES] = limit_take(script, SMALL_BYTES);
	message_units = (uint32_t)script_take(script, 1) + 1;
	watch->service.message_max_bytes = message_units * (LARGE_BYTES / 256);
	watch->tenants[0].limits[STREAM_RESOURCE_STREAMS] = limit_take(script, 1);
	watch->worker.limits[STREAM_RESOURCE_STREAMS] = UINT64_MAX;
	memcpy(watch->tenants[1].limits, watch->tenants[0].limits, sizeof(watch->tenants[0].limits)
	);
	window_bits = (uint32_t)script_take(script, 1) % (WINDOW_BITS_MAX - WINDOW_BITS_MIN + 1);
	watch->service.window_bytes = UINT32_C(1) << (WINDOW_BITS_MIN + window_bits);
}

/* As much of it as there is; the cursor then stands at the content. */
static struct cursor
script_cut(struct cursor *c)
{
	size_t n = script_take(c, 2);

	n = n < cursor_left(c) ? n : cursor_left(c);
	return cursor_over(cursor_take(c, n), n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct stream_framing *const framings[] = {
		&fix_framing, &soupbintcp_framing, &record_framing, &angle_framing, &late_framing};
	static const struct stream_pool_sizes sizes = {
		.streams = WATCH_STREAMS,
		.held_segments = 100,
		.small_buffers = 2,
		.small_buffer_bytes = SMALL_BYTES,
		.large_buffers = 1,
		.large_buffer_bytes = LARGE_BYTES,
		.gap_timeout_ns = 500,
	};
	struct cursor c = cursor_over(data, size), script;
	struct watch watch = {0};

	watch.framing = framings[script_take(&c, 1) % (sizeof(framings) / sizeof(framings[0]))];
	limits_take(&watch, &c);
	watch.isn = (uint32_t)script_take(&c, 4);
	script = script_cut(&c);
	watch.content = c.at;
	watch.content_bytes = (uint32_t)cursor_left(&c);
	if (watch.content_bytes == 0)
		return 0;
	watch_start(&watch, &sizes);
	script_run(&watch, script);
	watch_stop(&watch);
	return 0;
}
