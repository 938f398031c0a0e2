/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets of CME MDP 3.0. */
#include "tests/unit/pipeline/decode/cme_builder.h"

#include "tests/unit/unit_test.h"

const struct cme_specified cme_specification[CME_SPECIFIED] = {
	{4, 9, 1, {2}},
	{12, 0, 0, {0}},
	{30, 30, 0, {0}},
	{46, 11, 2, {32, 24}},
	{47, 11, 1, {40}},
	{48, 11, 2, {32, 16}},
	{52, 59, 1, {22}},
	{53, 28, 1, {29}},
	{64, 11, 2, {32, 24}},
	{65, 11, 2, {40, 16}},
	{66, 11, 1, {24}},
	{67, 11, 1, {32}},
	{68, 37, 1, {23}},
	{69, 59, 1, {23}},
};

const unsigned cme_dimension_bytes[CME_GROUPS_MAX] = {3, 8};

void
cme_add(struct cme_builder *b, unsigned width, uint64_t value)
{
	assert_true(b->length + width <= sizeof(b->bytes));
	for (unsigned i = 0; i < width; i++)
		b->bytes[b->length++] = (uint8_t)(value >> 8 * i);
}

void
cme_fill(struct cme_builder *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		cme_add(b, 1, b->length);
}

void
cme_packet(struct cme_builder *b, uint32_t sequence, uint64_t sending_time)
{
	b->length = 0;
	cme_add(b, 4, sequence);
	cme_add(b, 8, sending_time);
}

void
cme_message(struct cme_builder *b, struct cme_header header)
{
	b->message_at = b->length;
	cme_add(b, 2, 0); /* MsgSize, by cme_message_end */
	cme_add(b, 2, header.block_length);
	cme_add(b, 2, header.template_id);
	cme_add(b, 2, header.schema_id);
	cme_add(b, 2, header.version);
}

void
cme_message_end(struct cme_builder *b)
{
	uint32_t size = b->length - b->message_at;

	b->bytes[b->message_at] = (uint8_t)size;
	b->bytes[b->message_at + 1] = (uint8_t)(size >> 8);
}

void
cme_dimension(struct cme_builder *b, unsigned width, uint16_t block_length, uint8_t num_in_group)
{
	cme_add(b, 2, block_length);
	cme_add(b, width - 3, UINT64_MAX);
	cme_add(b, 1, num_in_group);
}

void
cme_group(struct cme_builder *b, unsigned width, uint16_t block_length, uint8_t num_in_group)
{
	cme_dimension(b, width, block_length, num_in_group);
	cme_fill(b, (uint32_t)block_length * num_in_group);
}
