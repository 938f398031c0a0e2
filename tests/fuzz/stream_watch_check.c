/* SPDX-License-Identifier: BSD-3-Clause */
/* What has to hold between any two calls. */
#include "tests/fuzz/check.h"
#include "tests/fuzz/stream_watch.h"

/* In order, none in another, and all ahead of what has been read. */
static void
held_check(const struct tcp_stream *stream)
{
	uint32_t end = stream->next, n = 0;
	const struct held_segment *last = NULL;

	for (const struct held_segment *held = stream->held; held != NULL; held = held->next) {
		int32_t gap = sequence_distance(end, held->segment.sequence);

		expect(held->segment.length > 0, "nothing is held");
		expect(n == 0 ? gap > 0 : gap >= 0, "held segments overlap");
		end = segment_end(&held->segment);
		last = held;
		n++;
	}
	expect(n == stream->n_held && last == stream->held_last, "held segments miscounted");
	expect(n <= stream->service->held_max, "more held than allowed");
}

static void
stream_check(const struct tcp_stream *stream)
{
	const struct partial_message *partial = &stream->partial;

	held_check(stream);
	expect(stream->gap_listed == tcp_stream_waits(stream), "waits, and nobody knows");
	expect(stream->phase == STREAM_READING || stream->held == NULL, "holds and does not read");
	if (partial->bytes == NULL)
		return;
	expect(stream->phase == STREAM_READING && !stream->seeking, "half a message of no stream");
	expect(partial->start < partial->end && partial->end <= partial->capacity,
	       "out of the buffer");
	expect(partial->need > partial->end - partial->start, "needs what is there");
	expect(partial->need <= stream->service->message_max_bytes,
	       "a longer message than allowed");
}

/* Every byte that was read went somewhere. */
static void
bytes_check(const struct watched_stream *w)
{
	const uint64_t *counters = tcp_stream_counters(w->stream);
	const struct partial_message *partial = &w->stream->partial;

	expect(counters[STREAM_COUNT_BYTES] ==
		       w->message_bytes + counters[STREAM_COUNT_SKIPPED_BYTES] +
			       counters[STREAM_COUNT_UNUSED_BYTES] + partial->end - partial->start,
	       "bytes went missing");
}

/* What the streams of that budget have, or of any. */
static void
used_sum(const struct watch *watch, const struct stream_budget *of, uint64_t used[])
{
	for (unsigned i = 0; i < WATCH_STREAMS; i++) {
		const struct tcp_stream *stream = watch->streams[i].stream;

		if (stream == NULL || (of != NULL && stream->budget != of))
			continue;
		used[STREAM_RESOURCE_STREAMS]++;
		used[STREAM_RESOURCE_HELD_SEGMENTS] += stream->n_held;
		used[STREAM_RESOURCE_PARTIAL_BYTES] += stream->partial.capacity;
	}
}

/* Where it is exceeded, by a stream that was charged to it, it does not grow. */
static void
tenant_check(struct watch *watch, unsigned tenant)
{
	const struct stream_budget *budget = &watch->tenants[tenant];
	uint64_t used[STREAM_RESOURCE_COUNT] = {0};

	used_sum(watch, budget, used);
	for (unsigned i = 0; i < STREAM_RESOURCE_COUNT; i++) {
		expect(budget->used[i] == used[i], "the budget says other than the streams");
		expect(used[i] <= budget->limits[i] || used[i] <= watch->used_before[tenant][i],
		       "a tenant's budget is exceeded");
		watch->used_before[tenant][i] = used[i];
	}
}

/* Charging within a worker changes nothing there. */
static void
worker_check(const struct watch *watch)
{
	uint64_t used[STREAM_RESOURCE_COUNT] = {0};

	used_sum(watch, NULL, used);
	for (unsigned i = 0; i < STREAM_RESOURCE_COUNT; i++) {
		expect(watch->worker.used[i] == used[i],
		       "the worker's says other than the streams");
		expect(used[i] <= watch->worker.limits[i], "the worker's budget is exceeded");
	}
	expect(watch->n_holds == used[STREAM_RESOURCE_HELD_SEGMENTS], "holds miscounted");
}

void
watch_check(struct watch *watch)
{
	for (unsigned i = 0; i < WATCH_STREAMS; i++) {
		if (watch->streams[i].stream == NULL)
			continue;
		stream_check(watch->streams[i].stream);
		bytes_check(&watch->streams[i]);
	}
	for (unsigned i = 0; i < WATCH_TENANTS; i++)
		tenant_check(watch, i);
	worker_check(watch);
}
