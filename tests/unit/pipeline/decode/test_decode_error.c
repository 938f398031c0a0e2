/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of malformed classes is whole. */
#include "pipeline/decode/decode_error.h"
#include "tests/unit/unit_test.h"

#include <ctype.h>
#include <string.h>

static void
every_error_has_a_name_and_a_help_text(void **state)
{
	(void)state;
	for (unsigned i = 0; i < DECODE_ERROR_COUNT; i++) {
		assert_non_null(decode_errors[i].name);
		assert_non_null(decode_errors[i].help);
		assert_int_not_equal(strlen(decode_errors[i].name), 0);
		assert_int_not_equal(strlen(decode_errors[i].help), 0);
	}
}

static void
names_are_unique(void **state)
{
	(void)state;
	for (unsigned i = 0; i < DECODE_ERROR_COUNT; i++) {
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(decode_errors[i].name, decode_errors[j].name);
	}
}

static void
names_are_telemetry_keys(void **state)
{
	(void)state;
	for (unsigned i = 0; i < DECODE_ERROR_COUNT; i++) {
		const char *name = decode_errors[i].name;

		assert_int_equal(
			strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(name)
		);
	}
}

static const char *const ids[] = {
#define DECODE_ERROR_ID(id, name, help) #id,
	DECODE_ERROR_TABLE(DECODE_ERROR_ID)
#undef DECODE_ERROR_ID
};

static void
rows_stand_in_the_order_of_the_enum(void **state)
{
	char expected[64];

	(void)state;
	assert_int_equal(ARRAY_LENGTH(ids), DECODE_ERROR_COUNT);
	for (unsigned i = 0; i < DECODE_ERROR_COUNT; i++) {
		size_t length = strlen(ids[i]);

		assert_in_range(length, 1, sizeof(expected) - 1);
		for (size_t j = 0; j <= length; j++)
			expected[j] = (char)tolower((unsigned char)ids[i][j]);
		assert_string_equal(decode_errors[i].name, expected);
	}
}

static void
well_formed_is_zero(void **state)
{
	(void)state;
	assert_int_equal(DECODE_ERROR_NONE, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_error_has_a_name_and_a_help_text),
		cmocka_unit_test(names_are_unique),
		cmocka_unit_test(names_are_telemetry_keys),
		cmocka_unit_test(rows_stand_in_the_order_of_the_enum),
		cmocka_unit_test(well_formed_is_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
