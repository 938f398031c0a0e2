/* SPDX-License-Identifier: BSD-3-Clause */
/* CME MDP 3.0 framing: what is accepted, what is refused and where, and what the views hold. */
#include "pipeline/decode/cme_mdp3.h"
#include "tests/unit/pipeline/decode/cme_builder.h"
#include "tests/unit/unit_test.h"

#include <stdlib.h>
#include <string.h>

/* A payload in a malloc of its exact size, so that AddressSanitizer sees any byte read behind it. */
struct opened {
	uint8_t *bytes;
	struct frame frame;
	enum decode_error error;
	uint32_t error_offset;
};

static struct cme_builder builder; /* too big for a stack */

static struct opened
bytes_open(const uint8_t *bytes, uint32_t length)
{
	struct opened o = {.bytes = malloc(length)};

	assert_non_null(o.bytes);
	memcpy(o.bytes, bytes, length);
	o.error = cme_mdp3_framing.open(cursor_over(o.bytes, length), &o.frame, &o.error_offset);
	return o;
}

static void
assert_refused(enum decode_error expected, uint32_t expected_offset)
{
	struct opened o = bytes_open(builder.bytes, builder.length);

	assert_string_equal(decode_errors[o.error].name, decode_errors[expected].name);
	assert_int_equal(o.error_offset, expected_offset);
	free(o.bytes);
}

static struct opened
assert_opens(uint16_t count)
{
	struct opened o = bytes_open(builder.bytes, builder.length);

	assert_string_equal(decode_errors[o.error].name, "none");
	assert_int_equal(o.frame.kind, FRAME_DATA);
	assert_int_equal(o.frame.count, count);
	assert_int_equal(o.frame.trailing_bytes, 0);
	return o;
}

/* A message of so many bytes, header included, of which the framing knows nothing. */
static void
message_add(uint16_t size)
{
	cme_message(&builder, (struct cme_header){.template_id = 30, .schema_id = 1});
	cme_fill(&builder, (uint32_t)size - CME_BUILDER_MESSAGE_HEADER_BYTES);
	cme_message_end(&builder);
}

static void
the_shortest_packet_is_a_header_without_messages(void **state)
{
	struct opened o;

	(void)state;
	cme_packet(&builder, 7, 0);
	assert_int_equal(builder.length, 12);
	o = assert_opens(0);
	assert_int_equal(o.frame.n_messages, 0);
	free(o.bytes);
}

static void
a_header_of_any_shorter_length_is_refused(void **state)
{
	(void)state;
	for (uint32_t length = 0; length < CME_MDP3_HEADER_BYTES; length++) {
		cme_packet(&builder, 1, 0);
		builder.length = length;
		assert_refused(DECODE_ERROR_CME_HEADER_TRUNCATED, 0);
	}
}

static void
the_sequence_is_the_packets_and_little_endian(void **state)
{
	struct opened o;

	(void)state;
	cme_packet(&builder, 0x01020304, 0);
	message_add(10);
	message_add(10);
	o = assert_opens(2);
	assert_true(cme_mdp3_framing.numbers_packets);
	assert_null(cme_mdp3_framing.session);
	assert_int_equal(o.frame.sequence, 0x01020304);
	assert_ptr_equal(o.frame.header, o.bytes);
	free(o.bytes);
}

static void
the_largest_sequence_is_accepted(void **state)
{
	struct opened o;

	(void)state;
	cme_packet(&builder, UINT32_MAX, 0);
	message_add(10);
	o = assert_opens(1);
	assert_int_equal(o.frame.sequence, UINT32_MAX);
	free(o.bytes);
}

static void
the_header_has_the_sending_time_behind_the_sequence(void **state)
{
	const struct field_layout *sending_time = &cme_mdp3_framing.header_fields[1];

	(void)state;
	assert_int_equal(cme_mdp3_framing.header_bytes, 12);
	assert_int_equal(cme_mdp3_framing.n_header_fields, 2);
	cme_packet(&builder, 1, UINT64_C(1631080342472742285));
	assert_string_equal(sending_time->name, "sending_time");
	assert_int_equal(
		layout_uint(
			builder.bytes + sending_time->offset,
			sending_time->width,
			sending_time->kind
		),
		UINT64_C(1631080342472742285)
	);
}

static void
messages_are_views_that_start_at_their_size(void **state)
{
	struct opened o;

	(void)state;
	cme_packet(&builder, 1, 0);
	message_add(10);
	message_add(11);
	message_add(300);
	o = assert_opens(3);
	assert_int_equal(o.frame.n_messages, 3);
	assert_ptr_equal(o.frame.messages[0].bytes, o.bytes + 12);
	assert_int_equal(o.frame.messages[0].length_bytes, 10);
	assert_ptr_equal(o.frame.messages[1].bytes, o.bytes + 22);
	assert_int_equal(o.frame.messages[1].length_bytes, 11);
	assert_ptr_equal(o.frame.messages[2].bytes, o.bytes + 33);
	assert_int_equal(o.frame.messages[2].length_bytes, 300);
	free(o.bytes);
}

static void
a_size_below_the_message_header_is_refused_at_that_message(void **state)
{
	(void)state;
	for (uint8_t size = 0; size < CME_BUILDER_MESSAGE_HEADER_BYTES; size++) {
		cme_packet(&builder, 1, 0);
		message_add(17);
		message_add(20);
		builder.bytes[builder.message_at] = size;
		assert_refused(DECODE_ERROR_CME_MESSAGE_SIZE, 12 + 17);
	}
}

static void
a_size_beyond_the_packet_is_refused_at_that_message(void **state)
{
	(void)state;
	cme_packet(&builder, 1, 0);
	message_add(17);
	message_add(20);
	builder.bytes[builder.message_at] = 21;
	assert_refused(DECODE_ERROR_CME_MESSAGE_SIZE, 12 + 17);
	builder.bytes[builder.message_at] = 0xFF;
	builder.bytes[builder.message_at + 1] = 0xFF;
	assert_refused(DECODE_ERROR_CME_MESSAGE_SIZE, 12 + 17);
}

static void
bytes_behind_the_last_message_are_refused(void **state)
{
	(void)state;
	for (unsigned n = 1; n < CME_BUILDER_MESSAGE_HEADER_BYTES; n++) {
		cme_packet(&builder, 1, 0);
		message_add(17);
		cme_fill(&builder, n);
		assert_refused(DECODE_ERROR_CME_MESSAGE_SIZE, 12 + 17);
	}
}

static void
a_packet_cut_within_a_message_is_refused(void **state)
{
	uint32_t whole;

	(void)state;
	cme_packet(&builder, 1, 0);
	message_add(30);
	message_add(10);
	message_add(45);
	whole = builder.length;
	for (uint32_t length = CME_MDP3_HEADER_BYTES + 1; length < whole; length++) {
		struct opened o = bytes_open(builder.bytes, length);
		bool between = length == 12 + 30 || length == 12 + 30 + 10;

		assert_string_equal(
			decode_errors[o.error].name, between ? "none" : "cme_message_size"
		);
		assert_true(o.error_offset <= length);
		free(o.bytes);
	}
}

static void
more_messages_than_one_call_holds_are_read_in_several(void **state)
{
	static const unsigned batches[] = {64, 64, 22, 0, 0};
	struct opened o;
	unsigned message = 0;

	(void)state;
	cme_packet(&builder, 1, 0);
	for (unsigned i = 0; i < 150; i++)
		message_add((uint16_t)(10 + i));
	o = assert_opens(150);
	for (unsigned i = 0; i < ARRAY_LENGTH(batches); i++) {
		assert_int_equal(o.frame.n_messages, batches[i]);
		for (unsigned j = 0; j < batches[i]; j++, message++)
			assert_int_equal(o.frame.messages[j].length_bytes, 10 + message);
		cme_mdp3_framing.more(&o.frame);
	}
	assert_int_equal(message, 150);
	free(o.bytes);
}

static void
one_message_may_fill_the_longest_datagram(void **state)
{
	const uint16_t size = CME_BUILDER_BYTES - CME_BUILDER_PACKET_HEADER_BYTES;
	struct opened o;

	(void)state;
	cme_packet(&builder, 1, 0);
	message_add(size);
	o = assert_opens(1);
	assert_int_equal(o.frame.messages[0].length_bytes, size);
	free(o.bytes);
}

static void
messages_of_a_header_alone_may_fill_the_longest_datagram(void **state)
{
	const uint16_t count = (CME_BUILDER_BYTES - CME_BUILDER_PACKET_HEADER_BYTES) / 10;
	unsigned read = 0;
	struct opened o;

	(void)state;
	cme_packet(&builder, 1, 0);
	for (unsigned i = 0; i < count; i++)
		message_add(10);
	o = assert_opens(count);
	for (; o.frame.n_messages > 0; cme_mdp3_framing.more(&o.frame))
		read += o.frame.n_messages;
	assert_int_equal(read, count);
	free(o.bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shortest_packet_is_a_header_without_messages),
		cmocka_unit_test(a_header_of_any_shorter_length_is_refused),
		cmocka_unit_test(the_sequence_is_the_packets_and_little_endian),
		cmocka_unit_test(the_largest_sequence_is_accepted),
		cmocka_unit_test(the_header_has_the_sending_time_behind_the_sequence),
		cmocka_unit_test(messages_are_views_that_start_at_their_size),
		cmocka_unit_test(a_size_below_the_message_header_is_refused_at_that_message),
		cmocka_unit_test(a_size_beyond_the_packet_is_refused_at_that_message),
		cmocka_unit_test(bytes_behind_the_last_message_are_refused),
		cmocka_unit_test(a_packet_cut_within_a_message_is_refused),
		cmocka_unit_test(more_messages_than_one_call_holds_are_read_in_several),
		cmocka_unit_test(one_message_may_fill_the_longest_datagram),
		cmocka_unit_test(messages_of_a_header_alone_may_fill_the_longest_datagram),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
