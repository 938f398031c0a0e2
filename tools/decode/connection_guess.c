/* SPDX-License-Identifier: BSD-3-Clause */
/* Every decoder of streams is tried on the segment; the one that explains most of it wins. */
#include "tools/decode/connection_guess.h"

#include <stdlib.h>

/* How well a decoder explains a segment. */
struct fit {
	unsigned known; /* messages with a layout */
	unsigned unknown;
	unsigned session; /* of the framing itself */
	uint64_t extra_bytes; /* behind the layouts' ends */
	bool cut_short; /* the last message goes on in the next segment */
};

struct connection_guess *
connection_guess_create(void)
{
	return calloc(1, sizeof(struct connection_guess));
}

void
connection_guess_destroy(struct connection_guess *guess)
{
	if (guess == NULL)
		return;
	for (unsigned i = 0; i < guess->n_kept; i++)
		stream_packet_release(guess->kept[i].tcp.packet);
	free(guess);
}

/* False where the message makes the decoder implausible. */
static bool
message_fit(const struct decoder *decoder, const struct message *message, struct fit *fit)
{
	const struct message_protocol *protocol = decoder_protocol(decoder, message);
	enum decode_error error;
	const struct message_layout *layout = message_layout_find(protocol, message, &error);
	struct part_walk walk;
	struct message_part part;

	if (message->layer == MESSAGE_OF_SESSION) {
		fit->session++;
		return layout != NULL;
	}
	if (layout == NULL) {
		fit->unknown++;
		return true;
	}
	fit->known++;
	part_walk_begin(&walk, layout, message);
	while (part_walk_next(protocol, &walk, &part))
		;
	fit->extra_bytes += walk.extra_bytes;
	return true;
}

/* Whether the whole segment may be the decoder's. */
static bool
segment_fit(const struct decoder *decoder, struct cursor c, enum stream_side side, struct fit *fit)
{
	struct stream_fault fault;
	struct message message;

	*fit = (struct fit){0};
	while (cursor_left(&c) > 0) {
		enum stream_step step = decoder->stream->next(&c, side, &message, &fault);

		if (step == STREAM_BROKEN)
			return false;
		if (step == STREAM_INCOMPLETE) {
			fit->cut_short = true;
			break;
		}
		if (!message_fit(decoder, &message, fit))
			return false;
	}
	return fit->known > 0 || (fit->session > 0 && fit->unknown == 0 && !fit->cut_short);
}

static bool
is_better(const struct fit *a, const struct fit *b)
{
	if (a->known == 0 || b->known == 0)
		return a->known > b->known;
	if (a->unknown != b->unknown)
		return a->unknown < b->unknown;
	return a->extra_bytes < b->extra_bytes;
}

const struct decoder *
connection_guess_try(
	struct connection_guess *guess,
	const struct connection_segment *segment,
	enum stream_side side
)
{
	struct cursor bytes = cursor_over(segment->tcp.bytes, segment->tcp.length);
	const struct decoder *best = NULL;
	struct fit fit, best_fit = {0};
	bool tie = false;

	if (segment->tcp.length == 0)
		return NULL;
	guess->n_data++;
	for (const struct decoder *d = decoders; d->name != NULL; d++) {
		if (d->stream == NULL || !segment_fit(d, bytes, side, &fit))
			continue;
		if (best == NULL || is_better(&fit, &best_fit)) {
			best = d;
			best_fit = fit;
			tie = false;
		} else if (!is_better(&best_fit, &fit)) {
			tie = true;
		}
	}
	/* Versions of a protocol share messages, which do not tell them apart: a later segment may. */
	if (best_fit.known > 0 && !tie)
		return best;
	if (guess->fallback == NULL)
		guess->fallback = best;
	return NULL;
}

bool
connection_guess_keep(struct connection_guess *guess, const struct connection_segment *segment)
{
	struct connection_segment *kept = &guess->kept[guess->n_kept];

	if (guess->n_kept == GUESS_KEPT)
		return false;
	*kept = *segment;
	if (!stream_packet_holder.hold(NULL, &kept->tcp))
		return false;
	guess->n_kept++;
	return true;
}
