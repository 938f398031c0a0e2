/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages of CME MDP 3.0: stepping by the lengths that were sent, older, newer and ours. */
#include "pipeline/decode/cme_sbe.h"
#include "tests/unit/pipeline/decode/cme_walker.h"
#include "tests/unit/unit_test.h"

static struct cme_builder builder; /* too big for a stack */

static void
a_message_of_the_specified_lengths_is_walked_to_its_end(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CME_SPECIFIED; i++) {
		const struct cme_specified *s = &cme_specification[i];
		struct cme_walked w;

		cme_walker_specified(&builder, s, 3);
		w = cme_walker_expect(&builder, DECODE_ERROR_NONE);
		assert_int_equal(w.root_bytes, 10 + s->block_length);
		assert_int_equal(w.n_entries[0], s->n_groups > 0 ? 3 : 0);
		assert_int_equal(w.n_entries[1], s->n_groups > 1 ? 3 : 0);
	}
}

static void
a_root_block_shorter_than_ours_is_accepted_and_its_last_fields_absent(void **state)
{
	const struct message_layout *layout = cme_sbe_protocol.layouts[30];

	(void)state;
	for (uint16_t block_length = 0; block_length < 30; block_length++) {
		struct cme_walked w;

		cme_walker_start(&builder, 30, block_length);
		w = cme_walker_expect(&builder, DECODE_ERROR_NONE);
		assert_int_equal(w.root_bytes, 10 + block_length);
		assert_false(field_present(&layout->fields[layout->n_fields - 1], w.root_bytes));
		assert_true(field_present(&layout->fields[4], w.root_bytes));
	}
}

static void
a_root_block_longer_than_ours_is_accepted_and_its_tail_skipped(void **state)
{
	struct cme_walked w;

	(void)state;
	cme_walker_start(&builder, 46, 11 + 100);
	cme_group(&builder, 3, 32, 2);
	cme_group(&builder, 8, 24, 1);
	w = cme_walker_expect(&builder, DECODE_ERROR_NONE);
	assert_int_equal(w.root_bytes, 10 + 111);
	assert_int_equal(w.n_entries[0], 2);
	assert_int_equal(w.n_entries[1], 1);
}

static void
entries_shorter_than_ours_are_stepped_by_the_length_sent(void **state)
{
	struct cme_walked w;

	(void)state;
	cme_walker_start(&builder, 46, 11);
	cme_group(&builder, 3, 1, 255);
	cme_group(&builder, 8, 9, 2);
	w = cme_walker_expect(&builder, DECODE_ERROR_NONE);
	assert_int_equal(w.n_entries[0], 255);
	assert_int_equal(w.n_entries[1], 2);
	assert_int_equal(w.entry_bytes, 9);
}

static void
entries_longer_than_ours_are_stepped_by_the_length_sent(void **state)
{
	struct cme_walked w;

	(void)state;
	cme_walker_start(&builder, 46, 11);
	cme_group(&builder, 3, 33, 3);
	cme_group(&builder, 8, 1000, 2);
	w = cme_walker_expect(&builder, DECODE_ERROR_NONE);
	assert_int_equal(w.n_entries[0], 3);
	assert_int_equal(w.n_entries[1], 2);
	assert_int_equal(w.entry_bytes, 1000);
}

static void
empty_groups_are_no_entries_whatever_their_length(void **state)
{
	static const uint16_t lengths[] = {0, 32, 0xFFFF};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(lengths); i++) {
		cme_walker_start(&builder, 46, 11);
		cme_group(&builder, 3, lengths[i], 0);
		cme_group(&builder, 8, lengths[i], 0);
		assert_int_equal(cme_walker_expect(&builder, DECODE_ERROR_NONE).n_parts, 1);
	}
}

static void
the_second_group_is_found_behind_an_empty_first(void **state)
{
	struct cme_walked w;

	(void)state;
	cme_walker_start(&builder, 48, 11);
	cme_group(&builder, 3, 32, 0);
	cme_group(&builder, 8, 16, 4);
	w = cme_walker_expect(&builder, DECODE_ERROR_NONE);
	assert_int_equal(w.n_entries[0], 0);
	assert_int_equal(w.n_entries[1], 4);
}

static void
bytes_behind_the_last_group_are_padding(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CME_SPECIFIED; i++) {
		cme_walker_specified(&builder, &cme_specification[i], 1);
		cme_fill(&builder, 7);
		assert_int_equal(
			cme_walker_expect(&builder, DECODE_ERROR_NONE).n_parts,
			1u + cme_specification[i].n_groups
		);
	}
}

static void
a_message_may_be_as_long_as_its_size_can_say(void **state)
{
	(void)state;
	cme_walker_start(&builder, 53, 28);
	cme_group(&builder, 3, 256, 255);
	cme_message_end(&builder);
	assert_int_equal(builder.length, 10 + 28 + 3 + 65280);
	assert_int_equal(cme_walker_expect(&builder, DECODE_ERROR_NONE).n_entries[0], 255);
}

static void
tradeable_size_is_absent_before_version_10(void **state)
{
	(void)state;
	for (uint8_t version = 9; version <= 10; version++) {
		cme_walker_specified(&builder, &cme_specification[3], 1);
		builder.bytes[8] = version;
		builder.bytes[10 + 11 + 3 + 32 + 7] =
			0; /* no orders: the last entry is the book's */
		assert_int_equal(
			cme_walker_expect(&builder, DECODE_ERROR_NONE).entry_bytes,
			version < 10 ? 27 : 32
		);
	}
}

static void
groups_are_read_in_place_without_a_walk(void **state)
{
	struct message message = {.bytes = builder.bytes};
	struct cme_group book = {0}, orders = {0};
	struct cursor left;

	(void)state;
	cme_walker_start(&builder, 46, 11 + 5);
	cme_dimension(&builder, 3, 33, 2);
	for (unsigned i = 0; i < 2; i++) {
		cme_add(&builder, 8, 1000 + i);
		cme_fill(&builder, 25);
	}
	cme_group(&builder, 8, 24, 3);
	message.length_bytes = builder.length;
	assert_int_equal(cme_message_open(&message, &left), DECODE_ERROR_NONE);
	assert_int_equal(cme_template_id(message.bytes), 46);
	assert_int_equal(cme_group_take(&left, CME_DIMENSION_BYTES, &book), DECODE_ERROR_NONE);
	assert_int_equal(cme_group_take(&left, CME_DIMENSION_8_BYTES, &orders), DECODE_ERROR_NONE);
	assert_int_equal(cursor_left(&left), 0);
	assert_int_equal(book.n_entries, 2);
	assert_true(book.entry_bytes >= cme_book_entry_BYTES);
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(cme_book_entry_md_entry_px(cme_group_entry(&book, i)), 1000 + i);
	assert_int_equal(orders.n_entries, 3);
	assert_int_equal(orders.entry_bytes, cme_book_order_entry_BYTES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_of_the_specified_lengths_is_walked_to_its_end),
		cmocka_unit_test(
			a_root_block_shorter_than_ours_is_accepted_and_its_last_fields_absent
		),
		cmocka_unit_test(a_root_block_longer_than_ours_is_accepted_and_its_tail_skipped),
		cmocka_unit_test(entries_shorter_than_ours_are_stepped_by_the_length_sent),
		cmocka_unit_test(entries_longer_than_ours_are_stepped_by_the_length_sent),
		cmocka_unit_test(empty_groups_are_no_entries_whatever_their_length),
		cmocka_unit_test(the_second_group_is_found_behind_an_empty_first),
		cmocka_unit_test(bytes_behind_the_last_group_are_padding),
		cmocka_unit_test(a_message_may_be_as_long_as_its_size_can_say),
		cmocka_unit_test(tradeable_size_is_absent_before_version_10),
		cmocka_unit_test(groups_are_read_in_place_without_a_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
