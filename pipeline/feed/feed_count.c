/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages of a payload, by type and by what is wrong with them. */
#include "pipeline/feed/feed_count.h"

#include "pipeline/counters.h"

#include <errno.h>

/* Messages looked at between two calls of the framing. */
enum { MESSAGES_AT_ONCE = 64 };

/* Returns how many of the messages are well-formed. */
static unsigned
messages_count(struct feed *feed, const struct message *messages, unsigned n)
{
	struct feed_counters *c = &feed->counters;
	unsigned good = 0;

	for (unsigned i = 0; i < n; i++) {
		enum decode_error error;

		if (message_layout_find(feed->decoder->messages, &messages[i], &error) == NULL) {
			counter_add(&c->errors[error], 1);
			continue;
		}
		counter_add(&c->messages_by_type[messages[i].bytes[0]], 1);
		good++;
	}
	return good;
}

static void
frame_count(struct feed_counters *c, const struct frame *frame)
{
	counter_add(&c->packets, 1);
	if (frame->kind == FRAME_HEARTBEAT)
		counter_add(&c->heartbeats, 1);
	if (frame->kind == FRAME_END_OF_SESSION)
		counter_add(&c->sessions_ended, 1);
	if (frame->trailing_bytes != 0)
		counter_add(&c->errors[DECODE_ERROR_MOLD_TRAILING_BYTES], 1);
}

int
feed_payload_count(struct feed_table *table, uint16_t line, struct cursor payload)
{
	struct feed *feed = &table->feeds[table->lines[line].feed];
	const struct framing *framing = feed->decoder->framing;
	struct message messages[MESSAGES_AT_ONCE];
	struct frame frame;
	uint32_t error_offset;
	uint64_t good = 0;
	enum decode_error error = framing->open(payload, &frame, &error_offset);

	if (error != DECODE_ERROR_NONE) {
		counter_add(&feed->counters.errors[error], 1);
		return -EBADMSG;
	}
	frame_count(&feed->counters, &frame);
	counter_add(&feed->counters.bytes, cursor_left(&payload));
	for (unsigned n; (n = framing->read(&frame, messages, MESSAGES_AT_ONCE)) > 0;)
		good += messages_count(feed, messages, n);
	counter_add(&feed->counters.messages, good);
	counter_add(&table->line_counters[line].packets, 1);
	counter_add(&table->line_counters[line].messages, good);
	return 0;
}
