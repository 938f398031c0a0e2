/* SPDX-License-Identifier: BSD-3-Clause */
/* MoldUDP64 payloads, written from the specification. */
#ifndef UNIT_PIPELINE_DECODE_MOLD_BUILDER_H
#define UNIT_PIPELINE_DECODE_MOLD_BUILDER_H

#include <stdint.h>

enum {
	MOLD_BUILDER_BYTES = 65507, /* the longest UDP payload over IPv4 */
	MOLD_BUILDER_HEADER_BYTES = 20,
};

struct mold_builder {
	uint8_t bytes[MOLD_BUILDER_BYTES];
	uint32_t length;
};

/* A header of session "SESSION001" with that count, and no block. */
void mold_start(struct mold_builder *b, uint64_t sequence, uint16_t count);

/* A block of `length` bytes, the first of which is `type`, the others its place among the blocks' bytes. */
void mold_block(struct mold_builder *b, uint8_t type, uint16_t length);

/* A block that promises `claimed` bytes and holds `length` of them. */
void mold_block_lying(struct mold_builder *b, uint8_t type, uint16_t length, uint16_t claimed);

/* Bytes that belong to no block. */
void mold_trailing(struct mold_builder *b, uint32_t n);

#endif
