/* SPDX-License-Identifier: BSD-3-Clause */
/* Names in an object have to be unique, and tags may occur any number of times. */
#include "tools/decode/print_text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* A set of tags, at most half full: a field has 4 bytes at least (1=x and the delimiter). */
enum { TAG_SLOTS_MAX = 32768, FIELD_BYTES_MIN = 4 };

struct tag_set {
	uint32_t mask;
	uint32_t slots[TAG_SLOTS_MAX]; /* the first mask + 1 are used; 0: free */
};

static void
tag_set_init(struct tag_set *set, uint32_t message_bytes)
{
	uint32_t slots = 64;

	while (slots < TAG_SLOTS_MAX && slots < message_bytes / FIELD_BYTES_MIN * 2)
		slots *= 2;
	set->mask = slots - 1;
	memset(set->slots, 0, slots * sizeof(set->slots[0]));
}

/* False where it is in already. The multiplier is 2^32 over the golden ratio (Knuth, volume 3, 6.4). */
static bool
tag_set_insert(struct tag_set *set, uint32_t tag)
{
	uint32_t at = (uint32_t)(tag * 2654435769u) >> 17 & set->mask;

	while (set->slots[at] != 0) {
		if (set->slots[at] == tag)
			return false;
		at = (at + 1) & set->mask;
	}
	set->slots[at] = tag;
	return true;
}

enum { TAG_NAME_BYTES = sizeof("tag_4294967295") };

static const char *
part_name(const struct message_part *part, char unnamed[TAG_NAME_BYTES])
{
	if (part->name != NULL)
		return part->name;
	(void)snprintf(unnamed, TAG_NAME_BYTES, "tag_%u", part->tag);
	return unnamed;
}

/* What is printed of a value. */
static struct cursor
part_shown(const struct message_part *part)
{
	static const uint8_t stars[] = "***";

	return part->kind == PART_SECRET ? cursor_over(stars, 3)
					 : cursor_over(part->bytes, part->length_bytes);
}

enum { INTEGER_DIGITS_MAX = 18 }; /* below 2^63 whatever they are */

/* Whether the digits are what an integer is printed as: no sign but -, no leading zeros, not too many. */
static bool
integer_read(const struct message_part *part, int64_t *value)
{
	bool negative = part->bytes[0] == '-';
	uint32_t n_digits = part->length_bytes - negative;
	const uint8_t *digits = part->bytes + negative;

	*value = 0;
	if (n_digits == 0 || n_digits > INTEGER_DIGITS_MAX)
		return false;
	if (digits[0] == '0' && (n_digits > 1 || negative))
		return false;
	for (uint32_t i = 0; i < n_digits; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return false;
		*value = *value * 10 + (digits[i] - '0');
	}
	if (negative)
		*value = -*value;
	return true;
}

static void
member_print(struct json_line *line, const struct message_part *part)
{
	struct cursor shown = part_shown(part);
	char unnamed[TAG_NAME_BYTES];
	int64_t value;

	if (part->kind == PART_NUMBER && integer_read(part, &value))
		json_line_int(line, part_name(part, unnamed), value);
	else
		json_line_bytes(line, part_name(part, unnamed), shown.at, cursor_left(&shown));
}

static void
repeats_print(
	struct json_line *line,
	const struct message_protocol *protocol,
	struct part_walk *walk,
	struct tag_set *seen
)
{
	char unnamed[TAG_NAME_BYTES];
	struct message_part part;

	json_line_array_open(line, "repeats");
	while (part_walk_next(protocol, walk, &part)) {
		struct cursor shown = part_shown(&part);

		if (!tag_set_insert(seen, part.tag))
			json_line_pair(
				line, part_name(&part, unnamed), shown.at, cursor_left(&shown)
			);
	}
	json_line_array_close(line);
}

void
text_parts_print(
	struct json_line *line,
	const struct message_protocol *protocol,
	const struct message_layout *layout,
	const struct message *message
)
{
	struct tag_set seen;
	struct part_walk walk;
	struct message_part part;
	bool repeats = false;

	assert(message->length_bytes <= TAG_SLOTS_MAX / 2 * FIELD_BYTES_MIN);
	tag_set_init(&seen, message->length_bytes);
	part_walk_begin(&walk, layout, message);
	while (part_walk_next(protocol, &walk, &part)) {
		if (tag_set_insert(&seen, part.tag))
			member_print(line, &part);
		else
			repeats = true;
	}
	if (!repeats)
		return;
	tag_set_init(&seen, message->length_bytes);
	part_walk_begin(&walk, layout, message);
	repeats_print(line, protocol, &walk, &seen);
}
