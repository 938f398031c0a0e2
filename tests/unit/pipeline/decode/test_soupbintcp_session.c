/* SPDX-License-Identifier: BSD-3-Clause */
/* SoupBinTCP: the session's own messages. */
#include "pipeline/decode/soupbintcp.h"
#include "tests/unit/pipeline/decode/layout_check.h"
#include "tests/unit/unit_test.h"

#include <string.h>

/* The session's messages, which begin with their type. */
static const struct specified session_rows[] = {
	{'+', 1, 0},
	{'A', 31, 0},
	{'J', 2, 0},
	{'H', 1, 0},
	{'Z', 1, 0},
	{'L', 47, 0},
	{'R', 1, 0},
	{'O', 1, 0},
};

static const struct specification session = {
	&soupbintcp_protocol, session_rows, ARRAY_LENGTH(session_rows), 0};

static void
session_messages_are_the_specified_ones(void **state)
{
	(void)state;
	assert_types_are_the_specified_ones(&session);
	assert_lengths_are_the_specified_ones(&session);
	assert_every_shorter_length_is_truncated(&session);
	assert_fields_cover_each_message(&session);
	assert_names_are_unique_and_in_snake_case(&session);
}

static void
a_longer_session_message_is_accepted(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(session_rows); i++)
		assert_lookup(&soupbintcp_protocol, session_rows[i].type, 99, DECODE_ERROR_NONE);
}

static struct message_part
debug_part(const char *packet, uint32_t length)
{
	struct message message = {.bytes = (const uint8_t *)packet, .length_bytes = length};
	struct message_part part, unused;
	struct part_walk walk;

	part_walk_begin(&walk, soupbintcp_protocol.layouts['+'], &message);
	assert_true(part_walk_next(&soupbintcp_protocol, &walk, &part));
	assert_false(part_walk_next(&soupbintcp_protocol, &walk, &unused));
	return part;
}

static void
a_debug_text_has_any_length(void **state)
{
	struct message_part empty = debug_part("+", 1), text = debug_part("+hello", 6);

	(void)state;
	assert_int_equal(empty.kind, PART_TEXT);
	assert_int_equal(empty.length_bytes, 0);
	assert_string_equal(text.name, "text");
	assert_int_equal(text.length_bytes, 5);
	assert_memory_equal(text.bytes, "hello", 5);
}

static void
only_the_password_is_a_secret(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(session_rows); i++) {
		const struct message_layout *layout =
			soupbintcp_protocol.layouts[session_rows[i].type];

		for (unsigned j = 0; j < layout->n_fields; j++)
			assert_int_equal(
				layout->fields[j].kind == FIELD_SECRET,
				strcmp(layout->fields[j].name, "password") == 0
			);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(session_messages_are_the_specified_ones),
		cmocka_unit_test(a_longer_session_message_is_accepted),
		cmocka_unit_test(a_debug_text_has_any_length),
		cmocka_unit_test(only_the_password_is_a_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
