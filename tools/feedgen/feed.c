/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * No packet arrives before it is sent, so when the feed's time is now, all that arrives up to now
 * is known and can go out.
 */
#include "tools/feedgen/feed.h"

#include "tools/feedgen/message.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int
feed_init(struct feed *feed, const struct options *options, struct output *output)
{
	*feed = (struct feed){.line_count = options->line_count, .output = output};
	feed->lines = calloc(feed->line_count, sizeof(*feed->lines));
	if (feed->lines == NULL) {
		message_print("out of memory");
		return -ENOMEM;
	}
	for (size_t i = 0; i < feed->line_count; i++)
		line_init(&feed->lines[i], &options->lines[i], &options->feed);
	return 0;
}

void
feed_clear(struct feed *feed)
{
	for (size_t i = 0; feed->lines != NULL && i < feed->line_count; i++)
		line_clear(&feed->lines[i]);
	free(feed->lines);
	feed->lines = NULL;
}

/* Of packets that arrive at the same time, the one of the line named first. */
static struct line *
earliest_line(struct feed *feed, uint64_t *time_ns)
{
	struct line *earliest = NULL;

	for (size_t i = 0; i < feed->line_count; i++) {
		const struct packet *packet = packet_queue_head(&feed->lines[i].queue);

		if (packet == NULL || (earliest != NULL && packet->time_ns >= *time_ns))
			continue;
		earliest = &feed->lines[i];
		*time_ns = packet->time_ns;
	}
	return earliest;
}

static int
feed_drain(struct feed *feed, uint64_t until_ns)
{
	uint64_t time_ns = 0;
	struct line *line;

	while ((line = earliest_line(feed, &time_ns)) != NULL && time_ns <= until_ns) {
		const struct packet *packet = packet_queue_head(&line->queue);
		size_t at = (size_t)(line - feed->lines);
		int rc = output_packet(feed->output, at, packet, line->template.header_length);

		if (rc != 0)
			return rc;
		packet_queue_pop(&line->queue);
	}
	return 0;
}

static int
line_failed(const struct line *line, int rc)
{
	if (rc == -ENOBUFS)
		message_print(
			"line %s: more than %llu bytes under way: lower its delay or --rate",
			line->settings->name,
			(unsigned long long)PACKET_QUEUE_BYTES_MAX
		);
	else
		message_print("line %s: %s", line->settings->name, strerror(-rc));
	return rc;
}

int
feed_message(struct feed *feed, uint64_t now_ns, const uint8_t *message, size_t length)
{
	for (size_t i = 0; i < feed->line_count; i++) {
		int rc = line_message(&feed->lines[i], now_ns, message, length);

		if (rc != 0)
			return line_failed(&feed->lines[i], rc);
	}
	return feed_drain(feed, now_ns);
}

int
feed_end(struct feed *feed, uint64_t now_ns, bool with_end_packet)
{
	for (size_t i = 0; i < feed->line_count; i++) {
		int rc = line_end(&feed->lines[i], now_ns, with_end_packet);

		if (rc != 0)
			return line_failed(&feed->lines[i], rc);
	}
	return feed_drain(feed, UINT64_MAX);
}
