/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages of CME MDP 3.0 that contradict themselves, each with its reason. */
#include "pipeline/decode/cme_sbe.h"
#include "tests/unit/pipeline/decode/cme_walker.h"
#include "tests/unit/unit_test.h"

static struct cme_builder builder; /* too big for a stack */

/* A message is cut: at each length it is refused, whatever of it is missing. */
static void
a_message_one_byte_short_at_any_length_is_refused(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CME_SPECIFIED; i++) {
		cme_walker_specified(&builder, &cme_specification[i], 2);
		for (uint32_t length = 0; length < builder.length; length++)
			assert_int_not_equal(
				cme_walker_walk(&builder, length).error, DECODE_ERROR_NONE
			);
	}
}

static void
what_is_missing_of_a_short_message_gives_the_reason(void **state)
{
	(void)state;
	cme_walker_specified(&builder, &cme_specification[3], 1); /* 46: 10 + 11, 3 + 32, 8 + 24 */
	assert_int_equal(builder.length, 10 + 11 + 3 + 32 + 8 + 24);
	assert_int_equal(cme_walker_walk(&builder, 0).error, DECODE_ERROR_MESSAGE_EMPTY);
	for (uint32_t length = 1; length < builder.length; length++) {
		enum decode_error expected = length < 10        ? DECODE_ERROR_MESSAGE_TRUNCATED
					     : length < 10 + 11 ? DECODE_ERROR_CME_BLOCK_LENGTH
								: DECODE_ERROR_CME_GROUP_TRUNCATED;

		assert_int_equal(cme_walker_walk(&builder, length).error, expected);
	}
	assert_int_equal(cme_walker_walk(&builder, 20).error_offset, 0);
	assert_int_equal(cme_walker_walk(&builder, 10 + 11 + 3 + 31).error_offset, 10 + 11);
	assert_int_equal(
		cme_walker_walk(&builder, 10 + 11 + 3 + 32 + 7).error_offset, 10 + 11 + 3 + 32
	);
}

static void
entries_of_no_bytes_are_refused_in_either_group(void **state)
{
	(void)state;
	cme_walker_start(&builder, 46, 11);
	cme_group(&builder, 3, 0, 255);
	cme_group(&builder, 8, 24, 0);
	assert_int_equal(
		cme_walker_expect(&builder, DECODE_ERROR_CME_ENTRY_LENGTH_ZERO).n_parts, 1
	);
	cme_walker_start(&builder, 46, 11);
	cme_group(&builder, 3, 32, 1);
	cme_group(&builder, 8, 0, 1);
	assert_int_equal(
		cme_walker_expect(&builder, DECODE_ERROR_CME_ENTRY_LENGTH_ZERO).error_offset, 56
	);
}

static void
a_block_length_one_beyond_the_message_is_refused(void **state)
{
	(void)state;
	cme_walker_start(&builder, 30, 30);
	builder.bytes[2] = 31;
	assert_int_equal(cme_walker_expect(&builder, DECODE_ERROR_CME_BLOCK_LENGTH).n_parts, 0);
	builder.bytes[3] = 0xFF;
	assert_int_equal(cme_walker_expect(&builder, DECODE_ERROR_CME_BLOCK_LENGTH).n_parts, 0);
}

static void
a_group_one_entry_beyond_the_message_is_refused(void **state)
{
	(void)state;
	cme_walker_start(&builder, 47, 11);
	cme_dimension(&builder, 3, 40, 3);
	cme_fill(&builder, 80);
	assert_int_equal(cme_walker_expect(&builder, DECODE_ERROR_CME_GROUP_TRUNCATED).n_parts, 1);
	cme_walker_start(&builder, 47, 11);
	cme_dimension(&builder, 3, 0xFFFF, 255);
	assert_int_equal(cme_walker_expect(&builder, DECODE_ERROR_CME_GROUP_TRUNCATED).n_parts, 1);
}

static void
another_schema_is_refused_for_known_and_unknown_templates(void **state)
{
	static const uint16_t schemas[] = {0, 2, 8, 0x0101, 0xFFFF};
	static const uint16_t templates[] = {30, 206, 300};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(schemas); i++) {
		for (unsigned j = 0; j < ARRAY_LENGTH(templates); j++) {
			cme_walker_start(&builder, templates[j], 30);
			builder.bytes[6] = (uint8_t)schemas[i];
			builder.bytes[7] = (uint8_t)(schemas[i] >> 8);
			assert_int_equal(
				cme_walker_expect(&builder, DECODE_ERROR_CME_SCHEMA).n_parts, 0
			);
		}
	}
}

static bool
template_is_specified(unsigned template_id)
{
	for (unsigned i = 0; i < CME_SPECIFIED; i++) {
		if (cme_specification[i].template_id == template_id)
			return true;
	}
	return false;
}

static void
every_other_template_is_unknown_also_above_255(void **state)
{
	(void)state;
	for (unsigned template_id = 0; template_id < 65536; template_id += 1) {
		if (template_is_specified(template_id))
			continue;
		cme_walker_start(&builder, (uint16_t)template_id, 4);
		(void)cme_walker_expect(&builder, DECODE_ERROR_MESSAGE_UNKNOWN_TYPE);
	}
}

static void
an_unknown_template_shorter_than_a_header_is_truncated(void **state)
{
	(void)state;
	cme_walker_start(&builder, 300, 4);
	for (uint32_t length = 1; length < 10; length++)
		assert_int_equal(
			cme_walker_walk(&builder, length).error, DECODE_ERROR_MESSAGE_TRUNCATED
		);
}

static void
a_group_that_does_not_fit_leaves_the_cursor(void **state)
{
	struct cme_group group;
	struct cursor left;

	(void)state;
	builder.length = 0;
	cme_dimension(&builder, 3, 4, 2);
	cme_fill(&builder, 7);
	left = cursor_over(builder.bytes, builder.length);
	assert_int_equal(cme_group_take(&left, 3, &group), DECODE_ERROR_CME_GROUP_TRUNCATED);
	assert_ptr_equal(left.at, builder.bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_one_byte_short_at_any_length_is_refused),
		cmocka_unit_test(what_is_missing_of_a_short_message_gives_the_reason),
		cmocka_unit_test(entries_of_no_bytes_are_refused_in_either_group),
		cmocka_unit_test(a_block_length_one_beyond_the_message_is_refused),
		cmocka_unit_test(a_group_one_entry_beyond_the_message_is_refused),
		cmocka_unit_test(another_schema_is_refused_for_known_and_unknown_templates),
		cmocka_unit_test(every_other_template_is_unknown_also_above_255),
		cmocka_unit_test(an_unknown_template_shorter_than_a_header_is_truncated),
		cmocka_unit_test(a_group_that_does_not_fit_leaves_the_cursor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
