/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers with suffixes. */
#include "app/quantity.h"
#include "tests/unit/unit_test.h"

#include <errno.h>

struct quantity_case {
	const char *text;
	int error;
	uint64_t value;
};

static void
cases_check(
	const struct quantity_case *cases, size_t n, int (*parse)(const char *text, uint64_t *value)
)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t value = 0;
		int error = parse(cases[i].text, &value);

		if (error != cases[i].error || (error == 0 && value != cases[i].value))
			fail_msg(
				"\"%s\" gives %d and %llu",
				cases[i].text,
				error,
				(unsigned long long)value
			);
	}
}

static void
a_quantity_is_digits_and_at_most_one_suffix(void **state)
{
	static const struct quantity_case cases[] = {
		{"0", 0, 0},
		{"1", 0, 1},
		{"250", 0, 250},
		{"64k", 0, 64000},
		{"1M", 0, 1000000},
		{"2G", 0, 2000000000},
		{"0k", 0, 0},
	};

	(void)state;
	cases_check(cases, ARRAY_LENGTH(cases), quantity_parse);
}

static void
leading_zeros_do_not_make_a_number_octal(void **state)
{
	static const struct quantity_case cases[] = {
		{"010", 0, 10}, {"0000000000000000000000009", 0, 9}};

	(void)state;
	cases_check(cases, ARRAY_LENGTH(cases), quantity_parse);
}

static void
the_largest_quantity_is_2_to_the_64_less_1(void **state)
{
	static const struct quantity_case cases[] = {
		{"18446744073709551615", 0, UINT64_MAX},
		{"18446744073709551616", -ERANGE, 0},
		{"99999999999999999999999999", -ERANGE, 0},
		{"18446744073709551k", 0, UINT64_C(18446744073709551000)},
		{"18446744073709552k", -ERANGE, 0},
		{"18446744073G", 0, UINT64_C(18446744073000000000)},
		{"18446744074G", -ERANGE, 0},
	};

	(void)state;
	cases_check(cases, ARRAY_LENGTH(cases), quantity_parse);
}

static void
what_is_no_quantity_is_refused(void **state)
{
	static const struct quantity_case cases[] = {
		{"", -EINVAL, 0},         {"k", -EINVAL, 0},     {" 1", -EINVAL, 0},
		{"1 ", -EINVAL, 0},       {"1 k", -EINVAL, 0},   {"+1", -EINVAL, 0},
		{"-1", -EINVAL, 0},       {"1.5", -EINVAL, 0},   {"1.5k", -EINVAL, 0},
		{"0x10", -EINVAL, 0},     {"1K", -EINVAL, 0},    {"1m", -EINVAL, 0},
		{"1kk", -EINVAL, 0},      {"1kB", -EINVAL, 0},   {"1T", -EINVAL, 0},
		{"1_000", -EINVAL, 0},    {"1,000", -EINVAL, 0}, {"one", -EINVAL, 0},
		{"\xD9\xA1", -EINVAL, 0}, {"1\n", -EINVAL, 0},
	};

	(void)state;
	cases_check(cases, ARRAY_LENGTH(cases), quantity_parse);
}

static void
a_duration_is_digits_and_at_most_one_unit(void **state)
{
	static const struct quantity_case cases[] = {
		{"0", 0, 0},
		{"10us", 0, 10000},
		{"1ms", 0, 1000000},
		{"2s", 0, UINT64_C(2000000000)},
		{"5m", 0, UINT64_C(300000000000)},
		{"1h", 0, UINT64_C(3600000000000)},
		{"1d", 0, UINT64_C(86400000000000)},
	};

	(void)state;
	cases_check(cases, ARRAY_LENGTH(cases), duration_parse);
}

static void
a_bare_number_counts_seconds(void **state)
{
	static const struct quantity_case cases[] = {{"3", 0, UINT64_C(3000000000)}};

	(void)state;
	cases_check(cases, ARRAY_LENGTH(cases), duration_parse);
}

static void
the_longest_duration_fits_64_bits_of_nanoseconds(void **state)
{
	static const struct quantity_case cases[] = {
		{"18446744073s", 0, UINT64_C(18446744073000000000)},
		{"18446744074s", -ERANGE, 0},
		{"213503d", 0, UINT64_C(213503) * 86400 * 1000000000},
		{"213504d", -ERANGE, 0},
		{"99999999999999999999999999us", -ERANGE, 0},
	};

	(void)state;
	cases_check(cases, ARRAY_LENGTH(cases), duration_parse);
}

static void
what_is_no_duration_is_refused(void **state)
{
	static const struct quantity_case cases[] = {
		{"", -EINVAL, 0},
		{"s", -EINVAL, 0},
		{"-1s", -EINVAL, 0},
		{"1.5s", -EINVAL, 0},
		{"1 s", -EINVAL, 0},
		{"1S", -EINVAL, 0},
		{"1sec", -EINVAL, 0},
		{"1ns", -EINVAL, 0},
		{"1w", -EINVAL, 0},
		{"1k", -EINVAL, 0},
		{"1m30", -EINVAL, 0},
		{"1h30m", -EINVAL, 0},
	};

	(void)state;
	cases_check(cases, ARRAY_LENGTH(cases), duration_parse);
}

static void
a_time_is_written_in_the_largest_unit_that_fits(void **state)
{
	char text[DURATION_TEXT_BYTES];

	(void)state;
	assert_string_equal(duration_format(UINT64_C(86400) * 1000000000, text), "1d");
	assert_string_equal(duration_format(UINT64_C(5400) * 1000000000, text), "90m");
	assert_string_equal(duration_format(1000000000, text), "1s");
	assert_string_equal(duration_format(100000000, text), "100ms");
	assert_string_equal(duration_format(1001000, text), "1001us");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_quantity_is_digits_and_at_most_one_suffix),
		cmocka_unit_test(leading_zeros_do_not_make_a_number_octal),
		cmocka_unit_test(the_largest_quantity_is_2_to_the_64_less_1),
		cmocka_unit_test(what_is_no_quantity_is_refused),
		cmocka_unit_test(a_duration_is_digits_and_at_most_one_unit),
		cmocka_unit_test(a_bare_number_counts_seconds),
		cmocka_unit_test(the_longest_duration_fits_64_bits_of_nanoseconds),
		cmocka_unit_test(what_is_no_duration_is_refused),
		cmocka_unit_test(a_time_is_written_in_the_largest_unit_that_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
