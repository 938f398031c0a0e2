/* SPDX-License-Identifier: BSD-3-Clause */
/* OUCH 5.0: what stands behind the fields of a message, at its edges. */
#include "pipeline/decode/ouch50.h"
#include "tests/unit/pipeline/decode/ouch50_specification.h"

#include <stdlib.h>
#include <string.h>

/* A message in a malloc of its exact size, so that AddressSanitizer sees any byte read behind it. */
struct sample {
	const struct message_protocol *protocol;
	uint8_t *bytes;
	uint32_t length;
};

/* The fields of a request of that type, zeros, and behind them these bytes. */
static struct sample
sample_create(
	const struct specified *row,
	const struct message_protocol *protocol,
	const char *tail,
	uint32_t n
)
{
	uint32_t fields_end = row->fields_end != 0 ? row->fields_end : row->length_bytes;
	struct sample s = {protocol, calloc(1, fields_end + n), fields_end + n};

	assert_non_null(s.bytes);
	s.bytes[0] = row->type;
	memcpy(s.bytes + fields_end, tail, n);
	return s;
}

#define TAIL(text) (text), (uint32_t)sizeof(text) - 1

static enum decode_error
sample_error(struct sample s)
{
	struct message message = {.bytes = s.bytes, .length_bytes = s.length};
	enum decode_error error;

	(void)message_layout_find(s.protocol, &message, &error);
	free(s.bytes);
	return error;
}

/* The parts of a message that is sound. */
static unsigned
sample_parts(const struct sample *s, struct message_part *parts, unsigned n_max)
{
	struct message message = {.bytes = s->bytes, .length_bytes = s->length};
	enum decode_error error;
	const struct message_layout *layout = message_layout_find(s->protocol, &message, &error);
	struct part_walk walk;
	unsigned n = 0;

	assert_string_equal(decode_errors[error].name, "none");
	part_walk_begin(&walk, layout, &message);
	while (n < n_max && part_walk_next(s->protocol, &walk, &parts[n]))
		n++;
	assert_int_equal(walk.error, DECODE_ERROR_NONE);
	return n;
}

/* Behind every message that may have an appendage. */
static void
assert_tail(const char *tail, uint32_t n, enum decode_error expected)
{
	for (unsigned i = 0; i < ARRAY_LENGTH(ouch50_sides); i++) {
		for (unsigned j = 0; j < ouch50_sides[i].n_rows; j++) {
			const struct specified *row = &ouch50_sides[i].rows[j];
			struct sample s;

			/* The system event has none, the AIQ cancel has a field before it. */
			if (i == 0 && (row->type == 'S' || row->type == 'D'))
				continue;
			s = sample_create(row, ouch50_sides[i].protocol, tail, n);
			assert_string_equal(
				decode_errors[sample_error(s)].name, decode_errors[expected].name
			);
		}
	}
}

static void
a_message_may_end_in_an_empty_appendage(void **state)
{
	(void)state;
	assert_tail(TAIL("\0\0"), DECODE_ERROR_NONE);
}

static void
half_an_appendage_length_is_refused(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(ouch50_sides); i++) {
		for (unsigned j = 0; j < ouch50_sides[i].n_rows; j++) {
			const struct specified *row = &ouch50_sides[i].rows[j];
			bool optional = row->fields_end == 0;

			if (i == 0 && (row->type == 'S' || row->type == 'D'))
				continue;
			/* Of those that always have one, the message itself is too short. */
			assert_lookup(
				ouch50_sides[i].protocol,
				row->type,
				(uint16_t
				)(optional ? row->length_bytes + 1 : row->length_bytes - 1),
				optional ? DECODE_ERROR_OUCH_APPENDAGE_TRUNCATED
					 : DECODE_ERROR_MESSAGE_TRUNCATED
			);
		}
	}
}

static void
items_that_fill_the_appendage_are_accepted(void **state)
{
	(void)state;
	assert_tail(TAIL("\0\x06\x05\x02LIME"), DECODE_ERROR_NONE);
	assert_tail(
		TAIL("\0\x09\x05\x02MLRO\x02\x12"
		     "0"),
		DECODE_ERROR_NONE
	);
}

static void
an_appendage_one_byte_beyond_the_message_is_refused(void **state)
{
	(void)state;
	assert_tail(TAIL("\0\x07\x05\x02LIME"), DECODE_ERROR_OUCH_APPENDAGE_TRUNCATED);
	assert_tail(TAIL("\0\x01"), DECODE_ERROR_OUCH_APPENDAGE_TRUNCATED);
	assert_tail(TAIL("\xFF\xFF\x02\x1C\x01"), DECODE_ERROR_OUCH_APPENDAGE_TRUNCATED);
}

static void
an_item_one_byte_beyond_the_appendage_is_refused(void **state)
{
	(void)state;
	/* The message has the byte, the appendage has not. */
	assert_tail(TAIL("\0\x05\x05\x02LIME"), DECODE_ERROR_OUCH_APPENDAGE_TRUNCATED);
	assert_tail(TAIL("\0\x01\x05\x02LIME"), DECODE_ERROR_OUCH_APPENDAGE_TRUNCATED);
	assert_tail(TAIL("\0\x04\x02\x1C\x01\x02\x1C\x01"), DECODE_ERROR_OUCH_APPENDAGE_TRUNCATED);
}

static void
an_item_without_a_tag_is_refused(void **state)
{
	(void)state;
	assert_tail(TAIL("\0\x01\0"), DECODE_ERROR_OUCH_APPENDAGE_ITEM);
	assert_tail(TAIL("\0\x04\x02\x1C\x01\0"), DECODE_ERROR_OUCH_APPENDAGE_ITEM);
}

/* An appendage of one item: the tag, and a value of that many zeros. */
static struct sample
item_sample(uint8_t tag, uint8_t width)
{
	static const struct specified query = {'Q', 1, 0};
	char tail[4 + 255] = {0};

	tail[0] = (char)((width + 2) >> 8);
	tail[1] = (char)(width + 2);
	tail[2] = (char)(width + 1);
	tail[3] = (char)tag;
	return sample_create(&query, &ouch50_request_protocol, tail, (uint32_t)width + 4);
}

static void
a_value_of_any_shorter_length_than_its_tag_has_is_refused(void **state)
{
	(void)state;
	for (uint8_t tag = 0; tag < ARRAY_LENGTH(ouch50_value_bytes); tag++) {
		for (uint8_t width = 0; width < ouch50_value_bytes[tag]; width++)
			assert_int_equal(
				sample_error(item_sample(tag, width)),
				DECODE_ERROR_OUCH_APPENDAGE_ITEM
			);
		assert_int_equal(
			sample_error(item_sample(tag, ouch50_value_bytes[tag])), DECODE_ERROR_NONE
		);
	}
}

static void
a_longer_value_is_accepted(void **state)
{
	(void)state;
	for (uint8_t tag = 0; tag < ARRAY_LENGTH(ouch50_value_bytes); tag++)
		assert_int_equal(
			sample_error(item_sample(tag, (uint8_t)(ouch50_value_bytes[tag] + 1))),
			DECODE_ERROR_NONE
		);
	assert_int_equal(sample_error(item_sample(28, 254)), DECODE_ERROR_NONE);
}

static void
an_unknown_tag_is_a_part_without_a_value(void **state)
{
	static const struct specified cancel = {'X', 9, 0};
	struct sample s = sample_create(
		&cancel, &ouch50_request_protocol, TAIL("\0\x09\x03\x08!!\x01\xFF\x02\x1C\x07")
	);
	struct message_part parts[8];

	(void)state;
	assert_int_equal(sample_parts(&s, parts, 8), 5);
	assert_int_equal(parts[2].tag, 8);
	assert_int_equal(parts[2].n_fields, 2);
	assert_int_equal(parts[2].length_bytes, 4);
	assert_int_equal(parts[3].tag, 0xFF);
	assert_int_equal(parts[3].n_fields, 2);
	assert_int_equal(parts[4].tag, 28);
	assert_int_equal(parts[4].n_fields, 3);
	free(s.bytes);
}

static void
parts_are_the_fields_the_appendage_length_and_each_item(void **state)
{
	struct sample s = sample_create(
		&client_rows[0], &ouch50_request_protocol, TAIL("\0\x09\x05\x02LIME\x02\x1C\x07")
	);
	struct message_part parts[8];

	(void)state;
	assert_int_equal(sample_parts(&s, parts, 8), 4);
	assert_int_equal(parts[0].kind, PART_FIELDS);
	assert_int_equal(parts[0].length_bytes, 45);
	assert_int_equal(parts[0].n_fields, 11);
	assert_int_equal(parts[1].kind, PART_FIELDS);
	assert_string_equal(parts[1].fields[0].name, "appendage_length");
	assert_ptr_equal(parts[1].bytes, s.bytes + 45);
	assert_int_equal(parts[2].kind, PART_ENTRY);
	assert_string_equal(parts[2].name, "appendage");
	assert_ptr_equal(parts[2].bytes, s.bytes + 47);
	assert_int_equal(parts[2].length_bytes, 6);
	assert_string_equal(parts[2].fields[2].name, "firm");
	assert_ptr_equal(parts[3].name, parts[2].name);
	assert_int_equal(parts[3].tag, 28);
	free(s.bytes);
}

static void
bytes_behind_the_appendage_are_no_part(void **state)
{
	struct sample s = sample_create(
		&client_rows[0], &ouch50_request_protocol, TAIL("\0\x03\x02\x1C\x07\xFF\xFF")
	);
	struct message_part parts[8];

	(void)state;
	assert_int_equal(sample_parts(&s, parts, 8), 3);
	free(s.bytes);
}

static void
a_system_event_grows_without_an_appendage(void **state)
{
	(void)state;
	for (uint16_t length = 10; length < 16; length++)
		assert_lookup(&ouch50_protocol, 'S', length, DECODE_ERROR_NONE);
}

static void
an_aiq_cancel_of_31_bytes_has_no_strategy_and_no_appendage(void **state)
{
	struct sample s = sample_create(&venue_rows[4], &ouch50_protocol, TAIL(""));
	struct message_part parts[8];

	(void)state;
	assert_int_equal(s.length, 31);
	assert_int_equal(sample_parts(&s, parts, 8), 1);
	free(s.bytes);
}

static void
an_aiq_cancel_of_32_bytes_has_the_strategy(void **state)
{
	struct sample s = sample_create(&venue_rows[4], &ouch50_protocol, TAIL("O"));
	struct message_part parts[8];

	(void)state;
	assert_int_equal(sample_parts(&s, parts, 8), 2);
	assert_string_equal(parts[1].fields[0].name, "aiq_strategy");
	assert_int_equal(parts[1].bytes[parts[1].fields[0].offset], 'O');
	free(s.bytes);
}

static void
an_aiq_cancel_has_its_appendage_behind_the_strategy(void **state)
{
	struct sample s =
		sample_create(&venue_rows[4], &ouch50_protocol, TAIL("O\0\x03\x02\x1C\x07"));
	struct message_part parts[8];

	(void)state;
	assert_int_equal(sample_parts(&s, parts, 8), 4);
	assert_int_equal(parts[3].tag, 28);
	free(s.bytes);
	s = sample_create(&venue_rows[4], &ouch50_protocol, TAIL("O\0"));
	assert_int_equal(sample_error(s), DECODE_ERROR_OUCH_APPENDAGE_TRUNCATED);
}

static void
an_appendage_may_fill_the_longest_message(void **state)
{
	enum { ITEM_BYTES = 3, N_ITEMS = (65534 - 3) / ITEM_BYTES };
	uint32_t length = 3 + N_ITEMS * ITEM_BYTES;
	struct sample s = {&ouch50_request_protocol, calloc(1, length), length};
	struct message message = {.bytes = s.bytes, .length_bytes = length};
	struct part_walk walk;
	struct message_part part;
	unsigned n = 0;

	(void)state;
	assert_non_null(s.bytes);
	s.bytes[0] = 'Q';
	s.bytes[1] = (uint8_t)((length - 3) >> 8);
	s.bytes[2] = (uint8_t)(length - 3);
	for (unsigned i = 0; i < N_ITEMS; i++)
		memcpy(s.bytes + 3 + i * ITEM_BYTES, "\x02\x1C\x07", ITEM_BYTES);
	part_walk_begin(&walk, ouch50_request_protocol.layouts['Q'], &message);
	while (part_walk_next(&ouch50_request_protocol, &walk, &part))
		n += part.kind == PART_ENTRY;
	assert_int_equal(walk.error, DECODE_ERROR_NONE);
	assert_int_equal(n, N_ITEMS);
	free(s.bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_may_end_in_an_empty_appendage),
		cmocka_unit_test(half_an_appendage_length_is_refused),
		cmocka_unit_test(items_that_fill_the_appendage_are_accepted),
		cmocka_unit_test(an_appendage_one_byte_beyond_the_message_is_refused),
		cmocka_unit_test(an_item_one_byte_beyond_the_appendage_is_refused),
		cmocka_unit_test(an_item_without_a_tag_is_refused),
		cmocka_unit_test(a_value_of_any_shorter_length_than_its_tag_has_is_refused),
		cmocka_unit_test(a_longer_value_is_accepted),
		cmocka_unit_test(an_unknown_tag_is_a_part_without_a_value),
		cmocka_unit_test(parts_are_the_fields_the_appendage_length_and_each_item),
		cmocka_unit_test(bytes_behind_the_appendage_are_no_part),
		cmocka_unit_test(a_system_event_grows_without_an_appendage),
		cmocka_unit_test(an_aiq_cancel_of_31_bytes_has_no_strategy_and_no_appendage),
		cmocka_unit_test(an_aiq_cancel_of_32_bytes_has_the_strategy),
		cmocka_unit_test(an_aiq_cancel_has_its_appendage_behind_the_strategy),
		cmocka_unit_test(an_appendage_may_fill_the_longest_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
