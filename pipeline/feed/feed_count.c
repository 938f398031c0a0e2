/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages of a payload, by type and by what is wrong with them. */
#include "pipeline/feed/feed_count.h"

#include "pipeline/counters.h"

#include <errno.h>

/* Returns how many of the messages are well-formed. */
static unsigned
messages_count(struct feed *feed, const struct message *messages, unsigned n)
{
	struct feed_counters *c = &feed->counters;
	unsigned good = 0;

	for (unsigned i = 0; i < n; i++) {
		enum decode_error error;
		const struct message_layout *layout =
			message_layout_find(feed->decoder->messages, &messages[i], &error);

		if (layout == NULL) {
			counter_add(&c->errors[error], 1);
			continue;
		}
		counter_add(&c->messages_by_type[layout->type], 1);
		good++;
	}
	return good;
}

static void
frame_count(struct feed *feed, const struct frame *frame)
{
	struct feed_counters *c = &feed->counters;

	counter_add(&c->packets, 1);
	if (frame->kind == FRAME_HEARTBEAT)
		counter_add(&c->heartbeats, 1);
	if (frame->kind == FRAME_END_OF_SESSION)
		counter_add(&c->sessions_ended, 1);
	if (frame->trailing_bytes != 0)
		counter_add(&c->errors[feed->decoder->framing->trailing_error], 1);
}

int
feed_payload_count(struct feed_table *table, uint16_t line, struct cursor payload)
{
	struct feed *feed = &table->feeds[table->lines[line].feed];
	const struct framing *framing = feed->decoder->framing;
	struct frame frame;
	uint32_t error_offset;
	uint64_t good = 0;
	enum decode_error error = framing->open(payload, &frame, &error_offset);

	if (error != DECODE_ERROR_NONE) {
		counter_add(&feed->counters.errors[error], 1);
		return -EBADMSG;
	}
	frame_count(feed, &frame);
	counter_add(&feed->counters.bytes, cursor_left(&payload));
	for (; frame.n_messages > 0; framing->more(&frame))
		good += messages_count(feed, frame.messages, frame.n_messages);
	counter_add(&feed->counters.messages, good);
	counter_add(&table->line_counters[line].packets, 1);
	counter_add(&table->line_counters[line].messages, good);
	return 0;
}
