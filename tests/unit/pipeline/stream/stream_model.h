/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a stream should say, by a slow and simple reading: an array that has for each byte of the stream from which segment it
 * came first. It shares the framings with what is tested, and nothing else.
 */
#ifndef UNIT_PIPELINE_STREAM_STREAM_MODEL_H
#define UNIT_PIPELINE_STREAM_STREAM_MODEL_H

#include "pipeline/decode/framing.h"

enum {
	MODEL_BYTES = 12000,
	MODEL_MISSING = 0, /* instead of a segment's number */
	MODEL_LOST = -1,
};

struct model_message {
	uint32_t offset; /* of its first byte */
	uint32_t at; /* of its content in model->text */
	uint32_t length;
};

struct stream_model {
	bool begun;
	bool ended;
	bool picked_up;
	bool fin_known;
	bool gap_noted;
	uint32_t start; /* place of the stream's first byte; what is before was never part of it */
	uint32_t next; /* everything before is read or lost */
	uint32_t fin;
	uint32_t acked;
	uint32_t held_max;
	uint32_t gap_next;
	uint64_t gap_since_ns;
	uint32_t lost_bytes;
	int n_segments;
	int owner[MODEL_BYTES]; /* MODEL_MISSING, MODEL_LOST or the number of a segment, from 1 */
	uint8_t bytes[MODEL_BYTES];
	/* model_read: */
	unsigned n_messages;
	struct model_message messages[MODEL_BYTES];
	uint32_t text_bytes;
	uint8_t text[MODEL_BYTES];
};

void model_start(struct stream_model *model, uint32_t held_max);

void model_syn(struct stream_model *model, uint64_t now_ns);

/* Bytes with places from `place` on. */
void model_segment(
	struct stream_model *model,
	uint32_t place,
	const uint8_t *bytes,
	uint32_t length,
	bool fin,
	uint64_t now_ns
);

void model_acked(struct stream_model *model, uint32_t place, uint64_t now_ns);

/* One poll of the pool. */
void model_poll(struct stream_model *model, uint64_t timeout_ns, uint64_t now_ns);

void model_finish(struct stream_model *model);

/* Fills the messages that all this amounts to. */
void model_read(struct stream_model *model, const struct stream_framing *framing);

#endif
