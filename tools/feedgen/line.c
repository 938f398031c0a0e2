/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Impairments happen to whole packets. Packets of a line arrive in the order in which they were
 * sent, however late: only a reordered one is overtaken, by exactly one other.
 */
#include "tools/feedgen/line.h"

#include <string.h>

/* Between an overtaken packet and the one that overtook it. */
#define REORDER_GAP_NS 100

/* FNV-1a (draft-eastlake-fnv), so that a line's numbers follow from its name. */
static uint64_t
name_hash(const char *name)
{
	uint64_t hash = 0xcbf29ce484222325U;

	for (; *name != '\0'; name++)
		hash = (hash ^ (uint8_t)*name) * 0x100000001b3U;
	return hash;
}

static void
packet_start(struct line *line, uint64_t sequence)
{
	const struct line_settings *s = line->settings;

	mold_packet_start(&line->open, sequence);
	line->segment = (uint16_t)random_between(&line->random, s->segment_min, s->segment_max);
}

void
line_init(struct line *line, const struct line_settings *settings, const struct line_feed *feed)
{
	const struct endpoint *destination = &settings->destination;

	*line = (struct line){
		.settings = settings,
		.heartbeat_ns = feed->heartbeat_ns,
		.last_sent_ns = feed->start_ns,
	};
	random_seed(&line->random, feed->seed, name_hash(settings->name));
	frame_template_init(&line->template, &feed->sources[destination->is_ipv6], destination);
	line->open.bytes = line->frame + line->template.header_length;
	line->open.length_max = feed->mtu - (line->template.header_length - FRAME_ETHERNET_LENGTH);
	mold_packet_session_set(&line->open, feed->session);
	packet_start(line, feed->first_sequence);
}

void
line_clear(struct line *line)
{
	packet_queue_clear(&line->queue);
}

static int
held_release(struct line *line)
{
	size_t length = line->held_length;

	if (length == 0)
		return 0;
	line->held_length = 0;
	line->sent++;
	return packet_queue_push(&line->queue, line->last_arrival_ns, line->held_frame, length);
}

/* The frame arrives, and after it the one it overtook. */
static int
frame_arrive(struct line *line, uint64_t sent_ns, size_t length)
{
	const struct line_settings *s = line->settings;
	uint64_t at_ns = sent_ns + s->delay_ns + random_between(&line->random, 0, s->jitter_ns);
	int rc;

	if (at_ns < line->last_arrival_ns)
		at_ns = line->last_arrival_ns;
	line->last_arrival_ns = at_ns;
	line->sent++;
	rc = packet_queue_push(&line->queue, at_ns, line->frame, length);
	if (rc != 0 || line->held_length == 0)
		return rc;
	line->reordered++;
	line->last_arrival_ns += REORDER_GAP_NS;
	return held_release(line);
}

static size_t
frame_build(struct line *line, uint64_t sent_ns, uint16_t count)
{
	mold_packet_finish(&line->open, count);
	frame_finish(&line->template, line->frame, line->open.length);
	line->last_sent_ns = sent_ns;
	return line->template.header_length + line->open.length;
}

/* Sends the frame through the impairments. The draws do not depend on each other's results. */
static int
frame_send(struct line *line, uint64_t sent_ns, size_t length)
{
	bool is_lost = random_chance(&line->random, line->settings->loss_ppb);
	bool is_late = random_chance(&line->random, line->settings->reorder_ppb);

	if (is_lost) {
		line->lost++;
		line->lost_messages += line->open.count;
		return 0;
	}
	if (is_late && line->held_length == 0) {
		memcpy(line->held_frame, line->frame, length);
		line->held_length = length;
		return 0;
	}
	return frame_arrive(line, sent_ns, length);
}

static int
packet_close(struct line *line, uint64_t sent_ns)
{
	size_t length = frame_build(line, sent_ns, line->open.count);
	int rc = frame_send(line, sent_ns, length);

	packet_start(line, line->open.sequence + line->open.count);
	return rc;
}

/* Messages wait for a packet to fill no longer than a heartbeat. */
static int
idle_pass(struct line *line, uint64_t now_ns)
{
	int rc = 0;

	while (rc == 0 && now_ns - line->last_sent_ns > line->heartbeat_ns) {
		if (line->open.count == 0)
			line->heartbeats++;
		rc = packet_close(line, line->last_sent_ns + line->heartbeat_ns);
	}
	return rc;
}

int
line_message(struct line *line, uint64_t now_ns, const uint8_t *message, size_t length)
{
	int rc = idle_pass(line, now_ns);

	if (rc == 0 && !mold_packet_fits(&line->open, length))
		rc = packet_close(line, now_ns);
	if (rc != 0)
		return rc;
	mold_packet_append(&line->open, message, length);
	if (line->open.count < line->segment)
		return 0;
	return packet_close(line, now_ns);
}

int
line_end(struct line *line, uint64_t now_ns, bool with_end_packet)
{
	int rc = line->open.count > 0 ? packet_close(line, now_ns) : 0;

	if (line->last_arrival_ns < now_ns)
		line->last_arrival_ns = now_ns;
	if (rc == 0)
		rc = held_release(line);
	if (rc != 0 || !with_end_packet)
		return rc;
	/* The one packet that is never lost or overtaken: receivers stop by it. */
	return frame_arrive(line, now_ns, frame_build(line, now_ns, MOLD_COUNT_END));
}
