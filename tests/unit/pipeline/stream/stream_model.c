/* SPDX-License-Identifier: BSD-3-Clause */
/* The slow and simple reading. */
#include "tests/unit/pipeline/stream/stream_model.h"

#include "tests/unit/unit_test.h"

#include <string.h>

void
model_start(struct stream_model *model, uint32_t held_max)
{
	memset(model, 0, sizeof(*model));
	model->held_max = held_max;
}

static void
read_on(struct stream_model *model)
{
	while (model->next < MODEL_BYTES && model->owner[model->next] > 0)
		model->next++;
}

/* The first place behind `next` that has come; MODEL_BYTES: none. */
static uint32_t
first_held(const struct stream_model *model)
{
	uint32_t place = model->next;

	while (place < MODEL_BYTES && model->owner[place] <= 0)
		place++;
	return place;
}

static bool
waits(const struct stream_model *model)
{
	return model->begun && !model->ended &&
	       (first_held(model) < MODEL_BYTES || (model->fin_known && model->fin != model->next));
}

static uint32_t
gap_end(const struct stream_model *model)
{
	uint32_t held = first_held(model);

	return held < MODEL_BYTES ? held : model->fin;
}

static void
give_up(struct stream_model *model, uint32_t end)
{
	for (; model->next < end; model->next++) {
		model->owner[model->next] = MODEL_LOST;
		model->lost_bytes++;
	}
	read_on(model);
}

static void
settle(struct stream_model *model, uint64_t now_ns)
{
	while (waits(model) && gap_end(model) <= model->acked)
		give_up(model, gap_end(model));
	if (model->fin_known && model->next == model->fin)
		model->ended = true;
	if (!waits(model)) {
		model->gap_noted = false;
	} else if (!model->gap_noted || model->gap_next != model->next) {
		model->gap_noted = true;
		model->gap_next = model->next;
		model->gap_since_ns = now_ns;
	}
}

/* Pieces that are held: stretches of one segment. */
static uint32_t
held_count(const struct stream_model *model)
{
	uint32_t n = 0;

	for (uint32_t i = model->next; i < MODEL_BYTES; i++)
		n += model->owner[i] > 0 && model->owner[i] != model->owner[i - 1];
	return n;
}

static void
begin(struct stream_model *model, uint32_t place, bool picked_up)
{
	model->begun = true;
	model->picked_up = picked_up;
	model->start = place;
	model->next = place;
}

void
model_syn(struct stream_model *model, uint64_t now_ns)
{
	begin(model, 1, false);
	settle(model, now_ns);
}

/* The hole that begins here, up to the segment's end. */
static uint32_t
hole_end(const struct stream_model *model, uint32_t place, uint32_t end)
{
	while (place < end && model->owner[place] == MODEL_MISSING)
		place++;
	return place;
}

static void
segment_place(struct stream_model *model, uint32_t place, uint32_t end, const uint8_t *bytes)
{
	uint32_t first = place;

	while (place < end) {
		uint32_t hole = hole_end(model, place, end);

		if (hole == place) {
			place++;
		} else if (place > model->next && held_count(model) >= model->held_max) {
			uint32_t held = first_held(model);

			give_up(model, held < place ? held : place);
		} else {
			for (; place < hole; place++) {
				model->owner[place] = model->n_segments;
				model->bytes[place] = bytes[place - first];
			}
			read_on(model);
		}
	}
}

void
model_segment(
	struct stream_model *model,
	uint32_t place,
	const uint8_t *bytes,
	uint32_t length,
	bool fin,
	uint64_t now_ns
)
{
	uint32_t end = place + length;

	if (!model->begun && (length > 0 || fin))
		begin(model, place, true);
	if (!model->begun || model->ended)
		return;
	if (place == model->next - 1 && length <= 1 && !fin)
		return; /* a keep-alive */
	model->n_segments++;
	if (fin && !model->fin_known && end >= model->next) {
		model->fin_known = true;
		model->fin = end;
		for (uint32_t i = end; i < MODEL_BYTES; i++)
			model->owner[i] = MODEL_MISSING;
	}
	if (model->fin_known && end > model->fin)
		end = model->fin;
	if (place < model->next) {
		bytes += model->next - place;
		place = model->next;
	}
	if (place < end)
		segment_place(model, place, end, bytes);
	settle(model, now_ns);
}

void
model_acked(struct stream_model *model, uint32_t place, uint64_t now_ns)
{
	if (!model->begun || model->ended || place <= model->next || place <= model->acked)
		return;
	model->acked = place;
	settle(model, now_ns);
}

void
model_poll(struct stream_model *model, uint64_t timeout_ns, uint64_t now_ns)
{
	if (!model->gap_noted || now_ns - model->gap_since_ns < timeout_ns)
		return;
	give_up(model, gap_end(model));
	settle(model, now_ns);
}

void
model_finish(struct stream_model *model)
{
	while (waits(model))
		give_up(model, gap_end(model));
	model->ended = model->begun;
	model->gap_noted = false;
}

static void
message_add(struct stream_model *model, uint32_t place, const struct message *message)
{
	struct model_message *m = &model->messages[model->n_messages++];

	*m = (struct model_message){
		.offset = place - model->start,
		.at = model->text_bytes,
		.length = message->length_bytes,
	};
	memcpy(model->text + m->at, message->bytes, m->length);
	model->text_bytes += m->length;
}

/* Where a message starts in [place, end), looked for in each segment's stretch for itself; `end`: nowhere. */
static uint32_t
start_find(
	const struct stream_model *model,
	const struct stream_framing *framing,
	uint32_t place,
	uint32_t end
)
{
	while (place < end) {
		uint32_t stretch = place + 1;
		size_t skip;

		while (stretch < end && model->owner[stretch] == model->owner[place])
			stretch++;
		skip = framing->boundary(
			cursor_over(model->bytes + place, stretch - place), STREAM_FROM_VENUE
		);
		place += (uint32_t)skip;
		if (place < stretch)
			return place;
	}
	return end;
}

/* Bytes without a loss between them. */
static void
stretch_read(
	struct stream_model *model,
	const struct stream_framing *framing,
	uint32_t place,
	uint32_t end
)
{
	struct cursor c = cursor_over(model->bytes + place, end - place);
	struct message message;
	struct stream_fault fault;

	while (cursor_left(&c) > 0) {
		uint32_t at = (uint32_t)(c.at - model->bytes);
		enum stream_step step = framing->next(&c, STREAM_FROM_VENUE, &message, &fault);

		if (step == STREAM_INCOMPLETE)
			return;
		if (step == STREAM_MESSAGE)
			message_add(model, at, &message);
	}
}

void
model_read(struct stream_model *model, const struct stream_framing *framing)
{
	bool in_step = !model->picked_up;
	uint32_t place = model->start;

	while (place < model->next) {
		uint32_t end = place;

		while (end < model->next && model->owner[end] > 0)
			end++;
		if (!in_step)
			place = start_find(model, framing, place, end);
		stretch_read(model, framing, place, end);
		for (place = end; place < model->next && model->owner[place] == MODEL_LOST;)
			place++;
		in_step = false;
	}
}
