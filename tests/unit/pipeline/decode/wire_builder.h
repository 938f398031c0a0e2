/* SPDX-License-Identifier: BSD-3-Clause */
/* Payloads of any protocol, byte by byte, and what a framing says of them. */
#ifndef UNIT_PIPELINE_DECODE_WIRE_BUILDER_H
#define UNIT_PIPELINE_DECODE_WIRE_BUILDER_H

#include "pipeline/decode/framing.h"

enum { WIRE_BUILDER_BYTES = 65507 }; /* the longest UDP payload over IPv4 */

struct wire_builder {
	uint8_t bytes[WIRE_BUILDER_BYTES];
	uint32_t length;
};

void wire_start(struct wire_builder *b);

/* An integer of that width behind what is there, little-endian. */
void wire_le(struct wire_builder *b, uint64_t value, unsigned width);

void wire_text(struct wire_builder *b, const char *text);

/* n bytes that belong to nothing. */
void wire_fill(struct wire_builder *b, uint32_t n);

/* Over what is there. */
void wire_set_le(struct wire_builder *b, uint32_t at, uint64_t value, unsigned width);

/* The payload in a malloc of its exact size, so that AddressSanitizer sees any byte read behind it. */
struct opened {
	uint8_t *bytes; /* free() ends it */
	struct frame frame;
	enum decode_error error;
	uint32_t error_offset;
};

struct opened
wire_open(const struct framing *framing, const struct wire_builder *b, uint32_t length);

/* The whole payload opens as such a frame. */
struct opened wire_assert_opens(
	const struct framing *framing,
	const struct wire_builder *b,
	enum frame_kind kind,
	uint16_t count
);

/* The whole payload is refused for that reason at that byte. */
void wire_assert_refused(
	const struct framing *framing,
	const struct wire_builder *b,
	enum decode_error expected,
	uint32_t expected_offset
);

/* Every payload cut short of its end, from that length on, is refused for that reason. */
void wire_assert_refused_if_cut(
	const struct framing *framing,
	const struct wire_builder *b,
	uint32_t from_length,
	enum decode_error expected
);

#endif
