/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of fates is whole. */
#include "pipeline/burst.h"
#include "pipeline/fate.h"
#include "tests/unit/unit_test.h"

#include <ctype.h>
#include <string.h>

static void
every_fate_has_a_name_and_a_help_text(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FATE_COUNT; i++) {
		assert_non_null(fates[i].name);
		assert_non_null(fates[i].help);
		assert_int_not_equal(strlen(fates[i].name), 0);
		assert_int_not_equal(strlen(fates[i].help), 0);
	}
}

static void
names_are_unique(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FATE_COUNT; i++) {
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(fates[i].name, fates[j].name);
	}
}

static void
names_are_telemetry_keys(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FATE_COUNT; i++) {
		const char *name = fates[i].name;

		assert_int_equal(
			strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(name)
		);
	}
}

/* The names of the enum in its order, from the table. */
static const char *const ids[] = {
	"NONE",
#define FATE_ID(id, name, class, help) #id,
	FATE_TABLE(FATE_ID)
#undef FATE_ID
};

static void
rows_stand_in_the_order_of_the_enum(void **state)
{
	char expected[64];

	(void)state;
	assert_int_equal(ARRAY_LENGTH(ids), FATE_COUNT);
	for (unsigned i = 0; i < FATE_COUNT; i++) {
		size_t length = strlen(ids[i]);

		assert_in_range(length, 1, sizeof(expected) - 1);
		for (size_t j = 0; j <= length; j++)
			expected[j] = (char)tolower((unsigned char)ids[i][j]);
		assert_string_equal(fates[i].name, expected);
	}
}

static void
undecided_is_zero(void **state)
{
	(void)state;
	assert_int_equal(FATE_NONE, 0);
}

static void
a_fate_fits_the_byte_of_the_metadata(void **state)
{
	struct packet p;

	(void)state;
	assert_true(FATE_COUNT - 1 <= UINT8_MAX);
	assert_int_equal(sizeof(p.fate), 1);
}

static void
only_forward_deliver_and_to_kernel_pass(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FATE_COUNT; i++)
		assert_int_equal(
			fates[i].class == FATE_CLASS_PASS,
			i == FATE_FORWARD || i == FATE_DELIVER || i == FATE_TO_KERNEL
		);
}

static void
the_fates_of_the_tenants_stand_together(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FATE_COUNT; i++)
		assert_int_equal(
			fates[i].class == FATE_CLASS_TENANT,
			i >= FATE_TENANT_FIRST && i <= FATE_TENANT_LAST
		);
}

static void
every_class_has_a_name(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FATE_CLASS_COUNT; i++)
		assert_non_null(fate_class_names[i]);
	for (unsigned i = 0; i < FATE_COUNT; i++)
		assert_in_range(fates[i].class, 0, FATE_CLASS_COUNT - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fate_has_a_name_and_a_help_text),
		cmocka_unit_test(names_are_unique),
		cmocka_unit_test(names_are_telemetry_keys),
		cmocka_unit_test(rows_stand_in_the_order_of_the_enum),
		cmocka_unit_test(undecided_is_zero),
		cmocka_unit_test(a_fate_fits_the_byte_of_the_metadata),
		cmocka_unit_test(only_forward_deliver_and_to_kernel_pass),
		cmocka_unit_test(the_fates_of_the_tenants_stand_together),
		cmocka_unit_test(every_class_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
