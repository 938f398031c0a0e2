/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Messages of CME MDP 3.0: how to step through them. What stands in them is in cme_templates.h.
 *
 *   MsgSize 2 bytes | blockLength 2 | templateId 2 | schemaId 2 | version 2 | root block of blockLength bytes |
 *   { dimension: blockLength, numInGroup | numInGroup entries of that blockLength } for each of the template's groups
 *
 * Lengths are always those that were sent, never those that a template had when this was written: older senders' blocks and
 * entries are shorter, newer ones' longer. Bytes behind the last group are padding, and nobody looks at them. Every
 * version of these templates has all of its groups; an empty one has a dimension.
 *
 * For the hot path, without message_layout_find:
 *
 *	if (cme_message_open(message, &left) == DECODE_ERROR_NONE &&
 *	    cme_template_id(message->bytes) == 46 &&
 *	    cme_group_take(&left, CME_DIMENSION_BYTES, &group) == DECODE_ERROR_NONE &&
 *	    group.entry_bytes >= cme_book_entry_BYTES)
 *		for (unsigned i = 0; i < group.n_entries; i++)
 *			price = cme_book_entry_md_entry_px(cme_group_entry(&group, i));
 *
 * Of a message's own fields those that end before left.at may be read. All of this is views and keeps no state: any thread.
 */
#ifndef PIPELINE_DECODE_CME_SBE_H
#define PIPELINE_DECODE_CME_SBE_H

#include "pipeline/decode/cme_templates.h"
#include "pipeline/decode/message.h"

enum {
	CME_SCHEMA_ID = 1,
	CME_VERSION_OF_TRADEABLE_SIZE = 10, /* see CME_BOOK_ENTRY */
};

/* A group that lies within its message. */
struct cme_group {
	const uint8_t *entries;
	uint16_t entry_bytes; /* as sent: compare it with what the accessors in use need */
	uint8_t n_entries;
};

/* Checks header and root block; `left` is then what stands behind the block: the groups. */
static inline enum decode_error
cme_message_open(const struct message *message, struct cursor *left)
{
	const uint8_t *header;

	*left = cursor_over(message->bytes, message->length_bytes);
	header = cursor_take(left, CME_ROOT);
	if (header == NULL)
		return DECODE_ERROR_MESSAGE_TRUNCATED;
	if (cme_schema_id(header) != CME_SCHEMA_ID)
		return DECODE_ERROR_CME_SCHEMA;
	if (cursor_take(left, cme_block_length(header)) == NULL)
		return DECODE_ERROR_CME_BLOCK_LENGTH;
	return DECODE_ERROR_NONE;
}

/* The next group. On an error the cursor stays at its dimension. */
static inline enum decode_error
cme_group_take(struct cursor *left, unsigned dimension_bytes, struct cme_group *group)
{
	struct cursor c = *left;
	const uint8_t *dimension = cursor_take(&c, dimension_bytes);

	if (dimension == NULL)
		return DECODE_ERROR_CME_GROUP_TRUNCATED;
	group->entry_bytes = read_le16(dimension);
	group->n_entries = dimension[dimension_bytes - 1];
	/* Entries of nothing are no market data, and would be printed by the hundred out of a few bytes. */
	if (group->entry_bytes == 0 && group->n_entries > 0)
		return DECODE_ERROR_CME_ENTRY_LENGTH_ZERO;
	group->entries = cursor_take(&c, (size_t)group->entry_bytes * group->n_entries);
	if (group->entries == NULL)
		return DECODE_ERROR_CME_GROUP_TRUNCATED;
	*left = c;
	return DECODE_ERROR_NONE;
}

/* i is below n_entries. */
static inline const uint8_t *
cme_group_entry(const struct cme_group *group, unsigned i)
{
	return group->entries + (size_t)i * group->entry_bytes;
}

extern const struct message_protocol cme_sbe_protocol;

#endif
