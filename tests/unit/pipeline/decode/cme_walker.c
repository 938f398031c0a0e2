/* SPDX-License-Identifier: BSD-3-Clause */
/* Walks through messages of CME MDP 3.0. */
#include "tests/unit/pipeline/decode/cme_walker.h"

#include "pipeline/decode/cme_sbe.h"
#include "tests/unit/unit_test.h"

#include <stdlib.h>
#include <string.h>

void
cme_walker_start(struct cme_builder *b, uint16_t template_id, uint16_t block_length)
{
	b->length = 0;
	cme_message(
		b,
		(struct cme_header){
			.block_length = block_length,
			.template_id = template_id,
			.schema_id = 1,
			.version = 13,
		}
	);
	cme_fill(b, block_length);
}

void
cme_walker_specified(struct cme_builder *b, const struct cme_specified *s, uint8_t n_entries)
{
	cme_walker_start(b, s->template_id, s->block_length);
	for (unsigned i = 0; i < s->n_groups; i++)
		cme_group(b, cme_dimension_bytes[i], s->entry_bytes[i], n_entries);
	cme_message_end(b);
}

/* The parts have to lie within the message. */
static void
part_note(struct cme_walked *w, const struct message *message, const struct message_part *part)
{
	assert_true(part->bytes >= message->bytes);
	assert_true(part->bytes + part->length_bytes <= message->bytes + message->length_bytes);
	w->n_parts++;
	if (part->kind == PART_FIELDS) {
		w->root_bytes = part->length_bytes;
		return;
	}
	w->entry_bytes = part->length_bytes;
	w->n_entries[strcmp(part->name, "no_order_id_entries") == 0]++;
}

/* Reads every byte that is given out, which AddressSanitizer watches. */
static void
part_touch(const struct message_part *part)
{
	volatile uint8_t byte = 0;

	for (uint32_t i = 0; i < part->length_bytes; i++)
		byte ^= part->bytes[i];
	(void)byte;
}

struct cme_walked
cme_walker_walk(const struct cme_builder *b, uint32_t length)
{
	uint8_t *bytes = malloc(length);
	struct message message = {.bytes = bytes, .length_bytes = length};
	struct cme_walked w = {.error = DECODE_ERROR_NONE};
	const struct message_layout *layout;
	struct message_part part;
	struct part_walk parts;

	assert_non_null(bytes);
	memcpy(bytes, b->bytes, length);
	layout = message_layout_find(&cme_sbe_protocol, &message, &w.error);
	assert_int_equal(layout != NULL, w.error == DECODE_ERROR_NONE);
	if (length >= 6 && cme_sbe_protocol.layouts[bytes[4]] != NULL && bytes[5] == 0) {
		part_walk_begin(&parts, cme_sbe_protocol.layouts[bytes[4]], &message);
		while (part_walk_next(&cme_sbe_protocol, &parts, &part)) {
			part_note(&w, &message, &part);
			part_touch(&part);
		}
		w.error_offset = parts.error_offset;
		assert_true(w.error_offset <= length);
		assert_false(part_walk_next(&cme_sbe_protocol, &parts, &part));
	}
	free(bytes);
	return w;
}

struct cme_walked
cme_walker_expect(const struct cme_builder *b, enum decode_error expected)
{
	struct cme_walked w = cme_walker_walk(b, b->length);

	assert_string_equal(decode_errors[w.error].name, decode_errors[expected].name);
	return w;
}
