/* SPDX-License-Identifier: BSD-3-Clause */
/* SoupBinTCP framing: what is a packet of which side, where a stream cannot be followed, and every split of one. */
#include "pipeline/decode/soupbintcp.h"
#include "tests/unit/unit_test.h"

#include <stdlib.h>
#include <string.h>

/* Sections 2.1 to 2.3 of the specification: who sends what. */
static const char client_types[] = "+LORU";
static const char venue_types[] = "+AHJSZ";

/* A login, heartbeats, an empty debug text, a message of no bytes and one of several, the end. */
static const uint8_t venue_stream[] = "\0\x1F"
				      "ASESSION001                   1"
				      "\0\x01H\0\x01+\0\x01S\0\x05SMSG1\0\x03+ok\0\x01H\0\x01Z";
static const uint8_t client_stream[] = "\0\x2FLUSER  PASSWORD            "
				       "                   1"
				       "\0\x01R\0\x05UMSG2\0\x01U\0\x02+!\0\x01O";

/* A step over bytes in a malloc of their exact size, so that AddressSanitizer sees any byte read behind them. */
struct step {
	enum stream_step step;
	struct message message;
	struct stream_fault fault;
	uint32_t used;
	uint32_t message_offset;
};

static struct step
step_over(const void *bytes, size_t length, enum stream_side side)
{
	uint8_t *copy = malloc(length);
	struct cursor c = cursor_over(copy, length);
	struct step s = {0};

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	s.step = soupbintcp_framing.next(&c, side, &s.message, &s.fault);
	s.used = (uint32_t)(c.at - copy);
	if (s.step == STREAM_MESSAGE)
		s.message_offset = (uint32_t)(s.message.bytes - copy);
	free(copy);
	return s;
}

static void
assert_broken(
	const void *bytes,
	size_t length,
	enum stream_side side,
	enum decode_error error,
	uint32_t offset
)
{
	struct step s = step_over(bytes, length, side);

	assert_int_equal(s.step, STREAM_BROKEN);
	assert_string_equal(decode_errors[s.fault.error].name, decode_errors[error].name);
	assert_int_equal(s.fault.offset, offset);
	assert_int_equal(s.used, length);
}

static void
assert_incomplete(const void *bytes, size_t length, enum stream_side side, uint32_t need_bytes)
{
	struct step s = step_over(bytes, length, side);

	assert_int_equal(s.step, STREAM_INCOMPLETE);
	assert_int_equal(s.fault.need_bytes, need_bytes);
	assert_int_equal(s.used, 0);
}

static void
the_shortest_packet_is_a_type_alone(void **state)
{
	struct step s = step_over("\0\x01H", 3, STREAM_FROM_VENUE);

	(void)state;
	assert_int_equal(s.step, STREAM_MESSAGE);
	assert_int_equal(s.used, 3);
	assert_int_equal(s.message.layer, MESSAGE_OF_SESSION);
	assert_int_equal(s.message.length_bytes, 1);
	assert_int_equal(s.message_offset, 2);
}

static void
a_length_of_0_breaks_the_stream(void **state)
{
	(void)state;
	assert_broken("\0\0", 2, STREAM_FROM_VENUE, DECODE_ERROR_SOUP_LENGTH_ZERO, 0);
	assert_broken("\0\0\0\x01H", 5, STREAM_FROM_VENUE, DECODE_ERROR_SOUP_LENGTH_ZERO, 0);
	assert_broken("\0\0", 2, STREAM_FROM_CLIENT, DECODE_ERROR_SOUP_LENGTH_ZERO, 0);
}

static void
each_side_has_the_specified_types_and_no_other(void **state)
{
	(void)state;
	for (unsigned type = 0; type < 256; type++) {
		uint8_t packet[] = {0, 1, (uint8_t)type};

		if (type != 0 && strchr(client_types, (int)type) != NULL)
			assert_int_equal(
				step_over(packet, 3, STREAM_FROM_CLIENT).step, STREAM_MESSAGE
			);
		else
			assert_broken(packet, 3, STREAM_FROM_CLIENT, DECODE_ERROR_SOUP_TYPE, 2);
		if (type != 0 && strchr(venue_types, (int)type) != NULL)
			assert_int_equal(
				step_over(packet, 3, STREAM_FROM_VENUE).step, STREAM_MESSAGE
			);
		else
			assert_broken(packet, 3, STREAM_FROM_VENUE, DECODE_ERROR_SOUP_TYPE, 2);
	}
}

static void
a_wrong_type_is_said_before_its_packet_is_whole(void **state)
{
	(void)state;
	assert_broken("\xFF\xFF?", 3, STREAM_FROM_VENUE, DECODE_ERROR_SOUP_TYPE, 2);
}

static void
data_packets_carry_messages_of_their_side(void **state)
{
	struct step venue = step_over("\0\x05SABCD", 7, STREAM_FROM_VENUE);
	struct step client = step_over("\0\x05UABCD", 7, STREAM_FROM_CLIENT);

	(void)state;
	assert_int_equal(venue.message.layer, MESSAGE_OF_VENUE);
	assert_int_equal(client.message.layer, MESSAGE_OF_CLIENT);
	assert_int_equal(venue.message.length_bytes, 4);
	assert_int_equal(client.message.length_bytes, 4);
	assert_int_equal(venue.message_offset, 3);
	assert_int_equal(client.message_offset, 3);
}

static void
a_data_packet_without_payload_is_a_message_of_no_bytes(void **state)
{
	struct step s = step_over("\0\x01S", 3, STREAM_FROM_VENUE);

	(void)state;
	assert_int_equal(s.step, STREAM_MESSAGE);
	assert_int_equal(s.message.layer, MESSAGE_OF_VENUE);
	assert_int_equal(s.message.length_bytes, 0);
}

static void
a_packet_cut_anywhere_says_how_many_bytes_it_needs(void **state)
{
	(void)state;
	assert_incomplete("", 0, STREAM_FROM_VENUE, 2);
	assert_incomplete("\0", 1, STREAM_FROM_VENUE, 2);
	for (size_t length = 3; length < 33; length++)
		assert_incomplete(venue_stream, length, STREAM_FROM_VENUE, 33);
	for (size_t length = 3; length < 49; length++)
		assert_incomplete(client_stream, length, STREAM_FROM_CLIENT, 49);
}

/* Else a stream would wait for the 64 KiB of what is no packet. */
static void
the_type_is_asked_for_before_the_bytes_that_the_length_promises(void **state)
{
	(void)state;
	assert_incomplete("\xFF\xFF", 2, STREAM_FROM_VENUE, 3);
}

static void
the_longest_packet_has_65535_bytes_behind_its_length(void **state)
{
	uint8_t *packet = calloc(65537, 1);
	struct step s;

	(void)state;
	assert_non_null(packet);
	memcpy(packet, "\xFF\xFFS", 3);
	assert_incomplete(packet, 65536, STREAM_FROM_VENUE, 65537);
	s = step_over(packet, 65537, STREAM_FROM_VENUE);
	assert_int_equal(s.step, STREAM_MESSAGE);
	assert_int_equal(s.message.length_bytes, 65534);
	assert_int_equal(s.used, 65537);
	free(packet);
}

/* What a reader of a stream in pieces has made of it so far. */
struct reader {
	enum stream_side side;
	uint8_t pending[64]; /* bytes of a message whose end has not come */
	uint32_t n_pending;
	char messages[256]; /* layer and bytes of each, one after the other */
	uint32_t n_messages;
};

static void
reader_note(struct reader *r, const struct message *message)
{
	uint32_t n = message->length_bytes;

	assert_true(r->n_messages + n + 2 < sizeof(r->messages));
	r->messages[r->n_messages++] = (char)('0' + message->layer);
	memcpy(r->messages + r->n_messages, message->bytes, n);
	r->n_messages += n;
	r->messages[r->n_messages++] = '|';
}

static void
reader_feed(struct reader *r, const uint8_t *bytes, size_t n)
{
	uint8_t *all = malloc(r->n_pending + n);
	struct cursor c = cursor_over(all, r->n_pending + n);
	struct stream_fault fault;
	struct message message;
	enum stream_step step;

	assert_non_null(all);
	memcpy(all, r->pending, r->n_pending);
	memcpy(all + r->n_pending, bytes, n);
	while ((step = soupbintcp_framing.next(&c, r->side, &message, &fault)) == STREAM_MESSAGE)
		reader_note(r, &message);
	assert_int_equal(step, STREAM_INCOMPLETE);
	assert_true(fault.need_bytes > cursor_left(&c));
	r->n_pending = (uint32_t)cursor_left(&c);
	assert_in_range(r->n_pending, 0, sizeof(r->pending));
	memcpy(r->pending, c.at, r->n_pending);
	free(all);
}

/* Three pieces, of which any may be empty: every split into two is among them. */
static void
assert_same_in_every_split(const uint8_t *bytes, size_t n, enum stream_side side)
{
	static struct reader whole, split;

	whole = (struct reader){.side = side};
	reader_feed(&whole, bytes, n);
	assert_int_equal(whole.n_pending, 0);
	for (size_t i = 0; i <= n; i++) {
		for (size_t j = i; j <= n; j++) {
			split = (struct reader){.side = side};
			reader_feed(&split, bytes, i);
			reader_feed(&split, bytes + i, j - i);
			reader_feed(&split, bytes + j, n - j);
			assert_string_equal(split.messages, whole.messages);
		}
	}
}

static void
every_split_into_two_and_three_gives_the_same_messages(void **state)
{
	(void)state;
	assert_same_in_every_split(venue_stream, sizeof(venue_stream) - 1, STREAM_FROM_VENUE);
	assert_same_in_every_split(client_stream, sizeof(client_stream) - 1, STREAM_FROM_CLIENT);
}

static void
the_messages_of_a_stream_are_those_that_were_sent(void **state)
{
	static struct reader r;

	(void)state;
	r = (struct reader){.side = STREAM_FROM_VENUE};
	reader_feed(&r, venue_stream, sizeof(venue_stream) - 1);
	assert_string_equal(
		r.messages, "2ASESSION001                   1|2H|2+|0|0MSG1|2+ok|2H|2Z|"
	);
	r = (struct reader){.side = STREAM_FROM_CLIENT};
	reader_feed(&r, client_stream, sizeof(client_stream) - 1);
	assert_string_equal(
		r.messages, "2LUSER  PASSWORD                               1|2R|1MSG2|1|2+!|2O|"
	);
}

static size_t
boundary_of(const void *bytes, size_t length, enum stream_side side)
{
	uint8_t *copy = malloc(length);
	size_t skip;

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	skip = soupbintcp_framing.boundary(cursor_over(copy, length), side);
	free(copy);
	return skip;
}

static void
bytes_that_are_whole_packets_are_a_boundary(void **state)
{
	(void)state;
	assert_int_equal(boundary_of("\0\x01H", 3, STREAM_FROM_VENUE), 0);
	assert_int_equal(boundary_of("\0\x05SABCD\0\x03+ok\0\x01H", 15, STREAM_FROM_VENUE), 0);
	assert_int_equal(boundary_of(client_stream, 49, STREAM_FROM_CLIENT), 0);
	assert_int_equal(boundary_of(venue_stream, 33, STREAM_FROM_VENUE), 0);
}

static void
bytes_cut_inside_a_packet_are_skipped_all(void **state)
{
	(void)state;
	for (size_t length = 34; length < 36; length++)
		assert_int_equal(boundary_of(venue_stream, length, STREAM_FROM_VENUE), length);
	for (size_t at = 1; at < 33; at++)
		assert_int_equal(
			boundary_of(venue_stream + at, 36 - at, STREAM_FROM_VENUE), 36 - at
		);
}

static void
bytes_of_the_other_side_are_skipped_all(void **state)
{
	(void)state;
	assert_int_equal(boundary_of("\0\x01H", 3, STREAM_FROM_CLIENT), 3);
	assert_int_equal(boundary_of("\0\x05UABCD", 7, STREAM_FROM_VENUE), 7);
}

static void
implausible_packets_are_skipped_all(void **state)
{
	(void)state;
	assert_int_equal(boundary_of("\0\0", 2, STREAM_FROM_VENUE), 2);
	assert_int_equal(boundary_of("\0\x01S", 3, STREAM_FROM_VENUE), 3);
	assert_int_equal(boundary_of("\0\x02H ", 4, STREAM_FROM_VENUE), 4);
	assert_int_equal(boundary_of("\0\x03JA ", 5, STREAM_FROM_VENUE), 5);
	assert_int_equal(boundary_of("\0\x01J", 3, STREAM_FROM_VENUE), 3);
	assert_int_equal(boundary_of("\0\x01H\0\x05SABC", 9, STREAM_FROM_VENUE), 9);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shortest_packet_is_a_type_alone),
		cmocka_unit_test(a_length_of_0_breaks_the_stream),
		cmocka_unit_test(each_side_has_the_specified_types_and_no_other),
		cmocka_unit_test(a_wrong_type_is_said_before_its_packet_is_whole),
		cmocka_unit_test(data_packets_carry_messages_of_their_side),
		cmocka_unit_test(a_data_packet_without_payload_is_a_message_of_no_bytes),
		cmocka_unit_test(a_packet_cut_anywhere_says_how_many_bytes_it_needs),
		cmocka_unit_test(the_type_is_asked_for_before_the_bytes_that_the_length_promises),
		cmocka_unit_test(the_longest_packet_has_65535_bytes_behind_its_length),
		cmocka_unit_test(every_split_into_two_and_three_gives_the_same_messages),
		cmocka_unit_test(the_messages_of_a_stream_are_those_that_were_sent),
		cmocka_unit_test(bytes_that_are_whole_packets_are_a_boundary),
		cmocka_unit_test(bytes_cut_inside_a_packet_are_skipped_all),
		cmocka_unit_test(bytes_of_the_other_side_are_skipped_all),
		cmocka_unit_test(implausible_packets_are_skipped_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
