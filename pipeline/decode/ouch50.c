/* SPDX-License-Identifier: BSD-3-Clause */
/* The tables of OUCH 5.0, from the lists of its header, and the walk through appendages. */
#include "pipeline/decode/ouch50.h"

OUCH50_REQUESTS(LAYOUT_FIELDS)
OUCH50_MESSAGES(LAYOUT_FIELDS)
OUCH50_AIQ_MESSAGES(LAYOUT_FIELDS)
OUCH50_SYSTEM_MESSAGES(LAYOUT_FIELDS)

/* An item of the appendage; the value is the third field, where the tag is known. */
enum { ITEM_HEAD_BYTES = 2, ITEM_HEAD_FIELDS = 2 };

#define ITEM_HEAD(F, M)                                                                            \
	F(M, length, 0, 1, UINT_BE, 0)                                                             \
	F(M, tag, 1, 1, UINT_BE, 0)

#define ITEM(tag, value, bytes, kind, decimals)                                                    \
	[tag] = &(const struct message_layout){                                                    \
		.name = #value,                                                                    \
		.fields = (const struct field_layout[]                                             \
		){ITEM_HEAD(LAYOUT_FIELD, )                                                        \
			  LAYOUT_FIELD(, value, ITEM_HEAD_BYTES, bytes, kind, decimals)},          \
		.n_fields = ITEM_HEAD_FIELDS + 1,                                                  \
		.type = (tag),                                                                     \
		.length_bytes = ITEM_HEAD_BYTES + (bytes),                                         \
	},

static const struct message_layout *const items[256] = {OUCH50_TAGS(ITEM)};

static const struct field_layout item_head_fields[] = {ITEM_HEAD(LAYOUT_FIELD, )};

static const struct field_layout aiq_strategy_fields[] = {
	LAYOUT_FIELD(, aiq_strategy, 0, 1, ASCII, 0)};

static const struct field_layout appendage_length_fields[] = {
	LAYOUT_FIELD(, appendage_length, 0, OUCH50_APPENDAGE_LENGTH_BYTES, UINT_BE, 0)};

/* What stands behind a message's fields: the later ones, then the appendage. */
static const struct group_layout groups[] = {
	{.name = "later", .fields = aiq_strategy_fields, .n_fields = 1},
	{
		.name = "appendage",
		.fields = item_head_fields,
		.n_fields = ITEM_HEAD_FIELDS,
		.dimension_bytes = OUCH50_APPENDAGE_LENGTH_BYTES,
	},
};

#define GROUPED(code, message, message_fields, n_message_fields, length, first_group, n)           \
	[code] = &(const struct message_layout){                                                   \
		.name = #message,                                                                  \
		.fields = (message_fields),                                                        \
		.n_fields = (n_message_fields),                                                    \
		.groups = &groups[first_group],                                                    \
		.n_groups = (n),                                                                   \
		.type = (code),                                                                    \
		.length_bytes = (length),                                                          \
	},
#define N_FIELDS(message) sizeof(message##_fields) / sizeof(message##_fields[0])
#define APPENDED(protocol, code, message, length, FIELDS)                                          \
	GROUPED(code, message, message##_fields, N_FIELDS(message), length, 1, 1)
#define AIQ(protocol, code, message, length, FIELDS)                                               \
	GROUPED(code, message, message##_fields, N_FIELDS(message), length, 0, 2)

static const struct message_layout *const request_layouts[256] = {
	OUCH50_REQUESTS(APPENDED) GROUPED('Q', account_query_request, NULL, 0, 1, 1, 1)};
static const struct message_layout *const layouts[256] = {
	OUCH50_MESSAGES(APPENDED) OUCH50_AIQ_MESSAGES(AIQ) OUCH50_SYSTEM_MESSAGES(LAYOUT_MESSAGE)};

static bool
walk_fail(struct part_walk *walk, enum decode_error error)
{
	walk->error = error;
	walk->left.at = walk->left.end;
	return false;
}

/* The next n bytes, which the walk has, as a part; error_offset follows what has been handed out. */
static void
part_take(
	struct part_walk *walk,
	struct message_part *part,
	uint32_t n,
	const struct field_layout *fields,
	uint8_t n_fields
)
{
	*part = (struct message_part){
		.bytes = cursor_take(&walk->left, n),
		.length_bytes = n,
		.fields = fields,
		.n_fields = n_fields,
		.kind = PART_FIELDS,
	};
	walk->error_offset += n;
}

/* A message without fields has its type. */
static uint32_t
own_bytes(const struct message_layout *layout)
{
	const struct field_layout *last;

	if (layout->n_fields == 0)
		return 1;
	last = &layout->fields[layout->n_fields - 1];
	return (uint32_t)last->offset + last->width;
}

static bool
own_fields_next(struct part_walk *walk, struct message_part *part)
{
	const struct message_layout *layout = walk->layout;

	walk->begun = true;
	part_take(walk, part, own_bytes(layout), layout->fields, layout->n_fields);
	if (layout->n_groups == 0)
		walk->extra_bytes = (uint32_t)cursor_left(&walk->left);
	return true;
}

/* Leaves only the appendage to walk: what is behind it is not ours. */
static bool
appendage_begin(struct part_walk *walk, struct message_part *part)
{
	uint16_t length;

	if (cursor_left(&walk->left) < OUCH50_APPENDAGE_LENGTH_BYTES)
		return walk_fail(walk, DECODE_ERROR_OUCH_APPENDAGE_TRUNCATED);
	length = read_be16(walk->left.at);
	if (cursor_left(&walk->left) - OUCH50_APPENDAGE_LENGTH_BYTES < length)
		return walk_fail(walk, DECODE_ERROR_OUCH_APPENDAGE_TRUNCATED);
	part_take(walk, part, OUCH50_APPENDAGE_LENGTH_BYTES, appendage_length_fields, 1);
	walk->extra_bytes = (uint32_t)cursor_left(&walk->left) - length;
	walk->left.end = walk->left.at + length;
	return true;
}

static bool
item_next(struct part_walk *walk, struct message_part *part)
{
	const uint8_t *item = walk->left.at;
	const struct message_layout *layout;
	uint32_t bytes;

	bytes = 1 + (uint32_t)item[0];
	if (bytes > cursor_left(&walk->left))
		return walk_fail(walk, DECODE_ERROR_OUCH_APPENDAGE_TRUNCATED);
	if (bytes < ITEM_HEAD_BYTES)
		return walk_fail(walk, DECODE_ERROR_OUCH_APPENDAGE_ITEM);
	layout = items[item[1]];
	if (layout != NULL && bytes < layout->length_bytes)
		return walk_fail(walk, DECODE_ERROR_OUCH_APPENDAGE_ITEM);
	if (layout != NULL)
		part_take(walk, part, bytes, layout->fields, layout->n_fields);
	else
		part_take(walk, part, bytes, item_head_fields, ITEM_HEAD_FIELDS);
	part->name = "appendage";
	part->tag = item[1];
	part->kind = PART_ENTRY;
	return true;
}

static bool
ouch50_part_next(struct part_walk *walk, struct message_part *part)
{
	const struct group_layout *group;

	if (!walk->begun)
		return own_fields_next(walk, part);
	if (cursor_left(&walk->left) == 0 || walk->layout->n_groups == 0)
		return false;
	if (walk->groups_begun == walk->layout->n_groups)
		return item_next(walk, part);
	group = &walk->layout->groups[walk->groups_begun++];
	if (group->dimension_bytes > 0)
		return appendage_begin(walk, part);
	part_take(walk, part, group->fields->width, group->fields, group->n_fields);
	return true;
}

const struct message_protocol ouch50_protocol = {
	.name = "ouch50",
	.layouts = layouts,
	.items = items,
	.type_form = TYPE_CHARACTER,
	.part_next = ouch50_part_next,
};

const struct message_protocol ouch50_request_protocol = {
	.name = "ouch50",
	.layouts = request_layouts,
	.items = items,
	.type_form = TYPE_CHARACTER,
	.part_next = ouch50_part_next,
};
