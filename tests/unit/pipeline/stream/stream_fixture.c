/* SPDX-License-Identifier: BSD-3-Clause */
/* Streams under test. */
#include "tests/unit/pipeline/stream/stream_fixture.h"

#include "tests/unit/unit_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct event *
event_add(struct tcp_stream *stream, enum event_kind kind, uint64_t offset)
{
	struct stream_fixture *f = tcp_stream_user(stream);
	struct event *event = &f->events[f->n_events++];

	assert_true(f->n_events <= FIXTURE_EVENTS);
	*event = (struct event){.kind = kind, .offset = offset};
	return event;
}

static void
message_log(struct tcp_stream *stream, const struct stream_message *m)
{
	struct stream_fixture *f = tcp_stream_user(stream);
	struct event *event = event_add(stream, EVENT_MESSAGE, m->offset);
	const uint8_t *bytes = m->message->bytes;

	event->length = m->message->length_bytes;
	event->whole = m->whole;
	event->at = f->n_bytes;
	if (m->whole) { /* not copied */
		assert_true(bytes >= m->segment->bytes);
		assert_true(bytes + event->length <= m->segment->bytes + m->segment->length);
	}
	assert_true(f->n_bytes + event->length <= FIXTURE_EVENT_BYTES);
	memcpy(f->bytes + f->n_bytes, bytes, event->length);
	f->n_bytes += event->length;
}

static void
broken_log(struct tcp_stream *stream, const struct stream_broken *broken)
{
	struct event *event = event_add(stream, EVENT_BROKEN, broken->offset);

	event->cause = broken->error;
	if (broken->at != NULL) {
		assert_true(broken->at >= broken->segment->bytes);
		assert_true(broken->at < broken->segment->bytes + broken->segment->length);
	}
}

static void
lost_log(struct tcp_stream *stream, const struct stream_loss *loss)
{
	struct event *event = event_add(stream, EVENT_LOST, loss->offset);

	event->cause = loss->cause;
	event->lost_bytes = loss->bytes;
	event->unused_bytes = loss->unused_bytes;
}

static void
end_log(struct tcp_stream *stream, const struct stream_end *end)
{
	struct event *event = event_add(stream, EVENT_END, end->offset);

	event->cause = end->cause;
	event->unused_bytes = end->unused_bytes;
}

static const struct stream_sink sink = {
	.message = message_log,
	.broken = broken_log,
	.lost = lost_log,
	.end = end_log,
};

static bool
segment_hold(void *context, struct tcp_segment *segment)
{
	struct stream_fixture *f = context;
	uint8_t *copy;

	if (f->hold_refused)
		return false;
	copy = malloc(segment->length);
	assert_non_null(copy);
	memcpy(copy, segment->bytes, segment->length);
	segment->bytes = copy;
	segment->packet = copy;
	f->holds++;
	f->holds_made++;
	return true;
}

static void
segment_release(void *context, void *packet)
{
	struct stream_fixture *f = context;

	f->holds--;
	free(packet);
}

void
fixture_start(struct stream_fixture *f, const struct stream_framing *framing)
{
	static const struct stream_pool_sizes sizes = {
		.streams = 8,
		.held_segments = 256,
		.small_buffers = 16,
		.small_buffer_bytes = FIXTURE_SMALL_BYTES,
		.large_buffers = 16,
		.large_buffer_bytes = FIXTURE_LARGE_BYTES,
		.gap_timeout_ns = FIXTURE_GAP_TIMEOUT_NS,
	};

	memset(f, 0, offsetof(struct stream_fixture, events));
	assert_int_equal(
		posix_memalign(&f->memory, STREAM_POOL_ALIGNMENT, stream_pool_bytes(&sizes)), 0
	);
	memset(f->memory, 0xA5, stream_pool_bytes(&sizes)); /* needs no clearing */
	f->pool = stream_pool_init(f->memory, &sizes);
	f->tenant.parent = &f->worker;
	for (unsigned i = 0; i < STREAM_RESOURCE_COUNT; i++) {
		f->worker.limits[i] = UINT64_MAX;
		f->tenant.limits[i] = UINT64_MAX;
	}
	f->holder = (struct stream_holder
	){.hold = segment_hold, .release = segment_release, .context = f};
	f->service = (struct stream_service){
		.framing = framing,
		.sink = &sink,
		.holder = &f->holder,
		.held_max = 64,
		.message_max_bytes = FIXTURE_LARGE_BYTES,
		.window_bytes = FIXTURE_WINDOW_BYTES,
	};
}

void
fixture_stop(struct stream_fixture *f)
{
	assert_int_equal(f->holds, 0);
	for (unsigned i = 0; i < STREAM_RESOURCE_COUNT; i++) {
		assert_int_equal(f->tenant.used[i], 0);
		assert_int_equal(f->worker.used[i], 0);
	}
	free(f->memory);
}

struct tcp_stream *
fixture_open(struct stream_fixture *f)
{
	return tcp_stream_open(f->pool, &f->service, &f->tenant, STREAM_FROM_VENUE, f);
}

void
fixture_send(
	struct stream_fixture *f,
	struct tcp_stream *stream,
	uint32_t sequence,
	uint8_t flags,
	const void *bytes,
	uint32_t length
)
{
	uint8_t *copy = malloc(length);
	struct tcp_segment segment = {
		.sequence = sequence,
		.length = length,
		.bytes = copy,
		.flags = flags,
	};

	if (length > 0)
		memcpy(copy, bytes, length);
	tcp_stream_receive(stream, &segment, f->now_ns);
	free(copy);
}

void
fixture_text(
	struct stream_fixture *f, struct tcp_stream *stream, uint32_t sequence, const char *text
)
{
	fixture_send(f, stream, sequence, TCP_ACK, text, (uint32_t)strlen(text));
}

void
fixture_forget(struct stream_fixture *f)
{
	f->n_events = 0;
	f->n_bytes = 0;
}

static int
event_print(const struct stream_fixture *f, const struct event *event, char *at, size_t room)
{
	static const char *const ends[] = {"fin", "reset", "replaced", "finished"};
	char unused[16] = "";

	if (event->unused_bytes > 0)
		(void)snprintf(unused, sizeof(unused), "+%u", event->unused_bytes);
	switch (event->kind) {
	case EVENT_MESSAGE:
		return snprintf(at, room, "%.*s", (int)event->length, f->bytes + event->at);
	case EVENT_BROKEN:
		return snprintf(at, room, "!%s", decode_errors[event->cause].name);
	case EVENT_LOST:
		return snprintf(
			at, room, "lost %llu%s", (unsigned long long)event->lost_bytes, unused
		);
	case EVENT_END:
		return snprintf(at, room, "end %s%s", ends[event->cause], unused);
	}
	return 0;
}

const char *
fixture_told(struct stream_fixture *f)
{
	static char text[65536];
	size_t used = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < f->n_events; i++) {
		if (i > 0)
			text[used++] = ' ';
		used += (size_t)event_print(f, &f->events[i], text + used, sizeof(text) - used);
		assert_true(used < sizeof(text) - 2);
	}
	fixture_forget(f);
	return text;
}
