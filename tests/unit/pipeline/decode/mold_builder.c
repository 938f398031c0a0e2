/* SPDX-License-Identifier: BSD-3-Clause */
/* Payloads of MoldUDP64. */
#include "tests/unit/pipeline/decode/mold_builder.h"

#include "tests/unit/unit_test.h"

#include <string.h>

static void
byte_add(struct mold_builder *b, uint64_t byte)
{
	assert_true(b->length < sizeof(b->bytes));
	b->bytes[b->length++] = (uint8_t)byte;
}

void
mold_start(struct mold_builder *b, uint64_t sequence, uint16_t count)
{
	memcpy(b->bytes, "SESSION001", 10);
	b->length = 10;
	for (unsigned i = 0; i < 8; i++)
		byte_add(b, sequence >> (56 - 8 * i));
	byte_add(b, count >> 8);
	byte_add(b, count);
}

void
mold_block_lying(struct mold_builder *b, uint8_t type, uint16_t length, uint16_t claimed)
{
	byte_add(b, claimed >> 8);
	byte_add(b, claimed);
	for (unsigned i = 0; i < length; i++)
		byte_add(b, i == 0 ? type : b->length);
}

void
mold_block(struct mold_builder *b, uint8_t type, uint16_t length)
{
	mold_block_lying(b, type, length, length);
}

void
mold_trailing(struct mold_builder *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		byte_add(b, 0xEE);
}
