/* SPDX-License-Identifier: BSD-3-Clause */
/* Where fields of FIX end. */
#include "pipeline/decode/fix_field.h"
#include "tests/unit/unit_test.h"

#include <stdlib.h>
#include <string.h>

/* Beside the delimiter stands what arithmetic on eight bytes might take for one. */
static void
a_value_of_any_length_ends_at_its_delimiter(void **state)
{
	static const uint8_t like_delimiters[] = {0x00, 0x02, 0x80, 0x81, 0xFF};
	struct announced_data announced = {0};
	struct fix_field field;

	(void)state;
	for (size_t length = 1; length <= 40; length++) {
		for (size_t left = 0; left <= 16; left++) {
			size_t n = 3 + length + 1 + left;
			uint8_t *bytes = malloc(n);
			struct cursor fields = cursor_over(bytes, n);

			assert_non_null(bytes);
			for (size_t i = 0; i < n; i++)
				bytes[i] = like_delimiters[i % ARRAY_LENGTH(like_delimiters)];
			memcpy(bytes, "58=", 3);
			bytes[3 + length] = FIX_SOH;
			assert_int_equal(fix_field_take(&fields, &announced, &field), 0);
			assert_int_equal(field.length_bytes, length);
			assert_int_equal(cursor_left(&fields), left);
			bytes[3 + length] = 0;
			fields = cursor_over(bytes, n);
			assert_int_equal(
				fix_field_take(&fields, &announced, &field),
				DECODE_ERROR_MESSAGE_TRUNCATED
			);
			free(bytes);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_of_any_length_ends_at_its_delimiter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
