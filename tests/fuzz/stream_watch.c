/* SPDX-License-Identifier: BSD-3-Clause */
/* The sink and the holder, and what they ask of each event. */
#include "tests/fuzz/stream_watch.h"

#include "pipeline/decode/soupbintcp.h"
#include "tests/fuzz/check.h"
#include "tests/unit/pipeline/stream/test_framings.h"

#include <stdlib.h>
#include <string.h>

enum { REREAD_BYTES_MAX = 1 << 15 };

static uint8_t
byte_at(const struct watch *watch, uint32_t sequence)
{
	return watch->content[(sequence - watch->isn - 1) % watch->content_bytes];
}

/* What stands before a message's view. */
static uint32_t
prefix_bytes(const struct stream_framing *framing, const struct message *message)
{
	if (framing == &record_framing)
		return 2;
	if (framing != &soupbintcp_framing)
		return 0;
	return message->layer == MESSAGE_OF_SESSION ? 2 : 3;
}

static void
bytes_compare(const struct watched_stream *w, uint64_t offset, const struct message *message)
{
	uint32_t sequence = w->stream->first + (uint32_t)offset;

	for (uint32_t i = 0; i < message->length_bytes; i++)
		expect(message->bytes[i] == byte_at(w->watch, sequence + i),
		       "other bytes than were sent");
}

static void
message_watch(struct tcp_stream *stream, const struct stream_message *m)
{
	struct watched_stream *w = tcp_stream_user(stream);
	const struct message *message = m->message;
	uint64_t begin = m->offset + prefix_bytes(w->watch->framing, message);

	if (m->whole)
		expect(message->bytes >= m->segment->bytes &&
			       message->bytes + message->length_bytes <=
				       m->segment->bytes + m->segment->length,
		       "a whole message that is not in its segment");
	expect(m->offset >= w->told_to, "bytes handed out twice");
	w->told_to = begin + message->length_bytes;
	w->n_messages++;
	w->message_bytes += w->told_to - m->offset;
	if (!w->damaged)
		bytes_compare(w, begin, message);
}

static void
broken_watch(struct tcp_stream *stream, const struct stream_broken *broken)
{
	struct watched_stream *w = tcp_stream_user(stream);

	expect(broken->error > DECODE_ERROR_NONE && broken->error < DECODE_ERROR_COUNT,
	       "no reason");
	expect(broken->offset >= w->told_to, "a fault in what was handed out");
	expect(broken->at == NULL ||
		       (broken->at >= broken->segment->bytes &&
			broken->at < broken->segment->bytes + broken->segment->length),
	       "a fault that is not in its segment");
	w->interrupted = true;
}

static void
lost_watch(struct tcp_stream *stream, const struct stream_loss *loss)
{
	struct watched_stream *w = tcp_stream_user(stream);

	w->interrupted = true;
	if (loss->cause == STREAM_LOSS_NO_BUFFER) {
		expect(loss->bytes == 0 && loss->offset >= w->told_to,
		       "no buffer for a message told");
		return;
	}
	expect(loss->bytes > 0, "nothing lost");
	expect(loss->offset >= w->told_to + loss->unused_bytes, "bytes lost that were handed out");
	w->told_to = loss->offset + loss->bytes;
}

/* All messages were handed out: nothing was lost or wrong, and the stream was seen from its start. */
static void
all_told(const struct watched_stream *w, const struct stream_end *end)
{
	uint8_t *bytes = malloc(end->offset);
	struct cursor c = cursor_over(bytes, end->offset);
	struct message message;
	struct stream_fault fault;
	uint64_t n = 0, left = 0;

	expect(bytes != NULL || end->offset == 0, "no memory");
	for (uint32_t i = 0; i < end->offset; i++)
		bytes[i] = byte_at(w->watch, w->stream->first + i);
	while (cursor_left(&c) > 0) {
		left = cursor_left(&c);
		if (w->watch->framing->next(&c, w->stream->side, &message, &fault) !=
		    STREAM_MESSAGE)
			break;
		left = 0;
		n++;
	}
	expect(n == w->n_messages, "messages left out");
	expect(left == end->unused_bytes, "bytes left over miscounted");
	free(bytes);
}

static void
end_watch(struct tcp_stream *stream, const struct stream_end *end)
{
	struct watched_stream *w = tcp_stream_user(stream);
	uint64_t pickups = tcp_stream_counters(stream)[STREAM_COUNT_PICKUPS];

	expect(end->offset >= w->told_to + end->unused_bytes, "unused bytes that were handed out");
	if (!w->damaged && !w->interrupted && pickups == w->pickups &&
	    end->offset <= REREAD_BYTES_MAX)
		all_told(w, end);
	w->told_to = 0;
	w->n_messages = 0;
	w->interrupted = false;
	w->pickups = pickups;
}

static const struct stream_sink sink = {
	.message = message_watch,
	.broken = broken_watch,
	.lost = lost_watch,
	.end = end_watch,
};

static bool
segment_hold(void *context, struct tcp_segment *segment)
{
	struct watch *watch = context;
	uint8_t *copy;

	expect(segment->length > 0, "held for nothing");
	if (watch->hold_refused)
		return false;
	copy = malloc(segment->length);
	expect(copy != NULL, "no memory");
	memcpy(copy, segment->bytes, segment->length);
	segment->bytes = copy;
	segment->packet = copy;
	watch->n_holds++;
	return true;
}

static void
segment_release(void *context, void *packet)
{
	struct watch *watch = context;

	expect(watch->n_holds > 0, "released more than was held");
	watch->n_holds--;
	free(packet);
}

void
watch_start(struct watch *watch, const struct stream_pool_sizes *sizes)
{
	size_t n_bytes = stream_pool_bytes(sizes);

	expect(posix_memalign(&watch->memory, STREAM_POOL_ALIGNMENT, n_bytes) == 0, "no memory");
	memset(watch->memory, 0xA5, n_bytes);
	watch->pool = stream_pool_init(watch->memory, sizes);
	for (unsigned i = 0; i < WATCH_TENANTS; i++)
		watch->tenants[i].parent = &watch->worker;
	watch->holder = (struct stream_holder
	){.hold = segment_hold, .release = segment_release, .context = watch};
	watch->service.framing = watch->framing;
	watch->service.sink = &sink;
	watch->service.holder = &watch->holder;
	for (unsigned i = 0; i < WATCH_STREAMS; i++)
		watch_open(watch, &watch->streams[i]);
}

void
watch_stop(struct watch *watch)
{
	for (unsigned i = 0; i < WATCH_STREAMS; i++)
		watch_close(&watch->streams[i]);
	watch_check(watch);
	expect(TAILQ_EMPTY(&watch->pool->gaps), "a closed stream still waits");
	free(watch->memory);
}

void
watch_open(struct watch *watch, struct watched_stream *w)
{
	enum stream_side side = w == watch->streams ? STREAM_FROM_CLIENT : STREAM_FROM_VENUE;

	*w = (struct watched_stream){.watch = watch, .sent_to = watch->isn + 1};
	w->stream = tcp_stream_open(watch->pool, &watch->service, &watch->tenants[0], side, w);
}

void
watch_close(struct watched_stream *w)
{
	if (w->stream != NULL)
		tcp_stream_close(w->stream);
	w->stream = NULL;
}

void
watch_charge(struct watched_stream *w, unsigned tenant)
{
	struct stream_budget *budget = &w->watch->tenants[tenant];

	tcp_stream_charge(w->stream, budget);
	memcpy(w->watch->used_before[tenant], budget->used, sizeof(budget->used));
}

void
watch_send(
	struct watched_stream *w, uint32_t sequence, uint32_t length, uint8_t flags, bool damaged
)
{
	uint8_t *bytes = malloc(length);
	struct tcp_segment segment = {
		.sequence = sequence,
		.length = length,
		.bytes = bytes,
		.flags = flags,
	};

	expect(bytes != NULL || length == 0, "no memory");
	w->damaged |= damaged;
	if (flags & TCP_SYN)
		sequence++;
	for (uint32_t i = 0; i < length; i++)
		bytes[i] = byte_at(w->watch, sequence + i) ^ (damaged ? 0x11 : 0);
	tcp_stream_receive(w->stream, &segment, w->watch->now_ns);
	free(bytes);
}
