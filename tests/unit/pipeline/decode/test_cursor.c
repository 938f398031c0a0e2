/* SPDX-License-Identifier: BSD-3-Clause */
/* A cursor never goes past the end. */
#include "pipeline/decode/cursor.h"
#include "tests/unit/unit_test.h"

static const uint8_t bytes[9] = {0x81, 0x02, 0x83, 0x04, 0x85, 0x06, 0x87, 0x08, 0x89};

static void
take_returns_the_place_and_steps_over_it(void **state)
{
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	(void)state;
	assert_ptr_equal(cursor_take(&c, 2), bytes);
	assert_ptr_equal(cursor_take(&c, 3), bytes + 2);
	assert_int_equal(cursor_left(&c), 4);
}

static void
take_of_all_that_is_left_succeeds(void **state)
{
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	(void)state;
	assert_ptr_equal(cursor_take(&c, sizeof(bytes)), bytes);
	assert_int_equal(cursor_left(&c), 0);
}

static void
take_of_one_too_many_is_refused_and_the_cursor_stays(void **state)
{
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	(void)state;
	assert_null(cursor_take(&c, sizeof(bytes) + 1));
	assert_ptr_equal(c.at, bytes);
	assert_int_equal(cursor_left(&c), sizeof(bytes));
}

static void
take_of_more_than_an_address_can_hold_is_refused(void **state)
{
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	(void)state;
	assert_null(cursor_take(&c, SIZE_MAX));
	assert_null(cursor_take(&c, SIZE_MAX - (uintptr_t)bytes));
	assert_ptr_equal(c.at, bytes);
}

static void
take_of_nothing_succeeds_at_the_end(void **state)
{
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	(void)state;
	(void)cursor_take(&c, sizeof(bytes));
	assert_ptr_equal(cursor_take(&c, 0), bytes + sizeof(bytes));
	assert_null(cursor_take(&c, 1));
}

static void
reads_are_big_endian(void **state)
{
	(void)state;
	assert_int_equal(read_be16(bytes), 0x8102);
	assert_int_equal(read_be32(bytes), 0x81028304);
	assert_int_equal(read_be64(bytes), UINT64_C(0x8102830485068708));
}

static void
reads_need_no_alignment(void **state)
{
	(void)state;
	assert_int_equal(read_be16(bytes + 1), 0x0283);
	assert_int_equal(read_be32(bytes + 1), 0x02830485);
	assert_int_equal(read_be64(bytes + 1), UINT64_C(0x0283048506870889));
}

static void
a_read_of_any_width_takes_exactly_that_many_bytes(void **state)
{
	static const uint64_t expected[] = {
		0x81,
		0x8102,
		0x810283,
		0x81028304,
		0x8102830485,
		0x810283048506,
		0x81028304850687,
		UINT64_C(0x8102830485068708),
	};

	(void)state;
	for (size_t width = 1; width <= 8; width++)
		assert_int_equal(read_be(bytes, width), expected[width - 1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(take_returns_the_place_and_steps_over_it),
		cmocka_unit_test(take_of_all_that_is_left_succeeds),
		cmocka_unit_test(take_of_one_too_many_is_refused_and_the_cursor_stays),
		cmocka_unit_test(take_of_more_than_an_address_can_hold_is_refused),
		cmocka_unit_test(take_of_nothing_succeeds_at_the_end),
		cmocka_unit_test(reads_are_big_endian),
		cmocka_unit_test(reads_need_no_alignment),
		cmocka_unit_test(a_read_of_any_width_takes_exactly_that_many_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
