/* SPDX-License-Identifier: BSD-3-Clause */
/* The tables of CME MDP 3.0 against the schema. */
#include "pipeline/decode/cme_sbe.h"
#include "tests/unit/pipeline/decode/cme_builder.h"
#include "tests/unit/unit_test.h"

#include <string.h>

static void
the_templates_are_those_of_the_specification(void **state)
{
	unsigned n = 0;

	(void)state;
	for (unsigned type = 0; type < 256; type++)
		n += cme_sbe_protocol.layouts[type] != NULL;
	assert_int_equal(n, CME_SPECIFIED);
	for (unsigned i = 0; i < CME_SPECIFIED; i++) {
		const struct cme_specified *s = &cme_specification[i];
		const struct message_layout *layout = cme_sbe_protocol.layouts[s->template_id];

		assert_non_null(layout);
		assert_int_equal(layout->type, s->template_id);
		assert_int_equal(layout->n_groups, s->n_groups);
		for (unsigned j = 0; j < s->n_groups; j++)
			assert_int_equal(layout->groups[j].dimension_bytes, cme_dimension_bytes[j]);
	}
}

/* Fields in order, none over another, none beyond the block; returns the end of the last. */
static unsigned
assert_fields_in_order(const struct field_layout *fields, unsigned n_fields, unsigned block_bytes)
{
	unsigned end = 0;

	for (unsigned i = 0; i < n_fields; i++) {
		assert_true(fields[i].offset >= end);
		end = fields[i].offset + fields[i].width;
		assert_int_equal(
			strspn(fields[i].name, "abcdefghijklmnopqrstuvwxyz0123456789_"),
			strlen(fields[i].name)
		);
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(fields[i].name, fields[j].name);
	}
	assert_true(end <= block_bytes);
	return end;
}

static void
fields_lie_in_order_within_the_specified_blocks(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CME_SPECIFIED; i++) {
		const struct cme_specified *s = &cme_specification[i];
		const struct message_layout *layout = cme_sbe_protocol.layouts[s->template_id];
		unsigned end = assert_fields_in_order(
			layout->fields, layout->n_fields, 10u + s->block_length
		);

		/* Roots are padded by two bytes at most. */
		assert_true(end + 2 >= 10u + s->block_length);
		for (unsigned j = 0; j < s->n_groups; j++)
			(void)assert_fields_in_order(
				layout->groups[j].fields,
				layout->groups[j].n_fields,
				s->entry_bytes[j]
			);
	}
}

static void
prices_are_signed_with_9_decimals(const struct field_layout *fields, unsigned n_fields)
{
	for (unsigned i = 0; i < n_fields; i++) {
		bool price = strstr(fields[i].name, "_px") != NULL ||
			     strstr(fields[i].name, "limit_price") != NULL ||
			     strcmp(fields[i].name, "max_price_variation") == 0;

		assert_int_equal(fields[i].decimals, price ? 9 : 0);
		if (price) {
			assert_int_equal(fields[i].width, 8);
			assert_int_equal(fields[i].kind, FIELD_INT_LE);
		}
	}
}

static void
prices_and_nothing_else_have_9_decimals(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CME_SPECIFIED; i++) {
		const struct message_layout *layout =
			cme_sbe_protocol.layouts[cme_specification[i].template_id];

		prices_are_signed_with_9_decimals(layout->fields, layout->n_fields);
		for (unsigned j = 0; j < layout->n_groups; j++)
			prices_are_signed_with_9_decimals(
				layout->groups[j].fields, layout->groups[j].n_fields
			);
	}
}

static void
every_message_starts_with_the_fields_of_its_header(void **state)
{
	static const char *const names[] = {
		"msg_size",
		"block_length",
		"template_id",
		"schema_id",
		"version",
	};

	(void)state;
	for (unsigned i = 0; i < CME_SPECIFIED; i++) {
		const struct field_layout *fields =
			cme_sbe_protocol.layouts[cme_specification[i].template_id]->fields;

		for (unsigned j = 0; j < ARRAY_LENGTH(names); j++) {
			assert_string_equal(fields[j].name, names[j]);
			assert_int_equal(fields[j].offset, 2 * j);
			assert_int_equal(fields[j].width, 2);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_templates_are_those_of_the_specification),
		cmocka_unit_test(fields_lie_in_order_within_the_specified_blocks),
		cmocka_unit_test(prices_and_nothing_else_have_9_decimals),
		cmocka_unit_test(every_message_starts_with_the_fields_of_its_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
