/* SPDX-License-Identifier: BSD-3-Clause */
/* The templates of CME MDP 3.0 as tables, and the walk through a message's groups. */
#include "pipeline/decode/cme_sbe.h"

CME_PLAIN_MESSAGES(LAYOUT_FIELDS)
CME_GROUP_MESSAGES(LAYOUT_FIELDS)
CME_ENTRIES(LAYOUT_FIELDS)

#define ENTRIES(group, entry, dimension)                                                           \
	{                                                                                          \
		.name = #group, .fields = entry##_fields,                                          \
		.n_fields = sizeof(entry##_fields) / sizeof(entry##_fields[0]),                    \
		.dimension_bytes = (dimension)                                                     \
	}
#define MD_ENTRIES(entry) ENTRIES(no_md_entries, entry, CME_DIMENSION_BYTES)
#define ORDER_ID_ENTRIES(entry) ENTRIES(no_order_id_entries, entry, CME_DIMENSION_8_BYTES)

static const struct group_layout channel_reset_groups[] = {MD_ENTRIES(channel_reset_entry)};
static const struct group_layout md_incremental_refresh_book_groups[] = {
	MD_ENTRIES(book_entry),
	ORDER_ID_ENTRIES(book_order_entry),
};
static const struct group_layout md_incremental_refresh_order_book_groups[] = {
	MD_ENTRIES(order_book_entry),
};
static const struct group_layout md_incremental_refresh_trade_summary_groups[] = {
	MD_ENTRIES(trade_entry),
	ORDER_ID_ENTRIES(trade_order_entry),
};
static const struct group_layout snapshot_full_refresh_groups[] = {MD_ENTRIES(snapshot_entry)};
static const struct group_layout snapshot_full_refresh_order_book_groups[] = {
	MD_ENTRIES(snapshot_order_book_entry),
};
static const struct group_layout md_incremental_refresh_book_long_qty_groups[] = {
	MD_ENTRIES(book_long_qty_entry),
	ORDER_ID_ENTRIES(book_order_entry),
};
static const struct group_layout md_incremental_refresh_trade_summary_long_qty_groups[] = {
	MD_ENTRIES(trade_long_qty_entry),
	ORDER_ID_ENTRIES(trade_order_entry),
};
static const struct group_layout md_incremental_refresh_volume_long_qty_groups[] = {
	MD_ENTRIES(volume_long_qty_entry),
};
static const struct group_layout md_incremental_refresh_session_statistics_long_qty_groups[] = {
	MD_ENTRIES(statistics_long_qty_entry),
};
static const struct group_layout snapshot_full_refresh_tcp_long_qty_groups[] = {
	MD_ENTRIES(snapshot_long_qty_entry),
};
static const struct group_layout snapshot_full_refresh_long_qty_groups[] = {
	MD_ENTRIES(snapshot_long_qty_entry),
};

/* At least the header is there; how much of the root block is, blockLength says. */
#define MESSAGE(code, message, its_groups, its_n_groups)                                           \
	[code] = &(const struct message_layout){                                                   \
		.name = #message,                                                                  \
		.fields = message##_fields,                                                        \
		.groups = (its_groups),                                                            \
		.n_fields = sizeof(message##_fields) / sizeof(message##_fields[0]),                \
		.n_groups = (its_n_groups),                                                        \
		.type = (code),                                                                    \
		.length_bytes = CME_ROOT,                                                          \
	},
#define PLAIN_MESSAGE(protocol, code, message, length, FIELDS) MESSAGE(code, message, NULL, 0)
#define GROUP_MESSAGE(protocol, code, message, length, FIELDS)                                     \
	MESSAGE(code,                                                                              \
		message,                                                                           \
		message##_groups,                                                                  \
		sizeof(message##_groups) / sizeof(message##_groups[0]))

static const struct message_layout *const layouts[256] = {
	CME_PLAIN_MESSAGES(PLAIN_MESSAGE) CME_GROUP_MESSAGES(GROUP_MESSAGE)};

/* Ends the walk at the dimension, or header, at fault. */
static bool
walk_fail(struct part_walk *walk, enum decode_error error)
{
	walk->error = error;
	walk->error_offset = (uint32_t)(walk->left.at - walk->bytes);
	walk->groups_begun = walk->layout->n_groups;
	return false;
}

static bool
root_next(struct part_walk *walk, struct message_part *part)
{
	const struct message message = {
		.bytes = walk->left.at,
		.length_bytes = (uint32_t)cursor_left(&walk->left),
	};
	struct cursor left;
	enum decode_error error = cme_message_open(&message, &left);

	walk->begun = true;
	if (error != DECODE_ERROR_NONE)
		return walk_fail(walk, error);
	*part = (struct message_part){
		.bytes = message.bytes,
		.length_bytes = (uint32_t)(left.at - message.bytes),
		.fields = walk->layout->fields,
		.n_fields = walk->layout->n_fields,
		.kind = PART_FIELDS,
	};
	walk->left = left;
	return true;
}

/* `walk->left` stays at the first entry: entries are taken from it one by one. */
static bool
group_begin(struct part_walk *walk)
{
	const struct group_layout *layout = &walk->layout->groups[walk->groups_begun];
	struct cursor left = walk->left;
	struct cme_group group;
	enum decode_error error = cme_group_take(&left, layout->dimension_bytes, &group);

	if (error != DECODE_ERROR_NONE)
		return walk_fail(walk, error);
	walk->groups_begun++;
	walk->left.at = group.entries;
	walk->entries_left = group.n_entries;
	walk->entry_bytes = group.entry_bytes;
	return true;
}

/* So much of an entry as its sender meant something by. */
static uint16_t
entry_bytes_meant(const struct part_walk *walk, const struct field_layout *fields)
{
	const struct field_layout *tradeable_size =
		&book_entry_fields[sizeof(book_entry_fields) / sizeof(book_entry_fields[0]) - 1];

	if (fields != book_entry_fields || walk->entry_bytes <= tradeable_size->offset ||
	    cme_version(walk->bytes) >= CME_VERSION_OF_TRADEABLE_SIZE)
		return walk->entry_bytes;
	return tradeable_size->offset;
}

static bool
cme_part_next(struct part_walk *walk, struct message_part *part)
{
	const struct group_layout *group;

	if (!walk->begun)
		return root_next(walk, part);
	while (walk->entries_left == 0) {
		if (walk->groups_begun == walk->layout->n_groups || !group_begin(walk))
			return false;
	}
	group = &walk->layout->groups[walk->groups_begun - 1];
	*part = (struct message_part){
		.name = group->name,
		.bytes = walk->left.at,
		.length_bytes = entry_bytes_meant(walk, group->fields),
		.fields = group->fields,
		.n_fields = group->n_fields,
		.kind = PART_ENTRY,
	};
	walk->left.at += walk->entry_bytes; /* group_begin has seen that they are there */
	walk->entries_left--;
	return true;
}

/* Other schemas number their templates anew, so an unknown number of theirs is not one of ours. */
static enum decode_error
cme_unknown_error(const struct message *message)
{
	struct cursor left;
	enum decode_error error = cme_message_open(message, &left);

	return error == DECODE_ERROR_NONE ? DECODE_ERROR_MESSAGE_UNKNOWN_TYPE : error;
}

const struct message_protocol cme_sbe_protocol = {
	.name = "cme_sbe",
	.layouts = layouts,
	.type_offset = 4,
	.type_form = TYPE_UINT16_LE,
	.part_next = cme_part_next,
	.unknown_error = cme_unknown_error,
};
